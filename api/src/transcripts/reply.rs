//! A transcript as it is answered.

use domain::transcript::{Transcript, TranscriptSource, TranscriptStatus};
use domain::{OrgId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::{Resource, Shows};
use crate::http::app::App;
use crate::http::problem::Problem;

/// How far a transcript is.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct TranscriptReply {
    /// The call.
    pub(super) call_id: Uuid,
    /// `open`: more may come; `completed`: everything is there; `failed`: nothing more comes.
    pub(super) status: TranscriptStatus,
    /// Who has written it down: `stt`, a machine that listens; `import`, another system after the
    /// call; `manual`, a person.
    pub(super) source: TranscriptSource,
    /// In which language, as in BCP 47; `null` where nobody has said so.
    pub(super) language: Option<String>,
    /// How many segments there are.
    pub(super) segments: u32,
    /// How many words they have, corrected ones as they are now.
    pub(super) words: u32,
    /// Since when it is there.
    pub(super) started_at: Timestamp,
    /// Since when nothing is added.
    pub(super) closed_at: Option<Timestamp>,
    /// How many facts it has.
    pub(super) version: u64,
}

impl Resource for TranscriptReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

impl Shows<Transcript> for TranscriptReply {
    fn of(id: Uuid, state: &Transcript, version: u64) -> Option<Self> {
        let known = state.known()?;
        Some(Self {
            call_id: id,
            status: known.status,
            source: known.source,
            language: known.language.clone(),
            segments: known.segments(),
            words: known.words(),
            started_at: known.started_at,
            closed_at: known.closed_at,
            version,
        })
    }
}
