//! The table of figures (domain/06 §6.3–§6.8): each is defined once, here, with the formula that
//! computes it. What an endpoint answers and what `GET /analytics/definitions` says of it are read
//! from the same line.

#![expect(non_upper_case_globals, reason = "a figure has the name that it has in an answer")]

use serde::Serialize;
use utoipa::ToSchema;

pub use self::flows::*;
use super::metric::{
    Metric, count, each, extreme, float, hourly, mean, money, ratio, score, share, total,
};
use super::query::{CallMetricsQuery, SlMethod};
use super::sums::{Base, Sums};

/// Which formulas the figures follow; another number whenever one changes.
pub const VERSION: u32 = 1;

/// In what a value is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds, with three decimals.
    Seconds,
    /// A part of a whole, 0 to 1, with six decimals.
    Ratio,
    /// Things in an hour, with six decimals.
    PerHour,
    /// Points of a rating, 1 to 5.
    Points,
    /// The smallest unit of a currency, with six decimals.
    Minor,
    /// A score of sentiment, −1 to 1, with four decimals.
    Score,
}

/// A figure: what it means, and how it is computed.
#[derive(Debug)]
pub struct Figure {
    /// What it means.
    pub means: Meaning,
    pub(super) of: fn(&Sums, &CallMetricsQuery) -> Metric,
}

/// What a figure is called and means.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// Its name in an answer.
    pub name: &'static str,
    /// The formula, in words.
    pub formula: &'static str,
    /// In what its value is counted.
    pub unit: Unit,
    /// What is divided, or what is counted; a percentile and a maximum have none.
    pub numerator: Option<&'static str>,
    /// By what.
    pub denominator: Option<&'static str>,
    /// The facts that it speaks of.
    pub bases: &'static [Base],
}

macro_rules! part {
    () => {
        None
    };
    ($part:literal) => {
        Some($part)
    };
}

