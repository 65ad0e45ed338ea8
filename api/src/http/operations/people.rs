//! Who signs in, and whom an organization is made of.

use super::*;

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
    GET   "/api/v1/projections" "listProjections" Account None READERS [];
    GET   "/api/v1/circuit-breakers" "listCircuitBreakers" Account None OVERSEERS [];
    GET   "/api/v1/organization" "getOrganization" Account None ANYBODY [NOT_FOUND];
    PUT   "/api/v1/organization/settings" "changeOrganizationSettings" Command None ADMINS [
        NOT_FOUND INVALID_TIME_ZONE
    ];
    GET   "/api/v1/admin/dead-letters" "listDeadLetters" Account None ADMINS [INVALID_CURSOR];
    POST  "/api/v1/admin/dead-letters/{id}/retry" "retryDeadLetter" Account None ADMINS [NOT_FOUND];
    POST  "/api/v1/admin/dead-letters/{id}/discard" "discardDeadLetter" Form None ADMINS [
        NOT_FOUND
    ];
    GET   "/api/v1/audit/security" "listSecurityEvents" List None AUDITORS [INVALID_CURSOR];
}
