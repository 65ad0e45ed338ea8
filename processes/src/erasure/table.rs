//! The rows of erasures.

use chrono::{DateTime, Utc};
use database::Role;
use domain::{OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ledger::{Entry, Line};
use super::{ErasureError, Erasures, Key};

/// An erasure.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Erasure {
    /// Which.
    pub erasure_id: Uuid,
    /// Whose data; a random id.
    pub subject_id: Uuid,
    /// Why.
    pub legal_basis: String,
    /// Who has asked for it: `user:<id>`.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Its line in the ledger.
    pub ledger_number: Option<i64>,
    /// The hash of that line, in hexadecimal.
    pub ledger_hash: Option<String>,
    /// How many calls say that they are erased.
    pub calls: Option<i64>,
    /// Where the log says that it is done.
    pub position: Option<i64>,
    /// When it was done.
    pub erased_at: Option<DateTime<Utc>>,
}

/// A place in the list, newest first: after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasurePlace {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Which.
    pub id: Uuid,
}

/// The mark of the key that an entry names.
pub(super) fn mark(entry: &Entry) -> Result<[u8; 8], ErasureError> {
    let digits = |place: usize| {
        let pair = entry.key_mark.get(2 * place..2 * place + 2)?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Option<Vec<u8>> = (0..8).map(digits).collect();
    let mark = bytes.and_then(|bytes| bytes.try_into().ok());
    mark.ok_or_else(|| ErasureError::Fault("the mark of a key is not one".to_owned()))
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    at.into()
}

impl Erasures {
    /// A row for what is asked for, once; from the ledger with its line.
    pub(super) async fn insert(
        &self,
        entry: &Entry,
        line: Option<&Line>,
    ) -> Result<(), ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let number = line.map(|line| i64::try_from(line.number).unwrap_or(i64::MAX));
        sqlx::query(
            "INSERT INTO erasures (org_id, erasure_id, subject_id, key_mark, legal_basis, \
                 requested_by, requested_at, ledger_number, ledger_hash, due_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, decode($9, 'hex'), $10) \
             ON CONFLICT (org_id, erasure_id) DO NOTHING",
        )
        .bind(entry.organization_id)
        .bind(entry.erasure_id)
        .bind(entry.subject_id)
        .bind(mark(entry)?.as_slice())
        .bind(&entry.legal_basis)
        .bind(&entry.requested_by)
        .bind(utc(entry.requested_at))
        .bind(number)
        .bind(line.map(|line| line.hash.as_str()))
        .bind(utc(self.commands.now()))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// It is in the ledger.
    pub(super) async fn noted(&self, line: &Line) -> Result<(), ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "UPDATE erasures SET ledger_number = $3, ledger_hash = decode($4, 'hex') \
             WHERE org_id = $1 AND erasure_id = $2",
        )
        .bind(line.entry.organization_id)
        .bind(line.entry.erasure_id)
        .bind(i64::try_from(line.number).unwrap_or(i64::MAX))
        .bind(&line.hash)
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// It has to be carried on again.
    pub(super) async fn again(&self, line: &Line) -> Result<(), ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "UPDATE erasures SET due_at = $3, erased_at = NULL \
             WHERE org_id = $1 AND erasure_id = $2",
        )
        .bind(line.entry.organization_id)
        .bind(line.entry.erasure_id)
        .bind(utc(self.commands.now()))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// The lines whose people have a key.
    pub(super) async fn with_keys<'l>(
        &self,
        lines: &'l [Line],
    ) -> Result<Vec<&'l Line>, ErasureError> {
        let orgs: Vec<Uuid> = lines.iter().map(|line| line.entry.organization_id).collect();
        let subjects: Vec<Uuid> = lines.iter().map(|line| line.entry.subject_id).collect();
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let there: Vec<Key> = sqlx::query_as(
            "SELECT DISTINCT k.org_id, k.subject_id \
             FROM unnest($1::uuid[], $2::uuid[]) AS l(org_id, subject_id) \
             JOIN subject_keys k ON k.org_id = l.org_id AND k.subject_id = l.subject_id",
        )
        .bind(orgs)
        .bind(subjects)
        .fetch_all(&mut *connection)
        .await?;
        let there: std::collections::HashSet<Key> = there.into_iter().collect();
        let has =
            |line: &&Line| there.contains(&(line.entry.organization_id, line.entry.subject_id));
        Ok(lines.iter().filter(has).collect())
    }

    /// One erasure.
    ///
    /// # Errors
    /// The database is away.
    pub async fn find(&self, org: OrgId, id: Uuid) -> Result<Option<Erasure>, ErasureError> {
        let mut tx = self.database.org_tx(org.uuid()).await?;
        let found = sqlx::query_as(
            "SELECT erasure_id, subject_id, legal_basis, requested_by, requested_at, \
                    ledger_number, encode(ledger_hash, 'hex') AS ledger_hash, calls, position, \
                    erased_at \
             FROM erasures WHERE org_id = $1 AND erasure_id = $2",
        );
        Ok(found.bind(org.uuid()).bind(id).fetch_optional(&mut *tx).await?)
    }

    /// At most `limit` erasures after a place, newest first.
    ///
    /// # Errors
    /// The database is away.
    pub async fn list(
        &self,
        org: OrgId,
        after: Option<&ErasurePlace>,
        limit: i64,
    ) -> Result<Vec<Erasure>, ErasureError> {
        let mut tx = self.database.org_tx(org.uuid()).await?;
        let found = sqlx::query_as(
            "SELECT erasure_id, subject_id, legal_basis, requested_by, requested_at, \
                    ledger_number, encode(ledger_hash, 'hex') AS ledger_hash, calls, position, \
                    erased_at \
             FROM erasures \
             WHERE org_id = $1 AND ($2::timestamptz IS NULL \
                                    OR (requested_at, erasure_id) < ($2, $3)) \
             ORDER BY requested_at DESC, erasure_id DESC LIMIT $4",
        );
        let found = found
            .bind(org.uuid())
            .bind(after.map(|place| utc(place.requested_at)))
            .bind(after.map(|place| place.id))
            .bind(limit);
        Ok(found.fetch_all(&mut *tx).await?)
    }
}
