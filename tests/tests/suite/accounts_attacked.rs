//! Accounts under attack: guesses, one after the other and all at once, and races.

use futures::future::join_all;
use processes::auth::{AuthError, Client, Passwords};

use super::accounts::{DAY, MINUTE, PASSWORD, World, ann, client, org};

#[tokio::test(flavor = "multi_thread")]
async fn failures_lock_an_account_longer_and_longer_known_or_not() {
    for email in ["ann@example.com", "nobody@example.com"] {
        let world = World::with_ann().await;
        let fail = async |network: &str| {
            let from = Client { program: "x".to_owned(), address: network.to_owned() };
            world.accounts.sign_in(email, "wrong", &from).await.expect_err("refused")
        };
        for n in 0..5 {
            assert!(matches!(fail(&n.to_string()).await, AuthError::InvalidCredentials));
        }
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            let retry_after_s = u32::try_from(minutes * 60 + 1).unwrap();
            match fail("other").await {
                AuthError::TooOften { retry_after_s: told } => assert_eq!(told, retry_after_s),
                other => panic!("{minutes}: {other}"),
            }
            let right = world.accounts.sign_in(email, PASSWORD, &client("one")).await;
            assert!(matches!(right, Err(AuthError::TooOften { .. })));
            world.clock.advance(minutes * MINUTE);
            assert!(matches!(fail("other").await, AuthError::InvalidCredentials), "{minutes}");
        }
        world.clock.advance(60 * MINUTE + 15 * MINUTE + 1);
        assert!(matches!(fail("new").await, AuthError::InvalidCredentials));
        assert!(matches!(fail("new").await, AuthError::InvalidCredentials));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_lock_a_network_address_whoever_is_tried() {
    let world = World::with_ann().await;
    for n in 0..20 {
        let refused = world.accounts.sign_in(&format!("u{n}@b.c"), "wrong", &client("one")).await;
        assert!(matches!(refused, Err(AuthError::InvalidCredentials)));
    }
    let here = world.accounts.sign_in("ann@example.com", PASSWORD, &client("one")).await;
    assert!(matches!(here, Err(AuthError::TooOften { .. })));
    let elsewhere = Client { address: "192.0.2.2".to_owned(), ..client("one") };
    world.accounts.sign_in("ann@example.com", PASSWORD, &elsewhere).await.expect("in");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_with_a_password_that_is_being_changed() {
    let mut passwords = [PASSWORD.to_owned(), "a bicycle made of cheese".to_owned()];
    let world = World::with_ann().await;
    for round in 0..12 {
        let mine = world.accounts.sign_in("ann@example.com", &passwords[0], &client("one")).await;
        let mine = mine.expect("in").principal;
        let from = client("thief");
        let thieves =
            (0..6).map(|_| world.accounts.sign_in("ann@example.com", &passwords[0], &from));
        let (change, one) = ((passwords[0].as_str(), passwords[1].as_str()), client("one"));
        let change = world.accounts.change_password(&mine, change, &one);
        let (_, changed) = tokio::join!(join_all(thieves), change);
        let open = world.accounts.sessions(org(), ann()).await.expect("sessions");
        if changed.is_ok() {
            assert_eq!(
                open.iter().map(|open| open.id).collect::<Vec<_>>(),
                [mine.session],
                "{round}"
            );
            passwords.swap(0, 1);
        }
        world.clock.advance(61 * MINUTE);
        world.accounts.close_all(org(), ann(), "test").await.expect("closed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_way_around() {
    let world = World::with_ann().await;
    let from = client("one");
    let guess = || world.accounts.sign_in("ann@example.com", "wrong", &from);
    let all = join_all((0..40).map(|_| guess())).await;
    let tried = all.iter().filter(|one| matches!(one, Err(AuthError::InvalidCredentials))).count();
    assert!(tried <= 5, "{tried} were tried");
    let next = guess().await.expect_err("refused");
    assert!(matches!(next, AuthError::TooOften { retry_after_s: 61 }), "{next}");
}

/// How easy a password is to guess may take long to find out: never on a thread that serves others.
#[tokio::test]
async fn a_password_is_judged_where_it_keeps_nobody_waiting() {
    let passwords = Passwords::costing(64, 1).expect("argon2");
    let long = "4@8({[<369&#!1|0$5+7%2".repeat(6);
    let long: String = long.chars().take(128).collect();
    let mut judged = std::pin::pin!(passwords.good("/password", &long));
    assert!(futures::poll!(judged.as_mut()).is_pending());
    judged.await.expect("good enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_session_is_closed_however_long_ago() {
    let world = World::with_ann().await;
    let principal = world.sign_in().await.principal;
    assert!(world.accounts.is_open(&principal).await.expect("an answer"));
    world.accounts.close_all(org(), ann(), "test").await.expect("closed");
    world.clock.advance(DAY);
    assert!(!world.accounts.is_open(&principal).await.expect("an answer"));
}
