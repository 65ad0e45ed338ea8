//! How commands are answered: with the resource as its aggregate is then, written down with its
//! personal fields sealed, opened just before it leaves.

use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use domain::{Decider, OrgId, Personal, PersonalText, Refusal};
use event_store::{Keyring, Outcome, Reply, StoredReply};
use http::{HeaderValue, StatusCode, header};
use processes::commands::{Order, OrderError};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::app::App;
use super::command::{Head, etag};
use super::problem::{
    OVERLOADED, Problem, VERSION_MISMATCH, by_kind, from_failure, keyring_failed, log_failed,
    stored_refusal,
};

/// A resource that commands are answered with.
pub(crate) trait Resource: Serialize + DeserializeOwned + Send {
    /// The same with its personal fields open; erased ones are `null`.
    fn opened(self, app: &App, org: OrgId) -> impl Future<Output = Result<Self, Problem>> + Send;
}

/// A resource that shows one aggregate.
pub(crate) trait Shows<A>: Resource {
    /// The aggregate, where there is one.
    fn of(id: Uuid, state: &A, version: u64) -> Option<Self>;
}

/// Writes the answer of an accepted command: the resource, where it is, or nothing at all.
pub(crate) struct Accepted<R> {
    id: Uuid,
    status: StatusCode,
    location: Option<String>,
    shows: PhantomData<fn() -> R>,
}

impl<R> Accepted<R> {
    /// The resource as it is then.
    pub(crate) fn changed(id: Uuid) -> Self {
        Self { id, status: StatusCode::OK, location: None, shows: PhantomData }
    }

    /// The resource that is there now, and where.
    pub(crate) fn created(id: Uuid, location: String) -> Self {
        let (status, location) = (StatusCode::CREATED, Some(location));
        Self { id, status, location, shows: PhantomData }
    }

    /// The resource of something that begins now, and where it shows how far it is.
    pub(crate) fn begun(id: Uuid, location: String) -> Self {
        let (status, location) = (StatusCode::ACCEPTED, Some(location));
        Self { id, status, location, shows: PhantomData }
    }

    /// Nothing.
    pub(crate) fn gone(id: Uuid) -> Self {
        Self { id, status: StatusCode::NO_CONTENT, location: None, shows: PhantomData }
    }
}

impl<A: Decider, R: Shows<A>> Reply<A> for Accepted<R>
where
    A::Error: Refusal,
{
    fn accepted(&self, state: &A, version: u64) -> StoredReply {
        let body = match self.status {
            StatusCode::NO_CONTENT => Vec::new(),
            _ => serde_json::to_vec(&R::of(self.id, state, version)).unwrap_or_default(),
        };
        StoredReply {
            status: self.status.as_u16(),
            body,
            etag: Some(etag(version)),
            location: self.location.clone(),
        }
    }

    fn refused(&self, refusal: &A::Error) -> Option<StoredReply> {
        stored_refusal(refusal)
    }
}

impl Head {
    /// The same of one that makes something.
    ///
    /// # Errors
    /// `version-mismatch`, where a version is named: there is none yet.
    pub(crate) fn creation<A: Decider, R: Shows<A> + 'static>(
        &self,
        canonical: &str,
        reply: Accepted<R>,
    ) -> Result<Order<A>, Problem>
    where
        A::Error: Refusal,
    {
        match self.if_match {
            None => Ok(self.order(canonical, reply)),
            Some(_) => {
                Err(Problem::of(&VERSION_MISMATCH).because("there is no version to match yet"))
            }
        }
    }

    /// A command of this caller, and how it is answered.
    pub(crate) fn order<A: Decider>(
        &self,
        canonical: &str,
        reply: impl Reply<A> + 'static,
    ) -> Order<A> {
        Order {
            context: self.caller.context(self.trace),
            key: self.idempotency(canonical),
            if_match: self.if_match,
            reply: Box::new(reply),
        }
    }
}

/// What is read from an aggregate itself, under its version.
///
/// # Errors
/// None that is the caller's fault.
pub(crate) fn tagged(version: u64, body: &impl Serialize) -> Result<Response, Problem> {
    let mut response = axum::Json(body).into_response();
    let tag = HeaderValue::from_str(&etag(version)).map_err(|error| Problem::fault(&error))?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// The answer to what has come of a command, whether it is new or was stored.
pub(crate) async fn respond<R: Resource>(
    app: &App,
    org: OrgId,
    outcome: Outcome,
) -> Result<Response, Problem> {
    let Outcome { reply, position, replayed, .. } = outcome;
    let mut response = match reply.status {
        400.. => Problem::from_stored(&reply.body).into_response(),
        _ => accepted::<R>(app, org, reply).await?,
    };
    if let Some(position) = position {
        response.headers_mut().insert("x-event-position", HeaderValue::from(position));
    }
    if replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn accepted<R: Resource>(
    app: &App,
    org: OrgId,
    stored: StoredReply,
) -> Result<Response, Problem> {
    let fault = |error: &dyn std::fmt::Display| Problem::fault(error);
    let status = StatusCode::from_u16(stored.status).map_err(|e| fault(&e))?;
    let mut response = if stored.body.is_empty() {
        status.into_response()
    } else {
        let resource: R = serde_json::from_slice(&stored.body).map_err(|e| fault(&e))?;
        (status, axum::Json(resource.opened(app, org).await?)).into_response()
    };
    for (name, value) in [(header::ETAG, stored.etag), (header::LOCATION, stored.location)] {
        let value = value.map(|value| HeaderValue::from_str(&value)).transpose();
        if let Some(value) = value.map_err(|e| fault(&e))? {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// An order that was not carried out.
pub(crate) fn not_done<R: Refusal>(error: OrderError<R>) -> Problem {
    match error {
        OrderError::Command(failure) => from_failure(failure),
        OrderError::Busy => Problem::of(&OVERLOADED),
        OrderError::Log(error) => log_failed(&error),
        OrderError::Database(error) => by_kind(&error),
    }
}

/// A personal field as an answer is written down with it: sealed, or, of a command that has just
/// brought it in, as it came. Such an answer is kept under its subject's seal, or not at all.
pub(crate) fn written<T: PersonalText>(field: &Personal<T>) -> Option<String> {
    match field {
        Personal::Sealed(token) => Some(token.as_str().to_owned()),
        Personal::Known { value, .. } => Some(value.expose().to_owned()),
        Personal::Erased => None,
    }
}

/// Opens a text where it is sealed; `None` once its key is gone.
pub(crate) async fn open(
    app: &App,
    org: OrgId,
    text: Option<String>,
) -> Result<Option<String>, Problem> {
    match text {
        Some(token) if Keyring::sealed(&token) => {
            let opened = app.keyring().open(org.uuid(), &token).await;
            opened.map_err(|error| keyring_failed(&error))
        }
        text => Ok(text),
    }
}

/// A number of which the country code and the last two digits are left (domain/01 §1.3). How long
/// a country code is, a number does not say: one digit is left.
pub(crate) fn masked(number: &str) -> String {
    let last = number.chars().count().saturating_sub(2);
    let keep = |(place, c): (usize, char)| if place < 2 || place >= last { c } else { '•' };
    number.chars().enumerate().map(keep).collect()
}
