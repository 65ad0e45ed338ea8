//! Who is let in: accounts, access tokens, and what a development server gives away.

use std::sync::Arc;
use std::time::Duration;

use processes::agents::Agents;
use processes::auth::{Accounts, AuthError, Client, Passwords, Postman, Principal};
use processes::erasure::{ErasureError, Erasures, Ledger};
use processes::mail::{LogMailer, Mailer, SmtpMailer};
use processes::teams::Teams;
use processes::{Clock, Ids, SystemIds};
use tokio_util::sync::CancellationToken;

use crate::auth::token::Tokens;
use crate::composition::StartError;
use crate::config::{Mode, Settings};
use crate::http::rates::{RateSettings, Rates};
use crate::people::{self, Makers, Person};
use crate::rooms::Rooms;

/// What a development server gives away.
pub(crate) struct Development {
    /// The demo's people.
    pub people: Vec<Person>,
    /// Its administrator, signed in, with their token; none where they may not sign in any more.
    pub admin: Option<(Principal, String)>,
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
        let (database, commands) = (&rooms.database, &rooms.commands);
        let agents = Agents::new(database.clone(), commands.clone());
        let teams = Teams::new(database.clone(), commands.clone(), Arc::new(SystemIds));
        let makers = Makers { accounts, agents: &agents, teams: &teams };
        people::ensure(&makers, &people).await?;
        let mut there = Vec::new();
        for person in &people {
            if !accounts.erased(people::demo_org(), person.user).await? {
                there.push(person.clone());
            }
        }
        let admin = people.first().map(|admin| admin.user).ok_or(AuthError::InvalidCredentials)?;
        let client = Client { program: "ready.json".to_owned(), address: String::new() };
        let admin = match accounts.open_session(people::demo_org(), admin, &client).await {
            Ok(opened) => {
                let token = tokens.issue(&opened.principal, None, clock.now(), TOKEN_S)?;
                Some((opened.principal, token))
            }
            Err(AuthError::Suspended | AuthError::InvalidCredentials) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Self { people: there, admin })
    }

    /// The administrator's token.
    pub(crate) fn token(&self) -> Option<&str> {
        self.admin.as_ref().map(|(_, token)| token.as_str())
    }
}

/// Who is let in, and with what.
pub(crate) struct Gate {
    /// Who signs in and who is signed in.
    pub accounts: Accounts,
    /// Sends the mails that they ask for.
    pub postman: Postman,
    /// Erases people.
    pub erasures: Erasures,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// How often somebody may ask.
    pub rates: Arc<Rates>,
    /// What is given away, in development.
    pub development: Option<Development>,
}

impl Gate {
    /// Opens it. In development the demo's people are there then.
    pub async fn open(
        settings: &Settings,
        rooms: &Rooms,
        clock: &Arc<dyn Clock>,
        mailer: Arc<dyn Mailer>,
        (accounts, erasures): (Accounts, Erasures),
    ) -> Result<Self, StartError> {
        let postman = Postman::new(accounts.clone(), mailer, &settings.app_url);
        accounts.look_back().await?;
        let tokens = Tokens::new(rooms.secrets.clone());
        let rates = Arc::new(Rates::new(RateSettings {
            user: settings.user_rate,
            org: settings.organization_rate,
            entry: settings.entry_rate,
        }));
        let development = match settings.mode() {
            Mode::Development => Some(Development::make(&accounts, &tokens, rooms, clock).await?),
            Mode::Production => None,
        };
        Ok(Self { accounts, postman, erasures, tokens, rates, development })
    }
}

/// The accounts.
pub(crate) fn accounts(
    settings: &Settings,
    rooms: &Rooms,
    ids: Arc<dyn Ids>,
) -> Result<Accounts, StartError> {
    let passwords = match settings.cheap_passwords {
        true => Passwords::costing(64, 1)?,
        false => Passwords::new()?,
    };
    let (database, commands) = (rooms.database.clone(), rooms.commands.clone());
    let (secrets, verify) = (&rooms.secrets, settings.verifies());
    Ok(Accounts::new(database, commands, ids, passwords, secrets, verify))
}

/// The erasures, after everybody was erased again whom an old backup has brought back: nobody is
/// called and nothing is served before.
pub(crate) async fn erasures(
    settings: &Settings,
    rooms: &Rooms,
    accounts: Accounts,
    ids: Arc<dyn Ids>,
) -> Result<Erasures, StartError> {
    let ledger = Ledger::open(&settings.erasure_ledger()).map_err(ErasureError::from)?;
    let (database, commands) = (rooms.database.clone(), rooms.commands.clone());
    let erasures = Erasures::new(database, commands, accounts, ids, ledger);
    let back = erasures.replay().await?;
    if back > 0 {
        tracing::warn!(back, "people who were erased had come back, and are erased again");
    }
    Ok(erasures)
}

/// Through what mail goes out.
pub(crate) fn mailer(settings: &Settings) -> Result<Arc<dyn Mailer>, StartError> {
    let safe = |url: &str| url.starts_with("smtps://") || url.contains("tls=required");
    match &settings.smtp_url {
        Some(url) if settings.mode() == Mode::Production && !safe(url) => {
            Err(StartError::UnsafeMail)
        }
        Some(_)
            if settings.mode() == Mode::Production && !settings.app_url.starts_with("https:") =>
        {
            Err(StartError::UnsafeMail)
        }
        Some(url) => Ok(Arc::new(SmtpMailer::connect(url, &settings.mail_from)?)),
        None if settings.mode() == Mode::Production => Err(StartError::NeedsMail),
        None => Ok(Arc::new(LogMailer::new(|text| eprintln!("{text}")))),
    }
}

/// How often those are forgotten who have not asked for a while.
const FORGET: Duration = Duration::from_secs(60);

/// Learns of sessions that other servers have closed, sends mails, carries erasures on, and keeps
/// the memory of who has asked small, until told to stop.
pub(crate) async fn watch(
    (accounts, postman, erasures): (Accounts, Postman, Erasures),
    rates: Arc<Rates>,
    stop: CancellationToken,
) {
    let forget = async {
        while tokio::time::timeout(FORGET, stop.cancelled()).await.is_err() {
            rates.forget();
        }
    };
    tokio::join!(
        accounts.run(stop.clone()),
        postman.run(stop.clone()),
        erasures.run(stop.clone()),
        forget
    );
}
