//! What somebody has to know, as people see it and say that they do.

use domain::Role;
use domain::alert_rule::SubjectType;
use fantoccini::Locator;

use super::browser::{Browser, Scheme};
use super::story::enter;
use super::window::{OURS, Window};
use crate::http_alerts::{Alarmed, raised, subject};

#[tokio::test(flavor = "multi_thread")]
async fn people_see_their_alerts_and_say_that_they_know() {
    let all = Alarmed::start().await;
    let (server, [of_agent, .., of_queue, _, _]) = (&all.server, all.ids.as_slice()) else {
        panic!("seven alerts");
    };
    let rows = |text: &str| text.matches("<th scope=\"row\">").count();
    let mut boss = Window::entered(server, Role::Supervisor).await;
    let seen = boss.get("/console/alerts").await;
    assert_eq!((seen.status, rows(&seen.text)), (200, 4), "{}", seen.text);
    assert!(seen.text.contains("agent Agent") && seen.text.contains("longest wait &#62; 120"));
    let path = |id: &str, what: &str| format!("/console/alerts/{id}/{what}?state=open&severity=");
    let others = boss.post(&path(of_queue, "acknowledge"), &[], &[]).await;
    assert_eq!(others.status, 403, "it is no page of ours");
    let known = boss.post(&path(of_queue, "acknowledge"), &[], &[OURS]).await;
    assert_eq!(known.status, 303);
    let back = known.location;
    assert!(back.starts_with("/console/alerts?state=open&after="), "{back}");
    // The page after it has what was said.
    let seen = boss.get(&back).await;
    assert_eq!((rows(&seen.text), seen.text.matches("I know").count()), (4, 3), "{}", seen.text);
    let known = boss.get("/console/alerts?state=acknowledged").await;
    assert_eq!(rows(&known.text), 1, "{}", known.text);
    assert!(!known.text.contains("I know") && known.text.contains("It is over"));
    assert_eq!(boss.post(&path(of_queue, "resolve"), &[], &[OURS]).await.status, 303);
    server.settle().await;
    assert_eq!(rows(&boss.get("/console/alerts").await.text), 3);
    assert_eq!(rows(&boss.get("/console/alerts?state=all").await.text), 4);
    assert_eq!(boss.post(&path(of_queue, "acknowledge"), &[], &[OURS]).await.status, 409);
    for nothing in [path(of_queue, "forget"), path("x", "resolve")] {
        assert_eq!(boss.post(&nothing, &[], &[OURS]).await.status, 404);
    }
    assert_eq!(boss.get("/console/alerts?state=old").await.status, 400);
    // Agents know of what is about them, and do not say that it is over.
    let mut agent = Window::entered(server, Role::Agent).await;
    let seen = agent.get("/console/alerts").await;
    assert_eq!(rows(&seen.text), 2, "{}", seen.text);
    assert!(!seen.text.contains("It is over"), "{}", seen.text);
    assert_eq!(agent.post(&path(of_agent, "resolve"), &[], &[OURS]).await.status, 403);
    let mut analyst = Window::entered(server, Role::Analyst).await;
    assert_eq!(analyst.get("/console/alerts").await.status, 403);
    assert!(!analyst.get("/console/trends").await.text.contains("/console/alerts"));
    // What is about all of them has no id that would tell anybody anything.
    raised(server, 1, subject(SubjectType::Organization, "01890000")).await;
    server.settle().await;
    let seen = Window::entered(server, Role::Admin).await.get("/console/alerts").await;
    assert!(seen.text.contains("the organization") && !seen.text.contains("01890000"));
    all.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_acknowledged_by_keyboard() {
    let all = Alarmed::start().await;
    let server = &all.server;
    let Some(browser) = Browser::open(server.address(), Scheme::Light).await else {
        return all.server.stop().await;
    };
    browser.go("/console/alerts").await;
    enter(server, &browser, Role::Admin).await;
    browser.until("h1", |text| text == "Alerts").await;
    browser.inspect("alerts").await;
    let id = all.ids.last().expect("an alert");
    browser.run(&format!("document.getElementById('know-{id}').focus()"), vec![]).await;
    // The list comes anew by itself, and takes nobody's place away.
    browser.run("document.getElementById('alerts').className = 'old'", vec![]).await;
    browser.text("#alerts:not(.old)").await;
    let focused = browser.run("return document.activeElement.id", vec![]).await;
    assert_eq!(focused, format!("know-{id}"));
    browser.press("\u{e007}").await;
    let state = format!("tr:has(#over-{id}) td:nth-of-type(5)");
    browser.until(&state, |text| text.starts_with("acknowledged")).await;
    let known = browser.client().find_all(Locator::Css(&format!("#know-{id}"))).await;
    assert!(known.expect("an answer").is_empty(), "it is said once");
    browser.close().await;
    all.server.stop().await;
}
