//! `replay call`: the state of a call folded to a point, and how it got there.

use anyhow::{Context, bail};
use domain::{Decider, call::Call};
use projections::{Fact, history::Entry};
use serde::Serialize;
use serde_json::Value;

use crate::{
    CORRUPTION, FINE, Output, Session,
    cli::CallWanted,
    diff::{self, Change},
    personal::Curtain,
    story, stream,
};

/// One step of a call's life.
#[derive(Serialize)]
struct Step {
    sequence: i64,
    position: i64,
    event_type: String,
    occurred_at: domain::Timestamp,
    recorded_at: domain::Timestamp,
    actor: String,
    because: String,
    correlation_id: uuid::Uuid,
    changed: Vec<Change>,
    #[serde(skip)]
    told: String,
}

#[derive(Serialize)]
struct Replayed {
    call_id: uuid::Uuid,
    organization_id: uuid::Uuid,
    version: i64,
    state: Value,
    steps: Vec<Step>,
}

pub(crate) async fn run(
    session: &Session,
    wanted: &CallWanted,
    output: &mut Output,
) -> anyhow::Result<u8> {
    let entries = stream::find(session, Call::TYPE, wanted.id, wanted.view).await?;
    let Some(first) = entries.first() else { bail!("there is no call {}", wanted.id) };
    let org = first.organization_id;
    let before = |entry: &&Entry| {
        wanted.at_version.is_none_or(|version| entry.sequence <= version)
            && wanted.at_time.is_none_or(|time| entry.recorded_at <= time)
    };
    let curtain = Curtain::of(session, wanted.view)?;
    let (mut call, mut version) = (Call::default(), 0);
    let mut state = serde_json::to_value(call.known())?;
    let mut steps = Vec::new();
    for entry in entries.iter().take_while(before) {
        if entry.sequence != version + 1 {
            let (at, sequence) = (entry.position, entry.sequence);
            output.complain(&format!(
                "replay: at position {at} event {sequence} of the call follows event {version}"
            ));
            return Ok(CORRUPTION);
        }
        let event = match entry.fact() {
            Ok(Fact::Call(event)) => event,
            Ok(_) => bail!("{} is no call", wanted.id),
            Err(reason) => {
                let at = entry.position;
                output.complain(&format!("replay: the event at position {at}: {reason}"));
                return Ok(CORRUPTION);
            }
        };
        call.evolve(&event);
        let next = serde_json::to_value(call.known());
        let mut next = next.context("the state can not be shown")?;
        curtain.draw(org, &mut next).await?;
        steps.push(step(entry, &entries, &state, &next, &curtain).await?);
        (state, version) = (next, entry.sequence);
    }
    if steps.is_empty() {
        bail!("the call was not yet known then");
    }
    if let Some(wanted) = wanted.at_version.filter(|wanted| *wanted > version) {
        bail!("the call has no version {wanted} yet; it is at version {version}");
    }
    let replayed = Replayed { call_id: wanted.id, organization_id: org, version, state, steps };
    if output.json {
        output.document(&replayed)?;
    } else if wanted.story {
        tell(&replayed, output)?;
    } else {
        show(&replayed, output)?;
    }
    Ok(FINE)
}

async fn step(
    entry: &Entry,
    stream: &[Entry],
    before: &Value,
    after: &Value,
    curtain: &Curtain<'_>,
) -> anyhow::Result<Step> {
    let mut payload: Value = serde_json::from_str(entry.payload.get())?;
    curtain.draw(entry.organization_id, &mut payload).await?;
    let payload = payload.get(&entry.event_type).unwrap_or(&Value::Null);
    Ok(Step {
        sequence: entry.sequence,
        position: entry.position,
        event_type: entry.event_type.clone(),
        occurred_at: entry.occurred_at,
        recorded_at: entry.recorded_at,
        actor: entry.actor.clone(),
        because: because(entry, stream),
        correlation_id: entry.correlation_id,
        changed: diff::changes(before, after),
        told: story::sentence(&entry.event_type, payload),
    })
}

/// Why: the event of this call that led to it, or the id of what did.
fn because(entry: &Entry, stream: &[Entry]) -> String {
    let Some(cause) = entry.causation_id else {
        let told = entry.actor.starts_with("provider:");
        return if told { "what the provider told" } else { "a request" }.to_owned();
    };
    match stream.iter().find(|other| other.event_id == cause) {
        Some(other) => format!("#{} {}", other.sequence, other.event_type),
        None => cause.to_string(),
    }
}

fn tell(call: &Replayed, output: &mut Output) -> anyhow::Result<()> {
    output.line(&format!("Call {}", call.call_id))?;
    for step in &call.steps {
        let (occurred, told) = (step.occurred_at, &step.told);
        let late = step.recorded_at.since_ms(step.occurred_at);
        let known = match late {
            ..=999 => String::new(),
            _ => format!(" (recorded {})", step.recorded_at),
        };
        output.line(&format!("{:>4}. {occurred}  {told}{known}", step.sequence))?;
        output.line(&format!("      by {}, because of {}", step.actor, step.because))?;
    }
    Ok(())
}

fn show(call: &Replayed, output: &mut Output) -> anyhow::Result<()> {
    let (id, version) = (call.call_id, call.version);
    output.line(&format!("call {id} at version {version}"))?;
    for step in &call.steps {
        let (sequence, position, name) = (step.sequence, step.position, &step.event_type);
        output.line(&format!("#{sequence} {name}  (position {position})"))?;
        let (occurred, recorded) = (step.occurred_at, step.recorded_at);
        output.line(&format!("    occurred {occurred}, recorded {recorded}"))?;
        let (actor, because) = (&step.actor, &step.because);
        let correlation = step.correlation_id;
        output.line(&format!("    by {actor}, because of {because}, part of {correlation}"))?;
        for change in &step.changed {
            let Change { field, was, is } = change;
            output.line(&format!("    {field}: {was} → {is}"))?;
        }
    }
    output.line(&format!("state: {}", serde_json::to_string_pretty(&call.state)?))
}
