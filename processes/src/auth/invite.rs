//! Asking people in, and their coming.

use database::Role as DatabaseRole;
use domain::user::{User, UserCommand, UserRefusal, UserStatus};
use domain::{EmailAddress, FieldFault, OrgId, Role, SubjectId, UserId, text};
use event_store::{Failure, Outcome};
use uuid::Uuid;

use super::letters::Purpose;
use super::register::{Reserved, keep_first};
use super::{Accounts, AuthError, context, oneself, utc};
use crate::commands::Order;
use crate::ids;

/// How long an invitation can be accepted.
const OPEN_MS: i64 = 7 * 86_400_000;

/// How many people an organization may ask in on a day.
const A_DAY: i64 = 200;
const DAY_MS: i64 = 86_400_000;

/// Somebody to be asked in.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Where the invitation goes, and with what they will sign in.
    pub email: EmailAddress,
    /// What they will be allowed to do.
    pub role: Role,
    /// Who asks.
    pub by: UserId,
}

/// Somebody who comes.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The token of the link in their invitation.
    pub token: String,
    /// How they are called.
    pub name: String,
    /// The password that they choose.
    pub password: String,
}

impl Accounts {
    /// The id of the user whom somebody asks in: who was asked in before keeps theirs; with an
    /// idempotency key it is the same for every repetition.
    ///
    /// # Errors
    /// The database is away, or the organization's secret cannot be fetched.
    pub async fn invited_id(
        &self,
        org: OrgId,
        invitation: &Invitation,
        key: Option<&str>,
    ) -> Result<UserId, AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let before: Option<Uuid> = sqlx::query_scalar(
            "SELECT user_id FROM email_addresses \
             WHERE address = $1 AND org_id = $2 AND confirmed_at IS NULL",
        )
        .bind(self.index(&invitation.email).as_slice())
        .bind(org.uuid())
        .fetch_optional(&mut *connection)
        .await?;
        drop(connection);
        if let Some(before) = before.map(UserId::from) {
            if !self.erased(org, before).await? {
                return Ok(before);
            }
            self.give_back(self.index(&invitation.email), before).await?;
        }
        match key {
            Some(key) => {
                let (keyring, by) = (self.inner.commands.keyring(), invitation.by.to_string());
                let email = invitation.email.as_str();
                Ok(ids::created_user(keyring, org, (&by, email), key).await?)
            }
            None => Ok(UserId::from(self.inner.ids.next(self.inner.clock.now()))),
        }
    }

    /// Asks somebody in, by mail; whoever was asked in before and has not come, once more.
    ///
    /// # Errors
    /// [`AuthError::Taken`] where the address is somebody's; the domain's and the log's.
    pub async fn invite(
        &self,
        order: Order<User>,
        user: UserId,
        invitation: Invitation,
    ) -> Result<Outcome, AuthError> {
        let Invitation { email, role, by } = invitation;
        let (org, at, index) = (order.org(), self.inner.clock.now(), self.index(&email));
        let expires_at = at.plus_ms(OPEN_MS);
        if self.erased(org, user).await? {
            return Err(AuthError::Refused(Box::new(UserRefusal::Erased)));
        }
        // Before the address is kept for them, so that nobody keeps addresses without end.
        self.within_quota(org).await?;
        let reserved = self.reserve(index, (org, user), expires_at).await?;
        if reserved == Reserved::Not {
            return Err(AuthError::Taken);
        }
        let subject = SubjectId::from(user.uuid());
        let command = UserCommand::Invite { subject, email, role, by, expires_at, at };
        let Order { context, key, if_match, reply } = order;
        let commands = &self.inner.commands;
        let done = commands.run::<User>(context, user.uuid(), command, key, if_match, reply).await;
        match &done {
            // Only what is new is mailed: a repetition of the request is answered as before.
            Ok(outcome) if outcome.position.is_some() && !outcome.replayed => {
                let link = self.link((org, user), (Purpose::Invite, index), expires_at).await?;
                self.write_to(index, Purpose::Invite, Some((org, link.link_id))).await?;
            }
            Err(Failure::Refused { .. } | Failure::KeyReused) if reserved == Reserved::Now => {
                self.give_back(index, user).await?;
            }
            Ok(_) => {}
            // It may have happened: the reservation ends with the invitation.
            Err(_) => {}
        }
        Ok(done?)
    }

    /// Whether an organization may ask more people in today.
    async fn within_quota(&self, org: OrgId) -> Result<(), AuthError> {
        let since = self.inner.clock.now().plus_ms(-DAY_MS);
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        let asked: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM mail_requests \
             WHERE org_id = $1 AND purpose = 'invite' AND asked_at > $2",
        )
        .bind(org.uuid())
        .bind(utc(since))
        .fetch_one(&mut *connection)
        .await?;
        if asked < A_DAY { Ok(()) } else { Err(AuthError::Quota) }
    }

    /// Lets somebody in who was asked in. It can be done once more where it was interrupted.
    ///
    /// # Errors
    /// [`AuthError::LinkOver`]; [`AuthError::Field`] where the name or the password is not good
    /// enough, and the invitation stays open.
    pub async fn arrive(&self, arrival: Arrival) -> Result<(), AuthError> {
        let Arrival { token, name, password } = arrival;
        FieldFault::of_text("/display_name", text::line(&name, text::MAX_LABEL))?;
        self.inner.passwords.good("/password", &password).await?;
        let phc = self.inner.passwords.hash(&password).await?;
        let now = self.inner.clock.now();
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        let link = self.followed(&mut tx, &token, Purpose::Invite).await?;
        let (org, user) = link.whose();
        link.arrived(&mut tx, now).await?;
        if !keep_first(&mut tx, (org, user), &phc, utc(now)).await? {
            return Err(AuthError::LinkOver);
        }
        // The link is ours until the transaction ends. Where it fails after the fact was told, the
        // next time finds them active and goes on.
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        let known = known.ok_or(AuthError::LinkOver)?;
        if known.status != UserStatus::Active {
            let command = UserCommand::AcceptInvitation { name, at: now };
            let context = context(org, oneself(user), user.uuid());
            let said = (None, "came");
            let told = self.inner.commands.tell::<User>(context, user.uuid(), command, None, said);
            match told.await {
                Ok(_) => {}
                Err(Failure::Refused { .. }) => return Err(AuthError::LinkOver),
                Err(failure) => return Err(failure.into()),
            }
        }
        tx.commit().await?;
        // What they may do by now. Where this is not reached, they count once they sign in.
        if let Ok(Role::Admin) = self.may_sign_in(org, user).await {
            self.administer(org, user).await?;
        }
        Ok(())
    }
}
