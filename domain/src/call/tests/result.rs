//! C24, C25, K14.

use super::super::*;
use super::kit::*;

const DAY: i64 = 86_400;

/// What is said, to be varied.
#[derive(Clone)]
struct Said {
    code: &'static str,
    resolved: Option<bool>,
    sale: Option<Sale>,
    follow_up_at: Option<crate::Timestamp>,
    note: Option<String>,
    by: &'static str,
    seconds: i64,
}

fn said(code: &'static str) -> Said {
    let (resolved, sale, follow_up_at, note) = (None, None, None, None);
    Said { code, resolved, sale, follow_up_at, note, by: "user:1", seconds: 120 }
}

impl Said {
    fn first(self) -> C {
        C::Disposition {
            code: self.code.to_owned(),
            found: found(self.code),
            resolved: self.resolved,
            right_party: None,
            sale: self.sale,
            follow_up_at: self.follow_up_at,
            note: self.note,
            by: self.by.to_owned(),
            at: at(self.seconds),
        }
    }

    fn revised(self, privileged: bool) -> C {
        C::ReviseDisposition {
            code: self.code.to_owned(),
            found: found(self.code),
            resolved: self.resolved,
            right_party: None,
            sale: self.sale,
            follow_up_at: self.follow_up_at,
            note: self.note,
            reason: None,
            by: self.by.to_owned(),
            privileged,
            at: at(self.seconds),
        }
    }
}

fn sale(amount_minor: i64, currency: &str) -> Option<Sale> {
    Some(Sale { amount_minor, currency: currency.to_owned() })
}

#[test]
fn c24_what_a_call_came_to_is_said_once() {
    let call = calls::closed().when(said("not_interested").first());
    let call = call.then_types(&["CallDispositioned"]);
    call.when(said("not_interested").first()).then_nothing();
    call.when(Said { by: "user:2", ..said("not_interested") }.first()).not_now("ended/closed");
    let allowed = call.when(said("busy").first()).not_now("ended/closed");
    assert!(allowed.contains(&"revise_disposition") && !allowed.contains(&"disposition"));
    let noted = Said { note: Some("later".to_owned()), ..said("not_interested") };
    call.when(noted.first()).not_now("ended/closed");
    let allowed = calls::connected().when(said("busy").first()).not_now("answered/connected");
    assert!(allowed.contains(&"request_end") && !allowed.contains(&"disposition"));
    calls::wrapping_up().when(said("busy").first()).then_types(&["CallDispositioned"]);
    calls::unanswered().when(said("no_answer").first()).then_types(&["CallDispositioned"]);
}

#[test]
fn c24_a_code_says_what_must_come_with_it() {
    let call = calls::closed();
    let refusal = call.when(said("sold").first()).refused();
    assert_eq!((refusal.code(), refusal.pointer()), ("unknown-disposition", Some("/code")));
    call.when(said("sale").first()).field("/sale", "required");
    call.when(said("callback").first()).field("/follow_up_at", "required");
}

#[test]
fn c24_a_call_back_lies_in_the_future_and_not_far_in_it() {
    let callback = |seconds| Said { follow_up_at: Some(at(seconds)), ..said("callback") };
    for wrong in [120, 119, 121 + 180 * DAY] {
        calls::closed().when(callback(wrong).first()).field("/follow_up_at", "out-of-range");
    }
    for right in [121, 120 + 180 * DAY] {
        calls::closed().when(callback(right).first()).then_types(&["CallDispositioned"]);
    }
}

#[test]
fn c24_a_sale_has_an_amount_and_a_currency() {
    let sold = |amount, currency| Said { sale: sale(amount, currency), ..said("sale") }.first();
    for amount in [0, -1, 1_000_000_000_001] {
        calls::closed().when(sold(amount, "USD")).field("/sale/amount_minor", "out-of-range");
    }
    for currency in ["usd", "XXX", ""] {
        calls::closed().when(sold(1, currency)).field("/sale/currency", "invalid-value");
    }
    for amount in [1, 1_000_000_000_000] {
        calls::closed().when(sold(amount, "KWD")).then_types(&["CallDispositioned"]);
    }
    let unsold = || Said { sale: sale(1, "USD"), ..said("not_interested") };
    calls::closed().when(unsold().first()).field("/sale", "invalid-value");
    let call = calls::closed().and(said("busy").first());
    call.when(unsold().revised(false)).field("/sale", "invalid-value");
}

#[test]
fn c24_a_note_may_come_with_it() {
    let noted = |note: String| Said { note: Some(note), ..said("busy") }.first();
    calls::closed().when(noted("x".repeat(8 * 1_024))).then_types(&["CallDispositioned"]);
    calls::closed().when(noted("x".repeat(8 * 1_024 + 1))).field("/note", "too-long");
    calls::closed().when(noted(" \n".to_owned())).field("/note", "empty");
    let refusal = calls::closed().when(noted("4242-4242-4242-4242".to_owned())).refused();
    assert_eq!(refusal, CallRefusal::CardData { pointer: "/note" });
    assert_eq!(calls::erased().when(noted("who".to_owned())).refused(), CallRefusal::Erased);
    calls::erased().when(said("busy").first()).then_types(&["CallDispositioned"]);
    let call = calls::erased().and(said("busy").first());
    let mut revised = said("no_answer").revised(true);
    call.when(revised.clone()).then_types(&["CallDispositionRevised"]);
    if let C::ReviseDisposition { reason, .. } = &mut revised {
        *reason = Some("Eva has said so".to_owned());
    }
    assert_eq!(call.when(revised).refused(), CallRefusal::Erased);
}

#[test]
fn k14_its_author_revises_for_a_day_and_a_supervisor_always() {
    let call = calls::closed().and(said("not_interested").first());
    let sold = |seconds, by| Said { seconds, by, sale: sale(5, "USD"), ..said("sale") };
    call.when(sold(120 + DAY, "user:1").revised(false)).then_types(&["CallDispositionRevised"]);
    let late = call.when(sold(121 + DAY, "user:1").revised(false)).refused();
    assert_eq!(late, CallRefusal::NotYours);
    let other = call.when(sold(130, "user:2").revised(false)).refused();
    assert_eq!(other.code(), "not-your-resource");
    let call = call.when(sold(121 + DAY, "user:2").revised(true));
    let call = call.then_types(&["CallDispositionRevised"]);
    let disposition = call.known().disposition.clone().unwrap();
    assert_eq!((disposition.code.as_str(), disposition.revised), ("sale", true));
    assert_eq!((disposition.at, disposition.first_at), (at(121 + DAY), at(120)));
    call.when(sold(122 + DAY, "user:2").revised(true)).then_nothing();
    let call = calls::closed().when(said("busy").revised(true)).not_now("ended/closed");
    assert!(call.contains(&"disposition"));
}

#[test]
fn a_revision_does_not_renew_its_authors_day() {
    let half = DAY / 2;
    let call = calls::closed().and(said("busy").first());
    let call = call.and(Said { seconds: 120 + half, ..said("no_answer") }.revised(false));
    let late = Said { seconds: 121 + DAY, ..said("fax") }.revised(false);
    assert_eq!(call.when(late).refused(), CallRefusal::NotYours);
}

#[test]
fn a_revision_says_what_was_before() {
    let call = calls::closed().and(said("busy").first());
    let facts = call.when(said("no_answer").revised(false)).decided.unwrap();
    let [E::CallDispositionRevised { code, previous_code, .. }] = &facts[..] else { panic!() };
    assert_eq!((code.as_str(), previous_code.as_str()), ("no_answer", "busy"));
}
