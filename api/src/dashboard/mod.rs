//! What somebody who runs a day looks at: one file per operation.

pub mod acknowledge;
pub mod activity;
pub mod alerts;
mod now;
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

/// Whether somebody may see what an operation answers: by this door as by its own.
fn sees(role: Role, id: &str) -> bool {
    let own = operations().find(|operation| operation.id == id);
    own.is_some_and(|operation| operation.roles.contains(&role))
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
