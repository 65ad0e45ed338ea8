//! Who calls for a campaign, one by one.

use domain::Role;
use serde_json::json;

use super::http_campaigns::{campaign, post};
use super::http_kit::Server;

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
