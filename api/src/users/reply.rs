//! A user as it is answered: built with its personal fields sealed, opened in one function just
//! before it leaves.

use domain::user::{KnownUser, User};
use domain::{OrgId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows, open, written};
use crate::http::app::App;
use crate::http::problem::Problem;

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
    /// `invited`, `active`, `suspended` or `erased`
    pub status: String,
    /// When they were registered or invited.
    pub created_at: Timestamp,
    /// How many facts they have.
    pub version: u64,
}

impl UserReply {
    /// As the log has it, personal fields sealed.
    pub(super) fn known(id: UserId, user: &KnownUser, version: u64) -> Self {
        Self {
            id: id.uuid(),
            email: written(&user.email),
            display_name: user.name.as_ref().and_then(written),
            role: user.role.word().to_owned(),
            status: user.status.word().to_owned(),
            created_at: user.created_at,
            version,
        }
    }
}

impl Resource for UserReply {
    async fn opened(mut self, app: &App, org: OrgId) -> Result<Self, Problem> {
        self.email = open(app, org, self.email).await?;
        self.display_name = open(app, org, self.display_name).await?;
        Ok(self)
    }
}

impl Shows<User> for UserReply {
    fn of(id: Uuid, user: &User, version: u64) -> Option<Self> {
        user.known().map(|known| Self::known(UserId::from(id), known, version))
    }
}
