//! The rules of breakers (domain/10, C1, C3, C4).

use domain::Timestamp;

use super::rules::*;

const SLOW_MS: i64 = 5_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + ms)
}

fn closed() -> Breaker {
    Breaker::new(SLOW_MS, at(0))
}

fn ask(breaker: &mut Breaker, heard: Heard, now: i64) -> bool {
    assert!(breaker.admit(at(now)), "it is not let through at {now}");
    breaker.heard(heard, (true, 100), at(now))
}

const FAILS: Heard = Heard::Failed(Failure::Timeout);

fn opened() -> Breaker {
    let mut breaker = closed();
    let opens: Vec<bool> = (0..5).map(|now| ask(&mut breaker, FAILS, now)).collect();
    assert_eq!(opens, [false, false, false, false, true]);
    breaker
}

#[test]
fn c1_five_failures_in_a_row_open_it_or_half_of_ten_calls_and_not_before() {
    assert_eq!(opened().rejects_until(at(4)), Some(at(4 + 30_000)));
    let mut breaker = closed();
    // Four of nine, then five of ten.
    for (now, heard) in [Heard::Answered, FAILS].repeat(5).into_iter().enumerate() {
        let now = i64::try_from(now).unwrap_or_default();
        assert_eq!(breaker.state(at(now)).0, State::Closed, "before call {now}");
        ask(&mut breaker, heard, now);
    }
    assert_eq!(breaker.window(), Window { calls: 10, failures: 5, slow: 0 });
    assert_eq!(breaker.state(at(10)).0, State::Open { until: at(9 + 30_000) });
    // The window goes with time: eight failures among twenty are forgotten one by one.
    let mut breaker = closed();
    let failing = |now: i64| now % 10 >= 6;
    for now in 0..200 {
        ask(&mut breaker, if failing(now) { FAILS } else { Heard::Answered }, now);
    }
    assert_eq!(breaker.window().calls, 20);
    assert_eq!(breaker.state(at(200)).0, State::Closed);
}

#[test]
fn four_fifths_of_slow_calls_open_it() {
    let mut breaker = closed();
    for now in 0..10 {
        assert_eq!(breaker.state(at(now)).0, State::Closed);
        let took_ms = if now < 8 { SLOW_MS } else { SLOW_MS - 1 };
        breaker.heard(Heard::Answered, (true, took_ms), at(now));
    }
    assert_eq!(Standing::from(breaker.state(at(10)).0), Standing::Open);
}

#[test]
fn c3_too_many_requests_leave_it_alone_and_do_not_open_it() {
    let mut breaker = closed();
    let busy = Heard::Busy { retry_after_ms: None };
    let mut now = 0;
    for wait_ms in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
        ask(&mut breaker, busy, now);
        assert_eq!(breaker.rejects_until(at(now)), Some(at(now + wait_ms)));
        assert!(!breaker.admit(at(now + wait_ms - 1)));
        now += wait_ms;
        assert_eq!(breaker.state(at(now)).0, State::Closed);
    }
    assert_eq!(breaker.window(), Window::default());
    ask(&mut breaker, Heard::Busy { retry_after_ms: Some(7_000) }, now);
    assert_eq!(breaker.rejects_until(at(now)), Some(at(now + 7_000)));
    ask(&mut breaker, Heard::Answered, now + 7_000);
    ask(&mut breaker, busy, now + 7_000);
    assert_eq!(breaker.rejects_until(at(now + 7_000)), Some(at(now + 8_000)));
}

#[test]
fn c4_half_open_it_lets_three_through_closes_after_two_and_opens_after_one_failure() {
    let half = 4 + 30_000;
    let mut breaker = opened();
    assert!(!breaker.admit(at(half - 1)));
    let tried: Vec<bool> = (0..4).map(|_| breaker.admit(at(half))).collect();
    assert_eq!(tried, [true, true, true, false]);
    assert_eq!(breaker.state(at(half)), (State::HalfOpen { used: 3, ok: 0 }, at(half)));
    breaker.heard(Heard::Busy { retry_after_ms: Some(1) }, (true, 1), at(half));
    let half = half + 1_000;
    assert!(breaker.admit(at(half + 1)));
    breaker.heard(Heard::Answered, (true, 1), at(half + 2));
    breaker.heard(Heard::Answered, (true, 1), at(half + 3));
    assert_eq!(breaker.state(at(half + 3)), (State::Closed, at(half + 3)));
    assert_eq!(breaker.window(), Window::default());

    let mut breaker = opened();
    ask(&mut breaker, Heard::Answered, half);
    assert!(ask(&mut breaker, FAILS, half + 1));
    assert_eq!(Standing::from(breaker.state(at(half + 1)).0), Standing::Open);
}

#[test]
fn what_opens_again_soon_is_open_for_twice_as_long_up_to_five_minutes() {
    let mut breaker = opened();
    let mut now = 4;
    for length_ms in [30_000, 60_000, 120_000, 240_000, 300_000, 300_000] {
        assert_eq!(breaker.rejects_until(at(now)), Some(at(now + length_ms)));
        now += length_ms;
        ask(&mut breaker, FAILS, now);
    }
    now += 300_000;
    ask(&mut breaker, Heard::Answered, now);
    ask(&mut breaker, Heard::Answered, now);
    now += 600_000;
    (0..5).for_each(|_| {
        ask(&mut breaker, FAILS, now);
    });
    assert_eq!(breaker.rejects_until(at(now)), Some(at(now + 30_000)));
}

#[test]
fn what_is_heard_while_it_is_open_does_not_close_it() {
    let mut breaker = opened();
    (0..5).for_each(|_| assert!(!breaker.heard(Heard::Answered, (true, 1), at(10))));
    // Hanging up works again: that says nothing of new calls.
    let half = 4 + 30_000;
    (0..5).for_each(|_| assert!(!breaker.heard(Heard::Answered, (false, 1), at(half))));
    assert!(!breaker.heard(FAILS, (false, 1), at(half)));
    assert_eq!(breaker.state(at(half)), (State::HalfOpen { used: 0, ok: 0 }, at(half)));
    assert_eq!(breaker.rejects_until(at(10)), Some(at(4 + 30_000)));
}
