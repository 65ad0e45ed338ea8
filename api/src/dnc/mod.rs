//! Numbers that are not to be called.

pub mod cancel_import;
pub mod check;
pub mod get;
pub mod get_import;
pub mod import;
mod import_reply;
pub mod list;
pub mod list_import_errors;
pub mod list_imports;
pub(crate) mod problem;
pub mod reinstate;
pub mod reply;
pub mod suppress;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, suppress::suppress))
        .routes(routes!(check::check))
        .routes(routes!(import::import))
        .routes(routes!(list_imports::list_imports))
        .routes(routes!(get_import::get_import))
        .routes(routes!(list_import_errors::list_import_errors))
        .routes(routes!(cancel_import::cancel_import))
        .routes(routes!(get::get))
        .routes(routes!(reinstate::reinstate))
}
