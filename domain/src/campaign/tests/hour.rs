//! An hour of predictive dialing, second by second, with agents and people who are made up: what a
//! campaign does with the numbers that it would see.

use std::collections::VecDeque;

use super::super::pacing::*;
use super::super::*;

const AGENTS: usize = 20;
const HOUR: i64 = 3_600;

/// A call that rings, until then; then somebody answers or not.
struct Line {
    until: i64,
    answers: bool,
}

/// The same numbers in every run: SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.roll() % u64::try_from(to - from).unwrap()).unwrap()
    }

    /// Of ten, three.
    fn answers(&mut self) -> bool {
        self.roll() % 10 < 3
    }
}

/// A center with its agents, one campaign, and everybody whom it calls.
struct Center {
    mode: CampaignMode,
    pacing: Pacing,
    rule: Abandonment,
    dice: Dice,
    /// Until when each agent speaks or writes.
    busy: Vec<i64>,
    lines: Vec<Line>,
    /// Since when somebody waits for an agent.
    waiting: VecDeque<i64>,
    window: VecDeque<bool>,
    ahead: Ahead,
    throttled: bool,
    answers: Answers,
    talked: i64,
}

impl Center {
    fn open(mode: CampaignMode, seed: u64) -> Self {
        Self {
            mode,
            pacing: Pacing { max_concurrent_calls: 200, ..Pacing::default() },
            rule: Abandonment::default(),
            dice: Dice(seed),
            busy: vec![0; AGENTS],
            lines: Vec::new(),
            waiting: VecDeque::new(),
            window: VecDeque::new(),
            ahead: Ahead { gain: FIRST_GAIN, level: 1.0 },
            throttled: false,
            answers: Answers::default(),
            talked: 0,
        }
    }

    /// People answer three calls of ten, after 8 to 25 seconds; agents speak for one to three
    /// minutes and write for half a minute.
    fn hour(mut self) -> Self {
        for now in 0..HOUR {
            self.answer(now);
            self.connect(now);
            self.judge(now);
            self.dial(now);
        }
        self
    }

    fn answer(&mut self, now: i64) {
        let (over, ringing): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lines).into_iter().partition(|line| line.until <= now);
        self.lines = ringing;
        for line in over {
            self.window.push_back(line.answers);
            if self.window.len() > usize::try_from(WINDOW).unwrap() {
                self.window.pop_front();
            }
            if line.answers {
                self.answers.live += 1;
                self.waiting.push_back(now);
            }
        }
    }

    fn connect(&mut self, now: i64) {
        for until in &mut self.busy {
            if *until <= now && self.waiting.pop_front().is_some() {
                let talk = self.dice.between(60, 180);
                self.talked += talk;
                *until = now + talk + 30;
            }
        }
        let patience = i64::from(self.rule.seconds);
        while self.waiting.front().is_some_and(|since| now - since >= patience) {
            self.waiting.pop_front();
            self.answers.abandoned += 1;
        }
    }

    fn judge(&mut self, now: i64) {
        match self.rule.cap(self.answers) {
            Cap::Below => self.throttled &= !self.rule.recovered(self.answers),
            Cap::Reached | Cap::Far => self.throttled = true,
        }
        if now % (EVERY_MS / 1_000) == 0 {
            let agents = u32::try_from(AGENTS).unwrap();
            let seen = (self.answers, &self.rule);
            self.ahead = self.pacing.ahead(self.ahead.gain, recent(&self.window), agents, seen);
        }
    }

    fn dial(&mut self, now: i64) {
        let until = |to: i64| {
            let agents = self.busy.iter().filter(|until| **until <= to).count();
            u32::try_from(agents).unwrap()
        };
        let (available, soon) = (until(now), until(now + 16));
        let dialing = u32::try_from(self.lines.len() + self.waiting.len()).unwrap();
        let room = Room {
            available,
            expected_free: soon - available,
            dialing,
            live: dialing,
            spare: self.rule.spare(self.answers, recent(&self.window)),
        };
        let level = if self.throttled { 1.0 } else { self.ahead.level };
        for _ in 0..self.pacing.lines(self.mode, level, room) {
            let (rings, answers) = (self.dice.between(8, 25), self.dice.answers());
            self.lines.push(Line { until: now + rings, answers });
        }
    }

    /// The part of their time for which agents spoke.
    fn share(&self) -> f64 {
        let agents = i64::try_from(AGENTS).unwrap();
        let whole = |number: i64| f64::from(i32::try_from(number).unwrap());
        100.0 * whole(self.talked) / whole(HOUR * agents)
    }
}

fn recent(window: &VecDeque<bool>) -> Recent {
    Recent {
        attempts: u32::try_from(window.len()).unwrap(),
        live: u32::try_from(window.iter().filter(|live| **live).count()).unwrap(),
    }
}

#[test]
fn an_hour_of_predictive_dialing_stays_under_its_cap() {
    let (mut most, mut talked) = (0.0_f64, [0.0; 2]);
    for seed in 0..50 {
        let ahead = Center::open(CampaignMode::Predictive, seed).hour();
        let one = Center::open(CampaignMode::Progressive, seed).hour();
        assert!(ahead.answers.rate() < 0.03, "seed {seed}: {:?}", ahead.answers);
        assert_eq!(one.answers.abandoned, 0, "seed {seed}");
        assert!(ahead.talked > one.talked, "seed {seed}");
        most = most.max(ahead.answers.rate());
        talked = [talked[0] + ahead.share(), talked[1] + one.share()];
    }
    println!(
        "50 hours: at most {:.2} of a hundred abandoned; agents spoke {:.1} of a hundred of their \
         time, dialing one call for each {:.1}",
        most * 100.0,
        talked[0] / 50.0,
        talked[1] / 50.0
    );
}
