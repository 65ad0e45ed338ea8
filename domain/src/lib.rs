//! Law: pure functions that decide which facts follow from a command, and the
//! values that commands and facts are made of.
//!
//! *Architecture invariant:* nothing here does I/O, reads a clock or draws a
//! random number. Times, ids and everything looked up arrive inside commands.

pub mod agent;
pub mod alert;
pub mod alert_rule;
pub mod call;
pub mod call_sentiment;
pub mod calling_hours;
pub mod campaign;
pub mod card;
pub mod contact;
mod decider;
pub mod disposition;
pub mod dnc;
mod email;
pub mod export;
mod id;
pub mod import_batch;
mod money;
pub mod organization;
mod patch;
pub mod payment;
mod personal;
mod phone;
mod refusal;
mod role;
pub mod security;
pub mod segment;
pub mod sentiment;
pub mod speech;
pub mod staffing;
pub mod team;
pub mod text;
mod time;
pub mod transcript;
pub mod transcript_format;
pub mod user;
mod words;

pub use decider::{DecidedEvent, Decider, DecodeError, Owed, Timed};
pub use email::{EmailAddress, EmailAddressError};
pub use id::{
    AgentId, AlertId, AlertRuleId, AttemptId, CallId, CampaignId, CaptureId, ContactId, ExportId,
    FlowId, ImportId, MenuId, OfferId, OrgId, PaymentId, QueueId, RefundId, ResetId, RunId,
    SegmentId, SessionId, SubjectId, TeamId, TransferId, UserId, VoidId,
};
pub use money::{Currency, Money};
pub use personal::{FreeText, Personal, PersonalText, SealedText, Sealer};
pub use phone::{PhoneNumber, PhoneNumberError};
pub use refusal::{FieldFault, Refusal};
pub use role::Role;
pub use time::{Timestamp, TimestampError};

#[cfg(test)]
mod golden;
