//! A form with a file in it: the file is taken as it comes, never as a whole.

use std::time::{Duration, Instant};

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::{StatusCode, header};
use processes::import::contacts::Format;
use processes::imports::Upload;

use super::problem::refused;
use crate::http::app::App;
use crate::http::problem::{
    MALFORMED_REQUEST, PAYLOAD_TOO_LARGE, Problem, UNKNOWN_FIELD, UNSUPPORTED_ENCODING,
    UNSUPPORTED_MEDIA_TYPE, VALIDATION_FAILED,
};

/// How long nothing may come, and how long everything may take.
const PATIENCE: Duration = Duration::from_secs(10);
const DEADLINE: Duration = Duration::from_secs(300);
/// The most bytes of the options.
const MAX_OPTIONS: usize = 64 * 1024;

/// A form that begins to come.
pub struct Form(Multipart);

impl FromRequest<App> for Form {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(Problem::of(&UNSUPPORTED_ENCODING));
        }
        let form = Multipart::from_request(request, app).await;
        let words = "the body is multipart/form-data with the parts file and options";
        form.map(Self).map_err(|_| Problem::of(&UNSUPPORTED_MEDIA_TYPE).because(words))
    }
}

/// What takes a file as it comes.
pub(crate) trait Takes {
    /// The next bytes of it.
    fn take(&mut self, bytes: &[u8]) -> impl Future<Output = Result<(), Problem>> + Send;
}

impl Takes for Upload {
    async fn take(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.write(bytes).await.map_err(refused)
    }
}

/// What a form has said beside its file.
pub(crate) struct Received {
    /// JSON, not looked at.
    pub options: Bytes,
    /// How the file is written, by its name or its type.
    pub format: Option<Format>,
}

/// Takes a form to its end.
///
/// # Errors
/// It is framed badly, comes too slowly, lacks a part or has one that is unknown.
pub(crate) async fn received(form: Form, file: &mut impl Takes) -> Result<Received, Problem> {
    let Form(mut form) = form;
    let end = Instant::now() + DEADLINE;
    let (mut options, mut format, mut found) = (None, None, false);
    while let Some(mut field) = timely(end, form.next_field()).await? {
        match field.name() {
            Some("file") if !found => {
                found = true;
                format = written(&field);
                while let Some(bytes) = timely(end, field.chunk()).await? {
                    file.take(&bytes).await?;
                }
            }
            Some("options") if options.is_none() => options = Some(small(end, field).await?),
            Some(name @ ("file" | "options")) => {
                let words = "the part is there twice";
                return Err(Problem::at(&VALIDATION_FAILED, &format!("/{name}"), "twice", words));
            }
            name => {
                let words = "a form has the parts file and options";
                let pointer = format!("/{}", name.unwrap_or_default());
                return Err(Problem::at(&UNKNOWN_FIELD, &pointer, "unknown-field", words));
            }
        }
    }
    let missing = |part| Problem::at(&VALIDATION_FAILED, part, "required", "the part is missing");
    if !found {
        return Err(missing("/file"));
    }
    Ok(Received { options: options.ok_or_else(|| missing("/options"))?, format })
}

async fn small(end: Instant, mut field: Field<'_>) -> Result<Bytes, Problem> {
    let mut all = Vec::new();
    while let Some(bytes) = timely(end, field.chunk()).await? {
        if all.len() + bytes.len() > MAX_OPTIONS {
            return Err(Problem::of(&PAYLOAD_TOO_LARGE).because("options has at most 64 KiB"));
        }
        all.extend_from_slice(&bytes);
    }
    Ok(all.into())
}

async fn timely<T>(
    end: Instant,
    next: impl Future<Output = Result<T, MultipartError>>,
) -> Result<T, Problem> {
    let late = |_| Problem::of(&MALFORMED_REQUEST).because("the body did not arrive in time");
    let patience = PATIENCE.min(end.saturating_duration_since(Instant::now()));
    let next = tokio::time::timeout(patience, next).await.map_err(late)?;
    next.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of(&PAYLOAD_TOO_LARGE),
        _ => Problem::of(&MALFORMED_REQUEST).because("the form ended early or is framed badly"),
    })
}

fn written(field: &Field<'_>) -> Option<Format> {
    let by_type = match field.content_type() {
        Some("text/csv" | "text/tab-separated-values") => Some(Format::Csv),
        Some("application/jsonl" | "application/x-ndjson") => Some(Format::Jsonl),
        _ => None,
    };
    field.file_name().and_then(Format::of_file).or(by_type)
}
