//! Why there is no page.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::client::Told;
use super::page::{self, Page};

/// The API has said no.
#[derive(Clone)]
pub(super) struct Refused {
    /// With which status.
    pub status: StatusCode,
    /// In which words.
    pub told: Told,
    /// After how many seconds it may be tried again, where that is known.
    pub retry_after: Option<HeaderValue>,
}

impl Refused {
    /// Something that is not the reader's fault; the log has what.
    pub fn fault(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a page could not be made");
        let detail = "It is in the log; trying again may help.".to_owned();
        Self::of(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", detail)
    }

    /// There is no such page.
    pub fn not_found() -> Self {
        let detail = "Perhaps it was another organization's, or is gone.".to_owned();
        Self::of(StatusCode::NOT_FOUND, "There is nothing here", detail)
    }

    /// In words of the console.
    pub fn of(status: StatusCode, title: &str, detail: String) -> Self {
        let told = Told { title: title.to_owned(), detail: Some(detail), errors: Vec::new() };
        Self { status, told, retry_after: None }
    }
}

/// What was asked wrongly is said beside the form, where it can be mended, with its status; that is
/// no page of its own.
///
/// # Errors
/// What is not the form's fault, or that nobody is signed in.
pub(super) fn beside<T>(
    found: Result<T, Refused>,
) -> Result<(StatusCode, Result<T, Refused>), Refused> {
    match found {
        Ok(found) => Ok((StatusCode::OK, Ok(found))),
        Err(refused) if MENDABLE.contains(&refused.status) => Ok((refused.status, Err(refused))),
        Err(refused) => Err(refused),
    }
}

/// How the API refuses what was asked wrongly, and whose it is not.
const MENDABLE: [StatusCode; 3] =
    [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::FORBIDDEN];

/// A page of its own.
#[derive(askama::Template)]
#[template(path = "console/refused.html")]
struct RefusedPage<'a> {
    page: Page,
    refused: &'a Refused,
}

impl Refused {
    /// The page that says so.
    pub fn shown(&self, page: Page) -> Response {
        let mut response = page::shown(self.status, &RefusedPage { page, refused: self });
        if let Some(seconds) = &self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
        }
        response
    }

    /// For templates: the seconds until it may be tried again.
    pub fn seconds(&self) -> Option<&str> {
        self.retry_after.as_ref().and_then(|seconds| seconds.to_str().ok())
    }
}

/// As whoever is not known is told. What is around pages ([`super::session::signed_in`]) finds the
/// refusal with the answer, and says it as it fits the reader.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.shown(Page::plain(&self.told.title));
        response.extensions_mut().insert(self);
        response
    }
}
