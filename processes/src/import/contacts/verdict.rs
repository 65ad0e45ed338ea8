//! Whether a file is worth going on with.

use super::fault::FileFault;

/// So many rows are looked at.
pub const FIRST_ROWS: u64 = 1_000;
/// So many of a hundred of them may be faulty.
pub const MAX_FAULTY_PERCENT: u64 = 20;

/// The verdict of the first rows: a file of which more than 20 % of the first 1000 rows are
/// faulty is not the file that somebody meant.
///
/// It is 20 % of 1000, 200 rows, also where the file has fewer rows: five rows of which two are
/// mistyped are two mistyped rows. So the verdict never depends on where the file ends, and
/// whoever reads ahead may stop at the row that decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstRows {
    rows: u64,
    faulty: u64,
}

impl FirstRows {
    /// Nothing has been seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What an import that goes on has seen before: so many rows, so many of them faulty.
    #[must_use]
    pub fn resumed(rows: u64, faulty: u64) -> Self {
        Self { rows, faulty }
    }

    /// Takes one more row into account.
    ///
    /// # Errors
    /// [`FileFault::TooManyFaults`] with the row that is one too many.
    pub fn note(&mut self, is_faulty: bool) -> Result<(), FileFault> {
        if self.is_decided() {
            return Ok(());
        }
        self.rows += 1;
        self.faulty += u64::from(is_faulty);
        if self.faulty * 100 > FIRST_ROWS * MAX_FAULTY_PERCENT {
            return Err(FileFault::TooManyFaults { rows: self.rows, faulty: self.faulty });
        }
        Ok(())
    }

    /// Whether further rows can change nothing.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.rows >= FIRST_ROWS
    }
}
