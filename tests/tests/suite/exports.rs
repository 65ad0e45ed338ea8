//! Files of figures, under a clock that stands still until it is moved: what is in a file was so at
//! one instant, whatever dies and whatever happens meanwhile, and what cannot be a file is none.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::export::{Export, ExportCommand, ExportFormat, ExportStatus, KnownExport, Report};
use domain::user::{User, UserCommand};
use domain::{ExportId, OrgId, Role, UserId};
use event_store::{Log, LogSettings};
use processes::commands::Order;
use processes::exports::{Asked, ExportFlow, Exports};
use processes::reactor::{Runner, RunnerSettings};
use processes::{Commands, ControlledClock};
use projections::{Projector, ProjectorSettings, registry};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tests::TestDatabase;
use tests::histories::Dice;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::http_analytics_exports::{records, sum};
use super::http_kit::context;
use super::telephony::kit::{START, commands};

/// So many calls make some chunks.
const CALLS: i64 = 60_000;

struct World {
    test: TestDatabase,
    clock: Arc<ControlledClock>,
    commands: Commands,
    _projector: Projector,
}

fn org() -> OrgId {
    OrgId::from(Uuid::from_u128(0xA))
}

fn analyst() -> UserId {
    UserId::from(Uuid::from_u128(7))
}

impl World {
    async fn open() -> Self {
        let test = TestDatabase::create().await;
        let clock = Arc::new(ControlledClock::new(START.parse().unwrap()));
        let commands = commands(test.database(), Arc::clone(&clock)).await;
        let log = Log::open(test.database(), LogSettings::default()).await.expect("a log");
        let settings = ProjectorSettings { owner: "exports".to_owned(), ..<_>::default() };
        let token = CancellationToken::new();
        let _projector =
            Projector::start_with(test.database(), &log.tail(), registry(), token, &settings);
        let world = Self { test, clock, commands, _projector };
        world.calls(CALLS).await;
        let at = world.commands.now();
        let email = domain::EmailAddress::parse("ann@example.com").unwrap();
        let (subject, role) = (analyst().uuid().into(), Role::Analyst);
        let register = UserCommand::Register { subject, email, name: "Ann".to_owned(), role, at };
        world.tell::<User>(analyst().uuid(), register).await;
        world
    }

    async fn tell<A: domain::Decider>(&self, id: Uuid, command: A::Command)
    where
        A::Error: domain::Refusal,
    {
        let order = Order::<A>::silent(context(org().uuid()));
        self.commands.carry_out(order, id, command).await.expect("told");
    }

    async fn admin(&self) -> PgConnection {
        PgConnection::connect_with(&self.test.superuser()).await.expect("in")
    }

