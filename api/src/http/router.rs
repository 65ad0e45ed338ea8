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
    agents, analytics, audit, auth, calls, dead_letters, dnc, erasures, organization, payments,
    teams, users,
};

fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(agents::list::list, agents::create::create))
        .routes(routes!(agents::available::count))
        .routes(routes!(agents::heartbeat::heartbeat))
        .routes(routes!(agents::get::get, agents::change::change))
        .routes(routes!(agents::change_status::change))
        .routes(routes!(agents::sign_out::sign_out))
        .routes(routes!(agents::deactivate::deactivate))
        .routes(routes!(agents::reactivate::reactivate))
        .routes(routes!(agents::calls::calls))
        .routes(routes!(agents::presence_log::presence))
        .routes(routes!(teams::list::list, teams::create::create))
        .routes(routes!(teams::get::get, teams::change::change))
        .routes(routes!(teams::members::members, teams::add_member::add))
        .routes(routes!(teams::change_member::change, teams::remove_member::remove))
        .routes(routes!(teams::archive::archive))
        .routes(routes!(teams::restore::restore))
        .routes(routes!(users::list::list, users::invite::invite))
        .routes(routes!(users::get::get, users::change::change))
        .routes(routes!(erasures::erase::erase, erasures::list::list))
        .routes(routes!(erasures::get::get))
        .routes(routes!(organization::get::get))
        .routes(routes!(organization::change_settings::change))
        .routes(routes!(payments::list::list, payments::create::create))
        .routes(routes!(payments::transactions::transactions))
        .routes(routes!(payments::get::get))
        .routes(routes!(payments::capture::capture))
        .routes(routes!(payments::void::void))
        .routes(routes!(payments::cancel::cancel))
        .routes(routes!(payments::retry::retry))
        .routes(routes!(payments::refund::refund))
        .routes(routes!(payments::approve_refund::approve))
        .routes(routes!(payments::cancel_refund::cancel))
        .routes(routes!(dnc::list::list, dnc::suppress::suppress))
        .routes(routes!(dnc::check::check))
        .routes(routes!(dnc::get::get))
        .routes(routes!(dnc::reinstate::reinstate))
        .routes(routes!(dead_letters::list::list))
        .routes(routes!(dead_letters::retry::retry))
        .routes(routes!(dead_letters::discard::discard))
        .routes(routes!(audit::security::security))
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::verify_email::verify))
        .routes(routes!(auth::request_reset::request))
        .routes(routes!(auth::confirm_reset::confirm))
        .routes(routes!(auth::sign_in::sign_in))
        .routes(routes!(auth::refresh::refresh))
        .routes(routes!(auth::sign_out::sign_out))
        .routes(routes!(auth::me::me))
        .routes(routes!(auth::sessions::sessions))
        .routes(routes!(auth::close_session::close_session))
        .routes(routes!(auth::change_password::change_password))
        .routes(routes!(auth::jwks::jwks))
        .routes(routes!(calls::create::create, calls::list::list))
        .routes(routes!(calls::get::get, calls::change::change))
        .routes(routes!(calls::end::end))
        .routes(routes!(calls::dispose::dispose, calls::revise_disposition::revise))
        .routes(routes!(calls::add_note::add_note))
        .routes(routes!(calls::timeline::timeline))
        .routes(routes!(analytics::calls::metrics))
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
    routes
        .merge(docs::router())
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), layers::turn))
        .layer(from_fn(layers::limits))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(from_fn(layers::finish))
        .with_state(app)
}

async fn nothing() -> Problem {
    Problem::not_found()
}

async fn wrong_method() -> Problem {
    Problem::of(&METHOD_NOT_ALLOWED)
}
