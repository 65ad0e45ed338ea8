//! Who has registered, and who has an address in the end.

use domain::Role;
use processes::auth::AuthError;
use processes::mail::Mail;
use sqlx::{Connection, PgConnection};

use super::super::accounts::{DAY, MINUTE, PASSWORD, org};
use super::{ANOTHER, BOB, Post, over};

#[tokio::test(flavor = "multi_thread")]
async fn who_registers_signs_in_once_they_have_shown_that_the_address_is_theirs() {
    let post = Post::with_ann().await;
    let accounts = &post.world.accounts;
    post.register(BOB, PASSWORD).await;
    let early = post.enters(BOB, PASSWORD).await;
    assert!(matches!(early, Err(AuthError::Unverified)), "{early:?}");
    let wrong = post.enters(BOB, ANOTHER).await;
    assert!(matches!(wrong, Err(AuthError::InvalidCredentials)), "{wrong:?}");
    let link = post.link("Confirm your e-mail address").await;
    let wrong = accounts.verify(&link, ANOTHER).await;
    assert!(matches!(wrong, Err(AuthError::InvalidCredentials)), "{wrong:?}");
    accounts.verify(&link, PASSWORD).await.expect("verified");
    over(accounts.verify(&link, PASSWORD).await.map(|_| ()));
    post.enters(BOB, PASSWORD).await.expect("in");
    // Once it is theirs, others are told nothing, and they hear of it.
    post.register(BOB, ANOTHER).await;
    let mails = post.run().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "You have an account already");
    assert!(!mails[0].text.contains("token="));
    // As it is for who has registered with an address that is nobody's.
    let early = post.enters(BOB, ANOTHER).await;
    assert!(matches!(early, Err(AuthError::Unverified)), "{early:?}");
    assert!(post.run().await.is_empty(), "not so soon again");
    post.world.clock.advance(10 * MINUTE);
    let early = post.enters(BOB, ANOTHER).await;
    assert!(matches!(early, Err(AuthError::Unverified)), "{early:?}");
    let mails = post.run().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "You have an account already");
    assert!(!mails[0].text.contains("token="));
    post.enters(BOB, PASSWORD).await.expect("in");
}

/// Somebody registers with another one's address, before them or after, and waits for a click.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_with_anothers_address_does_not_get_it() {
    let post = Post::with_ann().await;
    let accounts = &post.world.accounts;
    for thief_first in [true, false] {
        let email = if thief_first { BOB } else { "carl@example.com" };
        let (first, second) = if thief_first { (ANOTHER, PASSWORD) } else { (PASSWORD, ANOTHER) };
        post.register(email, first).await;
        post.register(email, second).await;
        let mails = post.run().await;
        assert_eq!(mails.len(), 2, "each has a link of their own");
        let token = |mail: &Mail| {
            let (_, token) = mail.text.split_once("#token=").expect("a link");
            token.lines().next().expect("a line").to_owned()
        };
        // Whoever reads the mail knows their own password only, whichever link they follow.
        let mut theirs = 0;
        for mail in &mails {
            match accounts.verify(&token(mail), PASSWORD).await {
                Ok(_) => theirs += 1,
                Err(error) => assert!(
                    matches!(error, AuthError::InvalidCredentials | AuthError::LinkOver),
                    "{error}"
                ),
            }
        }
        assert_eq!(theirs, 1);
        post.enters(email, PASSWORD).await.expect("the owner is in");
        post.enters(email, ANOTHER).await.expect_err("nobody else");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_registration_takes_an_invitation_away() {
    let post = Post::with_ann().await;
    post.invite(org(), BOB, Role::Agent).await.expect("invited");
    let token = post.link("You are invited to Voice").await;
    post.register(BOB, PASSWORD).await;
    post.arrive(&token).await.expect("came");
    post.enters(BOB, ANOTHER).await.expect("as who was invited");
    let mails = post.run().await;
    let late = mails.iter().find(|mail| mail.subject == "Confirm your e-mail address");
    assert!(late.is_none(), "the registration is over with it: {mails:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_removed_and_nothing_else() {
    let post = Post::with_ann().await;
    post.invite(org(), BOB, Role::Agent).await.expect("invited");
    post.register("carl@example.com", PASSWORD).await;
    post.run().await;
    let left = async || {
        let tables = ["email_addresses", "credentials", "account_links", "mail_requests"];
        let mut left = Vec::new();
        for table in tables {
            let count = post.world.texts(&format!("SELECT count(*)::text FROM {table}")).await;
            left.push(count[0].clone());
        }
        left.join(" ")
    };
    post.world.accounts.purge().await.expect("purged");
    assert_eq!(left().await, "2 2 2 2");
    post.world.clock.advance(3 * DAY);
    post.world.accounts.purge().await.expect("purged");
    assert_eq!(left().await, "2 1 1 0", "the invitation is open, the registration over");
    post.world.clock.advance(9 * DAY);
    post.world.accounts.purge().await.expect("purged");
    assert_eq!(left().await, "1 1 0 0", "Ann");
    post.enters("ann@example.com", PASSWORD).await.expect("in");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_five_mails_in_an_hour_and_an_organization_sends_200_a_day() {
    let post = Post::with_ann().await;
    for _ in 0..8 {
        post.register(BOB, PASSWORD).await;
    }
    assert_eq!(post.run().await.len(), 5);
    for number in 0..200 {
        let email = format!("guest{number}@example.com");
        post.invite(org(), &email, Role::Agent).await.expect("invited");
    }
    let more = post.invite(org(), "guest@example.com", Role::Agent).await;
    assert!(matches!(more, Err(AuthError::Quota)), "{more:?}");
    let options = post.world.db.superuser();
    let mut admin = PgConnection::connect_with(&options).await.expect("in");
    let kept = "SELECT count(*) FROM email_addresses WHERE confirmed_at IS NULL";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&mut admin).await.expect("counted");
    assert_eq!(kept, 200, "no address is kept for who was not asked in");
    post.world.clock.advance(DAY + MINUTE);
    post.invite(org(), "guest@example.com", Role::Agent).await.expect("another day");
}
