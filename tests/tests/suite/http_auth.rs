//! Signing in over HTTP, and what each role may do.

use api::http::operation::Class;
use api::http::operations::operations;
use domain::Role;
use serde_json::{Value, json};

use super::http_kit::{Server, call_to};

const NEW: &str = "a bicycle made of cheese";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_comes_back_and_signs_out() {
    let server = Server::start().await;
    let one = server.sign_in(Role::Supervisor).await;
    let me = server.with(&one.access, "GET", "/api/v1/auth/me", None).await;
    assert_eq!(me.body["user"]["email"], "supervisor@demo.example");
    assert_eq!(me.body["user"]["display_name"], "Supervisor");
    assert_eq!(me.body["organization"]["name"], "Demo");
    assert!(me.body["permissions"].as_array().expect("a list").contains(&json!("getCall")));
    let refresh = async |token: &str| {
        server.open("/api/v1/auth/refresh", json!({ "refresh_token": token })).await
    };
    let next = refresh(&one.refresh).await;
    assert_eq!(next.status, 200, "{}", next.body);
    let sessions = server.with(&one.access, "GET", "/api/v1/auth/sessions", None).await;
    assert_eq!(sessions.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(sessions.body["items"][0]["current"], true);
    let out = server.with(&one.access, "POST", "/api/v1/auth/logout", None).await;
    assert_eq!(out.status, 204);
    // Both tokens of the session, the older one too, are good for nothing at once.
    let access = next.body["access_token"].as_str().expect("a token");
    for token in [one.access.as_str(), access] {
        let answer = server.with(token, "GET", "/api/v1/auth/me", None).await;
        answer.is_problem(401, "unauthenticated");
    }
    refresh(next.body["refresh_token"].as_str().expect("a token"))
        .await
        .is_problem(401, "unauthenticated");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_used_by_another_program_closes_the_session() {
    let server = Server::start().await;
    let one = server.sign_in(Role::Agent).await;
    let body = json!({ "refresh_token": one.refresh });
    assert_eq!(server.open("/api/v1/auth/refresh", body.clone()).await.status, 200);
    let headers = [("content-type", "application/json"), ("user-agent", "a thief")];
    let thief =
        server.bare("POST", "/api/v1/auth/refresh", Some(body.to_string().into()), &headers);
    thief.await.is_problem(401, "session-revoked");
    let answer = server.with(&one.access, "GET", "/api/v1/auth/me", None).await;
    answer.is_problem(401, "unauthenticated");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_closed_by_their_owner_and_nobody_else() {
    let server = Server::start().await;
    let (one, two) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Agent).await);
    let list = server.with(&one.access, "GET", "/api/v1/auth/sessions", None).await;
    let other = list.body["items"].as_array().expect("sessions").iter();
    let other = other.clone().find(|session| session["current"] == false).expect("the other one");
    let path = format!("/api/v1/auth/sessions/{}", other["id"].as_str().expect("an id"));
    let stranger = server.send("DELETE", &path, None, &[]).await;
    stranger.is_problem(404, "not-found");
    assert_eq!(server.with(&one.access, "DELETE", &path, None).await.status, 204);
    server.with(&one.access, "DELETE", &path, None).await.is_problem(404, "not-found");
    let closed = server.with(&two.access, "GET", "/api/v1/auth/me", None).await;
    closed.is_problem(401, "unauthenticated");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_an_organization_registers_and_is_alone() {
    let server = Server::start().await;
    let body = json!({ "email": "Zoe@Example.com", "password": NEW, "display_name": "Zoe",
                       "organization_name": "Acme" });
    let first = server.open("/api/v1/auth/register", body.clone()).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let zoe = server.enter("zoe@example.com", NEW).await;
    // The same address again gets the same answer, and nothing happens.
    let mut other = body.clone();
    other["password"] = json!("another good enough password");
    let again = server.open("/api/v1/auth/register", other).await;
    assert_eq!((again.status, again.body), (201, first.body));
    server.enter("zoe@example.com", NEW).await;
    let me = server.with(&zoe.access, "GET", "/api/v1/auth/me", None).await;
    assert_eq!(
        (&me.body["organization"]["name"], &me.body["user"]["role"]),
        (&json!("Acme"), &json!("admin"))
    );
    server.create("theirs", call_to("+420777120003")).await;
    server.settle().await;
    let calls = server.with(&zoe.access, "GET", "/api/v1/calls", None).await;
    assert_eq!(calls.body["items"], json!([]));
    for (field, value) in [("role", json!("operator")), ("organization_id", json!("x"))] {
        let mut more = body.clone();
        more[field] = value;
        let refused = server.open("/api/v1/auth/register", more).await;
        refused.is_problem(422, "unknown-field");
    }
    for (field, value, pointer) in [
        ("email", json!("zoe"), "/email"),
        ("password", json!("short"), "/password"),
        ("password", json!("passwordpassword"), "/password"),
        ("display_name", json!(""), "/display_name"),
        ("organization_name", json!("a\u{0}b"), "/organization_name"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let refused = server.open("/api/v1/auth/register", wrong).await;
        assert_eq!(refused.status, 422, "{field}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_is_the_only_one() {
    let server = Server::start().await;
    let (one, two) = (server.sign_in(Role::Auditor).await, server.sign_in(Role::Auditor).await);
    let old = &server.people().iter().find(|person| person.role == Role::Auditor).unwrap().password;
    let path = "/api/v1/auth/password";
    let change = async |old: &str, new: &str| {
        let body = json!({ "old_password": old, "new_password": new });
        server.with(&one.access, "POST", path, Some(body)).await
    };
    change("wrong", NEW).await.is_problem(401, "invalid-credentials");
    let weak = change(old, "aaaaaaaaaaaaaaaaaaaaaaa").await;
    weak.is_problem(422, "validation-failed");
    assert_eq!(weak.body["errors"][0]["pointer"], "/new_password");
    assert_eq!(change(old, NEW).await.status, 204);
    let closed = server.with(&two.access, "GET", "/api/v1/auth/me", None).await;
    closed.is_problem(401, "unauthenticated");
    let body = json!({ "email": "auditor@demo.example", "password": old });
    server.open("/api/v1/auth/login", body).await.is_problem(401, "invalid-credentials");
    server.enter("auditor@demo.example", NEW).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fails_too_often_is_told_when_to_come_again() {
    let server = Server::start().await;
    let wrong = async |email: &str| {
        let body = json!({ "email": email, "password": "wrong" });
        server.open("/api/v1/auth/login", body).await
    };
    let mut seen = Vec::new();
    for email in ["agent@demo.example", "nobody@demo.example"] {
        for _ in 0..5 {
            let answer = wrong(email).await;
            answer.is_problem(401, "invalid-credentials");
            seen.push(answer.without_occurrence());
        }
        let late = wrong(email).await;
        late.is_problem(429, "rate-limited");
        assert!((1..=61).contains(&late.header("retry-after").parse::<u32>().expect("seconds")));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "an unknown address and a wrong password are told alike");
    server.stop().await;
}

/// Who may do what, written down once more: agents, supervisors, administrators, auditors,
/// analysts, operators, as the routers of the design have it.
const MATRIX: [(&str, &str); 60] = [
    ("listCampaigns getCampaign", "AG SU AD AU AN OP"),
    ("createCampaign deleteCampaign reopenCampaign archiveCampaign reinstateContact", "AD OP"),
    (
        "changeCampaign activateCampaign deactivateCampaign completeCampaign cancelCampaign resetContacts getContactReset getCampaignReadiness createContact changeContact removeContact doNotCallContact scheduleContact resetContact",
        "SU AD OP",
    ),
    ("getCampaignStats getCampaignDialer", "SU AD AU AN OP"),
    (
        "importContacts previewImport listImports getImport listImportRows listImportErrors cancelImport",
        "SU AD OP",
    ),
    ("listCampaignAgents listSegments getSegment countSegment", "SU AD AU OP"),
    ("replaceContactNumber createSegment changeSegment deleteSegment", "SU AD OP"),
    ("nextContact skipContact assignAgent unassignAgent", "AG SU AD OP"),
    ("listContacts getContact", "AG SU AD AU OP"),
    ("listAgents listTeams getTeam listTeamMembers", "AG SU AD AU AN OP"),
    ("createAgent deactivateAgent reactivateAgent createTeam", "AD OP"),
    ("countAvailableAgents getAgent listAgentCalls listAgentPresence", "AG SU AD AU OP"),
    ("sendHeartbeat changeAgentStatus", "AG SU AD OP"),
    ("changeAgent signOutAgent changeTeam addTeamMember changeTeamMember", "SU AD OP"),
    ("removeTeamMember archiveTeam restoreTeam", "SU AD OP"),
    ("signOut", "AG SU AD AU AN OP"),
    ("me", "AG SU AD AU AN OP"),
    ("listSessions", "AG SU AD AU AN OP"),
    ("closeSession", "AG SU AD AU AN OP"),
    ("changePassword", "AG SU AD AU AN OP"),
    ("listUsers", "AD AU OP"),
    ("changeUser", "AD OP"),
    ("inviteUser", "AD OP"),
    ("erasePerson eraseContact listDeadLetters retryDeadLetter discardDeadLetter", "AD OP"),
    ("listErasures getErasure exportContact", "AD AU OP"),
    ("getUser", "AD AU OP"),
    ("listProjections", "SU AD AU AN OP"),
    (
        "listCircuitBreakers summarizePayments getCampaignHopper getWallboard watchWallboard",
        "SU AD AU OP",
    ),
    ("getOrganization listDispositions getDisposition", "AG SU AD AU AN OP"),
    ("createDisposition changeDisposition", "AD OP"),
    ("changeOrganizationSettings approveRefund", "AD OP"),
    (
        "listDnc suppressNumber checkNumbers getDncEntry importNumbers listNumberImports getNumberImport listNumberImportErrors cancelNumberImport",
        "SU AD OP",
    ),
    ("reinstateNumber", "AD OP"),
    ("createPayment", "AG SU AD OP"),
    ("listPayments getPayment listTransactions", "AG SU AD AU OP"),
    (
        "capturePayment voidPayment cancelPayment retryPayment processRefund cancelRefund",
        "SU AD OP",
    ),
    ("listSecurityEvents", "AD AU OP"),
    ("createCall", "AG SU AD OP"),
    ("listCalls", "AG SU AD AU AN OP"),
    ("getCall", "AG SU AD AU OP"),
    ("changeCall", "AG SU AD OP"),
    ("endCall", "AG SU AD OP"),
    ("disposeCall", "AG SU AD OP"),
    ("reviseDisposition", "AG SU AD OP"),
    ("addNote", "AG SU AD OP"),
    ("getTimeline getTranscript searchTranscripts", "AG SU AD AU OP"),
    ("appendTranscript correctTranscript completeTranscript failTranscript", "SU AD OP"),
    (
        "getCallMetrics getAgentPerformance getCallSentiment getSentimentTrends getDashboardSummary listActivity",
        "AG SU AD AU AN OP",
    ),
    ("getQueueMetrics getIvrMetrics getDispositionMetrics getCampaignAnalytics", "SU AD AU AN OP"),
    ("createExport listExports getExport downloadExport deleteExport", "SU AD AU AN OP"),
    ("getMetricDefinitions", "AG SU AD AU AN OP"),
    ("getRealtimeMetrics", "AG SU AD AU OP"),
    ("forecastStaffing", "SU AD AN OP"),
    ("analyzeText analyzeTexts analyzeCall getLiveSentiment", "AG SU AD OP"),
    ("listSentimentAlerts", "SU AD AU OP"),
    ("acknowledgeSentimentAlert acknowledgeAlert resolveAlert", "SU AD OP"),
    ("listAlerts", "AG SU AD AU OP"),
    ("listAlertRules getAlertRule", "SU AD AU OP"),
    ("createAlertRule changeAlertRule deleteAlertRule", "SU AD OP"),
    (
        "register verifyEmail requestPasswordReset confirmPasswordReset signIn refresh receivePaymentWebhook live ready openapi jwks problem",
        "",
    ),
];

fn short(role: Role) -> &'static str {
    match role {
        Role::Agent => "AG",
        Role::Supervisor => "SU",
        Role::Admin => "AD",
        Role::Auditor => "AU",
        Role::Analyst => "AN",
        Role::Operator => "OP",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_a_role_may_do_what_the_matrix_says_and_nothing_else() {
    let server = Server::start().await;
    let mut tokens = Vec::new();
    for role in Role::ALL {
        tokens.push((*role, server.sign_in(*role).await.access));
    }
    let mut cells = 0;
    for operation in operations() {
        let row = MATRIX.iter().find(|(ids, _)| ids.split(' ').any(|id| id == operation.id));
        let (_, roles) = row.unwrap_or_else(|| panic!("{} is not in the matrix", operation.id));
        let mine = |role: Role| roles.split(' ').any(|known| known == short(role));
        for role in Role::ALL {
            assert_eq!(operation.roles.contains(role), mine(*role), "{} {role}", operation.id);
        }
        if roles.is_empty() || operation.id == "signOut" {
            continue;
        }
        let nobody = "01890000-0000-7000-8000-000000000001";
        let path = operation.path.replace("{id}", nobody).replace("{user_id}", nobody);
        let path = path.replace("{refund_id}", nobody).replace("{reset_id}", nobody);
        let path =
            path.replace("{code}", "nobody").replace("{seq}", "1").replace("{agent_id}", nobody);
        let body = (operation.method != "GET" && operation.method != "DELETE").then(|| json!({}));
        for (role, token) in &tokens {
            let answer = server.with(token, operation.method, &path, body.clone()).await;
            let refused = answer.status == 403 && answer.code() == "forbidden";
            assert_eq!(refused, !mine(*role), "{} {role}: {}", operation.id, answer.body);
            assert_ne!(answer.status, 401, "{} {role}", operation.id);
            assert!(answer.status < 500, "{} {role}: {}", operation.id, answer.body);
            cells += 1;
        }
    }
    assert_eq!(cells, 163 * 6);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_sees_and_touches_their_own_calls_only() {
    let server = Server::start().await;
    let (agent, other) =
        (server.sign_in(Role::Agent).await, server.sign_in(Role::Supervisor).await);
    let calls = "/api/v1/calls";
    let mine = server.with(&agent.access, "POST", calls, Some(call_to("+420777120003"))).await;
    assert_eq!(mine.status, 202, "{}", mine.body);
    assert_eq!(mine.body["agent_id"], agent.user.as_str());
    let theirs = server.with(&other.access, "POST", calls, Some(call_to("+420777130003"))).await;
    let for_other = json!({ "to": "+420777140003", "agent_id": other.user });
    let refused = server.with(&agent.access, "POST", calls, Some(for_other)).await;
    refused.is_problem(403, "not-your-resource");
    server.settle().await;
    // The demo's supervisor supervises the demo's agent.
    for (who, seen) in [(&agent, vec![&mine]), (&other, vec![&theirs, &mine])] {
        let list = server.with(&who.access, "GET", calls, None).await;
        let ids: Vec<&Value> =
            list.body["items"].as_array().unwrap().iter().map(|c| &c["id"]).collect();
        let seen: Vec<&Value> = seen.iter().map(|call| &call.body["id"]).collect();
        assert_eq!(ids, seen);
    }
    let asked = format!("{calls}?agent_id={}", other.user);
    server.with(&agent.access, "GET", &asked, None).await.is_problem(403, "not-your-resource");
    let path = theirs.header("location").to_owned();
    for (method, path, body) in [
        ("GET", path.clone(), None),
        ("GET", format!("{path}/timeline"), None),
        ("PATCH", path.clone(), Some(json!({ "tags": ["x"] }))),
        ("POST", format!("{path}/end"), Some(json!({}))),
        ("POST", format!("{path}/notes"), Some(json!({ "note": "x" }))),
        ("POST", format!("{path}/disposition"), Some(json!({ "code": "busy" }))),
        ("PUT", format!("{path}/disposition"), Some(json!({ "code": "busy" }))),
    ] {
        let answer = server.with(&agent.access, method, &path, body).await;
        answer.is_problem(403, "not-your-resource");
    }
    let metrics = "/api/v1/analytics/calls?from=2020-01-01&to=2021-01-01";
    let own = server.with(&agent.access, "GET", metrics, None).await;
    assert_eq!(own.body["query"]["agent_id"], json!([agent.user]));
    let asked = format!("{metrics}&agent_id={}", other.user);
    server.with(&agent.access, "GET", &asked, None).await.is_problem(403, "not-your-resource");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_sees_no_number() {
    let server = Server::start().await;
    let body = json!({ "to": "+420777120003", "metadata": { "who": "Ann" } });
    server.create("one", body).await;
    server.settle().await;
    let analyst = server.sign_in(Role::Analyst).await;
    let list = server.with(&analyst.access, "GET", "/api/v1/calls", None).await;
    assert_eq!(list.body["items"][0]["to"], "+4•••••••••03");
    assert_eq!(list.body["items"][0]["metadata"], json!({}));
    // Whoever sees none finds none: the answer would tell it.
    for path in ["/api/v1/calls?", "/api/v1/analytics/calls?from=2020-01-01&to=2021-01-01&"] {
        let path = format!("{path}number=%2B420777120003");
        let refused = server.with(&analyst.access, "GET", &path, None).await;
        refused.is_problem(403, "forbidden");
    }
    server.stop().await;
}

#[test]
fn every_operation_that_needs_a_caller_has_roles() {
    for operation in operations() {
        let open = matches!(operation.class, Class::Public | Class::Entry | Class::Webhook);
        assert_eq!(operation.roles.is_empty(), open, "{}", operation.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits_and_nobody_else_does() {
    let server = Server::start_with(|settings| {
        (settings.user_rate, settings.organization_rate, settings.entry_rate) = (1, 100_000, 3);
    })
    .await;
    let (one, two) = (server.sign_in(Role::Agent).await, server.sign_in(Role::Auditor).await);
    let me = "/api/v1/auth/me";
    for _ in 0..2 {
        assert_eq!(server.with(&one.access, "GET", me, None).await.status, 200);
    }
    let late = server.with(&one.access, "GET", me, None).await;
    late.is_problem(429, "rate-limited");
    assert_eq!((late.header("retry-after"), late.header("ratelimit-limit")), ("1", "1"));
    assert_eq!(server.with(&two.access, "GET", me, None).await.status, 200);
    // Two have been let in; the third attempt from here is the last for a while.
    let body = json!({ "email": "nobody@demo.example", "password": "wrong" });
    let third = server.open("/api/v1/auth/login", body.clone()).await;
    third.is_problem(401, "invalid-credentials");
    let fourth = server.open("/api/v1/auth/login", body).await;
    fourth.is_problem(429, "rate-limited");
    assert!(fourth.header("retry-after").parse::<u32>().expect("seconds") <= 20);
    assert_eq!(server.with(&two.access, "GET", me, None).await.status, 200);
    server.stop().await;
}
