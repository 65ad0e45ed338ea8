//! The demo's organization and its people, one of each role. For development only.

use database::Secrets;
use domain::agent::Profile;
use domain::call::WrapUp;
use domain::team::{TeamRole, TeamSettings, WorkingHours};
use domain::{AgentId, EmailAddress, OrgId, Refusal, Role, TeamId, UserId};
use event_store::{Actor, ActorKind, Context};
use processes::agents::Agents;
use processes::auth::{Accounts, AuthError, Registration};
use processes::commands::{Order, OrderError};
use processes::teams::Teams;
use uuid::Uuid;

/// The organization that demo calls and imports belong to.
pub const DEMO_ORG: Uuid = Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001);
const FIRST_USER: u128 = 0x0197_0000_0000_7000_8000_0000_0000_0002;
const TEAM: Uuid = Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0101);
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

/// What makes the demo's people, teams and agents.
pub(crate) struct Makers<'m> {
    /// People.
    pub accounts: &'m Accounts,
    /// Agents.
    pub agents: &'m Agents,
    /// Teams.
    pub teams: &'m Teams,
}

/// Registers those who are not there yet; the supervisor and the agent take calls, in one team.
pub(crate) async fn ensure(makers: &Makers<'_>, people: &[Person]) -> Result<(), AuthError> {
    let actor = Actor { kind: ActorKind::System, id: "demo".to_owned(), role: None };
    let org = demo_org();
    makers.accounts.register_organization(org, NAME, actor.clone()).await?;
    for person in people {
        if !makers.accounts.erased(org, person.user).await? {
            register(makers.accounts, person, actor.clone()).await?;
        }
    }
    let context = Context {
        org_id: DEMO_ORG,
        actor,
        correlation_id: DEMO_ORG,
        causation_id: None,
        source: "demo",
    };
    let team = TeamId::from(TEAM);
    let first = people.first().map(|person| person.user).unwrap_or(UserId::from(DEMO_ORG));
    let new = makers.teams.supervises(org, first, team).await?.is_none();
    if new {
        let order = Order::silent(context.clone());
        makers.teams.create(order, team, team_settings()).await.map_err(failed)?;
    }
    for person in people {
        let role = match person.role {
            Role::Agent => TeamRole::Member,
            Role::Supervisor => TeamRole::Supervisor,
            Role::Admin | Role::Auditor | Role::Analyst | Role::Operator => continue,
        };
        if makers.agents.agent(org, AgentId::from(person.user.uuid())).await?.is_none() {
            let order = Order::silent(context.clone());
            makers.agents.create(order, person.user, profile(person)).await.map_err(failed)?;
        }
        if new {
            let order = Order::silent(context.clone());
            makers
                .teams
                .add(order, team, (person.user, role), Role::Admin)
                .await
                .map_err(failed)?;
        }
    }
    Ok(())
}

fn failed<R: Refusal>(error: OrderError<R>) -> AuthError {
    AuthError::Wrong(error.to_string())
}

fn team_settings() -> TeamSettings {
    TeamSettings {
        name: NAME.to_owned(),
        description: None,
        parent_team_id: None,
        time_zone: "UTC".to_owned(),
        working_hours: WorkingHours::default(),
        max_members: 100,
        skills_default: Vec::new(),
        wrap_up: None,
    }
}

fn profile(person: &Person) -> Profile {
    Profile {
        display_name: name(person),
        address: format!("client:{}", person.role),
        max_concurrent_calls: 1,
        skills: Vec::new(),
        languages: vec!["en".to_owned()],
        wrap_up: WrapUp::DEFAULT,
    }
}

/// Somebody is called what they are.
fn name(person: &Person) -> String {
    let word = person.role.word();
    word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect()
}

async fn register(accounts: &Accounts, person: &Person, actor: Actor) -> Result<(), AuthError> {
    let email = EmailAddress::parse(&person.email);
    let email = email.map_err(|error| AuthError::Wrong(error.to_string()))?;
    if accounts.known(&email).await? {
        return Ok(());
    }
    let registration = Registration {
        org: demo_org(),
        user: person.user,
        email,
        name: name(person),
        role: person.role,
        password: person.password.clone(),
    };
    accounts.register_user(registration, actor).await
}
