//! Brings a center into a log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use domain::OrgId;
use domain::disposition::DispositionCatalog;
use event_store::{Actor, ActorKind};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use processes::import::calls::{Format, ImportDeps, ImportMap, ImportOptions, import_calls};
use processes::{Commands, SystemIds};

use super::call::{INBOUND_AGENTS, OUTBOUND_AGENTS};
use super::{Center, export, felt, shifts};

/// What the old system is called: part of every call's id.
pub const SOURCE: &str = "center";
/// How many calls, or agents, are on their way into the log at once.
const AT_ONCE: usize = 256;

/// What has come in.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// Calls, a fact each.
    pub calls: u64,
    /// Facts about how customers felt.
    pub felt: u64,
    /// Facts about agents.
    pub shifts: u64,
    /// How long it took.
    pub took: Duration,
}

/// Brings the calls of a center in as `voice import calls` does; how many, a fact each.
///
/// # Errors
/// The log does not take it, or the import rejects a row: a fault of this generator.
pub async fn import(commands: &Commands, org: OrgId, center: &Center) -> anyhow::Result<u64> {
    let map = ImportMap::parse(export::MAP, DispositionCatalog::standard())?;
    let actor = Actor { kind: ActorKind::System, id: "import".to_owned(), role: None };
    let options =
        ImportOptions { format: Some(Format::Csv), ..ImportOptions::new(org, actor, map) };
    let deps = ImportDeps { commands: commands.clone(), ids: Arc::new(SystemIds) };
    let report = import_calls(&deps, options, center.export(), |_| {}).await?;
    ensure!(report.imported == center.calls && report.rejected == 0, "{report:?}");
    Ok(report.imported)
}

/// Brings the calls of a center in, then how they felt and what its
/// agents did. Nothing is projected by it.
///
/// # Errors
/// The log does not take it, or the import rejects a row: a fault of this generator.
pub async fn fill(commands: &Commands, org: OrgId, center: &Center) -> anyhow::Result<Filled> {
    let began = Instant::now();
    let calls = import(commands, org, center).await?;
    let agents = stream::iter(0..INBOUND_AGENTS + OUTBOUND_AGENTS)
        .map(|number| shifts::work(commands, org, center, number))
        .buffer_unordered(AT_ONCE)
        .try_fold(0, async |all, facts| Ok(all + facts));
    let shifts = agents.await?;
    let shape = &*center.shape;
    let made = (1..).zip(center.made()).filter(|(_, call)| call.felt.is_some());
    let felt = stream::iter(made)
        .map(async |(number, call)| felt::feel(commands, org, shape, (number, &call)).await)
        .buffer_unordered(AT_ONCE)
        .try_fold(0, async |all, facts| Ok(all + facts));
    let felt = felt.await?;
    Ok(Filled { calls, felt, shifts, took: began.elapsed() })
}
