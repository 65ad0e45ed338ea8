//! The clues of words that were said: as those of [`super::clues`], hundreds for each holder, so
//! that rows are small and only those are written that change.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use database::Role;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Keyring, KeyringError, clues};

/// How far the clues of a holder are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The version of the holder that they are of.
    pub version: i64,
    /// When they were noted.
    pub at: DateTime<Utc>,
}

/// Whoever notes the same holder waits for this.
const HOLD: &str = "INSERT INTO word_holders
    (org_id, holder_id, subject_id, version, noted_at, clues)
    VALUES ($1, $2, $3, $4, $5, '{}') ON CONFLICT DO NOTHING";
const HAD: &str = "SELECT version, clues FROM word_holders
    WHERE org_id = $1 AND holder_id = $2 FOR UPDATE";
const DROP: &str =
    "DELETE FROM word_clues WHERE org_id = $1 AND clue = ANY ($2) AND holder_id = $3";
const NOTE: &str = "INSERT INTO word_clues (org_id, clue, holder_id)
    SELECT $1, clue, $3 FROM unnest($2::bigint[]) clue ON CONFLICT DO NOTHING";
const KEEP: &str = "UPDATE word_holders SET version = $3, noted_at = $4, clues = $5
    WHERE org_id = $1 AND holder_id = $2";
const FORGET: &str = "WITH gone AS (
        DELETE FROM word_holders WHERE org_id = $1 AND subject_id = $2 RETURNING holder_id, clues)
    DELETE FROM word_clues w USING (SELECT holder_id, unnest(clues) AS clue FROM gone) g
    WHERE w.org_id = $1 AND w.clue = g.clue AND w.holder_id = g.holder_id";
const NOTED: &str = "SELECT version, noted_at FROM word_holders
    WHERE org_id = $1 AND holder_id = $2";
const COUNT: &str = "SELECT count(*) FROM (
        SELECT FROM word_clues WHERE org_id = $1 AND clue = ANY ($2) LIMIT $3) counted";
const FIND: &str = "SELECT DISTINCT holder_id FROM word_clues
    WHERE org_id = $1 AND clue = ANY ($2)";
const AMONG: &str = "SELECT DISTINCT holder_id FROM word_clues
    WHERE org_id = $1 AND clue = ANY ($2) AND holder_id = ANY ($3)";

/// Forgets the clues of whose key is destroyed in the same transaction.
pub(super) async fn forget(
    transaction: &mut PgConnection,
    (org, subject): (Uuid, Uuid),
) -> Result<(), KeyringError> {
    sqlx::query(FORGET).bind(org).bind(subject).execute(transaction).await?;
    Ok(())
}

impl Keyring {
    /// Half of a [`Keyring::pseudonym`], for a word: enough to find by, for whoever looks at what
    /// is found.
    ///
    /// # Errors
    /// The secret cannot be fetched or unwrapped.
    pub async fn word_clue(&self, org: Uuid, parts: &[&str]) -> Result<i64, KeyringError> {
        // Fewer bits of this half are the same in every id.
        let (_, half) = self.pseudonym(org, parts).await?.as_u64_pair();
        Ok(half.cast_signed())
    }

    /// Has a holder, who tells of a subject, these clues of words and no others; none, where the
    /// key of the subject is gone. They go with the key. What is noted of a later version of the
    /// holder stays.
    ///
    /// # Errors
    /// The database is away.
    pub async fn note_words(
        &self,
        org: Uuid,
        (subject, holder): (Uuid, Uuid),
        so_far: Noted,
        clues: &[i64],
    ) -> Result<(), KeyringError> {
        let mut tx = self.inner.database.pool(Role::Process).transaction().await?;
        if !clues::hold(&mut tx, (org, subject)).await? {
            return Ok(());
        }
        let hold = sqlx::query(HOLD).bind(org).bind(holder).bind(subject);
        hold.bind(so_far.version).bind(so_far.at).execute(&mut *tx).await?;
        let had = sqlx::query_as(HAD).bind(org).bind(holder);
        let (version, had): (i64, Vec<i64>) = had.fetch_one(&mut *tx).await?;
        if version > so_far.version {
            return Ok(());
        }
        let (gone, new) = (without(&had, clues), without(clues, &had));
        sqlx::query(DROP).bind(org).bind(gone).bind(holder).execute(&mut *tx).await?;
        sqlx::query(NOTE).bind(org).bind(new).bind(holder).execute(&mut *tx).await?;
        let keep = sqlx::query(KEEP).bind(org).bind(holder);
        keep.bind(so_far.version).bind(so_far.at).bind(clues).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// How far the clues of words of a holder are, where it has some.
    ///
    /// # Errors
    /// The database is away.
    pub async fn words_noted(
        &self,
        org: Uuid,
        holder: Uuid,
    ) -> Result<Option<Noted>, KeyringError> {
        let mut tx = self.inner.database.pool(Role::Process).transaction().await?;
        let noted: Option<(i64, DateTime<Utc>)> =
            sqlx::query_as(NOTED).bind(org).bind(holder).fetch_optional(&mut *tx).await?;
        Ok(noted.map(|(version, at)| Noted { version, at }))
    }

    /// How often holders have one of these clues of words, counted up to `cap`.
    ///
    /// # Errors
    /// The database is away.
    pub async fn count_words(
        &self,
        org: Uuid,
        clues: &[i64],
        cap: i64,
    ) -> Result<i64, KeyringError> {
        let mut tx = self.inner.database.org_tx(org).await?;
        let count = sqlx::query_scalar(COUNT).bind(org).bind(clues).bind(cap);
        Ok(count.fetch_one(&mut *tx).await?)
    }

    /// The holders that have one of these clues of words: among some, or all.
    ///
    /// # Errors
    /// The database is away.
    pub async fn word_holders(
        &self,
        org: Uuid,
        clues: &[i64],
        among: Option<&[Uuid]>,
    ) -> Result<Vec<Uuid>, KeyringError> {
        let mut tx = self.inner.database.org_tx(org).await?;
        let found = match among {
            Some(among) => sqlx::query_scalar(AMONG).bind(org).bind(clues).bind(among),
            None => sqlx::query_scalar(FIND).bind(org).bind(clues),
        };
        Ok(found.fetch_all(&mut *tx).await?)
    }
}

/// Those of some clues that are not among others.
fn without(clues: &[i64], others: &[i64]) -> Vec<i64> {
    let others: HashSet<_> = others.iter().collect();
    clues.iter().filter(|clue| !others.contains(clue)).copied().collect()
}
