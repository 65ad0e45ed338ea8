//! C3 to C8: the customer's leg.

use super::super::*;
use super::kit::*;
use ObservedStatus::{Answered, Canceled, Completed, Failed, Initiated, NoAnswer, Ringing};

fn submit(name: &str, seconds: i64) -> C {
    C::RecordSubmission { provider_call_id: name.to_owned(), at: at(seconds) }
}

#[test]
fn c3_a_submission_names_the_call() {
    let provider_call_id = "CA1".to_owned();
    let fact = E::CallDialSubmitted { provider_call_id, submitted_at: at(1) };
    let call = calls::queued().when(submit("CA1", 1)).then([fact]);
    assert_eq!((call.state().as_str(), call.0.status()), ("initiated/none", "queued"));
    call.when(submit("CA1", 9)).then_nothing();
    call.when(submit("CA2", 9)).field("/provider_call_id", "another_call");
    calls::queued().when(submit(" ", 1)).field("/provider_call_id", "empty");
}

#[test]
fn c3_a_submission_is_learned_at_any_rank() {
    let observed = calls::queued().when(C::Observe(saw(Initiated, 1)));
    let call = observed.then_types(&["CallDialSubmitted"]);
    assert_eq!(call.state(), "initiated/none");
    call.when(submit("CA1", 2)).then_nothing();
    let jump = calls::queued().when(C::Observe(saw(Answered, 5)));
    let call = jump.then_types(&["CallDialSubmitted", "CallAnswered"]);
    assert_eq!(call.state(), "answered/none");
    let lost = calls::queued().and(C::SubmissionTimeout { at: at(30) });
    let call = lost.when(submit("CA1", 31)).then_types(&["CallDialSubmitted"]);
    assert_eq!(call.state(), "ended/closed");
    // Without a name there is nothing to be learned of it.
    let nameless = Observation { provider_call_id: None, ..saw(Initiated, 1) };
    calls::queued().when(C::Observe(nameless)).then_nothing();
}

#[test]
fn c4_a_refusal_of_the_provider_ends_the_call() {
    let refused =
        C::RecordSubmissionFailure { reason: "no route".to_owned(), asked: true, at: at(2) };
    let call = calls::queued().when(refused.clone()).then([E::CallEnded {
        end_status: EndStatus::Failed,
        ended_by: EndedBy::Provider,
        reason: Some("provider_rejected".to_owned()),
        detail: Some("no route".to_owned()),
        ended_at: at(2),
        provider_duration_seconds: None,
        sip_code: None,
    }]);
    assert_eq!((call.state().as_str(), call.0.status()), ("ended/closed", "failed"));
    call.when(refused.clone()).then_nothing();
    calls::ringing().when(refused).not_now("ringing/none");
}

#[test]
fn c5_silence_ends_only_a_queued_call() {
    let timeout = C::SubmissionTimeout { at: at(30) };
    let call = calls::queued().when(timeout.clone()).then_types(&["CallEnded"]);
    let end = call.known().end.clone().unwrap();
    assert_eq!((end.status, end.by), (EndStatus::Failed, EndedBy::System));
    assert_eq!(end.reason.as_deref(), Some("dial_outcome_unknown"));
    call.when(timeout.clone()).then_nothing();
    calls::initiated().when(timeout.clone()).not_now("initiated/none");
    calls::unanswered().when(timeout).not_now("ended/closed");
}

#[test]
fn c6_c7_the_leg_moves_forward_and_never_back() {
    let ringing = E::CallRinging { at: at(2) };
    let call = calls::initiated().when(C::Observe(saw(Ringing, 2))).then([ringing]);
    assert_eq!(call.0.status(), "ringing");
    let answered = E::CallAnswered { answered_at: at(5), answered_by: None, estimated: false };
    let call = call.when(C::Observe(saw(Answered, 5))).then([answered]);
    assert_eq!(call.0.status(), "in_progress");
    for late in [saw(Ringing, 2), saw(Ringing, 9), saw(Answered, 5), saw(Initiated, 1)] {
        assert_eq!(call.0.observation_verdict(&late), ObservationVerdict::Stale);
        call.when(C::Observe(late)).then_nothing();
    }
}

