//! What a call came to is judged by the catalog of that moment, and says what it meant.

use super::super::*;
use super::kit::*;
use crate::CampaignId;
use crate::disposition::{DispositionCatalog, Found, Meaning, Unsayable};

/// What a catalog says of `sale` that an organization has changed.
fn changed(change: impl FnOnce(&mut crate::disposition::Disposition)) -> Found {
    let mut found = DispositionCatalog::standard().found("sale", true);
    let entry = found.entry.as_deref_mut().unwrap();
    entry.definition.requires.clear();
    change(entry);
    found
}

fn said(found: Found) -> C {
    C::Disposition {
        code: "sale".to_owned(),
        found,
        resolved: None,
        right_party: None,
        sale: None,
        follow_up_at: None,
        note: None,
        by: "user:1".to_owned(),
        at: at(120),
    }
}

#[test]
fn the_fact_says_what_the_code_meant_then() {
    let other = changed(|entry| entry.definition.meaning.label = "Sold".to_owned());
    let meaning = other.entry.as_deref().unwrap().meaning().clone();
    let call = calls::closed().and(said(other));
    let known = call.known().disposition.as_ref().unwrap();
    assert_eq!(known.meaning.as_deref(), Some(&meaning));
    assert_eq!(known.meaning().map(|meaning| meaning.label.as_str()), Some("Sold"));
    // The catalog may have become another one since: the same is still nothing new.
    call.when(said(changed(|entry| entry.active = false))).then_nothing();
}

#[test]
fn what_cannot_be_chosen_is_refused_with_the_reason() {
    let refused = |found| {
        let refusal = calls::closed().when(said(found)).refused();
        assert_eq!((refusal.code(), refusal.pointer()), ("unknown-disposition", Some("/code")));
        refusal
    };
    let retired = refused(changed(|entry| entry.active = false));
    assert_eq!(retired, CallRefusal::Unsayable(Unsayable::Retired));
    assert_eq!(retired.reason(), Some("retired"));
    let elsewhere = |entry: &mut crate::disposition::Disposition| {
        entry.definition.campaign_ids = vec![id::<CampaignId>(0xca)];
    };
    assert_eq!(refused(changed(elsewhere)).reason(), Some("not_of_campaign"));
    let unlisted = refused(Found { listed: false, ..changed(|_| {}) });
    assert_eq!(unlisted.reason(), Some("not_of_campaign"));
    let none = Found { entry: None, listed: true };
    assert_eq!(refused(none), CallRefusal::UnknownDisposition);
    assert_eq!(refused(found("busy")), CallRefusal::UnknownDisposition, "of another code");
}

#[test]
fn what_a_campaign_alone_has_is_said_of_its_calls() {
    let of_one = |entry: &mut crate::disposition::Disposition| {
        entry.definition.campaign_ids = vec![id::<CampaignId>(0xca)];
    };
    for (campaign, taken) in [(0xca, true), (0xcb, false)] {
        let belongs = Belongs { campaign_id: Some(id(campaign)), ..Belongs::default() };
        let failed =
            C::RecordSubmissionFailure { reason: "gone".to_owned(), asked: true, at: at(2) };
        let call = given([dial(OutboundCall { belongs, ..outbound() }), failed]);
        assert_eq!(call.when(said(changed(of_one))).decided.is_ok(), taken, "{campaign:x}");
    }
}

#[test]
fn a_revision_means_what_the_catalog_says_by_then() {
    let call = calls::closed().and(said(changed(|_| {})));
    let other = changed(|entry| entry.definition.meaning.resolves = false);
    let revised = C::ReviseDisposition {
        code: "sale".to_owned(),
        found: other,
        resolved: Some(true),
        right_party: None,
        sale: None,
        follow_up_at: None,
        note: None,
        reason: None,
        by: "user:1".to_owned(),
        privileged: false,
        at: at(200),
    };
    let call = call.and(revised);
    let known = call.known().disposition.as_ref().unwrap();
    assert!(!known.meaning().unwrap().resolves);
}

#[test]
fn what_a_rule_of_ours_says_means_what_it_always_has() {
    let finish = C::FinishWrapUp { reason: WrapUpEnd::Timeout, at: at(131) };
    let call = calls::wrapping_up().and(finish);
    let known = call.known().disposition.as_ref().unwrap();
    let standard = Meaning::of("no_disposition", None);
    assert_eq!((known.meaning.as_deref(), known.meaning()), (None, standard));
}
