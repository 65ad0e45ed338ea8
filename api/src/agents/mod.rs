//! Agents: who takes calls, and what they do (domain/04 §4.1). An agent has the id of its user.

pub mod available;
pub mod calls;
pub mod change;
pub mod change_status;
pub mod create;
pub mod deactivate;
pub mod get;
pub mod heartbeat;
pub mod list;
mod path;
pub mod presence_log;
pub mod reactivate;
pub mod reply;
pub mod sign_out;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(available::count))
        .routes(routes!(heartbeat::heartbeat))
        .routes(routes!(get::get, change::change))
        .routes(routes!(change_status::change))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(deactivate::deactivate))
        .routes(routes!(reactivate::reactivate))
        .routes(routes!(calls::calls))
        .routes(routes!(presence_log::presence))
}
