//! Erasures of people: asked for, listed, certified.

pub mod erase;
pub mod get;
pub mod list;
mod problem;
pub mod reply;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(erase::erase, list::list)).routes(routes!(get::get))
}
