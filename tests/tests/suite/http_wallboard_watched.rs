//! The wallboard as a stream: a screen is told of every change, and of nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use api::boards::{Boards, Scope};
use api::http::caller::Caller;
use axum::body::BodyDataStream;
use domain::{OrgId, Role, Timestamp, UserId};
use futures::future::{BoxFuture, join_all, pending};
use futures::{FutureExt, StreamExt};
use processes::{Clock, SystemClock};
use projections::figures::read::Tz;
use serde_json::{Value, json};
use tests::{TestDatabase, TestDirectory};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::http_kit::Server;
use super::http_stream_kit::Events;

const BOARD: &str = "/api/v1/dashboard/wallboard";
const STREAM: &str = "/api/v1/dashboard/wallboard/stream";

/// The demo's agent does something else.
async fn does(server: &Server, status: &str) {
    let agents = server.get("/api/v1/agents").await;
    let agent = agents.body["items"][0]["id"].as_str().expect("an agent").to_owned();
    let path = format!("/api/v1/agents/{agent}/status");
    let set = server.send("PATCH", &path, Some(json!({ "status": status })), &[]).await;
    assert_eq!(set.status, 200, "{}", set.body);
}

fn timeless(board: &Value) -> Value {
    let mut board = board.clone();
    board["at"] = Value::Null;
    board
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_told_of_every_change_with_the_whole_board() {
    let server = Server::start().await;
    let mut screen = Events::open(&server, server.token(), STREAM, None).await;
    let first = screen.next().await.expect("a board");
    assert_eq!(first.kind, "board");
    for status in ["available", "training"] {
        does(&server, status).await;
        let told = screen.until(|board| board["agents"][status] == 1).await;
        server.settle().await;
        let asked = server.get(BOARD).await;
        assert_eq!(timeless(&told.data), timeless(&asked.body));
        let (position, tag) = told.id.split_once('-').expect("a position and a name");
        assert_eq!(asked.header("etag"), format!("W/\"{tag}\""));
        let shown: i64 = asked.header("x-projection-position").parse().expect("a position");
        assert!((1..=shown).contains(&position.parse().expect("a position")), "{}", told.id);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_again_with_the_last_board_is_told_nothing_until_there_is_another() {
    let server = Server::start().await;
    does(&server, "available").await;
    server.settle().await;
    let token = server.token();
    let old = Events::open(&server, token, STREAM, None).await.next().await.expect("a board").id;
    let mut again = Events::open(&server, token, STREAM, Some(&old)).await;
    assert!(again.is_silent(1_500).await, "what is known already is told again");
    does(&server, "busy").await;
    let news = again.until(|board| board["agents"]["busy"] == 1).await;
    assert_ne!(news.id, old);
    for known in [Some(old.as_str()), Some("17"), Some("99999999-cafe"), Some("-"), None] {
        let mut late = Events::open(&server, token, STREAM, known).await;
        let board = late.next().await.expect("a board").data;
        assert_eq!(board["agents"]["busy"], 1, "{known:?} {board}");
    }
    // It counts what is shown: what changed and changed back is no news.
    does(&server, "available").await;
    again.until(|board| board["agents"]["available"] == 1).await;
    let mut back = Events::open(&server, token, STREAM, Some(&old)).await;
    assert!(back.is_silent(1_000).await, "the same as before");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_two_boards_come_in_a_second_and_the_last_one_always() {
    let server = Server::start().await;
    let mut screen = Events::open(&server, server.token(), STREAM, None).await;
    screen.next().await.expect("a board");
    let (began, mut boards) = (Instant::now(), 1.0);
    let changes = async {
        for status in ["available", "busy"].repeat(15) {
            does(&server, status).await;
        }
        does(&server, "training").await;
    };
    let told = async {
        while screen.next().await.expect("a board").data["agents"]["training"] != 1 {
            boards += 1.0;
        }
    };
    tokio::join!(changes, told);
    let most = began.elapsed().as_secs_f64() * 2.0 + 2.0;
    assert!(boards <= most, "{boards} boards, at most {most}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_session_is_closed_and_no_other_does() {
    let server = Server::start().await;
    let (one, two) = (server.sign_in(Role::Auditor).await, server.sign_in(Role::Supervisor).await);
    let mut closed = Events::open(&server, &one.access, STREAM, None).await;
    let mut open = Events::open(&server, &two.access, STREAM, None).await;
    for screen in [&mut closed, &mut open] {
        screen.next().await.expect("a board");
    }
    let out = server.with(&one.access, "POST", "/api/v1/auth/logout", None).await;
    assert_eq!(out.status, 204);
    closed.end().await;
    does(&server, "available").await;
    open.until(|board| board["agents"]["available"] == 1).await;
    server.with(&one.access, "GET", STREAM, None).await.is_problem(401, "unauthenticated");
    server.stop().await;
}

/// The system's clock, which can be put forward.
pub struct Hurried(pub AtomicI64);

impl Clock for Hurried {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_ms(self.0.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        SystemClock.sleep_until(at.plus_ms(-self.0.load(Ordering::SeqCst)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token() {
    let clock = Arc::new(Hurried(AtomicI64::new(0)));
    let given = (TestDatabase::create().await, TestDirectory::create());
    let server = Server::start_by(Arc::<Hurried>::clone(&clock), given, |_| {}).await;
    server.settle().await;
    let one = server.sign_in(Role::Supervisor).await;
    let mut screen = Events::open(&server, &one.access, STREAM, None).await;
    screen.next().await.expect("a board");
    clock.0.store(14 * 60_000, Ordering::SeqCst);
    does(&server, "available").await;
    screen.until(|board| board["agents"]["available"] == 1).await;
    clock.0.store(16 * 60_000, Ordering::SeqCst);
    screen.end().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_streams_and_waits_for_none() {
    let server = Server::start().await;
    let open = (0..5).map(|_| Events::open(&server, server.token(), STREAM, None));
    let mut screens = join_all(open).await;
    for screen in &mut screens {
        screen.next().await.expect("a board");
    }
    let began = Instant::now();
    server.stop().await;
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    for screen in &mut screens {
        screen.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_ten_screens_at_most_and_one_that_is_left_is_free() {
    let server = Server::start().await;
    let one = server.sign_in(Role::Supervisor).await;
    let mut screens = Vec::new();
    for _ in 0..10 {
        screens.push(Events::open(&server, &one.access, STREAM, None).await);
    }
    let late = server.with(&one.access, "GET", STREAM, None).await;
    late.is_problem(429, "quota-exceeded");
    assert_eq!(late.header("retry-after"), "10");
    Events::open(&server, server.token(), STREAM, None).await;
    screens.pop();
    let end = Instant::now() + Duration::from_secs(10);
    while server.with(&one.access, "GET", STREAM, None).await.status != 200 {
        assert!(Instant::now() < end, "the seat stays taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let path = format!("{STREAM}?tz=Mars/Base");
    server.with(&one.access, "GET", &path, None).await.is_problem(422, "invalid-time-zone");
    let html = server.send("GET", STREAM, None, &[("accept", "text/html")]).await;
    html.is_problem(406, "not-acceptable");
    let stream = server.send("GET", BOARD, None, &[("accept", "text/event-stream")]).await;
    stream.is_problem(406, "not-acceptable");
    server.stop().await;
}

async fn boards() -> (TestDatabase, Boards, CancellationToken) {
    let test = TestDatabase::create().await;
    let stop = CancellationToken::new();
    let boards = Boards::new(test.database().clone(), Arc::new(SystemClock), stop.clone());
    (test, boards, stop)
}

fn somebody(org: OrgId) -> Caller {
    let (user, session) = (UserId::from(Uuid::now_v7()), Uuid::now_v7());
    Caller { org, user, role: Role::Admin, session }
}

#[tokio::test]
async fn an_organization_has_a_hundred_screens_and_a_server_512() {
    let (_test, boards, _) = boards().await;
    let mut seats = Vec::new();
    let refused = |org: OrgId| {
        let refused = boards.seat(org, UserId::from(Uuid::now_v7())).err();
        refused.map(|problem| problem.kind().slug)
    };
    for number in 0..5 {
        let org = OrgId::from(Uuid::now_v7());
        for _ in 0..100 {
            seats.push(boards.seat(org, UserId::from(Uuid::now_v7())).expect("a seat"));
        }
        assert_eq!(refused(org), Some("quota-exceeded"), "{number}");
        seats.pop();
        assert_eq!(refused(org), None, "{number}");
        seats.push(boards.seat(org, UserId::from(Uuid::now_v7())).expect("a seat"));
    }
    let last = OrgId::from(Uuid::now_v7());
    for _ in 0..12 {
        seats.push(boards.seat(last, UserId::from(Uuid::now_v7())).expect("a seat"));
    }
    assert_eq!(refused(last), Some("overloaded"));
    drop(seats);
    assert_eq!(refused(last), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_screens_of_a_scope_share_one_computation() {
    let (_test, boards, stop) = boards().await;
    let org = OrgId::from(Uuid::now_v7());
    let mut screens: Vec<BodyDataStream> = Vec::new();
    for _ in 0..40 {
        let caller = somebody(org);
        let scope = Scope::of(&caller, None, Tz::UTC);
        let seat = boards.seat(org, caller.user).expect("a seat");
        let response = boards.stream(&scope, (seat, None), (None, pending()));
        screens.push(response.into_body().into_data_stream());
    }
    for screen in &mut screens {
        let retry = screen.next().await.expect("words").expect("no fault");
        assert_eq!(retry, "retry: 2000\n\n");
        let board = screen.next().await.expect("a board").expect("no fault");
        assert!(board.starts_with(b"id: 0-"), "{board:?}");
        assert!(screen.next().now_or_never().is_none(), "nothing more to tell");
    }
    assert_eq!(boards.computed(), 1);
    stop.cancel();
    for screen in &mut screens {
        assert!(screen.next().await.is_none());
    }
}
