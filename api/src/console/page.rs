//! What every page has around it.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::assets;
use super::client::Reader;
use super::refused::Refused;

/// Scripts and styles are files of ours; nothing else is loaded, framed or sent to.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The pages there are: path, name, and the operation that its reader has to be allowed.
const PAGES: [(&str, &str, &str); 5] = [
    ("/console/wallboard", "Wallboard", "getWallboard"),
    ("/console/alerts", "Alerts", "listAlerts"),
    ("/console/trends", "Sentiment", "getSentimentTrends"),
    ("/console/calls", "Calls", "listCalls"),
    ("/console/projections", "Projections", "listProjections"),
];

/// The frame of a page.
pub(super) struct Page {
    /// What it is called.
    pub title: String,
    /// Who looks at it.
    pub reader: Option<Introduced>,
    /// Where else one can go, and whether one is there.
    pub places: Vec<Place>,
    permissions: Vec<String>,
}

/// Whoever looks.
pub(super) struct Introduced {
    /// Their name, or address.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Their organization.
    pub organization: String,
}

/// Somewhere to go.
pub(super) struct Place {
    /// Where.
    pub path: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether one is there.
    pub here: bool,
}

#[derive(Deserialize)]
struct Me {
    user: Account,
    organization: Named,
    permissions: Vec<String>,
}

#[derive(Deserialize)]
struct Account {
    display_name: Option<String>,
    email: Option<String>,
    role: String,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

impl Page {
    /// Nobody is known here.
    pub fn plain(title: &str) -> Self {
        Self { title: title.to_owned(), reader: None, places: Vec::new(), permissions: Vec::new() }
    }

    /// A page at `path`, with the ways to those that its reader may see.
    pub async fn of(reader: &Reader, path: &str, title: &str) -> Result<Self, Refused> {
        let me: Me = reader.get("/auth/me").await?;
        let Me { user, organization, permissions } = me;
        let name = user.display_name.or(user.email).unwrap_or_default();
        let organization = organization.name.unwrap_or_default();
        let mut page = Self {
            title: title.to_owned(),
            reader: Some(Introduced { name, role: user.role, organization }),
            places: Vec::new(),
            permissions,
        };
        let seen = PAGES.into_iter().filter(|(_, _, operation)| page.may(operation));
        let places = seen.map(|(to, name, _)| Place { path: to, name, here: to == path });
        page.places = places.collect();
        Ok(page)
    }

    /// Whether its reader may use an operation.
    pub fn may(&self, operation: &str) -> bool {
        self.permissions.iter().any(|known| known == operation)
    }

    /// Where a style or script is.
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }
}

/// A template as an answer.
pub(super) fn shown(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => {
            let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            (status, [policy], Html(page)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a template failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
