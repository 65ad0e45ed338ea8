//! The organization itself, and what it has decided.

pub mod change_settings;
pub mod get;
pub mod reply;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get::get)).routes(routes!(change_settings::change))
}
