//! What processes could not do, for those who answer for the organization.

pub mod discard;
pub mod list;
mod problem;
pub mod retry;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(retry::retry))
        .routes(routes!(discard::discard))
}
