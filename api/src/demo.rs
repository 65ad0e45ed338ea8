//! The demo: real calls that the first start in development brings in, and what
//! was said in one of the day before, so that there is something to look at.
//! They are part of the program.

use std::fs;
use std::io::{self, Cursor, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::disposition::DispositionCatalog;
use domain::transcript_format::from_azure;
use event_store::{Actor, ActorKind};
use processes::import::calls::{
    ImportDeps, ImportError, ImportMap, ImportOptions, MapError, import_calls,
};
use processes::import::transcripts::{Importer, import_one};
use processes::{Clock, SystemClock, SystemIds, ids};
use projections::{RuntimeError, freshness};

use crate::people::demo_org;
use crate::rooms::Rooms;

const CALLS: &[u8] = include_bytes!("../demo/calls.csv");
const MAP: &str = include_str!("../demo/map.toml");
/// Somebody whose coffee machine finds no network asks for help.
const CONVERSATION: &str = include_str!("../demo/conversation.json");
const SUPPORT: &str = include_str!("../demo/support.toml");
const DAY_MS: i64 = 86_400_000;

/// Why the demo is not there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The map of the program is wrong.
    #[error(transparent)]
    Map(#[from] MapError),
    /// The import stopped.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A row of the program is wrong.
    #[error("{0} of its rows were rejected")]
    Rejected(u64),
    /// The conversation of the program is wrong.
    #[error("its conversation cannot be taken: {0}")]
    Conversation(String),
    /// Nobody knows whether the log is empty.
    #[error(transparent)]
    Log(#[from] RuntimeError),
    /// The note that says how far it is.
    #[error("{} can not be written: {error}", path.display())]
    Note {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
}

/// Brings the demo in where the log is empty, or where an earlier start was
/// interrupted while it did so. Says up to where the log is then.
pub(crate) async fn load(data_dir: &Path, rooms: &Rooms) -> Result<Option<i64>, DemoError> {
    let note = data_dir.join("demo.loading");
    if !note.exists() && head(rooms).await? > 0 {
        return Ok(None);
    }
    let failed = |error| DemoError::Note { path: note.clone(), error };
    fs::write(&note, "the demo is being loaded; a start goes on with it\n").map_err(failed)?;
    import(rooms, MAP, CALLS.to_vec()).await?;
    let began = SystemClock.now().plus_ms(-DAY_MS);
    let call = format!("id,began,waited,talked\n1,{began},12,480\n");
    import(rooms, SUPPORT, call.into_bytes()).await?;
    let taken = converse(rooms).await;
    taken.map_err(|error| DemoError::Conversation(error.to_string()))?;
    match fs::remove_file(&note) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        Ok(()) | Err(_) => {}
    }
    head(rooms).await.map(Some)
}

async fn head(rooms: &Rooms) -> Result<i64, DemoError> {
    Ok(freshness::position_of(&rooms.database, "calls").await?.head)
}

async fn import(rooms: &Rooms, map: &str, calls: Vec<u8>) -> Result<(), DemoError> {
    let deps = ImportDeps { commands: rooms.commands.clone(), ids: Arc::new(SystemIds) };
    let map = ImportMap::parse(map, DispositionCatalog::standard())?;
    let options = ImportOptions::new(demo_org(), actor(), map);
    let report = import_calls(&deps, options, Cursor::new(calls), |_| {}).await?;
    match report.rejected {
        0 => Ok(()),
        rejected => Err(DemoError::Rejected(rejected)),
    }
}

async fn converse(rooms: &Rooms) -> anyhow::Result<()> {
    let org = demo_org();
    let call = ids::imported_call(&rooms.keyring, org, "support", "1").await?;
    let importer = Importer { org, actor: actor(), correlation: call.uuid() };
    import_one(&rooms.commands, &importer, call, from_azure(CONVERSATION)?).await??;
    Ok(())
}

fn actor() -> Actor {
    Actor { kind: ActorKind::System, id: "demo".to_owned(), role: None }
}
