//! `{id}` of an export that the caller sees: their own, or, for who answers for the organization
//! and who looks whether they do, anybody's.

use axum::extract::FromRequestParts;
use domain::export::{Export, KnownExport};
use domain::{ExportId, Role, UserId};
use http::request::Parts;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::path::Id;
use crate::http::problem::{Problem, log_failed};

/// An export that the caller sees, as the log has it.
pub struct SeenExport {
    /// Which.
    pub(super) id: ExportId,
    pub(super) export: KnownExport,
    pub(super) version: u64,
}

impl FromRequestParts<App> for SeenExport {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let state = app.commands().state::<Export>(caller.org, id).await;
        let (state, version) =
            state.map_err(|error| log_failed(&error))?.ok_or_else(Problem::not_found)?;
        let export = state.known().ok_or_else(Problem::not_found)?.clone();
        match whose(&caller) {
            Some(own) if own != export.by => Err(Problem::not_found()),
            Some(_) | None => Ok(Self { id: ExportId::from(id), export, version }),
        }
    }
}

/// Whose exports a caller sees; none are everybody's.
pub(super) fn whose(caller: &Caller) -> Option<UserId> {
    match caller.role {
        Role::Admin | Role::Operator | Role::Auditor => None,
        Role::Agent | Role::Supervisor | Role::Analyst => Some(caller.user),
    }
}
