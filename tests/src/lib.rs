//! The test kit: real parts, each test with its own.

pub mod busy;
pub mod center;
mod cluster;
mod database;
mod directory;
pub mod histories;
mod template;
mod wait;

pub use self::cluster::options;
pub use self::database::TestDatabase;
pub use self::directory::{TestDirectory, target};
pub use self::wait::until;
