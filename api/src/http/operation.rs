//! One operation: who may use it, and with what it may be answered.

use domain::Role;

use super::operations::operations;
use super::problem::*;

/// What an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Changes one aggregate.
    Command,
    /// Reads a read model that many rows may come from.
    List,
    /// The same over a time that is cut into buckets.
    Figures,
    /// Reads one resource, with its version.
    Resource,
    /// Tells what is so, and tells it again whenever it has changed, until its caller goes away:
    /// as `text/event-stream`.
    Stream,
    /// Changes what belongs to the caller's own account.
    Account,
    /// The same with a body; also one that asks with a body, and changes nothing.
    Form,
    /// Lets somebody in who is not known yet.
    Entry,
    /// Is told by a provider, who signs it.
    Webhook,
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
    /// Whose roles include it; nobody's, where it needs no caller.
    pub roles: &'static [Role],
    /// Its own problems, beside those of its class.
    pub problems: &'static [&'static Kind],
}

impl Operation {
    /// The operation of a method and a path template.
    #[must_use]
    pub fn find(method: &str, path: &str) -> Option<&'static Self> {
        // HEAD is GET without a body.
        let method = if method == "HEAD" { "GET" } else { method };
        operations().find(|known| known.method == method && known.path == path)
    }

    /// Whether it needs a caller.
    #[must_use]
    pub fn needs_caller(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Every kind of problem that the operation may answer with.
    #[must_use]
    pub fn all_problems(&self) -> Vec<&'static Kind> {
        let mut kinds: Vec<&'static Kind> =
            vec![&METHOD_NOT_ALLOWED, &URI_TOO_LONG, &HEADERS_TOO_LARGE, &INTERNAL];
        if self.class != Class::Public {
            kinds.extend([&MALFORMED_REQUEST, &OVERLOADED]);
            kinds.extend([&DEPENDENCY_UNAVAILABLE, &DEADLINE_EXCEEDED]);
        }
        if !matches!(self.class, Class::Public | Class::Webhook) {
            kinds.extend([&NOT_ACCEPTABLE, &INVALID_QUERY]);
        }
        if self.needs_caller() {
            kinds.extend([&UNAUTHENTICATED, &FORBIDDEN, &RATE_LIMITED]);
        }
        if matches!(self.class, Class::Command | Class::Entry | Class::Form) {
            kinds.extend([&PAYLOAD_TOO_LARGE, &UNSUPPORTED_MEDIA_TYPE, &UNSUPPORTED_ENCODING]);
            kinds.extend([&VALIDATION_FAILED, &UNKNOWN_FIELD, &CARD_DATA_NOT_ACCEPTED]);
        }
        match self.class {
            Class::Command => {
                kinds.extend([&INVALID_STATE_TRANSITION, &CONCURRENCY_CONFLICT, &STREAM_CLOSED]);
                kinds.extend([&VERSION_MISMATCH, &OUTCOME_UNKNOWN, &ERASED]);
            }
            Class::Entry => {
                kinds.extend([&RATE_LIMITED, &OUTCOME_UNKNOWN, &CONCURRENCY_CONFLICT]);
            }
            Class::Webhook => {
                kinds.extend([&PAYLOAD_TOO_LARGE, &INVALID_SIGNATURE, &NOT_FOUND]);
            }
            Class::Figures => {
                kinds.extend([&PROJECTION_LAGGING, &INVALID_RANGE, &INVALID_TIME_ZONE]);
                kinds.push(&TOO_MANY_BUCKETS);
            }
            Class::List | Class::Resource => kinds.push(&PROJECTION_LAGGING),
            Class::Stream => kinds.extend([&PROJECTION_LAGGING, &QUOTA_EXCEEDED]),
            Class::Account | Class::Form if self.method != "GET" => {
                kinds.extend([&PAYLOAD_TOO_LARGE, &CONCURRENCY_CONFLICT, &OUTCOME_UNKNOWN]);
                kinds.push(&INVALID_STATE_TRANSITION);
            }
            Class::Account | Class::Form | Class::Public => {}
        }
        if self.class == Class::Command && self.path.contains('{') {
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
