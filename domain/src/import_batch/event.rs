//! The facts of an import, as they are stored forever.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::purpose::Suppression;
use super::state::{ImportFailure, ImportFile, ImportOptions, Tally};
use crate::{CampaignId, DecidedEvent, Timestamp, UserId};

/// One fact. None holds anything of a row: what became of each row stands in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr, VariantNames)]
#[expect(missing_docs, reason = "docs/EVENTS.md says what the fields mean, generated from golden/")]
pub enum ImportEvent {
    /// Somebody has brought a list for a campaign, and it is kept.
    ImportRequested {
        campaign_id: CampaignId,
        file: Box<ImportFile>,
        options: Box<ImportOptions>,
        by: UserId,
        at: Timestamp,
    },
    /// Somebody has brought a list of numbers that are not to be called, and it is kept.
    SuppressionImportRequested {
        suppression: Box<Suppression>,
        file: Box<ImportFile>,
        options: Box<ImportOptions>,
        by: UserId,
        at: Timestamp,
    },
    /// Its rows were counted, and are taken from now on.
    ImportStarted { rows: u64, at: Timestamp },
    /// The rows up to this one are done with; the tally is of those that were not before.
    ImportProgressed { rows_read: u64, tally: Tally, at: Timestamp },
    /// No row is left; the totals are of all rows.
    ImportCompleted { totals: Tally, at: Timestamp },
    /// It could not be taken; what was brought in before stays.
    ImportFailed { failure: ImportFailure, at: Timestamp },
    /// Somebody has stopped it; what was brought in before stays.
    ImportCanceled { by: UserId, at: Timestamp },
}

impl DecidedEvent for ImportEvent {
    const TYPES: &'static [&'static str] = Self::VARIANTS;

    fn event_type(&self) -> &'static str {
        self.into()
    }

    fn occurred_at(&self) -> Timestamp {
        match self {
            Self::ImportRequested { at, .. }
            | Self::SuppressionImportRequested { at, .. }
            | Self::ImportStarted { at, .. }
            | Self::ImportProgressed { at, .. }
            | Self::ImportCompleted { at, .. }
            | Self::ImportFailed { at, .. }
            | Self::ImportCanceled { at, .. } => *at,
        }
    }
}
