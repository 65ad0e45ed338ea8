//! The catalog of dispositions.

use axum::Json;
use axum::extract::RawQuery;
use domain::disposition::{self, Category, Requirement};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::http::query;

/// What calls can come to.
#[derive(Serialize, ToSchema)]
pub struct DispositionCatalog {
    items: Vec<DispositionReply>,
}

/// What a call can come to.
#[derive(Serialize, ToSchema)]
#[schema(as = Disposition)]
pub struct DispositionReply {
    code: &'static str,
    label: &'static str,
    #[schema(inline)]
    category: Category,
    /// Whether somebody, not a machine, was spoken to.
    human_contact: bool,
    /// Whether it was the one who was to be spoken to.
    right_party: bool,
    /// Whether the call counts as a success.
    conversion: bool,
    /// Whether the matter is settled.
    resolves: bool,
    /// Whether nobody may call the number again.
    adds_to_dnc: bool,
    /// What must be said along with it.
    requires: Vec<Requirement>,
    /// After how many minutes a contact is tried again by itself.
    retry_after_minutes: Option<u32>,
    /// Whether it can be chosen.
    active: bool,
}

/// What calls can come to: the codes of `POST /calls/{id}/disposition` and of campaigns.
#[utoipa::path(
    get,
    path = "/api/v1/dispositions",
    operation_id = "listDispositions",
    tag = "calls",
    responses((status = 200, description = "The catalog", body = DispositionCatalog))
)]
pub async fn list(_: Caller, RawQuery(raw): RawQuery) -> Result<Json<DispositionCatalog>, Problem> {
    query::none(raw.as_deref())?;
    let items = disposition::catalog().iter().map(|entry| DispositionReply {
        code: entry.code,
        label: entry.label,
        category: entry.category,
        human_contact: entry.human_contact,
        right_party: entry.right_party,
        conversion: entry.conversion,
        resolves: entry.resolves,
        adds_to_dnc: entry.adds_to_dnc,
        requires: entry.requires.to_vec(),
        retry_after_minutes: entry.retry_after_minutes,
        active: entry.active,
    });
    Ok(Json(DispositionCatalog { items: items.collect() }))
}
