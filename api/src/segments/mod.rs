//! Segments: kinds of contacts that have a name (domain/04 §4.12).

pub mod change;
pub mod count;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
mod problem;
pub mod reply;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, change::change, delete::delete))
        .routes(routes!(count::count))
}
