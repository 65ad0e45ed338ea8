//! The rows of erasures.

use chrono::{DateTime, Utc};
use database::Role;
use domain::{OrgId, SubjectId, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::ledger::{Entry, Line};
use super::{ErasureError, Erasures, Key};
use crate::clock::utc;

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

/// What an entry is read from.
pub(super) const ENTRY: &str = "org_id, erasure_id, subject_id, encode(key_mark, 'hex') AS mark, \
    legal_basis, requested_by, requested_at";

/// What the ledger says of a row.
pub(super) fn entry(row: &PgRow) -> Result<Entry, ErasureError> {
    let requested_at: DateTime<Utc> = row.try_get("requested_at")?;
    Ok(Entry {
        erasure_id: row.try_get("erasure_id")?,
        organization_id: row.try_get("org_id")?,
        subject_id: row.try_get("subject_id")?,
        key_mark: row.try_get("mark")?,
        legal_basis: row.try_get("legal_basis")?,
        requested_by: row.try_get("requested_by")?,
        requested_at: requested_at.into(),
    })
}

/// An entry on its way into the table.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    entry: Entry,
    ledger_number: Option<u64>,
    ledger_hash: Option<String>,
}

impl Erasures {
    /// A row for everything that is asked for, once; from the ledger with its line.
    pub(super) async fn insert(
        &self,
        entries: &[(&Entry, Option<&Line>)],
    ) -> Result<(), ErasureError> {
        let row = |(entry, line): &(&Entry, Option<&Line>)| Row {
            entry: (*entry).clone(),
            ledger_number: line.map(|line| line.number),
            ledger_hash: line.map(|line| line.hash.clone()),
        };
        let rows: Vec<Row> = entries.iter().map(row).collect();
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "INSERT INTO erasures (org_id, erasure_id, subject_id, key_mark, legal_basis, \
                 requested_by, requested_at, ledger_number, ledger_hash, due_at) \
             SELECT organization_id, erasure_id, subject_id, decode(key_mark, 'hex'), \
                    legal_basis, requested_by, \
                    requested_at, ledger_number, decode(ledger_hash, 'hex'), $2 \
             FROM jsonb_to_recordset($1) AS r(organization_id uuid, erasure_id uuid, \
                 subject_id uuid, key_mark text, legal_basis text, requested_by text, \
                 requested_at timestamptz, ledger_number bigint, ledger_hash text) \
             ON CONFLICT DO NOTHING",
        )
        .bind(sqlx::types::Json(rows))
        .bind(utc(self.commands.now()))
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// What was asked for first of a person.
    pub(super) async fn first(
        &self,
        org: OrgId,
        subject: SubjectId,
    ) -> Result<Entry, ErasureError> {
        let select = format!("SELECT {ENTRY} FROM erasures WHERE org_id = $1 AND subject_id = $2");
        self.one(&select, (org, subject.uuid())).await
    }

    /// What an erasure was asked for.
    pub(super) async fn entry(&self, org: OrgId, id: Uuid) -> Result<Entry, ErasureError> {
        let select = format!("SELECT {ENTRY} FROM erasures WHERE org_id = $1 AND erasure_id = $2");
        self.one(&select, (org, id)).await
    }

    async fn one(&self, select: &str, (org, id): (OrgId, Uuid)) -> Result<Entry, ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let row = sqlx::query(select).bind(org.uuid()).bind(id);
        entry(&row.fetch_one(&mut *connection).await?)
    }

    /// Every erasure that this database knows of, the oldest first.
    pub(super) async fn entries(&self) -> Result<Vec<Entry>, ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let select = format!("SELECT {ENTRY} FROM erasures ORDER BY requested_at, erasure_id");
        let rows = sqlx::query(&select).fetch_all(&mut *connection).await?;
        rows.iter().map(entry).collect()
    }

    /// It is in the ledger.
    pub(super) async fn noted(&self, line: &Line) -> Result<(), ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query(
            "UPDATE erasures SET ledger_number = $3, ledger_hash = decode($4, 'hex') \
             WHERE org_id = $1 AND erasure_id = $2 AND ledger_number IS NULL",
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
             JOIN subject_keys k ON k.org_id = l.org_id AND k.subject_id = l.subject_id \
             WHERE k.wrapped IS NOT NULL",
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
