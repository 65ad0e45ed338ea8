//! A wrong password for an address that somebody has, and for one that nobody has.

use std::sync::Arc;
use std::time::Instant;

use domain::{EmailAddress, OrgId, Role, UserId};
use event_store::{Actor, ActorKind, Keyring, Log, LogSettings};
use processes::auth::{Accounts, AuthError, Client, Passwords, Registration};
use processes::{Commands, SystemClock, SystemIds};
use sqlx::{Connection, Executor, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

use crate::median;

const TIMES: usize = 100;

pub async fn run(home: &TestDatabase) -> anyhow::Result<()> {
    let log = Log::open(home.database(), LogSettings::default()).await?;
    let keyring = Keyring::new(home.database(), home.secrets().key("key-encryption"));
    let commands = Commands::new(log.clone(), keyring, Arc::new(SystemClock));
    let (database, ids) = (home.database().clone(), Arc::new(SystemIds));
    let accounts = Accounts::new(database, commands, ids, Passwords::new()?, home.secrets(), true);
    let registration = Registration {
        org: OrgId::from(Uuid::from_u128(0xa)),
        user: UserId::from(Uuid::from_u128(0xa1)),
        email: EmailAddress::parse("ann@example.com")?,
        name: "Ann".to_owned(),
        role: Role::Agent,
        password: "correct horse battery staple".to_owned(),
    };
    let actor = Actor { kind: ActorKind::System, id: "bench".to_owned(), role: None };
    accounts.register_user(registration, actor).await?;
    let mut admin = PgConnection::connect_with(&home.superuser()).await?;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..TIMES {
        for (email, times) in ["ann@example.com", "bea@example.com"].iter().zip(&mut times) {
            // Who fails too often has to wait: not here.
            admin.execute("DELETE FROM sign_in_failures").await?;
            let began = Instant::now();
            let refused = accounts.sign_in(email, "a wrong password", &Client::default()).await;
            times.push(began.elapsed());
            anyhow::ensure!(matches!(refused, Err(AuthError::InvalidCredentials)), "{refused:?}");
        }
    }
    let [known, unknown] = times.map(median);
    println!("\na wrong password, median of {TIMES} in us");
    println!("{:>28}  {known:>9.0}", "somebody's address");
    println!("{:>28}  {unknown:>9.0}", "nobody's address");
    println!("{:>28}  {:>9.3}", "ratio", known / unknown);
    log.close().await;
    Ok(())
}
