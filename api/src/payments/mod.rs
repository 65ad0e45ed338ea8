//! Payments: asked for, captured, refunded, and what has happened to their money.

pub mod approve_refund;
pub mod cancel;
pub mod cancel_refund;
pub mod capture;
pub mod create;
pub mod get;
pub mod list;
mod problem;
pub mod refund;
pub mod reply;
pub mod retry;
mod run;
pub mod transactions;
pub mod void;
