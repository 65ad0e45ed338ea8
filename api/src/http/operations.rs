//! The table of operations: what is deny-by-default. The router, the OpenAPI
//! document and this table are checked against each other when the server
//! starts; an operation that is missing here does not start.

use domain::Role;

use super::operation::{Class, Key, Operation};
use super::problem::*;

macro_rules! operations {
    ($($method:ident $path:literal $id:literal $class:ident $key:ident $roles:ident
        [$($problem:ident)*];)*) => {
        /// Every operation there is.
        pub static OPERATIONS: &[Operation] = &[$(Operation {
            method: stringify!($method),
            path: $path,
            id: $id,
            class: Class::$class,
            key: Key::$key,
            roles: $roles,
            problems: &[$(&$problem),*],
        }),*];
    };
}

/// Whoever is signed in.
const ANYBODY: &[Role] = Role::ALL;
/// AG+: who takes calls, and who has a say over those.
const AGENTS: &[Role] = &[Role::Agent, Role::Supervisor, Role::Admin, Role::Operator];
/// The same, and who reads everything.
const AGENTS_AND_AUDITORS: &[Role] =
    &[Role::Agent, Role::Supervisor, Role::Admin, Role::Operator, Role::Auditor];
/// Who answers for the organization, and who looks whether they do.
const AUDITORS: &[Role] = &[Role::Admin, Role::Operator, Role::Auditor];
/// Who has a say over agents.
const SUPERVISORS: &[Role] = &[Role::Supervisor, Role::Admin, Role::Operator];
/// The same, and who reads figures.
const READERS: &[Role] =
    &[Role::Supervisor, Role::Admin, Role::Operator, Role::Auditor, Role::Analyst];
/// Who has a say over agents, and who reads figures alone.
const FORECASTERS: &[Role] = &[Role::Supervisor, Role::Admin, Role::Operator, Role::Analyst];
/// Who oversees, without who reads figures alone.
const OVERSEERS: &[Role] = &[Role::Supervisor, Role::Admin, Role::Operator, Role::Auditor];
/// Who answers for the organization.
const ADMINS: &[Role] = &[Role::Admin, Role::Operator];
/// Nobody has to be known.
const NOBODY: &[Role] = &[];

