//! What every handler may use.

use std::sync::Arc;

use database::Database;
use domain::call::Provider;
use domain::organization::Settings;
use domain::{OrgId, Timestamp};
use event_store::{Keyring, Log};
use processes::Clock;
use processes::agents::Agents;
use processes::alerts::Alerts;
use processes::auth::Accounts;
use processes::breaker::Breakers;
use processes::campaigns::Campaigns;
use processes::commands::Commands;
use processes::contacts::Contacts;
use processes::dialer::Dialing;
use processes::erasure::Erasures;
use processes::exports::Exports;
use processes::imports::Imports;
use processes::payments::{Payments, StripeWebhooks};
use processes::reactor::DeadLetters;
use processes::resets::Resets;
use processes::segments::Segments;
use processes::sentiment::Sentiments;
use processes::teams::Teams;
use processes::transcripts::Transcripts;
use tokio::sync::Semaphore;

use super::cursor::Cursors;
use super::health::Health;
use super::problem::{Problem, log_failed};
use super::rates::Rates;
use crate::auth::token::Tokens;
use crate::boards::Boards;

/// Commands that run at once.
const COMMANDS: usize = 32;
/// People who are not known yet and are let in at once: they keep nobody from their turn.
const ENTRIES: usize = 16;
/// People who come back with a refresh token at once.
const RETURNS: usize = 16;
/// Bodies of people who are not known yet that may be on their way at once.
const ARRIVING: usize = 256;
/// Bodies of webhooks that may be on their way at once, and webhooks that are taken in at once.
const TELLING: usize = 64;
const TOLD: usize = 16;
/// Files that may come at once.
const UPLOADS: usize = 8;
/// Queries that run at once.
const QUERIES: usize = 64;

/// The parts that the composition root puts together.
pub struct Parts {
    /// The database, for the read models.
    pub database: Database,
    /// The log, for its head and single streams.
    pub log: Log,
    /// Opens personal fields.
    pub keyring: Keyring,
    /// Runs commands.
    pub commands: Commands,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who signs in and who is signed in.
    pub accounts: Accounts,
    /// Who takes calls.
    pub agents: Agents,
    /// Who belongs together.
    pub teams: Teams,
    /// Who was erased.
    pub erasures: Erasures,
    /// What is paid.
    pub payments: Payments,
    /// Whom the organization calls, when and how.
    pub campaigns: Campaigns,
    /// What somebody has to know.
    pub alerts: Alerts,
    /// Kinds of contacts that have a name.
    pub segments: Segments,
    /// Whom campaigns call.
    pub contacts: Contacts,
    /// How campaigns dial by themselves.
    pub dialing: Dialing,
    /// What screens on the wall show.
    pub boards: Boards,
    /// Which providers are left alone.
    pub breakers: Breakers,
    /// What Stripe tells, where it is connected.
    pub stripe: Option<StripeWebhooks>,
    /// Which files of figures are written.
    pub exports: Exports,
    /// Which lists are brought in.
    pub imports: Imports,
    /// Resets of contacts.
    pub resets: Resets,
    /// How people feel.
    pub sentiments: Sentiments,
    /// What was said.
    pub transcripts: Transcripts,
    /// What processes could not do.
    pub dead_letters: DeadLetters,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// How often somebody may ask.
    pub rates: Arc<Rates>,
    /// Seals cursors.
    pub cursors: Cursors,
    /// Whether the server is ready.
    pub health: Health,
    /// Where calls are dialed.
    pub provider: Provider,
    /// How many calls an organization may have at once.
    pub max_live_calls: u32,
    /// Whether the console's cookies go over TLS alone.
    pub secure_cookies: bool,
}

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    commands: Arc<Semaphore>,
    queries: Arc<Semaphore>,
    entries: Arc<Semaphore>,
    returns: Arc<Semaphore>,
    arriving: Arc<Semaphore>,
    telling: Arc<Semaphore>,
    told: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
}

