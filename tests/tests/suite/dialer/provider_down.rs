//! A campaign whose provider does not answer.

use domain::call::EndStatus;
use domain::campaign::{CampaignMode, CampaignStatus, PauseReason};
use domain::contact::ContactStatus;
use processes::breaker::{Failure, Heard};

use super::kit::Center;
use crate::telephony::kit::SERVICE;

fn fail(center: &Center) {
    for _ in 0..5 {
        center.breakers.asked(SERVICE).heard(Heard::Failed(Failure::Server));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_waits_while_its_provider_does_not_answer_and_goes_on_by_itself() {
    let mut center = Center::open(2).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=2, (6, "0006")).await;
    fail(&center);
    center.pass_seconds(1).await;
    let campaign = center.known_campaign(id).await;
    assert_eq!(campaign.status, CampaignStatus::Paused, "within one tick");
    assert_eq!(campaign.paused, Some(PauseReason::ProviderDown));
    center.pass_seconds(20).await;
    assert_eq!(center.calls(id).await.len(), 0, "nobody was called in vain");
    assert_eq!(center.known_campaign(id).await.activations, 1, "and it was not tried again");
    center.pass_seconds(60).await;
    let campaign = center.known_campaign(id).await;
    assert_eq!((campaign.paused, campaign.activations), (None, 2));
    assert_eq!(center.calls(id).await.len(), 6, "everybody was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_has_paused_does_not_go_on_because_the_provider_does() {
    let mut center = Center::open(2).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=2, (6, "0006")).await;
    center.pause(id).await;
    fail(&center);
    center.pass_seconds(60).await;
    let campaign = center.known_campaign(id).await;
    assert_eq!(campaign.paused, Some(PauseReason::Manual));
    assert_eq!(center.calls(id).await.len(), 0);
}

/// Nobody was asked for it, so it is no attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_which_the_provider_was_not_asked_costs_its_contact_nothing() {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0006")).await;
    let contact = center.only_contact(id).await;
    // The call is there, and nobody was asked for it yet.
    let dialer = center.another_dialer();
    center.look(&dialer, id).await.expect("a look");
    assert_eq!(center.known_contact(contact).await.status(), ContactStatus::Dialing);
    fail(&center);
    center.pass_seconds(2).await;
    let calls = center.calls(id).await;
    let end = calls[0].end.clone().expect("an end");
    assert_eq!((end.status, end.reason.as_deref()), (EndStatus::Failed, Some("provider_down")));
    let known = center.known_contact(contact).await;
    assert_eq!((known.status(), known.tried), (ContactStatus::Pending, 0), "{known:?}");
}
