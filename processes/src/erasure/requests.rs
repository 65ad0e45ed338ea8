//! Requests that were asked under a key: whoever repeats one is told of the same erasure for a day.

use database::Role;
use domain::OrgId;
use uuid::Uuid;

use super::ask::Request;
use super::{ErasureError, Erasures};
use crate::clock::utc;
use crate::ids;

/// How long a request is known again.
const KNOWN_MS: i64 = 86_400_000;

/// A request under a key.
pub(super) struct Claim {
    org: Uuid,
    request: Uuid,
    /// The erasure that it has led to before.
    pub led_to: Option<Uuid>,
    /// Nobody has asked so before.
    new: bool,
}

impl Erasures {
    /// Claims the key of a request, where it has one, before anything is done on it.
    ///
    /// # Errors
    /// [`ErasureError::KeyReused`] where the key was used for somebody else or for another reason.
    pub(super) async fn claim(
        &self,
        org: OrgId,
        by: &str,
        asked: &Request,
    ) -> Result<Option<Claim>, ErasureError> {
        let Some(key) = &asked.key else { return Ok(None) };
        let keyring = self.commands.keyring();
        let request = ids::erasure_request(keyring, org, by, key).await?;
        let whom = asked.whom.to_string();
        let of = (whom.as_str(), asked.legal_basis.as_str());
        let mark = ids::erasure_mark(keyring, org, of, key).await?;
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let (new, kept, led_to): (bool, Uuid, Option<Uuid>) = sqlx::query_as(
            "INSERT INTO erasure_requests AS r (org_id, request_id, mark, requested_at) \
             VALUES ($1, $2, $3, $4) \
             ON CONFLICT (org_id, request_id) DO UPDATE SET mark = r.mark \
             RETURNING xmax = 0, mark, erasure_id",
        )
        .bind(org.uuid())
        .bind(request)
        .bind(mark)
        .bind(utc(self.commands.now()))
        .fetch_one(&mut *connection)
        .await?;
        match kept == mark {
            true => Ok(Some(Claim { org: org.uuid(), request, led_to, new })),
            false => Err(ErasureError::KeyReused),
        }
    }

    /// Keeps what a request has led to; of one that came to nothing, its key is free again.
    pub(super) async fn settle(
        &self,
        claim: Option<Claim>,
        led_to: Option<Uuid>,
    ) -> Result<(), ErasureError> {
        let Some(claim) = claim else { return Ok(()) };
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        let settle = match led_to {
            Some(erasure) => sqlx::query(
                "UPDATE erasure_requests SET erasure_id = $3 WHERE org_id = $1 AND request_id = $2",
            )
            .bind(claim.org)
            .bind(claim.request)
            .bind(erasure),
            None if claim.new => sqlx::query(
                "DELETE FROM erasure_requests \
                 WHERE org_id = $1 AND request_id = $2 AND erasure_id IS NULL",
            )
            .bind(claim.org)
            .bind(claim.request),
            None => return Ok(()),
        };
        settle.execute(&mut *connection).await?;
        Ok(())
    }

    /// Requests of the day before are known again by nothing.
    pub(super) async fn forget_requests(&self) -> Result<(), ErasureError> {
        let mut connection = self.database.pool(Role::Process).acquire().await?;
        sqlx::query("DELETE FROM erasure_requests WHERE requested_at < $1")
            .bind(utc(self.commands.now().plus_ms(-KNOWN_MS)))
            .execute(&mut *connection)
            .await?;
        Ok(())
    }
}
