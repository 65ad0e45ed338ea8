//! Mails to people, and the links in them, with a clock that is moved by hand.

mod registered;

use std::sync::{Arc, Mutex};

use domain::user::{User, UserCommand};
use domain::{EmailAddress, OrgId, Role, UserId};
use futures::future::join_all;
use processes::auth::{Arrival, AuthError, Founder, Invitation, Postman};
use processes::commands::Order;
use processes::mail::{Mail, MailError, Mailer};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::accounts::{DAY, MINUTE, PASSWORD, World, ann, client, org};
use super::http_kit::context;

const ANOTHER: &str = "another horse battery staple";
const BOB: &str = "bob@example.com";

/// Keeps every mail, or does what it is told first.
#[derive(Default)]
struct Inbox {
    mails: Mutex<Vec<Mail>>,
    trouble: Mutex<Vec<MailError>>,
}

#[async_trait::async_trait]
impl Mailer for Inbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        if let Some(trouble) = self.trouble.lock().expect("one").pop() {
            return Err(trouble);
        }
        self.mails.lock().expect("one").push(mail.clone());
        Ok(())
    }
}

impl Inbox {
    /// The mails that have come since the last look.
    fn taken(&self) -> Vec<Mail> {
        std::mem::take(&mut self.mails.lock().expect("one"))
    }
}

struct Post {
    world: World,
    inbox: Arc<Inbox>,
    postman: Postman,
}

impl Post {
    async fn with_ann() -> Self {
        let world = World::with_ann().await;
        let inbox = Arc::new(Inbox::default());
        let app = "https://app.example/";
        let postman = Postman::new(world.accounts.clone(), inbox.clone(), app);
        Self { world, inbox, postman }
    }

    async fn run(&self) -> Vec<Mail> {
        self.postman.run_due(&CancellationToken::new()).await.expect("run");
        self.inbox.taken()
    }

    /// The only mail, and the token of the link in it.
    async fn link(&self, subject: &str) -> String {
        let mails = self.run().await;
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!(mail.subject, subject);
        let (_, token) = mail.text.split_once("#token=").expect("a link");
        token.lines().next().expect("a line").to_owned()
    }

    async fn forgotten(&self, email: &str) {
        let email = EmailAddress::parse(email).expect("an address");
        self.world.accounts.forgotten(&email).await.expect("taken in");
    }

    async fn invite(&self, org: OrgId, email: &str, role: Role) -> Result<UserId, AuthError> {
        let email = EmailAddress::parse(email).expect("an address");
        let invitation = Invitation { email, role, by: ann() };
        let accounts = &self.world.accounts;
        let user = accounts.invited_id(org, &invitation, None).await.expect("an id");
        let order = Order::silent(context(org.uuid()));
        accounts.invite(order, user, invitation).await.map(|_| user)
    }

    async fn arrive(&self, token: &str) -> Result<(), AuthError> {
        let (token, name) = (token.to_owned(), "Bob".to_owned());
        let arrival = Arrival { token, name, password: ANOTHER.to_owned() };
        self.world.accounts.arrive(arrival).await
    }

    /// Registers, while the clock goes on: it takes a while on purpose.
    async fn register(&self, email: &str, password: &str) {
        let founder = Founder {
            organization_name: "Bob's".to_owned(),
            email: EmailAddress::parse(email).expect("an address"),
            name: "Bob".to_owned(),
            password: password.to_owned(),
        };
        let clock = self.world.clock.clone();
        let accounts = self.world.accounts.clone();
        let mut work = tokio::spawn(async move { accounts.register(founder).await });
        loop {
            tokio::select! {
                done = &mut work => return done.expect("no panic").expect("taken in"),
                () = tokio::time::sleep(std::time::Duration::from_millis(5)) => clock.advance(500),
            }
        }
    }

    async fn enters(&self, email: &str, password: &str) -> Result<(), AuthError> {
        let client = client("one");
        self.world.accounts.sign_in(email, password, &client).await.map(|_| ())
    }
}

