//! A reactor that does what a test says, over calls of a world with a clock of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use domain::CallId;
use processes::reactor::{Next, Reactor, Runner, RunnerError, RunnerSettings, Subject, Trouble};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::telephony::kit::World;

/// What a look is to do.
#[derive(Clone, Debug)]
pub enum Does {
    Answers(Result<Next, Trouble>),
    /// It never comes back: the process is killed meanwhile.
    Dies,
    /// It finds nothing to do, once it is let go on.
    Waits(Arc<Notify>),
}

/// Looks at every call that was made, and writes down where it has looked.
#[derive(Clone, Default)]
pub struct Probe {
    looked: Arc<Mutex<Vec<Subject>>>,
    plan: Arc<Mutex<HashMap<Uuid, Vec<Does>>>>,
    /// What it does where nothing is planned.
    otherwise: Arc<Mutex<Option<Does>>>,
}

impl Probe {
    pub fn plan(&self, call: CallId, does: impl IntoIterator<Item = Does>) {
        self.plan.lock().unwrap().entry(call.uuid()).or_default().extend(does);
    }

    pub fn always(&self, does: Does) {
        *self.otherwise.lock().unwrap() = Some(does);
    }

    /// At what it has looked since it was asked last.
    pub fn looked(&self) -> Vec<Uuid> {
        self.subjects().iter().map(|subject| subject.id).collect()
    }

    /// How often it has looked since then.
    pub fn times(&self) -> usize {
        self.looked.lock().unwrap().len()
    }

    pub fn subjects(&self) -> Vec<Subject> {
        std::mem::take(&mut *self.looked.lock().unwrap())
    }
}

impl Reactor for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == "call" && ["CallInitiated", "CallNoteAdded"].contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        self.looked.lock().unwrap().push(subject.clone());
        let planned = {
            let mut plan = self.plan.lock().unwrap();
            plan.get_mut(&subject.id).filter(|rest| !rest.is_empty()).map(|rest| rest.remove(0))
        };
        let does = planned.or_else(|| self.otherwise.lock().unwrap().clone());
        match does {
            None => Ok(Next::Rest),
            Some(Does::Answers(answer)) => answer,
            Some(Does::Dies) => std::future::pending().await,
            Some(Does::Waits(go)) => {
                go.notified().await;
                Ok(Next::Rest)
            }
        }
    }
}

/// An instance that runs it, as after a start.
pub fn instance(world: &World, probe: &Probe) -> Runner<Probe> {
    let (database, commands) = (world.database().clone(), world.commands.clone());
    Runner::new(database, commands, probe.clone(), RunnerSettings::default())
}

pub async fn due(runner: &mut Runner<Probe>) -> usize {
    let patience = std::time::Duration::from_secs(20);
    let done = tokio::time::timeout(patience, runner.run_due()).await;
    done.expect("it does not hang").expect("it works")
}

pub fn fenced(outcome: &Result<usize, RunnerError>) -> bool {
    matches!(outcome, Err(RunnerError::Fenced))
}

/// Runs until it hangs, and kills it.
pub async fn killed(mut runner: Runner<Probe>) {
    let patience = std::time::Duration::from_secs(1);
    let ended = tokio::time::timeout(patience, runner.run_due()).await;
    assert!(ended.is_err(), "it was to hang");
}

pub fn wrong() -> Does {
    Does::Answers(Err(Trouble::Wrong("it is broken".to_owned())))
}

pub async fn tasks(world: &World) -> i64 {
    world.value("SELECT count(*) FROM process_tasks").await
}
