//! How much was written down of a call, as it is answered with the call.

use domain::transcript::TranscriptStatus;
use projections::transcripts::read::Summary;
use serde::Serialize;
use utoipa::ToSchema;

/// How much was written down of what was said.
#[derive(Serialize, ToSchema)]
pub struct TranscriptSummary {
    /// `open`: more may come; `completed`: everything is there; `failed`: nothing more comes.
    status: TranscriptStatus,
    /// How many segments there are.
    segments: u64,
    /// How many words they have, corrected ones as they are now.
    words: u64,
    /// In which language, as in BCP 47; `null` where nobody has said so.
    language: Option<String>,
}

impl From<Summary> for TranscriptSummary {
    fn from(summary: Summary) -> Self {
        Self {
            status: summary.status,
            segments: summary.segments,
            words: summary.words,
            language: summary.language,
        }
    }
}
