//! What it costs to bring a list of people in: every row read, its number understood, its person
//! found or made, sealed and appended as a contact with all that the log promises; and, in the same
//! run on the same server, the same rows by COPY into a plain table.
//!
//! `cargo bench -p tests --bench imports` prints rows per second of both, their ratio, and how much
//! memory the importing process has taken at most. `VOICE_BENCH_ROWS` (default 200000) changes the
//! size. Memory is read from `/proc`, so this needs Linux.

#![allow(
    clippy::expect_used,
    clippy::as_conversions,
    reason = "a benchmark may stop anywhere, and its counts are exact as floats"
)]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use domain::campaign::{Around, Campaign, CampaignCommand};
use domain::import_batch::{ImportBatch, ImportPurpose, ImportStatus, KnownImport, OnDuplicate};
use domain::{CampaignId, ImportId, OrgId, UserId};
use event_store::{Actor, ActorKind, Context, Keyring, Log, LogSettings};
use processes::campaigns::Campaigns;
use processes::commands::Order;
use processes::contacts::Contacts;
use processes::import::contacts::{ContactFile, Format};
use processes::imports::{Asked, ImportFlow, Imports};
use processes::reactor::{Runner, RunnerSettings};
use processes::{Commands, SystemClock, SystemIds};
use sqlx::{ConnectOptions, PgConnection};
use tests::TestDatabase;
use uuid::Uuid;

/// Rows that are written at once.
const PART: u64 = 2_000;

fn main() -> anyhow::Result<()> {
    let rows = match std::env::var("VOICE_BENCH_ROWS") {
        Ok(text) => text.parse().context("VOICE_BENCH_ROWS is a whole number")?,
        Err(_) => 200_000,
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(rows))
}

/// A part of the list: numbers of one country, names, addresses and a field of one's own.
fn part(from: u64, to: u64) -> anyhow::Result<String> {
    let mut text = String::new();
    for row in from..to {
        writeln!(text, "+42077{row:07},Somebody {row},somebody.{row}@example.com,Praha {row}")?;
    }
    Ok(text)
}

fn parts(rows: u64) -> impl Iterator<Item = anyhow::Result<String>> {
    (0..rows.div_ceil(PART)).map(move |number| part(number * PART, rows.min((number + 1) * PART)))
}

struct World {
    commands: Commands,
    imports: Imports,
    org: OrgId,
    user: UserId,
    campaign: CampaignId,
}

impl World {
    async fn open(home: &TestDatabase) -> anyhow::Result<Self> {
        let database = home.database().clone();
        let log = Log::open(&database, LogSettings::default()).await?;
        let keyring = Keyring::new(&database, [7; 32]);
        let commands = Commands::new(log, keyring, Arc::new(SystemClock));
        let ids = Arc::new(SystemIds);
        let campaigns = Campaigns::new(database.clone(), commands.clone(), ids.clone());
        let contacts = Contacts::new(database.clone(), commands.clone(), campaigns);
        let imports = Imports::new(database, commands.clone(), contacts, ids);
        let (org, user) = (OrgId::from(Uuid::now_v7()), UserId::from(Uuid::now_v7()));
        let campaign = CampaignId::from(Uuid::now_v7());
        let world = Self { commands, imports, org, user, campaign };
        let settings = Box::new(tests::histories::campaign_settings());
        let (around, by, at) = (Around::default(), user, world.commands.now());
        let create = CampaignCommand::Create { settings, around, by, at };
        let order = Order::<Campaign>::silent(world.context());
        world.commands.carry_out(order, campaign.uuid(), create).await?;
        Ok(world)
    }

    fn context(&self) -> Context {
        Context {
            org_id: self.org.uuid(),
            actor: Actor { kind: ActorKind::System, id: "bench".to_owned(), role: None },
            correlation_id: self.campaign.uuid(),
            causation_id: None,
            source: "bench",
        }
    }

    /// Keeps the list, sealed, and has it accepted.
    async fn accepted(&self, rows: u64) -> anyhow::Result<ImportId> {
        let id = self.imports.id(self.org, self.user, "bench").await?;
        let mut upload = self.imports.begin(self.org, id).await?;
        upload.write(b"phone,name,email,city\n").await?;
        for part in parts(rows) {
            upload.write(part?.as_bytes()).await?;
        }
        let uploaded = upload.finish().await?;
        let (file, on_duplicate) = (ContactFile::new(Format::Csv), Some(OnDuplicate::Skip));
        let purpose = ImportPurpose::Contacts { campaign_id: self.campaign };
        let asked = Asked { purpose, on_duplicate, file, mapping: None };
        let order = Order::<ImportBatch>::silent(self.context());
        self.imports.accept(order, uploaded, asked, self.user).await?;
        Ok(id)
    }

    async fn import(&self, id: ImportId) -> anyhow::Result<KnownImport> {
        let state = self.commands.state::<ImportBatch>(self.org, id.uuid()).await?;
        state.and_then(|(import, _)| import.known().cloned()).context("no import")
    }
}

async fn run(rows: u64) -> anyhow::Result<()> {
    let home = TestDatabase::create().await;
    let cores = std::thread::available_parallelism()?;
    println!("{rows} rows, {cores} cores");
    let world = World::open(&home).await?;
    let began = Instant::now();
    let id = world.accepted(rows).await?;
    println!("kept and accepted in {:.2} s", began.elapsed().as_secs_f64());
    std::fs::write("/proc/self/clear_refs", "5")?;
    let flow = ImportFlow::new(world.imports.clone());
    let (database, settings) = (home.database().clone(), RunnerSettings::default());
    let mut runner = Runner::new(database, world.commands.clone(), flow, settings);
    let began = Instant::now();
    while runner.run_due().await? > 0 {}
    let took = began.elapsed();
    let import = world.import(id).await?;
    anyhow::ensure!(import.status == ImportStatus::Completed, "it is {:?}", import.status);
    anyhow::ensure!(import.tally.created == rows, "{:?}", import.tally);
    let (ours, peak) = (rate(rows, took), peak_mib());
    let plain = copied(&home, rows).await?;
    println!("imported: {ours:.0} rows/s, peak memory of the importing process {peak:.0} MiB");
    println!("the same rows by COPY into a plain table: {plain:.0} rows/s");
    println!("ratio: {:.4}", ours / plain);
    Ok(())
}

fn rate(rows: u64, took: Duration) -> f64 {
    rows as f64 / took.as_secs_f64()
}

/// Rows per second by COPY, one transaction.
async fn copied(home: &TestDatabase, rows: u64) -> anyhow::Result<f64> {
    let mut connection: PgConnection = home.superuser().connect().await?;
    let table = "CREATE TABLE plain_contacts (phone text PRIMARY KEY, name text, email text, \
                 city text)";
    sqlx::raw_sql(table).execute(&mut connection).await?;
    let texts: Vec<String> = parts(rows).collect::<anyhow::Result<_>>()?;
    let began = Instant::now();
    let into = "COPY plain_contacts FROM STDIN (FORMAT csv)";
    let mut copy = connection.copy_in_raw(into).await?;
    for text in &texts {
        copy.send(text.as_bytes()).await?;
    }
    let copied = copy.finish().await?;
    anyhow::ensure!(copied == rows, "{copied} rows were copied");
    Ok(rate(rows, began.elapsed()))
}

/// The largest resident size of this process since it was asked to forget it, in MiB.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
