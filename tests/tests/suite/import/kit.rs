//! Imports into a database of their own.

use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use domain::call::{Call, CallEvent};
use domain::disposition::DispositionCatalog;
use domain::{DecidedEvent, OrgId, Timestamp};
use event_store::{Actor, ActorKind, Feed, Keyring, Log, LogSettings};
use processes::import::calls::{
    ImportDeps, ImportError, ImportMap, ImportOptions, ImportReport, import_calls,
};
use processes::{Commands, SystemClock, SystemIds};
use tests::TestDatabase;
use uuid::Uuid;

pub const BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/uci-bank-marketing/bank.csv.gz");
pub const BANK_MAP: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/demo/map.toml"));

pub struct Imports {
    pub test: TestDatabase,
    pub org: OrgId,
    pub deps: ImportDeps,
}

impl Imports {
    pub async fn new() -> Self {
        let test = TestDatabase::create().await;
        let deps = Self::open(&test).await;
        Self { test, org: OrgId::from(Uuid::from_u128(0xA)), deps }
    }

    /// As after a restart: a log with nothing in its memory.
    pub async fn restart(&mut self) {
        self.deps = Self::open(&self.test).await;
    }

    async fn open(test: &TestDatabase) -> ImportDeps {
        let database = test.database();
        let log = Log::open(database, LogSettings::default()).await.expect("a log");
        let keyring = Keyring::new(database, [7; 32]);
        let commands = Commands::new(log, keyring, Arc::new(SystemClock));
        ImportDeps { commands, ids: Arc::new(SystemIds) }
    }

    pub fn options(&self, map: &str) -> ImportOptions {
        let map = ImportMap::parse(map, DispositionCatalog::standard())
            .unwrap_or_else(|error| panic!("{error}"));
        let actor = Actor { kind: ActorKind::System, id: "import".to_owned(), role: None };
        ImportOptions::new(self.org, actor, map)
    }

    pub async fn run<R: Read + Send + 'static>(
        &self,
        options: ImportOptions,
        input: R,
    ) -> Result<ImportReport, ImportError> {
        import_calls(&self.deps, options, input, |_| {}).await
    }

    pub async fn text(&self, map: &str, text: &str) -> ImportReport {
        let options = self.options(map);
        self.run(options, Cursor::new(text.to_owned())).await.expect("an import")
    }

    /// Every event in the log, with its payload as it is stored.
    pub async fn events(&self) -> Vec<(Uuid, CallEvent, String)> {
        let mut feed =
            Feed::open(self.test.database().pool(database::Role::Auditor)).await.unwrap();
        let mut events = Vec::new();
        let read = feed
            .page(0, 1_000_000, |event| {
                assert_eq!(event.aggregate_type, Call::TYPE);
                let payload = String::from_utf8(event.payload.to_vec()).unwrap();
                let (kind, version) = (event.event_type, event.event_version);
                let decoded = CallEvent::decode(kind, version, event.payload).unwrap();
                events.push((event.aggregate_id, decoded, payload));
                Ok::<(), String>(())
            })
            .await;
        assert_eq!(read.expect("the log"), events.len());
        events
    }
}

pub fn counts(report: &ImportReport) -> (u64, u64, u64, u64) {
    (report.rows, report.imported, report.already_there, report.rejected)
}

pub fn bank() -> std::fs::File {
    std::fs::File::open(BANK).expect("the file")
}

pub fn expected() -> serde_json::Value {
    let path = PathBuf::from(BANK).with_file_name("bank.expected.json");
    serde_json::from_slice(&std::fs::read(path).expect("the file")).expect("JSON")
}

/// The facts of an imported call that the tests look at.
pub struct Facts {
    pub created_at: Timestamp,
    pub answered: bool,
    pub talk_ms: Option<i64>,
    pub attempt_no: Option<u32>,
    pub disposition: Option<String>,
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

pub fn imported(event: &CallEvent) -> Facts {
    let CallEvent::CallImported {
        created_at,
        answered_at,
        talk_ms,
        attempt_no,
        disposition,
        metadata,
        ..
    } = event
    else {
        panic!("another event: {event:?}");
    };
    Facts {
        created_at: *created_at,
        answered: answered_at.is_some(),
        talk_ms: *talk_ms,
        attempt_no: *attempt_no,
        disposition: disposition.clone(),
        metadata: metadata.clone(),
    }
}
