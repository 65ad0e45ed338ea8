//! The people of an organization, for those who administer it.

pub mod change;
pub mod get;
pub mod invite;
pub mod list;
pub mod reply;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, invite::invite))
        .routes(routes!(get::get, change::change))
}
