//! What is said of a number, as it is answered: built with the number sealed, opened in one
//! function just before it leaves.

use domain::dnc::{Dnc, DncScope, KnownDnc};
use domain::{CampaignId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows, open, written};
use crate::http::app::App;
use crate::http::problem::Problem;

/// A number that is not to be called.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = DncEntry)]
pub struct DncReply {
    /// The id.
    pub id: Uuid,
    /// The number, in E.164; `null` once the person was erased. It is still not called then.
    number: Option<String>,
    /// The campaign that it binds; `null`: the whole organization.
    campaign_id: Option<CampaignId>,
    /// `agent`, `keypress`, `sms`, `import`, `api`, `regulator` or `erasure`
    source: String,
    /// Why.
    reason: String,
    /// Who has written it down.
    by: Option<Uuid>,
    suppressed_at: Timestamp,
    /// Until when; `null`: without end.
    expires_at: Option<Timestamp>,
    /// When it was taken back, where it was.
    reinstated_at: Option<Timestamp>,
    /// How many facts it has.
    pub version: u64,
}

impl DncReply {
    /// As the log has it, the number sealed.
    pub(crate) fn known(id: Uuid, entry: &KnownDnc, version: u64) -> Self {
        Self {
            id,
            number: written(&entry.number),
            campaign_id: match entry.scope {
                DncScope::Organization => None,
                DncScope::Campaign { campaign_id } => Some(campaign_id),
            },
            source: entry.source.word().to_owned(),
            reason: entry.reason.clone(),
            by: entry.by.map(|by| by.uuid()),
            suppressed_at: entry.suppressed_at,
            expires_at: entry.expires_at,
            reinstated_at: entry.reinstated_at,
            version,
        }
    }
}

impl Resource for DncReply {
    async fn opened(mut self, app: &App, org: OrgId) -> Result<Self, Problem> {
        self.number = open(app, org, self.number).await?;
        Ok(self)
    }
}

impl Shows<Dnc> for DncReply {
    fn of(id: Uuid, entry: &Dnc, version: u64) -> Option<Self> {
        entry.known().map(|known| Self::known(id, known, version))
    }
}