#[test]
fn c7_who_answered_is_learned_with_the_answer_or_later() {
    let seen = Observation { answered_by: Some(AnsweredBy::MachineStart), ..saw(Answered, 5) };
    let call = calls::ringing().and(C::Observe(seen));
    assert_eq!(call.known().answered_by, Some(AnsweredBy::MachineStart));
    let beep = |answered_by| C::ClassifyAnswer { answered_by, detection_ms: 3_000, at: at(8) };
    let call = call.and(beep(AnsweredBy::MachineEndBeep));
    call.when(beep(AnsweredBy::MachineEndBeep)).then_nothing();
    // What says less than is known is no news.
    let seen = Observation { answered_by: Some(AnsweredBy::Human), ..saw(Answered, 5) };
    call.when(C::Observe(seen)).then_nothing();
    calls::ringing().when(beep(AnsweredBy::Human)).not_now("ringing/none");
}

#[test]
fn c8_an_end_ends_the_call_as_the_provider_says() {
    let busy = Observation { sip_code: Some(486), ..saw(ObservedStatus::Busy, 4) };
    let call = calls::ringing().when(C::Observe(busy)).then_types(&["CallEnded"]);
    let known = call.known();
    assert_eq!((call.0.status(), known.ended_at), ("busy", Some(at(4))));
    assert_eq!(known.end.as_ref().and_then(|end| end.sip_code), Some(486));
    let refused = calls::answered().and(C::Observe(saw(Failed, 6)));
    assert_eq!((refused.0.status(), refused.known().answered_at), ("failed", Some(at(5))));
    // A duration of nothing proves no answer.
    let call = calls::ringing().when(C::Observe(lasted(Completed, 9, 0)));
    let call = call.then_types(&["CallEnded"]);
    assert_eq!((call.0.status(), call.known().answered_at), ("completed", None));
}

#[test]
fn k3_an_answer_that_nobody_told_of_falls_by_the_duration() {
    let call = calls::ringing().when(C::Observe(lasted(Completed, 60, 42)));
    let call = call.then_types(&["CallAnswered", "CallEnded"]);
    assert_eq!(call.known().answered_at, Some(at(18)));
    assert!(call.known().answered_estimated);
    let late = saw(Answered, 17);
    assert_eq!(call.0.observation_verdict(&late), ObservationVerdict::Applied);
    let recorded_at = late.recorded_at;
    let call = call.when(C::Observe(late.clone())).then([E::CallTimingBackfilled {
        field: TimingField::AnsweredAt,
        value: at(17),
        replaces_estimate: true,
        at: recorded_at,
    }]);
    assert_eq!((call.known().answered_at, call.known().answered_estimated), (Some(at(17)), false));
    call.when(C::Observe(late)).then_nothing();
}

#[test]
fn k2_late_ringing_changes_nothing_and_is_learned_where_it_was_missing() {
    let call = calls::answered().and(C::Observe(lasted(Completed, 60, 55)));
    call.when(C::Observe(saw(Ringing, 2))).then_nothing();
    let call = given([dial(outbound()), C::Observe(lasted(Completed, 60, 55))]);
    let call = call.when(C::Observe(saw(Ringing, 2))).then_types(&["CallTimingBackfilled"]);
    assert_eq!((call.0.status(), call.known().ringing_at), ("completed", Some(at(2))));
}

#[test]
fn rule_5_an_end_far_from_our_clock_is_dated_by_ours() {
    let near = Observation { recorded_at: at(60 + 900), ..lasted(Completed, 60, 42) };
    let call = calls::ringing().and(C::Observe(near));
    assert_eq!(call.known().ended_at, Some(at(60)));
    let far = Observation { recorded_at: at(60 + 901), ..lasted(Completed, 60, 42) };
    let call = calls::ringing().and(C::Observe(far));
    assert_eq!(call.known().ended_at, Some(at(961)));
    assert_eq!(call.known().answered_at, Some(at(961 - 42)));
    // Nor does it ring in the future.
    let ahead = Observation { recorded_at: at(0), ..saw(Ringing, 301) };
    let call = calls::initiated().and(C::Observe(ahead));
    assert_eq!(call.known().ringing_at, Some(at(0)));
}

#[test]
fn k4_a_guess_of_ours_is_corrected_by_the_provider() {
    let guess = calls::queued().and(C::SubmissionTimeout { at: at(30) });
    let seen = Observation { sip_code: Some(200), ..lasted(Completed, 60, 30) };
    let call = guess.when(C::Observe(seen));
    let call = call.then_types(&["CallDialSubmitted", "CallOutcomeCorrected"]);
    let known = call.known();
    assert_eq!((call.0.status(), known.ended_at), ("completed", Some(at(60))));
    assert_eq!((known.answered_at, known.answered_estimated), (Some(at(30)), true));
    let end = known.end.clone().unwrap();
    assert_eq!((end.by, end.reason, end.sip_code), (EndedBy::Customer, None, Some(200)));
    let guess = calls::queued().and(C::SubmissionTimeout { at: at(30) });
    let call = guess.and(C::Observe(saw(ObservedStatus::Busy, 29)));
    assert_eq!(call.0.status(), "busy");
    // An end that lasted nothing yields to one that lasted.
    let call = calls::unanswered().when(C::Observe(lasted(Completed, 90, 30)));
    let call = call.then_types(&["CallOutcomeCorrected"]);
    assert_eq!((call.0.status(), call.known().answered_at), ("completed", Some(at(60))));
}

