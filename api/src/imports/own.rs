//! `{id}` of an import for a campaign that the caller may run.

use axum::extract::FromRequestParts;
use domain::import_batch::ImportBatch;
use http::request::Parts;
use uuid::Uuid;

use crate::campaigns::own::runs;
use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::{Problem, log_failed};

/// `{id}` of an import for a campaign that the caller runs.
#[derive(Clone, Copy, Debug)]
pub struct OwnImport(pub Uuid);

impl FromRequestParts<App> for OwnImport {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let state = app.commands().state::<ImportBatch>(caller.org, id).await;
        let state = state.map_err(|error| log_failed(&error))?;
        let import = state.as_ref().and_then(|(import, _)| import.known());
        let campaign = import.ok_or_else(Problem::not_found)?.campaign_id;
        runs(app, &caller, campaign).await?;
        Ok(Self(id))
    }
}
