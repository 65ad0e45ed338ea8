//! A world with one organization, one campaign, and lists.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use domain::campaign::{Campaign, CampaignCommand};
use domain::dnc::{DncScope, DncSource};
use domain::import_batch::{ImportBatch, ImportPurpose, KnownImport, OnDuplicate, RowOutcome};
use domain::{CampaignId, ImportId, OrgId, PhoneNumber, UserId};
use processes::campaigns::Campaigns;
use processes::commands::Order;
use processes::contacts::Contacts;
use processes::dnc::{self, Suppression};
use processes::import::contacts::{ContactFile, Format, Mapping};
use processes::imports::{Asked, ImportError, ImportFlow, Imports, RowResult};
use processes::reactor::{Runner, RunnerSettings};
use processes::{Commands, ControlledClock, ControlledIds};
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

use crate::http_kit::context;
use crate::telephony::kit::{START, commands};

/// How long a runner works on an import before it looks up.
const TURN: Duration = Duration::from_millis(150);

pub struct World {
    pub test: TestDatabase,
    pub clock: Arc<ControlledClock>,
    pub commands: Commands,
    pub campaign: CampaignId,
    ids: Arc<ControlledIds>,
}

pub fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0xA))
}

pub fn somebody() -> UserId {
    UserId::from(Uuid::from_u128(1))
}

/// CSV of so many people; of every hundred one has no number, one stands there twice.
pub fn list(rows: u64) -> String {
    let mut text = String::from("phone,name,email,city\n");
    for row in 0..rows {
        let number = match row % 100 {
            17 => "nobody knows".to_owned(),
            // The one before stands there once more.
            56 => format!("+42077{:07}", row - 1),
            _ => format!("+42077{row:07}"),
        };
        writeln!(text, "{number},Canary {row},canary{row}@example.com,Praha").unwrap();
    }
    text
}

impl World {
    pub async fn open() -> Self {
        let test = TestDatabase::create().await;
        let clock = Arc::new(ControlledClock::new(START.parse().unwrap()));
        let commands = commands(test.database(), Arc::clone(&clock)).await;
        let campaign = CampaignId::from(Uuid::from_u128(0xC));
        let ids = Arc::<ControlledIds>::default();
        let world = Self { test, clock, commands, campaign, ids };
        let settings = tests::histories::campaign_settings();
        let (by, at) = (somebody(), world.commands.now());
        let settings = Box::new(settings);
        let around = domain::campaign::Around::default();
        let create = CampaignCommand::Create { settings, around, by, at };
        let order = Order::<Campaign>::silent(context(org().uuid()));
        world.commands.carry_out(order, campaign.uuid(), create).await.expect("a campaign");
        world
    }

    pub fn imports(&self) -> Imports {
        let (database, commands) = (self.test.database().clone(), self.commands.clone());
        let campaigns = Campaigns::new(database.clone(), commands.clone(), self.ids.clone());
        let contacts = Contacts::new(database.clone(), commands.clone(), campaigns);
        Imports::new(database, commands, contacts, self.ids.clone())
    }

    /// Has a list of CSV accepted.
    pub async fn accept(&self, key: &str, text: &str) -> Result<ImportId, ImportError> {
        self.accept_with(key, text, OnDuplicate::Skip).await
    }

    pub async fn accept_with(
        &self,
        key: &str,
        text: &str,
        on_duplicate: OnDuplicate,
    ) -> Result<ImportId, ImportError> {
        let file = ContactFile::new(Format::Csv);
        let (purpose, on_duplicate) = (self.contacts(), Some(on_duplicate));
        let asked = Asked { purpose, on_duplicate, file, mapping: None };
        self.accept_asked(key, text, asked).await
    }

    /// People who are over with: of these columns, what another dialer has done with them.
    pub async fn accept_history(&self, key: &str, text: &str) -> Result<ImportId, ImportError> {
        let columns = ["phone", "attempts", "outcome"];
        let columns = columns.map(|name| (name.to_owned(), vec![name.to_owned()]));
        let mapping = Some(Mapping::parse(columns).expect("a mapping"));
        let (purpose, on_duplicate) = (self.contacts(), Some(OnDuplicate::Skip));
        let file = ContactFile::new(Format::Csv);
        let asked = Asked { purpose, on_duplicate, file, mapping };
        self.accept_asked(key, text, asked).await
    }

    fn contacts(&self) -> ImportPurpose {
        ImportPurpose::Contacts { campaign_id: self.campaign }
    }

