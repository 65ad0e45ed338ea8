//! Did the log keep its guarantees while it was measured?

use database::Role;
use projections::history;
use tests::TestDatabase;

use crate::story;

/// Commands that were answered with yes.
#[derive(Clone, Copy, Default)]
pub struct Acknowledged {
    /// All of them.
    pub commands: u64,
    /// Those with an idempotency key.
    pub keyed: u64,
}

/// Reads all of the log as `replay verify` does, and looks for every acknowledged
/// command: its call is there to its last event, its reply beside its key.
pub async fn run(home: &TestDatabase, acknowledged: Acknowledged) -> anyhow::Result<()> {
    let pool = home.database().pool(Role::Auditor);
    let mut whole = 0;
    let each = |event: &event_store::EventRef<'_>| {
        whole += u64::from(event.event_type == "CallDispositioned");
        history::decode(event).map(|_| ())
    };
    let report = event_store::verify(pool, None, None, each, |_, _| {}).await?;
    let faults: Vec<_> = report.faults.iter().map(ToString::to_string).collect();
    anyhow::ensure!(faults.is_empty(), "the log is not what it was: {faults:#?}");
    let calls = acknowledged.commands / u64::try_from(story::COMMANDS)?;
    anyhow::ensure!(whole == calls, "{calls} calls were acknowledged whole, {whole} are there");
    let replies: i64 = sqlx::query_scalar("SELECT count(*) FROM idempotency")
        .fetch_one(&mut sqlx::ConnectOptions::connect(&home.superuser()).await?)
        .await?;
    let keyed = i64::try_from(acknowledged.keyed)?;
    anyhow::ensure!(replies == keyed, "{keyed} keyed commands, {replies} replies");
    println!(
        "\nchecked: {} events in {} batches have no hole, chain, keep their streams' order and \
         decode;\nall {} acknowledged commands are among them, with the replies of the {keyed} \
         that had keys",
        report.events, report.batches, acknowledged.commands
    );
    Ok(())
}
