//! Whether numbers may be called.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::CampaignId;
use domain::dnc::DncScope;
use processes::dnc;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::{dnc_failed, number};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, VALIDATION_FAILED};

/// So many numbers are looked at in one request.
const MOST: usize = 100;

/// Which numbers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckNumbers {
    /// In E.164; at most 100.
    #[schema(example = json!(["+420777120001"]))]
    numbers: Vec<String>,
    /// For this campaign too.
    campaign_id: Option<CampaignId>,
}

/// What keeps numbers from being called.
#[derive(Serialize, ToSchema)]
pub struct CheckedNumbers {
    /// In the order in which they were asked for.
    items: Vec<CheckedNumber>,
}

/// What keeps one number from being called.
#[derive(Serialize, ToSchema)]
pub struct CheckedNumber {
    /// As it was asked for, in E.164.
    number: String,
    /// Whether it is not to be called.
    suppressed: bool,
    /// `organization` or `campaign`: who it is that does not call it.
    scope: Option<&'static str>,
}

/// Whether numbers may be called now, by what the log says: exactly what is looked at before a
/// dial. Nothing is kept of the question.
#[utoipa::path(
    post,
    path = "/api/v1/dnc/check",
    operation_id = "checkNumbers",
    tag = "dnc",
    request_body = CheckNumbers,
    responses((status = 200, description = "What keeps them from it", body = CheckedNumbers))
)]
pub async fn check(
    State(app): State<App>,
    head: Head,
    Body { value, .. }: Body<CheckNumbers>,
) -> Result<Response, Problem> {
    if value.numbers.len() > MOST {
        let words = format!("at most {MOST} numbers");
        return Err(Problem::at(&VALIDATION_FAILED, "/numbers", "too-many", words));
    }
    let mut items = Vec::with_capacity(value.numbers.len());
    for (place, text) in value.numbers.iter().enumerate() {
        let number = number(&format!("/numbers/{place}"), text)?;
        let (commands, org) = (app.commands(), head.caller.org);
        let found = dnc::suppressed(commands, org, &number, value.campaign_id).await;
        let scope = found.map_err(dnc_failed)?.map(|scope| match scope {
            DncScope::Organization => "organization",
            DncScope::Campaign { .. } => "campaign",
        });
        let suppressed = scope.is_some();
        items.push(CheckedNumber { number: number.as_str().to_owned(), suppressed, scope });
    }
    Ok(axum::Json(CheckedNumbers { items }).into_response())
}
