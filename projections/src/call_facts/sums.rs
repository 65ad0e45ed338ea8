//! The rows of the statements: sums of a cell, one base of facts each.

/// A row: which cell, and its sums.
macro_rules! rows {
    ($($(#[$doc:meta])+ $name:ident { $($field:ident: $of:ty,)+ })*) => {
        $(
            $(#[$doc])+
            #[derive(Debug)]
            pub(super) struct $name {
                pub total: bool,
                pub slot: Option<i32>,
                pub queue: Option<String>,
                pub campaign: Option<String>,
                pub agent: Option<String>,
                $(pub $field: $of,)+
            }
        )*
    };
}

rows! {
    /// Calls, by the instant that they were made.
    VolumeRow {
        calls: i64,
        answered_calls: i64,
        contacts: i64,
        conversions: i64,
        live: i64,
    }
    /// Handled calls, by the end of the handling.
    HandlingRow {
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
    JudgmentRow {
        resolution_known: i64,
        resolved: i64,
        rated: i64,
        rating: i64,
        satisfied: i64,
    }
    /// Queue segments, by the instant that the wait began.
    WaitingRow {
        answered: i64,
        abandoned: i64,
        short_abandoned: i64,
        flowed_out: i64,
        answered_in_time: i64,
        abandoned_in_time: i64,
        flowed_out_in_time: i64,
        answered_wait_ms: i64,
        longest_wait_ms: Option<i64>,
        waiting: i64,
    }
}
