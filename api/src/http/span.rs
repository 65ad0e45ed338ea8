//! A stretch of time that is asked for, by instants or by local dates.

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{OrgId, Timestamp};
use projections::bucket::{GroupBy, first_instant};

use super::app::App;
use super::problem::{INVALID_TIME_ZONE, Problem};
use super::query;

/// A stretch of time, and where its days begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From this instant.
    pub from: Timestamp,
    /// Until before this one.
    pub to: Timestamp,
    /// Where days begin.
    pub tz: Tz,
}

impl Span {
    /// Reads the parameters `from`, `to` and `tz`; days begin as the organization has it where
    /// nothing is said.
    ///
    /// # Errors
    /// `invalid-time-zone`, `invalid-query`, `invalid-range`; the log is away.
    pub async fn read(
        app: &App,
        org: OrgId,
        (from, to): (&str, &str),
        tz: Option<&str>,
    ) -> Result<Self, Problem> {
        let tz = zone(app, org, tz).await?;
        let (from, to) = (instant("from", from, tz)?, instant("to", to, tz)?);
        query::span(Some(from), Some(to))?;
        Ok(Self { from, to, tz })
    }
}

/// How a time is to be cut, where something is said.
///
/// # Errors
/// `invalid-query`
pub fn grouped(by: Option<&str>) -> Result<Option<GroupBy>, Problem> {
    query::word("group_by", by, GroupBy::WORDS, GroupBy::parse)
}

/// The zone of this name; that of the organization where nothing is said.
///
/// # Errors
/// `invalid-time-zone`; the log is away.
pub async fn zone(app: &App, org: OrgId, name: Option<&str>) -> Result<Tz, Problem> {
    let Some(name) = name else {
        // What is no zone any more, or not yet, was checked by other code.
        return Ok(app.settings(org).await?.time_zone().unwrap_or(Tz::UTC));
    };
    name.parse().map_err(|_| {
        let words = "expected an IANA time zone such as Europe/Prague";
        Problem::at(&INVALID_TIME_ZONE, "?tz", "invalid-time-zone", words)
    })
}

/// An instant, or the first one of a local date.
fn instant(name: &str, text: &str, tz: Tz) -> Result<Timestamp, Problem> {
    let at = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) => Some(first_instant(date, tz)),
        Err(_) => text.parse().ok(),
    };
    at.ok_or_else(|| {
        let words =
            "expected an instant such as 2026-03-04T10:00:00Z, or a date such as 2026-03-04";
        Problem::query(name, words)
    })
}
