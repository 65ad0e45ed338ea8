//! Why a list is not brought in, as problems.

use processes::import::contacts::FileFault;
use processes::imports::ImportError;

use crate::contacts::problem::refused as contact_refused;
use crate::http::answer::not_done;
use crate::http::problem::{
    PAYLOAD_TOO_LARGE, Problem, QUOTA_EXCEEDED, VALIDATION_FAILED, by_field, by_kind,
    keyring_failed, log_failed,
};

pub(super) fn refused(error: ImportError) -> Problem {
    match error {
        ImportError::Field(fault) => by_field(fault),
        ImportError::File(fault) => of_file(&fault),
        ImportError::TooLarge => Problem::of(&PAYLOAD_TOO_LARGE).because(error.to_string()),
        ImportError::TooMany => Problem::of(&QUOTA_EXCEEDED).because(error.to_string()),
        ImportError::Order(error) => not_done(*error),
        ImportError::Campaign(error) => contact_refused(*error),
        ImportError::Keyring(error) => keyring_failed(&error),
        ImportError::Log(error) => log_failed(&error),
        ImportError::Database(error) => by_kind(&error),
        ImportError::Fault(words) => Problem::fault(&words),
    }
}

/// What is wrong with a file, or with what was said of it.
pub(crate) fn of_file(fault: &FileFault) -> Problem {
    let pointer = match fault {
        FileFault::UnknownColumn { .. }
        | FileFault::DuplicateColumn { .. }
        | FileFault::Mapping(_) => "/mapping",
        FileFault::Empty
        | FileFault::NotText
        | FileFault::WrongEncoding
        | FileFault::JsonArray
        | FileFault::Header(_)
        | FileFault::TooManyRows { .. }
        | FileFault::TooManyFaults { .. }
        | FileFault::Io { .. } => "/file",
    };
    Problem::at(&VALIDATION_FAILED, pointer, fault.code(), fault.to_string())
}
