//! The slow path: one command that met a taken stream or a taken key is decided alone.

use sqlx::PgConnection;

use super::Writer;
use super::append::{Trouble, trouble};
use super::item::{Item, Verdict};
use crate::idempotency::{self, Kept};
use crate::metrics::add;

/// An expired key is freed and tried again; whoever takes it in between wins.
const TRIES: usize = 3;

impl Writer {
    /// Gives the winner's answer to the same key, a conflict to a loser, and a freed key to
    /// the first who asks for it.
    pub(super) async fn alone(&mut self, item: Item) {
        for _ in 0..TRIES {
            let now = self.now();
            let kept = match self.link.ready().await {
                Ok((connection, _)) => kept(connection, &item, now).await,
                Err(words) => Err(Trouble::Refuses(words)),
            };
            let counters = &self.shared.counters;
            match kept {
                Ok(Some(Kept::Same(outcome))) => {
                    add(&counters.replays, 1);
                    return item.judge(Verdict::Replayed(outcome));
                }
                Ok(Some(Kept::Other)) => return item.judge(Verdict::KeyReused),
                Ok(None | Some(Kept::Nothing)) => {
                    add(&counters.conflicts, 1);
                    return item.judge(Verdict::Conflict);
                }
                Ok(Some(Kept::Expired)) => {}
                Err(trouble) => return self.given_up(item, trouble),
            }
            match self.append(std::slice::from_ref(&item)).await {
                Ok(base) => return self.committed(vec![item], base),
                Err(Trouble::Taken) => {}
                Err(Trouble::Lost(words)) => return self.lost(vec![item], &words).await,
                Err(trouble) => return self.given_up(item, trouble),
            }
        }
        item.judge(Verdict::Conflict);
    }

    /// Nothing of this command was appended, and nothing will be.
    fn given_up(&mut self, item: Item, trouble: Trouble) {
        item.judge(match trouble {
            Trouble::Taken => Verdict::Conflict,
            Trouble::Full => Verdict::Overloaded,
            Trouble::Poison(words) | Trouble::Broken(words) => Verdict::Fault(words),
            Trouble::Refuses(words) => Verdict::Unavailable(words),
            Trouble::Lost(words) => {
                self.link.lose(&words);
                Verdict::Unavailable(words)
            }
        });
    }
}

/// What is kept with the item's key; an expired answer is removed.
async fn kept(
    connection: &mut PgConnection,
    item: &Item,
    now: i64,
) -> Result<Option<Kept>, Trouble> {
    let Some(answer) = &item.answer else { return Ok(None) };
    let org = item.stream.org_id;
    let found = idempotency::find(connection, org, &answer.key, now).await;
    let found = found.map_err(|error| trouble(&error))?;
    if matches!(found, Kept::Expired) {
        let freed = idempotency::free(connection, org, &answer.key, now).await;
        freed.map_err(|error| trouble(&error))?;
    }
    Ok(Some(found))
}
