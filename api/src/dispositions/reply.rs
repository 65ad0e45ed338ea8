//! A disposition as it is answered.

use domain::OrgId;
use domain::disposition::{
    Category, Disposition, DispositionCatalog, DispositionRefusal, Requirement,
};
use event_store::{Reply, StoredReply};
use http::StatusCode;
use processes::commands::Order;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Resource;
use crate::http::app::App;
use crate::http::command::{Head, etag};
use crate::http::problem::{Problem, stored_refusal};

/// What a call can come to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Disposition)]
pub struct DispositionReply {
    code: String,
    /// The code in words.
    label: String,
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
    /// What calls are about that come to this, where it says so.
    topic: Option<String>,
    /// The campaigns of whose calls alone it can be said; of every call, where there are none.
    campaign_ids: Vec<Uuid>,
    /// Whether it can be chosen.
    active: bool,
}

impl From<&Disposition> for DispositionReply {
    fn from(entry: &Disposition) -> Self {
        let (meaning, definition) = (entry.meaning(), &entry.definition);
        Self {
            code: entry.code.clone(),
            label: meaning.label.clone(),
            category: meaning.category,
            human_contact: meaning.human_contact,
            right_party: meaning.right_party,
            conversion: meaning.conversion,
            resolves: meaning.resolves,
            adds_to_dnc: meaning.adds_to_dnc,
            requires: definition.requires.clone(),
            retry_after_minutes: meaning.retry_after_minutes,
            topic: meaning.topic.clone(),
            campaign_ids: definition.campaign_ids.iter().map(|id| id.uuid()).collect(),
            active: entry.active,
        }
    }
}

impl Resource for DispositionReply {
    async fn opened(self, _: &App, _: OrgId) -> Result<Self, Problem> {
        Ok(self)
    }
}

/// Writes the answer of an accepted command: the entry as it is then, under the catalog's version.
struct Accepted {
    code: String,
    status: StatusCode,
    location: Option<String>,
}

impl Reply<DispositionCatalog> for Accepted {
    fn accepted(&self, catalog: &DispositionCatalog, version: u64) -> StoredReply {
        let entry = catalog.find(&self.code).map(DispositionReply::from);
        StoredReply {
            status: self.status.as_u16(),
            body: serde_json::to_vec(&entry).unwrap_or_default(),
            etag: Some(etag(version)),
            location: self.location.clone(),
        }
    }

    fn refused(&self, refusal: &DispositionRefusal) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}

/// A command about a code that is there now, answered with its entry, and where that is.
pub(super) fn created(head: &Head, canonical: &str, code: &str) -> Order<DispositionCatalog> {
    let (status, location) = (StatusCode::CREATED, Some(format!("/api/v1/dispositions/{code}")));
    head.order(canonical, Accepted { code: code.to_owned(), status, location })
}

/// The same of one that is another one now.
pub(super) fn changed(head: &Head, canonical: &str, code: &str) -> Order<DispositionCatalog> {
    let (status, location) = (StatusCode::OK, None);
    head.order(canonical, Accepted { code: code.to_owned(), status, location })
}
