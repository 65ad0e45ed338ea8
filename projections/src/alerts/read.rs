//! What somebody has to know, or had to: by rules, and of how customers feel in calls.

use chrono::{DateTime, Utc};
use database::Database;
use domain::alert::{AlertState, AlertSubject, Resolution};
use domain::alert_rule::{Operator, SubjectType};
use domain::sentiment::{AlertKind, AlertSeverity};
use domain::{AlertRuleId, OrgId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::RuntimeError;
use crate::reading::{planned, word};

/// The read models that a list is read from.
pub const MODELS: [&str; 4] = ["alerts", "sentiment", "call_facts", "payments"];

/// Something that somebody has to know, or had to.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertRow {
    /// Which.
    pub id: Uuid,
    /// What raised it.
    pub source: Source,
    /// The metric of its rule, or what was heard.
    pub kind: String,
    /// How bad it is.
    pub severity: AlertSeverity,
    /// What it is about.
    pub subject: AlertSubject,
    /// What raised it; of how customers feel, the rolling score, where there was one.
    pub value: Option<f64>,
    /// Since when it is so.
    pub raised_at: Timestamp,
    /// How it stands.
    pub state: AlertState,
    /// Who knows, and since when.
    pub acknowledged: Option<(UserId, Timestamp)>,
    /// Since when it is over.
    pub over_at: Option<Timestamp>,
    /// Why it is over.
    pub resolution: Option<Resolution>,
    /// Who says that it is.
    pub resolved_by: Option<UserId>,
}

/// What raised an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// A rule.
    Rule {
        /// The alert of the rule and the subject.
        stream: Uuid,
        /// Which rule.
        id: AlertRuleId,
        /// Its name then.
        name: String,
        /// How the value was compared with the threshold.
        operator: Operator,
        /// The threshold then.
        threshold: f64,
        /// Over which time.
        window_seconds: Option<i32>,
    },
    /// What was said in a call.
    Heard {
        /// In which call.
        call: Uuid,
        /// What was heard.
        kind: AlertKind,
        /// The segment after which it was so.
        seq: i32,
    },
}

/// The states of what is not over.
pub const OPEN: [AlertState; 2] = [AlertState::Raised, AlertState::Acknowledged];
/// So many that are open are counted.
const COUNTED: i64 = 1_000;

/// What somebody sees.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// What is about these agents and their calls; about anybody, where nothing is said.
    pub agents: Option<Vec<Uuid>>,
    /// Beside these, what is about nobody: queues, campaigns, providers, the organization.
    pub nobodys: bool,
    /// Beside these, the money that these agents take.
    pub payments: bool,
}

/// Which alerts.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// In one of these states; in any, where nothing is said.
    pub states: Option<Vec<AlertState>>,
    /// So bad.
    pub severity: Option<AlertSeverity>,
    /// Of this type.
    pub kind: Option<String>,
    /// This one.
    pub id: Option<Uuid>,
    /// What is seen.
    pub sight: Sight,
}

/// A place in the list, newest first: after this alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertPlace {
    /// Since when it is so.
    pub raised_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

struct Row {
    alert_id: Uuid,
    stream_id: Uuid,
    rule_id: Option<Uuid>,
    rule: Option<String>,
    r#type: String,
    operator: Option<String>,
    threshold: Option<f64>,
    window_seconds: Option<i32>,
    severity: String,
    seq: Option<i32>,
    subject_type: String,
    subject_id: String,
    value: Option<f64>,
    raised_at: DateTime<Utc>,
    acknowledged_by: Option<Uuid>,
    acknowledged_at: Option<DateTime<Utc>>,
    resolved_by: Option<Uuid>,
    over_at: Option<DateTime<Utc>>,
    resolution: Option<String>,
}

/// At most `limit` alerts after a place, newest first.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn list(
    database: &Database,
    org: OrgId,
    filter: &AlertFilter,
    after: Option<&AlertPlace>,
    limit: i64,
) -> Result<Vec<AlertRow>, RuntimeError> {
    let mut tx = planned(database, org).await?;
    let states = filter.states.as_ref();
    let states = states.map(|states| states.iter().map(|state| state.word()).collect::<Vec<_>>());
    let rows = sqlx::query_file_as!(
        Row,
        "src/alerts/list.sql",
        org.uuid(),
        states as _,
        filter.severity.map(AlertSeverity::word) as _,
        filter.kind as _,
        filter.id as _,
        filter.sight.agents as _,
        filter.sight.nobodys,
        filter.sight.payments,
        after.map(|place| DateTime::<Utc>::from(place.raised_at)) as _,
        after.map(|place| place.id) as _,
        limit,
    );
    rows.fetch_all(&mut *tx).await?.into_iter().map(Row::read).collect()
}

/// How many of those that are seen are open, 1000 at most.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn count_open(
    database: &Database,
    org: OrgId,
    sight: Sight,
) -> Result<usize, RuntimeError> {
    let filter = AlertFilter { states: Some(OPEN.to_vec()), sight, ..AlertFilter::default() };
    Ok(list(database, org, &filter, None, COUNTED).await?.len())
}

impl Row {
    fn read(self) -> Result<AlertRow, RuntimeError> {
        let state = match (self.over_at, &self.resolution, self.acknowledged_at) {
            (Some(_), None, _) => AlertState::Expired,
            (Some(_), Some(_), _) => AlertState::Resolved,
            (None, _, Some(_)) => AlertState::Acknowledged,
            (None, _, None) => AlertState::Raised,
        };
        let source = match (self.rule_id, self.rule, self.operator, self.threshold) {
            (Some(id), Some(name), Some(operator), Some(threshold)) => Source::Rule {
                stream: self.stream_id,
                id: AlertRuleId::from(id),
                name,
                operator: word("operator", &operator)?,
                threshold,
                window_seconds: self.window_seconds,
            },
            _ => Source::Heard {
                call: self.stream_id,
                kind: word("type", &self.r#type)?,
                seq: self.seq.unwrap_or_default(),
            },
        };
        let by = self.acknowledged_by.map(UserId::from);
        Ok(AlertRow {
            id: self.alert_id,
            source,
            kind: self.r#type,
            severity: word("severity", &self.severity)?,
            subject: AlertSubject {
                kind: word("subject_type", &self.subject_type)?,
                id: self.subject_id,
            },
            value: self.value,
            raised_at: self.raised_at.into(),
            state,
            acknowledged: by.zip(self.acknowledged_at.map(Timestamp::from)),
            over_at: self.over_at.map(Timestamp::from),
            resolution: self.resolution.map(|why| word("resolution", &why)).transpose()?,
            resolved_by: self.resolved_by.map(UserId::from),
        })
    }
}

/// What is open by rules: which rule, and what it is about.
///
/// # Errors
/// The database is away, or a row cannot be read.
pub async fn open(
    database: &Database,
    org: OrgId,
) -> Result<Vec<(AlertRuleId, AlertSubject)>, RuntimeError> {
    let mut tx = database.org_tx(org.uuid()).await?;
    let rows = sqlx::query_file!("src/alerts/open.sql", org.uuid()).fetch_all(&mut *tx).await?;
    let open = rows.into_iter().map(|row| {
        let kind: SubjectType = word("subject_type", &row.subject_type)?;
        let subject = AlertSubject { kind, id: row.subject_id };
        Ok((AlertRuleId::from(row.rule_id), subject))
    });
    open.collect()
}
