//! Everything that works in the background beside the projections, started and stopped
//! together.

use std::future::Future;
use std::sync::Arc;

use database::Database;
use domain::agent::Agent;
use domain::call::Call;
use domain::export::Export;
use domain::payment::Payment;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::agents::{AgentCalls, AgentWatch, Agents};
use crate::alerts::{AlertEvaluator, Alerts, EvaluatorSettings};
use crate::breaker::Breakers;
use crate::campaigns::{CampaignFlow, Campaigns};
use crate::commands::Commands;
use crate::contacts::{
    ContactFlow, ContactNames, ContactSuccessor, ContactSuppressor, ContactWatch, Contacts,
};
use crate::dialer::{Dialer, Dialing, DialingSettings, Speaker};
use crate::exports::{self, ExportFlow, Exports};
use crate::ids::Ids;
use crate::imports::{ImportFlow, Imports};
use crate::payments::{self, NoticeInbox, PaymentFlow, PaymentGateway, PaymentSimulator, Stripe};
use crate::reactor::{Reactor, Runner, RunnerSettings, Timer};
use crate::resets::{ResetFlow, Resets};
use crate::sentiment::{SentimentFlow, Sentiments, default_engine};
use crate::telephony::{
    DialSettings, DialSubmitter, Guarded, Inbox, Reconciler, ReconcilerSettings, Simulator,
    Telephony,
};
use crate::transcripts::{TranscriptWords, Transcripts};

/// So many lists are brought in at once, so many resets go on, and so many files are written: each
/// keeps the log or the database busy.
const MANY: usize = 2;

/// How the hands work.
#[derive(Clone, Default)]
pub struct HandsSettings {
    /// The seed of the simulated provider's stories.
    pub seed: u64,
    /// How calls are dialed.
    pub dial: DialSettings,
    /// How campaigns dial by themselves.
    pub dialing: DialingSettings,
    /// How missed calls are looked for.
    pub reconciler: ReconcilerSettings,
    /// How often rules of alerts are looked at.
    pub alerts: EvaluatorSettings,
    /// How reactors are run.
    pub reactor: RunnerSettings,
    /// Who carries payments; the simulated provider, where nobody is named.
    pub stripe: Option<Stripe>,
}

/// A process ended that was not told to. Going on without it would be half a life.
#[derive(Debug, thiserror::Error)]
#[error("the {process} has ended{}", words(.why))]
pub struct HandFault {
    /// Which one.
    pub process: &'static str,
    /// Why, where it is known.
    pub why: Option<String>,
}

fn words(why: &Option<String>) -> String {
    why.as_ref().map(|why| format!(": {why}")).unwrap_or_default()
}

/// The running processes. Dropping it stops them at once, which is safe: whatever they were
/// doing stands in their tables. [`Hands::stop`] lets them finish and gives the lease back.
pub struct Hands {
    simulator: Arc<Simulator>,
    inbox: Inbox,
    /// In the order in which they stop: first nobody dials any more, then nobody asks, then
    /// nobody tells, then nothing is taken in.
    running: Vec<Running>,
}

struct Running {
    process: &'static str,
    token: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    fn start<F>(process: &'static str, run: impl FnOnce(CancellationToken) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let token = CancellationToken::new();
        let task = tokio::spawn(run(token.clone()));
        Self { process, token, task }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every reactor is run with.
struct Reactors<'a> {
    database: &'a Database,
    commands: &'a Commands,
    settings: &'a RunnerSettings,
    breakers: &'a Breakers,
}

impl Reactors<'_> {
    fn run<R: Reactor>(&self, process: &'static str, reactor: R) -> Running {
        let (database, commands) = (self.database.clone(), self.commands.clone());
        let runner = Runner::new(database, commands, reactor, self.settings.clone());
        Running::start(process, |token| runner.run(token))
    }

