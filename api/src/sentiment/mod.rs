//! How people feel in calls: one file per operation.

pub mod acknowledge;
pub mod analyze;
pub mod get;
pub mod list_alerts;
pub mod live;
mod problem;
pub mod reply;
pub mod score;
pub mod summary;
pub mod trends;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(score::score))
        .routes(routes!(score::score_batch))
        .routes(routes!(get::get))
        .routes(routes!(live::live))
        .routes(routes!(analyze::analyze))
        .routes(routes!(trends::trends))
        .routes(routes!(list_alerts::list))
        .routes(routes!(acknowledge::acknowledge))
}
