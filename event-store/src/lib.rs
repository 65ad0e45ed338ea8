//! The log: what has happened, in one order, for ever.
//!
//! It knows organizations, streams, bytes and positions; it knows no aggregate. A command
//! comes in through [`Log::execute`], is decided by a `cqrs_es::Aggregate`, and what follows
//! from it is committed together with whatever else waits (group commit). [`Feed`] reads
//! everything in order, [`Tail`] for everybody at once who keeps up with it, [`verify`] checks that
//! nothing was changed, and [`Keyring`] seals personal fields before they get here.
//!
//! | guarantee | where |
//! |---|---|
//! | L1 acknowledged is durable | `writer::link` refuses a server that does not flush |
//! | L2 all or nothing, L4 gapless | one statement per batch, `sql/append_events.sql` |
//! | L3 one winner, L9 same key, same answer | unique keys, and `writer::alone` |
//! | L6 immutable, L7 tamper-evident | rights, triggers, `merkle`, `verify` |
//! | L10 nothing slow holds the head | `wake` tells others after the commit |
//! | L11 a cache is a cache | `warm`: dropped on any error |

mod behind;
mod codec;
mod command;
mod detached;
mod error;
mod event;
mod failure;
mod feed;
mod idempotency;
mod keyring;
mod load;
mod loader;
mod log;
mod log_page;
mod merkle;
mod metrics;
mod request;
mod store;
mod tail;
mod verify;
mod wake;
mod warm;
mod writer;

pub use codec::{Codec, CodecError, Encoded};
pub use error::{LogError, PageError};
pub use event::{EventHead, EventKind, EventRef, StoredEvent};
pub use failure::Failure;
pub use feed::Feed;
pub use keyring::{
    Keyring, KeyringError, Noted, Rotated, check_keks, rewrap, rotate, wrapped_with,
};
pub use load::Outline;
pub use log::{Log, LogSettings};
pub use log_page::{LogPage, Run};
pub use metrics::Metrics;
pub use request::{
    Actor, ActorKind, Context, IdempotencyKey, Outcome, Reply, Request, StoredReply, StreamKey,
};
pub use tail::Tail;
pub use verify::{LogFault, VerifyReport, verify};
