//! What the agents of a center do all day.

use chrono::{DateTime, Datelike as _, Utc};
use domain::agent::{Agent, AgentCommand, Presence, PresenceBy, Profile};
use domain::call::WrapUp;
use domain::{OrgId, Timestamp, UserId};
use processes::Commands;
use uuid::Uuid;

use super::{Center, HOUR_MS};
use crate::histories::{Dice, tell};

const DAY_MS: i64 = 24 * HOUR_MS;
/// An agent works until so many hours after they have come.
const SHIFT: i64 = 8;

/// Appends the days of an agent; says how many facts that were.
pub(super) async fn work(
    commands: &Commands,
    org: OrgId,
    center: &Center,
    number: u32,
) -> anyhow::Result<u64> {
    let mut dice = Dice::new(center.seed ^ (u64::from(number) << 32));
    let id = Uuid::from_u64_pair(dice.roll(), dice.roll());
    let begin = center.begin();
    let profile = Profile {
        display_name: format!("Agent {number}"),
        address: format!("client:agent-{number}"),
        max_concurrent_calls: 1,
        skills: Vec::new(),
        languages: vec!["en".to_owned()],
        wrap_up: WrapUp::DEFAULT,
    };
    let user_id = UserId::from(id);
    let create = AgentCommand::Create { user_id, eligible: true, profile, at: begin };
    let mut facts = tell::<Agent>(commands, org, id, create).await?;
    // Half of them come at 8, the others in the afternoon.
    let from = if number.is_multiple_of(2) { 7 } else { 12 };
    let midnight = begin.millis() - begin.millis().rem_euclid(DAY_MS);
    for day in 0..=i64::from(center.days) {
        let come = Timestamp::from_millis(midnight + day * DAY_MS + from * HOUR_MS);
        let weekend = DateTime::<Utc>::from(come).weekday().num_days_from_monday() >= 5;
        if come < begin || (weekend && !dice.chance(25)) {
            continue;
        }
        for (presence, at) in shift(&mut dice, come) {
            if at < center.until {
                facts += tell::<Agent>(commands, org, id, set(presence, at)).await?;
            }
        }
    }
    Ok(facts)
}

/// They come, have a break every two hours, and go.
fn shift(dice: &mut Dice, come: Timestamp) -> Vec<(Presence, Timestamp)> {
    let come = come.plus_ms(dice.ms(1_800_000));
    let mut day = vec![(Presence::Available, come)];
    for hours in (2..SHIFT).step_by(2) {
        let pause = come.plus_ms(hours * HOUR_MS + dice.ms(600_000));
        day.push((Presence::Break, pause));
        day.push((Presence::Available, pause.plus_ms(600_000 + dice.ms(1_200_000))));
    }
    day.push((Presence::Offline, come.plus_ms(SHIFT * HOUR_MS)));
    day
}

fn set(presence: Presence, at: Timestamp) -> AgentCommand {
    AgentCommand::SetPresence {
        presence,
        reason_code: None,
        note: None,
        reason_codes: Vec::new(),
        by: PresenceBy::Agent,
        eligible: true,
        session_id: None,
        at,
    }
}
