//! Dialing ahead of free agents, and how many people that leaves without one.

use super::super::pacing::*;
use super::*;

fn dials(mode: CampaignMode, rule: Abandonment) -> Campaign {
    let message = Some("This is Acme. Press 9 not to be called again.".to_owned());
    let abandonment = Abandonment { message, ..rule };
    given([create_with(CampaignSettings { mode, abandonment, ..settings() }), activate(2)])
}

fn predictive() -> Campaign {
    dials(CampaignMode::Predictive, Abandonment::default())
}

fn weigh((live, abandoned): (u32, u32)) -> CampaignCommand {
    CampaignCommand::Weigh { answers: Answers { live, abandoned }, at: at(9) }
}

fn told(campaign: &Campaign, command: CampaignCommand) -> Vec<&'static str> {
    let facts = campaign.decide(command).unwrap();
    facts.iter().map(DecidedEvent::event_type).collect()
}

fn after(mut campaign: Campaign, command: CampaignCommand) -> Campaign {
    for fact in campaign.decide(command).unwrap() {
        campaign.evolve(&fact);
    }
    campaign
}

/// The worked value of domain/03 §3.3.2.
#[test]
fn p10_sixty_of_two_hundred_answer_and_six_agents_have_ten_lines() {
    let (pacing, recent) = (Pacing::default(), Recent { attempts: 200, live: 60 });
    let calm = (Answers::default(), &Abandonment::default());
    let Ahead { gain, level } = pacing.ahead(0.68, recent, 6, calm);
    assert!((gain - 0.7).abs() < 1e-9, "{gain}");
    assert!((level - 2.318).abs() < 0.000_5, "{level}");
    let room = Room { available: 6, dialing: 4, live: 4, expected_free: 0, spare: u32::MAX };
    assert_eq!(pacing.lines(CampaignMode::Predictive, level, room), 10);
}

#[test]
fn lines_are_begun_for_free_agents_and_never_more_than_there_may_be() {
    use CampaignMode as M;
    let pacing = Pacing::default();
    let room = |available, expected_free, dialing, live| {
        let spare = u32::MAX;
        Room { available, expected_free, dialing, live, spare }
    };
    for (mode, level, room, lines) in [
        (M::Manual, 3.0, room(5, 5, 0, 0), 0),
        (M::Preview, 3.0, room(5, 5, 0, 0), 0),
        (M::Progressive, 3.0, room(5, 5, 0, 0), 5),
        (M::Progressive, 3.0, room(5, 5, 2, 9), 3),
        (M::Progressive, 3.0, room(5, 5, 7, 9), 0),
        (M::Predictive, 1.0, room(5, 5, 0, 0), 5),
        (M::Predictive, 1.5, room(5, 2, 1, 1), 10),
        (M::Predictive, 3.0, room(20, 0, 0, 25), 5),
        (M::Predictive, 3.0, room(20, 0, 0, 99), 0),
        (M::Predictive, 3.0, room(0, 0, 0, 0), 0),
        (M::Agentless, 1.0, room(0, 0, 0, 0), 30),
        (M::Agentless, 1.0, room(0, 0, 7, 29), 1),
        (M::Agentless, 1.0, room(5, 5, 0, 99), 0),
    ] {
        assert_eq!(pacing.lines(mode, level, room), lines, "{mode} {level} {room:?}");
    }
    let near = Room { spare: 2, ..room(5, 2, 1, 1) };
    assert_eq!(pacing.lines(M::Predictive, 1.5, near), 6, "5 agents, 2 beyond, 1 rings");
}

#[test]
fn lines_beyond_free_agents_are_as_many_as_the_cap_has_left() {
    let (rule, recent) = (Abandonment::default(), Recent { attempts: 200, live: 60 });
    let spare = |live, abandoned| rule.spare(Answers { live, abandoned }, recent);
    assert_eq!((spare(0, 0), spare(50, 0), spare(200, 0), spare(200, 4)), (0, 3, 15, 2));
    assert_eq!((spare(200, 5), spare(200, 60)), (0, 0));
    let none = Abandonment { preset: AbandonmentPreset::None, ..Abandonment::default() };
    assert_eq!(none.spare(Answers::default(), recent), u32::MAX);
}

