//! Small values that commands and facts share.

use serde::{Deserialize, Serialize};

pub use super::words::*;
use crate::{AgentId, CampaignId, ContactId, FieldFault, FlowId, QueueId, Timestamp};

/// Whether and how long an agent wraps up after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUp {
    /// How it works.
    pub mode: WrapUpMode,
    /// How long it takes; only with `timed`.
    pub seconds: u32,
}

impl WrapUp {
    /// The longest time after a call, in seconds.
    pub const LONGEST: u32 = 3_600;
    /// Where nobody says otherwise: half a minute.
    pub const DEFAULT: Self = Self { mode: WrapUpMode::Timed, seconds: 30 };

    /// Whether it can be kept: 0 to 3600 seconds.
    ///
    /// # Errors
    /// The field, where not.
    pub fn checked(self) -> Result<(), FieldFault> {
        let fault = |reason, words| Err(FieldFault::new("/wrap_up/seconds", reason, words));
        match self.mode {
            WrapUpMode::None | WrapUpMode::Manual if self.seconds > 0 => {
                fault("only-timed", "only a timed one has seconds")
            }
            _ if self.seconds > Self::LONGEST => fault("out-of-range", "from 0 to 3600 seconds"),
            WrapUpMode::None | WrapUpMode::Manual | WrapUpMode::Timed => Ok(()),
        }
    }
}

/// Something that was sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// In the smallest unit of the currency; above 0, at most 10^12.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// Where a transfer goes. A number is personal: it travels beside this value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TransferTarget {
    /// To an agent.
    Agent {
        /// Which one.
        id: AgentId,
    },
    /// To a queue.
    Queue {
        /// Which one.
        id: QueueId,
    },
    /// To a telephone outside.
    Number,
    /// Back into an IVR flow.
    Ivr {
        /// Which one.
        id: FlowId,
    },
}

/// A place in a queue, as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enqueue {
    /// The queue.
    pub queue_id: QueueId,
    /// 0 to 100; higher goes first.
    pub priority: u8,
    /// What the agent must be able to do.
    pub required_skills: Vec<String>,
    /// Which language is spoken, as in BCP 47.
    pub language: Option<String>,
}

/// What belongs to a call from outside of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belongs {
    /// The contact that is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// The campaign that calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// The campaign's revision at that moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign_revision: Option<u32>,
    /// The how-manieth attempt at the contact it is, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt_no: Option<u32>,
    /// The agent who is to speak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
}

/// What the dial guards need to know and the call cannot (domain/03 §3.1.2,
/// guards 4, 10, 11 and 12), looked up consistently just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DialVerdict {
    /// Whether the number is not to be called.
    pub suppressed: bool,
    /// Calls of the organization that have not ended, without this one.
    pub live_calls: u32,
    /// How many it may have at once.
    pub max_live_calls: u32,
    /// Whether another live call goes to the same number.
    pub duplicate_live: bool,
    /// A supervisor wants the second call nevertheless.
    pub override_duplicate: bool,
    /// In how many seconds the provider is asked again, where it is left alone.
    pub provider_back_in_seconds: Option<u32>,
    /// Whether the agent who is to speak has as many calls as they may have.
    pub agent_busy: bool,
}

/// One thing that a provider says of a call (domain/03 §3.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// What it says.
    pub status: ObservedStatus,
    /// Its own name for the call.
    pub provider_call_id: Option<String>,
    /// When it happened, by the provider's clock.
    pub provider_at: Timestamp,
    /// When we heard of it.
    pub recorded_at: Timestamp,
    /// How long the call took, in whole seconds; with an end.
    pub duration_seconds: Option<u32>,
    /// Who answered.
    pub answered_by: Option<AnsweredBy>,
    /// The SIP status behind a failure.
    pub sip_code: Option<u16>,
}

/// What an observation is worth to the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObservationVerdict {
    /// A fact follows.
    Applied,
    /// The call knows better already.
    Stale,
    /// It contradicts how the call ended.
    Conflict,
}
