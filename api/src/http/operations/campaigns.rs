//! Whom campaigns call, and whom nobody calls.

use super::*;

operations! {
    GET   "/api/v1/dispositions" "listDispositions" Account None ANYBODY [];
    POST  "/api/v1/dispositions" "createDisposition" Command Accepted ADMINS [
        INVALID_REFERENCE DUPLICATE_RESOURCE QUOTA_EXCEEDED
    ];
    GET   "/api/v1/dispositions/{code}" "getDisposition" Account None ANYBODY [NOT_FOUND];
    PATCH "/api/v1/dispositions/{code}" "changeDisposition" Command None ADMINS [
        INVALID_REFERENCE
    ];
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
    POST  "/api/v1/campaigns/{id}/agents" "assignAgent" Command Accepted AGENTS [
        NOT_YOUR_RESOURCE INVALID_REFERENCE
    ];
    DELETE "/api/v1/campaigns/{id}/agents/{agent_id}" "unassignAgent" Command None AGENTS [
        NOT_YOUR_RESOURCE
    ];
    GET   "/api/v1/campaigns/{id}/agents" "listCampaignAgents" List None OVERSEERS [NOT_FOUND];
    GET   "/api/v1/campaigns/{id}/hopper" "getCampaignHopper" List None OVERSEERS [NOT_FOUND];
    POST  "/api/v1/campaigns/{id}/next" "nextContact" Form None AGENTS [
        NOT_FOUND NOT_YOUR_RESOURCE INVALID_STATE_TRANSITION ERASED
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
}
