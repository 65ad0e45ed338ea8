//! Registering people: the password is hashed, the address is reserved, the facts are told, the
//! hash is kept, the reservation is confirmed. Whoever dies on the way leaves a reservation that
//! lapses.

use chrono::{DateTime, Utc};
use database::Role as DatabaseRole;
use domain::organization::{Organization, OrganizationCommand};
use domain::user::{User, UserCommand, UserRefusal};
use domain::{EmailAddress, FieldFault, OrgId, Role, SubjectId, Timestamp, UserId, text};
use event_store::Actor;
use sqlx::PgConnection;
use uuid::Uuid;

use super::letters::Purpose;
use super::{Accounts, AuthError, context, oneself, utc};

/// How long an address stays reserved for a registration that was not finished.
const UNFINISHED_MS: i64 = 10 * 60_000;
/// How long whoever has registered can show that the address is theirs.
const UNVERIFIED_MS: i64 = 86_400_000;
/// A registration takes at least so long, so that it cannot be told by its time whether the address
/// was free.
const LEAST_MS: i64 = 500;

/// What came of reserving an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserved {
    /// It is kept for them from now on.
    Now,
    /// It was theirs or kept for them before.
    Before,
    /// It is somebody else's.
    Not,
}

/// Somebody to be registered.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The organization they belong to; it exists.
    pub org: OrgId,
    /// The id they get. The same person may be registered again with it.
    pub user: UserId,
    /// With what they sign in.
    pub email: EmailAddress,
    /// How they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Their password.
    pub password: String,
}

/// The first administrator of a new organization.
#[derive(Clone, Debug)]
pub struct Founder {
    /// How the organization is called.
    pub organization_name: String,
    /// With what they sign in.
    pub email: EmailAddress,
    /// How they are called.
    pub name: String,
    /// Their password.
    pub password: String,
}

impl Accounts {
    /// Registers an organization with its first administrator. Where addresses are verified, they
    /// can sign in once they have followed the link in the mail; and whether the address was free
    /// is told to nobody but whoever reads the mail.
    ///
    /// # Errors
    /// [`AuthError::Field`] where a field is wrong; [`AuthError::Taken`], where addresses are not
    /// verified and it is somebody else's.
    pub async fn register(&self, founder: Founder) -> Result<(), AuthError> {
        let line = |text: &str| text::line(text, text::MAX_LABEL);
        let organization_name = text::name(&founder.organization_name, text::MAX_LABEL);
        FieldFault::of_text("/organization_name", organization_name)?;
        FieldFault::of_text("/display_name", line(&founder.name))?;
        self.inner.passwords.good("/password", &founder.password).await?;
        if !self.inner.verify {
            return self.found(founder).await;
        }
        let least = self.inner.clock.sleep_ms(LEAST_MS);
        futures::join!(self.found_unverified(founder), least).0
    }

    /// An organization whose administrator has not shown yet that the address is theirs: it is kept
    /// for nobody, and goes to whoever follows their link and knows their password. Where it is
    /// somebody's already, all is the same but for the mail, which has no link then.
    async fn found_unverified(&self, founder: Founder) -> Result<(), AuthError> {
        let Founder { organization_name, email, name, password } = founder;
        let phc = self.inner.passwords.hash(&password).await?;
        let index = self.index(&email);
        let now = self.inner.clock.now();
        let (org, user) =
            (OrgId::from(self.inner.ids.next(now)), UserId::from(self.inner.ids.next(now)));
        let actor = oneself(user);
        self.register_organization(org, &organization_name, actor.clone()).await?;
        self.tell_of(org, user, (email, name, Role::Admin), actor).await?;
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        keep_first(&mut connection, (org, user), &phc, utc(now)).await?;
        drop(connection);
        let of = (Purpose::Register, index);
        let link = self.link((org, user), of, now.plus_ms(UNVERIFIED_MS)).await?;
        self.write_to(index, Purpose::Register, Some((org, link.link_id))).await
    }

    async fn found(&self, founder: Founder) -> Result<(), AuthError> {
        let Founder { organization_name, email, name, password } = founder;
        let phc = self.inner.passwords.hash(&password).await?;
        let now = self.inner.clock.now();
        let (org, user) =
            (OrgId::from(self.inner.ids.next(now)), UserId::from(self.inner.ids.next(now)));
        let actor = oneself(user);
        let index = self.index(&email);
        let until = now.plus_ms(UNFINISHED_MS);
        if self.reserve(index, (org, user), until).await? == Reserved::Not {
            self.write_to(index, Purpose::Register, None).await?;
            return Err(AuthError::Taken);
        }
        let told = async {
            self.register_organization(org, &organization_name, actor.clone()).await?;
            self.tell_of(org, user, (email, name, Role::Admin), actor).await?;
            self.finish(index, (org, user), &phc).await
        };
        let told = told.await;
        if told.is_err() {
            // Whoever tries again is not to find the address taken by themselves.
            self.give_back(index, user).await?;
        }
        told
    }

    /// Whether somebody signs in with this address.
    ///
    /// # Errors
    /// The database is away.
    pub async fn known(&self, email: &EmailAddress) -> Result<bool, AuthError> {
        let accounts = self.accounts(self.index(email)).await?;
        Ok(accounts.iter().any(|account| account.link_id.is_none()))
    }

