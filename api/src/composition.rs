//! Puts the rooms together: the database, the log, the read models, the
//! processes, and HTTP in front of them.
//!
//! A start takes what can be refused at once first (the data directory, the
//! address) and says that it is ready last. A stop goes the other way round:
//! readiness red, no new requests, those that run finish, the processes and
//! the projections give their leases back, the log closes, the database too.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use domain::call::Provider;
use domain::payment::PaymentProvider;
use processes::agents::Agents;
use processes::alerts::Alerts;
use processes::auth::Accounts;
use processes::breaker::Breakers;
use processes::campaigns::Campaigns;
use processes::contacts::Contacts;
use processes::dialer::{Dialing, DialingSettings};
use processes::erasure::Erasures;
use processes::exports::Exports;
use processes::imports::Imports;
use processes::mail::Mailer;
use processes::payments::{Payments, Stripe};
use processes::reactor::DeadLetters;
use processes::resets::Resets;
use processes::segments::Segments;
use processes::sentiment::{Sentiments, default_engine};
use processes::teams::Teams;
use processes::transcripts::Transcripts;
use processes::{Clock, Hands, HandsSettings, Ids};
use projections::{Projector, registry};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::boards::Boards;
use crate::config::{Mode, Settings};
use crate::demo;
use crate::gate::{self, Development, Gate};
use crate::http::app::{App, Parts};
use crate::http::cursor::Cursors;
use crate::http::health::Health;
use crate::http::router::router;
use crate::http::serve::serve;
use crate::instance::Instance;
use crate::people::Person;
use crate::providers;
use crate::ready::{Ready, ReadyFile};
use crate::rooms::Rooms;
pub use crate::start_error::StartError;

/// The server.
pub struct Voice;

/// A server that runs. It ends in order by [`Running::stop`]; dropping it cuts
/// everything off, which loses nothing that was acknowledged.
pub struct Running {
    url: String,
    webhooks: Option<String>,
    development: Option<Development>,
    accounts: Accounts,
    gate: JoinHandle<()>,
    ready: ReadyFile,
    health: Health,
    accepting: CancellationToken,
    http: JoinHandle<()>,
    hands: Hands,
    projector: Projector,
    rooms: Rooms,
    instance: Instance,
}

impl Voice {
    /// Starts a server. It is ready when this comes back.
    ///
    /// # Errors
    /// In one sentence, what is wrong and what would help; nothing runs then.
    pub async fn start(
        settings: &Settings,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Running, StartError> {
        if settings.mode() == Mode::Production && settings.database_url().is_none() {
            return Err(StartError::NeedsDatabase);
        }
        let mailer = gate::mailer(settings)?;
        let breakers = Breakers::new(Arc::clone(&clock));
        let stripe = providers::stripe(settings, &clock, &breakers)?;
        let instance = Instance::take(&settings.data_dir)?;
        ReadyFile::clear(&settings.data_dir);
        let (listener, url) = listen(&settings.listen).await?;
        let rooms = Rooms::open(settings, Arc::clone(&clock)).await?;
        let prepared = async {
            let accounts = gate::accounts(settings, &rooms, Arc::clone(&ids))?;
            let erasures =
                gate::erasures(settings, &rooms, accounts.clone(), Arc::clone(&ids)).await?;
            let demo = match settings.wants_demo() {
                true => demo::load(&settings.data_dir, &rooms).await?,
                false => None,
            };
            Ok(((accounts, erasures), demo))
        };
        let (people, demo) = match prepared.await {
            Ok(prepared) => prepared,
            Err(error) => {
                rooms.close().await;
                return Err(error);
            }
        };
        let stop = CancellationToken::new();
        let projector = Projector::start(&rooms.database, &rooms.log.tail(), registry(), stop);
        let dialing = dialing(settings);
        let (stripe_too, alerts) = (stripe.clone(), settings.alerts);
        let hands =
            HandsSettings { stripe: stripe_too, dialing, alerts, ..HandsSettings::default() };
        let with = (Arc::clone(&ids), breakers.clone());
        let hands = Hands::start(&rooms.database, &rooms.commands, with, hands);
        if let Some(head) = demo {
            // Only so that the first look shows it; the projections go on anyway.
            let settled = projector.settle(head).await;
            let _ = settled.inspect_err(|error| tracing::warn!(%error, "the demo comes later"));
        }
        let parts = (mailer, stripe, breakers);
        let bound = Bound { settings, clock, ids, parts, people, listener, url, instance };
        bound.run(rooms, projector, hands).await
    }
}

/// What a start has before it opens the rooms.
struct Bound<'s> {
    settings: &'s Settings,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    parts: (Arc<dyn Mailer>, Option<Stripe>, Breakers),
    people: (Accounts, Erasures),
    listener: TcpListener,
    url: String,
    instance: Instance,
}

