//! The settings: from the environment or the command line, with a default for
//! each, so that a fresh machine needs none.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use processes::alerts::EvaluatorSettings;
use processes::payments::StripeSecret;

/// Where Stripe is.
pub(crate) const STRIPE_URL: &str = "https://api.stripe.com";

/// How a server treats its callers and its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// A demo organization with a token in `ready.json`; may run its own
    /// database.
    Development,
    /// Needs `DATABASE_URL`; gives no token away.
    Production,
}

/// Everything that can be set. It holds secrets, and so cannot be shown.
#[derive(Clone, Args)]
pub struct Settings {
    /// Holds everything that is written.
    #[arg(long, env = "VOICE_DATA_DIR", default_value = ".voice", global = true)]
    pub data_dir: PathBuf,

    /// The address to listen on; port 0 takes a free one.
    #[arg(long, env = "VOICE_LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: String,

    /// Development, or production. By default production where DATABASE_URL is set.
    #[arg(long, env = "VOICE_MODE", value_enum, global = true)]
    pub mode: Option<Mode>,

    /// The PostgreSQL server to use in place of a private one.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,

    /// The directory of the keys; by default `secrets` in the data directory.
    #[arg(long, env = "VOICE_SECRETS", global = true)]
    pub secrets: Option<PathBuf>,

    /// The names of the database roles begin with it.
    #[arg(long, env = "VOICE_ROLE_PREFIX", default_value = "voice", global = true)]
    pub role_prefix: String,

    /// How many calls an organization may have at once.
    #[arg(long, env = "VOICE_MAX_LIVE_CALLS", default_value_t = 1000, global = true)]
    pub max_live_calls: u32,

    /// Requests of a person per second; twice as many at once.
    #[arg(long, env = "VOICE_USER_RATE", default_value_t = 50, global = true)]
    pub user_rate: u32,

    /// Requests of an organization per second; twice as many at once.
    #[arg(long, env = "VOICE_ORGANIZATION_RATE", default_value_t = 200, global = true)]
    pub organization_rate: u32,

    /// Attempts to sign in or register from one network address per minute.
    #[arg(long, env = "VOICE_ENTRY_RATE", default_value_t = 30, global = true)]
    pub entry_rate: u32,

    /// The server that mail goes out through, as `smtps://user:password@mail.example:465`. Without
    /// one a development server shows its mails.
    #[arg(long, env = "VOICE_SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,

    /// The file that remembers whom it has erased, whatever becomes of the database; by default
    /// `erasures.ledger` in the data directory. Back it up, apart from the database.
    #[arg(long, env = "VOICE_ERASURE_LEDGER", global = true)]
    pub erasure_ledger: Option<PathBuf>,

    /// Who mail is from.
    #[arg(long, env = "VOICE_MAIL_FROM", default_value = "Voice <voice@localhost>", global = true)]
    pub mail_from: String,

    /// Where people's own program is: links in mails lead there.
    #[arg(long, env = "VOICE_APP_URL", default_value = "http://localhost:3000", global = true)]
    pub app_url: String,

    /// Whether whoever registers has to follow a link in a mail before they can sign in. By default
    /// in production.
    #[arg(long, env = "VOICE_VERIFY_EMAIL", global = true)]
    pub verify_email: Option<bool>,

    /// The secret key of the Stripe account that carries payments. Without one they are simulated.
    #[arg(long, env = "VOICE_STRIPE_SECRET_KEY", hide_env_values = true, global = true)]
    pub stripe_secret_key: Option<StripeSecret>,

    /// With what Stripe signs its webhooks.
    #[arg(long, env = "VOICE_STRIPE_WEBHOOK_SECRET", hide_env_values = true, global = true)]
    pub stripe_webhook_secret: Option<StripeSecret>,

    /// Where Stripe, or a stand-in on this machine, is asked.
    #[arg(long, env = "VOICE_STRIPE_URL", default_value = STRIPE_URL, global = true)]
    pub stripe_url: String,

