//! The database that the tool looks into.

use anyhow::Context;
use database::{Cluster, Database, Keks, Secrets, Settings};
use event_store::Keyring;

use crate::Arguments;

/// An open database and, where they are there, the keys.
pub struct Session {
    database: Database,
    keyring: Option<Keyring>,
    cluster: Option<Cluster>,
}

impl Session {
    /// Attaches to the running server's database, or starts the private one.
    ///
    /// # Errors
    /// There is no database to be found, or it does not let us in.
    pub async fn open(arguments: &Arguments) -> anyhow::Result<Self> {
        let secrets_dir =
            arguments.secrets.clone().unwrap_or_else(|| arguments.data_dir.join("secrets"));
        if arguments.database_url.is_none() && !arguments.data_dir.is_dir() {
            let missing = arguments.data_dir.display();
            anyhow::bail!("there is no data in {missing}; VOICE_DATA_DIR or --data-dir says where");
        }
        let settings = Settings {
            data_dir: arguments.data_dir.clone(),
            database_url: arguments.database_url.clone(),
            secrets_dir: secrets_dir.clone(),
            role_prefix: arguments.role_prefix.clone(),
            allow_install: false,
            say: |line| eprintln!("{line}"),
        };
        let opened = Database::open(&settings).await.context("the database can not be opened")?;
        let keyring = Secrets::open(&secrets_dir)
            .ok()
            .map(|secrets| Keyring::new(&opened.database, Keks::open(&secrets_dir, &secrets)));
        Ok(Self { database: opened.database, keyring, cluster: opened.server })
    }

    /// On a database that is open already.
    #[must_use]
    pub fn on(database: Database, keyring: Option<Keyring>) -> Self {
        Self { database, keyring, cluster: None }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn keyring(&self) -> Option<&Keyring> {
        self.keyring.as_ref()
    }

    pub(crate) async fn close(self) {
        self.database.close().await;
        // Whoever else uses it goes on: the last one out stops it.
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}
