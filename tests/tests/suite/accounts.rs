//! Signing in, sessions and passwords, with a clock that is moved by hand.

use std::sync::Arc;

use domain::user::{User, UserCommand};
use domain::{EmailAddress, OrgId, Role, Timestamp, UserId};
use event_store::{Actor, ActorKind, Context, Keyring, Log, LogSettings, Reply, StoredReply};
use futures::future::join_all;
use processes::auth::{Accounts, AuthError, Client, Passwords, Registration, SignedIn};
use processes::commands::Order;
use processes::{Commands, ControlledClock, SystemIds};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery staple";
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 86_400_000;

pub struct World {
    pub db: TestDatabase,
    pub clock: Arc<ControlledClock>,
    commands: Commands,
    pub accounts: Accounts,
}

pub fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0x0a))
}

pub fn ann() -> UserId {
    UserId::from(Uuid::from_u128(0xa1))
}

fn actor() -> Actor {
    Actor { kind: ActorKind::System, id: "test".to_owned(), role: None }
}

pub fn client(program: &str) -> Client {
    Client { program: program.to_owned(), address: "192.0.2.1".to_owned() }
}

fn registration(user: UserId, email: &str) -> Registration {
    Registration {
        org: org(),
        user,
        email: EmailAddress::parse(email).expect("an address"),
        name: "Ann".to_owned(),
        role: Role::Supervisor,
        password: PASSWORD.to_owned(),
    }
}

impl World {
    async fn create() -> Self {
        let db = TestDatabase::create().await;
        let clock = Arc::new(ControlledClock::new(Timestamp::from_millis(1_800_000_000_000)));
        let log = Log::open(db.database(), LogSettings::default()).await.expect("a log");
        let keyring = Keyring::new(db.database(), db.secrets().key("key-encryption"));
        let commands = Commands::new(log, keyring, clock.clone());
        let cheap = Passwords::costing(64, 1).expect("argon2");
        let ids = Arc::new(SystemIds);
        let (database, secrets) = (db.database().clone(), db.secrets());
        let accounts = Accounts::new(database, commands.clone(), ids, cheap, secrets, true);
        Self { db, clock, commands, accounts }
    }

    pub fn now(&self) -> Timestamp {
        self.commands.now()
    }

    pub async fn carry_out(&self, order: Order<User>, id: Uuid, command: UserCommand) {
        self.commands.carry_out(order, id, command).await.expect("told");
    }

    pub async fn with_ann() -> Self {
        let world = Self::create().await;
        let ann = registration(ann(), "Ann@Example.com");
        world.accounts.register_user(ann, actor()).await.expect("registered");
        world
    }

    pub async fn sign_in(&self) -> SignedIn {
        let signed_in = self.accounts.sign_in("ann@example.com", PASSWORD, &client("one")).await;
        signed_in.expect("signed in")
    }

    async fn tell(&self, command: UserCommand) {
        let context = Context {
            org_id: org().uuid(),
            actor: actor(),
            correlation_id: Uuid::from_u128(1),
            causation_id: None,
            source: "test",
        };
        let id = ann().uuid();
        let told = self.commands.run::<User>(context, id, command, None, None, Box::new(Silent));
        told.await.expect("told");
    }

    pub async fn texts(&self, query: &str) -> Vec<String> {
        let mut admin = PgConnection::connect_with(&self.db.superuser()).await.expect("in");
        sqlx::query_scalar(query).fetch_all(&mut admin).await.expect("texts")
    }

    async fn refused(&self, token: &str) -> AuthError {
        self.accounts.refresh(token, &client("one")).await.expect_err("refused")
    }
}

struct Silent;

impl Reply<User> for Silent {
    fn accepted(&self, _: &User, _: u64) -> StoredReply {
        StoredReply { status: 200, ..StoredReply::default() }
    }

