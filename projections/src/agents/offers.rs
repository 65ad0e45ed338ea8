//! What was offered to agents of a batch, and what has come of it.

use chrono::{DateTime, Utc};
use domain::OfferId;
use domain::agent::AgentEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::folded::Key;

/// A call began with the offer.
const ACCEPTED: &str = "accepted";

/// Offers of a batch, in the order of the log.
#[derive(Default)]
pub(super) struct Offers {
    made: Made,
    closed: Closed,
}

#[derive(Default)]
struct Made {
    orgs: Vec<Uuid>,
    agents: Vec<Uuid>,
    offers: Vec<Uuid>,
    calls: Vec<Uuid>,
    at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
struct Closed {
    orgs: Vec<Uuid>,
    agents: Vec<Uuid>,
    offers: Vec<Uuid>,
    outcomes: Vec<&'static str>,
}

impl Offers {
    pub(super) fn tell(&mut self, key: Key, event: &AgentEvent) {
        if let AgentEvent::AgentReserved { offer_id, call_id, at, .. } = event {
            self.made.orgs.push(key.0);
            self.made.agents.push(key.1);
            self.made.offers.push(offer_id.uuid());
            self.made.calls.push(call_id.uuid());
            self.made.at.push((*at).into());
        } else if let AgentEvent::AgentReservationReleased { offer_id, outcome, .. } = event {
            self.close(key, *offer_id, outcome.word());
        } else if let AgentEvent::AgentCallStarted { offer_id: Some(offer), .. } = event {
            self.close(key, *offer, ACCEPTED);
        }
    }

    fn close(&mut self, key: Key, offer: OfferId, outcome: &'static str) {
        self.closed.orgs.push(key.0);
        self.closed.agents.push(key.1);
        self.closed.offers.push(offer.uuid());
        self.closed.outcomes.push(outcome);
    }

    pub(super) async fn write(self, tx: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { made, closed } = self;
        if !made.offers.is_empty() {
            let insert = sqlx::query_file!(
                "src/agents/insert_offers.sql",
                &made.orgs,
                &made.agents,
                &made.offers,
                &made.calls,
                &made.at,
            );
            insert.execute(&mut *tx).await?;
        }
        if !closed.offers.is_empty() {
            let close = sqlx::query_file!(
                "src/agents/close_offers.sql",
                &closed.orgs,
                &closed.agents,
                &closed.offers,
                &closed.outcomes as _,
            );
            close.execute(tx).await?;
        }
        Ok(())
    }
}
