//! Two dialers, and dialers that are killed, call nobody twice.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use domain::campaign::CampaignMode;
use domain::contact::ContactStatus;
use domain::{CampaignId, ContactId};
use uuid::Uuid;

use super::kit::Center;

/// Every contact was tried once at most, by a call that is there, and no agent is kept by nothing.
async fn no_second_dial(center: &Center, campaign: CampaignId, contacts: &[ContactId]) -> usize {
    let calls = center.calls(campaign).await;
    for contact in contacts {
        let of = calls.iter().filter(|call| call.belongs.contact_id == Some(*contact)).count();
        let known = center.known_contact(*contact).await;
        assert!(of <= 1, "{of} calls: {known:?}");
        assert!(known.started <= 1, "{known:?}");
    }
    calls.len()
}

/// P4
#[tokio::test(flavor = "multi_thread")]
async fn p4_two_dialers_at_once_make_one_call_to_each() {
    let center = Center::open(12).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=12, (0, "0001")).await;
    let mut contacts = Vec::new();
    for _ in 0..12 {
        contacts.push(center.contact(id, "0001").await);
    }
    center.caught_up().await;
    let (one, two) = (center.another_dialer(), center.another_dialer());
    for _ in 0..3 {
        let (a, b) = tokio::join!(center.look(&one, id), center.look(&two, id));
        a.expect("a look");
        b.expect("a look");
        no_second_dial(&center, id, &contacts).await;
    }
    assert_eq!(no_second_dial(&center, id, &contacts).await, 12);
}

/// Polls a future until it is done, at most so often, and drops it then, as a kill does.
pub async fn killed_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let poll = std::future::poll_fn(|context: &mut Context<'_>| {
            match future.as_mut().poll(context) {
                Poll::Ready(done) => Poll::Ready(Some(done)),
                Poll::Pending => {
                    // Whatever it waits for goes on, and it is asked again.
                    let _ = Waker::noop();
                    Poll::Ready(None)
                }
            }
        });
        if let Some(done) = poll.await {
            return Some(done);
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    None
}

/// Killed wherever it waits for something, a dialer is carried on by the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_dialer_that_is_killed_anywhere_calls_nobody_twice() {
    let mut center = Center::open(3).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=3, (0, "0002")).await;
    let mut contacts = Vec::new();
    let mut whole = 0;
    for polls in (1..400).step_by(2) {
        contacts.push(center.contact(id, "0002").await);
        center.caught_up().await;
        let dialer = center.another_dialer();
        if killed_after(polls, center.look(&dialer, id)).await.is_some() {
            whole += 1;
            if whole > 2 {
                break;
            }
        }
        no_second_dial(&center, id, &contacts).await;
        let next = center.another_dialer();
        center.look(&next, id).await.expect("a look");
        no_second_dial(&center, id, &contacts).await;
        // They are busy; the lines are free again.
        center.pass_seconds(3).await;
    }
    assert!(whole > 2, "it is never done");
    center.pass_seconds(90).await;
    for contact in &contacts {
        let known = center.known_contact(*contact).await;
        assert_ne!(known.status(), ContactStatus::Dialing, "{known:?}");
    }
    assert_eq!(center.value::<i64>("SELECT count(*) FROM dialer_lines").await, 0);
}

/// Somebody who was killed has begun a line.
async fn leave_a_line(center: &Center, campaign: CampaignId, contact: ContactId) {
    sqlx::query(
        "INSERT INTO dialer_lines (org_id, call_id, campaign_id, contact_id, begun_at) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(center.org.uuid())
    .bind(Uuid::now_v7())
    .bind(campaign.uuid())
    .bind(contact.uuid())
    .bind(chrono::DateTime::<chrono::Utc>::from(center.now()))
    .execute(&mut center.superuser().await)
    .await
    .expect("a line");
}

/// What was begun for a campaign that does not call any more, is let go.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_campaign_that_is_paused_is_let_go() {
    let mut center = Center::open(1).await;
    let id = center.campaign(CampaignMode::Progressive, 1..=1, (0, "0002")).await;
    center.pass_seconds(2).await;
    let contact = center.contact(id, "0002").await;
    leave_a_line(&center, id, contact).await;
    center.pause(id).await;
    center.pass_seconds(20).await;
    assert_eq!(
        center.value::<i64>("SELECT count(*) FROM dialer_lines").await,
        1,
        "it is waited for"
    );
    center.pass_seconds(15).await;
    assert_eq!(center.value::<i64>("SELECT count(*) FROM dialer_lines").await, 0);
    assert_eq!(center.calls(id).await.len(), 0);
    assert_eq!(center.known_contact(contact).await.status(), ContactStatus::Pending);
}
