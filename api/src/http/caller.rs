//! Who calls. A handler gets an organization only from a verified caller.

use axum::extract::FromRequestParts;
use domain::{OrgId, UserId};
use event_store::{Actor, ActorKind, Context};
use http::{HeaderMap, header, request::Parts};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::app::App;
use super::problem::{Problem, UNAUTHENTICATED};
use super::trace::Trace;

/// The organization that exists until organizations can be made.
pub const DEMO_ORG: Uuid = Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001);
/// Its administrator.
pub const DEMO_ADMIN: Uuid = Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0002);

/// The verified caller of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The organization; every command and query takes it from here.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
    /// What the person may do.
    pub role: Role,
}

/// A role within an organization. There is one until users come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The whole organization.
    Admin,
}

impl Role {
    /// As it is written in events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
        }
    }
}

impl Caller {
    /// The administrator of the demo organization.
    #[must_use]
    pub fn demo_admin() -> Self {
        Self { org: OrgId::from(DEMO_ORG), user: UserId::from(DEMO_ADMIN), role: Role::Admin }
    }

    /// The context of what this caller causes.
    #[must_use]
    pub fn context(&self, trace: Trace) -> Context {
        Context {
            org_id: self.org.uuid(),
            actor: Actor {
                kind: ActorKind::User,
                id: self.user.to_string(),
                role: Some(self.role.as_str().to_owned()),
            },
            correlation_id: trace.correlation(),
            causation_id: None,
            source: "api",
        }
    }
}

/// The one token that is valid, as its hash. `None`: nobody can call.
#[derive(Clone)]
pub struct Token(Option<([u8; 32], Caller)>);

impl Token {
    /// No token is valid: what a production server says until users exist.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// This token belongs to this caller.
    #[must_use]
    pub fn of(token: &str, caller: Caller) -> Self {
        Self(Some((Sha256::digest(token.as_bytes()).into(), caller)))
    }

    /// The caller whose token a request bears, once and as it must be.
    pub(super) fn verified(&self, headers: &HeaderMap) -> Option<Caller> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        let given: [u8; 32] = Sha256::digest(token.trim().as_bytes()).into();
        let (expected, caller) = self.0.as_ref()?;
        let same = bool::from(expected.ct_eq(&given));
        (same && scheme.eq_ignore_ascii_case("bearer")).then_some(*caller)
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        app.token().verified(&parts.headers).ok_or_else(|| Problem::of(&UNAUTHENTICATED))
    }
}