macro_rules! figures {
    ($($(#[doc = $doc:literal])+ $name:ident: $unit:ident of $($base:ident)&+,
       [$($top:literal $(/ $bottom:literal)?)?] = $of:expr;)+) => {
        $(
            $(#[doc = $doc])+
            pub static $name: Figure = Figure {
                means: Meaning {
                    name: stringify!($name),
                    formula: concat!($($doc),+).trim_ascii(),
                    unit: Unit::$unit,
                    numerator: part!($($top)?),
                    denominator: part!($($($bottom)?)?),
                    bases: &[$(Base::$base),+],
                },
                of: $of,
            };
        )+
    };
}

// Behind the macro, which it uses.
mod flows;

figures! {
    /// Calls.
    calls: Count of Volume, ["calls"] = |of, _| count(of.volume.calls, of.volume.calls);
    /// Calls that ended as they should / calls that ended
    answer_outcome_rate: Ratio of Volume, ["calls that ended completed" / "calls that ended"]
        = |of, _| ratio(of.volume.completed, of.volume.ended);
    /// Calls that were answered.
    answered_calls: Count of Volume, ["answered calls"]
        = |of, _| count(of.volume.answered_calls, of.volume.calls);
    /// Calls with a disposition that is a conversion.
    conversions: Count of Volume, ["conversions"]
        = |of, _| count(of.volume.conversions, of.volume.contacts);
    /// Conversions / calls that reached a person.
    conversion_rate: Ratio of Volume, ["conversions" / "calls that reached a person"]
        = |of, _| ratio(of.volume.conversions, of.volume.contacts);

    /// Calls with a disposition that reached a person.
    contacts: Count of Volume, ["calls that reached a person"]
        = |of, _| count(of.volume.contacts, of.volume.calls);
    /// Calls with a disposition that says that they reached the right person.
    right_parties: Count of Volume, ["calls that reached the right person"]
        = |of, _| count(of.volume.right_parties, of.volume.calls);
    /// Calls with this disposition / calls with any, of the same bucket
    disposition_share: Ratio of Volume, ["calls with it" / "calls with a disposition"]
        = |of, _| ratio(of.volume.dispositioned, of.volume.dispositioned_all);

    /// N: closed queue segments; with `level=call` the first of each call, as for all of waits.
    offered: Count of Waiting, ["N"] = |of, _| count(offers(of), offers(of));
    /// A: an agent took the call.
    answered: Count of Waiting, ["A"] = |of, _| count(of.waiting.answered, offers(of));
    /// B: the caller left while waiting, short abandons included.
    abandoned: Count of Waiting, ["B"] = |of, _| count(of.waiting.abandoned, offers(of));
    /// S: the caller left before `short_abandon_seconds`.
    short_abandoned: Count of Waiting, ["S"]
        = |of, _| count(of.waiting.short_abandoned, offers(of));
    /// F: the call went on without an agent: callback, overflow, transfer, voicemail, timeout.
    flowed_out: Count of Waiting, ["F"] = |of, _| count(of.waiting.flowed_out, offers(of));
    /// Segments that are not closed; no other figure counts them.
    waiting: Count of Waiting, ["open segments"]
        = |of, _| count(of.waiting.waiting, of.waiting.waiting);
    /// Σ wait over B without S / (B − S), or over B / B with `include_short_abandons`
    abandon_seconds_mean: Seconds of Waiting, ["Σ wait over B without S" / "B − S"]
        = |of, asked| {
            let short_ms = if asked.include_short_abandons { 0 } else { of.waiting.short_wait_ms };
            let without_short = of.waiting.abandoned - short(of, asked);
            mean(of.waiting.abandoned_wait_ms - short_ms, without_short)
        };
    /// (B − S) / (N − S), or B / N with `include_short_abandons`.
    abandonment_rate: Ratio of Waiting, ["B − S" / "N − S"] = |of, asked| {
        ratio(of.waiting.abandoned - short(of, asked), offers(of) - short(of, asked))
    };
    /// A / N
    answer_rate: Ratio of Waiting, ["A" / "N"] = |of, _| ratio(of.waiting.answered, offers(of));
    /// Σ wait over A / A, the ringing included.
    asa_seconds: Seconds of Waiting, ["Σ wait over A" / "A"]
        = |of, _| mean(of.waiting.answered_wait_ms, of.waiting.answered);
    /// A(X) / (A + B − S), with `include_flow_outs` F more below, with `include_short_abandons` no
    /// S, without `include_abandons` A alone below; or (A(X) + B(X) + F(X)) / N where `sl_method`
    /// is `dequeue`.
    service_level: Ratio of Waiting, ["A(X)" / "A + B − S"] = service_level_of;
    /// Quarter hours of a queue with a service level of at least `sl_target` / quarter hours of a
    /// queue that have one
    service_level_met: Ratio of Quarters, ["quarter hours on target" / "quarter hours"]
        = |of, _| ratio(of.quarters.on_target, of.quarters.quarters);
    /// The longest wait of a closed segment.
    longest_wait_seconds: Seconds of Waiting, []
        = |of, _| extreme(of.waiting.longest_wait_ms.map(float), offers(of));

    /// Calls in which an agent talked.
    handled_calls: Count of Handling, ["handled calls"]
        = |of, _| count(of.handling.handled, of.handling.handled);
    /// Σ talk
    talk_seconds_sum: Seconds of Handling, ["Σ talk"]
        = |of, _| total(of.handling.talk_ms, of.handling.handled);
    /// Σ talk / handled calls
    talk_seconds_mean: Seconds of Handling, ["Σ talk" / "handled calls"]
        = |of, _| mean(of.handling.talk_ms, of.handling.handled);
    /// The median of talk, interpolated.
    talk_seconds_p50: Seconds of Handling, []
        = |of, _| extreme(of.handling.talk_p50_ms, of.handling.handled);
    /// The 95th percentile of talk, interpolated.
    talk_seconds_p95: Seconds of Handling, []
        = |of, _| extreme(of.handling.talk_p95_ms, of.handling.handled);
    /// The 95th percentile of talk by nearest rank.
    talk_seconds_p95_nearest: Seconds of Handling, []
        = |of, _| extreme(of.handling.talk_p95_nearest_ms, of.handling.handled);
    /// Σ hold / handled calls that were on hold
    hold_seconds_mean: Seconds of Handling, ["Σ hold" / "handled calls that were on hold"]
        = |of, _| mean(of.handling.hold_ms, of.handling.held);
    /// Σ wrap-up / handled calls whose wrap-up is known, be it 0
    wrap_seconds_mean: Seconds of Handling, ["Σ wrap-up" / "handled calls with known wrap-up"]
        = |of, _| mean(of.handling.wrap_ms, of.handling.wrapped);
    /// Σ (talk + hold + wrap-up) / handled calls
    handle_seconds_mean: Seconds of Handling, ["Σ (talk + hold + wrap-up)" / "handled calls"]
        = |of, _| mean(of.handling.handle_ms, of.handling.handled);

    /// Calls of which it was said that they solved the matter.
    resolved: Count of Judgment, ["resolved calls"]
        = |of, _| count(of.judgment.resolved, of.judgment.resolution_known);
    /// Calls whose disposition settles the matter, or any with `fcr_mode=behavioral`, that were
    /// followed by no other about the same within `fcr_window_hours` / eligible calls
    fcr: Ratio of Firsts, ["calls resolved first" / "eligible calls"]
        = |of, _| ratio(of.firsts.resolved, of.firsts.eligible);
    /// Resolved calls / calls of which it was said whether they are
    resolution_rate: Ratio of Judgment, ["resolved calls" / "calls of which it was said"]
        = |of, _| ratio(of.judgment.resolved, of.judgment.resolution_known);
    /// Ratings of 4 or 5 / ratings; the last rating of a call counts.
    csat: Ratio of Judgment, ["ratings of 4 or 5" / "ratings"]
        = |of, _| ratio(of.judgment.satisfied, of.judgment.rated);
    /// Σ rating / ratings
    rating_mean: Points of Judgment, ["Σ rating" / "ratings"]
        = |of, _| ratio(of.judgment.rating, of.judgment.rated);
    /// Calls that were rated.
    rated: Count of Judgment, ["rated calls"]
        = |of, _| count(of.judgment.rated, of.judgment.rated);

    /// Agents' parts of calls.
    segments_handled: Count of Segments, ["segments"]
        = |of, _| count(of.segments.segments, of.segments.segments);
    /// Σ (talk + hold + wrap-up) / segments
    segment_handle_seconds_mean: Seconds of Segments, ["Σ (talk + hold + wrap-up)" / "segments"]
        = |of, _| {
            let all = &of.segments;
            mean(all.talk_ms + all.hold_ms + all.wrap_ms, all.segments)
        };
    /// Σ talk / segments
    segment_talk_seconds_mean: Seconds of Segments, ["Σ talk" / "segments"]
        = |of, _| mean(of.segments.talk_ms, of.segments.segments);
    /// Σ wrap-up / segments, with those that had none
    segment_wrap_seconds_mean: Seconds of Segments, ["Σ wrap-up" / "segments"]
        = |of, _| mean(of.segments.wrap_ms, of.segments.segments);
    /// Σ hold / segments that were on hold
    segment_hold_seconds_mean: Seconds of Segments, ["Σ hold" / "segments that were on hold"]
        = |of, _| mean(of.segments.hold_ms, of.segments.held);
    /// Σ hold / segments, with those that had none
    segment_hold_seconds_per_handled: Seconds of Segments, ["Σ hold" / "segments"]
        = |of, _| mean(of.segments.hold_ms, of.segments.segments);
    /// Segments that were on hold.
    segments_held: Count of Segments, ["segments that were on hold"]
        = |of, _| count(of.segments.held, of.segments.segments);
    /// Segments after which somebody else had the call.
    transfers_out: Count of Segments, ["segments that were transferred out"]
        = |of, _| count(of.segments.transferred, of.segments.segments);
    /// Segments that were transferred out / segments
    transfer_rate: Ratio of Segments, ["segments that were transferred out" / "segments"]
        = |of, _| ratio(of.segments.transferred, of.segments.segments);

    /// L: the time signed in.
    signed_in_seconds: Seconds of Time, ["L"]
        = |of, _| total(of.time.signed_in_ms, of.time.stretches);
    /// T: the time on calls.
    on_call_seconds: Seconds of Time, ["T"]
        = |of, _| total(of.time.on_call_ms, of.time.stretches);
    /// W: the time in wrap-up.
    wrap_up_seconds: Seconds of Time, ["W"]
        = |of, _| total(of.time.wrap_up_ms, of.time.stretches);
    /// I: the time available without a call.
    idle_seconds: Seconds of Time, ["I"]
        = |of, _| total(of.time.available_ms, of.time.stretches);
    /// R: the time in which a call was offered.
    reserved_seconds: Seconds of Time, ["R"]
        = |of, _| total(of.time.reserved_ms, of.time.stretches);
    /// P: the time on a break.
    break_seconds: Seconds of Time, ["P"]
        = |of, _| total(of.time.break_ms, of.time.stretches);
    /// G: the time in training.
    training_seconds: Seconds of Time, ["G"]
        = |of, _| total(of.time.training_ms, of.time.stretches);
    /// Y: the time not ready, a missed offer included.
    busy_seconds: Seconds of Time, ["Y"]
        = |of, _| total(of.time.busy_ms, of.time.stretches);
    /// (T ∪ W) / ((T ∪ W) + I)
    occupancy: Ratio of Time, ["T ∪ W" / "(T ∪ W) + I"] = |of, _| {
        share(working(of), working(of) + of.time.available_ms, of.time.stretches)
    };
    /// (T ∪ W) / L
    utilization: Ratio of Time, ["T ∪ W" / "L"]
        = |of, _| share(working(of), of.time.signed_in_ms, of.time.stretches);
    /// (T ∪ W) / L: the same as `utilization`, by an older name.
    busy_ratio: Ratio of Time, ["T ∪ W" / "L"]
        = |of, _| share(working(of), of.time.signed_in_ms, of.time.stretches);
    /// Σ talk / L
    talk_ratio: Ratio of Segments & Time, ["Σ talk" / "L"]
        = |of, _| share(of.segments.talk_ms, of.time.signed_in_ms, of.segments.segments);
    /// (I + R) / L
    availability: Ratio of Time, ["I + R" / "L"] = |of, _| {
        let ready = of.time.available_ms + of.time.reserved_ms;
        share(ready, of.time.signed_in_ms, of.time.stretches)
    };
    /// (P + G + Y) / L
    shrinkage: Ratio of Time, ["P + G + Y" / "L"] = |of, _| {
        let away = of.time.break_ms + of.time.training_ms + of.time.busy_ms;
        share(away, of.time.signed_in_ms, of.time.stretches)
    };
    /// Segments / L in hours
    segments_per_hour: PerHour of Segments & Time, ["segments" / "L in hours"]
        = |of, _| hourly(of.segments.segments, of.time.signed_in_ms);

    /// Calls that were offered to agents, and not taken back or open.
    agent_offers: Count of Offers, ["offers"] = |of, _| count(of.offers.offers, of.offers.offers);
    /// Offers to which nothing was said in time / offers
    missed_offer_rate: Ratio of Offers, ["offers that timed out" / "offers"]
        = |of, _| ratio(of.offers.missed, of.offers.offers);

    /// Σ score of the customer / calls that have one, of one version of one engine
    sentiment_mean: Score of Mood, ["Σ score" / "calls with a score"]
        = |of, _| score(of.mood.score, of.mood.calls);

    /// Attempts.
    attempts: Count of Attempts, ["attempts"]
        = |of, _| count(of.attempts.attempts, of.attempts.attempts);
    /// Attempts that a person answered, or nobody knows who where no machine is looked for.
    live_answers: Count of Attempts, ["live answers"]
        = |of, _| count(of.attempts.live, of.attempts.attempts);
    /// Live answers / attempts
    contact_rate: Ratio of Attempts, ["live answers" / "attempts"]
        = |of, _| ratio(of.attempts.live, of.attempts.attempts);
    /// Answered attempts / attempts
    dial_answer_rate: Ratio of Attempts, ["answered attempts" / "attempts"]
        = |of, _| ratio(of.attempts.answered, of.attempts.attempts);
    /// Attempts that a machine answered / answered attempts
    machine_rate: Ratio of Attempts, ["attempts that a machine answered" / "answered attempts"]
        = |of, _| ratio(of.attempts.machines, of.attempts.answered);
    /// Attempts that reached the right person, by their disposition / attempts
    rpc_rate: Ratio of Attempts, ["attempts that reached the right person" / "attempts"]
        = |of, _| ratio(of.attempts.right_parties, of.attempts.attempts);
    /// Attempts with a conversion / attempts that reached a person, by their dispositions
    conversion_per_contact: Ratio of Attempts, ["conversions" / "attempts that reached a person"]
        = |of, _| ratio(of.attempts.conversions, of.attempts.contacts);
    /// Attempts with a conversion / attempts
    conversion_per_attempt: Ratio of Attempts, ["conversions" / "attempts"]
        = |of, _| ratio(of.attempts.conversions, of.attempts.attempts);
    /// Attempts with a conversion / attempts that reached the right person
    conversion_per_rpc: Ratio of Attempts,
        ["conversions" / "attempts that reached the right person"]
        = |of, _| ratio(of.attempts.conversions, of.attempts.right_parties);

    /// Attempts / Σ L in hours, of those who have handled a call of the campaign to its end.
    dials_per_agent_hour: PerHour of Attempts & Crew, ["attempts" / "Σ L in hours"]
        = |of, _| hourly(of.attempts.attempts, of.crew.signed_in_ms);

    /// The minutes that have begun of calls that were answered.
    minutes: Count of Costs, ["minutes"] = |of, _| count(of.costs.minutes, of.costs.minutes);
    /// Σ price of the minutes, in the smallest unit of the currency; `null` where there are two.
    cost_minor: Minor of Costs, ["Σ price"]
        = |of, _| money(of.costs.amount_minor, of.costs.minutes);
    /// Σ price / attempts with a conversion
    cost_per_conversion_minor: Minor of Costs, ["Σ price" / "conversions"]
        = |of, _| each(of.costs.amount_minor, of.costs.conversions);

    /// Answers that found no agent in time / answers by people, as a rule counts them
    abandonment_regulatory: Ratio of Regulatory, ["abandoned answers" / "answers by people"]
        = |of, _| ratio(of.regulatory.abandoned, of.regulatory.live);
    /// The same of the last 24 hours
    abandonment_rolling_24h: Ratio of Rolling, ["abandoned answers" / "answers by people"]
        = |of, _| ratio(of.rolling.abandoned, of.rolling.live);
    /// Contacts that were called / contacts, of those that are not suppressed
    list_penetration: Ratio of Lists, ["contacts that were called" / "contacts not suppressed"]
        = |of, _| ratio(of.lists.called, of.lists.callable);
    /// (Completed + failed + do not call) / contacts
    list_exhaustion: Ratio of Lists, ["completed + failed + do not call" / "contacts"]
        = |of, _| ratio(of.lists.done, of.lists.contacts);
}

fn offers(of: &Sums) -> i64 {
    of.waiting.answered + of.waiting.abandoned + of.waiting.flowed_out
}

fn short(of: &Sums, asked: &CallMetricsQuery) -> i64 {
    if asked.include_short_abandons { 0 } else { of.waiting.short_abandoned }
}

/// How often each kind of wait counts in a service level: above the line A(X), B(X), F(X), below it
/// A, B, S, F.
pub(super) fn service_level_weights(asked: &CallMetricsQuery) -> ([i64; 3], [i64; 4]) {
    match asked.sl_method {
        SlMethod::Dequeue => ([1, 1, 1], [1, 1, 0, 1]),
        SlMethod::Standard => {
            let left = i64::from(asked.include_abandons);
            let short = if asked.include_short_abandons { 0 } else { -left };
            ([1, 0, 0], [1, left, short, i64::from(asked.include_flow_outs)])
        }
    }
}

fn service_level_of(of: &Sums, asked: &CallMetricsQuery) -> Metric {
    let all = &of.waiting;
    let (above, below) = service_level_weights(asked);
    let in_time = [all.answered_in_time, all.abandoned_in_time, all.flowed_out_in_time];
    let whole = [all.answered, all.abandoned, all.short_abandoned, all.flowed_out];
    ratio(weighed(&above, &in_time), weighed(&below, &whole))
}

fn weighed(weights: &[i64], counts: &[i64]) -> i64 {
    weights.iter().zip(counts).map(|(weight, count)| weight * count).sum()
}

/// T ∪ W: nobody is seen to do two things at once.
fn working(of: &Sums) -> i64 {
    of.time.on_call_ms + of.time.wrap_up_ms
}
