//! The contract of the log: one test or more per guarantee of event-log.md, named after it,
//! with a negative control where one is possible. They know no aggregate of the product.

mod counter;
mod defect;
mod kit;
pub mod machine;
mod proxy;

mod clues;
mod keyring;
mod l01_acknowledged_is_durable;
mod l02_all_or_nothing;
mod l03_one_winner;
mod l04_gapless;
mod l04_tail;
mod l06_immutable;
mod l07_tamper_evident;
mod l08_organization;
mod l09_crash;
mod l09_processes;
mod l09_same_key;
mod l10_nothing_slow;
mod l11_cache;
mod l12_always_loads;
mod limits;
mod loads;
mod lost_connection;
mod poison;
