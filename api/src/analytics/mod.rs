//! Figures: what the calls of a time come to.

pub mod agents;
pub mod calls;
pub mod campaigns;
pub mod definitions;
pub mod dispositions;
pub mod exports;
pub mod forecast;
pub mod ivr;
pub(crate) mod now;
mod query;
pub mod queues;
pub mod realtime;
pub(crate) mod reply;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::App;

/// Its operations.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(calls::metrics))
        .routes(routes!(agents::agents))
        .routes(routes!(queues::queues))
        .routes(routes!(ivr::ivr))
        .routes(routes!(dispositions::dispositions))
        .routes(routes!(campaigns::campaigns))
        .routes(routes!(definitions::definitions))
        .routes(routes!(realtime::realtime))
        .routes(routes!(forecast::forecast))
        .merge(exports::routes())
}
