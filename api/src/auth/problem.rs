//! Why somebody is not let in, as problems.

use processes::auth::AuthError;

use crate::http::problem::{
    DUPLICATE_RESOURCE, EMAIL_NOT_VERIFIED, INVALID_CREDENTIALS, LAST_ADMIN, LINK_EXPIRED,
    OVERLOADED, Problem, QUOTA_EXCEEDED, RATE_LIMITED, SESSION_REVOKED, UNAUTHENTICATED,
    USER_SUSPENDED, by_field, by_kind, from_failure, keyring_failed, log_failed,
    refused as refused_by,
};

/// What a failure is answered with.
pub(crate) fn refused(error: AuthError) -> Problem {
    match error {
        AuthError::InvalidCredentials => Problem::of(&INVALID_CREDENTIALS),
        AuthError::Suspended => Problem::of(&USER_SUSPENDED),
        AuthError::TooOften { retry_after_s } => {
            Problem::of(&RATE_LIMITED).retry_after(retry_after_s)
        }
        AuthError::Busy => Problem::of(&OVERLOADED).retry_after(1),
        AuthError::Unverified => Problem::of(&EMAIL_NOT_VERIFIED),
        AuthError::LinkOver => Problem::of(&LINK_EXPIRED),
        AuthError::InvalidToken => Problem::of(&UNAUTHENTICATED),
        AuthError::Reused => Problem::of(&SESSION_REVOKED),
        AuthError::Field(fault) => by_field(fault),
        AuthError::Taken => Problem::of(&DUPLICATE_RESOURCE),
        AuthError::LastAdmin => Problem::of(&LAST_ADMIN),
        AuthError::NobodyLikeThat => Problem::not_found(),
        AuthError::Quota => Problem::of(&QUOTA_EXCEEDED),
        AuthError::Refused(refusal) => refused_by(&*refusal),
        AuthError::Command(failure) => from_failure(failure),
        AuthError::Database(error) => by_kind(&error),
        AuthError::Log(error) => log_failed(&error),
        AuthError::Keyring(error) => keyring_failed(&error),
        error @ (AuthError::Hashing(_) | AuthError::Wrong(_)) => Problem::fault(&error),
    }
}
