//! Erases a person.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::PhoneNumber;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::refused;
use super::reply::ErasureReply;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{INVALID_PHONE_NUMBER, Problem};

/// Who is to be erased, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasePerson {
    /// Their number, in E.164.
    #[schema(example = "+420777120001")]
    number: String,
    /// Why; a line that names nobody.
    #[schema(example = "GDPR art. 17")]
    legal_basis: String,
}

/// Erases the person behind a number: nobody can read their numbers and notes any more, here at
/// once, on other servers after a minute at the latest, and nothing leads from the number to their
/// calls. The calls stay, and count. Not while they are on one.
#[utoipa::path(
    post,
    path = "/api/v1/erasures",
    operation_id = "erasePerson",
    tag = "erasures",
    request_body = ErasePerson,
    responses((
        status = 202,
        description = "The key is destroyed; that the calls say so, follows",
        body = ErasureReply,
        headers(("Location" = String, description = "Where its certificate will be"))
    ))
)]
pub async fn erase(
    State(app): State<App>,
    head: Head,
    Body { value, .. }: Body<ErasePerson>,
) -> Result<Response, Problem> {
    let number = PhoneNumber::parse(&value.number).map_err(|error| {
        let code = "invalid-phone-number";
        Problem::at(&INVALID_PHONE_NUMBER, "/number", code, error.to_string())
    })?;
    let context = head.caller.context(head.trace);
    let erased = app.erasures().erase(&context, &number, &value.legal_basis).await;
    let reply = ErasureReply::of(&app, head.caller.org, &erased.map_err(refused)?)?;
    let location = HeaderValue::from_str(&format!("/api/v1/erasures/{}", reply.id));
    let location = location.map_err(|error| Problem::fault(&error))?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], axum::Json(reply)).into_response())
}
