//! Which codes can be said of a call.

use domain::call::{Call, CallRefusal};
use domain::disposition::{self, Category};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::{Problem, log_failed, refused};

/// Of a call of a campaign its codes, and those by which nobody is called again; of another one
/// any.
pub(super) async fn sayable(app: &App, head: &Head, id: Uuid, code: &str) -> Result<(), Problem> {
    let org = head.caller.org;
    let state = app.commands().state::<Call>(org, id).await.map_err(|error| log_failed(&error))?;
    let known = state.as_ref().and_then(|(call, _)| call.known());
    let Some(campaign) = known.and_then(|call| call.belongs.campaign_id) else { return Ok(()) };
    let campaign = app.campaigns().campaign(org, campaign).await;
    let Some(campaign) = campaign.map_err(|error| log_failed(&error))? else { return Ok(()) };
    let never = disposition::find(code).is_some_and(|entry| entry.category == Category::Dnc);
    if never || campaign.settings.dispositions.iter().any(|known| known == code) {
        return Ok(());
    }
    Err(refused(&CallRefusal::UnknownDisposition))
}
