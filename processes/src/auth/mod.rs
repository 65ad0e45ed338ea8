//! Accounts: who signs in, and who is signed in.
//!
//! What is a fact of business (there is a user, with this role; a password was changed) stands in
//! the log. What proves it (the hash of a password, a session) stands in tables that only this
//! room writes, because no secret and no hash of one belongs into a log that is kept forever.
//!
//! *Architecture invariant:* an unknown e-mail address and a wrong password get the same answer
//! after the same work; and whether a right password belongs to somebody suspended is told only
//! to who has it.
//!
//! *Architecture invariant:* a refresh token is used once. Whoever comes with an older one closes
//! the session, for the thief and for the robbed.

mod attempts;
mod closed;
mod door;
mod erase;
mod error;
mod invite;
mod letters;
mod link;
mod password;
mod people;
mod postman;
mod proof;
mod register;
mod reset;
mod session;
mod sign_in;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use database::{Database, Secrets};
use domain::{EmailAddress, OrgId, Role, UserId};
use event_store::{Actor, ActorKind, Context};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

pub use error::{AuthError, Nothing};
pub use invite::{Arrival, Invitation};
pub use password::Passwords;
pub use people::Change;
pub use postman::Postman;
pub use register::{Founder, Registration};
pub use session::{Closed, OpenSession};

use crate::clock::Clock;
use crate::clock::utc;
use crate::commands::Commands;
use crate::ids::Ids;

/// Who is signed in, as a token says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The organization.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// Their session.
    pub session: Uuid,
}

/// Where a request comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// What the program calls itself.
    pub program: String,
    /// The network address.
    pub address: String,
}

/// Somebody has signed in or comes back.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub principal: Principal,
    /// With what they come back, once.
    pub refresh_token: String,
}

/// The accounts; cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    commands: Commands,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    passwords: Passwords,
    address_key: [u8; 32],
    refresh_key: [u8; 32],
    link_key: [u8; 32],
    /// Whether people have to show that an address is theirs before they sign in with it.
    verify: bool,
    /// Sessions that were closed a short time ago, and when.
    closed: Mutex<HashMap<Uuid, i64>>,
    /// Who was erased a short time ago, and when.
    gone: Mutex<HashMap<(OrgId, UserId), i64>>,
    /// Who was refused what a short time ago, and when it was written down.
    denied: Mutex<HashMap<(Uuid, &'static str), i64>>,
}

impl Accounts {
    /// The accounts of a database. The keys of addresses and tokens follow from the installation's
    /// root secret. With `verify` people have to show that an address is theirs before they sign in
    /// with it.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        ids: Arc<dyn Ids>,
        passwords: Passwords,
        secrets: &Secrets,
        verify: bool,
    ) -> Self {
        let clock = Arc::clone(commands.clock());
        let inner = Inner {
            database,
            commands,
            clock,
            ids,
            passwords,
            address_key: secrets.key("accounts/addresses"),
            refresh_key: secrets.key("accounts/refresh-tokens"),
            link_key: secrets.key("accounts/links"),
            verify,
            closed: Mutex::default(),
            gone: Mutex::default(),
            denied: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// By what an e-mail address is found: a hash that nobody can make without the key.
    fn index(&self, email: &EmailAddress) -> [u8; 32] {
        keyed(&self.inner.address_key, "email", email.as_str())
    }

    fn grab(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, i64>> {
        // Nothing is left half done under it.
        self.inner.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grab_gone(&self) -> std::sync::MutexGuard<'_, HashMap<(OrgId, UserId), i64>> {
        self.inner.gone.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// In whose name a fact of this room is told.
fn context(org: OrgId, actor: Actor, correlation_id: Uuid) -> Context {
    Context { org_id: org.uuid(), actor, correlation_id, causation_id: None, source: "auth" }
}

/// Somebody who acts for themselves.
fn oneself(user: UserId) -> Actor {
    Actor { kind: ActorKind::User, id: user.to_string(), role: None }
}

/// HMAC-SHA-256 of a value of some kind.
fn keyed(key: &[u8; 32], kind: &str, value: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new(&padded(key).into());
    mac.update(kind.as_bytes());
    mac.update(&[0]);
    mac.update(value.as_bytes());
    mac.finalize().into_bytes().into()
}

/// A key as long as a block of SHA-256: shorter ones are padded with zeros by definition.
fn padded(key: &[u8; 32]) -> [u8; 64] {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    block
}
