//! Who calls for a campaign, one by one, and who has left it for now.

use domain::Role;
use serde_json::{Value, json};

use super::http_campaigns::{active, campaign, next, post};
use super::http_kit::{Answer, Server};

#[tokio::test]
async fn who_is_assigned_at_once_is_all_assigned_and_nobody_else_is() {
    let server = Server::start().await;
    let path = campaign(&server, json!({ "teams": [] })).await;
    let people = [Role::Agent, Role::Supervisor, Role::Admin];
    let mut ids = Vec::new();
    for role in people {
        ids.push(server.sign_in(role).await.user);
    }
    let agents = server.get("/api/v1/agents").await;
    let known: Vec<&str> = agents.body["items"]
        .as_array()
        .expect("agents")
        .iter()
        .filter_map(|agent| agent["id"].as_str())
        .filter(|id| ids.iter().any(|one| one == id))
        .collect();
    assert!(known.len() > 1, "{}", agents.body);
    let assign = format!("{path}/agents");
    let all = known.iter().map(|id| post(&server, &assign, json!({ "agent_id": id })));
    for answer in futures::future::join_all(all).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let has = async || {
        let agents = post(&server, &assign, json!({ "agent_id": known[0] })).await.body;
        let agents = agents["agents"].as_array().expect("agents").clone();
        agents.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let mut assigned = has().await;
    assigned.sort_unstable();
    let mut should = known.clone();
    should.sort_unstable();
    assert_eq!(assigned, should);
    let gone = server.send("DELETE", &format!("{assign}/{}", known[1]), None, &[]).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    let again = server.send("DELETE", &format!("{assign}/{}", known[1]), None, &[]).await;
    assert_eq!((again.status, &again.body["revision"]), (200, &gone.body["revision"]));
    assert_eq!(has().await.len(), known.len() - 1);
    let nobody = json!({ "agent_id": "01890000-0000-7000-8000-000000000001" });
    let refused = post(&server, &assign, nobody).await;
    refused.is_problem(422, "invalid-reference");
    assert_eq!(refused.body["errors"][0]["pointer"], "/agent_id", "{}", refused.body);
    server.stop().await;
}

/// An agent joins a campaign, or leaves it.
async fn attend(server: &Server, token: &str, (path, agent): (&str, &str), joins: bool) -> Answer {
    match joins {
        true => {
            let path = format!("{path}/agents");
            server.with(token, "POST", &path, Some(json!({ "agent_id": agent }))).await
        }
        false => server.with(token, "DELETE", &format!("{path}/agents/{agent}"), None).await,
    }
}

/// Whether somebody is named for a campaign, and away from it, as its list has them.
async fn listed(server: &Server, path: &str, agent: &str) -> Option<(Value, Value)> {
    server.settle().await;
    let list = server.get(&format!("{path}/agents")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    let items = list.body["items"].as_array().expect("agents");
    let them = items.iter().find(|one| one["agent"]["id"] == agent)?;
    assert!(them["agent"]["activity"].is_string(), "{them}");
    Some((them["named"].clone(), them["away"].clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_leaves_a_campaign_and_joins_it_again() {
    let server = Server::start_at_work().await;
    let path = active(&server, json!({}), &["+420777000001"]).await;
    let ann = server.sign_in(Role::Agent).await;
    let (token, own) = (&*ann.access, (&*path, &*ann.user));
    assert_eq!(listed(&server, &path, &ann.user).await, Some((json!(false), json!(false))));
    let left = attend(&server, token, own, false).await;
    assert_eq!((left.status, &left.body["away"]), (200, &json!([ann.user])), "{}", left.body);
    let again = attend(&server, token, own, false).await;
    assert_eq!(again.body["version"], left.body["version"], "they are away already");
    let ask = format!("{path}/next");
    server
        .with(token, "POST", &ask, Some(json!({})))
        .await
        .is_problem(409, "invalid-state-transition");
    assert_eq!(listed(&server, &path, &ann.user).await, Some((json!(false), json!(true))));
    let joined = attend(&server, token, own, true).await;
    assert_eq!((joined.status, &joined.body["away"]), (200, &json!([])), "{}", joined.body);
    assert_eq!(joined.body["agents"], json!([]), "they are of a team, and named nowhere else");
    assert_eq!(next(&server, token, &path).await["contact"]["phone"], "+420777000001");

    // A supervisor takes them off, although their team calls for it, and has them back.
    let off = attend(&server, server.token(), own, false).await;
    assert_eq!((off.status, &off.body["away"]), (200, &json!([ann.user])), "{}", off.body);
    let back = attend(&server, server.token(), own, true).await;
    assert_eq!(back.body["away"], json!([]), "{}", back.body);

    let others = attend(&server, token, (&path, "01890000-0000-7000-8000-000000000001"), false);
    others.await.is_problem(403, "not-your-resource");
    let other = json!({ "name": "Autumn", "teams": [] });
    let other = campaign(&server, other).await;
    attend(&server, token, (&other, &ann.user), true).await.is_problem(403, "not-your-resource");
    let nobodys = "/api/v1/campaigns/00000000-0000-7000-8000-000000000001";
    attend(&server, token, (nobodys, &ann.user), true).await.is_problem(404, "not-found");
    assert_eq!(listed(&server, &other, &ann.user).await, None);
    server.stop().await;
}
