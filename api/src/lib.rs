//! The HTTP interface and the composition root: everything else is put
//! together here, and the binary `voice` starts it.

pub mod agents;
pub mod alert_rules;
pub mod analytics;
pub mod audit;
pub mod auth;
pub mod boards;
pub mod calls;
pub mod campaigns;
pub mod circuit_breakers;
pub mod cli;
pub mod composition;
pub mod config;
mod console;
pub mod contacts;
pub mod dashboard;
pub mod dead_letters;
mod demo;
pub mod dispositions;
pub mod dnc;
pub mod erasures;
mod gate;
pub mod http;
mod import_command;
pub mod imports;
mod instance;
mod keys_command;
pub mod organization;
pub mod payments;
pub mod people;
mod providers;
pub mod read_models;
mod ready;
mod rooms;
pub mod segments;
pub mod sentiment;
mod start_error;
pub mod teams;
pub mod transcripts;
pub mod users;
pub mod webhooks;

pub use composition::{Running, StartError, Voice};
pub use config::{Mode, Settings};
