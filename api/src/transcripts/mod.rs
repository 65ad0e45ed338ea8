//! What was said in calls: one file per operation.

pub mod append;
pub mod complete;
pub mod correct;
pub mod fail;
pub mod get;
pub mod reply;
mod run;
pub mod search;
mod speech;
pub mod summary;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(search::search))
        .routes(routes!(get::get))
        .routes(routes!(append::append))
        .routes(routes!(correct::correct))
        .routes(routes!(complete::complete))
        .routes(routes!(fail::fail))
}
