//! Lists of people on their way into contacts (domain/04 §4.12).

pub mod cancel;
pub mod create;
pub mod errors;
pub(crate) mod form;
pub mod get;
pub mod list;
pub(crate) mod options;
pub(crate) mod own;
pub mod preview;
mod problem;
pub mod reply;
pub mod rows;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create))
        .routes(routes!(preview::preview))
        .routes(routes!(list::list))
        .routes(routes!(get::get))
        .routes(routes!(rows::rows))
        .routes(routes!(errors::errors))
        .routes(routes!(cancel::cancel))
}