#[test]
fn rule_4_other_ends_after_an_end_are_a_conflict() {
    let call = calls::answered().and(C::Observe(lasted(Completed, 60, 55)));
    for other in [saw(NoAnswer, 61), lasted(Failed, 61, 3), saw(Canceled, 61)] {
        assert_eq!(call.0.observation_verdict(&other), ObservationVerdict::Conflict);
        call.when(C::Observe(other)).then_nothing();
    }
    let same = lasted(Completed, 60, 55);
    assert_eq!(call.0.observation_verdict(&same), ObservationVerdict::Stale);
    call.when(C::Observe(same)).then_nothing();
    let contradiction = saw(ObservedStatus::Busy, 40);
    assert_eq!(
        calls::unanswered().0.observation_verdict(&contradiction),
        ObservationVerdict::Conflict
    );
}

#[test]
fn an_observation_of_another_call_is_refused_in_words() {
    let other = Observation { provider_call_id: Some("CA2".to_owned()), ..saw(Answered, 5) };
    assert_eq!(calls::ringing().0.observation_verdict(&other), ObservationVerdict::Conflict);
    calls::ringing().when(C::Observe(other)).field("/provider_call_id", "another_call");
}

#[test]
fn an_imported_call_has_no_provider_to_say_anything() {
    let call = calls::imported();
    let seen = saw(Answered, 5);
    assert_eq!(call.0.observation_verdict(&seen), ObservationVerdict::Conflict);
    call.when(C::Observe(seen)).not_now("ended/closed");
    call.when(submit("CA1", 1)).not_now("ended/closed");
}

#[test]
fn rule_9_a_call_that_the_provider_forgot_is_ended() {
    let missing = C::ReconcileMissing { at: at(9_000) };
    let call = calls::connected().when(missing.clone());
    let call = call.then_types(&["CallEnded", "CallWrapUpStarted"]);
    let end = call.known().end.clone().unwrap();
    assert_eq!(
        (end.status, end.reason.as_deref()),
        (EndStatus::Failed, Some("reconciled_missing"))
    );
    call.when(missing.clone()).then_nothing();
    calls::unanswered().when(missing).then_nothing();
    let call = call.and(C::Observe(lasted(Completed, 100, 95)));
    assert_eq!((call.0.status(), call.known().ended_at), ("completed", Some(at(100))));
}

#[test]
fn rule_5_holds_for_a_clock_that_is_ahead() {
    for (ahead, ended_at) in [(900, at(960)), (901, at(60))] {
        let seen = Observation { recorded_at: at(60), ..saw(NoAnswer, 60 + ahead) };
        let call = calls::ringing().and(C::Observe(seen));
        assert_eq!(call.known().ended_at, Some(ended_at), "{ahead} s ahead");
    }
}

#[test]
fn to_know_nothing_of_the_answerer_is_no_news() {
    let found = |answered_by| C::ClassifyAnswer { answered_by, detection_ms: 900, at: at(8) };
    let call = calls::answered().and(found(AnsweredBy::Unknown)).and(found(AnsweredBy::Human));
    call.when(found(AnsweredBy::Unknown)).then_nothing();
    assert_eq!(call.known().answered_by, Some(AnsweredBy::Human));
}

#[test]
fn rule_4_only_a_guess_of_ours_gives_way_whatever_reason_others_gave() {
    let reason = Some("ring_timeout".to_owned());
    let asked = C::RequestEnd { by: EndedBy::Agent, reason, at: at(8) };
    let call = calls::ringing().and(asked).and(C::Observe(saw(Canceled, 9)));
    let other = saw(NoAnswer, 10);
    assert_eq!(call.0.observation_verdict(&other), ObservationVerdict::Conflict);
    call.when(C::Observe(other)).then_nothing();
    let reason = Some("ring_timeout".to_owned());
    let asked = C::RequestEnd { by: EndedBy::System, reason, at: at(8) };
    let call = calls::ringing().and(asked).and(C::Observe(saw(Canceled, 9)));
    let call = call.when(C::Observe(saw(NoAnswer, 10))).then_types(&["CallOutcomeCorrected"]);
    assert_eq!(call.0.status(), "no_answer");
}
