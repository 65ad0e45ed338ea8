//! What somebody who runs a day looks at: one file per operation.

pub mod acknowledge;
pub mod activity;
pub mod alerts;
mod period;
pub mod resolve;
mod sight;
pub mod standing;
pub mod summary;
pub mod wallboard;
pub mod watch_wallboard;

use domain::Role;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;
use crate::http::operations::operations;

/// Whether somebody may see what is paid: by this door as by its own.
fn sees_payments(role: Role) -> bool {
    let summary = operations().find(|operation| operation.id == "summarizePayments");
    summary.is_some_and(|operation| operation.roles.contains(&role))
}

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(summary::summary))
        .routes(routes!(activity::activity))
        .routes(routes!(wallboard::wallboard))
        .routes(routes!(watch_wallboard::watch))
        .routes(routes!(alerts::list))
        .routes(routes!(acknowledge::acknowledge))
        .routes(routes!(resolve::resolve))
}
