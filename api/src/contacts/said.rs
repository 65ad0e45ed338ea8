//! What was said in the calls with a person, and how they felt, for them to have.

use domain::transcript::{MAX_SEGMENTS, TranscriptStatus};
use domain::{CallId, OrgId};
use projections::transcripts::read as transcripts;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::calls::heard::Heard;
use crate::http::app::App;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, unavailable};
use crate::sentiment::summary::SentimentSummary;
use crate::transcripts::get::TranscriptSegment;

/// So many segments an export has at most, of all calls together.
const MOST: i64 = 20_000;

/// What was said in a call.
#[derive(Serialize, ToSchema)]
pub struct SaidInCall {
    call_id: Uuid,
    /// `open`: more may come; `completed`: everything is there; `failed`: nothing more comes.
    status: TranscriptStatus,
    /// In which language, as in BCP 47; `null` where nobody has said so.
    language: Option<String>,
    /// What was said, by whomever, in the order in which it was said.
    segments: Vec<TranscriptSegment>,
    /// What the last run of an engine has found of it; `null` where there was none.
    sentiment: Option<SentimentSummary>,
}

/// What was said in these calls, in their order, and whether there is more.
pub(super) async fn said(
    app: &App,
    org: OrgId,
    calls: impl Iterator<Item = CallId>,
) -> Result<(Vec<SaidInCall>, bool), Problem> {
    let (mut said, mut left) = (Vec::new(), MOST);
    for call in calls {
        let heard = Heard::of(app, org, call).await?;
        let Some(transcript) = heard.transcript else { continue };
        let of_call = i64::try_from(MAX_SEGMENTS).unwrap_or(i64::MAX).min(left);
        let rows = transcripts::segments(app.database(), org, call, None, of_call + 1).await;
        let page = Page::cut(rows.map_err(|error| unavailable(&error))?, of_call);
        left -= i64::try_from(page.rows.len()).unwrap_or(left);
        let segments = page.rows.into_iter().map(|row| TranscriptSegment::read(app, org, row));
        said.push(SaidInCall {
            call_id: call.uuid(),
            status: transcript.status,
            language: transcript.language,
            segments: page::opened(segments).await?,
            sentiment: heard.run.map(SentimentSummary::from),
        });
        if page.more {
            return Ok((said, true));
        }
    }
    Ok((said, false))
}
