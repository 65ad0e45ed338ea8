//! Defines a disposition.

use axum::extract::State;
use axum::response::Response;
use domain::CampaignId;
use domain::disposition::{Category, Definition, Meaning, Requirement};
use processes::dispositions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::reply::{DispositionReply, created};
use crate::http::answer::{not_done, respond};
use crate::http::app::App;
use crate::http::body::Body;
use crate::http::command::Head;
use crate::http::problem::{Problem, VERSION_MISMATCH};

/// A code of your own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateDisposition {
    /// It stays.
    #[schema(example = "bought_both", pattern = "^[a-z0-9_]{2,32}$")]
    code: String,
    /// The code in words, 1 to 64 characters.
    #[schema(example = "Bought both")]
    label: String,
    /// What comes next for a contact: `success` and `failure` are the end, `callback` a call that
    /// was agreed on, `retry` another attempt, `dnc` none by anybody. `system` is said by rules of
    /// ours.
    category: Category,
    /// Whether somebody, not a machine, was spoken to.
    #[serde(default)]
    human_contact: bool,
    /// Whether it was the one who was to be spoken to; then `human_contact` is true.
    #[serde(default)]
    right_party: bool,
    /// Whether the call counts as a success; then the category is `success` and `human_contact` is
    /// true.
    #[serde(default)]
    conversion: bool,
    /// Whether the matter is settled.
    #[serde(default)]
    resolves: bool,
    /// Whether nobody may call the number again: of the category `dnc`, and of no other one.
    #[serde(default)]
    adds_to_dnc: bool,
    /// What must be said along with it: `follow_up_at` of the category `callback`, and of no other
    /// one; `sale` where it is a conversion.
    #[serde(default)]
    requires: Vec<Requirement>,
    /// After how many minutes a contact is tried again by itself: of the category `retry`, and of
    /// no other one.
    #[schema(minimum = 1, maximum = 43_200)]
    retry_after_minutes: Option<u32>,
    /// What calls are about that come to this, 1 to 64 characters: whoever calls again about the
    /// same was not helped by the first call, whatever queue it was in.
    #[schema(example = "billing")]
    topic: Option<String>,
    /// The campaigns of whose calls alone it can be said, at most 100; of every call, where there
    /// are none.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    campaign_ids: Vec<CampaignId>,
}

/// Defines a disposition. A catalog has at most 200, those that are retired included.
#[utoipa::path(
    post,
    path = "/api/v1/dispositions",
    operation_id = "createDisposition",
    tag = "calls",
    request_body = CreateDisposition,
    responses((
        status = 201,
        description = "The disposition",
        body = DispositionReply,
        headers(("Location" = String, description = "Where the disposition is"))
    ))
)]
pub async fn create(
    State(app): State<App>,
    head: Head,
    Body { value, canonical }: Body<CreateDisposition>,
) -> Result<Response, Problem> {
    if head.if_match.is_some() {
        return Err(Problem::of(&VERSION_MISMATCH).because("there is no version to match yet"));
    }
    let order = created(&head, &canonical, &value.code);
    let new = (value.code.clone(), value.definition());
    let done = dispositions::define(app.commands(), order, new, head.caller.user).await;
    respond::<DispositionReply>(&app, head.caller.org, done.map_err(not_done)?).await
}

impl CreateDisposition {
    fn definition(self) -> Definition {
        let meaning = Meaning {
            label: self.label,
            category: self.category,
            human_contact: self.human_contact,
            right_party: self.right_party,
            conversion: self.conversion,
            resolves: self.resolves,
            adds_to_dnc: self.adds_to_dnc,
            retry_after_minutes: self.retry_after_minutes,
            topic: self.topic,
        };
        Definition { meaning, requires: self.requires, campaign_ids: self.campaign_ids }
    }
}
