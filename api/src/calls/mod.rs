//! Calls: one file per operation.

pub mod add_note;
pub(crate) mod behind;
pub mod change;
pub mod create;
pub mod dispose;
pub mod end;
pub mod get;
pub(crate) mod heard;
pub mod list;
pub mod reply;
pub mod revise_disposition;
mod run;
pub mod timeline;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(get::get, change::change))
        .routes(routes!(end::end))
        .routes(routes!(dispose::dispose, revise_disposition::revise))
        .routes(routes!(add_note::add_note))
        .routes(routes!(timeline::timeline))
}
