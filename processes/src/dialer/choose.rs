//! Whom a campaign calls next.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::campaign::Recency;
use domain::{CampaignId, ContactId, OrgId, Timestamp};
use projections::contacts::read as contacts;

use super::lines::Line;
use super::{Dialing, DialingError};
use crate::contacts::Held;

/// Contacts that are looked at together.
const PAGE: i64 = 50;
/// So often within a tick; the next one goes on behind them.
const PAGES: usize = 4;

/// Where the lists of campaigns are read on. It is found out anew after a restart.
#[derive(Default)]
pub(super) struct Lists {
    /// Behind how many each campaign's list is read on.
    behind: Mutex<HashMap<CampaignId, i64>>,
    held: Held,
}

impl Lists {
    /// The first contacts that can be called as far as is known before they are told, at most so
    /// many.
    pub(super) async fn choose(
        &self,
        dialing: &Dialing,
        (org, id, recency): (OrgId, CampaignId, Recency),
        lines: usize,
        now: Timestamp,
    ) -> Result<Vec<Line>, DialingError> {
        let mut chosen = Vec::with_capacity(lines);
        let (of, mut after) = ((org, id, recency), 0);
        // Calls that were agreed on and whoever goes first stand on the first page; behind it the
        // list is read on where it was left.
        for _ in 0..PAGES {
            if chosen.len() == lines {
                break;
            }
            let page = contacts::hopper(&dialing.database, of, now, (after, PAGE)).await?;
            let last = i64::try_from(page.len()).is_ok_and(|read| read < PAGE);
            for contact in page {
                if chosen.len() == lines {
                    return Ok(chosen);
                }
                if self.held.holds(contact, now) {
                    continue;
                }
                match dialing.line(org, contact).await? {
                    Ok(line) => chosen.push(line),
                    Err(until) => self.hold(contact, until, now),
                }
            }
            after = self.read_on(id, (after, last));
            if last {
                break;
            }
        }
        Ok(chosen)
    }

    /// A contact is not chosen before then; an instant that is not said, not for a while.
    pub(super) fn hold(&self, contact: ContactId, until: Option<Timestamp>, now: Timestamp) {
        self.held.hold(contact, (until, now));
    }

    /// A campaign does not call any more.
    pub(super) fn forget(&self, id: CampaignId) {
        self.behind().remove(&id);
    }

    /// Behind how many the next page of a list begins. Behind the first one comes the one where it
    /// was left, and behind the last one it begins anew.
    fn read_on(&self, id: CampaignId, (after, last): (i64, bool)) -> i64 {
        let mut behind = self.behind();
        let list = behind.entry(id).or_default();
        *list = match after {
            _ if last => 0,
            0 => (*list).max(PAGE),
            after => after + PAGE,
        };
        *list
    }

    fn behind(&self) -> MutexGuard<'_, HashMap<CampaignId, i64>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
