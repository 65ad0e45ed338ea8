//! Calls at a telephone provider.
//!
//! `port` says what we ask of a provider and what it tells us; `simulator` is a provider that
//! needs no network; `guarded` leaves a provider alone that does not answer; `dial_submitter`
//! dials, at most once per call; `inbox` takes in what the provider tells, in whatever order and
//! however often; `reconciler` asks about calls of which nothing is heard any more; `reservation`
//! keeps one number from being dialed twice at the same time.

pub mod dial_submitter;
mod error;
mod follow_up;
mod guarded;
pub mod inbox;
pub mod port;
pub mod reconciler;
mod reservation;
pub mod simulator;

pub use dial_submitter::{CrashPoint, DialSettings, DialSubmitter};
pub use error::TelephonyError;
pub use guarded::Guarded;
pub use inbox::{Inbox, Received};
pub use port::{CallbackReceiver, PlayReply, ProviderCall, ProviderCallback, Speech, Telephony};
pub use reconciler::{Reconciler, ReconcilerSettings};
pub use reservation::{Reserved, live_calls, release, reserve};
pub use simulator::Simulator;

/// Why a call is not asked for: its provider is left alone for a while.
pub(crate) const PROVIDER_DOWN: &str = "provider_down";
