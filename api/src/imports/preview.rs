//! Looks at a list before it is brought in.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use processes::dispositions;
use processes::import::contacts::{self, ContactRow, Delimiter, RowRead};
use processes::imports::{KeptFault, MAX_FILE};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::form::{Form, Takes, received};
use super::options::PreviewOptions;
use super::problem::of_file;
use super::reply::{FaultReply, fault};
use crate::http::app::App;
use crate::http::body::parsed;
use crate::http::command::Head;
use crate::http::problem::{PAYLOAD_TOO_LARGE, Problem, log_failed};

/// So much of a file is looked at.
const LOOKED_AT: usize = 1 << 20;

/// A form with a list in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; the file is taken as it comes")]
pub struct PreviewForm {
    /// CSV with a header, or JSONL; the first MiB of it is looked at.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// JSON.
    options: PreviewOptions,
}

/// How a list would be read.
#[derive(Serialize, ToSchema)]
pub struct ImportPreview {
    encoding: &'static str,
    /// What stands between the fields of CSV.
    delimiter: Option<String>,
    /// The columns that there are.
    columns: Vec<String>,
    /// What the names of the columns suggest.
    suggested: BTreeMap<String, Vec<String>>,
    /// The columns that nothing is taken from.
    ignored: Vec<String>,
    /// The first 20 rows; none where no column of phone numbers is named or suggested.
    rows: Vec<PreviewRow>,
}

/// A row as it would be read.
#[derive(Serialize, ToSchema)]
pub struct PreviewRow {
    /// From 1.
    row: u64,
    line: u64,
    /// What it tells of; `null` where it would be rejected.
    contact: Option<PreviewContact>,
    /// Everything that is wrong with it.
    faults: Vec<FaultReply>,
}

/// A contact as a row tells of it.
#[derive(Serialize, ToSchema)]
pub struct PreviewContact {
    /// In E.164.
    phone: String,
    /// What was written behind the number; it is kept as a field of your own.
    extension: Option<String>,
    name: Option<String>,
    email: Option<String>,
    time_zone: Option<String>,
    language: Option<String>,
    priority: Option<u8>,
    tags: Vec<String>,
    custom: Map<String, Value>,
}

/// The beginning of a file.
#[derive(Default)]
struct Beginning {
    bytes: Vec<u8>,
    size: u64,
}

impl Takes for Beginning {
    async fn take(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.size > MAX_FILE {
            return Err(Problem::of(&PAYLOAD_TOO_LARGE));
        }
        let room = LOOKED_AT.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(bytes.get(..room).unwrap_or_default());
        Ok(())
    }
}

/// Says how a list would be read: its columns, what they suggest, and the first rows with
/// everything that is wrong with them. Nothing is kept.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/import/preview",
    operation_id = "previewImport",
    tag = "contacts",
    request_body(content = PreviewForm, content_type = "multipart/form-data"),
    responses((status = 200, description = "How it would be read", body = ImportPreview))
)]
pub async fn preview(State(app): State<App>, head: Head, form: Form) -> Result<Response, Problem> {
    let mut beginning = Beginning::default();
    let received = received(form, &mut beginning).await?;
    let options = parsed::<PreviewOptions>(&received.options)?;
    let (mut file, mapping) = options.value.reading(received.format)?;
    let catalog = dispositions::catalog(app.commands(), head.caller.org).await;
    file.catalog = Arc::new(catalog.map_err(|error| log_failed(&error))?.0);
    let input = Cursor::new(beginning.bytes);
    let looked =
        tokio::task::spawn_blocking(move || contacts::preview(input, &file, mapping.as_ref()));
    let looked = looked.await.map_err(|death| Problem::fault(&death))?;
    let looked = looked.map_err(|fault| of_file(&fault))?;
    let suggested = looked.guessed.fields();
    let suggested = suggested.map(|(field, columns)| (field.to_string(), columns.to_vec()));
    let shown = ImportPreview {
        encoding: looked.encoding.name(),
        delimiter: looked.delimiter.map(Delimiter::as_char).map(String::from),
        suggested: suggested.collect(),
        columns: looked.header,
        ignored: looked.ignored,
        rows: looked.rows.into_iter().map(row).collect(),
    };
    Ok(Json(shown).into_response())
}

fn row(read: RowRead) -> PreviewRow {
    match read {
        Ok(row) => {
            let (number, line) = (row.row, row.line);
            PreviewRow { row: number, line, contact: Some(contact(row)), faults: Vec::new() }
        }
        Err(faults) => PreviewRow {
            row: faults.first().map_or(0, |fault| fault.row),
            line: faults.first().map_or(0, |fault| fault.line),
            contact: None,
            faults: faults.into_iter().map(KeptFault::from).map(fault).collect(),
        },
    }
}

fn contact(row: ContactRow) -> PreviewContact {
    PreviewContact {
        phone: row.number.as_str().to_owned(),
        extension: row.extension,
        name: row.name,
        email: row.email.map(|email| email.as_str().to_owned()),
        time_zone: row.time_zone.map(|zone| zone.name().to_owned()),
        language: row.language,
        priority: row.priority,
        tags: row.tags,
        custom: row.custom,
    }
}
