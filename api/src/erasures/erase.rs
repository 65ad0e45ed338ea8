//! Erases a person.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::{PhoneNumber, UserId};
use http::{HeaderValue, StatusCode, header};
use processes::erasure::{Request, Whom};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::refused;
use super::reply::ErasureReply;
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{INVALID_PHONE_NUMBER, Problem, VALIDATION_FAILED};

/// Who is to be erased, by their number or as a user, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasePerson {
    /// Their number, in E.164.
    #[schema(example = "+420777120001")]
    number: Option<String>,
    /// Which user.
    user_id: Option<Uuid>,
    /// Why; a line that names nobody.
    #[schema(example = "GDPR art. 17")]
    legal_basis: String,
}

/// Erases a person: nobody can read what was sealed for them any more, here at once, on other
/// servers after a minute at the latest. Not while they are on a call.
///
/// Of whoever is behind a number, these are their numbers and notes, and nothing leads from the
/// number to their calls; the calls stay, and count. Of a user, these are their address and their
/// name, also as an agent; they are signed out, and never sign in again. Never the last
/// administrator.
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
    let whom = whom(&value)?;
    erased(&app, &head, whom, value.legal_basis).await
}

/// Erases somebody, whoever they are named by.
pub(crate) async fn erased(
    app: &App,
    head: &Head,
    whom: Whom,
    legal_basis: String,
) -> Result<Response, Problem> {
    let context = head.caller.context(head.trace);
    let key = head.key().map(str::to_owned);
    let request = Request { whom, legal_basis, key };
    let erased = app.erasures().erase(&context, &request).await;
    let (erasure, again) = erased.map_err(refused)?;
    let reply = ErasureReply::of(app, head.caller.org, &erasure)?;
    let location = HeaderValue::from_str(&format!("/api/v1/erasures/{}", reply.id));
    let location = location.map_err(|error| Problem::fault(&error))?;
    let mut response = (StatusCode::ACCEPTED, axum::Json(reply)).into_response();
    response.headers_mut().insert(header::LOCATION, location);
    if again {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn whom(value: &ErasePerson) -> Result<Whom, Problem> {
    match (&value.number, value.user_id) {
        (Some(number), None) => {
            let number = PhoneNumber::parse(number).map_err(|error| {
                let code = "invalid-phone-number";
                Problem::at(&INVALID_PHONE_NUMBER, "/number", code, error.to_string())
            })?;
            Ok(Whom::Number(number))
        }
        (None, Some(user)) => Ok(Whom::User(UserId::from(user))),
        (None, None) | (Some(_), Some(_)) => {
            let words = "either a number or a user is named";
            Err(Problem::at(&VALIDATION_FAILED, "", "invalid-value", words))
        }
    }
}
