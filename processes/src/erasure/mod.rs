//! Erases people: destroys the key that seals what is known of them, and with it the index that
//! leads to them; says so in every call and contact of theirs; purges what is left; and can prove
//! it.
//!
//! ```text
//! asked for ─► a row ─► a line in the ledger ─► the key is destroyed ─► the calls say so ─► done
//! ```
//!
//! Whoever dies on the way is carried on by the next one. Before a server serves, it destroys
//! again what the ledger names: after a restore of an old backup nobody comes back.
//!
//! *Architecture invariant:* no event is changed. What was sealed stays as it is, byte for byte,
//! and can be read by nobody; the chain of the log holds.

mod ask;
mod carry_on;
mod error;
mod ledger;
mod requests;
mod table;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use database::Database;
use domain::{OrgId, SubjectId, UserId};
use projections::calls::read::CallFilter;
use projections::freshness::{self, Reached};
use uuid::Uuid;

pub use ask::{Request, Whom};
pub use error::ErasureError;
pub use ledger::{Entry, Ledger, LedgerError, Line};
pub use table::{Erasure, ErasurePlace};

use crate::agents::Agents;
use crate::auth::Accounts;
use crate::commands::Commands;
use crate::ids::Ids;

/// How long the read models of calls and contacts may take to get where the log is.
const PATIENCE: Duration = Duration::from_secs(3);

/// Erases people; cheap to clone.
#[derive(Clone)]
pub struct Erasures {
    database: Database,
    commands: Commands,
    accounts: Accounts,
    agents: Agents,
    ids: Arc<dyn Ids>,
    ledger: Ledger,
}

impl Erasures {
    /// The erasures of a database, with their ledger.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        accounts: Accounts,
        ids: Arc<dyn Ids>,
        ledger: Ledger,
    ) -> Self {
        let agents = Agents::new(database.clone(), commands.clone());
        Self { database, commands, accounts, agents, ids, ledger }
    }

    /// Puts it down in the ledger, says of a user that they are erased, then destroys the key. It
    /// can be done again.
    async fn destroy(&self, entry: Entry) -> Result<(), ErasureError> {
        let (org, subject) = (entry.organization_id, entry.subject_id);
        let line = {
            let ledger = self.ledger.clone();
            tokio::task::spawn_blocking(move || ledger.append(entry)).await
        };
        let line = line.map_err(|error| ErasureError::Fault(error.to_string()))??;
        self.noted(&line).await?;
        // Nobody is made an administrator any more who is being erased.
        self.tell_user(&line.entry).await?;
        // Whoever signs in is their own subject; of whoever does not, nothing is found.
        self.accounts.forget_user(OrgId::from(org), UserId::from(subject)).await?;
        self.commands.keyring().destroy(org, subject).await?;
        Ok(())
    }

    /// Destroys again what the ledger names, before anything is served or dialed: an old backup
    /// may have brought it back. How many keys there were. What the database knows and the ledger
    /// does not, because another server has done it or the file was lost, is written into it
    /// first.
    ///
    /// # Errors
    /// The database is away, a key cannot be unwrapped, or the ledger cannot be written.
    pub async fn replay(&self) -> Result<usize, ErasureError> {
        let learned = self.learn().await?;
        if learned > 0 {
            tracing::warn!(learned, "the ledger of erasures lacked what the database knows of");
        }
        let lines = self.ledger.lines();
        let named: Vec<_> = lines.iter().map(|line| (&line.entry, Some(line))).collect();
        self.insert(&named).await?;
        for line in &lines {
            // A token of theirs that the database does not know may still live.
            let (org, subject) = (line.entry.organization_id, line.entry.subject_id);
            let (org, user) = (OrgId::from(org), UserId::from(subject));
            self.accounts.bar((org, user), line.entry.requested_at);
        }
        let mut back = 0;
        for line in self.with_keys(&lines).await? {
            let (org, subject) = (line.entry.organization_id, line.entry.subject_id);
            self.accounts.forget_user(OrgId::from(org), UserId::from(subject)).await?;
            if self.commands.keyring().destroy(org, subject).await?.is_some() {
                self.again(line).await?;
                back += 1;
            }
        }
        Ok(back)
    }

    /// Writes into the ledger what the database alone knows of; how much that was.
    async fn learn(&self) -> Result<usize, ErasureError> {
        let known = self.ledger.lines();
        let known: HashSet<Uuid> = known.iter().map(|line| line.entry.erasure_id).collect();
        let mut entries = self.entries().await?;
        entries.retain(|entry| !known.contains(&entry.erasure_id));
        let (learned, ledger) = (entries.len(), self.ledger.clone());
        let written = tokio::task::spawn_blocking(move || {
            entries.into_iter().try_for_each(|entry| ledger.append(entry).map(|_| ()))
        });
        written.await.map_err(|error| ErasureError::Fault(error.to_string()))??;
        Ok(learned)
    }

    /// Waits until the read models of calls and contacts have everything that is in the log now.
    async fn caught_up(&self) -> Result<(), ErasureError> {
        let head = freshness::position_of(&self.database, "calls").await?.head;
        for model in ["calls", "contacts"] {
            match freshness::wait_for(&self.database, model, head, PATIENCE).await? {
                Reached::Reached => {}
                Reached::Lagging { .. } => return Err(ErasureError::Lagging),
            }
        }
        Ok(())
    }
}

/// The calls of a person.
fn of(subject: SubjectId) -> CallFilter {
    CallFilter { subject: Some(subject), ..CallFilter::default() }
}

/// The organization and the erasure.
type Key = (Uuid, Uuid);
