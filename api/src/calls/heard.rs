//! What was written down of a call, and what was found of it: beside the call, with versions of
//! their own.

use domain::{CallId, OrgId};
use projections::sentiment::read::{self as sentiment, Run};
use projections::transcripts::read::{self as transcripts, Summary};

use crate::http::app::App;
use crate::http::command::etag;
use crate::http::problem::{Problem, unavailable};

/// How far both are.
pub(crate) struct Heard {
    pub(crate) transcript: Option<Summary>,
    pub(crate) run: Option<Run>,
}

impl Heard {
    /// Of a call.
    ///
    /// # Errors
    /// A read model is away.
    pub(crate) async fn of(app: &App, org: OrgId, call: CallId) -> Result<Self, Problem> {
        let transcript = transcripts::summary(app.database(), org, call).await;
        let transcript = transcript.map_err(|error| unavailable(&error))?;
        let run = match transcript {
            // Nothing is found of what nobody wrote down.
            None => None,
            Some(_) => sentiment::run(app.database(), (org, call), None, None)
                .await
                .map_err(|error| unavailable(&error))?,
        };
        Ok(Self { transcript, run })
    }

    /// The tag of an answer that has a version of the call, and these. They change without it.
    pub(super) fn tag(&self, version: u64) -> String {
        let mut tag = etag(version);
        tag.truncate(tag.len().saturating_sub(1));
        if let Some(transcript) = &self.transcript {
            tag += &format!("-t{}", transcript.version);
        }
        if let Some(run) = &self.run {
            tag += &format!("-s{}", run.run_id.uuid().simple());
        }
        tag.push('"');
        tag
    }
}
