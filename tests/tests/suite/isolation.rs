//! S1 over HTTP: three organizations full of canaries, every operation that takes an id, every
//! role, every id of the others. Generated from the table of operations, so that a new one is in it
//! too.
//!
//! A run makes so many attempts as `VOICE_ISOLATION_ATTEMPTS` says, a few thousand where it does
//! not.

mod asked;
mod filled;
mod named;

use std::collections::BTreeMap;
use std::sync::Arc;

use api::http::operation::Operation;
use api::http::operations::operations;
use domain::{EmailAddress, OrgId, Role, UserId};
use event_store::{Actor, ActorKind};
use futures::{StreamExt, stream};
use processes::SystemIds;
use processes::auth::{Accounts, Passwords, Registration};
use serde_json::{Value, json};
use uuid::Uuid;

use super::http_kit::{Answer, Server, commands};

const PASSWORD: &str = "correct horse battery staple";
const AT_ONCE: usize = 16;
const ATTEMPTS: usize = 4_000;
/// Calls of an organization: enough that no attempt of a long run is made twice.
const CALLS: usize = 12;
const ATTEMPTS_PER_CALL: usize = 860;

/// An organization, its people's tokens, and everything that nobody else may see.
struct Org {
    id: String,
    tokens: Vec<(Role, String)>,
    /// Ids of whatever it has.
    ids: Vec<String>,
    /// Texts that only it has.
    canaries: Vec<String>,
    /// Values of filters that only it has.
    filters: Vec<(&'static str, String)>,
    /// A disposition that only it has.
    code: String,
    cursor: String,
}

struct World {
    server: Server,
    orgs: Vec<Org>,
}

/// What was asked, by whom, and of whom.
struct Attempt<'w> {
    by: usize,
    role: Role,
    token: &'w str,
    operation: &'static Operation,
    path: String,
    /// The same with what nobody has.
    random: String,
}

async fn accounts(server: &Server) -> Accounts {
    let test = server.test();
    let (commands, cheap) = (commands(server).await, Passwords::costing(64, 1).expect("argon2"));
    Accounts::new(
        test.database().clone(),
        commands,
        Arc::new(SystemIds),
        cheap,
        test.secrets(),
        false,
    )
}

async fn people(server: &Server, accounts: &Accounts, name: &str) -> (String, Vec<(Role, String)>) {
    let admin = format!("admin@{name}.example");
    let body = json!({ "email": admin, "password": PASSWORD, "display_name": name,
                       "organization_name": name });
    assert_eq!(server.open("/api/v1/auth/register", body).await.status, 201);
    let entered = server.enter(&admin, PASSWORD).await;
    let me = server.with(&entered.access, "GET", "/api/v1/auth/me", None).await;
    let org = me.body["organization"]["id"].as_str().expect("an id").to_owned();
    let mut tokens = vec![(Role::Admin, entered.access)];
    for role in Role::ALL.iter().filter(|role| **role != Role::Admin) {
        let email = format!("{role}@{name}.example");
        let registration = Registration {
            org: OrgId::from(org.parse::<Uuid>().expect("an id")),
            user: UserId::from(Uuid::now_v7()),
            email: EmailAddress::parse(&email).expect("an address"),
            name: name.to_owned(),
            role: *role,
            password: PASSWORD.to_owned(),
        };
        let actor = Actor { kind: ActorKind::System, id: "test".to_owned(), role: None };
        accounts.register_user(registration, actor).await.expect("registered");
        tokens.push((*role, server.enter(&email, PASSWORD).await.access));
    }
    (org, tokens)
}

