//! Whatever is asked of an agent, in whatever order, the invariants hold.

use proptest::prelude::*;

use super::*;

/// Any command, about few calls, so that they meet.
fn command() -> impl Strategy<Value = AgentCommand> {
    let presence = prop::sample::select(vec![
        Presence::Offline,
        Presence::Available,
        Presence::Available,
        Presence::Busy,
        Presence::Break,
        Presence::Training,
    ]);
    let outcome = prop::sample::select(vec![
        ReleaseOutcome::Rejected,
        ReleaseOutcome::TimedOut,
        ReleaseOutcome::Rescinded,
    ]);
    let wrap_up = prop::sample::select(vec![
        NO_WRAP_UP,
        WrapUp::DEFAULT,
        WrapUp { mode: WrapUpMode::Manual, seconds: 0 },
    ]);
    let number = || 1..6_u128;
    prop_oneof![
        3 => presence.prop_map(|presence| set(presence, 0)),
        4 => number().prop_map(|number| reserve(number, 0)),
        2 => (number(), outcome).prop_map(|(number, outcome)| release(number, outcome, 0)),
        4 => (number(), any::<bool>()).prop_map(|(number, offered)| start(number, offered, 0)),
        4 => (number(), wrap_up).prop_map(|(number, wrap_up)| finish(number, wrap_up, 0)),
        3 => number().prop_map(|number| done(number, WrapUpEndedBy::Agent, 0)),
        1 => Just(sign_out(SignOutReason::Supervisor)),
        1 => Just(sign_out(SignOutReason::HeartbeatLost)),
        1 => Just(deactivate()),
        1 => Just(AgentCommand::Reactivate { eligible: true, at: at(0) }),
    ]
}

/// The same command at another time.
fn timed(command: AgentCommand, now: Timestamp) -> AgentCommand {
    let mut command = command;
    match &mut command {
        AgentCommand::Create { at, .. }
        | AgentCommand::Update { at, .. }
        | AgentCommand::SetPresence { at, .. }
        | AgentCommand::Release { at, .. }
        | AgentCommand::StartCall { at, .. }
        | AgentCommand::FinishCall { at, .. }
        | AgentCommand::FinishWrapUp { at, .. }
        | AgentCommand::SignOut { at, .. }
        | AgentCommand::Deactivate { at, .. }
        | AgentCommand::Reactivate { at, .. } => *at = now,
        AgentCommand::Reserve { until, at, .. } => (*until, *at) = (now.plus_ms(20_000), now),
    }
    command
}

proptest! {
    #[test]
    fn slots_are_never_overdrawn_and_nothing_twice_is_news(
        slots in 1..4_u8,
        commands in prop::collection::vec((command(), 1..40_i64), 1..60),
    ) {
        let mut agent = given([create(slots)]);
        let mut now = 0;
        for (command, later) in commands {
            now += later;
            let command = timed(command, at(now));
            let before = agent.known().unwrap().clone();
            let Ok(facts) = agent.decide(command.clone()) else { continue };
            for fact in facts {
                agent.evolve(&sealed(fact));
            }
            let known = agent.known().unwrap();
            prop_assert!(known.slots.len() <= usize::from(slots), "{command:?}: {known:?}");
            let mut offers: Vec<_> = known
                .slots
                .iter()
                .filter_map(|slot| match slot {
                    Slot::Reserved { offer_id, .. } => Some(*offer_id),
                    Slot::OnCall { .. } | Slot::WrapUp { .. } => None,
                })
                .collect();
            let all = offers.len();
            offers.sort();
            offers.dedup();
            prop_assert_eq!(offers.len(), all, "an offer holds two slots");
            prop_assert!(known.pending.is_none() || !known.slots.is_empty(), "nothing keeps them");
            prop_assert_eq!(known.routable(), known.routable_since.is_some());
            if known.activity() == before.activity() {
                prop_assert_eq!(known.since, before.since);
            }
            // A wish that was taken back is wished again; everything else is done once.
            if let Ok(again) = agent.decide(command.clone()) {
                prop_assert!(again.is_empty(), "{command:?}: {again:?}");
            }
        }
    }
}