    /// Makes an organization, once.
    ///
    /// # Errors
    /// [`AuthError::Refused`] where the name is not one or the id is taken.
    pub async fn register_organization(
        &self,
        org: OrgId,
        name: &str,
        actor: Actor,
    ) -> Result<(), AuthError> {
        let command =
            OrganizationCommand::Register { name: name.to_owned(), at: self.inner.clock.now() };
        let (context, said) = (context(org, actor, org.uuid()), (None, "registered"));
        let commands = &self.inner.commands;
        commands.tell::<Organization>(context, org.uuid(), command, None, said).await?;
        Ok(())
    }

    /// Registers somebody with a password, once: the same again changes nothing.
    ///
    /// # Errors
    /// [`AuthError::Taken`] where the address is somebody else's, [`AuthError::Field`] where the
    /// password is not good enough, [`AuthError::Refused`].
    pub async fn register_user(
        &self,
        registration: Registration,
        actor: Actor,
    ) -> Result<(), AuthError> {
        let Registration { org, user, email, name, role, password } = registration;
        // Nobody comes back under the same id, and keeps an address for it.
        if self.erased(org, user).await? {
            return Err(AuthError::Refused(Box::new(UserRefusal::Erased)));
        }
        self.inner.passwords.good("/password", &password).await?;
        let phc = self.inner.passwords.hash(&password).await?;
        let index = self.index(&email);
        let until = self.inner.clock.now().plus_ms(UNFINISHED_MS);
        if self.reserve(index, (org, user), until).await? == Reserved::Not {
            return Err(AuthError::Taken);
        }
        self.tell_of(org, user, (email, name, role), actor).await?;
        self.finish(index, (org, user), &phc).await
    }

    /// Says in the log that there is somebody, once.
    async fn tell_of(
        &self,
        org: OrgId,
        user: UserId,
        (email, name, role): (EmailAddress, String, Role),
        actor: Actor,
    ) -> Result<(), AuthError> {
        if self.knows(org, user).await? {
            return Ok(());
        }
        if role == Role::Admin {
            self.administer(org, user).await?;
        }
        let (subject, at) = (SubjectId::from(user.uuid()), self.inner.clock.now());
        let command = UserCommand::Register { subject, email, name, role, at };
        let (context, said) = (context(org, actor, user.uuid()), (None, "registered"));
        self.inner.commands.tell::<User>(context, user.uuid(), command, None, said).await?;
        Ok(())
    }

    /// Gives an address back that was not confirmed.
    pub(super) async fn give_back(&self, index: [u8; 32], user: UserId) -> Result<(), AuthError> {
        let mut connection = self.inner.database.pool(DatabaseRole::Process).acquire().await?;
        sqlx::query(
            "DELETE FROM email_addresses \
             WHERE address = $1 AND user_id = $2 AND confirmed_at IS NULL",
        )
        .bind(index.as_slice())
        .bind(user.uuid())
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Keeps an address for somebody, where it is nobody else's.
    pub(super) async fn reserve(
        &self,
        index: [u8; 32],
        (org, user): (OrgId, UserId),
        until: Timestamp,
    ) -> Result<Reserved, AuthError> {
        let now = self.inner.clock.now();
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        let before: Option<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT org_id, user_id FROM email_addresses WHERE address = $1 FOR UPDATE",
        )
        .bind(index.as_slice())
        .fetch_optional(&mut *tx)
        .await?;
        let holder: Option<(Uuid, Uuid)> = sqlx::query_as(
            "INSERT INTO email_addresses AS e (address, org_id, user_id, reserved_until) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (address) DO UPDATE \
                 SET org_id = excluded.org_id, user_id = excluded.user_id, \
                     reserved_until = excluded.reserved_until \
                 WHERE (e.confirmed_at IS NULL AND e.reserved_until < $5) \
                    OR (e.org_id = excluded.org_id AND e.user_id = excluded.user_id) \
             RETURNING org_id, user_id",
        )
        .bind(index.as_slice())
        .bind(org.uuid())
        .bind(user.uuid())
        .bind(utc(until))
        .bind(utc(now))
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        let theirs = Some((org.uuid(), user.uuid()));
        Ok(match (holder == theirs, before == theirs) {
            (false, _) => Reserved::Not,
            (true, true) => Reserved::Before,
            (true, false) => Reserved::Now,
        })
    }

    /// Keeps the hash of their first password; the address is theirs with it.
    async fn finish(
        &self,
        index: [u8; 32],
        (org, user): (OrgId, UserId),
        phc: &str,
    ) -> Result<(), AuthError> {
        let now = utc(self.inner.clock.now());
        let mut tx = self.inner.database.pool(DatabaseRole::Process).transaction().await?;
        keep_first(&mut tx, (org, user), phc, now).await?;
        let confirmed = sqlx::query(
            "UPDATE email_addresses SET confirmed_at = coalesce(confirmed_at, $4) \
             WHERE address = $1 AND org_id = $2 AND user_id = $3",
        )
        .bind(index.as_slice())
        .bind(org.uuid())
        .bind(user.uuid())
        .bind(now)
        .execute(&mut *tx)
        .await?;
        if confirmed.rows_affected() == 0 {
            return Err(AuthError::Taken);
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Keeps the hash of somebody's first password; `false` where they have one.
pub(super) async fn keep_first(
    connection: &mut PgConnection,
    (org, user): (OrgId, UserId),
    phc: &str,
    now: DateTime<Utc>,
) -> Result<bool, AuthError> {
    let kept = sqlx::query(
        "INSERT INTO credentials (org_id, user_id, version, phc, changed_at) \
         VALUES ($1, $2, 0, $3, $4) ON CONFLICT (org_id, user_id) DO NOTHING",
    )
    .bind(org.uuid())
    .bind(user.uuid())
    .bind(phc)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}
