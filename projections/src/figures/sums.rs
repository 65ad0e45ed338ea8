//! What figures are made of: sums over bases of facts, each of which has its own cohort instant.

use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{Found, Groups};

/// Bases of facts: their sums, and the rows in which the statements answer them.
macro_rules! bases {
    ($($(#[doc = $doc:literal])+ $base:ident $name:ident $row:ident by $($group:ident)+ {
        $($field:ident: $of:ty,)+
    })+) => {
        /// Of which facts a figure speaks, and by which instant they belong to a bucket.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Base { $($(#[doc = $doc])+ $base,)+ }

        impl Base {
            /// The same in words.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$base => concat!($($doc),+).trim_ascii(),)+ }
            }
        }

        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, Default, PartialEq)]
            pub struct $base { $(#[allow(missing_docs)] pub $field: $of,)+ }

            /// A row: which cell, and its sums.
            #[derive(Debug, Default)]
            pub(super) struct $row {
                pub total: bool,
                pub slot: Option<i32>,
                $(pub $group: Option<String>,)+
                $(pub $field: $of,)+
            }

            impl $row {
                pub(super) fn put(self, found: &mut Found) {
                    let groups = Groups { $($group: self.$group,)+ ..Groups::default() };
                    let sums = found.place(self.total, self.slot, groups);
                    sums.$name = $base { $($field: self.$field,)+ };
                }
            }
        )+

        /// All sums of a cell. Times in ms.
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct Sums { $($(#[doc = $doc])+ pub $name: $base,)+ }
    };
}

bases! {
    /// Calls, by the instant that they were made.
    Volume volume VolumeRow by queue campaign agent disposition team {
        calls: i64,
        answered_calls: i64,
        contacts: i64,
        conversions: i64,
        right_parties: i64,
        dispositioned: i64,
        dispositioned_all: i64,
        ended: i64,
        completed: i64,
        live: i64,
    }
    /// Handled calls, by the end of the handling.
    Handling handling HandlingRow by queue campaign agent disposition team {
        handled: i64,
        talk_ms: i64,
        talk_p50_ms: Option<f64>,
        talk_p95_ms: Option<f64>,
        talk_p95_nearest_ms: Option<f64>,
        hold_ms: i64,
        held: i64,
        wrap_ms: i64,
        wrapped: i64,
        handle_ms: i64,
    }
    /// Rated and judged calls, by the answer.
    Judgment judgment JudgmentRow by queue campaign agent disposition team {
        resolution_known: i64,
        resolved: i64,
        rated: i64,
        rating: i64,
        satisfied: i64,
    }
    /// Calls that came in from a known number and were handled, of a caller who had not called
    /// about the same (the topic of its result, else its queue, else the number dialed) in the
    /// hours before, by the instant that they came in.
    Firsts firsts FirstsRow by queue campaign agent disposition team {
        eligible: i64,
        resolved: i64,
        open: i64,
    }
    /// Closed queue segments, by the instant that the wait began.
    Waiting waiting WaitingRow by queue campaign agent disposition team {
        answered: i64,
        abandoned: i64,
        short_abandoned: i64,
        flowed_out: i64,
        answered_in_time: i64,
        abandoned_in_time: i64,
        flowed_out_in_time: i64,
        answered_wait_ms: i64,
        abandoned_wait_ms: i64,
        short_wait_ms: i64,
        longest_wait_ms: Option<i64>,
        waiting: i64,
    }
    /// Quarter hours in which somebody waited in a queue, each queue's its own, by the instant that
    /// the waits began.
    Quarters quarters QuartersRow by queue campaign agent disposition team {
        quarters: i64,
        on_target: i64,
    }
    /// Agents' parts of calls in which they talked, by the end of their handling: a call that two
    /// agents had is one of each.
    Segments segments SegmentsRow by queue campaign agent disposition team {
        segments: i64,
        talk_ms: i64,
        hold_ms: i64,
        held: i64,
        wrap_ms: i64,
        transferred: i64,
    }
    /// What agents did while they were signed in, as far as it lies in the bucket; several calls
    /// at once keep an agent once.
    Time time TimeRow by agent {
        stretches: i64,
        signed_in_ms: i64,
        on_call_ms: i64,
        wrap_up_ms: i64,
        available_ms: i64,
        reserved_ms: i64,
        break_ms: i64,
        training_ms: i64,
        busy_ms: i64,
    }
    /// Calls that were offered to agents, by the instant of the offer.
    Offers offers OffersRow by agent {
        offers: i64,
        missed: i64,
        open: i64,
    }
    /// Calls of which an engine has a score of the customer, by the answer.
    Mood mood MoodRow by queue campaign agent disposition team {
        calls: i64,
        score: i64,
    }
    /// Calls of campaigns that a provider has taken, by the instant that they began.
    Attempts attempts AttemptsRow by campaign {
        attempts: i64,
        answered: i64,
        live: i64,
        machines: i64,
        contacts: i64,
        right_parties: i64,
        conversions: i64,
        open: i64,
    }
    /// Sessions: passages of calls through a flow (IVR), by the instant that they began.
    Sessions sessions SessionsRow by flow {
        ended: i64,
        open: i64,
        contained: i64,
        queued: i64,
        transferred: i64,
        voicemail: i64,
        ai_agent: i64,
        abandoned: i64,
        failed: i64,
        ms: i64,
    }
    /// Menus of flows that were heard in sessions that are over, by the instant that the session
    /// began.
    Menus menus MenusRow by flow menu {
        visits: i64,
        inputs: i64,
        matched: i64,
        timeouts: i64,
        exits: i64,
        abandoned: i64,
        ms: i64,
        open: i64,
    }
    /// Calls of campaigns that a provider has taken, by the instant that they began, and what each
    /// minute of them cost then.
    Costs costs CostsRow by campaign {
        minutes: i64,
        amount_minor: Option<i64>,
        conversions: i64,
    }
    /// The time for which those were signed in who handled a call of the campaign in the time that
    /// is asked for, as far as it lies in the bucket; whoever calls for several, is there once in
    /// the total.
    Crew crew CrewRow by campaign {
        signed_in_ms: i64,
    }
    /// Answers by people, of calls that a campaign dialed by itself, in the period that its rule of
    /// abandonment counts now, whatever time is asked for.
    Regulatory regulatory RegulatoryRow by campaign {
        live: i64,
        abandoned: i64,
    }
    /// The same of the last 24 hours.
    Rolling rolling RollingRow by campaign {
        live: i64,
        abandoned: i64,
    }
    /// Contacts of campaigns as they are now, without those that were taken off the list.
    Lists lists ListsRow by campaign {
        contacts: i64,
        callable: i64,
        called: i64,
        done: i64,
    }
}

impl Base {
    /// The read models that have these facts.
    pub(super) const fn models(self) -> &'static [&'static str] {
        match self {
            Self::Volume
            | Self::Handling
            | Self::Judgment
            | Self::Firsts
            | Self::Waiting
            | Self::Quarters => &["call_facts"],
            Self::Segments => &["calls"],
            Self::Time | Self::Offers => &["agents"],
            Self::Mood => &["call_facts", "sentiment"],
            Self::Attempts => &["campaign_attempts"],
            Self::Sessions | Self::Menus => &["call_facts", "ivr_sessions"],
            Self::Crew => &["agents", "calls"],
            Self::Costs | Self::Regulatory | Self::Rolling => &["campaign_attempts", "campaigns"],
            Self::Lists => &["campaigns", "contacts"],
        }
    }
}

impl Sums {
    /// Something of it is not over, and can change a figure still.
    pub(super) fn open(&self) -> bool {
        let open = [
            self.volume.live,
            self.waiting.waiting,
            self.offers.open,
            self.attempts.open,
            self.firsts.open,
            self.sessions.open,
            self.menus.open,
        ];
        open.iter().any(|open| *open > 0)
    }
}
