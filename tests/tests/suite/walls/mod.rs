//! The walls between organizations (S1): what the catalog says of them, and
//! that each of them holds alone.

mod catalog;
mod rows;
