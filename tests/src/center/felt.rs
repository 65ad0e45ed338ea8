//! How the customers of a center felt: runs of an engine over stretches of what real people said.

use domain::call_sentiment::{CallSentiment, Heard, SentimentCommand};
use domain::sentiment::Thresholds;
use domain::{CallId, OrgId};
use processes::{Commands, ids};

use super::{Made, SOURCE, Shape};
use crate::histories::{Dice, tell};

/// So many things are said in a call that is known.
const SAID: usize = 8;

/// Appends how a call felt; says how many facts that were.
pub(super) async fn feel(
    commands: &Commands,
    org: OrgId,
    shape: &Shape,
    (number, call): (u64, &Made),
) -> anyhow::Result<u64> {
    let Some(seed) = call.felt else { return Ok(0) };
    let keyring = commands.keyring();
    let id = ids::imported_call(keyring, org, SOURCE, &number.to_string()).await?;
    let run_id = ids::sentiment_run(keyring, org, id, (shape.by(), 1)).await?;
    let compute = SentimentCommand::Compute {
        run_id,
        by: shape.by().clone(),
        transcript_version: 1,
        language: Some("en".to_owned()),
        heard: heard(shape, seed),
        thresholds: Thresholds::default(),
        over: true,
        at: call.at.plus_ms(call.wait_ms + call.talk_ms + call.hold_ms),
    };
    tell::<CallSentiment>(commands, org, CallId::uuid(id), compute).await
}

/// What was said, numbered from 1.
fn heard(shape: &Shape, seed: u64) -> Vec<Heard> {
    let stretch = shape.stretch(&mut Dice::new(seed), SAID).iter().cloned();
    (1..).zip(stretch).map(|(seq, heard)| Heard { seq, ..heard }).collect()
}
