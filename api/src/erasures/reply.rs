//! An erasure as it is answered, with its certificate once it is done.

use domain::{OrgId, Timestamp};
use processes::erasure::Erasure;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::problem::Problem;

/// An erasure. It names nobody: of the person there is only a random id.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErasureReply {
    /// The id.
    pub id: Uuid,
    /// Whose data: the user, or a random id to which nothing leads any more.
    subject_id: Uuid,
    /// `erasing`: nobody can read what was sealed, that the calls say so follows; or `erased`.
    state: &'static str,
    /// Why.
    legal_basis: String,
    /// Who has asked for it: `user:<id>`.
    requested_by: String,
    /// When.
    requested_at: Timestamp,
    /// When it was done.
    erased_at: Option<Timestamp>,
    /// How many calls say that they are erased.
    calls: Option<i64>,
    /// Its line in the ledger.
    ledger: Option<LedgerReply>,
    /// Where the log says that it is done.
    position: Option<i64>,
    /// The certificate: the same, signed, as a JSON Web Token of the type `erasure+jwt` with the
    /// key `voice-erasures` of `/.well-known/jwks.json`; not there until it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
}

/// A line of the ledger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LedgerReply {
    /// Its place.
    number: i64,
    /// Its hash, in hexadecimal.
    hash: String,
}

#[derive(Serialize)]
struct Claims<'r> {
    iss: &'static str,
    organization_id: Uuid,
    #[serde(flatten)]
    erasure: &'r ErasureReply,
}

impl ErasureReply {
    /// What is known of it.
    pub(super) fn of(app: &App, org: OrgId, erasure: &Erasure) -> Result<Self, Problem> {
        let number = erasure.ledger_number.zip(erasure.ledger_hash.clone());
        let mut reply = Self {
            id: erasure.erasure_id,
            subject_id: erasure.subject_id,
            state: if erasure.erased_at.is_some() { "erased" } else { "erasing" },
            legal_basis: erasure.legal_basis.clone(),
            requested_by: erasure.requested_by.clone(),
            requested_at: Timestamp::from(erasure.requested_at),
            erased_at: erasure.erased_at.map(Timestamp::from),
            calls: erasure.calls,
            ledger: number.map(|(number, hash)| LedgerReply { number, hash }),
            position: erasure.position,
            certificate: None,
        };
        if reply.erased_at.is_some() {
            let claims = Claims { iss: "voice", organization_id: org.uuid(), erasure: &reply };
            let signed = app.tokens().certified(&claims);
            reply.certificate = Some(signed.map_err(|error| Problem::fault(&error))?);
        }
        Ok(reply)
    }
}
