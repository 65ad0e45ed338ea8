//! What a rule can watch, in which unit, over whom, and within which bounds.

use std::ops::RangeInclusive;

use crate::words::words;

words! {
    /// What is watched. Each has facts of ours behind it.
    AlertMetric {
        /// For how long the first in a queue waits.
        LongestWait,
        /// How many wait in a queue.
        Waiting,
        /// For how long an agent is free while somebody waits in a queue.
        AgentIdle,
        /// For how long a call that was answered goes on.
        CallDuration,
        /// The figure of that name, over the window.
        AbandonmentRate,
        /// The figure of that name, over the window.
        ServiceLevel,
        /// The figure of that name, over the window.
        AsaSeconds,
        /// The figure of that name, over the window.
        Csat,
        /// The abandonment of an active campaign as its rule counts it, as a part of what the rule
        /// allows.
        CampaignAbandonment,
        /// By how much the read model that is furthest behind lags behind the log.
        ProjectionLag,
        /// For how long a provider has been left alone because it does not answer.
        BreakerOpen,
        /// For how long it has not been known whether money has moved.
        PaymentUnknown,
    }
    /// In what a threshold is counted.
    AlertUnit {
        /// Seconds.
        Seconds,
        /// Things.
        Count,
        /// A part of a whole.
        Ratio,
        /// A part of what is allowed.
        PartOfLimit,
    }
    /// What a rule is about.
    ScopeType {
        /// The organization.
        Org,
        /// A team's people.
        Team,
        /// A queue.
        Queue,
        /// A campaign.
        Campaign,
        /// An agent.
        Agent,
    }
    /// What an alert is about.
    SubjectType {
        /// The organization as a whole.
        Organization,
        /// A queue.
        Queue,
        /// A campaign.
        Campaign,
        /// An agent.
        Agent,
        /// A call.
        Call,
        /// A payment.
        Payment,
        /// A provider, by the name of its breaker.
        Provider,
        /// What the answers of this server are read from.
        ReadModels,
    }
}

impl AlertMetric {
    /// In what its thresholds are counted.
    #[must_use]
    pub fn unit(self) -> AlertUnit {
        match self {
            Self::LongestWait
            | Self::AgentIdle
            | Self::CallDuration
            | Self::AsaSeconds
            | Self::ProjectionLag
            | Self::BreakerOpen
            | Self::PaymentUnknown => AlertUnit::Seconds,
            Self::Waiting => AlertUnit::Count,
            Self::AbandonmentRate | Self::ServiceLevel | Self::Csat => AlertUnit::Ratio,
            Self::CampaignAbandonment => AlertUnit::PartOfLimit,
        }
    }

    /// What a rule with it can be about.
    #[must_use]
    pub fn scopes(self) -> &'static [ScopeType] {
        use ScopeType::{Agent, Campaign, Org, Queue, Team};
        match self {
            Self::LongestWait | Self::Waiting => &[Org, Queue],
            Self::AgentIdle => &[Org, Team, Agent],
            Self::CallDuration => &[Org, Team, Queue, Campaign, Agent],
            Self::AbandonmentRate | Self::ServiceLevel | Self::AsaSeconds | Self::Csat => {
                &[Org, Queue, Campaign]
            }
            Self::CampaignAbandonment => &[Org, Campaign],
            Self::ProjectionLag | Self::BreakerOpen | Self::PaymentUnknown => &[Org],
        }
    }

    /// Whether it is a figure over some time until now. The others are of now alone, and an alert
    /// of theirs is about each of whatever they find: a queue, an agent, a call.
    #[must_use]
    pub fn windowed(self) -> bool {
        match self {
            Self::AbandonmentRate | Self::ServiceLevel | Self::AsaSeconds | Self::Csat => true,
            Self::LongestWait
            | Self::Waiting
            | Self::AgentIdle
            | Self::CallDuration
            | Self::CampaignAbandonment
            | Self::ProjectionLag
            | Self::BreakerOpen
            | Self::PaymentUnknown => false,
        }
    }
}

impl AlertUnit {
    /// Between what a threshold is.
    #[must_use]
    pub fn range(self) -> RangeInclusive<f64> {
        match self {
            Self::Seconds => 0.0..=86_400.0,
            Self::Count => 0.0..=10_000.0,
            Self::Ratio => 0.0..=1.0,
            Self::PartOfLimit => 0.0..=10.0,
        }
    }
}
