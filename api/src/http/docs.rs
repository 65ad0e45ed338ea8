//! The interactive documentation, from files inside the binary.

use axum::Router;
use axum::middleware::from_fn;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::app::App;
use super::layers::docs_policy;

/// `/docs` and what it loads.
pub fn router() -> Router<App> {
    let config =
        Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(false);
    let pages: Router<App> = SwaggerUi::new("/docs").config(config).into();
    pages.layer(from_fn(docs_policy))
}
