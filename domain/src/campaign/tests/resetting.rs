//! Contacts that are called anew together.

use super::*;
use crate::ResetId;
use crate::contact::{ContactStatus, ResetFilter};
use crate::disposition::DispositionCatalog;

fn ask(id: u128, seconds: i64) -> CampaignCommand {
    let reset_id = ResetId::from(Uuid::from_u128(id));
    let (filter, unknown, at) = (Box::default(), None, at(seconds));
    CampaignCommand::ResetContacts { reset_id, filter, unknown, by: by(), at }
}

fn done(id: u128, count: u64) -> CampaignCommand {
    CampaignCommand::ContactsReset {
        reset_id: ResetId::from(Uuid::from_u128(id)),
        count,
        at: at(9),
    }
}

fn exhausted() -> CampaignCommand {
    CampaignCommand::Complete { reason: CompletionReason::Exhausted, by: None, at: at(8) }
}

#[test]
fn one_reset_goes_on_at_a_time_and_each_is_over_once() {
    let mut campaign = given([create(), ask(1, 2)]);
    assert_eq!(campaign.decide(ask(1, 3)), Ok(vec![]), "the same once more");
    assert_eq!(campaign.decide(ask(2, 3)), Err(CampaignRefusal::Resetting));
    assert_eq!(campaign.decide(done(2, 5)), Ok(vec![]), "another one");
    let facts = campaign.decide(done(1, 5)).unwrap();
    assert!(matches!(&*facts, [CampaignEvent::CampaignContactsReset { count: 5, .. }]));
    facts.iter().for_each(|fact| campaign.evolve(fact));
    assert_eq!(campaign.decide(done(1, 5)), Ok(vec![]), "told twice");
    assert_eq!(campaign.decide(ask(2, 3)).map(|facts| facts.len()), Ok(1));
}

#[test]
fn a_campaign_whose_contacts_are_being_reset_is_not_exhausted() {
    let campaign = given([create(), activate(2), ask(1, 3)]);
    assert_eq!(campaign.decide(exhausted()), Ok(vec![]));
    let campaign = given([create(), activate(2), ask(1, 3), done(1, 0)]);
    assert_eq!(campaign.decide(exhausted()).map(|facts| facts.len()), Ok(1));
}

#[test]
fn a_complete_campaign_is_opened_before_its_contacts_are_reset_and_one_given_up_is_left_alone() {
    let complete = given([create(), activate(2), exhausted()]);
    let refusal = complete.decide(ask(1, 9)).unwrap_err();
    assert_eq!(refusal.current_state(), Some("completed"));
    assert!(refusal.allowed_commands().contains(&"reopen"));
    let cancel = || CampaignCommand::Cancel { reason: "no".to_owned(), by: by(), at: at(5) };
    assert!(given([create(), cancel()]).decide(ask(1, 9)).is_err());
    // What was begun before is over nevertheless.
    let given_up = given([create(), ask(1, 2), cancel()]);
    assert!(!given_up.known().unwrap().calls());
    assert_eq!(given_up.decide(done(1, 3)).map(|facts| facts.len()), Ok(1));
}

#[test]
fn a_filter_that_can_mean_nobody_is_refused_with_its_field() {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let filters = [
        (
            "status",
            ResetFilter { statuses: vec![ContactStatus::DoNotCall], ..ResetFilter::default() },
        ),
        ("outcome", ResetFilter { outcomes: words(&["nothing"]), ..ResetFilter::default() }),
        ("outcome", ResetFilter { outcomes: words(&["sale"; 51]), ..ResetFilter::default() }),
        ("tag", ResetFilter { tag: Some(String::new()), ..ResetFilter::default() }),
        (
            "max_attempts",
            ResetFilter { min_attempts: Some(3), max_attempts: Some(2), ..ResetFilter::default() },
        ),
    ];
    for (field, filter) in filters {
        let reset_id = ResetId::from(Uuid::from_u128(1));
        let unknown = filter.unknown_outcome(DispositionCatalog::standard());
        let filter = Box::new(filter);
        let ask = CampaignCommand::ResetContacts { reset_id, filter, unknown, by: by(), at: at(2) };
        let refusal = given([create()]).decide(ask).unwrap_err();
        assert_eq!(refusal.field().unwrap().pointer, format!("/filter/{field}"));
    }
}