/// Fills an organization.
async fn org(server: &Server, accounts: &Accounts, number: usize, calls: usize) -> Org {
    let name = format!("canary{number}");
    let (id, tokens) = people(server, accounts, &name).await;
    let mut org = Org {
        ids: vec![id.clone()],
        canaries: vec![name.clone(), id.clone(), format!("+42077{number}")],
        filters: Vec::new(),
        code: name.clone(),
        cursor: String::new(),
        id,
        tokens,
    };
    filled::called(server, &mut org, &name, number, calls).await;
    let (_, admin) = &org.tokens[0];
    filled::defined(server, admin, &name).await;
    let me = server.with(admin, "GET", "/api/v1/auth/me", None).await;
    let user = me.body["user"]["id"].as_str().expect("an id").to_owned();
    let agent = json!({ "user_id": user, "display_name": name, "address": "client:x",
                        "skills": [{ "name": name, "level": 1 }] });
    assert_eq!(server.with(admin, "POST", "/api/v1/agents", Some(agent)).await.status, 201);
    let team = json!({ "name": format!("team of {name}"), "description": name });
    let team = server.with(admin, "POST", "/api/v1/teams", Some(team)).await;
    let path = format!("{}/members", team.header("location"));
    let member = json!({ "user_id": user, "role": "supervisor" });
    assert_eq!(server.with(admin, "POST", &path, Some(member)).await.status, 200);
    let team = team.body["id"].as_str().expect("an id").to_owned();
    org.filters.push(("team_id", team.clone()));
    org.filters.push(("parent_team_id", team.clone()));
    org.filters.push(("skill", name.clone()));
    org.ids.push(team);
    org.ids.push(filled::dead_letter(server, &org.id).await);
    org.ids.extend(filled::payment(server, admin, &name, &org.ids[1]).await);
    let segment = filled::segment(server, admin, &name).await;
    org.filters.push(("segment_id", segment.clone()));
    org.ids.push(segment);
    org.ids.push(filled::rule(server, admin, &name).await);
    org.ids.push(filled::alert(server, admin, calls).await);
    org.ids.push(filled::suppressed(server, admin, number).await);
    org.ids.push(filled::numbers(server, admin, (&name, number)).await);
    org.ids.push(filled::reset(server, admin, &org.filters).await);
    org.ids.push(filled::imported(server, admin, (&name, number), &org.filters).await);
    org.ids.push(filled::exported(server, admin, &org.filters).await);
    let sessions = server.with(admin, "GET", "/api/v1/auth/sessions", None).await;
    let session = sessions.body["items"][0]["id"].as_str().expect("an id").to_owned();
    org.filters.push(("agent_id", user.clone()));
    org.filters.push(("user_id", user.clone()));
    org.ids.extend([session, user]);
    org.canaries.extend(org.ids.iter().skip(1).cloned());
    org
}

impl World {
    async fn create(calls: usize) -> Self {
        let server = Server::start().await;
        let accounts = accounts(&server).await;
        let mut orgs = Vec::new();
        for number in 1..=3 {
            orgs.push(org(&server, &accounts, number, calls).await);
        }
        server.settle().await;
        for org in &mut orgs {
            let page = server.with(&org.tokens[0].1, "GET", "/api/v1/calls?limit=1", None).await;
            org.cursor = page.body["next_cursor"].as_str().expect("a cursor").to_owned();
        }
        Self { server, orgs }
    }

    /// Every attempt there is on the ids of the others, and on values of filters.
    fn attempts(&self) -> Vec<Attempt<'_>> {
        let mut attempts = Vec::new();
        for (by, org) in self.orgs.iter().enumerate() {
            let others = || self.orgs.iter().filter(|other| other.id != org.id);
            for (role, token) in &org.tokens {
                let mut add = |operation, path, random| {
                    attempts.push(Attempt { by, role: *role, token, operation, path, random });
                };
                for operation in operations().filter(|known| known.needs_caller()) {
                    let random = Uuid::new_v4().to_string();
                    let takes_id = operation.path.contains("{id}");
                    let takes_code = operation.path.contains("{code}");
                    for code in others().map(|other| &other.code).filter(|_| takes_code) {
                        let put = |code: &str| operation.path.replace("{code}", code);
                        add(operation, put(code), put("code_of_nobody"));
                    }
                    for id in others().flat_map(|other| &other.ids).filter(|_| takes_id) {
                        let put = |id: &str| {
                            let path = operation.path.replace("{id}", id);
                            let path = path.replace("{user_id}", id).replace("{refund_id}", id);
                            let path = path.replace("{contact_id}", id).replace("{reset_id}", id);
                            path.replace("{seq}", "1").replace("{agent_id}", id)
                        };
                        add(operation, put(id), put(&random));
                    }
                    let Some((dates, filters)) = asked::filters(operation.id) else { continue };
                    for (name, value) in others().flat_map(|other| &other.filters) {
                        let nobodys = match *name {
                            "number" => "%2B420999999999",
                            "tag" | "skill" => "nobody",
                            _ => random.as_str(),
                        };
                        let put = |value: &str| format!("{}?{dates}{name}={value}", operation.path);
                        if filters.contains(name) {
                            add(operation, put(value), put(nobodys));
                        }
                    }
                }
            }
        }
        attempts
    }

    async fn ask(&self, attempt: &Attempt<'_>, path: &str) -> Answer {
        let body = asked::body(attempt.operation.id);
        self.server.with(attempt.token, attempt.operation.method, path, body).await
    }

    /// What in a text belongs to others.
    fn leaks(&self, by: usize, text: &str) -> Vec<String> {
        let others = self.orgs.iter().enumerate().filter(|(other, _)| *other != by);
        let canaries = others.flat_map(|(_, org)| &org.canaries);
        canaries.filter(|canary| text.contains(canary.as_str())).cloned().collect()
    }

    /// Whether an attempt was answered as one on what nobody has, and told nothing.
    async fn judge(&self, attempt: &Attempt<'_>) -> Vec<String> {
        let told = self.ask(attempt, &attempt.path).await;
        let nothing = self.ask(attempt, &attempt.random).await;
        let what = format!("{} {} {}", attempt.role, attempt.operation.method, attempt.path);
        let mut found = Vec::new();
        let (told_of, nothing_of) = (comparable(&told), comparable(&nothing));
        if told_of != nothing_of {
            found.push(format!("{what}: {told_of:?} is not {nothing_of:?}"));
        }
        // What was asked for stands in `instance` and in a normalized question: that is no news.
        let text = told.without_occurrence();
        let text = without_question(text).to_string();
        found.extend(self.leaks(attempt.by, &text).iter().map(|leak| format!("{what}: {leak}")));
        found
    }
}

