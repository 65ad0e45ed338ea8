//! A user as it is answered: built with its personal fields sealed, opened in one function just
//! before it leaves.

use domain::user::{KnownUser, User, UserRefusal};
use domain::{Personal, PersonalText, Timestamp, UserId};
use event_store::{Reply, StoredReply};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::calls::reply::open;
use crate::http::app::App;
use crate::http::command::etag;
use crate::http::problem::{Problem, stored_refusal};

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct UserReply {
    /// The id.
    pub id: Uuid,
    /// With what they sign in; `null` once it is erased.
    pub email: Option<String>,
    /// How they are called; `null` before they have said it, and once it is erased.
    pub display_name: Option<String>,
    /// What they may do.
    pub role: String,
    /// `invited`, `active` or `suspended`
    pub status: String,
    /// When they were registered or invited.
    pub created_at: Timestamp,
    /// How many facts they have.
    pub version: u64,
}

impl UserReply {
    /// As the log has it, personal fields sealed.
    pub(super) fn of(id: UserId, user: &KnownUser, version: u64) -> Self {
        Self {
            id: id.uuid(),
            email: token(&user.email),
            display_name: user.name.as_ref().and_then(token),
            role: user.role.word().to_owned(),
            status: user.status.word().to_owned(),
            created_at: user.created_at,
            version,
        }
    }

    /// Opens the personal fields; erased ones are `null`.
    pub(super) async fn opened(mut self, app: &App, org: domain::OrgId) -> Result<Self, Problem> {
        self.email = open(app, org, self.email).await?;
        self.display_name = open(app, org, self.display_name).await?;
        Ok(self)
    }
}

fn token<T: PersonalText>(field: &Personal<T>) -> Option<String> {
    match field {
        Personal::Sealed(token) => Some(token.as_str().to_owned()),
        // What was registered here a short time ago. The answer is not kept: it has no key.
        Personal::Known { value, .. } => Some(value.expose().to_owned()),
        Personal::Erased => None,
    }
}

/// Writes the answer of an accepted command.
pub(super) struct Accepted(pub UserId);

impl Reply<User> for Accepted {
    fn accepted(&self, user: &User, version: u64) -> StoredReply {
        let reply = user.known().map(|known| UserReply::of(self.0, known, version));
        StoredReply {
            status: 200,
            body: serde_json::to_vec(&reply).unwrap_or_default(),
            etag: Some(etag(version)),
            ..StoredReply::default()
        }
    }

    fn refused(&self, refusal: &UserRefusal) -> Option<StoredReply> {
        Some(stored_refusal(refusal))
    }
}
