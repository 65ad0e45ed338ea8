//! What is wrong with a filter, as a problem that points at it.

use domain::segment::Filter;
use serde_json::Value;

use crate::http::problem::{Problem, VALIDATION_FAILED};

/// The filter that somebody has written into the field `filter`.
pub(super) fn filter(written: &Value) -> Result<Filter, Problem> {
    Filter::parse(written).map_err(|fault| {
        let pointer = ["/filter", &fault.pointer].concat();
        Problem::at(&VALIDATION_FAILED, &pointer, fault.reason, fault.words)
    })
}
