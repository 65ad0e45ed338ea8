//! Rules that say when somebody has to know (domain/04 §4.13).

pub mod change;
mod channel;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod reply;
mod rights;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(
        get::get,
        change::change,
        delete::delete
    ))
}
