//! Who is signed in at the console.

use domain::Role;

use super::window::{OURS, Window};
use crate::http_kit::Server;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_a_page_before_signing_in_and_then_the_one_they_wanted() {
    let server = Server::start().await;
    let mut window = Window::open(&server);
    for path in ["/console", "/console/trends", "/console/calls?live=true", "/console/projections"]
    {
        let seen = window.get(path).await;
        let back = path.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        let location = format!("/console/sign-in?next={back}");
        assert_eq!((seen.status, seen.location), (303, location));
    }
    let form = window.get("/console/sign-in?next=%2Fconsole%2Fcalls%3Flive%3Dtrue").await;
    assert!(form.text.contains(r#"name="next" value="/console/calls?live=true""#), "{}", form.text);
    let person = server.people().iter().find(|person| person.role == Role::Auditor);
    let person = person.expect("a person");
    let next = ("next", "/console/calls?live=true");
    let wrong = [("email", person.email.as_str()), ("password", "a wrong one"), next];
    let refused = window.post("/console/sign-in", &wrong, &[OURS]).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains(r#"role="alert""#) && refused.text.contains(&person.email));
    assert!(!refused.text.contains("a wrong one") && window.set.is_empty());
    let right = [("email", person.email.as_str()), ("password", person.password.as_str()), next];
    let entered = window.post("/console/sign-in", &right, &[OURS]).await;
    assert_eq!((entered.status, entered.location.as_str()), (303, "/console/calls?live=true"));
    assert_eq!(window.set.len(), 2);
    for cookie in &window.set {
        assert!(
            cookie.contains("; Path=/console; ") && cookie.contains("; HttpOnly; SameSite=Lax")
        );
    }
    assert_eq!(window.get("/console/calls?live=true").await.status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_its_access_token_and_ends_for_good_by_signing_out() {
    let server = Server::start().await;
    let mut window = Window::entered(&server, Role::Admin).await;
    let first = window.lose("voice_access").expect("a token");
    let before = window.lose("voice_refresh").expect("a token");
    window.keep("voice_refresh", &before);
    assert_eq!(window.get("/console/projections").await.status, 200);
    let second = window.lose("voice_access").expect("a new token");
    let after = window.lose("voice_refresh").expect("a new token");
    assert!(first != second && before != after);
    window.keep("voice_access", &second);
    window.keep("voice_refresh", &after);
    let out = window.post("/console/sign-out", &[], &[OURS]).await;
    assert_eq!((out.status, out.location.as_str()), (303, "/console/sign-in"));
    assert_eq!(window.lose("voice_access"), None);
    // Who has kept a copy has nothing.
    for (name, value) in [("voice_access", &second), ("voice_refresh", &after)] {
        window.keep(name, value);
        let seen = window.get("/console/projections").await;
        assert_eq!(seen.status, 303, "{name}");
        assert!(seen.location.starts_with("/console/sign-in"), "{}", seen.location);
        window.lose(name);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_site_acts_in_somebodys_name() {
    let server = Server::start().await;
    let mut window = Window::entered(&server, Role::Admin).await;
    let host = server.address().to_owned();
    let (ours, theirs) = (format!("http://{host}"), "http://elsewhere.example".to_owned());
    for headers in [
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", theirs.as_str())],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site"), ("origin", ours.as_str())],
    ] {
        for path in ["/console/sign-out", "/console/sign-in"] {
            let refused = window.post(path, &[("email", "a"), ("password", "b")], &headers).await;
            assert_eq!(refused.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(window.get("/console/projections").await.status, 200, "still signed in");
    let out = window.post("/console/sign-out", &[], &[("origin", ours.as_str())]).await;
    assert_eq!(out.status, 303);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_a_page_is_open_is_told_as_it_fits_who_asks() {
    let server = Server::start().await;
    let mut window = Window::entered(&server, Role::Admin).await;
    let access = window.lose("voice_access").expect("a token");
    let refresh = window.lose("voice_refresh").expect("a token");
    let out = server.with(&access, "POST", "/api/v1/auth/logout", None).await;
    assert_eq!(out.status, 204);
    for (path, header, status) in [
        ("/console/projections", ("hx-request", "true"), 204),
        ("/console/wallboard/stream", ("accept", "text/event-stream"), 200),
        ("/console/calls?live=true", ("accept", "text/html"), 303),
    ] {
        window.keep("voice_access", &access);
        window.keep("voice_refresh", &refresh);
        let seen = window.get_with(path, &[header]).await;
        assert_eq!(seen.status, status, "{path}");
        assert_eq!(seen.text.contains("event: over"), status == 200, "{path}");
        let back = "/console/sign-in?next=%2Fconsole%2Fcalls%3Flive%3Dtrue";
        assert_eq!(seen.location == back, status == 303, "{path} {}", seen.location);
        // What is good for nothing is not sent again.
        assert_eq!((window.lose("voice_access"), window.lose("voice_refresh")), (None, None));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_is_good_counts_beside_an_access_token_that_is_not() {
    let server = Server::start().await;
    let mut window = Window::entered(&server, Role::Admin).await;
    window.keep("voice_access", "stale");
    assert_eq!(window.get("/console/calls").await.status, 200);
    assert_ne!(window.lose("voice_access").as_deref(), Some("stale"));
    server.stop().await;
}
