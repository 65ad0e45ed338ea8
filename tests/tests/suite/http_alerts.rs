//! Stories of what somebody has to know: who says when, who is told, and who ends it.

use domain::alert::{Alert, AlertCommand, AlertSubject, Told};
use domain::alert_rule::{AlertRules, SubjectType};
use domain::{AlertId, Role};
use processes::commands::Order;
use serde_json::{Value, json};
use uuid::Uuid;

use super::http_kit::{Answer, Server, SignedIn, call_to, commands, context};

const RULES: &str = "/api/v1/alert-rules";
const ALERTS: &str = "/api/v1/dashboard/alerts";

fn waits(name: &str) -> Value {
    json!({ "name": name, "metric": "longest_wait", "scope": { "type": "org" },
            "operator": "gt", "threshold": 60, "severity": "critical" })
}

/// The same with some fields otherwise, or gone.
fn with(changes: Value) -> Value {
    let mut rule = waits("x");
    for (name, value) in changes.as_object().expect("fields") {
        rule[name] = value.clone();
    }
    rule
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_there_from_the_first_day_and_others_can_be_made_changed_and_taken_away() {
    let server = Server::start().await;
    let list = server.get(RULES).await;
    assert_eq!((list.status, list.header("etag")), (200, "\"v0\""), "{}", list.body);
    let items = list.body["items"].as_array().expect("rules");
    assert_eq!(items.len(), 9);
    assert!(items.iter().all(|rule| rule["standard"] == true && rule["enabled"] == true));
    let first = format!("{RULES}/{}", items[0]["id"].as_str().expect("an id"));
    let key = [("idempotency-key", "once")];
    let made = server.send("POST", RULES, Some(waits("Too long")), &key).await;
    assert_eq!((made.status, made.header("etag")), (201, "\"v1\""), "{}", made.body);
    let told = json!({ "consecutive": 1, "cooldown_seconds": 300, "clear_threshold": 54,
                       "channels": ["feed"], "enabled": true, "standard": false,
                       "window_seconds": null, "unit": "seconds" });
    for (name, value) in told.as_object().expect("fields") {
        let same = made.body[name] == *value || made.body[name].as_f64() == value.as_f64();
        assert!(same, "{name}: {}", made.body);
    }
    let again = server.send("POST", RULES, Some(waits("Too long")), &key).await;
    assert_eq!((again.status, &again.body), (201, &made.body));
    let taken = server.send("POST", RULES, Some(waits("TOO LONG")), &[]).await;
    taken.is_problem(409, "duplicate-resource");
    let path = made.header("location").to_owned();
    let changed = server.send("PATCH", &path, Some(json!({ "threshold": 90 })), &[]).await;
    assert_eq!((changed.status, &changed.body["threshold"]), (200, &json!(90.0)));
    assert_eq!(changed.body["clear_threshold"], 81.0);
    let old = [("if-match", "\"v1\"")];
    let stale = server.send("PATCH", &path, Some(json!({ "threshold": 95 })), &old).await;
    stale.is_problem(412, "version-mismatch");
    let off = server.send("PATCH", &first, Some(json!({ "enabled": false })), &[]).await;
    assert_eq!((off.status, &off.body["enabled"]), (200, &json!(false)), "{}", off.body);
    let kept = server.send("DELETE", &first, None, &[]).await;
    kept.is_problem(409, "invalid-state-transition");
    assert_eq!(server.send("DELETE", &path, None, &[]).await.status, 204);
    server.get(&path).await.is_problem(404, "not-found");
    server.send("DELETE", &path, None, &[]).await.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_rule_is_named_by_its_place() {
    let server = Server::start().await;
    let nobody = "01890000-0000-7000-8000-000000000001";
    for (changes, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "metric": "recording_without_consent" }), "/metric"),
        (json!({ "scope": { "type": "team", "id": nobody } }), "/scope/type"),
        (json!({ "scope": { "type": "queue" } }), "/scope/id"),
        (json!({ "scope": { "type": "org", "name": 1 } }), "/scope/name"),
        (json!({ "operator": "lt" }), "/operator"),
        (json!({ "operator": "about" }), "/operator"),
        (json!({ "threshold": -1 }), "/threshold"),
        (json!({ "threshold": "much" }), "/threshold"),
        (json!({ "window_seconds": 1800 }), "/window_seconds"),
        (json!({ "consecutive": 11 }), "/consecutive"),
        (json!({ "consecutive": 300 }), "/consecutive"),
        (json!({ "cooldown_seconds": 59 }), "/cooldown_seconds"),
        (json!({ "clear_threshold": 61 }), "/clear_threshold"),
        (json!({ "severity": "dire" }), "/severity"),
        (json!({ "channels": ["feed", "webhook"] }), "/channels/1"),
        (json!({ "channels": [] }), "/channels"),
        (json!({ "wakes": "me" }), "/wakes"),
        (
            json!({ "metric": "call_duration", "scope": { "type": "team", "id": nobody } }),
            "/scope/id",
        ),
    ] {
        let refused = server.send("POST", RULES, Some(with(changes)), &[]).await;
        assert_eq!(refused.status, 422, "{pointer}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let webhook = with(json!({ "channels": ["webhook"] }));
    let refused = server.send("POST", RULES, Some(webhook), &[]).await;
    let words = refused.body["errors"][0]["message"].as_str().expect("words").to_owned();
    assert!(words.starts_with("webhook"), "{words}");
    let made = server.send("POST", RULES, Some(waits("one")), &[]).await;
    let path = made.header("location").to_owned();
    for (change, pointer) in [
        (json!({ "metric": "waiting" }), "/metric"),
        (json!({ "scope": { "type": "org" } }), "/scope"),
        (json!({ "threshold": null }), "/threshold"),
        (json!({ "clear_threshold": 99 }), "/clear_threshold"),
    ] {
        let refused = server.send("PATCH", &path, Some(change), &[]).await;
        assert_eq!(refused.status, 422, "{pointer}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisors_have_rules_of_their_teams_and_of_whoever_is_in_them_alone() {
    let server = Server::start().await;
    let (agent, boss) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Supervisor).await);
    let admin = server.sign_in(Role::Admin).await;
    server.settle().await;
    let teams = server.with(&boss.access, "GET", "/api/v1/teams", None).await;
    let own = teams.body["items"][0]["id"].as_str().expect("a team").to_owned();
    let other = json!({ "name": "Others", "time_zone": "UTC" });
    let other = server.send("POST", "/api/v1/teams", Some(other), &[]).await;
    let other = other.body["id"].as_str().expect("a team").to_owned();
    server.settle().await;
    let of = |name: &str, kind: &str, id: Option<&str>| {
        let scope = json!({ "type": kind, "id": id });
        json!({ "name": name, "metric": "call_duration", "scope": scope, "operator": "gt",
                "threshold": 60, "severity": "info" })
    };
    for (name, kind, id, status) in [
        ("one", "team", Some(own.as_str()), 201),
        ("two", "agent", Some(agent.user.as_str()), 201),
        ("three", "team", Some(other.as_str()), 403),
        ("four", "agent", Some(admin.user.as_str()), 403),
        ("five", "queue", Some(own.as_str()), 403),
        ("six", "org", None, 403),
    ] {
        let made = server.with(&boss.access, "POST", RULES, Some(of(name, kind, id))).await;
        assert_eq!(made.status, status, "{name}: {}", made.body);
        if status == 403 {
            made.is_problem(403, "not-your-resource");
        }
    }
    let theirs = server.with(&admin.access, "POST", RULES, Some(of("seven", "org", None))).await;
    let path = theirs.header("location").to_owned();
    let change = Some(json!({ "enabled": false }));
    let refused = server.with(&boss.access, "PATCH", &path, change).await;
    refused.is_problem(403, "not-your-resource");
    let refused = server.with(&boss.access, "DELETE", &path, None).await;
    refused.is_problem(403, "not-your-resource");
    let list = server.with(&boss.access, "GET", RULES, None).await;
    assert_eq!(list.body["items"].as_array().map(Vec::len), Some(12), "they see all of them");
    server.stop().await;
}

/// Somebody has to know of something.
pub(crate) async fn raised(server: &Server, place: usize, subject: AlertSubject) -> String {
    let me = server.get("/api/v1/auth/me").await;
    let org = me.body["organization"]["id"].as_str().expect("an id").parse().expect("an id");
    let rule = &AlertRules::standard().entries()[place];
    let told = Told {
        rule_id: rule.id,
        rule: rule.definition.name.clone(),
        metric: rule.definition.metric,
        operator: rule.definition.operator,
        threshold: rule.definition.threshold,
        window_seconds: rule.definition.window_seconds,
        severity: rule.definition.severity,
        subject,
    };
    let commands = commands(server).await;
    let (id, at) = (Uuid::now_v7(), commands.now());
    let (alert_id, told) = (AlertId::from(id), Box::new(told));
    let raise = AlertCommand::Raise { alert_id, told, value: 7.5, cooldown_seconds: 60, at };
    let order = Order::silent(context(org));
    commands.carry_out::<Alert>(order, Uuid::now_v7(), raise).await.expect("raised");
    id.to_string()
}

pub(crate) fn subject(kind: SubjectType, id: &str) -> AlertSubject {
    AlertSubject { kind, id: id.to_owned() }
}

/// A server with alerts of an agent, of their administrator, of a call of each, of a queue, of a
/// provider and of a payment.
pub(crate) struct Alarmed {
    pub server: Server,
    agent: SignedIn,
    boss: SignedIn,
    admin: SignedIn,
    pub ids: Vec<String>,
}

impl Alarmed {
    pub async fn start() -> Self {
        let server = Server::start().await;
        let agent = server.sign_in(Role::Agent).await;
        let boss = server.sign_in(Role::Supervisor).await;
        let admin = server.sign_in(Role::Admin).await;
        let call = async |token: &str, number: &str| {
            let made = server.with(token, "POST", "/api/v1/calls", Some(call_to(number))).await;
            assert_eq!(made.status, 202, "{}", made.body);
            made.body["id"].as_str().expect("an id").to_owned()
        };
        let own = call(&agent.access, "+420777120001").await;
        let other = call(&admin.access, "+420777130001").await;
        let queue = Uuid::now_v7().to_string();
        let mut ids = Vec::new();
        for (place, kind, id) in [
            (3, SubjectType::Agent, agent.user.as_str()),
            (3, SubjectType::Agent, &admin.user),
            (4, SubjectType::Call, &own),
            (4, SubjectType::Call, &other),
            (0, SubjectType::Queue, &queue),
            (7, SubjectType::Provider, "telephony:simulator"),
            (8, SubjectType::Payment, &queue),
        ] {
            ids.push(raised(&server, place, subject(kind, id)).await);
        }
        server.settle().await;
        Self { server, agent, boss, admin, ids }
    }

    fn of(&self, places: &[usize]) -> Vec<String> {
        places.iter().map(|place| self.ids[*place].clone()).collect()
    }

    /// The ids of a list, the oldest first.
    async fn list(&self, by: &SignedIn, query: &str) -> Vec<String> {
        let listed = self.server.with(&by.access, "GET", &format!("{ALERTS}{query}"), None).await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        let items = listed.body["items"].as_array().expect("alerts");
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).rev().collect()
    }

    async fn say(&self, by: &SignedIn, place: usize, verb: &str) -> Answer {
        let path = format!("{ALERTS}/{}/{verb}", self.ids[place]);
        self.server.with(&by.access, "POST", &path, None).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_told_of_what_is_theirs() {
    let all = Alarmed::start().await;
    let (agent, boss, admin) = (&all.agent, &all.boss, &all.admin);
    assert_eq!(all.list(agent, "").await, all.of(&[0, 2]), "their own");
    assert_eq!(all.list(boss, "").await, all.of(&[0, 2, 4, 5]), "their people's and nobody's");
    assert_eq!(all.list(admin, "").await, all.ids);
    assert_eq!(all.list(admin, "?type=call_duration&severity=info").await, all.of(&[2, 3]));
    assert_eq!(all.list(admin, "?type=frustration").await, all.of(&[]));
    for query in ["?state=old", "?type=webhook_failing", "?severity=dire", "?limit=0", "?x=1"] {
        let refused = all.server.get(&format!("{ALERTS}{query}")).await;
        refused.is_problem(400, "invalid-query");
    }
    let page = all.server.get(&format!("{ALERTS}?limit=5")).await;
    let next = page.body["next_cursor"].as_str().expect("there are more");
    assert_eq!(all.list(admin, &format!("?limit=5&cursor={next}")).await, all.of(&[0, 1]));
    // The summary counts what is in the list.
    let analyst = &all.server.sign_in(Role::Analyst).await;
    for (by, open) in
        [(agent, json!(2)), (boss, json!(4)), (admin, json!(7)), (analyst, Value::Null)]
    {
        let path = "/api/v1/dashboard/summary";
        let summary = all.server.with(&by.access, "GET", path, None).await;
        assert_eq!((summary.status, &summary.body["open_alerts"]), (200, &open));
    }
    // What happened is told, without a word of whom it happened to.
    let path = "/api/v1/dashboard/activity?types=alert.raised";
    for (by, places) in [(agent, &[2, 0][..]), (boss, &[2, 0]), (admin, &[6, 5, 4, 3, 2, 1, 0])] {
        let told = all.server.with(&by.access, "GET", path, None).await;
        let items = told.body["items"].as_array().expect("items");
        let ids: Vec<&str> =
            items.iter().filter_map(|item| item["subject"]["id"].as_str()).collect();
        assert_eq!(ids, all.of(places));
        assert!(!told.text.contains("+42"), "{}", told.text);
    }
    all.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_see_an_alert_and_supervises_says_that_they_know_and_that_it_is_over() {
    let all = Alarmed::start().await;
    let (agent, boss, admin) = (&all.agent, &all.boss, &all.admin);
    all.say(agent, 0, "resolve").await.is_problem(403, "forbidden");
    all.say(boss, 3, "resolve").await.is_problem(404, "not-found");
    let known = all.say(boss, 4, "acknowledge").await;
    assert_eq!((known.status, &known.body["state"]), (200, &json!("acknowledged")));
    let known = all.say(admin, 4, "acknowledge").await;
    assert_eq!(known.body["acknowledged_by"], boss.user.as_str(), "the first stays");
    let over = all.say(boss, 4, "resolve").await;
    assert_eq!((over.status, &over.body["state"]), (200, &json!("resolved")), "{}", over.body);
    assert_eq!(all.say(admin, 4, "resolve").await.status, 200, "it is over");
    all.say(admin, 4, "acknowledge").await.is_problem(409, "invalid-state-transition");
    all.server.settle().await;
    assert_eq!(all.list(admin, "?state=open").await, all.of(&[0, 1, 2, 3, 5, 6]));
    let ended = all.server.get(&format!("{ALERTS}?state=resolved")).await;
    let ended = &ended.body["items"][0];
    let by = json!(boss.user);
    assert_eq!((&ended["resolution"], &ended["resolved_by"]), (&json!("by_hand"), &by));
    assert_eq!((&ended["acknowledged_by"], &ended["rule"]["threshold"]), (&by, &json!(120.0)));
    let told = all.server.get("/api/v1/dashboard/activity?types=alert.resolved").await;
    let told = &told.body["items"][0];
    let rule = &ended["rule"]["name"];
    assert_eq!(told["subject"], json!({ "type": "alert", "id": all.ids[4], "label": rule }));
    all.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_heard_in_a_call_is_told_once_and_both_lists_agree() {
    let server = Server::start().await;
    let made = server.create("live", call_to("+420777120001")).await;
    let call = made.header("location").to_owned();
    server.until(&call, |call| call["answered_at"].is_string()).await;
    let tell = async |from: u32, text: &str| {
        let said = (from..from + 4).map(|at| {
            json!({ "speaker": "customer", "start_ms": at * 1_000, "end_ms": at * 1_000 + 900,
                    "text": text })
        });
        let body = json!({ "segments": said.collect::<Vec<_>>(), "language": "en" });
        let told =
            server.send("POST", &format!("{call}/transcript/segments"), Some(body), &[]).await;
        assert_eq!(told.status, 200, "{}", told.body);
    };
    tell(0, "this is terrible and awful, I hate it").await;
    let heard = "/api/v1/sentiment/alerts";
    let both = async |state: &str, other: &str| {
        let path = format!("{heard}?state={other}");
        let heard = server.until(&path, |list| list["items"][0].is_object()).await;
        let told = server.get(&format!("{ALERTS}?state={state}")).await.body;
        assert_eq!(told["items"].as_array().map(Vec::len), Some(1), "told once: {told}");
        let (heard, told) = (&heard["items"][0], told["items"][0].clone());
        for (name, same) in [
            ("id", "id"),
            ("type", "kind"),
            ("severity", "severity"),
            ("value", "score"),
            ("raised_at", "raised_at"),
            ("acknowledged_by", "acknowledged_by"),
        ] {
            assert_eq!(told[name], heard[same], "{name}: {told} {heard}");
        }
        assert_eq!((&told["subject"]["id"], &told["rule"]), (&heard["call_id"], &Value::Null));
        told["id"].as_str().expect("an id").to_owned()
    };
    let id = both("raised", "open").await;
    let known = server.send("POST", &format!("{ALERTS}/{id}/acknowledge"), None, &[]).await;
    assert_eq!((known.status, &known.body["state"]), (200, &json!("acknowledged")));
    assert_eq!(both("acknowledged", "acknowledged").await, id);
    let over = server.send("POST", &format!("{ALERTS}/{id}/resolve"), None, &[]).await;
    assert_eq!((over.status, &over.body["state"]), (200, &json!("resolved")), "{}", over.body);
    assert_eq!(both("resolved", "cleared").await, id);
    let late = server.send("POST", &format!("{ALERTS}/{id}/acknowledge"), None, &[]).await;
    late.is_problem(404, "not-found");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_looks_by_itself() {
    let server = Server::start_with(|settings| settings.alerts.tick_ms = 50).await;
    let rule = json!({ "name": "At once", "metric": "call_duration", "scope": { "type": "org" },
                       "operator": "gte", "threshold": 0, "severity": "info" });
    assert_eq!(server.send("POST", RULES, Some(rule), &[]).await.status, 201);
    let made = server.create("live", call_to("+420777120001")).await;
    let call = made.header("location").to_owned();
    server.until(&call, |call| call["answered_at"].is_string()).await;
    let list = format!("{ALERTS}?type=call_duration");
    let told = server.until(&list, |list| list["items"][0].is_object()).await;
    assert_eq!(told["items"][0]["rule"]["name"], "At once", "{told}");
    assert!(server.send("POST", &format!("{call}/end"), None, &[]).await.status < 300);
    let over = server.until(&list, |list| list["items"][0]["state"] == "resolved").await;
    assert_eq!(over["items"][0]["resolution"], "cleared", "{over}");
    server.stop().await;
}
