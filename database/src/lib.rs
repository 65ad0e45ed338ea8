//! One PostgreSQL database: found or started here, with its roles, its
//! migrations, and one pool for each role. Knows no table.
//!
//! [`Database::open`] does it all: without a `database_url` it starts the
//! [private cluster](cluster) of the data directory or attaches to the one that
//! runs, makes the narrow roles, runs the migrations, and opens the pools.
//!
//! *Invariant:* nobody outside this crate sees a pool of sqlx, so that every
//! connection has the time limits and the safeguards of [`Pool`].

pub mod cluster;
mod error;
mod kek;
mod migrate;
mod open;
mod pool;
mod role;
pub mod roles;
mod scram;
mod secrets;
mod settings;

pub use cluster::{Cluster, ClusterError};
pub use error::{DatabaseError, FaultKind};
pub use kek::{KEK_FRESH, Kek, Keks};
pub use migrate::{MigrationError, fingerprint, migrate};
pub use open::{Database, OpenError, Opened};
pub use pool::{Pool, PoolSize};
pub use role::{Role, RolePrefix};
pub use secrets::{Secrets, SecretsError};
pub use settings::{Settings, SettingsError};
