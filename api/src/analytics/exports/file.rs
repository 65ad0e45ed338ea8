//! The file of an export.

use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use domain::export::{ExportFormat, KnownExport};
use domain::{ExportId, OrgId};
use futures::stream;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

use super::own::SeenExport;
use crate::http::app::App;
use crate::http::problem::{Problem, from_failure, refused};
use crate::http::query;
use crate::http::read::Head;
use crate::http::trace::Trace;

/// The file of an export, from when it is whole, for 24 hours. That somebody is given it is in the
/// security log before they have the first byte. `ETag` is the SHA-256 of all of it.
#[utoipa::path(
    get,
    path = "/api/v1/analytics/exports/{id}/file",
    operation_id = "downloadExport",
    tag = "analytics",
    params(("id" = String, Path, description = "The export")),
    responses(
        (
            status = 200,
            description = "The file",
            content((String = "text/csv"), (String = "application/x-ndjson"))
        ),
        (status = 304, description = "The file is that of If-None-Match")
    )
)]
pub async fn file(
    State(app): State<App>,
    method: Method,
    head: Head,
    Extension(trace): Extension<Trace>,
    RawQuery(raw): RawQuery,
    SeenExport { id, export, .. }: SeenExport,
) -> Result<Response, Problem> {
    query::none(raw.as_deref())?;
    export.download(app.now()).map_err(|refusal| refused(&refusal))?;
    let headers = headers(id, &export)?;
    let tag = headers.iter().find(|(name, _)| *name == header::ETAG);
    let tag = tag.and_then(|(_, tag)| tag.to_str().ok()).unwrap_or_default();
    if head.has_tag(tag) {
        let tag = (header::ETAG, HeaderValue::from_str(tag).map_err(|e| Problem::fault(&e))?);
        return Ok((StatusCode::NOT_MODIFIED, [tag]).into_response());
    }
    // Who asks what the file is like is given nothing of it.
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let (context, by) = (head.caller.context(trace), head.caller.user);
        app.exports().download(context, id, by).await.map_err(from_failure)?;
        body(app, (head.caller.org, id))
    };
    let mut response = body.into_response();
    response.headers_mut().extend(headers);
    Ok(response)
}

fn headers(id: ExportId, export: &KnownExport) -> Result<[(HeaderName, HeaderValue); 5], Problem> {
    let (kind, ending) = match export.format {
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        ExportFormat::Jsonl => ("application/x-ndjson", "jsonl"),
    };
    let file = export.kept().ok_or_else(|| Problem::fault(&"a file that is kept is not there"))?;
    let name = format!("attachment; filename=\"{}-{id}.{ending}\"", export.report);
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| Problem::fault(&error));
    Ok([
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_LENGTH, HeaderValue::from(file.bytes)),
        (header::CONTENT_DISPOSITION, value(&name)?),
        (header::ETAG, value(&format!("\"{}\"", file.sha256))?),
        (header::ACCEPT_RANGES, HeaderValue::from_static("none")),
    ])
}

/// Chunk by chunk, as fast as it is taken. Where the file is taken away meanwhile, it ends too
/// early, which its length tells.
fn body(app: App, (org, id): (OrgId, ExportId)) -> Body {
    Body::from_stream(stream::try_unfold(0_i32, move |number| {
        let app = app.clone();
        async move {
            let chunk = app.exports().chunk(org, id, number).await?;
            Ok::<_, database::DatabaseError>(chunk.map(|bytes| (bytes, number + 1)))
        }
    }))
}
