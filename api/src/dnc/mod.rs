//! Numbers that are not to be called.

pub mod check;
pub mod get;
pub mod list;
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
        .routes(routes!(get::get))
        .routes(routes!(reinstate::reinstate))
}