operations! {
    POST  "/api/v1/auth/register" "register" Entry None NOBODY [INVITATION_EXPIRED];
    POST  "/api/v1/auth/verify-email" "verifyEmail" Entry None NOBODY [
        LINK_EXPIRED INVALID_CREDENTIALS
    ];
    POST  "/api/v1/auth/login" "signIn" Entry None NOBODY [
        INVALID_CREDENTIALS USER_SUSPENDED EMAIL_NOT_VERIFIED
    ];
    POST  "/api/v1/auth/password-reset" "requestPasswordReset" Entry None NOBODY [];
    POST  "/api/v1/auth/password-reset/confirm" "confirmPasswordReset" Entry None NOBODY [
        LINK_EXPIRED
    ];
    POST  "/api/v1/auth/refresh" "refresh" Entry None NOBODY [
        UNAUTHENTICATED SESSION_REVOKED USER_SUSPENDED
    ];
    POST  "/api/v1/auth/logout" "signOut" Account None ANYBODY [];
    GET   "/api/v1/auth/me" "me" Account None ANYBODY [];
    GET   "/api/v1/auth/sessions" "listSessions" Account None ANYBODY [];
    DELETE "/api/v1/auth/sessions/{id}" "closeSession" Account None ANYBODY [NOT_FOUND];
    POST  "/api/v1/auth/password" "changePassword" Form None ANYBODY [INVALID_CREDENTIALS];
    GET   "/api/v1/users" "listUsers" List None AUDITORS [INVALID_CURSOR];
    POST  "/api/v1/users" "inviteUser" Command Accepted ADMINS [DUPLICATE_RESOURCE QUOTA_EXCEEDED];
    GET   "/api/v1/users/{id}" "getUser" Resource None AUDITORS [NOT_FOUND];
    PATCH "/api/v1/users/{id}" "changeUser" Command None ADMINS [LAST_ADMIN];
    GET   "/api/v1/agents" "listAgents" List None ANYBODY [INVALID_CURSOR];
    POST  "/api/v1/agents" "createAgent" Command Accepted ADMINS [
        INVALID_REFERENCE DUPLICATE_RESOURCE
    ];
    GET   "/api/v1/agents/available/count" "countAvailableAgents" List None AGENTS_AND_AUDITORS [];
    POST  "/api/v1/agents/me/heartbeat" "sendHeartbeat" Form None AGENTS [NOT_FOUND];
    GET   "/api/v1/agents/{id}" "getAgent" List None AGENTS_AND_AUDITORS [
        NOT_FOUND NOT_YOUR_RESOURCE
    ];
    PATCH "/api/v1/agents/{id}" "changeAgent" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE AGENT_DEACTIVATED
    ];
    PATCH "/api/v1/agents/{id}/status" "changeAgentStatus" Command None AGENTS [
        NOT_YOUR_RESOURCE AGENT_DEACTIVATED REASON_CODE_REQUIRED
    ];
    POST  "/api/v1/agents/{id}/sign-out" "signOutAgent" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/agents/{id}/deactivate" "deactivateAgent" Command Accepted ADMINS [
        AGENT_HAS_LIVE_CALL
    ];
    POST  "/api/v1/agents/{id}/reactivate" "reactivateAgent" Command Accepted ADMINS [];
    GET   "/api/v1/agents/{id}/calls" "listAgentCalls" List None AGENTS_AND_AUDITORS [
        NOT_FOUND NOT_YOUR_RESOURCE INVALID_CURSOR
    ];
    GET   "/api/v1/agents/{id}/presence-log" "listAgentPresence" List None AGENTS_AND_AUDITORS [
        NOT_FOUND NOT_YOUR_RESOURCE INVALID_CURSOR INVALID_RANGE
    ];
    GET   "/api/v1/teams" "listTeams" List None ANYBODY [INVALID_CURSOR];
    POST  "/api/v1/teams" "createTeam" Command Accepted ADMINS [
        INVALID_REFERENCE INVALID_TIME_ZONE DUPLICATE_RESOURCE QUOTA_EXCEEDED
    ];
    GET   "/api/v1/teams/{id}" "getTeam" Resource None ANYBODY [NOT_FOUND];
    PATCH "/api/v1/teams/{id}" "changeTeam" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE INVALID_REFERENCE INVALID_TIME_ZONE DUPLICATE_RESOURCE
    ];
    GET   "/api/v1/teams/{id}/members" "listTeamMembers" List None ANYBODY [
        NOT_FOUND INVALID_CURSOR
    ];
    POST  "/api/v1/teams/{id}/members" "addTeamMember" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE INVALID_REFERENCE ALREADY_MEMBER TEAM_FULL
    ];
    PATCH "/api/v1/teams/{id}/members/{user_id}" "changeTeamMember" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE TEAM_NEEDS_SUPERVISOR
    ];
    DELETE "/api/v1/teams/{id}/members/{user_id}" "removeTeamMember" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE TEAM_NEEDS_SUPERVISOR
    ];
    POST  "/api/v1/teams/{id}/archive" "archiveTeam" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE TEAM_IN_USE
    ];
    POST  "/api/v1/teams/{id}/restore" "restoreTeam" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/erasures" "erasePerson" Form Accepted ADMINS [
        NOT_FOUND ERASED LAST_ADMIN INVALID_PHONE_NUMBER SUBJECT_IN_CALL PROJECTION_LAGGING
    ];
    GET   "/api/v1/erasures" "listErasures" Account None AUDITORS [INVALID_CURSOR];
    GET   "/api/v1/erasures/{id}" "getErasure" Account None AUDITORS [NOT_FOUND];
    GET   "/api/v1/circuit-breakers" "listCircuitBreakers" Account None OVERSEERS [];
    GET   "/api/v1/dispositions" "listDispositions" Account None ANYBODY [];
    POST  "/api/v1/dispositions" "createDisposition" Command Accepted ADMINS [
        INVALID_REFERENCE DUPLICATE_RESOURCE QUOTA_EXCEEDED
    ];
    GET   "/api/v1/dispositions/{code}" "getDisposition" Account None ANYBODY [NOT_FOUND];
    PATCH "/api/v1/dispositions/{code}" "changeDisposition" Command None ADMINS [
        INVALID_REFERENCE
    ];
    GET   "/api/v1/organization" "getOrganization" Account None ANYBODY [NOT_FOUND];
    PUT   "/api/v1/organization/settings" "changeOrganizationSettings" Command None ADMINS [
        NOT_FOUND
    ];
    GET   "/api/v1/payments" "listPayments" List None AGENTS_AND_AUDITORS [
        INVALID_CURSOR INVALID_RANGE
    ];
    POST  "/api/v1/payments" "createPayment" Command Required AGENTS [
        PAYMENT_DECLINED LIMIT_EXCEEDED CURRENCY_NOT_ALLOWED NOT_YOUR_RESOURCE INVALID_REFERENCE
        DUPLICATE_RESOURCE CIRCUIT_OPEN
    ];
    GET   "/api/v1/payments/transactions" "listTransactions" List None AGENTS_AND_AUDITORS [
        INVALID_CURSOR INVALID_RANGE
    ];
    GET   "/api/v1/payments/summary" "summarizePayments" Figures None OVERSEERS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/payments/{id}" "getPayment" Resource None AGENTS_AND_AUDITORS [
        NOT_FOUND NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/payments/{id}/capture" "capturePayment" Command Required SUPERVISORS [
        NOT_YOUR_RESOURCE CAPTURE_EXCEEDS_AUTHORIZATION AUTHORIZATION_EXPIRED
    ];
    POST  "/api/v1/payments/{id}/void" "voidPayment" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/payments/{id}/cancel" "cancelPayment" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/payments/{id}/retry" "retryPayment" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/payments/{id}/refunds" "processRefund" Command Required SUPERVISORS [
        NOT_YOUR_RESOURCE REFUND_EXCEEDS_CAPTURED PAYMENT_DISPUTED LIMIT_EXCEEDED
    ];
    POST  "/api/v1/payments/{id}/refunds/{refund_id}/approve" "approveRefund" Command Accepted
        ADMINS [SAME_APPROVER PAYMENT_DISPUTED];
    POST  "/api/v1/payments/{id}/refunds/{refund_id}/cancel" "cancelRefund" Command Accepted
        SUPERVISORS [NOT_YOUR_RESOURCE];
    GET   "/api/v1/campaigns" "listCampaigns" List None ANYBODY [INVALID_CURSOR];
    POST  "/api/v1/campaigns" "createCampaign" Command Accepted ADMINS [
        INVALID_REFERENCE INVALID_TIME_ZONE DUPLICATE_RESOURCE
    ];
    GET   "/api/v1/campaigns/{id}" "getCampaign" Resource None ANYBODY [
        NOT_FOUND NOT_YOUR_RESOURCE
    ];
    PATCH "/api/v1/campaigns/{id}" "changeCampaign" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE INVALID_REFERENCE INVALID_TIME_ZONE DUPLICATE_RESOURCE CAMPAIGN_ACTIVE
        CAMPAIGN_ARCHIVED
    ];
    DELETE "/api/v1/campaigns/{id}" "deleteCampaign" Command None ADMINS [CAMPAIGN_ACTIVE];
    POST  "/api/v1/campaigns/{id}/activate" "activateCampaign" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE CAMPAIGN_NOT_READY CAMPAIGN_ARCHIVED
    ];
    POST  "/api/v1/campaigns/{id}/deactivate" "deactivateCampaign" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE CAMPAIGN_ARCHIVED
    ];
    POST  "/api/v1/campaigns/{id}/complete" "completeCampaign" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE CAMPAIGN_ARCHIVED
    ];
    POST  "/api/v1/campaigns/{id}/reopen" "reopenCampaign" Command Accepted ADMINS [
        CAMPAIGN_ARCHIVED
    ];
    POST  "/api/v1/campaigns/{id}/cancel" "cancelCampaign" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE CAMPAIGN_ARCHIVED
    ];
    POST  "/api/v1/campaigns/{id}/archive" "archiveCampaign" Command Accepted ADMINS [
        CAMPAIGN_ACTIVE
    ];
    POST  "/api/v1/campaigns/{id}/reset-contacts" "resetContacts" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE INVALID_REFERENCE CAMPAIGN_ARCHIVED
    ];
    GET   "/api/v1/campaigns/{id}/resets/{reset_id}" "getContactReset" Account None SUPERVISORS [
        NOT_FOUND NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/campaigns/{id}/readiness" "getCampaignReadiness" List None SUPERVISORS [
        NOT_FOUND
    ];
    GET   "/api/v1/campaigns/{id}/stats" "getCampaignStats" List None READERS [
        NOT_FOUND
    ];
    GET   "/api/v1/campaigns/{id}/dialer" "getCampaignDialer" List None READERS [
        NOT_FOUND
    ];
    POST  "/api/v1/campaigns/{id}/agents" "assignAgent" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE INVALID_REFERENCE
    ];
    DELETE "/api/v1/campaigns/{id}/agents/{agent_id}" "unassignAgent" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/campaigns/{id}/hopper" "getCampaignHopper" List None OVERSEERS [NOT_FOUND];
    POST  "/api/v1/campaigns/{id}/next" "nextContact" Form None AGENTS [
        NOT_FOUND NOT_YOUR_RESOURCE ERASED
    ];
    POST  "/api/v1/campaigns/{id}/contacts/{contact_id}/skip" "skipContact"
        Command Accepted AGENTS [
        INVALID_REFERENCE CONTACT_IN_CALL
    ];
    GET   "/api/v1/contacts" "listContacts" List None AGENTS_AND_AUDITORS [
        INVALID_CURSOR INVALID_PHONE_NUMBER NOT_FOUND NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/contacts" "createContact" Command Accepted SUPERVISORS [
        INVALID_PHONE_NUMBER DIALING_BLOCKED INVALID_REFERENCE INVALID_TIME_ZONE DUPLICATE_RESOURCE
    ];
    GET   "/api/v1/contacts/{id}" "getContact" List None AGENTS_AND_AUDITORS [
        NOT_FOUND NOT_YOUR_RESOURCE
    ];
    PATCH "/api/v1/contacts/{id}" "changeContact" Command None SUPERVISORS [
        PHONE_IMMUTABLE INVALID_TIME_ZONE
    ];
    DELETE "/api/v1/contacts/{id}" "removeContact" Command None SUPERVISORS [CONTACT_IN_CALL];
    POST  "/api/v1/contacts/{id}/do-not-call" "doNotCallContact" Command Accepted SUPERVISORS [
        CONTACT_IN_CALL
    ];
    POST  "/api/v1/contacts/{id}/reinstate" "reinstateContact" Command Accepted ADMINS [
        DIALING_BLOCKED CONTACT_IN_CALL
    ];
    POST  "/api/v1/contacts/{id}/schedule" "scheduleContact" Command Accepted SUPERVISORS [
        CONTACT_IN_CALL
    ];
    POST  "/api/v1/contacts/{id}/reset" "resetContact" Command Accepted SUPERVISORS [
        CONTACT_IN_CALL
    ];
    POST  "/api/v1/contacts/{id}/replace-number" "replaceContactNumber"
        Command Accepted SUPERVISORS [
        INVALID_PHONE_NUMBER DIALING_BLOCKED INVALID_REFERENCE DUPLICATE_RESOURCE CONTACT_IN_CALL
        NOT_YOUR_RESOURCE ERASED
    ];
    POST  "/api/v1/contacts/{id}/erase" "eraseContact" Form Accepted ADMINS [
        NOT_FOUND ERASED SUBJECT_IN_CALL PROJECTION_LAGGING
    ];
    GET   "/api/v1/contacts/{id}/export" "exportContact" List None AUDITORS [NOT_FOUND ERASED];
    POST  "/api/v1/contacts/import" "importContacts" Command Required SUPERVISORS [
        INVALID_REFERENCE DUPLICATE_RESOURCE QUOTA_EXCEEDED
    ];
    POST  "/api/v1/contacts/import/preview" "previewImport" Form None SUPERVISORS [];
    GET   "/api/v1/contacts/imports" "listImports" List None SUPERVISORS [INVALID_CURSOR];
    GET   "/api/v1/contacts/imports/{id}" "getImport" Resource None SUPERVISORS [NOT_FOUND];
    GET   "/api/v1/contacts/imports/{id}/rows" "listImportRows" List None SUPERVISORS [
        NOT_FOUND INVALID_CURSOR
    ];
    GET   "/api/v1/contacts/imports/{id}/errors" "listImportErrors" List None SUPERVISORS [
        NOT_FOUND INVALID_CURSOR
    ];
    POST  "/api/v1/contacts/imports/{id}/cancel" "cancelImport" Command Accepted SUPERVISORS [];
    GET   "/api/v1/segments" "listSegments" Account None OVERSEERS [];
    POST  "/api/v1/segments" "createSegment" Command Accepted SUPERVISORS [
        DUPLICATE_RESOURCE QUOTA_EXCEEDED
    ];
    GET   "/api/v1/segments/{id}" "getSegment" Account None OVERSEERS [NOT_FOUND];
    PATCH "/api/v1/segments/{id}" "changeSegment" Command None SUPERVISORS [DUPLICATE_RESOURCE];
    DELETE "/api/v1/segments/{id}" "deleteSegment" Command None SUPERVISORS [];
    GET   "/api/v1/segments/{id}/count" "countSegment" List None OVERSEERS [NOT_FOUND];
    GET   "/api/v1/dnc" "listDnc" List None SUPERVISORS [INVALID_CURSOR INVALID_PHONE_NUMBER];
    POST  "/api/v1/dnc" "suppressNumber" Command Accepted SUPERVISORS [
        INVALID_PHONE_NUMBER INVALID_REFERENCE
    ];
    POST  "/api/v1/dnc/check" "checkNumbers" Form None SUPERVISORS [INVALID_PHONE_NUMBER];
    POST  "/api/v1/dnc/import" "importNumbers" Command Required SUPERVISORS [
        INVALID_REFERENCE DUPLICATE_RESOURCE QUOTA_EXCEEDED
    ];
    GET   "/api/v1/dnc/imports" "listNumberImports" List None SUPERVISORS [INVALID_CURSOR];
    GET   "/api/v1/dnc/imports/{id}" "getNumberImport" Resource None SUPERVISORS [NOT_FOUND];
    GET   "/api/v1/dnc/imports/{id}/errors" "listNumberImportErrors" List None SUPERVISORS [
        NOT_FOUND INVALID_CURSOR
    ];
    POST  "/api/v1/dnc/imports/{id}/cancel" "cancelNumberImport" Command Accepted SUPERVISORS [];
    GET   "/api/v1/dnc/{id}" "getDncEntry" Resource None SUPERVISORS [NOT_FOUND];
    POST  "/api/v1/dnc/{id}/reinstate" "reinstateNumber" Command Accepted ADMINS [];
    GET   "/api/v1/admin/dead-letters" "listDeadLetters" Account None ADMINS [INVALID_CURSOR];
    POST  "/api/v1/admin/dead-letters/{id}/retry" "retryDeadLetter" Account None ADMINS [NOT_FOUND];
    POST  "/api/v1/admin/dead-letters/{id}/discard" "discardDeadLetter" Form None ADMINS [
        NOT_FOUND
    ];
    GET   "/api/v1/audit/security" "listSecurityEvents" List None AUDITORS [INVALID_CURSOR];
    POST  "/api/v1/calls" "createCall" Command Required AGENTS [
        INVALID_PHONE_NUMBER DIALING_BLOCKED DUPLICATE_LIVE_CALL DUPLICATE_RESOURCE
        NOT_YOUR_RESOURCE INVALID_REFERENCE CONTACT_IN_CALL CIRCUIT_OPEN
        AGENT_HAS_LIVE_CALL
    ];
    GET   "/api/v1/calls" "listCalls" List None ANYBODY [
        INVALID_CURSOR INVALID_RANGE INVALID_SORT INVALID_PHONE_NUMBER CARD_DATA_NOT_ACCEPTED
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/calls/{id}" "getCall" Resource None AGENTS_AND_AUDITORS [
        NOT_FOUND INVALID_QUERY NOT_YOUR_RESOURCE
    ];
    PATCH "/api/v1/calls/{id}" "changeCall" Command None AGENTS [NOT_YOUR_RESOURCE];
    POST  "/api/v1/calls/{id}/end" "endCall" Command Accepted AGENTS [NOT_YOUR_RESOURCE];
    POST  "/api/v1/calls/{id}/disposition" "disposeCall" Command Accepted AGENTS [
        UNKNOWN_DISPOSITION NOT_YOUR_RESOURCE
    ];
    PUT   "/api/v1/calls/{id}/disposition" "reviseDisposition" Command None AGENTS [
        UNKNOWN_DISPOSITION NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/calls/{id}/notes" "addNote" Command Accepted AGENTS [NOT_YOUR_RESOURCE];
    GET   "/api/v1/calls/{id}/timeline" "getTimeline" List None AGENTS_AND_AUDITORS [
        NOT_FOUND INVALID_CURSOR NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/calls/{id}/transcript" "getTranscript" List None AGENTS_AND_AUDITORS [
        NOT_FOUND INVALID_CURSOR NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/transcripts/search" "searchTranscripts" List None AGENTS_AND_AUDITORS [
        INVALID_CURSOR INVALID_RANGE NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/calls/{id}/transcript/segments" "appendTranscript" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE QUOTA_EXCEEDED
    ];
    PATCH "/api/v1/calls/{id}/transcript/segments/{seq}" "correctTranscript" Command None
        SUPERVISORS [NOT_YOUR_RESOURCE NO_TRANSCRIPT];
    POST  "/api/v1/calls/{id}/transcript/complete" "completeTranscript" Command Accepted
        SUPERVISORS [NOT_YOUR_RESOURCE NO_TRANSCRIPT];
    POST  "/api/v1/calls/{id}/transcript/fail" "failTranscript" Command Accepted SUPERVISORS [
        NOT_YOUR_RESOURCE NO_TRANSCRIPT
    ];
    POST  "/api/v1/sentiment/analyze" "analyzeText" Form None AGENTS [];
    POST  "/api/v1/sentiment/analyze/batch" "analyzeTexts" Form None AGENTS [];
    POST  "/api/v1/sentiment/calls/{id}/analyze" "analyzeCall" Command None AGENTS [
        NOT_YOUR_RESOURCE NO_TRANSCRIPT PROJECTION_LAGGING
    ];
    GET   "/api/v1/sentiment/calls/{id}" "getCallSentiment" Resource None ANYBODY [
        NOT_FOUND INVALID_QUERY NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/sentiment/calls/{id}/live" "getLiveSentiment" Resource None AGENTS [
        NOT_FOUND INVALID_QUERY NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/sentiment/trends" "getSentimentTrends" Figures None ANYBODY [NOT_YOUR_RESOURCE];
    GET   "/api/v1/sentiment/alerts" "listSentimentAlerts" List None OVERSEERS [INVALID_CURSOR];
    POST  "/api/v1/sentiment/alerts/{id}/acknowledge" "acknowledgeSentimentAlert" Command Accepted
        SUPERVISORS [];
    GET   "/api/v1/analytics/calls" "getCallMetrics" Figures None ANYBODY [
        INVALID_PHONE_NUMBER UNSUPPORTED_DIMENSION NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/dashboard/summary" "getDashboardSummary" List None ANYBODY [
        INVALID_TIME_ZONE INVALID_REFERENCE NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/dashboard/activity" "listActivity" List None ANYBODY [];
    GET   "/api/v1/analytics/agents" "getAgentPerformance" Figures None ANYBODY [NOT_YOUR_RESOURCE];
    GET   "/api/v1/analytics/queues" "getQueueMetrics" Figures None READERS [];
    GET   "/api/v1/analytics/dispositions" "getDispositionMetrics" Figures None READERS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/analytics/campaigns" "getCampaignAnalytics" Figures None READERS [];
    GET   "/api/v1/analytics/definitions" "getMetricDefinitions" Account None
        ANYBODY [INVALID_QUERY];
    GET   "/api/v1/analytics/realtime" "getRealtimeMetrics" List None AGENTS_AND_AUDITORS [
        INVALID_TIME_ZONE NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/analytics/forecast" "forecastStaffing" Account None FORECASTERS [
        INVALID_QUERY
    ];
    POST  "/webhooks/payments/{provider}/{connection_id}" "receivePaymentWebhook" Webhook None
        NOBODY [];
    GET   "/health/live" "live" Public None NOBODY [];
    GET   "/health/ready" "ready" Public None NOBODY [];
    GET   "/openapi.json" "openapi" Public None NOBODY [];
    GET   "/.well-known/jwks.json" "jwks" Public None NOBODY [];
    GET   "/problems/{slug}" "problem" Public None NOBODY [NOT_FOUND];
}
