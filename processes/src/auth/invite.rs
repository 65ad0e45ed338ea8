//! Asking people in, and their coming.

use database::Role as DatabaseRole;
use domain::user::{User, UserCommand, UserStatus};
use domain::{EmailAddress, FieldFault, OrgId, Role, SubjectId, UserId, text};
use event_store::{Failure, Outcome};
use uuid::Uuid;

use super::letters::Purpose;
use super::register::{Over, keep_first};
use super::{Accounts, AuthError, context, oneself, utc};
use crate::commands::Order;
use crate::ids;

/// How long an invitation can be accepted.
const OPEN_MS: i64 = 7 * 86_400_000;

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
        if let Some(before) = before {
            return Ok(UserId::from(before));
        }
        match key {
            Some(key) => {
                let (keyring, by) = (self.inner.commands.keyring(), invitation.by.to_string());
                Ok(ids::created_user(keyring, org, &by, key).await?)
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
        if !self.reserve(index, (org, user), expires_at, Over::Lapsed).await? {
            return Err(AuthError::Taken);
        }
        let subject = SubjectId::from(user.uuid());
        let command = UserCommand::Invite { subject, email, role, by, expires_at, at };
        let Order { context, key, if_match, reply } = order;
        let commands = &self.inner.commands;
        let done = commands.run::<User>(context, user.uuid(), command, key, if_match, reply).await;
        match &done {
            Ok(_) => self.write_to(index, Purpose::Invite).await?,
            Err(Failure::Refused { .. } | Failure::KeyReused) => {
                self.give_back(index, user).await?;
            }
            // It may have happened: the reservation ends with the invitation.
            Err(_) => {}
        }
        Ok(done?)
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
        let (org, user) = (link.org, link.user);
        link.arrived(&mut tx, now).await?;
        if !keep_first(&mut tx, (org, user), &phc, utc(now)).await? {
            return Err(AuthError::LinkOver);
        }
        // The link is ours until the transaction ends. Where it fails after the fact was told, the
        // next time finds them active and goes on.
        let state = self.inner.commands.state::<User>(org, user.uuid()).await?;
        let known = state.as_ref().and_then(|(user, _)| user.known());
        let known = known.ok_or(AuthError::LinkOver)?;
        if known.role == Role::Admin {
            self.administer(org, user).await?;
        }
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
        Ok(())
    }
}
