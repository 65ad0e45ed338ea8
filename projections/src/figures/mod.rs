//! Figures: questions about a time, cut into buckets and groups.
//!
//! *Architecture invariant:* a figure is computed by its line in [`table`] and nowhere else, from
//! sums that a statement per base of facts makes in one snapshot.

mod ask;
mod attempted;
pub mod behind;
mod campaigns;
pub mod each;
pub mod live;
mod metric;
mod query;
pub mod read;
mod sheets;
mod slot;
pub mod standing;
mod sums;
pub mod table;
#[cfg(test)]
mod tests;

pub(crate) use metric::ratio;
