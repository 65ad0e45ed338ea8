//! Contacts that are called anew, many at once, whatever dies meanwhile.

use std::fmt::Write as _;
use std::time::Duration;

use domain::ResetId;
use domain::campaign::{Campaign, CampaignCommand, CampaignEvent, KnownCampaign};
use domain::contact::ResetFilter;
use processes::ControlledIds;
use processes::commands::Order;
use processes::reactor::{Runner, RunnerSettings};
use processes::resets::{Reset, ResetFlow, Resets};
use projections::{Projector, registry};
use tests::histories::Dice;
use tokio_util::sync::CancellationToken;

use super::http_kit::context;
use super::imports::kit::{World, org, somebody};

/// How long a runner works on a reset before it looks up.
const TURN: Duration = Duration::from_millis(150);

/// A world whose campaign has called so many people, half of whom could not be reached.
struct Called {
    world: World,
    projector: Projector,
    token: CancellationToken,
}

impl Called {
    async fn open(people: u64) -> Self {
        let world = World::open().await;
        let mut list = String::from("phone,attempts,outcome\n");
        for person in 0..people {
            let outcome = if person % 2 == 0 { "sale" } else { "not_interested" };
            writeln!(list, "+42077{person:07},{},{outcome}", 1 + person % 3).unwrap();
        }
        world.accept_history("one", &list).await.expect("accepted");
        world.settle().await;
        let token = CancellationToken::new();
        let database = world.test.database();
        let tail = world.commands.log().tail();
        let projector = Projector::start(database, &tail, registry(), token.clone());
        Self { world, projector, token }
    }

    fn resets(&self) -> Resets {
        let (database, commands) = (self.world.test.database().clone(), &self.world.commands);
        Resets::new(database, commands.clone(), std::sync::Arc::<ControlledIds>::default())
    }

    async fn ask(&self, number: u128, filter: ResetFilter) -> ResetId {
        let id = ResetId::from(uuid::Uuid::from_u128(number));
        let order = Order::<Campaign>::silent(context(org().uuid()));
        let of = (self.world.campaign, id);
        self.resets().ask(order, of, filter, somebody()).await.expect("asked");
        id
    }

    async fn tell(&self, command: CampaignCommand) {
        let order = Order::<Campaign>::silent(context(org().uuid()));
        let id = self.world.campaign.uuid();
        self.world.commands.carry_out(order, id, command).await.expect("told");
    }

    fn runner(&self) -> Runner<ResetFlow> {
        let flow = ResetFlow::new(self.resets()).with_turns(TURN);
        let (database, settings) = (self.world.test.database().clone(), RunnerSettings::default());
        Runner::new(database, self.world.commands.clone(), flow, settings)
    }

    async fn settle(&self) {
        let mut runner = self.runner();
        while runner.run_due().await.expect("it works") > 0 {}
        runner.release().await;
    }

    async fn reset(&self, id: ResetId) -> Reset {
        let of = (self.world.campaign, id);
        self.resets().get(org(), of).await.expect("it is told").expect("a reset")
    }

    async fn resets_of_contacts(&self) -> u64 {
        u64::try_from(self.world.count("ContactReset").await).unwrap()
    }

    /// Whether contacts were reset whom nobody has counted.
    async fn uncounted(&self, id: ResetId) -> bool {
        self.resets_of_contacts().await > self.reset(id).await.reset
    }

    async fn campaign(&self) -> KnownCampaign {
        let id = self.world.campaign.uuid();
        let state = self.world.commands.state::<Campaign>(org(), id).await.expect("the log");
        state.expect("a campaign").0.known().cloned().expect("a campaign")
    }

    /// Kills it as soon as contacts were reset whom nobody has counted.
    async fn killed_midway(&mut self, id: ResetId, dice: &mut Dice) {
        for _ in 0..60 {
            let mut runner = self.runner();
            let kill = async {
                while !self.uncounted(id).await {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                tokio::time::sleep(Duration::from_millis(dice.below(10))).await;
            };
            tokio::select! {
                ended = runner.run_due() => drop(ended),
                () = kill => {}
            }
            drop(runner);
            // What was on its way into the log when its process was killed gets there.
            tokio::time::sleep(Duration::from_millis(200)).await;
            self.world.restart().await;
            if self.uncounted(id).await {
                return;
            }
            assert!(self.reset(id).await.ended_at.is_none(), "over before it was killed midway");
        }
        panic!("it was never killed in the middle of a chunk");
    }

    /// How many contacts the campaign says were reset, and how often it says so.
    async fn said(&self) -> Vec<u64> {
        let said: Vec<String> = self
            .world
            .texts("SELECT payload::text FROM events WHERE event_type = 'CampaignContactsReset'")
            .await;
        let counts = said.iter().map(|text| match serde_json::from_str(text).expect("a fact") {
            CampaignEvent::CampaignContactsReset { count, .. } => count,
            other => panic!("{other:?}"),
        });
        counts.collect()
    }

    async fn close(self) {
        self.token.cancel();
        self.projector.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_reset_resets_every_contact_once_and_counts_them_exactly() {
    let mut called = Called::open(3_000).await;
    let id = called.ask(1, ResetFilter::default()).await;
    let mut dice = Dice::new(11);
    for _ in 0..2 {
        called.killed_midway(id, &mut dice).await;
    }
    called.settle().await;
    let reset = called.reset(id).await;
    assert_eq!((reset.reset, reset.ended_at.is_some()), (3_000, true), "{reset:?}");
    assert_eq!(called.resets_of_contacts().await, 3_000);
    let twice = "SELECT count(*) FROM (SELECT aggregate_id FROM events
                 WHERE event_type = 'ContactReset' GROUP BY 1 HAVING count(*) > 1) t";
    assert_eq!(called.world.value(twice).await, 0);
    assert_eq!(called.said().await, [3_000]);
    assert_eq!(called.campaign().await.resetting, None);
    called.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_whom_the_filter_means_are_reset() {
    let called = Called::open(600).await;
    let outcomes = vec!["sale".to_owned()];
    let filter = ResetFilter { outcomes, min_attempts: Some(2), ..ResetFilter::default() };
    let id = called.ask(1, filter).await;
    called.settle().await;
    // Every second one was sold to, every third of these was called once.
    assert_eq!((called.reset(id).await.reset, called.resets_of_contacts().await), (200, 200));
    let next = called.ask(2, ResetFilter::default()).await;
    called.settle().await;
    assert_eq!(called.reset(next).await.reset, 400, "who was reset is not over with any more");
    assert_eq!(called.said().await, [200, 400]);
    called.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reset_of_a_campaign_that_is_given_up_ends_with_those_it_has_reset() {
    let mut called = Called::open(3_000).await;
    let id = called.ask(1, ResetFilter::default()).await;
    called.killed_midway(id, &mut Dice::new(3)).await;
    let (reason, by, at) = ("no".to_owned(), somebody(), called.world.commands.now());
    called.tell(CampaignCommand::Cancel { reason, by, at }).await;
    called.settle().await;
    let count = called.resets_of_contacts().await;
    assert!((1..3_000).contains(&count), "{count}");
    assert_eq!((called.reset(id).await.reset, called.said().await), (count, vec![count]));
    called.close().await;
}
