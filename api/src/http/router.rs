//! The router: every operation, the layers around them, and what is answered
//! where there is no operation.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
use super::problem::{METHOD_NOT_ALLOWED, Problem};
use super::{docs, health, layers, openapi, pages};
use crate::{
    agents, alert_rules, analytics, audit, auth, calls, campaigns, circuit_breakers, console,
    contacts, dashboard, dead_letters, dispositions, dnc, erasures, imports, organization,
    payments, read_models, segments, sentiment, teams, transcripts, users, webhooks,
};

fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .merge(agents::routes())
        .merge(teams::routes())
        .merge(users::routes())
        .merge(erasures::routes())
        .merge(organization::routes())
        .merge(payments::routes())
        .merge(campaigns::routes())
        .merge(contacts::routes())
        .merge(segments::routes())
        .merge(imports::routes())
        .merge(dispositions::routes())
        .merge(transcripts::routes())
        .merge(sentiment::routes())
        .merge(circuit_breakers::routes())
        .merge(read_models::routes())
        .merge(dnc::routes())
        .merge(dead_letters::routes())
        .merge(audit::routes())
        .merge(auth::routes())
        .merge(calls::routes())
        .merge(analytics::routes())
        .merge(dashboard::routes())
        .merge(alert_rules::routes())
        .merge(webhooks::routes())
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(openapi::document))
        .routes(routes!(pages::problem))
}

/// The OpenAPI document, generated from the code.
#[must_use]
pub fn document() -> OpenApi {
    let (_, document) = operations().split_for_parts();
    openapi::completed(document)
}

/// Method and path of everything that the router routes, from the handlers.
#[must_use]
pub fn routed() -> Vec<(String, String)> {
    let (_, document) = operations().split_for_parts();
    openapi::listed(&document)
}

/// The whole service.
pub fn router(app: App) -> Router {
    let (routes, _) = operations().split_for_parts();
    let api = routes
        .merge(docs::router())
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), layers::turn));
    let api = surrounded(api.with_state(app.clone()));
    let console = surrounded(console::router(app, api.clone()));
    api.merge(console)
}

/// What surrounds every request, whoever answers it.
fn surrounded(routes: Router) -> Router {
    routes
        .layer(from_fn(layers::limits))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn(layers::finish))
}

async fn nothing() -> Problem {
    Problem::not_found()
}

async fn wrong_method() -> Problem {
    Problem::of(&METHOD_NOT_ALLOWED)
}
