//! The rooms below HTTP, opened in order and closed in the opposite one: what
//! a server and an import have in common.

use std::sync::Arc;

use database::{Cluster, Database, Keks, Opened, Secrets};
use event_store::{Keyring, Log, LogSettings, check_keks};
use processes::Clock;
use processes::commands::Commands;

use crate::composition::StartError;
use crate::config::{Mode, Settings};
use crate::people::DEMO_ORG;

/// The database, the log, and what commands need.
pub(crate) struct Rooms {
    pub database: Database,
    pub secrets: Secrets,
    pub keyring: Keyring,
    pub log: Log,
    pub commands: Commands,
    /// How the superuser of a private cluster logs in.
    pub superuser_url: Option<String>,
    server: Option<Cluster>,
}

impl Rooms {
    /// Opens them. Nothing is left running where that fails.
    pub async fn open(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        if settings.mode() == Mode::Production && settings.database_url().is_none() {
            return Err(StartError::NeedsDatabase);
        }
        let dir = settings.secrets_dir();
        match settings.mode() {
            Mode::Development => {
                Secrets::begin_development(&dir).map_err(StartError::Secrets)?;
            }
            Mode::Production if Secrets::for_development(&dir) => {
                return Err(StartError::DevelopmentSecrets(dir));
            }
            Mode::Production => {}
        }
        let Opened { database, server, superuser_url, .. } =
            Database::open(&settings.database()).await?;
        let now = Arc::clone(&clock);
        let log =
            LogSettings { clock: Arc::new(move || now.now().millis()), ..LogSettings::default() };
        let opened = async {
            let secrets = Secrets::open(&settings.secrets_dir()).map_err(StartError::Secrets)?;
            let keks = Keks::open(&settings.secrets_dir(), &secrets);
            check_keks(&database, &keks).await.map_err(StartError::Keys)?;
            let keyring = Keyring::new(&database, keks);
            // Tells at once whether the secrets belong to the database; and hundreds of
            // commands would otherwise ask for the same secret at the same time.
            keyring.pseudonym(DEMO_ORG, &[]).await.map_err(StartError::Keys)?;
            let log = Log::open(&database, log).await.map_err(StartError::Log)?;
            Ok((secrets, keyring, log))
        };
        match opened.await {
            Ok((secrets, keyring, log)) => {
                let commands = Commands::new(log.clone(), keyring.clone(), clock);
                let superuser_url = server.is_some().then_some(superuser_url);
                Ok(Self { database, secrets, keyring, log, commands, superuser_url, server })
            }
            Err(error) => {
                closed(&database, server).await;
                Err(error)
            }
        }
    }

    /// Closes them: the log when its commands are done, the cluster last, where
    /// nobody else uses it.
    pub async fn close(self) {
        self.log.close().await;
        closed(&self.database, self.server).await;
    }
}

async fn closed(database: &Database, server: Option<Cluster>) {
    database.close().await;
    if let Some(server) = server {
        server.stop().await;
    }
}