impl Bound<'_> {
    /// Opens the door.
    async fn run(
        self,
        rooms: Rooms,
        projector: Projector,
        hands: Hands,
    ) -> Result<Running, StartError> {
        let Self { settings, clock, ids, parts, people, listener, url, instance } = self;
        let (mailer, stripe, breakers) = parts;
        let gate = Gate::open(settings, &rooms, &clock, mailer, people).await;
        let gate = match gate {
            Ok(gate) => gate,
            Err(error) => {
                hands.stop().await;
                projector.stop().await;
                rooms.close().await;
                return Err(error);
            }
        };
        let token = gate.development.as_ref().and_then(Development::token).map(str::to_owned);
        let token = token.as_deref();
        let ready = Ready {
            url: &url,
            docs_url: &format!("{url}/docs"),
            token,
            database_url: rooms.superuser_url.as_deref().filter(|_| token.is_some()),
        };
        let health = Health::default();
        let accepting = CancellationToken::new();
        let on = (health.clone(), accepting.clone());
        let app = app(settings, &rooms, &gate, (clock, ids, on), (stripe, breakers));
        let webhooks = app.stripe().map(providers::path);
        let Gate { accounts, postman, erasures, rates, development, .. } = gate;
        let gate = tokio::spawn(gate::watch(
            (accounts.clone(), postman, erasures),
            rates,
            accepting.clone(),
        ));
        let http = tokio::spawn(serve(listener, router(app), accepting.clone()));
        match ReadyFile::write(&settings.data_dir, &ready) {
            Ok(ready) => Ok(Running {
                ready,
                url,
                webhooks,
                development,
                accounts,
                gate,
                health,
                accepting,
                http,
                hands,
                projector,
                rooms,
                instance,
            }),
            Err(error) => {
                accepting.cancel();
                ended(http).await;
                hands.stop().await;
                projector.stop().await;
                rooms.close().await;
                Err(StartError::Ready(error))
            }
        }
    }
}

/// What campaigns dial with.
fn dialing(settings: &Settings) -> DialingSettings {
    let max_live_calls = settings.max_live_calls;
    DialingSettings { provider: Provider::Simulator, max_live_calls }
}

