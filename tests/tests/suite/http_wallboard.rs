//! The wallboard: every number that a screen shows is the one that is answered elsewhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::boards::{Boards, Scope};
use api::http::caller::Caller;
use domain::call::{
    Call, CallCommand, ConnectVia, Enqueue, InboundCall, Observation, ObservedStatus, Provider,
    WrapUp, WrapUpMode,
};
use domain::campaign::pacing::Answers;
use domain::campaign::{Campaign, CampaignCommand};
use domain::{CallId, Decider, OrgId, PhoneNumber, QueueId, Role, SubjectId, Timestamp, UserId};
use futures::future::join_all;
use processes::commands::Order;
use processes::{Commands, SystemClock};
use projections::figures::read::Tz;
use serde_json::{Value, json};
use tests::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::http_campaigns::active;
use super::http_kit::{Answer, Server, SignedIn, call_to, commands, context};
use super::http_teams::{ask, id, made};

const BOARD: &str = "/api/v1/dashboard/wallboard";

/// People who call an organization, past HTTP.
pub struct Callers {
    commands: Commands,
    org: OrgId,
}

impl Callers {
    pub async fn of(server: &Server) -> Self {
        let me = server.get("/api/v1/auth/me").await;
        let org = me.body["organization"]["id"].as_str().expect("an id").parse::<Uuid>();
        Self { commands: commands(server).await, org: OrgId::from(org.expect("an id")) }
    }

    async fn run<A: Decider>(&self, id: Uuid, command: A::Command)
    where
        A::Error: std::fmt::Debug,
    {
        let order = Order::<A>::silent(context(self.org.uuid()));
        self.commands.carry_out(order, id, command).await.expect("it is done");
    }

    /// Somebody calls and waits in a queue since an instant.
    pub async fn waits(&self, queue: u128, at: Timestamp) -> CallId {
        let call = self.comes(at).await;
        let queue_id = QueueId::from(Uuid::from_u128((4 << 64) | queue));
        let place = Enqueue { queue_id, priority: 50, required_skills: vec![], language: None };
        self.call(call, CallCommand::Enqueue { place, at }).await;
        call
    }

    /// Somebody calls, and we have answered.
    pub async fn comes(&self, at: Timestamp) -> CallId {
        let call = CallId::from(Uuid::now_v7());
        let to = PhoneNumber::parse("+420800123456").expect("a number");
        let inbound = InboundCall {
            provider: Provider::Simulator,
            provider_call_id: format!("in-{call}"),
            from: None,
            to,
            subject: SubjectId::from(Uuid::now_v7()),
            flow: None,
            forwarded_from: None,
            at,
        };
        self.call(call, CallCommand::RegisterInbound(Box::new(inbound))).await;
        self.observed(call, ObservedStatus::Answered, at).await;
        call
    }

    pub async fn call(&self, call: CallId, command: CallCommand) {
        self.run::<Call>(call.uuid(), command).await;
    }

    async fn observed(&self, call: CallId, status: ObservedStatus, at: Timestamp) {
        let observation = Observation {
            status,
            provider_call_id: Some(format!("in-{call}")),
            provider_at: at,
            recorded_at: at,
            duration_seconds: None,
            answered_by: None,
            sip_code: None,
        };
        self.call(call, CallCommand::Observe(observation)).await;
    }

    /// They hang up.
    pub async fn leaves(&self, call: CallId, at: Timestamp) {
        self.observed(call, ObservedStatus::Completed, at).await;
    }

    /// Somebody takes it.
    async fn taken(&self, call: CallId, at: Timestamp) {
        let agent_id = Uuid::now_v7().into();
        let wrap_up = WrapUp { mode: WrapUpMode::Timed, seconds: 30 };
        let via = ConnectVia::Pickup;
        self.call(call, CallCommand::ConnectAgent { agent_id, via, wrap_up, at }).await;
    }
}

/// What is looked at: today, in the zone of the answers.
fn today(board: &Value) -> (Timestamp, String) {
    let since: Timestamp = board["today_since"].as_str().expect("text").parse().expect("instant");
    let tomorrow = since.plus_ms(86_400_000);
    (since, format!("from={since}&to={tomorrow}&tz=UTC"))
}

fn find<'v>(list: &'v Value, field: &str, value: &Value) -> &'v Value {
    let mut items = list.as_array().expect("a list").iter();
    items.find(|item| item.pointer(field) == Some(value)).unwrap_or(&Value::Null)
}