    /// So many calls more, somewhere among the others.
    async fn calls(&self, count: i64) {
        let calls = "INSERT INTO call_facts (org_id, call_id, last_position, updated_at, direction,
                         subject_id, test, created_at, holds, agent_segments, queue_segments,
                         human_contact, right_party, conversion, connected_ms)
                     SELECT $1, gen_random_uuid(), 1, now(), 'inbound', gen_random_uuid(), false,
                            '2025-03-04T10:00:00Z'::timestamptz + random() * interval '1 minute',
                            0, 0, 0, false, false, false, 0
                     FROM generate_series(1, $2)";
        let calls = sqlx::query(calls).bind(org().uuid()).bind(count);
        calls.execute(&mut self.admin().await).await.expect("called");
    }

    async fn number(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&mut self.admin().await).await.expect("a number")
    }

    async fn chunks(&self) -> i64 {
        self.number("SELECT count(*) FROM export_chunks").await
    }

    /// Who writes, and how many chunks there are.
    async fn written(&self) -> Option<(Uuid, i64)> {
        let written = "SELECT run, count(*) FROM export_chunks GROUP BY run";
        let written = sqlx::query_as(written);
        written.fetch_optional(&mut self.admin().await).await.expect("a run")
    }

    fn exports(&self) -> Exports {
        Exports::new(self.test.database().clone(), self.commands.clone())
    }

    async fn ask(&self, key: &str) -> ExportId {
        let (report, format) = (Report::CallFacts, ExportFormat::Csv);
        let query = json!({ "from": "2025-03-04T00:00:00.000Z", "tz": "UTC",
                            "to": "2025-03-05T00:00:00.000Z" });
        let exports = self.exports();
        let id = exports.id(org(), analyst(), key).await.expect("an id");
        let order = Order::<Export>::silent(context(org().uuid()));
        let asked = Asked { report, format, query };
        exports.ask(order, id, asked, analyst()).await.expect("asked");
        id
    }

    fn runner(&self, most: u64) -> Runner<ExportFlow> {
        let flow = ExportFlow::new(self.exports(), CancellationToken::new()).with_most(most);
        let database = self.test.database().clone();
        Runner::new(database, self.commands.clone(), flow, RunnerSettings::default())
    }

    /// Does everything that is to be done.
    async fn settle(&self, most: u64) {
        let mut runner = self.runner(most);
        // Whoever waits for their turn, or for a read model, is waited for.
        for _ in 0..20 {
            while runner.run_due().await.expect("it works") > 0 {}
            self.clock.advance(6_000);
        }
        runner.release().await;
    }

    /// Works until something is so, and a little longer, and is killed then.
    async fn killed_when(&self, fits: impl AsyncFn() -> bool, late: Duration) {
        let mut runner = self.runner(1_000_000);
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
        // The lease of whoever was killed lapses, and what it was about is due again.
        self.clock.advance(1_000_000);
    }

    async fn export(&self, id: ExportId) -> KnownExport {
        let state = self.commands.state::<Export>(org(), id.uuid()).await.expect("the log");
        state.expect("an export").0.known().cloned().expect("an export")
    }

    /// The calls of a file that is whole, which is what the export says.
    async fn ids(&self, id: ExportId) -> Vec<String> {
        let (export, exports) = (self.export(id).await, self.exports());
        assert_eq!(export.status, ExportStatus::Completed, "{export:?}");
        let (mut bytes, mut number) = (Vec::new(), 0);
        while let Some(chunk) = exports.chunk(org(), id, number).await.expect("a chunk") {
            assert!(chunk.len() < 3 << 20, "a chunk of {} bytes", chunk.len());
            bytes.extend(chunk);
            number += 1;
        }
        assert!(number > 3, "only {number} chunks");
        let kept = "SELECT count(*) FROM export_chunks WHERE export_id = $1";
        let kept = sqlx::query_scalar::<_, i64>(kept).bind(id.uuid());
        let kept = kept.fetch_one(&mut self.admin().await).await.expect("a count");
        assert_eq!(kept, i64::from(number), "something else is left");
        let text = String::from_utf8(bytes).unwrap();
        let file = export.file.expect("a file");
        assert_eq!((file.sha256, file.bytes), (sum(&text), text.len() as u64));
        let rows = records(&text);
        assert_eq!(file.rows, rows.len() as u64);
        rows.iter().map(|row| row["call_id"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_wherever_each_call_is_in_the_file_once_as_it_was_at_one_instant() {
    let world = World::open().await;
    let id = world.ask("one").await;
    let (mut dice, mut last) = (Dice::new(11), None);
    for _ in 0..4 {
        let (enough, late) = (1 + dice.below(3), Duration::from_millis(dice.below(20)));
        let some = async || match world.written().await {
            Some((run, chunks)) => Some(run) != last && u64::try_from(chunks).unwrap() >= enough,
            None => false,
        };
        world.killed_when(some, late).await;
        assert!(world.export(id).await.open(), "it was over before it was killed");
        last = world.written().await.map(|(run, _)| run);
        world.calls(10).await;
    }
    let all = world.number("SELECT count(*) FROM call_facts").await;
    // What comes while the file is written is in no part of it, though it is among the others.
    let more = async {
        while world.written().await.map(|(run, _)| run) == last {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        world.calls(500).await;
        assert!(world.export(id).await.open(), "it was over before anything came");
    };
    tokio::join!(world.settle(1_000_000), more);
    let ids = world.ids(id).await;
    assert_eq!(i64::try_from(ids.len()).unwrap(), all);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "a call is there twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_both_write_a_file_write_one() {
    let world = World::open().await;
    let id = world.ask("one").await;
    let mut one = world.runner(1_000_000);
    let (first, ()) = tokio::join!(one.run_due(), async {
        while world.chunks().await == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // The lease of the first one lapses while it writes.
        world.clock.advance(1_000_000);
        world.settle(1_000_000).await;
    });
    drop(first);
    world.clock.advance(1_000_000);
    world.settle(1_000_000).await;
    let ids = world.ids(id).await;
    assert_eq!(i64::try_from(ids.len()).unwrap(), CALLS);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "a call is there twice");
    let told = "SELECT count(*) FROM events WHERE event_type = 'ExportCompleted'";
    assert_eq!(world.number(told).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_a_file_may_have_are_none_and_nothing_is_cut_off() {
    let world = World::open().await;
    let most = u64::try_from(CALLS).unwrap();
    let fits = world.ask("one").await;
    world.settle(most).await;
    assert_eq!(world.ids(fits).await.len() as i64, CALLS);
    let too_many = world.ask("two").await;
    world.calls(1).await;
    world.settle(most).await;
    let export = world.export(too_many).await;
    let why = export.failure.as_ref().map(|why| why.code.as_str());
    assert_eq!((export.status, why), (ExportStatus::Failed, Some("too-many-rows")));
    let left = "SELECT count(*) FROM export_files WHERE writing OR open";
    assert_eq!(world.number(left).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_have_no_files_any_more_gets_none_that_they_have_asked_for() {
    let world = World::open().await;
    let id = world.ask("one").await;
    let (role, by, at) = (Role::Agent, analyst(), world.commands.now());
    world.tell::<User>(analyst().uuid(), UserCommand::ChangeRole { role, by, at }).await;
    world.settle(1_000_000).await;
    let export = world.export(id).await;
    let why = export.failure.as_ref().map(|why| why.code.as_str());
    assert_eq!((export.status, why), (ExportStatus::Failed, Some("not-permitted")));
    assert_eq!(world.chunks().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_wants_any_more_is_written_no_further_and_nothing_of_it_is_left() {
    let world = World::open().await;
    let id = world.ask("one").await;
    let waits = world.ask("two").await;
    let cancel = async {
        while world.chunks().await == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let (by, at) = (analyst(), world.commands.now());
        world.tell::<Export>(id.uuid(), ExportCommand::Cancel { by, at }).await;
    };
    tokio::join!(world.settle(1_000_000), cancel);
    let statuses = (world.export(id).await.status, world.export(waits).await.status);
    assert_eq!(statuses, (ExportStatus::Canceled, ExportStatus::Completed));
    assert_eq!(world.ids(waits).await.len() as i64, CALLS);
}
