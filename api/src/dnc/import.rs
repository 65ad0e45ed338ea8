//! Has the numbers of a list not called any more.

use axum::extract::State;
use axum::response::Response;
use domain::dnc::{DncScope, DncSource};
use domain::import_batch::{ImportPurpose, Suppression};
use domain::{CampaignId, Timestamp};
use processes::import::contacts::Format;
use processes::imports::Asked;
use serde::Deserialize;
use utoipa::ToSchema;

use super::import_reply::NumberImportReply;
use crate::campaigns;
use crate::http::app::App;
use crate::http::command::Head;
use crate::http::problem::{Problem, VALIDATION_FAILED};
use crate::imports::create::taken;
use crate::imports::form::Form;
use crate::imports::options::{Columns, PreviewOptions};

/// A form with a list of numbers in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; the file is taken as it comes")]
pub struct NumberImportForm {
    /// CSV with a header, JSONL, or a number per line: at most 50 MiB and 200,000 rows.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// JSON.
    options: NumberImportOptions,
}

/// What is said of the numbers, and how they are written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberImportOptions {
    /// For this campaign only; for the whole organization, where nothing is said.
    campaign_id: Option<CampaignId>,
    /// `import` or `regulator`; `import`, where nothing is said.
    #[schema(inline)]
    source: Option<DncSource>,
    /// Why; a line that names nobody.
    #[schema(example = "the regulator's list of March")]
    reason: String,
    /// Until when; without end, where nothing is said.
    expires_at: Option<Timestamp>,
    /// `csv`, `jsonl` or `lines` (one number per line and nothing else); by the name of the file,
    /// where nothing is said.
    format: Option<String>,
    /// `utf-8`, `utf-16`, `utf-16le`, `utf-16be` or `latin-1`; by a byte order mark, or UTF-8,
    /// where nothing is said.
    encoding: Option<String>,
    /// `,`, `;`, `|` or a tab; by the header, where nothing is said.
    delimiter: Option<String>,
    /// Where numbers without a country code are from, as in ISO 3166-1; there are none, where
    /// nothing is said.
    #[schema(example = "CZ")]
    default_region: Option<String>,
    /// The columns of `phone`, of which the first that is not blank counts; by what the columns are
    /// called, where nothing is said. Nothing else is taken from the file.
    mapping: Option<Columns>,
}

/// Has the numbers of a list not called any more. The file is kept, sealed, before this is
/// answered; its rows are taken afterwards, and the import says how far they are. Numbers are read
/// as those of contacts are. What is said of one for longer already, stays. A row that cannot be
/// taken is rejected with everything that is wrong with it, and stops none of the others; where
/// more than 200 of the first 1000 rows cannot be taken, the file is not what was meant, and
/// nothing of it is. Whoever is erased meanwhile is not known again by it: their row is rejected.
///
/// Where a field of `options` is wrong, the problem points into `options`.
#[utoipa::path(
    post,
    path = "/api/v1/dnc/import",
    operation_id = "importNumbers",
    tag = "dnc",
    request_body(content = NumberImportForm, content_type = "multipart/form-data"),
    responses((
        status = 202,
        description = "The import, which is taken from now on",
        body = NumberImportReply,
        headers(("Location" = String, description = "Where the import is"))
    ))
)]
pub async fn import(State(app): State<App>, head: Head, form: Form) -> Result<Response, Problem> {
    let asked = async |options: NumberImportOptions, format| {
        campaigns::known(&app, head.caller.org, options.campaign_id).await?;
        options.asked(format)
    };
    taken::<NumberImportOptions, NumberImportReply>(
        (&app, &head),
        form,
        "/api/v1/dnc/imports",
        asked,
    )
    .await
}

impl NumberImportOptions {
    /// As the import has it.
    fn asked(self, named: Option<Format>) -> Result<Asked, Problem> {
        let Self { campaign_id, source, reason, expires_at, mapping, .. } = self;
        if mapping.iter().flat_map(Columns::keys).any(|field| field != "phone") {
            let words = "nothing but numbers is taken from the file";
            return Err(Problem::at(&VALIDATION_FAILED, "/mapping", "unknown-field", words));
        }
        let (file, mapping) = PreviewOptions {
            format: self.format,
            encoding: self.encoding,
            delimiter: self.delimiter,
            default_region: self.default_region,
            mapping,
        }
        .reading(named)?;
        let campaign = campaign_id.map(|campaign_id| DncScope::Campaign { campaign_id });
        let scope = campaign.unwrap_or(DncScope::Organization);
        let source = source.unwrap_or(DncSource::Import);
        let suppression = Suppression { scope, source, reason, expires_at };
        let purpose = ImportPurpose::Suppression { suppression };
        Ok(Asked { purpose, on_duplicate: None, file, mapping })
    }
}
