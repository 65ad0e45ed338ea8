//! Contacts: whom campaigns call (domain/04 §4.12).

pub mod change;
pub mod create;
pub mod do_not_call;
pub mod erase;
pub mod export;
pub mod get;
pub mod list;
mod own;
pub(crate) mod problem;
pub mod reinstate;
pub mod remove;
pub mod replace_number;
pub mod reply;
pub mod reset;
mod run;
mod said;
pub mod schedule;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(get::get, change::change, remove::remove))
        .routes(routes!(do_not_call::do_not_call))
        .routes(routes!(reinstate::reinstate))
        .routes(routes!(schedule::schedule))
        .routes(routes!(reset::reset))
        .routes(routes!(erase::erase))
        .routes(routes!(export::export))
        .routes(routes!(replace_number::replace_number))
}