/// Everything on a board is what the other operations say to the same person.
async fn agree(server: &Server, who: &SignedIn, team: &str) -> Value {
    let get = async |path: String| -> Answer {
        let answer = ask(server, who, ("GET", &path), None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer
    };
    let board = get(format!("{BOARD}{team}")).await.body;
    let now = get(format!("/api/v1/analytics/realtime{team}")).await.body;
    for part in ["agents", "calls", "waiting"] {
        assert_eq!(board[part], now[part], "{part} of {board}");
    }
    let at: Timestamp = board["at"].as_str().expect("text").parse().expect("an instant");
    let (_, day) = today(&board);
    let queues = get(format!("/api/v1/analytics/queues?{day}")).await.body;
    let listed = board["queues"].as_array().expect("queues");
    assert_eq!(listed.len(), now["queues"].as_array().map_or(0, Vec::len), "{board} {now}");
    for queue in listed {
        let live = find(&now["queues"], "/queue", &queue["queue"]);
        assert_eq!(queue["waiting"], live["waiting"], "{queue} {live}");
        let since = queue["waiting_since"].as_str().map(|since| since.parse().expect("instant"));
        let waited = since.map(|since: Timestamp| at.since_ms(since) / 1_000);
        assert_eq!(queue["longest_wait_seconds"], json!(waited), "{queue}");
        let later = live["longest_wait_seconds"].as_i64();
        let near = waited.zip(later).map(|(one, two)| (0..=20).contains(&(two - one)));
        assert_eq!((waited.is_some(), near.unwrap_or(true)), (later.is_some(), true), "{live}");
        let cell = &find(&queues["series"], "/dims/queue", &queue["queue"])["metrics"];
        for figure in ["offered", "answered", "abandoned", "service_level"] {
            assert_eq!(queue["today"][figure], live["today"][figure], "{figure} of {queue}");
            assert_eq!(queue["today"][figure], cell[figure], "{figure} of {queue}");
        }
    }
    let campaigns = get(format!("/api/v1/analytics/campaigns?{day}")).await.body;
    for campaign in board["campaigns"].as_array().expect("campaigns") {
        let id = &campaign["campaign_id"];
        let cell = find(&campaigns["series"], "/dims/campaign", id);
        assert_eq!(campaign["metrics"]["attempts"], cell["metrics"]["attempts"], "{cell}");
        let standing = find(&campaigns["standing"], "/campaign_id", id);
        let abandoned = &standing["metrics"]["abandonment_regulatory"];
        assert_eq!(&campaign["metrics"]["abandonment_regulatory"], abandoned, "{campaign}");
        assert_eq!(campaign["limit"], standing["limit"]);
        let path = format!("/api/v1/campaigns/{}", id.as_str().expect("an id"));
        let dialer = get(format!("{path}/dialer")).await.body;
        assert_eq!(campaign["throttled"], dialer["throttled"], "{campaign}");
        assert_eq!(campaign["name"], get(path).await.body["name"]);
    }
    if team.is_empty() {
        let open = get("/api/v1/dashboard/alerts?state=open&limit=100".to_owned()).await.body;
        assert_eq!(board["open_alerts"], open["items"].as_array().map_or(0, Vec::len));
    }
    board
}

/// An angry customer on the line of whoever this is, which does not end: somebody has to know.
async fn angry(server: &Server, who: &SignedIn, call: Value) -> String {
    let made = server.with(&who.access, "POST", "/api/v1/calls", Some(call)).await;
    assert_eq!(made.status, 202, "{}", made.body);
    let path = made.header("location").to_owned();
    server.until(&path, |call| call["answered_at"].is_string()).await;
    let said = |at: u32| {
        json!({ "speaker": "customer", "start_ms": at, "end_ms": at + 1,
                "text": "this is a terrible awful disaster" })
    };
    let said = json!({ "language": "en", "segments": [said(0), said(1), said(2)] });
    let told = server.send("POST", &format!("{path}/transcript/segments"), Some(said), &[]).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let of = format!("/api/v1/sentiment/alerts?state=open&call_id={}", id(&path));
    server.until(&of, |open| open["items"].as_array().is_some_and(|all| !all.is_empty())).await;
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_the_wallboard_is_that_of_realtime_and_analytics() {
    let server = Server::start_at_work().await;
    let (admin, boss, agent) = (
        server.sign_in(Role::Admin).await,
        server.sign_in(Role::Supervisor).await,
        server.sign_in(Role::Agent).await,
    );
    let auditor = server.sign_in(Role::Auditor).await;
    let profile =
        json!({ "user_id": admin.user, "display_name": "Ann", "address": "sip:a@b.example" });
    ask(&server, &admin, ("POST", "/api/v1/agents"), Some(profile)).await;
    for (who, status) in [(&admin, "training"), (&agent, "available")] {
        let path = format!("/api/v1/agents/{}/status", who.user);
        let set = ask(&server, &admin, ("PATCH", &path), Some(json!({ "status": status }))).await;
        assert_eq!(set.status, 200, "{}", set.body);
    }
    server.settle().await;
    let empty = agree(&server, &admin, "").await;
    assert_eq!((&empty["waiting"], &empty["queues"]), (&json!(0), &json!([])), "{empty}");
    let callers = Callers::of(&server).await;
    let (_, now) = (today(&empty), empty["at"].as_str().expect("text"));
    let now: Timestamp = now.parse().expect("an instant");
    callers.waits(1, now.plus_ms(-90_000)).await;
    callers.waits(1, now.plus_ms(-30_000)).await;
    let gone = callers.waits(1, now.plus_ms(-300_000)).await;
    callers.leaves(gone, now.plus_ms(-288_000)).await;
    let (fast, slow) = (
        callers.waits(2, now.plus_ms(-60_000)).await,
        callers.waits(2, now.plus_ms(-90_000)).await,
    );
    callers.taken(fast, now.plus_ms(-52_000)).await;
    callers.taken(slow, now.plus_ms(-40_000)).await;
    let campaign = active(&server, json!({}), &["+420777120009"]).await;
    let at = now.plus_ms(1);
    let throttle = CampaignCommand::Weigh { answers: Answers { live: 200, abandoned: 8 }, at };
    callers.run::<Campaign>(id(&campaign).parse().expect("an id"), throttle).await;
    let called = json!({ "to": "+420777120009", "campaign_id": id(&campaign) });
    angry(&server, &agent, called).await;
    angry(&server, &admin, call_to("+420777130009")).await;
    server.settle().await;
    let seen = agree(&server, &admin, "").await;
    let queue = |number: u128| json!(Uuid::from_u128((4 << 64) | number).to_string());
    let (one, two) = (queue(1), queue(2));
    let (one, two) = (find(&seen["queues"], "/queue", &one), find(&seen["queues"], "/queue", &two));
    assert_eq!((&one["waiting"], &one["today"]["offered"]["value"]), (&json!(2), &json!(1)));
    assert_eq!(two["today"]["service_level"]["value"], json!(0.5), "{two}");
    assert_eq!((&seen["open_alerts"], &seen["agents"]["training"]), (&json!(2), &json!(1)));
    let calling = &seen["campaigns"][0];
    assert_eq!(
        (&calling["throttled"], &calling["metrics"]["attempts"]["value"]),
        (&json!(true), &json!(1)),
        "{seen}"
    );
    let theirs = agree(&server, &boss, "").await;
    assert_eq!((&theirs["open_alerts"], &theirs["agents"]["training"]), (&json!(1), &Value::Null));
    assert_eq!(agree(&server, &auditor, "").await["open_alerts"], 2);
    teams(&server, &admin, &boss).await;
    server.stop().await;
}

/// A board of a team has whoever is in it, and is for whoever may see them.
async fn teams(server: &Server, admin: &SignedIn, boss: &SignedIn) {
    let theirs = server.get("/api/v1/teams").await.body["items"][0]["id"].clone();
    let theirs = format!("?team_id={}", theirs.as_str().expect("an id"));
    assert_eq!(agree(server, boss, &theirs).await["open_alerts"], 1);
    let team = made(server, admin, json!({ "name": "Trainees" })).await;
    let body = json!({ "user_id": admin.user, "role": "member" });
    let joined = ask(server, admin, ("POST", &format!("{team}/members")), Some(body)).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    server.settle().await;
    let of_team = format!("?team_id={}", id(&team));
    let trainees = agree(server, admin, &of_team).await;
    assert_eq!(trainees["agents"].as_object().map(|all| all.len()), Some(1), "{trainees}");
    // A call that is nobody's is no team's either.
    assert_eq!(trainees["open_alerts"], 0);
    // Of a team that there is not, nobody is told that nobody works.
    let nobodys = "?team_id=01890000-0000-7000-8000-000000000009";
    for door in [BOARD, "/api/v1/analytics/realtime", "/api/v1/dashboard/summary"] {
        let refused = ask(server, admin, ("GET", &format!("{door}{nobodys}")), None).await;
        refused.is_problem(422, "invalid-reference");
        assert_eq!(refused.body["errors"][0]["pointer"], "?team_id", "{door}");
    }
    let path = format!("{BOARD}{of_team}");
    ask(server, boss, ("GET", &path), None).await.is_problem(403, "not-your-resource");
    server.get(&format!("{BOARD}?tz=Mars/Base")).await.is_problem(422, "invalid-time-zone");
    server.get(&format!("{BOARD}?screen=1")).await.is_problem(400, "invalid-query");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallboard_has_another_tag_when_it_shows_something_else_and_not_because_time_goes_by() {
    let server = Server::start_at_work().await;
    let callers = Callers::of(&server).await;
    let first = server.get(BOARD).await;
    assert_eq!(first.header("cache-control"), "private, max-age=1");
    let now: Timestamp = first.body["at"].as_str().expect("text").parse().expect("an instant");
    let call = callers.waits(1, now).await;
    server.settle().await;
    let waits = server.get(BOARD).await;
    assert_ne!(first.header("etag"), waits.header("etag"), "{}", waits.body);
    // A board is good for a second; the next one shows the same two seconds later.
    let end = Instant::now() + Duration::from_secs(10);
    let longer = loop {
        let board = server.get(BOARD).await.body;
        if board["longest_wait_seconds"] != json!(0) {
            break board;
        }
        assert!(Instant::now() < end, "time stands still: {board}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_ne!(longer["at"], waits.body["at"]);
    let again = server.send("GET", BOARD, None, &[("if-none-match", waits.header("etag"))]).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("cache-control"), "private, max-age=1");
    callers.leaves(call, now.plus_ms(1_000)).await;
    server.settle().await;
    let over = server.send("GET", BOARD, None, &[("if-none-match", waits.header("etag"))]).await;
    assert_eq!((over.status, &over.body["waiting"]), (200, &json!(0)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_a_position_sees_a_board_with_it_however_new_the_last_one_is() {
    let server = Server::start().await;
    let agent = server.sign_in(Role::Agent).await;
    let path = format!("/api/v1/agents/{}/status", agent.user);
    for status in ["available", "busy", "training", "available", "busy", "training"] {
        let set = server.send("PATCH", &path, Some(json!({ "status": status })), &[]).await;
        assert_eq!(set.status, 200, "{}", set.body);
        let position = set.header("x-event-position").to_owned();
        let headers = [("x-min-position", position.as_str()), ("prefer", "wait=5")];
        let board = server.send("GET", BOARD, None, &headers).await;
        assert_eq!(board.body["agents"][status], 1, "{}", board.body);
        let shown = board.header("x-projection-position").parse::<i64>().expect("a position");
        assert!(shown >= position.parse().expect("a position"));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_look_at_a_board_it_is_computed_once() {
    let test = TestDatabase::create().await;
    let boards =
        Boards::new(test.database().clone(), Arc::new(SystemClock), CancellationToken::new());
    let caller = |role| {
        let (org, user) = (OrgId::from(Uuid::now_v7()), UserId::from(Uuid::now_v7()));
        Caller { org, user, role, session: Uuid::now_v7() }
    };
    let (one, two) = (caller(Role::Admin), caller(Role::Supervisor));
    let auditor = Caller { user: two.user, role: Role::Auditor, ..one };
    for (who, computed) in [(&one, 1), (&one, 1), (&auditor, 1), (&two, 2)] {
        let scope = Scope::of(who, None, Tz::UTC);
        let seen = join_all((0..50).map(|_| boards.board(&scope, 0))).await;
        assert!(seen.iter().all(Result::is_ok));
        assert_eq!(boards.computed(), computed);
    }
    let elsewhere = Scope::of(&one, None, Tz::Europe__Prague);
    boards.board(&elsewhere, 0).await.map(drop).expect("a board");
    assert_eq!(boards.computed(), 3, "where a day begins elsewhere, it is another board");
}
