//! The catalog of problem types: one line per slug, with its status and its
//! words. `GET /problems/{slug}` shows it to people.

use http::StatusCode;

/// One kind of problem. A status code is written down here and nowhere else.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The stable code; the type is `urn:kraliki:problem:<slug>`.
    pub slug: &'static str,
    /// The status it is answered with.
    pub status: StatusCode,
    /// A short title, the same for every occurrence.
    pub title: &'static str,
    /// What it means and what a caller can do, for a person.
    pub text: &'static str,
}

impl Kind {
    /// The kind with this slug.
    #[must_use]
    pub fn find(slug: &str) -> Option<&'static Kind> {
        KINDS.iter().copied().find(|kind| kind.slug == slug)
    }

    /// The type as it stands in a problem document.
    #[must_use]
    pub fn urn(&self) -> String {
        format!("urn:kraliki:problem:{}", self.slug)
    }
}

macro_rules! kinds {
    ($($name:ident $slug:literal $status:ident $title:literal $text:literal;)*) => {
        $(
            #[doc = $title]
            pub static $name: Kind = Kind {
                slug: $slug,
                status: StatusCode::$status,
                title: $title,
                text: $text,
            };
        )*
        /// Every kind of problem there is.
        pub static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    MALFORMED_REQUEST "malformed-request" BAD_REQUEST "Malformed request"
        "The request could not be parsed: the body is not strict JSON (duplicate keys, trailing \
         bytes, more than 32 levels and lone surrogates count as errors), or a header does not \
         have the form it must have.";
    BAD_REQUEST "bad-request" BAD_REQUEST "Bad request"
        "The HTTP message is framed ambiguously. The connection was closed.";
    INVALID_QUERY "invalid-query" BAD_REQUEST "Invalid query"
        "A query parameter is unknown, repeated, or has a value that this parameter cannot \
         have.";
    INVALID_CURSOR "invalid-cursor" BAD_REQUEST "Invalid cursor"
        "The cursor was altered, belongs to other filters, or is older than 24 hours. Start the \
         list again without it.";
    IDEMPOTENCY_KEY_REQUIRED "idempotency-key-required" BAD_REQUEST "Idempotency key required"
        "This operation must not happen twice by accident. Send an Idempotency-Key header with \
         a fresh random value and the same value with every retry.";
    IDEMPOTENCY_KEY_INVALID "idempotency-key-invalid" BAD_REQUEST "Idempotency key invalid"
        "An Idempotency-Key has 1 to 255 visible ASCII characters.";
    UNAUTHENTICATED "unauthenticated" UNAUTHORIZED "Not authenticated"
        "Send Authorization: Bearer with a valid token.";
    INVALID_CREDENTIALS "invalid-credentials" UNAUTHORIZED "Wrong e-mail address or password"
        "The e-mail address or the password is wrong. Which of them is not told.";
    SESSION_REVOKED "session-revoked" UNAUTHORIZED "The session is closed"
        "A refresh token was used twice, so its session was closed. Sign in again.";
    USER_SUSPENDED "user-suspended" FORBIDDEN "Suspended"
        "An administrator of the organization has suspended this user.";
    FORBIDDEN "forbidden" FORBIDDEN "Forbidden"
        "Your role does not include this operation.";
    NOT_YOUR_RESOURCE "not-your-resource" FORBIDDEN "Not your resource"
        "Only its owner or a supervisor may do this.";
    INVALID_SIGNATURE "invalid-signature" FORBIDDEN "Invalid signature"
        "The signature of the webhook is missing, not by the provider, or older or newer than five \
         minutes; or its path is nobody's. Which of them is not told.";
    NOT_FOUND "not-found" NOT_FOUND "Not found"
        "There is nothing here that you can see.";
    METHOD_NOT_ALLOWED "method-not-allowed" METHOD_NOT_ALLOWED "Method not allowed"
        "This path does not know the method. The Allow header lists those it knows.";
    NOT_ACCEPTABLE "not-acceptable" NOT_ACCEPTABLE "Not acceptable"
        "Answers are application/json or application/problem+json, those that stream \
         text/event-stream; the Accept header excludes them.";
    INVALID_STATE_TRANSITION "invalid-state-transition" CONFLICT "Not possible in this state"
        "The rules do not allow this in the current state. The answer names the state and what \
         is possible in it.";
    LAST_ADMIN "last-admin" CONFLICT "The last administrator"
        "Nobody would be left to administer the organization. Make somebody else an administrator \
         first.";
    NO_TRANSCRIPT "no-transcript" CONFLICT "The call has no transcript"
        "Nothing was written down of what was said in this call.";
    CALL_ENDED "call-ended" CONFLICT "The call has ended"
        "What was asked needs a call that has not ended.";
    CALL_NOT_LIVE "call-not-live" CONFLICT "The call is not live"
        "What was asked needs a call that has been answered and has not ended.";
    DUPLICATE_LIVE_CALL "duplicate-live-call" CONFLICT "There is already a live call to this number"
        "Wait for the other call to this number to end.";
    DUPLICATE_RESOURCE "duplicate-resource" CONFLICT "It exists already"
        "A resource with this identity exists.";
    CONCURRENCY_CONFLICT "concurrency-conflict" CONFLICT "Changed at the same time"
        "Others kept changing the same resource. Read it again and decide anew.";
    IDEMPOTENCY_IN_PROGRESS "idempotency-in-progress" CONFLICT "The same request is still running"
        "A request with this idempotency key has not finished. Ask again shortly.";
    STREAM_CLOSED "stream-closed" CONFLICT "No more changes possible"
        "The history of this resource has reached its limit.";
    ERASED "erased" GONE "Erased"
        "The personal data of this resource was erased; its skeleton remains.";
    VERSION_MISMATCH "version-mismatch" PRECONDITION_FAILED "Another version"
        "The resource has another version than If-Match names. The ETag header is the current \
         one.";
    PAYLOAD_TOO_LARGE "payload-too-large" PAYLOAD_TOO_LARGE "Payload too large"
        "A request body may have 1 MiB, one of a webhook 64 KiB.";
    URI_TOO_LONG "uri-too-long" URI_TOO_LONG "URI too long"
        "A request target may have 8 KiB.";
    UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE "Unsupported media type"
        "Send the body as application/json in UTF-8.";
    UNSUPPORTED_ENCODING "unsupported-encoding" UNSUPPORTED_MEDIA_TYPE "Unsupported encoding"
        "Request bodies are taken as they are; a Content-Encoding is not supported.";
    VALIDATION_FAILED "validation-failed" UNPROCESSABLE_ENTITY "Validation failed"
        "A field is missing, has a wrong type, or a value outside of its limits. The list of \
         errors points to the fields.";
    UNKNOWN_FIELD "unknown-field" UNPROCESSABLE_ENTITY "Unknown field"
        "The body has a field that this operation does not know.";
    INVALID_PHONE_NUMBER "invalid-phone-number" UNPROCESSABLE_ENTITY "Invalid phone number"
        "Phone numbers are written in the international form, for example +420777123456.";
    INVALID_TIME_ZONE "invalid-time-zone" UNPROCESSABLE_ENTITY "Invalid time zone"
        "Time zones are IANA names, for example Europe/Prague.";
    INVALID_RANGE "invalid-range" UNPROCESSABLE_ENTITY "Invalid range"
        "The range is empty, too long, or reaches outside of the years 1970 to 2100.";
    INVALID_SORT "invalid-sort" UNPROCESSABLE_ENTITY "Invalid sort"
        "The list cannot be sorted by this.";
    TOO_MANY_BUCKETS "too-many-buckets" UNPROCESSABLE_ENTITY "Too many buckets"
        "A report has at most 1000 rows. Ask for a shorter range, a coarser bucket or fewer \
         dimensions.";
    UNSUPPORTED_DIMENSION "unsupported-dimension" UNPROCESSABLE_ENTITY "Unsupported dimension"
        "The report does not know this dimension, or more than two were asked for.";
    IDEMPOTENCY_KEY_REUSED "idempotency-key-reused" UNPROCESSABLE_ENTITY "Idempotency key reused"
        "This key was used before with another request. Use a fresh key for a new request.";
    CARD_DATA_NOT_ACCEPTED "card-data-not-accepted" UNPROCESSABLE_ENTITY "Card data is not accepted"
        "A text contains what looks like a payment card number or a card security code. They \
         are never stored here.";
    DIALING_BLOCKED "dialing-blocked" UNPROCESSABLE_ENTITY "Dialing is blocked"
        "A dial guard says no; the reason names it.";
    UNKNOWN_DISPOSITION "unknown-disposition" UNPROCESSABLE_ENTITY "Unknown disposition"
        "The catalog has no active disposition with this code for the calls of the campaign. The \
         reason, where there is one, says whether it is retired or not of the campaign.";
    EMAIL_NOT_VERIFIED "email-not-verified" FORBIDDEN "The e-mail address is not verified"
        "The password is right. Follow the link in the mail that was sent to the address, then \
         sign in.";
    FILE_GONE "file-gone" GONE "The file is gone"
        "A file is kept for 24 hours, unless it is taken away before. Ask for it once more.";
    LINK_EXPIRED "link-expired" GONE "The link is over"
        "The link was never made, was followed already, or its time is over. Ask for another one.";
    INVITATION_EXPIRED "invitation-expired" GONE "The invitation is over"
        "The invitation was never made, was accepted already, or its time is over. Ask whoever \
         has invited you for another one.";
    INVALID_REFERENCE "invalid-reference" UNPROCESSABLE_ENTITY "Invalid reference"
        "What a field names is not there, or cannot be named there.";
    SUBJECT_IN_CALL "subject-in-call" CONFLICT "The person is on a call"
        "Wait until the call is over; nothing was erased.";
    REASON_CODE_REQUIRED "reason-code-required" UNPROCESSABLE_ENTITY "A reason is required"
        "The organization wants to know why an agent takes no calls. Give one of its reasons.";
    PAYMENT_DECLINED "payment-declined" PAYMENT_REQUIRED "Declined"
        "The provider says no. The answer says why, and whether another attempt may succeed.";
    LIMIT_EXCEEDED "limit-exceeded" FORBIDDEN "Above the limit"
        "The organization does not let your role move so much money at once.";
    CURRENCY_NOT_ALLOWED "currency-not-allowed" UNPROCESSABLE_ENTITY "Currency not allowed"
        "The organization takes no payments in this currency.";
    CAPTURE_EXCEEDS_AUTHORIZATION "capture-exceeds-authorization" CONFLICT "Too much to capture"
        "More is to be captured than is authorized and not captured or asked for already.";
    AUTHORIZATION_EXPIRED "authorization-expired" CONFLICT "The authorization has expired"
        "The money is not kept any more. Make another payment.";
    REFUND_EXCEEDS_CAPTURED "refund-exceeds-captured" CONFLICT "Too much to refund"
        "More is to be refunded than was captured and is not refunded or asked for already.";
    PAYMENT_DISPUTED "payment-disputed" CONFLICT "The payment is disputed"
        "While a dispute is open nothing is refunded.";
    SAME_APPROVER "same-approver" CONFLICT "Somebody else has to approve"
        "Whoever has asked for the refund cannot approve it.";
    CAMPAIGN_NOT_READY "campaign-not-ready" UNPROCESSABLE_ENTITY "The campaign is not ready"
        "The campaign cannot call yet; the errors say everything that it lacks.";
    CAMPAIGN_ACTIVE "campaign-active" CONFLICT "The campaign calls"
        "While the campaign calls this is not possible. Deactivate it first.";
    CAMPAIGN_ARCHIVED "campaign-archived" CONFLICT "The campaign is archived"
        "The campaign is only read any more.";
    CONTACT_IN_CALL "contact-in-call" CONFLICT "The contact is in a call"
        "Somebody calls the contact, or nobody has said yet what the call came to.";
    PHONE_IMMUTABLE "phone-immutable" UNPROCESSABLE_ENTITY "The number stays"
        "Somebody with another number is another contact: take this one off the list and add the \
         other.";
    AGENT_DEACTIVATED "agent-deactivated" CONFLICT "The agent is deactivated"
        "The agent takes no calls any more. An administrator can reactivate them.";
    AGENT_HAS_LIVE_CALL "agent-has-live-call" CONFLICT "The agent has a live call"
        "Wait until the call is over.";
    ALREADY_MEMBER "already-member" CONFLICT "A member already"
        "They belong to the team as something else. Change what they are with PATCH.";
    TEAM_FULL "team-full" CONFLICT "The team is full"
        "The team has as many members as it may have.";
    TEAM_NEEDS_SUPERVISOR "team-needs-supervisor" CONFLICT "The team needs a supervisor"
        "Members of the team have live calls, and nobody else supervises it.";
    TEAM_IN_USE "team-in-use" CONFLICT "The team is in use"
        "A member of the team has a live call.";
    QUOTA_EXCEEDED "quota-exceeded" TOO_MANY_REQUESTS "Quota exceeded"
        "The organization has as many of these as it may have.";
    RATE_LIMITED "rate-limited" TOO_MANY_REQUESTS "Too many requests"
        "Slow down; Retry-After says how long to wait.";
    HEADERS_TOO_LARGE "headers-too-large" REQUEST_HEADER_FIELDS_TOO_LARGE "Headers too large"
        "A request may have 64 headers, 8 KiB each and 16 KiB together.";
    INTERNAL "internal" INTERNAL_SERVER_ERROR "Internal error"
        "Something is wrong on our side. Report the trace id.";
    OVERLOADED "overloaded" SERVICE_UNAVAILABLE "Overloaded"
        "More work is waiting than can be done in time. Nothing happened; ask again.";
    CIRCUIT_OPEN "circuit-open" SERVICE_UNAVAILABLE "The provider does not answer"
        "A telephone or payment provider has not answered, and is left alone until it is tried \
         again. Nothing happened; Retry-After says when to ask again.";
    DEPENDENCY_UNAVAILABLE "dependency-unavailable" SERVICE_UNAVAILABLE "A part is unavailable"
        "The database or another needed part cannot be reached. Nothing happened; ask again.";
    OUTCOME_UNKNOWN "outcome-unknown" SERVICE_UNAVAILABLE "Outcome unknown"
        "The connection to the database broke while committing. Ask again with the same \
         idempotency key: it will happen once.";
    DEADLINE_EXCEEDED "deadline-exceeded" SERVICE_UNAVAILABLE "Deadline exceeded"
        "The answer took too long. A command may still have happened; ask again with the same \
         idempotency key.";
    PROJECTION_LAGGING "projection-lagging" SERVICE_UNAVAILABLE "The read model is behind"
        "The read model has not reached the position that was asked for. Ask again.";
    PROJECTION_UNAVAILABLE "projection-unavailable" SERVICE_UNAVAILABLE
        "The read model is not there"
        "The read model has not been built yet.";
}
