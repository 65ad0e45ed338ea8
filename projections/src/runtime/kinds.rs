//! What is to be done with an event of some type: applied, passed over because
//! the projection does not read it, or stopped at because this code does not
//! know it. Decided once per type and reader, not once per event.

use std::collections::HashMap;

use domain::DecidedEvent;
use domain::agent::{Agent, AgentEvent};
use domain::alert::{Alert, AlertEvent};
use domain::alert_rule::{AlertRuleEvent, AlertRules};
use domain::call::{Call, CallEvent};
use domain::call_sentiment::{CallSentiment, SentimentEvent};
use domain::campaign::{Campaign, CampaignEvent};
use domain::contact::{Contact, ContactEvent};
use domain::disposition::{DispositionCatalog, DispositionEvent};
use domain::dnc::{Dnc, DncEvent};
use domain::export::{Export, ExportEvent};
use domain::import_batch::{ImportBatch, ImportEvent};
use domain::organization::{Organization, OrganizationEvent};
use domain::payment::{Payment, PaymentEvent};
use domain::security::{Security, SecurityEvent};
use domain::segment::{SegmentCatalog, SegmentEvent};
use domain::team::{Team, TeamEvent};
use domain::transcript::{Transcript, TranscriptEvent};
use domain::user::{User, UserEvent};

use event_store::EventKind;

use super::Projection;

/// What to do with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Decode it and apply it.
    Wanted,
    /// This projection does not read it.
    PassedOver,
    /// This code does not know it: never skipped, the projection pauses.
    Unknown,
}

struct Aggregate {
    /// None where the projection reads none of its facts.
    number: Option<u32>,
    verdicts: HashMap<Box<str>, HashMap<i16, Verdict>>,
}

/// The verdicts of one reader.
#[derive(Default)]
pub(super) struct Kinds {
    aggregates: HashMap<Box<str>, Aggregate>,
}

impl Kinds {
    /// The verdict on a type of event, and a number for its aggregate's type where the projection
    /// reads any of its facts. Of the others it is enough that the log has no holes.
    pub(super) fn verdict(
        &mut self,
        projection: &dyn Projection,
        EventKind { aggregate_type, event_type, version }: EventKind<'_>,
    ) -> (Option<u32>, Verdict) {
        if let Some(aggregate) = self.aggregates.get(aggregate_type)
            && let Some(versions) = aggregate.verdicts.get(event_type)
            && let Some(verdict) = versions.get(&version)
        {
            return (aggregate.number, *verdict);
        }
        let verdict = if !known(aggregate_type, event_type, version) {
            Verdict::Unknown
        } else if projection.wants(aggregate_type, event_type) {
            Verdict::Wanted
        } else {
            Verdict::PassedOver
        };
        let number = u32::try_from(self.aggregates.len()).unwrap_or(u32::MAX);
        let read = types(aggregate_type).iter().any(|one| projection.wants(aggregate_type, one));
        let fresh = || Aggregate { number: read.then_some(number), verdicts: HashMap::new() };
        let aggregate = self.aggregates.entry(aggregate_type.into()).or_insert_with(fresh);
        aggregate.verdicts.entry(event_type.into()).or_default().insert(version, verdict);
        (aggregate.number, verdict)
    }
}

/// Every aggregate whose facts this code knows: a new one costs a line here.
macro_rules! aggregates {
    ($($(#[$doc:meta])+ $fact:ident($aggregate:ty, $event:ty);)+) => {
        /// A decoded fact of any aggregate.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Fact {
            $($(#[$doc])+ $fact($event),)+
        }

        /// Whether this code knows the type of an event.
        pub(crate) fn known(aggregate_type: &str, event_type: &str, version: i16) -> bool {
            match aggregate_type {
                $(<$aggregate>::TYPE => <$event>::known(event_type, version),)+
                _ => false,
            }
        }

        /// Every type of event that this code knows of an aggregate.
        fn types(aggregate_type: &str) -> &'static [&'static str] {
            match aggregate_type {
                $(<$aggregate>::TYPE => <$event>::TYPES,)+
                _ => &[],
            }
        }

        impl Fact {
            /// The type of the aggregate that it is a fact of, and its own.
            #[must_use]
            pub fn event_type(&self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$fact(event) => (<$aggregate>::TYPE, DecidedEvent::event_type(event)),)+
                }
            }
        }

        /// Decodes an event of any version ever released, straight from its bytes.
        pub(super) fn decode(
            aggregate_type: &str,
            event_type: &str,
            version: i16,
            payload: &[u8],
        ) -> Result<Fact, String> {
            match aggregate_type {
                $(<$aggregate>::TYPE => <$event>::decode(event_type, version, payload)
                    .map(Fact::$fact)
                    .map_err(|error| error.to_string()),)+
                other => Err(format!("no aggregate is called {other}")),
            }
        }
    };
}

aggregates! {
    /// A fact of an agent.
    Agent(Agent, AgentEvent);
    /// A fact of what somebody has to know.
    Alert(Alert, AlertEvent);
    /// A fact of the rules that say when somebody has to know.
    AlertRule(AlertRules, AlertRuleEvent);
    /// A fact of a call.
    Call(Call, CallEvent);
    /// A fact of a campaign.
    Campaign(Campaign, CampaignEvent);
    /// A fact of somebody whom a campaign calls.
    Contact(Contact, ContactEvent);
    /// A fact of what calls can come to.
    Disposition(DispositionCatalog, DispositionEvent);
    /// A fact of a number that is not to be called.
    Dnc(Dnc, DncEvent);
    /// A fact of a file of figures that was asked for.
    Export(Export, ExportEvent);
    /// A fact of a list that was brought in.
    Import(ImportBatch, ImportEvent);
    /// A fact of an organization.
    Organization(Organization, OrganizationEvent);
    /// A fact of a payment.
    Payment(Payment, PaymentEvent);
    /// A fact of an organization's doors.
    Security(Security, SecurityEvent);
    /// A fact of kinds of contacts that have a name.
    Segment(SegmentCatalog, SegmentEvent);
    /// A fact of how people feel in a call.
    Sentiment(CallSentiment, SentimentEvent);
    /// A fact of a team.
    Team(Team, TeamEvent);
    /// A fact of what was said in a call.
    Transcript(Transcript, TranscriptEvent);
    /// A fact of a user.
    User(User, UserEvent);
}

impl Fact {
    /// The fact of a call, where it is one.
    #[must_use]
    pub fn call(&self) -> Option<&CallEvent> {
        if let Self::Call(event) = self { Some(event) } else { None }
    }
}
