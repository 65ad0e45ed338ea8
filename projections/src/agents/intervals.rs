//! What agents of a batch did, from when until when.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::agent::{Activity, AgentEvent, KnownAgent};
use domain::{Personal, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::Key;

/// What an agent is seen to do, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Doing {
    activity: Activity,
    reason_code: Option<String>,
}

impl Doing {
    pub(super) fn of(agent: Option<&KnownAgent>) -> Option<Self> {
        let agent = agent?;
        let activity = agent.activity();
        let working = matches!(activity, Activity::OnCall | Activity::WrapUp | Activity::Reserved);
        let reason_code = agent.reason_code.clone().filter(|_| !working);
        Some(Self { activity, reason_code })
    }
}

struct Interval {
    key: Key,
    began_with: i64,
    doing: Doing,
    set_by: Option<&'static str>,
    note: Option<String>,
    call_id: Option<Uuid>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

/// The intervals that begin in a batch, in the order of the log.
#[derive(Default)]
pub(super) struct Intervals {
    begun: Vec<Interval>,
    /// The last one of each agent.
    last: HashMap<Key, usize>,
    /// With which fact, and when, what they did before the batch was over.
    ended: Vec<(Key, i64, DateTime<Utc>)>,
}

impl Intervals {
    /// An agent does something else since a fact.
    pub(super) fn begin(
        &mut self,
        key: Key,
        (began_with, at): (i64, Timestamp),
        event: &AgentEvent,
        (doing, agent): (Doing, &KnownAgent),
    ) {
        let started_at = DateTime::<Utc>::from(at);
        match self.last.get(&key).and_then(|last| self.begun.get_mut(*last)) {
            Some(last) => last.ended_at = Some(started_at),
            None => self.ended.push((key, began_with, started_at)),
        }
        let (mut set_by, mut note) = (None, None);
        if let AgentEvent::AgentPresenceChanged { by, note: said, .. } = event {
            set_by = Some(by.word());
            if let Some(Personal::Sealed(token)) = said {
                note = Some(token.as_str().to_owned());
            }
        }
        let call_id = match doing.activity {
            Activity::OnCall | Activity::WrapUp | Activity::Reserved => {
                agent.slots.last().map(|slot| slot.call_id().uuid())
            }
            _ => None,
        };
        self.last.insert(key, self.begun.len());
        let ended_at = None;
        self.begun.push(Interval {
            key,
            began_with,
            doing,
            set_by,
            note,
            call_id,
            started_at,
            ended_at,
        });
    }

    pub(super) async fn write(self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.begun.is_empty() {
            return Ok(());
        }
        let (mut orgs, mut ids, mut with, mut at) = (vec![], vec![], vec![], vec![]);
        for ((org, id), began_with, ended_at) in self.ended {
            orgs.push(org);
            ids.push(id);
            with.push(began_with);
            at.push(ended_at);
        }
        let end = sqlx::query_file!("src/agents/end_intervals.sql", &orgs, &ids, &with, &at);
        end.execute(&mut *tx).await?;
        let begun = &self.begun;
        let orgs: Vec<Uuid> = begun.iter().map(|interval| interval.key.0).collect();
        let ids: Vec<Uuid> = begun.iter().map(|interval| interval.key.1).collect();
        let with: Vec<i64> = begun.iter().map(|interval| interval.began_with).collect();
        let activities: Vec<&str> =
            begun.iter().map(|interval| interval.doing.activity.word()).collect();
        let reasons: Vec<Option<&str>> =
            begun.iter().map(|interval| interval.doing.reason_code.as_deref()).collect();
        let set_by: Vec<Option<&str>> = begun.iter().map(|interval| interval.set_by).collect();
        let notes: Vec<Option<&str>> =
            begun.iter().map(|interval| interval.note.as_deref()).collect();
        let calls: Vec<Option<Uuid>> = begun.iter().map(|interval| interval.call_id).collect();
        let started: Vec<DateTime<Utc>> =
            begun.iter().map(|interval| interval.started_at).collect();
        let ended: Vec<Option<DateTime<Utc>>> =
            begun.iter().map(|interval| interval.ended_at).collect();
        let insert = sqlx::query_file!(
            "src/agents/insert_intervals.sql",
            &orgs,
            &ids,
            &with,
            &activities as _,
            &reasons as _,
            &set_by as _,
            &notes as _,
            &calls as _,
            &started,
            &ended as _,
        );
        insert.execute(tx).await?;
        Ok(())
    }
}
