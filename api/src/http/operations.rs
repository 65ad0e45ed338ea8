//! The table of operations: what is deny-by-default. The router, the OpenAPI
//! document and this table are checked against each other when the server
//! starts; an operation that is missing here does not start.

use super::problem::*;

/// What an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Changes one aggregate.
    Command,
    /// Reads a read model that many rows may come from.
    List,
    /// Reads one resource, with its version.
    Resource,
    /// Needs no caller.
    Public,
}

/// Whether an operation takes an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Must have one.
    Required,
    /// May have one.
    Accepted,
    /// Has none.
    None,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// The method, in capitals.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// The name under which permissions, limits and documents know it.
    pub id: &'static str,
    /// What it is.
    pub class: Class,
    /// Whether it takes an idempotency key.
    pub key: Key,
    /// Its own problems, beside those of its class.
    pub problems: &'static [&'static Kind],
}

macro_rules! operations {
    ($($method:ident $path:literal $id:literal $class:ident $key:ident [$($problem:ident)*];)*) => {
        /// Every operation there is.
        pub static OPERATIONS: &[Operation] = &[$(Operation {
            method: stringify!($method),
            path: $path,
            id: $id,
            class: Class::$class,
            key: Key::$key,
            problems: &[$(&$problem),*],
        }),*];
    };
}

operations! {
    POST  "/api/v1/calls" "createCall" Command Required [
        INVALID_PHONE_NUMBER DIALING_BLOCKED DUPLICATE_LIVE_CALL DUPLICATE_RESOURCE
    ];
    GET   "/api/v1/calls" "listCalls" List None [
        INVALID_CURSOR INVALID_RANGE INVALID_SORT INVALID_PHONE_NUMBER CARD_DATA_NOT_ACCEPTED
    ];
    GET   "/api/v1/calls/{id}" "getCall" Resource None [NOT_FOUND INVALID_QUERY];
    PATCH "/api/v1/calls/{id}" "changeCall" Command None [];
    POST  "/api/v1/calls/{id}/end" "endCall" Command Accepted [];
    POST  "/api/v1/calls/{id}/disposition" "disposeCall" Command Accepted [UNKNOWN_DISPOSITION];
    PUT   "/api/v1/calls/{id}/disposition" "reviseDisposition" Command None [
        UNKNOWN_DISPOSITION NOT_YOUR_RESOURCE
    ];
    POST  "/api/v1/calls/{id}/notes" "addNote" Command Accepted [];
    GET   "/api/v1/calls/{id}/timeline" "getTimeline" List None [NOT_FOUND INVALID_CURSOR];
    GET   "/api/v1/analytics/calls" "getCallMetrics" List None [
        INVALID_RANGE INVALID_TIME_ZONE INVALID_PHONE_NUMBER TOO_MANY_BUCKETS
        UNSUPPORTED_DIMENSION
    ];
    GET   "/health/live" "live" Public None [];
    GET   "/health/ready" "ready" Public None [];
    GET   "/openapi.json" "openapi" Public None [];
    GET   "/problems/{slug}" "problem" Public None [NOT_FOUND];
}

impl Operation {
    /// Every kind of problem that the operation may answer with.
    #[must_use]
    pub fn all_problems(&self) -> Vec<&'static Kind> {
        let mut kinds: Vec<&'static Kind> =
            vec![&METHOD_NOT_ALLOWED, &URI_TOO_LONG, &HEADERS_TOO_LARGE, &INTERNAL];
        if self.class != Class::Public {
            kinds.extend([&UNAUTHENTICATED, &NOT_ACCEPTABLE, &MALFORMED_REQUEST, &INVALID_QUERY]);
            kinds.extend([&OVERLOADED, &DEPENDENCY_UNAVAILABLE, &DEADLINE_EXCEEDED]);
        }
        match self.class {
            Class::Command => {
                kinds.extend([&PAYLOAD_TOO_LARGE, &UNSUPPORTED_MEDIA_TYPE, &UNSUPPORTED_ENCODING]);
                kinds.extend([&VALIDATION_FAILED, &UNKNOWN_FIELD, &CARD_DATA_NOT_ACCEPTED]);
                kinds.extend([&INVALID_STATE_TRANSITION, &CONCURRENCY_CONFLICT, &STREAM_CLOSED]);
                kinds.extend([&VERSION_MISMATCH, &OUTCOME_UNKNOWN, &ERASED]);
            }
            Class::List | Class::Resource => kinds.push(&PROJECTION_LAGGING),
            Class::Public => {}
        }
        if self.class == Class::Command && self.path.contains("{id}") {
            kinds.push(&NOT_FOUND);
        }
        if self.key != Key::None {
            kinds.extend([&IDEMPOTENCY_KEY_INVALID, &IDEMPOTENCY_KEY_REUSED]);
            kinds.push(&IDEMPOTENCY_IN_PROGRESS);
        }
        if self.key == Key::Required {
            kinds.push(&IDEMPOTENCY_KEY_REQUIRED);
        }
        kinds.extend(self.problems);
        kinds.sort_by_key(|kind| (kind.status.as_u16(), kind.slug));
        kinds.dedup();
        kinds
    }
}