/// Of a report everything but the question, which holds what was asked for, and when it was made.
fn without_question(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.remove("query");
        members.remove("as_of");
        members.remove("at");
        // The name of a cell is the question once more.
        members.remove("total_cell");
        let series = members.get_mut("series").and_then(Value::as_array_mut);
        for cell in series.into_iter().flatten().filter_map(Value::as_object_mut) {
            cell.remove("cell");
        }
    }
    body
}

/// What two answers have to have in common: all but what names the very request.
fn comparable(answer: &Answer) -> (u16, Value, BTreeMap<&'static str, String>) {
    let names = ["etag", "location", "content-type", "retry-after", "x-event-position"];
    let headers = names.iter().map(|name| (*name, answer.header(name).to_owned())).collect();
    (answer.status, without_question(answer.without_occurrence()), headers)
}

fn wanted() -> usize {
    let wanted = std::env::var("VOICE_ISOLATION_ATTEMPTS").ok();
    wanted.map_or(ATTEMPTS, |wanted| wanted.parse().expect("a number of attempts"))
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_nobody_sees_changes_or_detects_what_others_have() {
    let wanted = wanted();
    let world = World::create(CALLS.max(wanted.div_ceil(ATTEMPTS_PER_CALL))).await;
    let every = world.attempts();
    let asked: std::collections::BTreeSet<&str> =
        every.iter().map(|attempt| attempt.operation.id).collect();
    let taking: Vec<&str> = operations()
        .filter(|known| known.needs_caller())
        .filter(|known| {
            let takes = known.path.contains("{id}") || known.path.contains("{code}");
            takes || known.id.starts_with("list")
        })
        .filter(|known| {
            let unfiltered = [
                "listSessions",
                "listUsers",
                "listErasures",
                "listDeadLetters",
                "listCircuitBreakers",
                "listProjections",
                "summarizePayments",
                "listNumberImports",
                "listSegments",
                "listActivity",
                "listAlerts",
                "listAlertRules",
                "listExports",
            ];
            !unfiltered.contains(&known.id)
        })
        .map(|known| known.id)
        .collect();
    assert!(taking.iter().all(|id| asked.contains(id)), "{taking:?} of {asked:?}");
    let before = facts(&world).await;
    // A prime step goes through all of them in another order, however many are wanted.
    let chosen = (0..wanted).map(|number| &every[number * 7_919 % every.len()]);
    let mut judged =
        stream::iter(chosen).map(|attempt| world.judge(attempt)).buffer_unordered(AT_ONCE);
    let (mut made, mut found) = (0_usize, Vec::new());
    while let Some(more) = judged.next().await {
        made += 1;
        found.extend(more);
    }
    drop(judged);
    println!("{made} attempts of {} kinds, {} leaks", every.len(), found.len());
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(facts(&world).await, before, "something was written");
    world.server.stop().await;
}

/// How many facts each organization has: no attempt may add one.
async fn facts(world: &World) -> Vec<(String, i64)> {
    use sqlx::Connection;
    let url = world.server.test().superuser();
    let mut admin = sqlx::PgConnection::connect_with(&url).await.expect("in");
    sqlx::query_as(
        "SELECT org_id::text, count(*) FROM events
         WHERE event_type NOT IN ('CallEnded', 'CallRinging', 'CallDialSubmitted',
                                  'PermissionDenied')
         GROUP BY 1 ORDER BY 1",
    )
    .fetch_all(&mut admin)
    .await
    .expect("facts")
}

/// The control: one row in the wrong organization, and the run sees it.
#[tokio::test(flavor = "multi_thread")]
async fn s1_a_leak_would_be_seen() {
    use sqlx::{Connection, Executor};
    let world = World::create(CALLS).await;
    let url = world.server.test().superuser();
    let mut admin = sqlx::PgConnection::connect_with(&url).await.expect("in");
    let (one, two) = (&world.orgs[0].id, &world.orgs[1].id);
    let moved = format!("UPDATE calls SET org_id = '{one}' WHERE org_id = '{two}'");
    admin.execute(moved.as_str()).await.expect("moved");
    let every = world.attempts();
    let mut found = Vec::new();
    for attempt in every.iter().filter(|attempt| attempt.by == 0 && attempt.role == Role::Admin) {
        if attempt.operation.id == "getCall" {
            found.extend(world.judge(attempt).await);
        }
    }
    assert!(
        found.iter().any(|leak| leak.contains("is not")),
        "a foreign id is told from a random one"
    );
    assert!(found.iter().any(|leak| leak.ends_with("canary2")), "a canary is seen");
    world.server.stop().await;
}
