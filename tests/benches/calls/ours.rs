//! This log, through the same door that the api uses: personal fields sealed
//! by the codec, a reply written for each command, with or without a key.

use std::sync::Arc;

use anyhow::Context as _;
use database::Database;
use domain::OrgId;
use domain::call::{Call, CallCommand, CallRefusal};
use event_store::{
    Actor, ActorKind, Context, IdempotencyKey, Keyring, Log, LogSettings, Outcome, Reply,
    StoredReply,
};
use processes::{Commands, SystemClock};
use tests::TestDatabase;
use uuid::Uuid;

use crate::contest::System;

/// Commands into this log.
pub struct Ours {
    commands: Commands,
    org: OrgId,
    keyed: bool,
}

struct Answer;

impl Reply<Call> for Answer {
    fn accepted(&self, call: &Call, version: u64) -> StoredReply {
        let body = format!(r#"{{"status":"{}","version":{version}}}"#, call.status()).into_bytes();
        StoredReply { status: 200, body, etag: Some(format!("\"v{version}\"")), location: None }
    }

    fn refused(&self, _: &CallRefusal) -> Option<StoredReply> {
        None
    }
}

impl Ours {
    /// A log of its own on the database, and the same with keys.
    pub async fn open(home: &TestDatabase) -> anyhow::Result<(Self, Self)> {
        Self::over(home.database()).await
    }

    /// The same on any database.
    pub async fn over(database: &Database) -> anyhow::Result<(Self, Self)> {
        let log = Log::open(database, LogSettings::default()).await?;
        let keyring = Keyring::new(database, [7; 32]);
        let commands = Commands::new(log, keyring, Arc::new(SystemClock));
        let org = OrgId::from(Uuid::now_v7());
        Ok((
            Self { commands: commands.clone(), org, keyed: false },
            Self { commands, org, keyed: true },
        ))
    }

    /// The log.
    pub fn log(&self) -> &Log {
        self.commands.log()
    }

    /// Where the log is.
    pub fn head(&self) -> tokio::sync::watch::Receiver<i64> {
        self.commands.log().head()
    }
}

impl Ours {
    /// Whose calls they are.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Has something happen in a call.
    pub async fn tell(&self, id: Uuid, command: CallCommand) -> anyhow::Result<Outcome> {
        let context = Context {
            org_id: self.org.uuid(),
            actor: Actor { kind: ActorKind::System, id: "bench".to_owned(), role: None },
            correlation_id: id,
            causation_id: None,
            source: "bench",
        };
        let key = self.keyed.then(|| IdempotencyKey {
            actor: "bench".to_owned(),
            operation: "POST /api/v1/calls/{id}".to_owned(),
            key: Uuid::now_v7().to_string(),
            fingerprint: [1; 32],
        });
        let done = self.commands.run::<Call>(context, id, command, key, None, Box::new(Answer));
        done.await.context("refused")
    }
}

impl System for Ours {
    async fn run(&self, id: Uuid, command: CallCommand) -> anyhow::Result<()> {
        self.tell(id, command).await.map(drop)
    }
}
