//! Who calls. A handler gets an organization only from a verified caller, and a caller only where
//! the role includes the operation.

use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath};
use domain::{OrgId, Role, UserId};
use event_store::{Actor, ActorKind, Context};
use http::{HeaderMap, header, request::Parts};
use processes::auth::Principal;
use uuid::Uuid;

use super::app::App;
use super::operation::Operation;
use super::problem::{FORBIDDEN, Problem, UNAUTHENTICATED};
use super::trace::Trace;
use crate::auth::problem::refused;
use crate::auth::token::{LIFETIME_S, Verified};

/// How often it is looked whether a session was closed, and every how many seconds its row is asked
/// where closings are not remembered any more.
const LOOK: Duration = Duration::from_secs(1);
const ROW_S: i64 = 10;

/// The verified caller of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The organization; every command and query takes it from here.
    pub org: OrgId,
    /// The person.
    pub user: UserId,
    /// What the person may do.
    pub role: Role,
    /// The session of the token.
    pub session: Uuid,
}

impl Caller {
    /// The same, as the accounts know it.
    #[must_use]
    pub fn principal(&self) -> Principal {
        let Self { org, user, role, session } = *self;
        Principal { org, user, role, session }
    }

    /// The context of what this caller causes.
    #[must_use]
    pub fn context(&self, trace: Trace) -> Context {
        Context {
            org_id: self.org.uuid(),
            actor: Actor {
                kind: ActorKind::User,
                id: self.user.to_string(),
                role: Some(self.role.word().to_owned()),
            },
            correlation_id: trace.correlation(),
            causation_id: None,
            source: "api",
        }
    }

    /// Refuses a question for a number to whoever sees no numbers: the answer would tell it.
    ///
    /// # Errors
    /// `forbidden`
    pub fn may_ask_for_numbers(&self, asked: bool) -> Result<(), Problem> {
        match self.role {
            Role::Analyst if asked => {
                Err(Problem::of(&FORBIDDEN).because("your role sees no numbers, so it finds none"))
            }
            _ => Ok(()),
        }
    }
}

/// The principal whose token a request bears, once and as it must be, unless their session was
/// closed. Closings are remembered as long as an ordinary token lives; of an older one the row of
/// its session is asked.
///
/// # Errors
/// The row cannot be read.
pub(super) async fn verified(app: &App, headers: &HeaderMap) -> Result<Option<Verified>, Problem> {
    let Some(verified) = signed(app, headers) else { return Ok(None) };
    let open = is_open(app, &verified.principal, verified.age_s).await?;
    Ok(Some(verified).filter(|_| open))
}

/// Whether nobody has closed the session of a token of some age.
async fn is_open(app: &App, principal: &Principal, age_s: i64) -> Result<bool, Problem> {
    let open = match age_s > LIFETIME_S {
        false => true,
        true => app.accounts().is_open(principal).await.map_err(refused)?,
    };
    Ok(open && !app.accounts().closed(principal))
}

/// Ends when a token does, or its session: what is told for long is told no longer.
pub async fn ended(app: App, verified: Verified) {
    let Verified { principal, age_s, expires_at } = verified;
    let asked = app.now();
    loop {
        let now = app.now();
        // Of an older token the row is asked, which is far away: now and then.
        let age_s = age_s + now.since_ms(asked) / 1_000;
        let open = match now.since_ms(asked) / 1_000 % ROW_S == 0 {
            true => is_open(&app, &principal, age_s).await.unwrap_or(true),
            false => !app.accounts().closed(&principal),
        };
        if now >= expires_at || !open {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn signed(app: &App, headers: &HeaderMap) -> Option<Verified> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    app.tokens().verified(token.trim(), app.now())
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // The layer around every request has looked at the token already.
        let principal = parts.extensions.get::<Principal>().copied();
        let principal = principal.ok_or_else(|| Problem::of(&UNAUTHENTICATED))?;
        let template = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let operation = Operation::find(parts.method.as_str(), template.unwrap_or_default());
        let operation = operation.ok_or_else(|| Problem::fault(&"an operation without a row"))?;
        if !operation.roles.contains(&principal.role) {
            app.accounts().denied(&principal, operation.id);
            return Err(Problem::of(&FORBIDDEN));
        }
        let Principal { org, user, role, session } = principal;
        Ok(Self { org, user, role, session })
    }
}
