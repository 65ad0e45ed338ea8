//! What somebody has to know: few facts, one statement each.

use chrono::{DateTime, Utc};
use domain::call_sentiment::SentimentEvent;
use domain::sentiment::Score;
use sqlx::PgConnection;

use crate::{ApplyError, Recorded};

pub(super) async fn write(
    tx: &mut PgConnection,
    recorded: &Recorded,
    event: &SentimentEvent,
) -> Result<(), ApplyError> {
    let (org, call) = (recorded.org_id.uuid(), recorded.aggregate_id);
    match event {
        SentimentEvent::SentimentAlertRaised { kind, severity, score, seq, at } => {
            let raise = sqlx::query_file!(
                "src/sentiment/raise.sql",
                org,
                recorded.event_id,
                call,
                kind.word(),
                severity.word(),
                score.map(Score::ten_thousandths) as _,
                i32::try_from(*seq).unwrap_or(i32::MAX),
                DateTime::<Utc>::from(*at),
            );
            raise.execute(tx).await?;
        }
        SentimentEvent::SentimentAlertAcknowledged { kind, by, at } => {
            let acknowledge = sqlx::query_file!(
                "src/sentiment/acknowledge.sql",
                org,
                call,
                kind.word(),
                by.uuid(),
                DateTime::<Utc>::from(*at),
            );
            acknowledge.execute(tx).await?;
        }
        SentimentEvent::SentimentAlertCleared { kind, at, .. } => {
            let at = DateTime::<Utc>::from(*at);
            let clear = sqlx::query_file!("src/sentiment/clear.sql", org, call, kind.word(), at);
            clear.execute(tx).await?;
        }
        SentimentEvent::UtterancesScored { .. } | SentimentEvent::SentimentComputed { .. } => {}
    }
    Ok(())
}
