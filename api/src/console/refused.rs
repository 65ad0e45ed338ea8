//! Why there is no page.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::client::Told;
use super::page::{self, Page};

/// The API has said no.
pub(super) struct Refused {
    /// With which status.
    pub status: StatusCode,
    /// In which words.
    pub told: Told,
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
        Self { status, told }
    }
}

/// A page of its own.
#[derive(askama::Template)]
#[template(path = "console/refused.html")]
struct RefusedPage<'a> {
    page: Page,
    refused: &'a Refused,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if self.status == StatusCode::UNAUTHORIZED {
            return Redirect::to("/console/sign-in").into_response();
        }
        let page = Page::plain(&self.told.title);
        page::shown(self.status, &RefusedPage { page, refused: &self })
    }
}