    /// Do not install PostgreSQL where it is missing.
    #[arg(long, global = true)]
    pub no_install: bool,

    /// Passwords that cost little to check: for tests, which make many people.
    #[arg(skip)]
    pub cheap_passwords: bool,

    /// How often rules of alerts are looked at: for tests, which do not wait.
    #[arg(skip)]
    pub alerts: EvaluatorSettings,

    /// Do not load the demo into an empty log in development.
    #[arg(
        long,
        env = "VOICE_NO_DEMO",
        value_parser = clap::builder::FalseyValueParser::new(),
        global = true
    )]
    pub no_demo: bool,
}

impl Settings {
    /// A development server that keeps everything in one directory, takes a
    /// free port, and installs and loads nothing by itself.
    #[must_use]
    pub fn in_directory(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            listen: "127.0.0.1:0".to_owned(),
            mode: Some(Mode::Development),
            database_url: None,
            secrets: None,
            role_prefix: "voice".to_owned(),
            max_live_calls: 1000,
            user_rate: 50,
            organization_rate: 200,
            entry_rate: 30,
            smtp_url: None,
            erasure_ledger: None,
            mail_from: "Voice <voice@localhost>".to_owned(),
            app_url: "http://localhost:3000".to_owned(),
            verify_email: None,
            stripe_secret_key: None,
            stripe_webhook_secret: None,
            stripe_url: STRIPE_URL.to_owned(),
            no_install: true,
            cheap_passwords: false,
            alerts: EvaluatorSettings::default(),
            no_demo: true,
        }
    }

    /// The server to use in place of a private one.
    #[must_use]
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref().filter(|url| !url.is_empty())
    }

    /// The key of the Stripe account, where there is one.
    #[must_use]
    pub fn stripe_secret_key(&self) -> Option<&StripeSecret> {
        self.stripe_secret_key.as_ref().filter(|key| !key.is_empty())
    }

    /// With what Stripe signs, where that is known.
    #[must_use]
    pub fn stripe_webhook_secret(&self) -> Option<&StripeSecret> {
        self.stripe_webhook_secret.as_ref().filter(|secret| !secret.is_empty())
    }

    /// Whether an empty log gets the demo.
    #[must_use]
    pub fn wants_demo(&self) -> bool {
        self.mode() == Mode::Development && !self.no_demo
    }

    /// The mode that is meant.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match (self.mode, self.database_url().is_some()) {
            (Some(mode), _) => mode,
            (None, true) => Mode::Production,
            (None, false) => Mode::Development,
        }
    }

    /// Where erasures are remembered.
    #[must_use]
    pub fn erasure_ledger(&self) -> PathBuf {
        self.erasure_ledger.clone().unwrap_or_else(|| self.data_dir.join("erasures.ledger"))
    }

    /// Whether addresses are verified.
    #[must_use]
    pub fn verifies(&self) -> bool {
        self.verify_email.unwrap_or(self.mode() == Mode::Production)
    }

    /// Where the keys are.
    #[must_use]
    pub fn secrets_dir(&self) -> PathBuf {
        self.secrets.clone().unwrap_or_else(|| self.data_dir.join("secrets"))
    }

    /// What the database room needs to know.
    #[must_use]
    pub fn database(&self) -> database::Settings {
        database::Settings {
            data_dir: self.data_dir.clone(),
            database_url: self.database_url().map(str::to_owned),
            secrets_dir: self.secrets_dir(),
            role_prefix: self.role_prefix.clone(),
            allow_install: !self.no_install,
            say: |line| eprintln!("{line}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_database_means_production() {
        let mut settings = Settings::in_directory(PathBuf::from("x"));
        settings.mode = None;
        assert_eq!(settings.mode(), Mode::Development);
        settings.database_url = Some(String::new());
        assert_eq!(settings.mode(), Mode::Development);
        settings.database_url = Some("postgres://db".to_owned());
        assert_eq!(settings.mode(), Mode::Production);
        settings.mode = Some(Mode::Development);
        assert_eq!(settings.mode(), Mode::Development);
    }
}
