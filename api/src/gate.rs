//! Who is let in: accounts, access tokens, and what a development server gives away.

use std::sync::Arc;

use processes::auth::{Accounts, AuthError, Client, Passwords, Principal};
use processes::{Clock, Ids};

use crate::auth::token::Tokens;
use crate::composition::StartError;
use crate::config::{Mode, Settings};
use crate::people::{self, Person};
use crate::rooms::Rooms;

/// What a development server gives away.
pub(crate) struct Development {
    /// The demo's people.
    pub people: Vec<Person>,
    /// Its administrator, signed in.
    pub admin: Principal,
    /// The administrator's token.
    pub token: String,
}

/// The longest that a development server's token lives, in seconds; it ends with the server.
const TOKEN_S: i64 = 30 * 86_400;

impl Development {
    /// The demo's people, and a token of its administrator.
    async fn make(
        accounts: &Accounts,
        tokens: &Tokens,
        rooms: &Rooms,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let people = people::people(&rooms.secrets);
        people::ensure(accounts, &people).await?;
        let admin = people.first().map(|admin| admin.user).ok_or(AuthError::InvalidCredentials)?;
        let client = Client { program: "ready.json".to_owned(), address: String::new() };
        let admin = accounts.open_session(people::demo_org(), admin, &client).await?.principal;
        let token = tokens.issue(&admin, clock.now(), TOKEN_S)?;
        Ok(Self { people, admin, token })
    }
}

/// Who is let in, and with what.
pub(crate) struct Gate {
    /// Who signs in and who is signed in.
    pub accounts: Accounts,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// What is given away, in development.
    pub development: Option<Development>,
}

impl Gate {
    /// Opens it. In development the demo's people are there then.
    pub async fn open(
        settings: &Settings,
        rooms: &Rooms,
        clock: &Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, StartError> {
        let passwords = match settings.cheap_passwords {
            true => Passwords::costing(64, 1)?,
            false => Passwords::new()?,
        };
        let (database, commands) = (rooms.database.clone(), rooms.commands.clone());
        let accounts = Accounts::new(database, commands, ids, passwords, &rooms.secrets);
        let tokens = Tokens::new(rooms.secrets.clone());
        let development = match settings.mode() {
            Mode::Development => Some(Development::make(&accounts, &tokens, rooms, clock).await?),
            Mode::Production => None,
        };
        Ok(Self { accounts, tokens, development })
    }
}
