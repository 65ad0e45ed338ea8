//! What is said of a number between the wish to call it and the dial.

use domain::PhoneNumber;
use domain::dnc::{Dnc, DncScope, DncSource};
use processes::commands::Order;
use processes::dnc::{self, Suppression};

use super::kit::World;

/// P3: what was added after a call was asked for, and before it is dialed, counts.
#[tokio::test]
async fn campaign_p3_a_number_that_was_suppressed_meanwhile_is_not_dialed() {
    let mut world = World::new().await;
    let number = "+420777120001";
    let call = world.dial(number).await;
    let said = Suppression {
        scope: DncScope::Organization,
        number: PhoneNumber::parse(number).unwrap(),
        source: DncSource::Agent,
        reason: "asked not to be called".to_owned(),
        expires_at: None,
        by: None,
    };
    let id = dnc::entry(&world.commands, world.org, said.scope, &said.number).await.unwrap();
    let order = Order::<Dnc>::silent(world.context());
    dnc::suppress(&world.commands, order, id, said).await.expect("suppressed");
    world.pass(60_000).await;
    assert_eq!((world.simulator.requests(call), world.status(call).await), (0, "failed"));
    let reason: String = world.value("SELECT reason FROM dial_submissions").await;
    assert_eq!(reason, "do_not_call");
}