/// What every handler may use.
fn app(
    settings: &Settings,
    rooms: &Rooms,
    gate: &Gate,
    (clock, ids, (health, accepting)): (Arc<dyn Clock>, Arc<dyn Ids>, (Health, CancellationToken)),
    (stripe, breakers): (Option<Stripe>, Breakers),
) -> App {
    let stripe = providers::webhooks(settings, rooms, stripe, (&clock, &ids));
    let carrier = match stripe {
        Some(_) => PaymentProvider::Stripe,
        None => PaymentProvider::Simulator,
    };
    let (database, commands) = (rooms.database.clone(), rooms.commands.clone());
    let dials = dialing(settings);
    let campaigns = Campaigns::new(database.clone(), commands.clone(), Arc::clone(&ids));
    let campaigns = campaigns.over(breakers.clone(), dials.provider);
    let contacts = Contacts::new(database.clone(), commands.clone(), campaigns.clone());
    let of = (campaigns.clone(), contacts.clone());
    let dialing = Dialing::new(database.clone(), commands.clone(), of, dials, breakers.clone());
    App::new(Parts {
        resets: Resets::new(database.clone(), commands.clone(), Arc::clone(&ids)),
        transcripts: Transcripts::new(database.clone(), commands.clone()),
        sentiments: Sentiments::new(database.clone(), commands.clone(), default_engine()),
        exports: Exports::new(database.clone(), commands.clone()),
        imports: Imports::new(database, commands, contacts.clone(), Arc::clone(&ids)),
        boards: Boards::new(rooms.database.clone(), Arc::clone(&clock), accepting),
        alerts: Alerts::new(rooms.commands.clone(), Arc::clone(&ids)),
        segments: Segments::new(rooms.commands.clone(), Arc::clone(&ids)),
        dialing,
        contacts,
        campaigns,
        database: rooms.database.clone(),
        log: rooms.log.clone(),
        keyring: rooms.keyring.clone(),
        commands: rooms.commands.clone(),
        clock,
        accounts: gate.accounts.clone(),
        agents: Agents::new(rooms.database.clone(), rooms.commands.clone()),
        teams: Teams::new(rooms.database.clone(), rooms.commands.clone(), Arc::clone(&ids)),
        payments: Payments::new(
            rooms.database.clone(),
            rooms.commands.clone(),
            ids,
            (carrier, breakers.clone()),
        ),
        breakers,
        stripe,
        erasures: gate.erasures.clone(),
        dead_letters: DeadLetters::new(rooms.database.clone(), rooms.commands.clone()),
        tokens: gate.tokens.clone(),
        rates: Arc::clone(&gate.rates),
        cursors: Cursors::new(&rooms.secrets.key("cursors")),
        health,
        provider: dials.provider,
        max_live_calls: dials.max_live_calls,
        secure_cookies: settings.mode() == Mode::Production,
    })
}

impl Running {
    /// Where it listens, as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The path under which Stripe tells something, where it is connected.
    #[must_use]
    pub fn webhooks(&self) -> Option<&str> {
        self.webhooks.as_deref()
    }

    /// The demo administrator's token, in development.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.development.as_ref().and_then(Development::token)
    }

    /// The demo's people, in development.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        self.development.as_ref().map_or(&[], |given| &given.people)
    }

    /// Waits until a part ends that was not told to, and says which. A process
    /// with a dead part should end rather than go on half alive.
    pub async fn fault(&mut self) -> String {
        tokio::select! {
            fault = self.hands.fault() => fault.to_string(),
            fault = self.projector.fault() => format!("a projection has ended: {fault}"),
            _ = &mut self.gate => "nobody watches the doors any more".to_owned(),
            _ = &mut self.http => "nobody accepts connections any more".to_owned(),
        }
    }

    /// Stops in order; requests that run may take 10 s to finish.
    pub async fn stop(self) {
        self.health.stop();
        drop(self.ready);
        self.accepting.cancel();
        ended(self.http).await;
        ended(self.gate).await;
        if let Some(Development { admin: Some((admin, _)), .. }) = self.development {
            let closed = self.accounts.close_one(admin.org, admin.user, admin.session, "stopped");
            let _ = closed.await.inspect_err(|error| tracing::warn!(%error, "a token lives on"));
        }
        self.hands.stop().await;
        self.projector.stop().await;
        self.rooms.close().await;
        drop(self.instance);
    }
}

async fn ended(http: JoinHandle<()>) {
    if http.is_finished() {
        return;
    }
    if let Err(error) = http.await {
        tracing::error!(%error, "the server of HTTP did not end well");
    }
}

async fn listen(address: &str) -> Result<(TcpListener, String), StartError> {
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::AddrInUse => StartError::InUse(address.to_owned()),
        _ => StartError::Listen { address: address.to_owned(), error },
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, format!("http://{bound}")))
}
