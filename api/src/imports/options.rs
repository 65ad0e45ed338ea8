//! What is said of a file: how it is written, which column is what.

use std::collections::BTreeMap;

use domain::CampaignId;
use domain::import_batch::{ImportPurpose, OnDuplicate};
use processes::import::contacts::{
    ContactFile, Delimiter, Encoding, FileFault, Format, Mapping, Region,
};
use processes::imports::Asked;
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::of_file;
use crate::http::problem::{Problem, VALIDATION_FAILED};

/// Which columns fill which fields: `phone` and, as they are there, `name`, `first_name`,
/// `last_name`, `email`, `time_zone`, `language`, `priority`, `tags` and `custom.<key>`.
pub(crate) type Columns = BTreeMap<String, Vec<String>>;

/// How a list is to be taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportOptions {
    /// The campaign that is to call.
    #[schema(value_type = uuid::Uuid)]
    campaign_id: CampaignId,
    /// What becomes of a row whose number the campaign has: `skip`, where nothing is said, leaves
    /// what is known; `update` puts what the row says in its place; `fail` rejects the row.
    #[schema(inline)]
    on_duplicate: Option<OnDuplicate>,
    /// `csv`, `jsonl` or `lines` (one number per line and nothing else, the column `phone`); by the
    /// name of the file, where nothing is said.
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
    /// The columns of each field, by their names; by what the columns are called, where nothing is
    /// said.
    mapping: Option<Columns>,
}

/// How a list would be read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewOptions {
    /// `csv`, `jsonl` or `lines` (one number per line and nothing else, the column `phone`); by the
    /// name of the file, where nothing is said.
    pub(crate) format: Option<String>,
    /// `utf-8`, `utf-16`, `utf-16le`, `utf-16be` or `latin-1`; by a byte order mark, or UTF-8,
    /// where nothing is said.
    pub(crate) encoding: Option<String>,
    /// `,`, `;`, `|` or a tab; by the header, where nothing is said.
    pub(crate) delimiter: Option<String>,
    /// Where numbers without a country code are from, as in ISO 3166-1.
    #[schema(example = "CZ")]
    pub(crate) default_region: Option<String>,
    /// The columns of each field, by their names; by what the columns are called, where nothing is
    /// said.
    pub(crate) mapping: Option<Columns>,
}

impl ImportOptions {
    /// As the import has it.
    pub(super) fn asked(self, named: Option<Format>) -> Result<Asked, Problem> {
        let Self { campaign_id, on_duplicate, .. } = self;
        let (file, mapping) = PreviewOptions {
            format: self.format,
            encoding: self.encoding,
            delimiter: self.delimiter,
            default_region: self.default_region,
            mapping: self.mapping,
        }
        .reading(named)?;
        let on_duplicate = on_duplicate.unwrap_or(OnDuplicate::Skip);
        let purpose = ImportPurpose::Contacts { campaign_id };
        Ok(Asked { purpose, on_duplicate: Some(on_duplicate), file, mapping })
    }
}

impl PreviewOptions {
    /// How the file is read.
    pub(crate) fn reading(
        self,
        named: Option<Format>,
    ) -> Result<(ContactFile, Option<Mapping>), Problem> {
        let Self { format, encoding, delimiter, default_region, mapping } = self;
        let format = known(format.as_deref(), "/format", "csv, jsonl or lines", Format::named)?;
        let unsaid = || {
            let words = "say csv, jsonl or lines, or name the file so";
            Problem::at(&VALIDATION_FAILED, "/format", "required", words)
        };
        let mut file = ContactFile::new(format.or(named).ok_or_else(unsaid)?);
        let words = "utf-8, utf-16, utf-16le, utf-16be or latin-1";
        file.encoding = known(encoding.as_deref(), "/encoding", words, Encoding::named)?;
        let words = "a comma, a semicolon, a tab or |";
        file.delimiter = known(delimiter.as_deref(), "/delimiter", words, Delimiter::named)?;
        let words = "a code of ISO 3166-1 such as CZ";
        let region = known(default_region.as_deref(), "/default_region", words, Region::parse)?;
        file.default_region = region;
        let mapping = mapping.map(Mapping::parse).transpose();
        Ok((file, mapping.map_err(|error| of_file(&FileFault::from(error)))?))
    }
}

fn known<T>(
    said: Option<&str>,
    pointer: &str,
    words: &str,
    named: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(said) = said else { return Ok(None) };
    let unknown = || Problem::at(&VALIDATION_FAILED, pointer, "invalid-value", words);
    named(said).map(Some).ok_or_else(unknown)
}
