//! Campaigns end when nobody is left or their time is over, and wait when all is spent.

use domain::campaign::{
    Budget, CampaignMode, CampaignStatus, CompletionReason, Outlook, PauseReason,
};

use super::kit::Center;

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_complete_a_minute_after_nobody_is_left() {
    let mut center = Center::open(2).await;
    // A network says that there are no such numbers: nobody is tried again.
    let id = center.campaign(CampaignMode::Progressive, 1..=2, (3, "0005")).await;
    center.pass_seconds(45).await;
    assert_eq!(center.known_campaign(id).await.status, CampaignStatus::Active, "not at once");
    assert_eq!(center.calls(id).await.len(), 3);
    // Somebody comes in: it begins to wait anew.
    center.contact(id, "0005").await;
    center.pass_seconds(60).await;
    assert_eq!(center.known_campaign(id).await.status, CampaignStatus::Active);
    center.pass_seconds(60).await;
    let campaign = center.known_campaign(id).await;
    assert_eq!(campaign.status, CampaignStatus::Completed);
    assert_eq!(campaign.completed, Some(CompletionReason::Exhausted));
    assert_eq!(center.calls(id).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_goes_on_while_somebody_is_to_be_tried_again() {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (1, "0002")).await;
    center.pass_seconds(150).await;
    assert_eq!(center.known_campaign(id).await.status, CampaignStatus::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_complete_when_its_time_is_over() {
    let mut center = Center::open(1).await;
    let end = center.at().plus_ms(5_000);
    let id = center
        .campaign_with(CampaignMode::Progressive, 1..=1, (1, "0002"), |settings| {
            settings.schedule.end_at = Some(end);
        })
        .await;
    center.pass_seconds(4).await;
    assert_eq!(center.known_campaign(id).await.status, CampaignStatus::Active);
    center.pass_seconds(2).await;
    let campaign = center.known_campaign(id).await;
    assert_eq!(campaign.completed, Some(CompletionReason::ScheduleEnded));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_has_spent_what_it_may_waits_until_it_may_spend_more() {
    let mut center = Center::open(1).await;
    let budget = Budget { amount_minor: 10, currency: "EUR".to_owned(), per_minute_minor: 5 };
    // Whoever answers speaks for a second, which costs a minute.
    let id = center
        .campaign_with(CampaignMode::Progressive, 1..=1, (30, "0006"), |settings| {
            settings.budget = Some(budget);
        })
        .await;
    center.pass_seconds(90).await;
    let campaign = center.known_campaign(id).await;
    assert_eq!(campaign.paused, Some(PauseReason::Budget));
    let calls = center.calls(id).await.len();
    assert!((2..30).contains(&calls), "{calls}");
    let found = center.campaigns.outlook(center.org, id).await.expect("found");
    let minutes = vec![0, i64::try_from(calls).expect("some")];
    assert_eq!(found, Outlook { minutes, ..Outlook::FINE }, "a minute each");
    let lacking = campaign.lacking(&found, center.at());
    assert_eq!(lacking.first().map(|fault| fault.reason), Some("budget-spent"));
    center.pass_seconds(90).await;
    assert_eq!(center.calls(id).await.len(), calls, "it does not go on by itself");
}