#[test]
fn it_dials_ahead_only_where_enough_is_known_and_enough_agents_are_there() {
    let pacing = Pacing::default();
    let calm = (Answers::default(), &Abandonment::default());
    let level = |attempts, live, available| {
        pacing.ahead(1.0, Recent { attempts, live }, available, calm).level
    };
    assert!(level(200, 60, 5) > 2.9);
    for (attempts, live, available) in [(200, 49, 5), (200, 60, 4), (0, 0, 5)] {
        assert!((level(attempts, live, available) - 1.0).abs() < f64::EPSILON);
    }
    assert!((level(200, 50, 5) - 3.0).abs() < f64::EPSILON, "never above max_level");
    let rising = (Answers { live: 100, abandoned: 3 }, &Abandonment::default());
    let gain = pacing.ahead(0.9, Recent { attempts: 200, live: 60 }, 5, rising).gain;
    assert!((gain - 0.72).abs() < 1e-9, "{gain}");
}

#[test]
fn p6_three_of_a_hundred_without_an_agent_slow_it_down_until_it_is_well_below() {
    let campaign = predictive();
    assert_eq!(told(&campaign, weigh((100, 2))), Vec::<&str>::new());
    assert_eq!(told(&campaign, weigh((49, 49))), Vec::<&str>::new(), "too few to tell");
    let slow = after(campaign, weigh((60, 2)));
    let known = slow.known().unwrap();
    assert!(known.throttled && (known.ahead() - 1.0).abs() < f64::EPSILON);
    assert_eq!(told(&slow, weigh((80, 2))), Vec::<&str>::new(), "2.5 of a hundred: not yet");
    assert_eq!(told(&slow, weigh((84, 2))), ["CampaignDialerUnthrottled"]);
    assert!(!after(slow, weigh((84, 2))).known().unwrap().throttled);
}

#[test]
fn six_of_a_hundred_stop_it_until_somebody_has_it_call_again() {
    let campaign = predictive();
    assert_eq!(
        told(&campaign, weigh((50, 3))),
        ["CampaignDialerThrottled", "CampaignPaused"],
        "6 of a hundred"
    );
    let paused = after(campaign, weigh((50, 3)));
    assert_eq!(paused.known().unwrap().paused, Some(PauseReason::Abandonment));
    assert_eq!(told(&paused, weigh((50, 3))), Vec::<&str>::new());
    let again = after(paused, activate(20));
    assert_eq!(told(&again, weigh((50, 3))), Vec::<&str>::new(), "somebody has seen it");
    assert!(again.known().unwrap().throttled);
    let well = after(again, weigh((500, 3)));
    assert_eq!(told(&well, weigh((600, 40))), ["CampaignDialerThrottled", "CampaignPaused"]);
}

#[test]
fn without_a_rule_nothing_slows_it_down() {
    let none = Abandonment { preset: AbandonmentPreset::None, ..Abandonment::default() };
    let campaign = dials(CampaignMode::Predictive, none);
    assert_eq!(told(&campaign, weigh((100, 100))), Vec::<&str>::new());
}

#[test]
fn a_level_is_told_when_it_is_another_one() {
    let pace = |level| CampaignCommand::Pace { level, at: at(9) };
    let campaign = predictive();
    assert_eq!(told(&campaign, pace(1.09)), Vec::<&str>::new());
    assert_eq!(told(&campaign, pace(f64::NAN)), Vec::<&str>::new());
    assert_eq!(told(&campaign, pace(2.318)), ["CampaignPacingChanged"]);
    let ahead = after(campaign, pace(2.318));
    assert!((ahead.known().unwrap().ahead() - 2.32).abs() < f64::EPSILON);
    let progressive = dials(CampaignMode::Progressive, Abandonment::default());
    assert_eq!(told(&progressive, pace(2.318)), Vec::<&str>::new());
}

#[test]
fn answers_are_counted_in_successive_periods() {
    let day = 86_400;
    let campaign = predictive();
    let since = |seconds| campaign.known().unwrap().counted_since(at(seconds));
    assert_eq!((since(2), since(2 + 30 * day - 1)), (at(2), at(2)));
    assert_eq!((since(2 + 30 * day), since(2 + 65 * day)), (at(2 + 30 * day), at(2 + 60 * day)));
    let uk = Abandonment { preset: AbandonmentPreset::Uk, ..Abandonment::default() };
    let campaign = dials(CampaignMode::Predictive, uk);
    assert_eq!(campaign.known().unwrap().counted_since(at(3 * day)), at(2 * day));
}
