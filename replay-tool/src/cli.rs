//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::Timestamp;
use uuid::Uuid;

/// Looks into the log of Voice, checks it, and builds its read models anew.
///
/// Exit codes: 0 fine, 1 wrong usage or a fault, 2 a difference found, 3 corruption found.
#[derive(Debug, Parser)]
#[command(name = "replay", version)]
pub struct Arguments {
    /// Holds everything that the server writes.
    #[arg(long, env = "VOICE_DATA_DIR", default_value = ".voice", global = true)]
    pub data_dir: PathBuf,
    /// The PostgreSQL server to use in place of the private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// The directory of the keys; by default `secrets` in the data directory.
    #[arg(long, env = "VOICE_SECRETS", global = true)]
    pub secrets: Option<PathBuf>,
    /// The names of the database roles begin with it.
    #[arg(long, env = "VOICE_ROLE_PREFIX", default_value = "voice", global = true)]
    pub role_prefix: String,
    /// Prints JSON, one document per line where there are many.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Every read model: version, position, lag in events and seconds.
    Status,
    /// What happened to a call, step by step, up to a point.
    Call(CallWanted),
    /// The events of one stream.
    Stream(StreamWanted),
    /// The events of the log, in its order.
    Events(EventsWanted),
    /// Checks positions, sequences, batch roots, the chain, and that every event can be read.
    Verify(Range),
    /// Builds a read model anew beside the live one and swaps it in.
    Rebuild(RebuildWanted),
}

/// Which call, up to where.
#[derive(Debug, Args)]
pub struct CallWanted {
    /// The call.
    pub id: Uuid,
    /// Up to this version (sequence), counted from 1.
    #[arg(long, conflicts_with = "at_time", value_parser = clap::value_parser!(i64).range(1..))]
    pub at_version: Option<i64>,
    /// Up to what the log knew at this time (RFC 3339).
    #[arg(long)]
    pub at_time: Option<Timestamp>,
    /// As a story: one sentence per step.
    #[arg(long)]
    pub story: bool,
    /// Whose streams, and what may be shown of them.
    #[command(flatten)]
    pub view: View,
}

/// Which stream.
#[derive(Debug, Args)]
pub struct StreamWanted {
    /// The type of the aggregate, as `call`.
    #[arg(value_name = "TYPE")]
    pub aggregate_type: String,
    /// The id of the aggregate.
    pub id: Uuid,
    /// Whose streams, and what may be shown of them.
    #[command(flatten)]
    pub view: View,
}

/// Whose streams, and what may be shown of them.
#[derive(Clone, Copy, Debug, Args)]
pub struct View {
    /// The organization; by default the one that has the stream.
    #[arg(long)]
    pub org: Option<Uuid>,
    /// Opens personal data with the keys; otherwise it is `[personal]`.
    #[arg(long)]
    pub reveal: bool,
}

/// Which events.
#[derive(Debug, Args)]
pub struct EventsWanted {
    /// Goes on with new events until it is interrupted.
    #[arg(long)]
    pub follow: bool,
    /// Only events of this type; may be repeated.
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// The first position.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
    pub from: i64,
    /// Ends after so many events.
    #[arg(long)]
    pub limit: Option<u64>,
    /// Whose events, and what may be shown of them.
    #[command(flatten)]
    pub view: View,
}

/// A stretch of the log.
#[derive(Debug, Args)]
pub struct Range {
    /// The first position; by default 1.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    pub from: Option<i64>,
    /// The last position; by default the head.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    pub to: Option<i64>,
}

/// What to build anew.
#[derive(Debug, Args)]
pub struct RebuildWanted {
    /// The projection.
    pub projection: String,
    /// Events per transaction at most.
    #[arg(long, default_value_t = 20_000,
          value_parser = clap::value_parser!(i64).range(1..=20_000))]
    pub batch: i64,
    /// Tasks that read and decode ahead.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub workers: u8,
}
