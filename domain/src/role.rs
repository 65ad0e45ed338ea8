//! What a person may do in an organization.

use crate::words::words;

words! {
    /// A role (domain/01 §1.4). A person has one in an organization.
    Role {
        /// Takes calls: their own profile, their own calls.
        Agent,
        /// What an agent may, and the teams that they supervise.
        Supervisor,
        /// The whole organization: configuration, people, money, keys.
        Admin,
        /// Reads the whole organization, its histories too.
        Auditor,
        /// Reads figures and read models, without personal data.
        Analyst,
        /// An administrator of the platform's own organization.
        Operator,
    }
}

impl Role {
    /// All of them.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;
}
