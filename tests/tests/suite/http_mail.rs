//! People who are written to: asked in, reminded of their password, asked whether an address is
//! theirs. Over HTTP and SMTP, as it is.

use domain::Role;
use processes::mail::{Mail, MailError, Mailer, SmtpMailer};
use serde_json::{Value, json};

use super::http_kit::{Answer, Server};
use super::smtp_kit::Smtp;

const PASSWORD: &str = "correct horse battery staple";
const ANOTHER: &str = "another horse battery staple";
const BOB: &str = "bob@example.com";

async fn start(verify: bool) -> (Server, Smtp) {
    let smtp = Smtp::start("250 fine").await;
    let url = smtp.url();
    let server = Server::start_with(|settings| {
        settings.smtp_url = Some(url);
        settings.app_url = "https://app.example".to_owned();
        settings.verify_email = Some(verify);
    })
    .await;
    (server, smtp)
}

async fn login(server: &Server, email: &str, password: &str) -> Answer {
    server.open("/api/v1/auth/login", json!({ "email": email, "password": password })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_asks_somebody_in_who_comes_and_works() {
    let (server, smtp) = start(false).await;
    let admin = server.sign_in(Role::Admin).await;
    let invite =
        async |body: Value| server.with(&admin.access, "POST", "/api/v1/users", Some(body)).await;
    let invited = invite(json!({ "email": "Bob@Example.com", "role": "agent" })).await;
    assert_eq!((invited.status, &invited.body["status"]), (201, &json!("invited")));
    assert_eq!(
        (&invited.body["email"], &invited.body["display_name"]),
        (&json!(BOB), &Value::Null)
    );
    let path = invited.header("location").to_owned();
    server.settle().await;
    let read = server.with(&admin.access, "GET", &path, None).await;
    assert_eq!(read.body, invited.body);
    login(&server, BOB, PASSWORD).await.is_problem(401, "invalid-credentials");
    let token = smtp.token(BOB, "You are invited to Voice").await;
    let come = async |body: Value| server.open("/api/v1/auth/register", body).await;
    let body = |token: &str| {
        let name = "Bob";
        json!({ "invitation_token": token, "display_name": name, "password": PASSWORD })
    };
    come(body("voice_ln_forged")).await.is_problem(410, "invitation-expired");
    for (member, value, pointer) in [
        ("email", json!(BOB), "/email"),
        ("organization_name", json!("Bob's"), "/organization_name"),
        ("display_name", json!(""), "/display_name"),
        ("password", json!("short"), "/password"),
    ] {
        let mut wrong = body(&token);
        wrong[member] = value;
        let wrong = come(wrong).await;
        wrong.is_problem(422, "validation-failed");
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer);
    }
    assert_eq!(come(body(&token)).await.status, 201);
    come(body(&token)).await.is_problem(410, "invitation-expired");
    let entered = server.enter(BOB, PASSWORD).await;
    assert_eq!(path, format!("/api/v1/users/{}", entered.user));
    let me = server.with(&entered.access, "GET", "/api/v1/auth/me", None).await;
    assert_eq!(
        (&me.body["user"]["role"], &me.body["user"]["display_name"]),
        (&json!("agent"), &json!("Bob"))
    );
    invite(json!({ "email": BOB, "role": "agent" })).await.is_problem(409, "duplicate-resource");
    let taken = json!({ "email": "agent@demo.example", "role": "agent" });
    invite(taken).await.is_problem(409, "duplicate-resource");
    let operator = json!({ "email": "x@example.com", "role": "operator" });
    invite(operator).await.is_problem(403, "forbidden");
    for (wrong, pointer) in [
        (json!({ "role": "agent" }), "/email"),
        (json!({ "email": "bob", "role": "agent" }), "/email"),
        (json!({ "email": "b@example.com", "role": "boss" }), "/role"),
    ] {
        let wrong = invite(wrong).await;
        wrong.is_problem(422, "validation-failed");
        assert_eq!(wrong.body["errors"][0]["pointer"], pointer);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_is_made_twice_with_one_key_is_made_once() {
    let (server, smtp) = start(false).await;
    let authorization = format!("Bearer {}", server.token());
    let invite = async |email: &str, role: &str| {
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", "one"),
        ];
        let body = json!({ "email": email, "role": role }).to_string();
        server.bare("POST", "/api/v1/users", Some(body.into()), &headers).await
    };
    let (first, again) = (invite(BOB, "agent").await, invite(BOB, "agent").await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
    // The key for something else is refused, and takes nothing away.
    invite(BOB, "admin").await.is_problem(422, "idempotency-key-reused");
    invite("carl@example.com", "agent").await.is_problem(422, "idempotency-key-reused");
    let token = smtp.token(BOB, "You are invited to Voice").await;
    let body = json!({ "invitation_token": token, "display_name": "Bob", "password": PASSWORD });
    assert_eq!(server.open("/api/v1/auth/register", body).await.status, 201);
    server.enter(BOB, PASSWORD).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_forgets_their_password_chooses_another_one() {
    let (server, smtp) = start(false).await;
    let agent = server.sign_in(Role::Agent).await;
    let ask = async |email: &str| {
        server.open("/api/v1/auth/password-reset", json!({ "email": email })).await
    };
    let (known, nobody) = (ask("agent@demo.example").await, ask("nobody@demo.example").await);
    assert_eq!((known.status, &known.body), (202, &nobody.body));
    assert_eq!(nobody.status, 202);
    ask("nobody").await.is_problem(422, "validation-failed");
    let token = smtp.token("agent@demo.example", "Choose another password").await;
    let confirm = async |token: &str, password: &str| {
        let body = json!({ "token": token, "password": password });
        server.open("/api/v1/auth/password-reset/confirm", body).await
    };
    let weak = confirm(&token, "short").await;
    weak.is_problem(422, "validation-failed");
    assert_eq!(weak.body["errors"][0]["pointer"], "/password");
    assert_eq!(confirm(&token, ANOTHER).await.status, 204);
    confirm(&token, ANOTHER).await.is_problem(410, "link-expired");
    let old = server.with(&agent.access, "GET", "/api/v1/auth/me", None).await;
    old.is_problem(401, "unauthenticated");
    server.enter("agent@demo.example", ANOTHER).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_addresses_are_verified_nobody_learns_who_has_one() {
    let (server, smtp) = start(true).await;
    let register = async |email: &str| {
        let body = json!({ "email": email, "password": PASSWORD, "display_name": "Bob",
                           "organization_name": "Bob's" });
        server.open("/api/v1/auth/register", body).await
    };
    let (free, taken) = (register(BOB).await, register("agent@demo.example").await);
    assert_eq!((free.status, taken.status), (201, 201));
    assert_eq!(free.body, taken.body);
    login(&server, BOB, PASSWORD).await.is_problem(403, "email-not-verified");
    login(&server, BOB, ANOTHER).await.is_problem(401, "invalid-credentials");
    let mail = smtp.mail("agent@demo.example", "You have an account already").await;
    assert!(!mail.message.contains("token="), "{}", mail.message);
    let token = smtp.token(BOB, "Confirm your e-mail address").await;
    let verify = async |token: &str, password: &str| {
        let body = json!({ "token": token, "password": password });
        server.open("/api/v1/auth/verify-email", body).await
    };
    verify("voice_ln_x", PASSWORD).await.is_problem(410, "link-expired");
    verify(&token, ANOTHER).await.is_problem(401, "invalid-credentials");
    assert_eq!(verify(&token, PASSWORD).await.status, 204);
    verify(&token, PASSWORD).await.is_problem(410, "link-expired");
    assert_eq!(login(&server, BOB, PASSWORD).await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mail_server_says_is_understood() {
    let mail = Mail {
        to: BOB.to_owned(),
        subject: "Ahoj, světe".to_owned(),
        text: "A line with an = in it, and a ž.\n".repeat(9),
    };
    let sent = async |answer: &'static str, mail: &Mail| {
        let smtp = Smtp::start(answer).await;
        let mailer = SmtpMailer::connect(&smtp.url(), "Voice <voice@example.com>").expect("one");
        (mailer.send(mail).await, smtp)
    };
    let (done, smtp) = sent("250 fine", &mail).await;
    assert_eq!(done, Ok(()));
    let came = smtp.mail(BOB, "").await;
    assert!(came.message.contains("From: Voice <voice@example.com>"), "{}", came.message);
    let (refused, _) = sent("550 no such box", &mail).await;
    assert!(matches!(refused, Err(MailError::Refused(_))), "{refused:?}");
    let (later, _) = sent("451 not now", &mail).await;
    assert!(matches!(later, Err(MailError::Later(_))), "{later:?}");
    let nobody = Mail { to: "no box".to_owned(), ..mail.clone() };
    let (refused, _) = sent("250 fine", &nobody).await;
    assert!(matches!(refused, Err(MailError::Refused(_))), "{refused:?}");
    let away = SmtpMailer::connect("smtp://127.0.0.1:1", "voice@example.com").expect("one");
    let away = away.send(&mail).await;
    assert!(matches!(away, Err(MailError::Later(_))), "{away:?}");
    for (url, from) in [("http://x", "voice@example.com"), ("smtp://x", "voice")] {
        let wrong = SmtpMailer::connect(url, from).err();
        assert!(matches!(wrong, Some(MailError::Settings(_))), "{url} {from}");
    }
}
