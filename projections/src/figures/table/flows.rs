//! The figures of flows (IVR) and their menus (domain/04 §4.5).

#![expect(non_upper_case_globals, reason = "a figure has the name that it has in an answer")]

use super::super::metric::{count, mean, ratio};
use super::super::sums::{Base, Sums};
use super::{Figure, Meaning, Unit};

figures! {
    /// Sessions that are over: passages of calls through a flow.
    ivr_sessions: Count of Sessions, ["sessions"]
        = |of, _| count(of.sessions.ended, of.sessions.ended);
    /// Sessions that are not over; no other figure of sessions or menus counts them.
    ivr_open: Count of Sessions, ["open sessions"]
        = |of, _| count(of.sessions.open, of.sessions.open);
    /// Sessions that ended by a hang-up of ours: by the flow itself, or by whoever here ended the
    /// call. Nobody spoke with the caller after them.
    ivr_contained: Count of Sessions, ["contained sessions"]
        = |of, _| count(of.sessions.contained, of.sessions.ended);
    /// Contained sessions / sessions; a caller who hangs up is not contained.
    containment_rate: Ratio of Sessions, ["contained sessions" / "sessions"]
        = |of, _| ratio(of.sessions.contained, of.sessions.ended);
    /// Sessions after which the caller waited in a queue.
    ivr_queued: Count of Sessions, ["sessions to a queue"]
        = |of, _| count(of.sessions.queued, of.sessions.ended);
    /// Sessions after which the caller was given to an agent or a number.
    ivr_transferred: Count of Sessions, ["sessions to an agent or number"]
        = |of, _| count(of.sessions.transferred, of.sessions.ended);
    /// Sessions after which the caller could leave a message.
    ivr_voicemail: Count of Sessions, ["sessions to a mailbox"]
        = |of, _| count(of.sessions.voicemail, of.sessions.ended);
    /// Sessions after which a machine spoke with the caller.
    ivr_ai_agent: Count of Sessions, ["sessions to a machine that speaks"]
        = |of, _| count(of.sessions.ai_agent, of.sessions.ended);
    /// Sessions that ended with the call, and nobody here had ended it: the caller hung up, or the
    /// call was lost.
    ivr_abandoned: Count of Sessions, ["abandoned sessions"]
        = |of, _| count(of.sessions.abandoned, of.sessions.ended);
    /// Abandoned sessions / sessions
    ivr_abandonment_rate: Ratio of Sessions, ["abandoned sessions" / "sessions"]
        = |of, _| ratio(of.sessions.abandoned, of.sessions.ended);
    /// Sessions in which the flow failed.
    ivr_failed: Count of Sessions, ["failed sessions"]
        = |of, _| count(of.sessions.failed, of.sessions.ended);
    /// Σ time in the flow / sessions
    ivr_seconds_mean: Seconds of Sessions, ["Σ time in the flow" / "sessions"]
        = |of, _| mean(of.sessions.ms, of.sessions.ended);

    /// How often the menu was come to.
    menu_visits: Count of Menus, ["visits"] = |of, _| count(of.menus.visits, of.menus.visits);
    /// Inputs that callers made: keys or words.
    menu_inputs: Count of Menus, ["inputs"] = |of, _| count(of.menus.inputs, asked_for(of));
    /// Inputs that were one of the menu's options.
    menu_matched: Count of Menus, ["inputs that match"]
        = |of, _| count(of.menus.matched, asked_for(of));
    /// Inputs that were none of its options.
    menu_invalid: Count of Menus, ["inputs that do not match"]
        = |of, _| count(of.menus.inputs - of.menus.matched, asked_for(of));
    /// How often nothing came in time.
    menu_timeouts: Count of Menus, ["timeouts"]
        = |of, _| count(of.menus.timeouts, asked_for(of));
    /// Inputs that do not match / (inputs + timeouts)
    menu_invalid_rate: Ratio of Menus, ["inputs that do not match" / "inputs + timeouts"]
        = |of, _| ratio(of.menus.inputs - of.menus.matched, asked_for(of));
    /// Timeouts / (inputs + timeouts)
    menu_timeout_rate: Ratio of Menus, ["timeouts" / "inputs + timeouts"]
        = |of, _| ratio(of.menus.timeouts, asked_for(of));
    /// Sessions that were left from the menu.
    menu_exits: Count of Menus, ["exits"] = |of, _| count(of.menus.exits, of.menus.visits);
    /// Exits / visits
    menu_exit_rate: Ratio of Menus, ["exits" / "visits"]
        = |of, _| ratio(of.menus.exits, of.menus.visits);
    /// Exits by the end of the call that nobody here had ended.
    menu_abandoned: Count of Menus, ["exits by the end of the call"]
        = |of, _| count(of.menus.abandoned, of.menus.visits);
    /// Σ time in the menu / visits
    menu_seconds_mean: Seconds of Menus, ["Σ time in the menu" / "visits"]
        = |of, _| mean(of.menus.ms, of.menus.visits);
}

/// How often a menu has heard or waited in vain.
fn asked_for(of: &Sums) -> i64 {
    of.menus.inputs + of.menus.timeouts
}
