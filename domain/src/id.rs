//! Identifiers: a type each, so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)*) => {
        $(
            $(#[$doc])+
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            )]
            #[serde(transparent)]
            #[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
            pub struct $name(Uuid);

            impl $name {
                /// The bare UUID, as the log and the read models keep it.
                #[must_use]
                pub const fn uuid(self) -> Uuid {
                    self.0
                }
            }

            impl From<Uuid> for $name {
                fn from(id: Uuid) -> Self {
                    Self(id)
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl std::str::FromStr for $name {
                type Err = uuid::Error;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    text.parse().map(Self)
                }
            }
        )*
    };
}

impl SubjectId {
    /// Nobody at all: no person has this id.
    #[must_use]
    pub const fn nobody() -> Self {
        Self(Uuid::nil())
    }
}

ids! {
    /// An organization: the tenant.
    OrgId;
    /// A person who signs in.
    UserId;
    /// A kind of contacts that has a name.
    SegmentId;
    /// A rule that says when somebody has to know.
    AlertRuleId;
    /// One time that somebody has to know.
    AlertId;
    /// A program in which a user is signed in.
    SessionId;
    /// A call.
    CallId;
    /// An agent: the profile of a user who takes calls.
    AgentId;
    /// A team of people.
    TeamId;
    /// A person on a campaign's list.
    ContactId;
    /// A campaign.
    CampaignId;
    /// A list of people that was brought in for a campaign.
    ImportId;
    /// A file of figures that somebody has asked for.
    ExportId;
    /// Contacts of a campaign that are called anew together.
    ResetId;
    /// A look of an engine at all that was said in a call.
    RunId;
    /// A queue.
    QueueId;
    /// The person whom personal data is about: the owner of a sealing key.
    SubjectId;
    /// An IVR flow.
    FlowId;
    /// A menu of an IVR flow.
    MenuId;
    /// One offer of a call to an agent.
    OfferId;
    /// One transfer of a call.
    TransferId;
    /// A payment.
    PaymentId;
    /// One question whether money can be kept for us.
    AttemptId;
    /// One part of a payment that is taken.
    CaptureId;
    /// One time that money is let go.
    VoidId;
    /// One time that money is given back.
    RefundId;
}
