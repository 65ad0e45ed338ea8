//! Which figures an endpoint answers, in which order.

use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::metric::Metric;
use super::query::CallMetricsQuery;
use super::sums::Sums;
use super::table::{self, Figure, Meaning};

/// Figures that are answered together.
pub trait Sheet: Clone + Serialize + ToSchema {
    /// Which.
    const FIGURES: &'static [&'static Figure];

    /// Computes them.
    fn of(sums: &Sums, query: &CallMetricsQuery) -> Self;
}

macro_rules! sheets {
    ($($(#[doc = $doc:literal])+ $name:ident { $($figure:ident,)+ })+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Serialize)]
            pub struct $name {
                $(#[doc = concat!("[`table::", stringify!($figure), "`]")]
                pub $figure: Metric,)+
            }

            impl Sheet for $name {
                const FIGURES: &'static [&'static Figure] = &[$(&table::$figure),+];

                fn of(sums: &Sums, query: &CallMetricsQuery) -> Self {
                    Self { $($figure: (table::$figure.of)(sums, query),)+ }
                }
            }

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    schema(concat!($($doc),+).trim_ascii(), Self::FIGURES)
                }
            }

            impl ToSchema for $name {
                fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                    schemas.push((Metric::name().into_owned(), Metric::schema()));
                }
            }
        )+

        /// Every figure that is answered anywhere, once.
        #[must_use]
        pub fn all() -> Vec<&'static Figure> {
            let mut all: Vec<&Figure> = Vec::new();
            for figure in [$($name::FIGURES),+].concat() {
                if !all.iter().any(|known| known.means.name == figure.means.name) {
                    all.push(figure);
                }
            }
            all
        }
    };
}

/// The schema of a sheet, from the same table that computes.
fn schema(words: &str, figures: &[&Figure]) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new().description(Some(words));
    for Meaning { name, formula, bases, .. } in figures.iter().map(|figure| figure.means) {
        let mut described = Ref::from_schema_name(Metric::name());
        described.description = match bases.first() {
            Some(base) => format!("{formula}\n\nOf: {}", base.words()),
            None => formula.to_owned(),
        };
        object = object.property(name, described).required(name);
    }
    RefOr::T(object.into())
}

sheets! {
    /// The figures of calls.
    Metrics {
        calls,
        answered_calls,
        answer_outcome_rate,
        offered,
        answered,
        abandoned,
        short_abandoned,
        flowed_out,
        waiting,
        abandonment_rate,
        answer_rate,
        asa_seconds,
        abandon_seconds_mean,
        service_level,
        longest_wait_seconds,
        handled_calls,
        talk_seconds_sum,
        talk_seconds_mean,
        talk_seconds_p50,
        talk_seconds_p95,
        talk_seconds_p95_nearest,
        hold_seconds_mean,
        wrap_seconds_mean,
        handle_seconds_mean,
        resolved,
        resolution_rate,
        fcr,
        conversions,
        conversion_rate,
        csat,
        rating_mean,
        rated,
    }
    /// The figures of agents.
    AgentMetrics {
        segments_handled,
        segment_handle_seconds_mean,
        segment_talk_seconds_mean,
        segment_hold_seconds_mean,
        segment_hold_seconds_per_handled,
        segment_wrap_seconds_mean,
        segments_held,
        segments_per_hour,
        transfers_out,
        transfer_rate,
        signed_in_seconds,
        on_call_seconds,
        wrap_up_seconds,
        idle_seconds,
        reserved_seconds,
        break_seconds,
        training_seconds,
        busy_seconds,
        occupancy,
        utilization,
        busy_ratio,
        talk_ratio,
        availability,
        shrinkage,
        agent_offers,
        missed_offer_rate,
        asa_seconds,
        fcr,
        conversions,
        conversion_rate,
        csat,
        rating_mean,
        rated,
        sentiment_mean,
    }
    /// The figures of queues.
    QueueMetrics {
        offered,
        answered,
        abandoned,
        short_abandoned,
        flowed_out,
        waiting,
        abandonment_rate,
        answer_rate,
        asa_seconds,
        abandon_seconds_mean,
        service_level,
        service_level_met,
        longest_wait_seconds,
    }
    /// How a queue is served today.
    QueueToday {
        offered,
        answered,
        abandoned,
        short_abandoned,
        flowed_out,
        waiting,
        abandonment_rate,
        answer_rate,
        asa_seconds,
        abandon_seconds_mean,
        service_level,
        longest_wait_seconds,
    }
    /// The figures of dispositions.
    DispositionMetrics {
        calls,
        disposition_share,
        contacts,
        right_parties,
        conversions,
    }
    /// The figures of campaigns.
    CampaignMetrics {
        attempts,
        live_answers,
        contact_rate,
        dial_answer_rate,
        machine_rate,
        rpc_rate,
        conversion_per_contact,
        conversion_per_attempt,
        conversion_per_rpc,
        dials_per_agent_hour,
    }
    /// The figures of flows (IVR).
    FlowMetrics {
        ivr_sessions,
        ivr_open,
        ivr_contained,
        containment_rate,
        ivr_queued,
        ivr_transferred,
        ivr_voicemail,
        ivr_ai_agent,
        ivr_abandoned,
        ivr_abandonment_rate,
        ivr_failed,
        ivr_seconds_mean,
    }
    /// The figures of menus of flows.
    MenuMetrics {
        menu_visits,
        menu_inputs,
        menu_matched,
        menu_invalid,
        menu_timeouts,
        menu_invalid_rate,
        menu_timeout_rate,
        menu_exits,
        menu_exit_rate,
        menu_abandoned,
        menu_seconds_mean,
    }
    /// What the calls of campaigns cost.
    CampaignCosts {
        minutes,
        cost_minor,
        cost_per_conversion_minor,
    }
    /// How campaigns stand now.
    CampaignStanding {
        abandonment_regulatory,
        abandonment_rolling_24h,
        list_penetration,
        list_exhaustion,
    }
    /// How a queue is served, for a screen on the wall.
    QueuePulse {
        offered,
        answered,
        abandoned,
        service_level,
    }
    /// How campaigns reach people, in short.
    CampaignReach {
        attempts,
        live_answers,
        contact_rate,
        conversion_per_contact,
    }
    /// How a campaign calls, for a screen on the wall.
    CampaignPulse {
        attempts,
        abandonment_regulatory,
    }
    /// What rules of alerts watch of waits.
    WatchedWaits {
        abandonment_rate,
        service_level,
        asa_seconds,
    }
    /// What rules of alerts watch of ratings.
    WatchedRatings {
        csat,
    }
    /// What rules of alerts watch of campaigns.
    WatchedCampaigns {
        abandonment_regulatory,
    }
    /// Which attempts reach somebody.
    AttemptMetrics {
        attempts,
        live_answers,
        contact_rate,
    }
}