fn over(done: Result<(), AuthError>) {
    assert!(matches!(done, Err(AuthError::LinkOver)), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_whoever_reads_the_mail() {
    let post = Post::with_ann().await;
    let accounts = &post.world.accounts;
    let open = post.world.sign_in().await.principal;
    post.forgotten("nobody@example.com").await;
    assert_eq!(post.run().await, vec![], "nobody has it");
    for _ in 0..5 {
        post.enters("ann@example.com", "wrong").await.expect_err("wrong");
    }
    post.forgotten("Ann@Example.com").await;
    let token = post.link("Choose another password").await;
    let weak = accounts.reset(&token, "password1234").await;
    assert!(matches!(weak, Err(AuthError::Field(_))), "{weak:?}");
    accounts.reset(&token, ANOTHER).await.expect("reset");
    over(accounts.reset(&token, "a third horse battery staple").await);
    assert!(accounts.closed(&open), "every session is closed");
    // Who has shown that the address is theirs is not locked out by what others have tried.
    post.enters("ann@example.com", ANOTHER).await.expect("in");
    post.enters("ann@example.com", PASSWORD).await.expect_err("the old one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_for_an_hour_for_one_purpose_and_the_last_of_them_ends_all() {
    let post = Post::with_ann().await;
    let accounts = &post.world.accounts;
    post.forgotten("ann@example.com").await;
    let first = post.link("Choose another password").await;
    post.forgotten("ann@example.com").await;
    assert_eq!(post.run().await, vec![], "one was sent a moment ago");
    post.world.clock.advance(6 * MINUTE);
    post.forgotten("ann@example.com").await;
    let second = post.link("Choose another password").await;
    over(accounts.verify(&first, PASSWORD).await.map(|_| ()));
    over(post.arrive(&first).await);
    accounts.reset(&second, ANOTHER).await.expect("reset");
    over(accounts.reset(&first, ANOTHER).await);
    post.world.clock.advance(6 * MINUTE);
    post.forgotten("ann@example.com").await;
    let late = post.link("Choose another password").await;
    post.world.clock.advance(60 * MINUTE);
    over(accounts.reset(&late, ANOTHER).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_link_is_followed() {
    let post = Post::with_ann().await;
    let accounts = &post.world.accounts;
    post.forgotten("ann@example.com").await;
    let token = post.link("Choose another password").await;
    let mut forged: Vec<String> = vec![
        String::new(),
        "voice_ln_".to_owned(),
        token.replace("voice_ln_", "voice_rt_"),
        format!("{token}A"),
        "voice_ln_".to_owned() + &"A".repeat(100_000),
    ];
    for place in "voice_ln_".len()..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        forged.push(String::from_utf8(bytes).expect("ASCII"));
    }
    assert!(forged.len() > 90);
    for token in forged {
        over(accounts.reset(&token, ANOTHER).await);
        over(accounts.verify(&token, PASSWORD).await.map(|_| ()));
    }
    accounts.reset(&token, ANOTHER).await.expect("the real one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_is_not_changed_by_an_older_link() {
    let post = Post::with_ann().await;
    let open = post.world.sign_in().await.principal;
    post.forgotten("ann@example.com").await;
    let token = post.link("Choose another password").await;
    let accounts = &post.world.accounts;
    let changed = accounts.change_password(&open, (PASSWORD, ANOTHER), &client("one")).await;
    changed.expect("changed");
    over(accounts.reset(&token, "a third horse battery staple").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_asked_in_comes_once_and_in_time() {
    let post = Post::with_ann().await;
    let user = post.invite(org(), BOB, Role::Agent).await.expect("invited");
    let token = post.link("You are invited to Voice").await;
    let weak = Arrival { token: token.clone(), name: "Bob".to_owned(), password: "short".into() };
    let weak = post.world.accounts.arrive(weak).await;
    assert!(matches!(weak, Err(AuthError::Field(_))), "{weak:?}");
    post.arrive(&token).await.expect("came");
    over(post.arrive(&token).await);
    let signed_in = post.world.accounts.sign_in(BOB, ANOTHER, &client("one")).await.expect("in");
    assert_eq!((signed_in.principal.user, signed_in.principal.role), (user, Role::Agent));
    let taken = post.invite(org(), BOB, Role::Agent).await;
    assert!(matches!(taken, Err(AuthError::Taken)), "{taken:?}");
    // Whoever does not come in seven days, does not come with that link.
    post.invite(org(), "carl@example.com", Role::Admin).await.expect("invited");
    let late = post.link("You are invited to Voice").await;
    post.world.clock.advance(7 * DAY);
    over(post.arrive(&late).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_come_is_asked_again_and_by_nobody_else_meanwhile() {
    let post = Post::with_ann().await;
    let other = OrgId::from(Uuid::from_u128(0x0b));
    let first = post.invite(org(), BOB, Role::Agent).await.expect("invited");
    let old = post.link("You are invited to Voice").await;
    let taken = post.invite(other, BOB, Role::Agent).await;
    assert!(matches!(taken, Err(AuthError::Taken)), "{taken:?}");
    post.world.clock.advance(DAY);
    let second = post.invite(org(), BOB, Role::Supervisor).await.expect("again");
    assert_eq!(second, first, "the same user");
    let new = post.link("You are invited to Voice").await;
    post.arrive(&new).await.expect("came");
    over(post.arrive(&old).await);
    let signed_in = post.world.accounts.sign_in(BOB, ANOTHER, &client("one")).await.expect("in");
    assert_eq!(signed_in.principal.role, Role::Supervisor);
    // Once the time is over, others may ask.
    post.invite(org(), "carl@example.com", Role::Agent).await.expect("invited");
    post.world.clock.advance(8 * DAY);
    post.invite(other, "carl@example.com", Role::Agent).await.expect("free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_come_with_one_invitation_one_does() {
    let post = Post::with_ann().await;
    post.invite(org(), BOB, Role::Agent).await.expect("invited");
    let token = post.link("You are invited to Voice").await;
    let came = join_all((0..6).map(|_| post.arrive(&token))).await;
    assert_eq!(came.iter().filter(|done| done.is_ok()).count(), 1, "{came:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_died_between_the_fact_and_the_password_comes_again() {
    let post = Post::with_ann().await;
    let user = post.invite(org(), BOB, Role::Agent).await.expect("invited");
    let token = post.link("You are invited to Voice").await;
    let (name, at) = ("Bob".to_owned(), post.world.now());
    let order = Order::<User>::silent(context(org().uuid()));
    let command = UserCommand::AcceptInvitation { name, at };
    post.world.carry_out(order, user.uuid(), command).await;
    post.arrive(&token).await.expect("came after all");
    post.enters(BOB, ANOTHER).await.expect("in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_cannot_be_sent_now_is_tried_again_and_one_that_never_can_is_not() {
    let post = Post::with_ann().await;
    let later = || MailError::Later("not now".to_owned());
    post.forgotten("ann@example.com").await;
    post.inbox.trouble.lock().expect("one").extend([later(), later()]);
    assert_eq!(post.run().await, vec![]);
    post.world.clock.advance(MINUTE - 1);
    assert_eq!(post.run().await, vec![], "not yet");
    post.world.clock.advance(1);
    assert_eq!(post.run().await, vec![], "tried in vain");
    post.world.clock.advance(5 * MINUTE);
    assert_eq!(post.run().await.len(), 1);
    post.world.clock.advance(DAY);
    assert_eq!(post.run().await, vec![], "once");
    post.forgotten("ann@example.com").await;
    post.inbox.trouble.lock().expect("one").push(MailError::Refused("no such box".to_owned()));
    assert_eq!(post.run().await, vec![]);
    post.world.clock.advance(DAY);
    assert_eq!(post.run().await, vec![], "given up");
    // After a day of vain attempts nobody tries any more.
    post.forgotten("ann@example.com").await;
    post.inbox.trouble.lock().expect("one").extend((0..50).map(|_| later()));
    for _ in 0..48 {
        assert_eq!(post.run().await, vec![]);
        post.world.clock.advance(60 * MINUTE);
    }
    assert_eq!(post.inbox.trouble.lock().expect("one").len(), 50 - 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_servers_send_a_mail_once() {
    let post = Post::with_ann().await;
    post.forgotten("ann@example.com").await;
    let others = (0..4).map(|_| {
        Postman::new(post.world.accounts.clone(), post.inbox.clone(), "https://app.example")
    });
    let others: Vec<Postman> = others.collect();
    let never = CancellationToken::new();
    let tried = join_all(others.iter().map(|postman| postman.run_due(&never))).await;
    assert_eq!(tried.into_iter().map(|tried| tried.expect("run")).sum::<usize>(), 1);
    assert_eq!(post.inbox.taken().len(), 1);
}
