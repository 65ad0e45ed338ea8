//! Teams: who works together, and who supervises them (domain/04 §4.19).

pub mod add_member;
pub mod archive;
pub mod change;
pub mod change_member;
pub mod create;
pub mod get;
pub mod list;
pub mod members;
mod path;
pub mod remove_member;
pub mod reply;
pub mod restore;
pub(crate) mod settings;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, change::change))
        .routes(routes!(members::members, add_member::add))
        .routes(routes!(change_member::change, remove_member::remove))
        .routes(routes!(archive::archive))
        .routes(routes!(restore::restore))
}
