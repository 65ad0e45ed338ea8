//! What others have, named in a cursor, a key or a body.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{CALLS, World, comparable};

#[tokio::test(flavor = "multi_thread")]
async fn s1_cursors_and_keys_of_others_are_nobodys() {
    let world = World::create(CALLS).await;
    let (one, two) = (&world.orgs[0], &world.orgs[1]);
    for (role, token) in &one.tokens {
        let path = format!("/api/v1/calls?limit=1&cursor={}", two.cursor);
        let answer = world.server.with(token, "GET", &path, None).await;
        answer.is_problem(400, "invalid-cursor");
        assert!(world.leaks(0, &answer.body.to_string()).is_empty(), "{role}");
    }
    // The same key and the same body: each organization gets its own call, not the other's.
    let body = json!({ "to": "+420777120003" });
    let mut made = Vec::new();
    for org in [one, two] {
        let answer =
            world.server.with(&org.tokens[0].1, "POST", "/api/v1/calls", Some(body.clone()));
        let answer = answer.await;
        assert_eq!((answer.status, answer.header("idempotent-replayed")), (202, ""));
        made.push(answer.body["id"].clone());
    }
    assert_ne!(made[0], made[1]);
    world.server.stop().await;
}

/// What others have cannot be named in a body either: it is as if nobody had it.
#[tokio::test(flavor = "multi_thread")]
async fn s1_ids_of_others_in_bodies_are_nobodys() {
    let world = World::create(2).await;
    let (one, two) = (&world.orgs[0], &world.orgs[1]);
    let theirs = |name: &str| {
        let found = two.filters.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).expect("a value")
    };
    let (_, admin) = &one.tokens[0];
    let own = one.filters.iter().find(|(name, _)| *name == "team_id").expect("a team");
    let members = format!("/api/v1/teams/{}/members", own.1);
    let bodies: [(&str, &str, Value, &str); 3] = [
        ("/api/v1/teams", "parent_team_id", json!({ "name": "x" }), "team_id"),
        (&members, "user_id", json!({ "role": "member" }), "user_id"),
        (
            "/api/v1/agents",
            "user_id",
            json!({ "display_name": "x", "address": "client:x" }),
            "user_id",
        ),
    ];
    for (path, field, body, kind) in bodies {
        let ask = async |id: String| {
            let mut body = body.clone();
            body[field] = json!(id);
            comparable(&world.server.with(admin, "POST", path, Some(body)).await)
        };
        let (foreign, random) = (ask(theirs(kind)).await, ask(Uuid::new_v4().to_string()).await);
        assert_eq!(foreign, random, "{path}");
        assert_eq!((foreign.0, &foreign.1["code"]), (422, &json!("invalid-reference")));
    }
    // A number that others have called, is nobody's here: nobody is erased.
    let number = theirs("number").replace("%2B", "+");
    let erase = async |number: &str| {
        let body = json!({ "number": number, "legal_basis": "none" });
        comparable(&world.server.with(admin, "POST", "/api/v1/erasures", Some(body)).await)
    };
    let (foreign, random) = (erase(&number).await, erase("+420999999999").await);
    assert_eq!((foreign.0, &foreign), (404, &random));
    world.server.stop().await;
}
