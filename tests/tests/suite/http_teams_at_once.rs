//! Teams that several people make, rename and move at the same time, or twice.

use domain::Role;
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::http_kit::Server;
use super::http_teams::{TEAMS, ask, id, made};

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_made_twice_with_one_key_is_made_once() {
    let server = Server::start().await;
    let keyed = |key: &'static str, body: &'static str| {
        let authorization = format!("Bearer {}", server.token());
        let server = &server;
        async move {
            let headers = [
                ("authorization", authorization.as_str()),
                ("content-type", "application/json"),
                ("idempotency-key", key),
            ];
            server.bare("POST", TEAMS, Some(body.into()), &headers).await
        }
    };
    let first = keyed("a", "{\"name\":\"One\"}").await;
    let again = keyed("a", "{\"name\":\"One\"}").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")));
    keyed("a", "{\"name\":\"Two\"}").await.is_problem(422, "idempotency-key-reused");
    assert_eq!(keyed("b", "{\"name\":\"Two\"}").await.status, 201, "nothing is kept of a refusal");
    // Of many who want one name at the same moment one gets it.
    let all = futures::future::join_all(
        (0..8).map(|_| server.send("POST", TEAMS, Some(json!({ "name": "Three" })), &[])),
    );
    let mut statuses: Vec<u16> = all.await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn teams_are_within_one_another_five_deep_and_never_within_themselves() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let mut path = made(&server, &admin, json!({ "name": "1" })).await;
    let mut all = vec![path.clone()];
    for number in 2..=5 {
        let body = json!({ "name": number.to_string(), "parent_team_id": id(&path) });
        path = made(&server, &admin, body).await;
        all.push(path.clone());
    }
    let deeper = json!({ "name": "6", "parent_team_id": id(&path) });
    let deeper = ask(&server, &admin, ("POST", TEAMS), Some(deeper)).await;
    deeper.is_problem(422, "invalid-reference");
    let within = |team: &str, parent: &str| {
        let (team, body) = (team.to_owned(), json!({ "parent_team_id": id(parent) }));
        let (server, admin) = (&server, &admin);
        async move { ask(server, admin, ("PATCH", &team), Some(body)).await }
    };
    within(&all[0], &all[4]).await.is_problem(422, "invalid-reference");
    // Two who put each other's teams into their own at the same moment: one of them cannot.
    let (a, b) = (
        made(&server, &admin, json!({ "name": "a" })).await,
        made(&server, &admin, json!({ "name": "b" })).await,
    );
    let (one, two) = tokio::join!(within(&a, &b), within(&b, &a));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    server.stop().await;
}

/// Many who make and move teams at once wait for one another, and keep nobody else from anything.
#[tokio::test(flavor = "multi_thread")]
async fn who_moves_teams_keeps_nobody_from_signing_in() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let parent = made(&server, &admin, json!({ "name": "Parent" })).await;
    let moves = futures::future::join_all((0..24).map(|number| {
        let body = json!({ "name": format!("Child {number}"), "parent_team_id": id(&parent) });
        ask(&server, &admin, ("POST", TEAMS), Some(body))
    }));
    let doors = futures::future::join_all(Role::ALL.iter().map(|role| server.sign_in(*role)));
    let (moved, entered) = tokio::join!(moves, doors);
    assert_eq!(entered.len(), Role::ALL.len());
    let statuses: Vec<u16> = moved.iter().map(|answer| answer.status).collect();
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
    server.stop().await;
}

/// Whoever saves a form as it was, while somebody else renames the team, loses nobody's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_has_one_team_however_many_rename_it() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    for round in 0..12 {
        let (old, new) = (format!("Old {round}"), format!("New {round}"));
        let team = made(&server, &admin, json!({ "name": old })).await;
        let rename = |name: &str| {
            let (server, admin, team) = (&server, &admin, team.clone());
            let body = json!({ "name": name });
            async move { ask(server, admin, ("PATCH", &team), Some(body)).await }
        };
        let done = tokio::join!(rename(&new), rename(&old), rename(&new), rename(&old));
        for answer in [done.0, done.1, done.2, done.3] {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        server.settle().await;
        let now = ask(&server, &admin, ("GET", &team), None).await.body["name"].clone();
        let (mut free, mut taken) = (0, 0);
        for name in [&old, &new] {
            let other = ask(&server, &admin, ("POST", TEAMS), Some(json!({ "name": name }))).await;
            match other.status {
                201 => free += 1,
                409 => {
                    taken += 1;
                    assert_eq!(now, json!(name));
                }
                _ => panic!("{}", other.body),
            }
        }
        assert_eq!((free, taken), (1, 1), "the one that it bears is taken, the other one free");
    }
    server.stop().await;
}

/// What a server left undecided that died in between, is set right by the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_was_left_undecided_is_as_the_log_has_it() {
    use sqlx::{Connection, Executor};
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let team = made(&server, &admin, json!({ "name": "One" })).await;
    let url = server.test().superuser();
    let mut database = sqlx::PgConnection::connect_with(&url).await.expect("in");
    let left = format!(
        "UPDATE team_places SET name = 'two', pending = true WHERE team_id = '{}';
         INSERT INTO team_places SELECT org_id, gen_random_uuid(), 'three', NULL, true
         FROM team_places LIMIT 1",
        id(&team)
    );
    database.execute(left.as_str()).await.expect("left");
    let again = ask(&server, &admin, ("POST", TEAMS), Some(json!({ "name": "One" }))).await;
    again.is_problem(409, "duplicate-resource");
    for name in ["Two", "Three"] {
        made(&server, &admin, json!({ "name": name })).await;
    }
    server.stop().await;
}

/// While another server has the turn in one organization, nobody else waits.
#[tokio::test(flavor = "multi_thread")]
async fn s9_who_waits_for_a_turn_keeps_no_other_organization_waiting() {
    let server = Server::start().await;
    let admin = server.sign_in(Role::Admin).await;
    let password = "correct horse battery staple";
    let body = json!({ "email": "zoe@example.com", "password": password, "display_name": "Zoe",
                       "organization_name": "Acme" });
    assert_eq!(server.open("/api/v1/auth/register", body).await.status, 201);
    let zoe = server.enter("zoe@example.com", password).await;
    let mut other = PgConnection::connect_with(&server.test().superuser()).await.expect("in");
    let org = api::people::DEMO_ORG;
    let turn = "SELECT pg_advisory_lock(hashtextextended('teams ' || $1::text, 0))";
    sqlx::query(turn).bind(org).execute(&mut other).await.expect("the turn");
    let make = |who| ask(&server, who, ("POST", TEAMS), Some(json!({ "name": "One" })));
    let theirs = async {
        let free = make(&zoe).await;
        assert_eq!(free.status, 201, "{}", free.body);
        // They have not waited for who waits.
        sqlx::query("SELECT pg_advisory_unlock_all()").execute(&mut other).await.expect("free");
    };
    let (waited, ()) = tokio::join!(make(&admin), theirs);
    assert_eq!(waited.status, 201, "{}", waited.body);
    sqlx::query(turn).bind(org).execute(&mut other).await.expect("the turn");
    let busy = ask(&server, &admin, ("POST", TEAMS), Some(json!({ "name": "Two" }))).await;
    busy.is_problem(503, "overloaded");
    server.stop().await;
}
