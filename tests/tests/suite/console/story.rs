//! What people do at the console, in a real browser.

use domain::Role;
use fantoccini::Locator;
use serde_json::json;

use super::browser::{Browser, Scheme};
use crate::http_kit::Server;
use crate::http_transcript_imports::twelve;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// Signs somebody in without a mouse.
pub(super) async fn enter(server: &Server, browser: &Browser, role: Role) {
    let person = server.people().iter().find(|person| person.role == role).expect("a person");
    browser.press(&person.email).await;
    browser.press(TAB).await;
    browser.press(&person.password).await;
    browser.press(ENTER).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_looks_into_a_call_by_keyboard_alone() {
    let server = Server::start().await;
    let Some(browser) = Browser::open(server.address(), Scheme::Light).await else {
        return server.stop().await;
    };
    let calls = twelve(&server).await;
    browser.go("/console").await;
    browser.inspect("sign-in").await;
    enter(&server, &browser, Role::Admin).await;
    browser.until("header .reader", |text| text.contains("admin of Demo")).await;
    // The first stop leads past the navigation.
    browser.go("/console/calls").await;
    browser.press(TAB).await;
    browser.press(ENTER).await;
    let focused = browser.run("return document.activeElement.id", vec![]).await;
    assert_eq!(focused, json!("content"));
    browser.inspect("calls").await;
    let rows = browser.client().find_all(Locator::Css("tbody tr")).await.expect("rows");
    assert_eq!(rows.len(), 12);
    browser.run("document.querySelector('tbody a').focus()", vec![]).await;
    browser.press(ENTER).await;
    browser.until("h1", |text| text == "A call").await;
    browser.inspect("call").await;
    let path = browser.path().await;
    let id = path.rsplit('/').next().expect("an id");
    assert!(calls.iter().any(|(_, call)| call.to_string() == id));
    let api = server.get(&format!("/api/v1/sentiment/calls/{id}")).await.body;
    let score = api["score"].as_f64().expect("a score");
    let shown = browser.text(".tiles div:last-child dd").await;
    assert!(shown.starts_with(&format!("{score:+.2}")), "{shown} of {score}");
    let said = browser.client().find_all(Locator::Css(".said > li")).await.expect("what was said");
    assert_eq!(said.len(), api["utterances"].as_array().map_or(0, Vec::len));
    browser.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_on_the_wall_shows_who_is_there_without_being_asked() {
    let server = Server::start().await;
    let Some(browser) = Browser::open(server.address(), Scheme::Dark).await else {
        return server.stop().await;
    };
    let agent = server.sign_in(Role::Agent).await;
    let be = async |status: &str| {
        let path = format!("/api/v1/agents/{}/status", agent.user);
        let body = Some(json!({ "status": status }));
        let changed = server.with(&agent.access, "PATCH", &path, body).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
    };
    be("available").await;
    server.settle().await;
    browser.go("/console").await;
    enter(&server, &browser, Role::Supervisor).await;
    browser.until("h1", |text| text == "Wallboard").await;
    browser.until("#agents-available", |text| text == "1").await;
    browser.run("window.same = true", vec![]).await;
    browser.inspect("wallboard-dark").await;
    be("break").await;
    browser.until("#agents-break", |text| text == "1").await;
    let available = "return document.querySelector('#agents-available') === null";
    assert_eq!(browser.run(available, vec![]).await, json!(true));
    assert_eq!(browser.run("return window.same === true", vec![]).await, json!(true));
    let hidden = browser.run("return document.querySelector('.stale').hidden", vec![]).await;
    assert_eq!(hidden, json!(true), "it is live");
    // Whoever is signed out elsewhere is led to where one signs in.
    let boss = server.sign_in(Role::Supervisor).await;
    let list = server.with(&boss.access, "GET", "/api/v1/auth/sessions", None).await;
    let sessions = list.body["items"].as_array().expect("sessions");
    let theirs = sessions.iter().find(|session| session["current"] == false).expect("one more");
    let path = format!("/api/v1/auth/sessions/{}", theirs["id"].as_str().expect("an id"));
    assert_eq!(server.with(&boss.access, "DELETE", &path, None).await.status, 204);
    browser.until("h1", |text| text == "Sign in").await;
    assert!(browser.path().await.contains("next=%2Fconsole%2Fwallboard"));
    enter(&server, &browser, Role::Supervisor).await;
    browser.until("#agents-break", |text| text == "1").await;
    // The server stops without waiting for the screen, and the screen says so.
    server.stop().await;
    browser.until(".stale:not([hidden])", |text| text.contains("not up to date")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_looks_at_a_trend_and_at_how_fresh_it_is() {
    let server = Server::start().await;
    let Some(browser) = Browser::open(server.address(), Scheme::Dark).await else {
        return server.stop().await;
    };
    twelve(&server).await;
    let asked = "from=2026-03-01&to=2026-03-15&group_by=day&tz=UTC";
    browser.go(&format!("/console/trends?{asked}")).await;
    browser.inspect("sign-in-dark").await;
    enter(&server, &browser, Role::Analyst).await;
    browser.until("h1", |text| text == "Sentiment").await;
    browser.text(".chart canvas").await;
    browser.inspect("trends-dark").await;
    let api = server.get(&format!("/api/v1/sentiment/trends?{asked}")).await.body;
    let mean = api["total"]["mean"].as_f64().expect("a mean");
    assert_eq!(browser.text(".tiles dd").await, format!("{mean:+.2}"));
    let rows = async || browser.client().find_all(Locator::Css("#trend .scroll tbody tr")).await;
    assert_eq!(rows().await.expect("rows").len(), 12);
    // Another choice comes without another page, and the address says it.
    browser.run("window.same = true", vec![]).await;
    browser.click("select[name=group_by] option[value=week]").await;
    browser.until("#trend .scroll thead th", |text| text == "week").await;
    assert!(rows().await.expect("rows").len() < 5);
    assert_eq!(browser.run("return window.same === true", vec![]).await, json!(true));
    assert!(browser.path().await.contains("group_by=week"));
    browser.text(".chart canvas").await;
    browser.go("/console/projections").await;
    browser.inspect("projections-dark").await;
    let head: i64 = browser.text("#projections strong").await.parse().expect("a number");
    server.ended_call("+420777120003").await;
    let grown = |text: &str| text.parse::<i64>().is_ok_and(|now| now > head);
    browser.until("#projections strong", grown).await;
    // What is refused for now wipes nothing away, and it is said that it may be old.
    let refused = "htmx.ajax('GET', '/console/nowhere', { source: '#projections' })";
    browser.run(refused, vec![]).await;
    browser.text(".stale:not([hidden])").await;
    assert!(grown(&browser.text("#projections strong").await));
    browser.click("header button").await;
    browser.until("h1", |text| text == "Sign in").await;
    browser.go("/console/projections").await;
    browser.until("h1", |text| text == "Sign in").await;
    browser.close().await;
    server.stop().await;
}
