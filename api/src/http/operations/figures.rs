//! What the day was like.

use super::*;

operations! {
    GET   "/api/v1/analytics/calls" "getCallMetrics" Figures None ANYBODY [
        INVALID_PHONE_NUMBER UNSUPPORTED_DIMENSION NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/dashboard/summary" "getDashboardSummary" List None ANYBODY [
        INVALID_TIME_ZONE INVALID_REFERENCE NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/dashboard/wallboard" "getWallboard" Resource None OVERSEERS [
        INVALID_TIME_ZONE INVALID_REFERENCE NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/dashboard/wallboard/stream" "watchWallboard" Stream None OVERSEERS [
        INVALID_TIME_ZONE INVALID_REFERENCE NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/dashboard/activity" "listActivity" List None ANYBODY [];
    GET   "/api/v1/dashboard/alerts" "listAlerts" List None AGENTS_AND_AUDITORS [INVALID_CURSOR];
    POST  "/api/v1/dashboard/alerts/{id}/acknowledge" "acknowledgeAlert" Command Accepted
        SUPERVISORS [];
    POST  "/api/v1/dashboard/alerts/{id}/resolve" "resolveAlert" Command Accepted SUPERVISORS [];
    GET   "/api/v1/alert-rules" "listAlertRules" Account None OVERSEERS [];
    POST  "/api/v1/alert-rules" "createAlertRule" Command Accepted SUPERVISORS [
        DUPLICATE_RESOURCE QUOTA_EXCEEDED INVALID_REFERENCE NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/alert-rules/{id}" "getAlertRule" Account None OVERSEERS [NOT_FOUND];
    PATCH "/api/v1/alert-rules/{id}" "changeAlertRule" Command None SUPERVISORS [
        DUPLICATE_RESOURCE NOT_YOUR_RESOURCE
    ];
    DELETE "/api/v1/alert-rules/{id}" "deleteAlertRule" Command None SUPERVISORS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/analytics/agents" "getAgentPerformance" Figures None ANYBODY [NOT_YOUR_RESOURCE];
    GET   "/api/v1/analytics/queues" "getQueueMetrics" Figures None READERS [];
    GET   "/api/v1/analytics/ivr" "getIvrMetrics" Figures None READERS [];
    GET   "/api/v1/analytics/dispositions" "getDispositionMetrics" Figures None READERS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/analytics/campaigns" "getCampaignAnalytics" Figures None READERS [];
    GET   "/api/v1/analytics/definitions" "getMetricDefinitions" Account None
        ANYBODY [INVALID_QUERY];
    GET   "/api/v1/analytics/realtime" "getRealtimeMetrics" List None AGENTS_AND_AUDITORS [
        INVALID_TIME_ZONE INVALID_REFERENCE NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/analytics/exports" "createExport" Command Required READERS [
        INVALID_RANGE INVALID_TIME_ZONE TOO_MANY_BUCKETS UNSUPPORTED_DIMENSION NOT_YOUR_RESOURCE
        PROJECTION_LAGGING QUOTA_EXCEEDED DUPLICATE_RESOURCE
    ];
    GET   "/api/v1/analytics/exports" "listExports" List None READERS [INVALID_CURSOR];
    GET   "/api/v1/analytics/exports/{id}" "getExport" Account None READERS [NOT_FOUND];
    GET   "/api/v1/analytics/exports/{id}/file" "downloadExport" Account None READERS [
        NOT_FOUND INVALID_STATE_TRANSITION CONCURRENCY_CONFLICT OUTCOME_UNKNOWN FILE_GONE
    ];
    DELETE "/api/v1/analytics/exports/{id}" "deleteExport" Command None READERS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/analytics/forecast" "forecastStaffing" Account None FORECASTERS [
        INVALID_QUERY
    ];
}