impl App {
    /// From its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let line = |room| Arc::new(Semaphore::new(room));
        Self(Arc::new(Inner {
            parts,
            commands: line(COMMANDS),
            queries: line(QUERIES),
            entries: line(ENTRIES),
            returns: line(RETURNS),
            arriving: line(ARRIVING),
            telling: line(TELLING),
            told: line(TOLD),
            uploads: line(UPLOADS),
        }))
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.parts.database
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.0.parts.log
    }

    /// The keyring.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.0.parts.keyring
    }

    /// The command runner.
    #[must_use]
    pub fn commands(&self) -> &Commands {
        &self.0.parts.commands
    }

    /// What an organization has decided, as the log has it now.
    ///
    /// # Errors
    /// The log is away.
    pub async fn settings(&self, org: OrgId) -> Result<Settings, Problem> {
        let settings = processes::organization::settings(self.commands(), org).await;
        settings.map_err(|error| log_failed(&error))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// The cursors.
    #[must_use]
    pub fn cursors(&self) -> &Cursors {
        &self.0.parts.cursors
    }

    /// The health.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.0.parts.health
    }

    /// Where calls are dialed.
    #[must_use]
    pub fn provider(&self) -> Provider {
        self.0.parts.provider
    }

    /// How many calls an organization may have at once.
    #[must_use]
    pub fn max_live_calls(&self) -> u32 {
        self.0.parts.max_live_calls
    }

    /// Whether the console's cookies go over TLS alone.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.0.parts.secure_cookies
    }

    /// Who signs in and who is signed in.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.0.parts.accounts
    }

    /// Who takes calls.
    #[must_use]
    pub fn agents(&self) -> &Agents {
        &self.0.parts.agents
    }

    /// Who belongs together.
    #[must_use]
    pub fn teams(&self) -> &Teams {
        &self.0.parts.teams
    }

    /// Who was erased.
    #[must_use]
    pub fn erasures(&self) -> &Erasures {
        &self.0.parts.erasures
    }

    /// What is paid.
    #[must_use]
    pub fn payments(&self) -> &Payments {
        &self.0.parts.payments
    }

    /// Whom the organization calls, when and how.
    #[must_use]
    pub fn campaigns(&self) -> &Campaigns {
        &self.0.parts.campaigns
    }

    /// What somebody has to know, and when.
    #[must_use]
    pub fn alerts(&self) -> &Alerts {
        &self.0.parts.alerts
    }

    /// Kinds of contacts that have a name.
    #[must_use]
    pub fn segments(&self) -> &Segments {
        &self.0.parts.segments
    }

    /// Whom campaigns call.
    #[must_use]
    pub fn contacts(&self) -> &Contacts {
        &self.0.parts.contacts
    }

    /// How campaigns dial by themselves.
    #[must_use]
    pub fn dialing(&self) -> &Dialing {
        &self.0.parts.dialing
    }

    /// What screens on the wall show.
    #[must_use]
    pub fn boards(&self) -> &Boards {
        &self.0.parts.boards
    }

    /// Which providers are left alone.
    #[must_use]
    pub fn breakers(&self) -> &Breakers {
        &self.0.parts.breakers
    }

    /// What Stripe tells, where it is connected.
    #[must_use]
    pub fn stripe(&self) -> Option<&StripeWebhooks> {
        self.0.parts.stripe.as_ref()
    }

    /// Which files of figures are written.
    #[must_use]
    pub fn exports(&self) -> &Exports {
        &self.0.parts.exports
    }

    /// Which lists are brought in.
    #[must_use]
    pub fn imports(&self) -> &Imports {
        &self.0.parts.imports
    }

    /// Resets of contacts.
    #[must_use]
    pub fn resets(&self) -> &Resets {
        &self.0.parts.resets
    }

    /// How people feel.
    #[must_use]
    pub fn sentiments(&self) -> &Sentiments {
        &self.0.parts.sentiments
    }

    /// What was said.
    #[must_use]
    pub fn transcripts(&self) -> &Transcripts {
        &self.0.parts.transcripts
    }

    /// What processes could not do.
    #[must_use]
    pub fn dead_letters(&self) -> &DeadLetters {
        &self.0.parts.dead_letters
    }

    /// Makes and checks access tokens.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.0.parts.tokens
    }

    pub(super) fn rates(&self) -> &Rates {
        &self.0.parts.rates
    }

    pub(super) fn entries(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.entries)
    }

    pub(super) fn returns(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.returns)
    }

    pub(super) fn arriving(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.arriving)
    }

    pub(super) fn telling(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.telling)
    }

    pub(super) fn told(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.told)
    }

    pub(super) fn uploads(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.uploads)
    }

    pub(super) fn commands_in_flight(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.commands)
    }

    pub(super) fn queries(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.queries)
    }
}
