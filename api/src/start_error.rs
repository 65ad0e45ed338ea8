//! Why a server does not start.

use std::io;
use std::path::PathBuf;

use database::{OpenError, SecretsError};
use event_store::{KeyringError, LogError};
use processes::auth::AuthError;
use processes::erasure::ErasureError;
use processes::mail::MailError;
use processes::payments::StripeError;

use crate::auth::token::SigningError;
use crate::demo::DemoError;

/// Why a server does not start: one sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Production without a database.
    #[error("production needs a database: name its server in DATABASE_URL")]
    NeedsDatabase,
    /// Production with the secrets of a demo.
    #[error(
        "the secrets in {} were made by a development server; name another directory in VOICE_SECRETS",
        .0.display()
    )]
    DevelopmentSecrets(PathBuf),
    /// The data directory cannot be used.
    #[error("the data directory {} can not be used: {error}", path.display())]
    DataDirectory {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// Another server has the data directory.
    #[error(
        "another voice serves from the data directory {}; stop it, or name another directory in \
         VOICE_DATA_DIR",
        .0.display()
    )]
    Running(PathBuf),
    /// Something else listens there.
    #[error("{0} is in use; stop what listens there, or name another address in VOICE_LISTEN")]
    InUse(String),
    /// Nobody can listen there.
    #[error("nobody can listen on {address}: {error}")]
    Listen {
        /// Where.
        address: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// There is no database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// There is no root secret.
    #[error(transparent)]
    Secrets(SecretsError),
    /// The keys cannot be read, or were made with other secrets.
    #[error(
        "the keys can not be read ({0}); put the secrets directory back that the data was written with"
    )]
    Keys(#[source] KeyringError),
    /// The log cannot be opened.
    #[error("the log can not be opened: {0}")]
    Log(#[source] LogError),
    /// The demo could not be loaded.
    #[error("the demo could not be loaded: {0}")]
    Demo(#[from] DemoError),
    /// The demo's people could not be made.
    #[error("the demo's people could not be made: {0}")]
    People(#[from] AuthError),
    /// It is not certain that whoever was erased stays so.
    #[error("nothing is served: {0}")]
    Erasures(#[from] ErasureError),
    /// Nobody could be written to.
    #[error(
        "in production people are written to: set VOICE_SMTP_URL, VOICE_MAIL_FROM and VOICE_APP_URL"
    )]
    NeedsMail,
    /// Others could read links.
    #[error(
        "in production links are for nobody else to read: VOICE_SMTP_URL begins with smtps:// or \
         ends with ?tls=required, VOICE_APP_URL begins with https://"
    )]
    UnsafeMail,
    /// Mail cannot be sent like this.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// No token can be made.
    #[error(transparent)]
    Tokens(#[from] SigningError),
    /// `ready.json` could not be written.
    #[error("ready.json can not be written: {0}")]
    Ready(#[source] io::Error),
    /// Half of what Stripe needs is set.
    #[error(
        "Stripe needs both of VOICE_STRIPE_SECRET_KEY and VOICE_STRIPE_WEBHOOK_SECRET, or none of them"
    )]
    HalfOfStripe,
    /// Stripe cannot be asked like this.
    #[error("VOICE_STRIPE_URL and VOICE_STRIPE_SECRET_KEY can not be used: {0}")]
    Stripe(#[from] StripeError),
    /// What answers in Stripe's place moves no money.
    #[error("production asks Stripe itself: VOICE_STRIPE_URL is for its stand-ins")]
    StandIn,
}