    /// Those that do what is owed to time alone.
    fn timers(&self) -> [Running; 4] {
        let commands = || self.commands.clone();
        [
            self.run("call timer", Timer::<Call>::new("call-timer", commands())),
            self.run("agent timer", Timer::<Agent>::new("agent-timer", commands())),
            self.run("payment timer", Timer::<Payment>::new(payments::TIMER, commands())),
            self.run("export timer", Timer::<Export>::new(exports::TIMER, commands())),
        ]
    }

    /// Those of campaigns, their contacts, and who speaks with them.
    fn to_calls(
        &self,
        ids: Arc<dyn Ids>,
        settings: DialingSettings,
        telephony: Arc<dyn Telephony>,
    ) -> [Running; 9] {
        let (database, commands) = (self.database, self.commands);
        let (campaigns, contacts) = self.campaigns(ids);
        let ends = CampaignFlow::new(database.clone(), commands.clone());
        let of = (campaigns, contacts.clone());
        let dialing =
            Dialing::new(database.clone(), commands.clone(), of, settings, self.breakers.clone());
        [
            self.run("contact flow", ContactFlow::new(contacts.clone())),
            self.run("contact names", ContactNames::new(contacts.clone())),
            self.run("contact successor", ContactSuccessor::new(contacts.clone())),
            self.run("contact suppressor", ContactSuppressor::new(contacts)),
            self.run("contact watch", ContactWatch::new(commands.clone())),
            self.run("campaign flow", ends),
            self.run("dialer", Dialer::new(dialing.clone())),
            self.run("speaker", Speaker::new(dialing.clone(), telephony)),
            self.run("agent calls", AgentCalls::new(commands.clone(), dialing)),
        ]
    }

    /// Those that change many contacts: they bring lists in, and have contacts called anew.
    fn many(&self, ids: Arc<dyn Ids>) -> [Running; 3] {
        let (database, commands) = (self.database, self.commands);
        let resets = Resets::new(database.clone(), commands.clone(), Arc::clone(&ids));
        let (_, contacts) = self.campaigns(Arc::clone(&ids));
        let imports = Imports::new(database.clone(), commands.clone(), contacts, ids);
        let settings = RunnerSettings { parallel: MANY, ..self.settings.clone() };
        let flow = ImportFlow::new(imports.clone());
        let flow = Runner::new(database.clone(), commands.clone(), flow, settings.clone());
        let resets = ResetFlow::new(resets);
        let resets = Runner::new(database.clone(), commands.clone(), resets, settings);
        [
            Running::start("contact import", |token| flow.run(token)),
            Running::start("import sweep", |token| imports.run(token)),
            Running::start("contact reset", |token| resets.run(token)),
        ]
    }

    /// Those that write files of figures.
    fn exports(&self) -> Running {
        let (database, commands) = (self.database.clone(), self.commands.clone());
        let settings = RunnerSettings { parallel: MANY, ..self.settings.clone() };
        Running::start("analytics export", |token| {
            let exports = Exports::new(database.clone(), commands.clone());
            let flow = ExportFlow::new(exports, token.clone());
            Runner::new(database, commands, flow, settings).run(token)
        })
    }

    fn campaigns(&self, ids: Arc<dyn Ids>) -> (Campaigns, Contacts) {
        let (database, commands) = (self.database, self.commands);
        let campaigns = Campaigns::new(database.clone(), commands.clone(), ids);
        let contacts = Contacts::new(database.clone(), commands.clone(), campaigns.clone());
        (campaigns, contacts)
    }
}