    /// Has a list of numbers accepted that are not to be called, one on each line.
    pub async fn accept_numbers(&self, key: &str, text: &str) -> Result<ImportId, ImportError> {
        let suppression = domain::import_batch::Suppression {
            scope: DncScope::Organization,
            source: DncSource::Regulator,
            reason: "the list of March".to_owned(),
            expires_at: None,
        };
        let purpose = ImportPurpose::Suppression { suppression };
        let file = ContactFile::new(Format::Lines);
        let asked = Asked { purpose, on_duplicate: None, file, mapping: None };
        self.accept_asked(key, text, asked).await
    }

    async fn accept_asked(
        &self,
        key: &str,
        text: &str,
        asked: Asked,
    ) -> Result<ImportId, ImportError> {
        let imports = self.imports();
        let id = imports.id(org(), somebody(), key).await?;
        let mut upload = imports.begin(org(), id).await?;
        for bytes in text.as_bytes().chunks(7_000) {
            upload.write(bytes).await?;
        }
        let uploaded = upload.finish().await?;
        let order = Order::<ImportBatch>::silent(context(org().uuid()));
        imports.accept(order, uploaded, asked, somebody()).await?;
        Ok(id)
    }

    pub fn runner(&self) -> Runner<ImportFlow> {
        let flow = ImportFlow::new(self.imports()).with_turns(TURN);
        let (database, settings) = (self.test.database().clone(), RunnerSettings::default());
        Runner::new(database, self.commands.clone(), flow, settings)
    }

    /// Does everything that is to be done.
    pub async fn settle(&self) {
        let mut runner = self.runner();
        while runner.run_due().await.expect("it works") > 0 {}
        runner.release().await;
    }

    /// Works for so long, and is killed then; another server goes on.
    pub async fn killed_after(&mut self, patience: Duration) {
        self.killed_when(async || true, patience).await;
        self.restart().await;
    }

    /// Works until something is so, and a little longer, and is killed then.
    pub async fn killed_when(&self, fits: impl AsyncFn() -> bool, late: Duration) {
        let mut runner = self.runner();
        let kill = async {
            while !fits().await {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(late).await;
        };
        tokio::select! {
            ended = runner.run_due() => drop(ended),
            () = kill => {}
        }
    }

    /// Another server begins, after the lease of the one before has lapsed.
    pub async fn restart(&mut self) {
        // Whoever was killed again and again is waited for longer.
        self.clock.advance(1_000_000);
        self.commands = commands(self.test.database(), Arc::clone(&self.clock)).await;
    }

    pub async fn import(&self, id: ImportId) -> KnownImport {
        let state = self.commands.state::<ImportBatch>(org(), id.uuid()).await.expect("the log");
        state.expect("an import").0.known().cloned().expect("an import")
    }

    pub async fn suppress(&self, number: &str) {
        let number = PhoneNumber::parse(number).unwrap();
        let scope = DncScope::Organization;
        let entry = dnc::entry(&self.commands, org(), scope, &number).await.expect("an id");
        let (source, reason) = (DncSource::Regulator, "a list".to_owned());
        let said = Suppression { scope, number, source, reason, expires_at: None, by: None };
        let order = Order::silent(context(org().uuid()));
        dnc::suppress(&self.commands, order, entry, said).await.expect("suppressed");
    }

    pub async fn rows(&self, id: ImportId, outcomes: &[RowOutcome]) -> Vec<RowResult> {
        self.imports().rows((org(), id), outcomes, (0, 1_000_000)).await.expect("rows")
    }

    /// One value from the database, past every right.
    pub async fn value(&self, sql: &'static str) -> i64 {
        let url = self.test.superuser();
        let mut superuser = PgConnection::connect_with(&url).await.expect("in");
        sqlx::query_scalar(sql).fetch_one(&mut superuser).await.expect("a value")
    }

    /// Texts from the database, past every right.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        let url = self.test.superuser();
        let mut superuser = PgConnection::connect_with(&url).await.expect("in");
        sqlx::query_scalar(sql).fetch_all(&mut superuser).await.expect("texts")
    }

    pub async fn count(&self, event_type: &str) -> i64 {
        let url = self.test.superuser();
        let mut superuser = PgConnection::connect_with(&url).await.expect("in");
        let count = sqlx::query_scalar("SELECT count(*) FROM events WHERE event_type = $1");
        count.bind(event_type).fetch_one(&mut superuser).await.expect("a count")
    }
}
