//! What became of a row, as it is kept and told. It repeats nothing of the row.

use domain::ContactId;
use domain::import_batch::RowOutcome;
use serde::{Deserialize, Serialize};

use crate::import::contacts::RowFault;

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowResult {
    /// The row's number: rows of the file from 1, the header and blank lines not counted.
    pub row: u64,
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// What it has come to.
    pub outcome: RowOutcome,
    /// The contact that the row is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<KeptFault>,
}

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFault {
    /// The column to blame, by the file's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// A stable code.
    pub code: String,
    /// What is wrong, in words for a person.
    pub message: String,
}

impl KeptFault {
    /// Of the row as a whole.
    pub(super) fn of_row(code: &str, message: impl Into<String>) -> Self {
        Self { column: None, code: code.to_owned(), message: message.into() }
    }
}

impl From<RowFault> for KeptFault {
    fn from(fault: RowFault) -> Self {
        Self { column: fault.column, code: fault.code.to_owned(), message: fault.words }
    }
}

/// A row that was not taken, from its faults, of which there is at least one.
pub(super) fn faulty(faults: Vec<RowFault>) -> RowResult {
    let at = faults.first().map_or((0, 0), |fault| (fault.row, fault.line));
    RowResult {
        row: at.0,
        line: at.1,
        outcome: RowOutcome::Rejected,
        contact_id: None,
        faults: faults.into_iter().map(KeptFault::from).collect(),
    }
}
