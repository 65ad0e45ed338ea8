//! The demo's organization and its people, one of each role. For development only.

use database::Secrets;
use domain::{EmailAddress, OrgId, Role, UserId};
use event_store::{Actor, ActorKind};
use processes::auth::{Accounts, AuthError, Registration};
use uuid::Uuid;

/// The organization that demo calls and imports belong to.
pub const DEMO_ORG: Uuid = Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001);
const FIRST_USER: u128 = 0x0197_0000_0000_7000_8000_0000_0000_0002;
const NAME: &str = "Demo";
/// Of its password: 80 random bits.
const DIGITS: usize = 20;

/// Somebody who can sign in.
#[derive(Clone, Debug)]
pub struct Person {
    /// What they may do.
    pub role: Role,
    /// Who they are.
    pub user: UserId,
    /// With what they sign in.
    pub email: String,
    /// Their password; it follows from the root secret.
    pub password: String,
}

/// The demo's organization.
#[must_use]
pub fn demo_org() -> OrgId {
    OrgId::from(DEMO_ORG)
}

/// One of each role, the administrator first.
#[must_use]
pub fn people(secrets: &Secrets) -> Vec<Person> {
    let mut roles = Role::ALL.to_vec();
    roles.sort_by_key(|role| *role != Role::Admin);
    let person = |(number, role): (u128, Role)| Person {
        role,
        user: UserId::from(Uuid::from_u128(FIRST_USER + number)),
        email: format!("{role}@demo.example"),
        password: hex::encode(secrets.key(&format!("demo/password/{role}")))
            .chars()
            .take(DIGITS)
            .collect(),
    };
    (0..).zip(roles).map(person).collect()
}

/// Registers those who are not there yet.
pub(crate) async fn ensure(accounts: &Accounts, people: &[Person]) -> Result<(), AuthError> {
    let actor = Actor { kind: ActorKind::System, id: "demo".to_owned(), role: None };
    let org = demo_org();
    accounts.register_organization(org, NAME, actor.clone()).await?;
    for person in people {
        let email = EmailAddress::parse(&person.email);
        let email = email.map_err(|error| AuthError::Refused(error.to_string()))?;
        if accounts.known(&email).await? {
            continue;
        }
        let name = person.role.word();
        let name = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1));
        let registration = Registration {
            org,
            user: person.user,
            email,
            name: name.collect(),
            role: person.role,
            password: person.password.clone(),
        };
        accounts.register_user(registration, actor.clone()).await?;
    }
    Ok(())
}