    fn refused(&self, _: &domain::user::UserRefusal) -> Option<StoredReply> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_password_is_let_in_and_nobody_else() {
    let world = World::with_ann().await;
    let signed_in = world.sign_in().await.principal;
    assert_eq!((signed_in.org, signed_in.user, signed_in.role), (org(), ann(), Role::Supervisor));
    for (email, password) in [
        ("ann@example.com", "correct horse battery stapler"),
        ("bea@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("ann@example.com", ""),
    ] {
        let refused = world.accounts.sign_in(email, password, &client("one")).await;
        let refused = refused.expect_err("refused");
        assert!(matches!(refused, AuthError::InvalidCredentials), "{email}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_somebody_is_suspended_is_told_only_with_the_right_password() {
    let world = World::with_ann().await;
    let token = world.sign_in().await.refresh_token;
    let at = Timestamp::from_millis(1_800_000_000_000);
    world.tell(UserCommand::Suspend { by: ann(), at }).await;
    let told = world.accounts.sign_in("ann@example.com", PASSWORD, &client("one")).await;
    assert!(matches!(told, Err(AuthError::Suspended)));
    let told = world.accounts.sign_in("ann@example.com", "wrong", &client("one")).await;
    assert!(matches!(told, Err(AuthError::InvalidCredentials)));
    assert!(matches!(world.refused(&token).await, AuthError::Suspended));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_used_once_and_a_lost_reply_is_made_again() {
    let world = World::with_ann().await;
    let first = world.sign_in().await;
    let second = world.accounts.refresh(&first.refresh_token, &client("one")).await.expect("in");
    assert_ne!(first.refresh_token, second.refresh_token);
    assert_eq!(first.principal, second.principal);
    world.clock.advance(10_000);
    let again = world.accounts.refresh(&first.refresh_token, &client("one")).await.expect("in");
    assert_eq!(again.refresh_token, second.refresh_token);
    world.clock.advance(1);
    assert!(matches!(world.refused(&first.refresh_token).await, AuthError::Reused));
    assert!(world.accounts.closed(&first.principal));
    assert!(matches!(world.refused(&second.refresh_token).await, AuthError::InvalidToken));
    let because = world.texts("SELECT closed_because FROM sessions").await;
    assert_eq!(because, ["reuse_detected"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_with_the_token_before_is_a_thief() {
    let world = World::with_ann().await;
    let first = world.sign_in().await;
    world.accounts.refresh(&first.refresh_token, &client("one")).await.expect("in");
    let thief = world.accounts.refresh(&first.refresh_token, &client("two")).await;
    assert!(matches!(thief, Err(AuthError::Reused)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_come_at_once_with_one_token_get_one_successor() {
    let world = World::with_ann().await;
    let first = world.sign_in().await.refresh_token;
    let from = client("one");
    let all = join_all((0..20).map(|_| world.accounts.refresh(&first, &from))).await;
    let mut tokens: Vec<String> =
        all.into_iter().map(|one| one.expect("in").refresh_token).collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!(world.texts("SELECT turn::text FROM sessions").await, ["2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_refresh_token_is_taken_or_closes_anything() {
    let world = World::with_ann().await;
    let token = world.sign_in().await.refresh_token;
    let other = world.sign_in().await.refresh_token;
    let mut forged: Vec<String> = vec![String::new(), "voice_rt_".to_owned(), "x".repeat(1 << 20)];
    for place in 9..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        forged.push(String::from_utf8(bytes).expect("ASCII"));
    }
    // One session's name with another one's proof.
    forged.push(format!("{}{}", &token[..60], &other[60..]));
    for token in &forged {
        let refused = world.refused(token).await;
        assert!(matches!(refused, AuthError::InvalidToken), "{token}: {refused}");
    }
    world.accounts.refresh(&token, &client("one")).await.expect("still in");
    world.accounts.refresh(&other, &client("one")).await.expect("still in");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_themselves() {
    let world = World::with_ann().await;
    let token = world.sign_in().await.refresh_token;
    world.clock.advance(30 * DAY);
    assert!(matches!(world.refused(&token).await, AuthError::InvalidToken));
    let mut token = world.sign_in().await.refresh_token;
    for _ in 0..3 {
        world.clock.advance(29 * DAY);
        token = world.accounts.refresh(&token, &client("one")).await.expect("in").refresh_token;
    }
    // 87 days after its beginning, the last three.
    world.clock.advance(3 * DAY);
    assert!(matches!(world.refused(&token).await, AuthError::InvalidToken));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_too_many_closes_the_oldest() {
    let world = World::with_ann().await;
    let mut all = Vec::new();
    for _ in 0..21 {
        all.push(world.sign_in().await);
        world.clock.advance(1);
    }
    assert_eq!(world.accounts.sessions(org(), ann()).await.expect("sessions").len(), 20);
    assert!(world.accounts.closed(&all[0].principal));
    assert!(!world.accounts.closed(&all[1].principal));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_closes_every_other_session_and_is_a_fact() {
    let world = World::with_ann().await;
    let (mine, other) = (world.sign_in().await, world.sign_in().await);
    let new = "a bicycle made of cheese";
    let change = async |old: &str, new: &str| {
        world.accounts.change_password(&mine.principal, (old, new), &client("one")).await
    };
    assert!(matches!(change("wrong", new).await, Err(AuthError::InvalidCredentials)));
    for weak in ["short", "password1234", "aaaaaaaaaaaaaaaa", &"x y".repeat(43)] {
        assert!(matches!(change(PASSWORD, weak).await, Err(AuthError::Field(_))), "{weak}");
    }
    change(PASSWORD, new).await.expect("changed");
    assert!(world.accounts.closed(&other.principal));
    assert!(!world.accounts.closed(&mine.principal));
    world.accounts.refresh(&mine.refresh_token, &client("one")).await.expect("still in");
    let old = world.accounts.sign_in("ann@example.com", PASSWORD, &client("one")).await;
    assert!(matches!(old, Err(AuthError::InvalidCredentials)));
    world.accounts.sign_in("ann@example.com", new, &client("one")).await.expect("in");
    let facts = world
        .texts("SELECT event_type FROM events WHERE aggregate_type = 'user' ORDER BY position")
        .await;
    assert_eq!(facts, ["UserRegistered", "PasswordChanged"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_belongs_to_one_person() {
    let world = World::with_ann().await;
    let bea = UserId::from(Uuid::from_u128(0xb2));
    let taken = world.accounts.register_user(registration(bea, "ANN@example.com"), actor()).await;
    assert!(matches!(taken, Err(AuthError::Taken)));
    // The same again changes nothing, and she still signs in.
    let again = registration(ann(), "ann@example.com");
    world.accounts.register_user(again, actor()).await.expect("again");
    world.sign_in().await;
    assert_eq!(
        world.texts("SELECT event_type FROM events WHERE aggregate_type = 'user'").await,
        ["UserRegistered"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_registration_lapses() {
    let world = World::create().await;
    let bea = UserId::from(Uuid::from_u128(0xb2));
    let weak = Registration { name: "\u{0}".to_owned(), ..registration(ann(), "ann@example.com") };
    let refused = world.accounts.register_user(weak, actor()).await;
    assert!(matches!(refused, Err(AuthError::Field(_))));
    let early = world.accounts.register_user(registration(bea, "ann@example.com"), actor()).await;
    assert!(matches!(early, Err(AuthError::Taken)));
    world.clock.advance(10 * MINUTE + 1);
    world
        .accounts
        .register_user(registration(bea, "ann@example.com"), actor())
        .await
        .expect("hers");
    assert_eq!(world.sign_in().await.principal.user, bea);
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_neither_password_nor_address_nor_token_is_anywhere_in_the_database() {
    let world = World::with_ann().await;
    let signed_in = world.sign_in().await;
    let second = world.accounts.refresh(&signed_in.refresh_token, &client("one")).await;
    let second = second.expect("in").refresh_token;
    let tables = "SELECT relname::text FROM pg_class
                  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    let mut dump = String::new();
    for table in world.texts(tables).await {
        dump.push_str(&world.texts(&format!("SELECT t::text FROM {table} t")).await.join("\n"));
    }
    assert!(dump.contains("$argon2id$"), "the dump holds the hashes");
    let proof = |token: &str| token[token.len() - 40..].to_owned();
    for secret in [PASSWORD, "ann@example.com", "Ann@Example.com"]
        .map(str::to_owned)
        .into_iter()
        .chain([proof(&signed_in.refresh_token), proof(&second)])
    {
        assert!(!dump.to_lowercase().contains(&secret.to_lowercase()), "{secret}");
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!dump.contains(&hex), "{secret} in hexadecimal digits");
    }
}

/// What is told of the address of a user: where it came from.
#[derive(Clone, Default)]
struct Told(Arc<std::sync::Mutex<Vec<bool>>>);

impl Reply<User> for Told {
    fn accepted(&self, user: &User, _: u64) -> StoredReply {
        let email = user.known().map(|known| known.email.clone());
        self.0.lock().unwrap().push(matches!(email, Some(domain::Personal::Sealed(_))));
        StoredReply::default()
    }

    fn refused(&self, _: &domain::user::UserRefusal) -> Option<StoredReply> {
        None
    }
}

/// The command that brings something personal in may say it; what is kept in memory after it, and
/// read by the next one, is sealed.
#[tokio::test]
async fn what_is_personal_is_not_held_in_memory() {
    let world = World::create().await;
    let (told, id) = (Told::default(), Uuid::from_u128(4_711));
    let at = world.now();
    let register = UserCommand::Register {
        subject: domain::SubjectId::from(id),
        email: EmailAddress::parse("new@example.com").unwrap(),
        name: "New".to_owned(),
        role: Role::Agent,
        at,
    };
    let by = UserId::from(id);
    let change = |role| UserCommand::ChangeRole { role, by, at };
    let rename = UserCommand::Rename { name: "Newer".to_owned(), by, at };
    for command in [register, change(Role::Supervisor), rename, change(Role::Agent)] {
        let context = super::http_kit::context(org().uuid());
        let order = Order { context, key: None, if_match: None, reply: Box::new(told.clone()) };
        world.carry_out(order, id, command).await;
    }
    assert_eq!(*told.0.lock().unwrap(), [false, true, true, true]);
}
