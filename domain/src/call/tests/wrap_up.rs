//! C21, C22, K13.

use super::super::*;
use super::kit::*;

fn finish(reason: WrapUpEnd, seconds: i64) -> C {
    C::FinishWrapUp { reason, at: at(seconds) }
}

fn extend(seconds: u32, at_seconds: i64) -> C {
    C::ExtendWrapUp { seconds, max_extensions: 2, at: at(at_seconds) }
}

#[test]
fn c21_a_wrap_up_is_extended_a_few_times() {
    let call = calls::wrapping_up().when(extend(60, 110)).then([E::CallWrapUpExtended {
        agent_id: agent(1),
        new_deadline: at(191),
        at: at(110),
    }]);
    let call = call.and(extend(60, 120));
    call.when(extend(60, 130)).field("", "max_extensions");
    calls::wrapping_up().when(extend(0, 110)).field("/seconds", "out-of-range");
    calls::wrapping_up().when(extend(3_601, 110)).field("/seconds", "out-of-range");
    calls::closed().when(extend(60, 120)).not_now("ended/closed");
    // A timer that was set for the earlier deadline comes to nothing.
    call.when(finish(WrapUpEnd::Timeout, 131)).then_nothing();
}

#[test]
fn c22_a_wrap_up_ends_once() {
    let call =
        calls::wrapping_up().when(finish(WrapUpEnd::Agent, 110)).then([E::CallWrapUpEnded {
            agent_id: agent(1),
            reason: WrapUpEnd::Agent,
            duration_ms: 10_000,
            at: at(110),
        }]);
    assert_eq!(call.state(), "ended/closed");
    call.when(finish(WrapUpEnd::Timeout, 140)).then_nothing();
    calls::unanswered().when(finish(WrapUpEnd::Agent, 110)).not_now("ended/closed");
    calls::connected().when(finish(WrapUpEnd::Agent, 110)).not_now("answered/connected");
}

#[test]
fn k13_a_wrap_up_that_times_out_has_no_disposition() {
    let call = calls::wrapping_up().when(finish(WrapUpEnd::Timeout, 131));
    let call = call.then_types(&["CallWrapUpEnded", "CallDispositioned"]);
    let disposition = call.known().disposition.clone().unwrap();
    assert_eq!(
        (disposition.code.as_str(), disposition.by.as_str()),
        ("no_disposition", "system:wrap-up")
    );
    let said = C::Disposition {
        code: "busy".to_owned(),
        found: found("busy"),
        resolved: None,
        right_party: None,
        sale: None,
        follow_up_at: None,
        note: None,
        by: "user:1".to_owned(),
        at: at(105),
    };
    let call = calls::wrapping_up().and(said).when(finish(WrapUpEnd::Timeout, 131));
    call.then_types(&["CallWrapUpEnded"]);
    let early = calls::wrapping_up().when(finish(WrapUpEnd::Timeout, 130));
    early.then_nothing();
}