impl Hands {
    /// Starts them all, with the simulated provider.
    #[must_use]
    pub fn start(
        database: &Database,
        commands: &Commands,
        (ids, breakers): (Arc<dyn Ids>, Breakers),
        settings: HandsSettings,
    ) -> Self {
        let clock = Arc::clone(commands.clock());
        let inbox =
            Inbox::new(database.clone(), commands.clone(), Arc::clone(&clock), Arc::clone(&ids));
        let receiver = Arc::new(inbox.clone());
        let simulator = Arc::new(Simulator::new(clock, receiver.clone(), settings.seed));
        let guarded = Guarded::new(simulator.clone(), settings.dialing.provider, breakers.clone());
        let telephony: Arc<dyn Telephony> = Arc::new(guarded);
        let submitter = DialSubmitter::new(
            database.clone(),
            commands.clone(),
            Arc::clone(&telephony),
            settings.dial,
        );
        let reconciler = Reconciler::new(
            database.clone(),
            commands.clone(),
            Arc::clone(&telephony),
            receiver,
            settings.reconciler,
        );
        let runner = settings.reactor;
        let notices =
            NoticeInbox::new(database.clone(), Arc::clone(&ids), Arc::clone(commands.clock()));
        let payer = PaymentSimulator::new(Arc::clone(commands.clock()), notices.clone());
        let payer = Arc::new(payer);
        // Beside a provider that moves money, none is asked that only says so.
        let gateways: Vec<Arc<dyn PaymentGateway>> = match settings.stripe {
            Some(stripe) => vec![Arc::new(stripe)],
            None => vec![payer.clone()],
        };
        let flow = PaymentFlow::new(commands.clone(), notices, gateways);
        let watch = AgentWatch::new(Agents::new(database.clone(), commands.clone()));
        let (provider, taking) = (Arc::clone(&simulator), inbox.clone());
        let mut running = vec![
            Running::start("dial process", |token| submitter.run(token)),
            Running::start("agent watch", |token| watch.run(token)),
        ];
        let react = Reactors { database, commands, settings: &runner, breakers: &breakers };
        running.extend(react.timers());
        running.extend(react.to_calls(Arc::clone(&ids), settings.dialing, telephony));
        let alerts = Alerts::new(commands.clone(), Arc::clone(&ids));
        let rules =
            AlertEvaluator::new(database.clone(), alerts, breakers.clone(), settings.alerts);
        running.push(Running::start("alert evaluator", |token| rules.run(token)));
        running.extend(react.many(ids));
        running.push(react.exports());
        running.push(react.run("payment flow", flow));
        let sentiments = Sentiments::new(database.clone(), commands.clone(), default_engine());
        running.push(react.run("sentiment flow", SentimentFlow::new(sentiments)));
        let transcripts = Transcripts::new(database.clone(), commands.clone());
        running.push(react.run("transcript words", TranscriptWords::new(transcripts)));
        let (shared, told) = (breakers.clone(), database.clone());
        running.extend([
            Running::start("breakers", |token| shared.run(told, token)),
            Running::start("payment simulator", |token| async move { payer.run(token).await }),
            Running::start("reconciler", |token| reconciler.run(token)),
            Running::start("simulator", |token| async move { provider.run(token).await }),
            Running::start("inbox", |token| async move { taking.run(token).await }),
        ]);
        Self { simulator, inbox, running }
    }

    /// The simulated provider.
    #[must_use]
    pub fn simulator(&self) -> &Arc<Simulator> {
        &self.simulator
    }

    /// Where callbacks go.
    #[must_use]
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Waits until one of them ends that was not told to.
    pub async fn fault(&mut self) -> HandFault {
        let tasks = self.running.iter_mut().map(|running| {
            let process = running.process;
            let task = &mut running.task;
            Box::pin(async move { (process, task.await) })
        });
        let ((process, end), _, _) = futures::future::select_all(tasks).await;
        HandFault { process, why: end.err().as_ref().map(JoinError::to_string) }
    }

    /// Stops them one after the other; each finishes what it has begun.
    pub async fn stop(mut self) {
        for running in &mut self.running {
            running.token.cancel();
            if running.task.is_finished() {
                continue;
            }
            if let Err(error) = (&mut running.task).await {
                tracing::error!(process = running.process, %error, "it did not end well");
            }
        }
    }
}

/// Runs the hands until the token is canceled, then stops them in order.
///
/// # Errors
/// [`HandFault`] as soon as one of them ends by itself; the others are stopped first.
pub async fn run_all(mut hands: Hands, token: CancellationToken) -> Result<(), HandFault> {
    let fault = tokio::select! {
        () = token.cancelled() => None,
        fault = hands.fault() => Some(fault),
    };
    hands.stop().await;
    fault.map_or(Ok(()), Err)
}
