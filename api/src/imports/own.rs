//! `{id}` of an import: for a campaign that the caller may run, or of numbers that are not to be
//! called.

use axum::extract::FromRequestParts;
use domain::OrgId;
use domain::import_batch::{ImportBatch, ImportPurpose};
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
        let campaign = purpose(app, caller.org, id).await?.campaign();
        runs(app, &caller, campaign.ok_or_else(Problem::not_found)?).await?;
        Ok(Self(id))
    }
}

/// `{id}` of an import of numbers that are not to be called.
#[derive(Clone, Copy, Debug)]
pub struct NumberImport(pub Uuid);

impl FromRequestParts<App> for NumberImport {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        match purpose(app, caller.org, id).await? {
            ImportPurpose::Suppression { .. } => Ok(Self(id)),
            ImportPurpose::Contacts { .. } => Err(Problem::not_found()),
        }
    }
}

async fn purpose(app: &App, org: OrgId, id: Uuid) -> Result<ImportPurpose, Problem> {
    let state = app.commands().state::<ImportBatch>(org, id).await;
    let state = state.map_err(|error| log_failed(&error))?;
    let import = state.as_ref().and_then(|(import, _)| import.known());
    Ok(import.ok_or_else(Problem::not_found)?.purpose.clone())
}
