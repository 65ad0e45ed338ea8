//! Payments: asked for, captured, refunded, and what has happened to their money.

pub mod approve_refund;
pub mod cancel;
pub mod cancel_refund;
pub mod capture;
pub mod create;
pub mod get;
pub mod list;
mod problem;
pub mod refund;
pub mod reply;
pub mod retry;
mod run;
pub mod summary;
pub mod transactions;
pub mod void;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(transactions::transactions))
        .routes(routes!(summary::summarize))
        .routes(routes!(get::get))
        .routes(routes!(capture::capture))
        .routes(routes!(void::void))
        .routes(routes!(cancel::cancel))
        .routes(routes!(retry::retry))
        .routes(routes!(refund::refund))
        .routes(routes!(approve_refund::approve))
        .routes(routes!(cancel_refund::cancel))
}
