//! Who calls for a campaign, and who has left it for now.

use super::*;
use crate::AgentId;

fn ann() -> AgentId {
    AgentId::from(Uuid::from_u128(5))
}

fn assign() -> CampaignCommand {
    let around = Around::default();
    CampaignCommand::Assign { agent_id: ann(), around, by: by(), at: at(3) }
}

fn unassign(in_team: bool) -> CampaignCommand {
    let around = Around::default();
    CampaignCommand::Unassign { agent_id: ann(), in_team, around, by: by(), at: at(3) }
}

fn attend(joins: bool) -> CampaignCommand {
    CampaignCommand::Attend { agent_id: ann(), joins, by: by(), at: at(4) }
}

fn told(campaign: &Campaign, command: CampaignCommand) -> Vec<&'static str> {
    campaign.decide(command).unwrap().iter().map(DecidedEvent::event_type).collect()
}

#[test]
fn whoever_leaves_is_away_until_they_join_again_and_says_it_once() {
    let there = given([create(), activate(2)]);
    assert!(told(&there, attend(true)).is_empty(), "nobody has left");
    assert_eq!(told(&there, attend(false)), ["CampaignAgentLeft"]);
    let away = given([create(), activate(2), attend(false)]);
    assert!(away.known().unwrap().is_away(ann()));
    assert!(told(&away, attend(false)).is_empty());
    assert_eq!(told(&away, attend(true)), ["CampaignAgentJoined"]);
    let back = given([create(), activate(2), attend(false), attend(true)]);
    assert!(!back.known().unwrap().is_away(ann()));
    let known = back.known().unwrap();
    assert_eq!(known.revision, 1, "who is there changes nothing of how it calls");
}

#[test]
fn whoever_is_assigned_anew_is_there_and_whoever_is_taken_off_a_team_is_away() {
    let away = given([create(), attend(false)]);
    assert_eq!(told(&away, assign()), ["CampaignUpdated", "CampaignAgentJoined"]);
    let named = given([create(), assign()]);
    assert_eq!(told(&named, unassign(false)), ["CampaignUpdated"]);
    assert_eq!(told(&named, unassign(true)), ["CampaignUpdated", "CampaignAgentLeft"]);
    let in_team = given([create()]);
    assert_eq!(told(&in_team, unassign(true)), ["CampaignAgentLeft"]);
    assert!(told(&in_team, unassign(false)).is_empty(), "they never called for it");
    let off = given([create(), unassign(true)]);
    assert!(told(&off, unassign(true)).is_empty());
}

#[test]
fn nobody_joins_or_leaves_what_is_given_up() {
    let canceled = given([create(), cancel(2)]);
    for command in [attend(true), attend(false), assign(), unassign(true)] {
        assert_eq!(canceled.decide(command), Err(CampaignRefusal::State(CampaignStatus::Canceled)));
    }
}
