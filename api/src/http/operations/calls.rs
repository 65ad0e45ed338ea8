//! Calls, what is said in them, and what is paid.

use super::*;

operations! {
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
    POST  "/api/v1/calls" "createCall" Command Required AGENTS [
        INVALID_PHONE_NUMBER DIALING_BLOCKED DUPLICATE_LIVE_CALL DUPLICATE_RESOURCE
        NOT_YOUR_RESOURCE INVALID_REFERENCE CONTACT_IN_CALL CIRCUIT_OPEN
        AGENT_HAS_LIVE_CALL
    ];
    GET   "/api/v1/calls" "listCalls" List None ANYBODY [
        INVALID_CURSOR INVALID_RANGE INVALID_SORT INVALID_PHONE_NUMBER CARD_DATA_NOT_ACCEPTED
        VALIDATION_FAILED NOT_YOUR_RESOURCE
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
}
