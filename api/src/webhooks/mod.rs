//! What providers tell by themselves. They are known by their signatures alone, and whose something
//! is stands in what was signed.

pub mod receive_payment;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(receive_payment::receive))
}
