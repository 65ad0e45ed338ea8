//! Has a disposition count as something else, or be chosen no more.

use axum::extract::State;
use axum::response::Response;
use domain::CampaignId;
use domain::disposition::{Category, DispositionChanges, Requirement};
use processes::dispositions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::path::Code;
use super::reply::{DispositionReply, changed};
use crate::http::answer::{not_done, respond};
use crate::http::app::App;
use crate::http::body::{Body, present, stated};
use crate::http::command::Head;
use crate::http::problem::Problem;

/// What is different from now on; what is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeDisposition {
    /// 1 to 64 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    label: Option<String>,
    /// Of a standard code it stays.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, nullable = false)]
    category: Option<Category>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    human_contact: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    right_party: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    conversion: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    resolves: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    adds_to_dnc: Option<bool>,
    /// The whole of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    requires: Option<Vec<Requirement>>,
    /// `null`: not by itself.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 43_200)]
    retry_after_minutes: Option<Option<u32>>,
    /// `null`: it says nothing of what calls are about.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    topic: Option<Option<String>>,
    /// The whole of it; at most 100.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<uuid::Uuid>, nullable = false)]
    campaign_ids: Option<Vec<CampaignId>>,
    /// `false`: it can be chosen no more; `true`: it can again.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    active: Option<bool>,
}

/// Has a disposition count as something else from now on, or be chosen no more. What calls came to
/// before stays as it was counted. Of the standard codes some things stay, because the product
/// relies on them: a field that does is refused with the code `fixed`.
#[utoipa::path(
    patch,
    path = "/api/v1/dispositions/{code}",
    operation_id = "changeDisposition",
    tag = "calls",
    params(("code" = String, Path, description = "The code")),
    request_body = ChangeDisposition,
    responses((status = 200, description = "The disposition", body = DispositionReply))
)]
pub async fn change(
    State(app): State<App>,
    head: Head,
    Code(code): Code,
    Body { value, canonical }: Body<ChangeDisposition>,
) -> Result<Response, Problem> {
    let order = changed(&head, &canonical, &code);
    let changes = (code, value.changes());
    let done = dispositions::change(app.commands(), order, changes, head.caller.user).await;
    respond::<DispositionReply>(&app, head.caller.org, done.map_err(not_done)?).await
}

impl ChangeDisposition {
    fn changes(self) -> DispositionChanges {
        DispositionChanges {
            label: self.label,
            category: self.category,
            human_contact: self.human_contact,
            right_party: self.right_party,
            conversion: self.conversion,
            resolves: self.resolves,
            adds_to_dnc: self.adds_to_dnc,
            requires: self.requires,
            retry_after_minutes: self.retry_after_minutes,
            topic: self.topic,
            campaign_ids: self.campaign_ids,
            active: self.active,
        }
    }
}
