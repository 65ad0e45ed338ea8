//! The facts that are told in public, and the names that they have there (domain/02 §2.4).

/// A fact that is told in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The type of the aggregate that it is a fact of.
    pub aggregate: &'static str,
    /// The type of the fact.
    pub event: &'static str,
    /// The name that it has in public.
    pub name: &'static str,
    /// What it is about: what is said and felt in a call has the id of the call.
    pub subject: &'static str,
}

impl Kind {
    /// The kind of a fact, where it is told in public.
    #[must_use]
    pub fn of(aggregate_type: &str, event_type: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.aggregate == aggregate_type && kind.event == event_type)
    }
}

macro_rules! kinds {
    ($($aggregate:literal as $subject:literal { $($event:ident $name:literal,)+ })+) => {
        /// Every fact that is told in public.
        pub const KINDS: &[Kind] = &[$($(Kind {
            aggregate: $aggregate,
            event: stringify!($event),
            name: $name,
            subject: $subject,
        },)+)+];
    };
}

kinds! {
    "call" as "call" {
        CallInitiated "call.initiated",
        InboundCallReceived "call.received",
        CallAnswered "call.answered",
        CallQueued "call.queued",
        CallAgentConnected "call.agent_connected",
        CallHeld "call.held",
        CallResumed "call.resumed",
        CallTransferCompleted "call.transferred",
        CallDropped "call.dropped",
        CallEnded "call.ended",
        CallDispositioned "call.dispositioned",
        CallRated "call.rated",
    }
    "transcript" as "call" {
        TranscriptCompleted "transcript.completed",
    }
    "call_sentiment" as "call" {
        SentimentComputed "sentiment.computed",
        SentimentAlertRaised "sentiment.alert_raised",
    }
    "agent" as "agent" {
        AgentSignedIn "agent.signed_in",
        AgentSignedOut "agent.signed_out",
        AgentPresenceChanged "agent.presence_changed",
        AgentOfferMissed "agent.offer_missed",
    }
    "campaign" as "campaign" {
        CampaignActivated "campaign.activated",
        CampaignPaused "campaign.paused",
        CampaignResumed "campaign.resumed",
        CampaignCompleted "campaign.completed",
        CampaignCanceled "campaign.canceled",
        CampaignDialerThrottled "campaign.throttled",
        CampaignDialerUnthrottled "campaign.unthrottled",
    }
    "alert" as "alert" {
        AlertRaised "alert.raised",
        AlertAcknowledged "alert.acknowledged",
        AlertResolved "alert.resolved",
        AlertExpired "alert.expired",
    }
    "contact" as "contact" {
        ContactCompleted "contact.completed",
        ContactMarkedDoNotCall "contact.do_not_call",
    }
    "import_batch" as "import" {
        ImportCompleted "import.completed",
        ImportFailed "import.failed",
    }
    "payment" as "payment" {
        PaymentAuthorized "payment.authorized",
        PaymentCaptured "payment.captured",
        PaymentDeclined "payment.declined",
        PaymentVoided "payment.voided",
        RefundSucceeded "refund.succeeded",
        RefundFailed "refund.failed",
        DisputeOpened "dispute.opened",
        DisputeClosed "dispute.closed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::known;

    #[test]
    fn every_fact_that_is_told_exists_and_has_one_name() {
        for (place, kind) in KINDS.iter().enumerate() {
            assert!(known(kind.aggregate, kind.event, 1), "{kind:?}");
            assert!(KINDS.iter().skip(place + 1).all(|other| other.name != kind.name), "{kind:?}");
        }
    }
}
