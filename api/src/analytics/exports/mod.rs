//! Figures, and the calls that they are made of, as files (domain/04 §4.5).

pub mod create;
pub mod delete;
pub mod file;
pub mod get;
pub mod list;
mod own;
mod problem;
mod question;
pub mod reply;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, delete::delete))
        .routes(routes!(file::file))
}
