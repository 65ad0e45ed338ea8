//! What somebody who runs a day looks at: one file per operation.

pub mod activity;
mod period;
pub mod summary;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(summary::summary)).routes(routes!(activity::activity))
}
