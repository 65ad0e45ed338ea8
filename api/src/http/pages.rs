//! Pages for people: what a kind of problem means.

use axum::extract::RawPathParams;
use axum::response::{Html, IntoResponse, Response};

use super::problem::{Kind, Problem};

/// What a kind of problem means, in words.
#[utoipa::path(
    get,
    path = "/problems/{slug}",
    operation_id = "problem",
    tag = "server",
    params(("slug" = String, Path, description = "The code of a problem")),
    responses((status = 200, description = "A page", body = String, content_type = "text/html"))
)]
pub async fn problem(params: RawPathParams) -> Result<Response, Problem> {
    let slug = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug);
    let kind = slug.and_then(Kind::find).ok_or_else(Problem::not_found)?;
    Ok(Html(page(kind)).into_response())
}

fn page(kind: &Kind) -> String {
    let (title, text, status) = (escape(kind.title), escape(kind.text), kind.status);
    let (slug, urn) = (kind.slug, kind.urn());
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <h1>{title}</h1><p>{text}</p><dl><dt>Code</dt><dd><code>{slug}</code></dd>\
         <dt>Type</dt><dd><code>{urn}</code></dd><dt>Status</dt><dd>{status}</dd></dl></html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
