//! Tokens and people as they are answered.

use domain::user::{KnownUser, User};
use domain::{OrgId, UserId};
use processes::auth::{Principal, SignedIn};
use projections::RuntimeError;
use projections::teams::read as teams;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::token::LIFETIME_S;
use crate::http::app::App;
use crate::http::problem::{Problem, UNAUTHENTICATED, keyring_failed, log_failed};

/// Tokens for whoever has signed in.
#[derive(Serialize, ToSchema)]
pub struct TokenReply {
    /// Goes into `Authorization: Bearer`; a JSON Web Token.
    access_token: String,
    /// `Bearer`
    token_type: &'static str,
    /// How long the access token lives, in seconds.
    expires_in: i64,
    /// Good for the next pair of tokens, once.
    refresh_token: String,
    /// Who has signed in; not told again when tokens are refreshed.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<AccountReply>,
}

/// A person.
#[derive(Serialize, ToSchema)]
pub struct AccountReply {
    /// The id.
    id: Uuid,
    /// The organization they belong to.
    organization_id: Uuid,
    /// With what they sign in; `null` once it is erased.
    email: Option<String>,
    /// How they are called; `null` once it is erased.
    display_name: Option<String>,
    /// What they may do.
    role: &'static str,
}

impl TokenReply {
    /// The tokens of somebody who was let in. A refresh token is spent already, so nothing that is
    /// read for it may be missing: without its teams a token is as good.
    pub(super) async fn of(app: &App, signed_in: SignedIn) -> Result<Self, Problem> {
        let SignedIn { principal, refresh_token } = signed_in;
        let teams = teams(app, &principal).await;
        let teams = teams
            .inspect_err(|error| tracing::warn!(%error, "a token is made without its teams"))
            .ok();
        let access_token = app.tokens().issue(&principal, teams, app.now(), LIFETIME_S);
        Ok(Self {
            access_token: access_token.map_err(|error| Problem::fault(&error))?,
            token_type: "Bearer",
            expires_in: LIFETIME_S,
            refresh_token,
            user: None,
        })
    }

    /// The same, and who they are.
    pub(super) async fn introduced(app: &App, signed_in: SignedIn) -> Result<Self, Problem> {
        let user = AccountReply::read(app, &signed_in.principal).await?;
        Ok(Self { user: Some(user), ..Self::of(app, signed_in).await? })
    }
}

/// The teams that somebody belongs to.
pub(super) async fn teams(app: &App, principal: &Principal) -> Result<Vec<Uuid>, RuntimeError> {
    let of = teams::teams_of(app.database(), principal.org, &[principal.user.uuid()]).await?;
    Ok(of.into_iter().map(|(_, team)| team).collect())
}

impl AccountReply {
    /// Somebody, for themselves.
    pub(super) async fn read(app: &App, principal: &Principal) -> Result<Self, Problem> {
        let (org, id) = (principal.org, principal.user);
        let state = app.commands().state::<User>(org, id.uuid()).await;
        let state = state.map_err(|error| log_failed(&error))?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        match known {
            Some(known) => Self::opened(app, org, id, known).await,
            None => Err(Problem::of(&UNAUTHENTICATED)),
        }
    }

    async fn opened(app: &App, org: OrgId, id: UserId, known: &KnownUser) -> Result<Self, Problem> {
        let email = app.commands().reveal(org, &known.email).await;
        let name = match &known.name {
            Some(name) => app.commands().reveal(org, name).await,
            None => Ok(None),
        };
        Ok(Self {
            id: id.uuid(),
            organization_id: org.uuid(),
            email: email.map_err(|error| keyring_failed(&error))?,
            display_name: name.map_err(|error| keyring_failed(&error))?,
            role: known.role.word(),
        })
    }
}
