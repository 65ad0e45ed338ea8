//! `replay stream`, and the way to a stream that other commands share.

use anyhow::bail;
use database::Role;
use projections::history::{self, Entry};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    FINE, Output, Session,
    cli::{StreamWanted, View},
    personal::Curtain,
};

pub(crate) async fn run(
    session: &Session,
    wanted: &StreamWanted,
    output: &mut Output,
) -> anyhow::Result<u8> {
    let entries = find(session, &wanted.aggregate_type, wanted.id, wanted.view).await?;
    let curtain = Curtain::of(session, wanted.view)?;
    for entry in &entries {
        print(entry, &curtain, output).await?;
    }
    Ok(FINE)
}

/// The events of a stream, of the organization that has it.
pub(crate) async fn find(
    session: &Session,
    aggregate_type: &str,
    id: Uuid,
    view: View,
) -> anyhow::Result<Vec<Entry>> {
    let pool = session.database().pool(Role::Auditor);
    let orgs = match view.org {
        Some(org) => vec![org],
        None => history::organizations_of(pool, aggregate_type, id).await?,
    };
    let org = match orgs.as_slice() {
        [] => bail!("there is no {aggregate_type} {id}"),
        [org] => *org,
        _ => bail!("several organizations have a {aggregate_type} {id}: name one with --org"),
    };
    let entries = history::stream(pool, org, aggregate_type, id).await?;
    if entries.is_empty() {
        bail!("there is no {aggregate_type} {id}");
    }
    Ok(entries)
}

/// Prints an event: a line of JSON, or a line for people.
pub(crate) async fn print(
    entry: &Entry,
    curtain: &Curtain<'_>,
    output: &mut Output,
) -> anyhow::Result<()> {
    let mut document = serde_json::to_value(entry)?;
    curtain.draw(entry.organization_id, &mut document).await?;
    if output.json {
        return output.document(&document);
    }
    let payload = inner(document.get("payload"), &entry.event_type);
    let (position, kind, id) = (entry.position, &entry.aggregate_type, entry.aggregate_id);
    let (sequence, name, actor) = (entry.sequence, &entry.event_type, &entry.actor);
    let (recorded, occurred) = (entry.recorded_at, entry.occurred_at);
    output.line(&format!(
        "{position:>8}  {recorded}  {kind} {id} #{sequence} {name}  \
         (occurred {occurred}, {actor})  {payload}"
    ))
}

/// What is inside the tag of an externally tagged payload.
fn inner(payload: Option<&Value>, event_type: &str) -> Value {
    let payload = payload.unwrap_or(&Value::Null);
    payload.get(event_type).unwrap_or(payload).clone()
}
