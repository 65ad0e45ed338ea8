//! The table of operations: what is deny-by-default. The router, the OpenAPI
//! document and this table are checked against each other when the server
//! starts; an operation that is missing here does not start.

use domain::Role;

use super::operation::{Class, Key, Operation};
use super::problem::*;

/// One room of the table: a line is the method, the path, the name, the class, the key, who may
/// ask, and the problems of its own.
macro_rules! operations {
    ($($method:ident $path:literal $id:literal $class:ident $key:ident $roles:ident
        [$($problem:ident)*];)*) => {
        pub(super) static OPERATIONS: &[Operation] = &[$(Operation {
            method: stringify!($method),
            path: $path,
            id: $id,
            class: Class::$class,
            key: Key::$key,
            roles: $roles,
            problems: &[$(&$problem),*],
        }),*];
    };
}

mod calls;
mod campaigns;
mod figures;
mod outside;
mod people;

/// Every operation there is.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let rooms = [people::OPERATIONS, campaigns::OPERATIONS, calls::OPERATIONS, figures::OPERATIONS];
    rooms.into_iter().chain([outside::OPERATIONS]).flatten()
}

/// Whoever is signed in.
const ANYBODY: &[Role] = Role::ALL;
/// AG+: who takes calls, and who has a say over those.
const AGENTS: &[Role] = &[Role::Agent, Role::Supervisor, Role::Admin, Role::Operator];
/// The same, and who reads everything.
const AGENTS_AND_AUDITORS: &[Role] =
    &[Role::Agent, Role::Supervisor, Role::Admin, Role::Operator, Role::Auditor];
/// Who answers for the organization, and who looks whether they do.
const AUDITORS: &[Role] = &[Role::Admin, Role::Operator, Role::Auditor];
/// Who has a say over agents.
const SUPERVISORS: &[Role] = &[Role::Supervisor, Role::Admin, Role::Operator];
/// The same, and who reads figures.
const READERS: &[Role] =
    &[Role::Supervisor, Role::Admin, Role::Operator, Role::Auditor, Role::Analyst];
/// Who has a say over agents, and who reads figures alone.
const FORECASTERS: &[Role] = &[Role::Supervisor, Role::Admin, Role::Operator, Role::Analyst];
/// Who oversees, without who reads figures alone.
const OVERSEERS: &[Role] = &[Role::Supervisor, Role::Admin, Role::Operator, Role::Auditor];
/// Who answers for the organization.
const ADMINS: &[Role] = &[Role::Admin, Role::Operator];
/// Nobody has to be known.
const NOBODY: &[Role] = &[];
