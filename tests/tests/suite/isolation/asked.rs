//! What is asked with an attempt: enough of a body to get past its form, and the filters that name
//! something of somebody's.

use serde_json::{Value, json};
use uuid::Uuid;

/// The body of an operation, where it has one.
pub(super) fn body(operation: &str) -> Option<Value> {
    match operation {
        "changeCall" => Some(json!({ "tags": ["mine"] })),
        "endCall" => Some(json!({})),
        "disposeCall" | "reviseDisposition" => Some(json!({ "code": "busy" })),
        "changeUser" => Some(json!({ "role": "auditor" })),
        "appendTranscript" => Some(json!({ "segments": [] })),
        "correctTranscript" => Some(json!({ "text": "mine" })),
        "failTranscript" => Some(json!({ "reason": "mine" })),
        "addNote" => Some(json!({ "note": "mine" })),
        "changeAgent" => Some(json!({ "skills": [] })),
        "changeAgentStatus" => Some(json!({ "status": "busy" })),
        "processRefund" => Some(json!({ "reason": "other" })),
        "reinstateNumber" => Some(json!({ "reason": "mine", "evidence": "none" })),
        "changeAlertRule" => Some(json!({ "threshold": 1 })),
        "changeSegment" => Some(json!({ "description": "mine" })),
        "replaceContactNumber" => Some(json!({ "phone": "+420777888888" })),
        "changeDisposition" => Some(json!({ "label": "mine" })),
        "assignAgent" => Some(json!({ "agent_id": Uuid::new_v4() })),
        "changeCampaign" => Some(json!({ "description": "mine" })),
        "cancelCampaign" | "skipContact" | "doNotCallContact" => Some(json!({ "reason": "mine" })),
        "eraseContact" => Some(json!({ "legal_basis": "none" })),
        "resetContacts" => Some(json!({ "filter": {} })),
        "changeContact" => Some(json!({ "priority": 1 })),
        "reinstateContact" => Some(json!({ "reason": "mine", "evidence": "none" })),
        "scheduleContact" => Some(json!({ "due_at": "2099-01-01T00:00:00.000Z" })),
        "discardDeadLetter" => Some(json!({ "reason": "mine" })),
        "changeTeam" => Some(json!({ "description": "mine" })),
        "addTeamMember" => Some(json!({ "user_id": Uuid::new_v4(), "role": "member" })),
        "changeTeamMember" => Some(json!({ "role": "lead" })),
        _ => None,
    }
}

/// What has to be said beside a filter of an operation, and the filters that it has.
pub(super) fn filters(operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    const DATES: &str = "from=2020-01-01&to=2020-02-01&";
    Some(match operation {
        "listSecurityEvents" => ("", &["user_id"]),
        "listAgents" => ("", &["team_id", "skill"]),
        "listTeams" => ("", &["parent_team_id"]),
        "listDnc" => ("", &["campaign_id", "number"]),
        "listContacts" => ("", &["campaign_id", "number", "segment_id"]),
        "listImports" | "listDispositions" => ("", &["campaign_id"]),
        "listCampaigns" => ("", &["team_id"]),
        "listSentimentAlerts" => ("", &["call_id"]),
        "listPayments" | "listTransactions" => ("", &["call_id", "contact_id"]),
        "listCalls" => ("", &["number", "tag", "agent_id", "campaign_id", "contact_id"]),
        "getCallMetrics" => (DATES, &["agent_id", "campaign_id", "number"]),
        "getAgentPerformance" => (DATES, &["agent_id", "campaign_id", "team_id"]),
        "getQueueMetrics" => (DATES, &["queue_id"]),
        "getIvrMetrics" => (DATES, &["flow_id"]),
        "getCampaignAnalytics" => (DATES, &["campaign_id"]),
        "getDispositionMetrics" | "getSentimentTrends" => (DATES, &["agent_id", "campaign_id"]),
        "searchTranscripts" => ("q=terrible&", &["agent_id", "campaign_id"]),
        "getDashboardSummary" | "getRealtimeMetrics" | "getWallboard" | "watchWallboard" => {
            ("", &["team_id"])
        }
        _ => return None,
    })
}
