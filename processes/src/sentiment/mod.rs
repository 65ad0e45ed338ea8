//! Has an engine say how people feel: in a call that goes on, in one that is over, and in a text
//! that somebody brings along.
//!
//! The log says how far a transcript is; what was said is read from the read model once it has
//! seen as much, opened, and forgotten when it is scored. A run belongs to a version of the
//! transcript, so that whoever dies on the way, or comes twice, finds it done.

mod flow;

use std::sync::{Arc, LazyLock};

use database::Database;
use domain::call::Call;
use domain::call_sentiment::{
    CallSentiment, EngineVersion, HEARD_AT_ONCE, Heard, SentimentCommand, SentimentRefusal,
};
use domain::organization::SentimentSettings;
use domain::sentiment::{
    AlertKind, AlertRules, Engine, NoScore, Scored, Vader, language_of, language_of_call,
};
use domain::transcript::{KnownTranscript, Transcript};
use domain::{CallId, OrgId, RunId, UserId};
use event_store::{Context, Failure, KeyringError, LogError, Outcome};
use projections::RuntimeError;
use projections::transcripts::read as transcripts;
use tokio::task::{JoinError, spawn_blocking};

pub use flow::SentimentFlow;

use crate::commands::{Commands, Order, OrderError};
use crate::transcripts::{MOST, Said, opened, reached};
use crate::{ids, organization};

/// The engine that is there without anybody else. It is made once, for it reads a lexicon.
#[must_use]
pub fn default_engine() -> Arc<dyn Engine> {
    static VADER: LazyLock<Arc<Vader>> = LazyLock::new(|| Arc::new(Vader::new()));
    VADER.clone()
}

/// Has an engine say how people feel; cheap to clone.
#[derive(Clone)]
pub struct Sentiments {
    database: Database,
    commands: Commands,
    engine: Arc<dyn Engine>,
}

/// Why it is not known how people feel.
#[derive(Debug, thiserror::Error)]
pub enum SentimentError {
    /// Nothing was written down of what was said.
    #[error("the call has no transcript")]
    NoTranscript,
    /// The read model of transcripts is behind.
    #[error("transcripts lag behind")]
    Behind,
    /// The log did not take it.
    #[error(transparent)]
    Order(Box<OrderError<SentimentRefusal>>),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// What was said cannot be opened.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The read model is away.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The engine has broken down.
    #[error("the engine has broken down: {0}")]
    Engine(#[from] JoinError),
}

impl From<Failure<SentimentRefusal>> for SentimentError {
    fn from(failure: Failure<SentimentRefusal>) -> Self {
        Self::Order(Box::new(OrderError::Command(failure)))
    }
}

/// A look of the engine at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Analyzed {
    /// Which.
    pub id: RunId,
    /// Where the log has it; nothing, where it was there already.
    pub position: Option<i64>,
}

impl Sentiments {
    /// With an engine.
    #[must_use]
    pub fn new(database: Database, commands: Commands, engine: Arc<dyn Engine>) -> Self {
        Self { database, commands, engine }
    }

    /// Which engine it is, in which version.
    #[must_use]
    pub fn version(&self) -> EngineVersion {
        EngineVersion {
            engine: self.engine.name().to_owned(),
            engine_version: self.engine.version().to_owned(),
        }
    }

    /// What the engine says of a text that belongs to no call and is not kept; in the language that
    /// is declared, or the one that the text is surely in.
    ///
    /// # Errors
    /// [`SentimentError::Engine`]; within, why the text has no score.
    pub async fn of_texts(
        &self,
        texts: Vec<(String, Option<String>)>,
    ) -> Result<Vec<Result<Scored, NoScore>>, SentimentError> {
        let engine = Arc::clone(&self.engine);
        let scored = move || {
            let score = |(text, declared): (String, Option<String>)| {
                let language = language_of(&text, declared.as_deref(), None);
                engine.score(&text, language.as_deref())
            };
            texts.into_iter().map(score).collect()
        };
        Ok(spawn_blocking(scored).await?)
    }

    /// Has the engine look at all that was said in a call until now, unless it has done so already.
    /// Answers the run.
    ///
    /// # Errors
    /// [`SentimentError`]
    pub async fn analyze(
        &self,
        context: Context,
        call: CallId,
    ) -> Result<Analyzed, SentimentError> {
        let org = OrgId::from(context.org_id);
        let transcript = self.transcript(org, call).await?.ok_or(SentimentError::NoTranscript)?;
        let (transcript, version) = transcript;
        let by = self.version();
        let known = self.commands.state::<CallSentiment>(org, call.uuid()).await?;
        let last = known.and_then(|(known, _)| known.last_run(&by));
        if let Some(last) = last.filter(|last| last.transcript_version >= version) {
            return Ok(Analyzed { id: last.run_id, position: None });
        }
        let run_id = ids::sentiment_run(self.commands.keyring(), org, call, (&by, version)).await?;
        self.reached(org, call, version).await?;
        let rows = transcripts::segments(&self.database, org, call, None, MOST).await?;
        let said = opened(&self.commands, org, rows).await?;
        let settings = self.settings(org).await?;
        let of = (transcript.language.clone(), None);
        let (heard, language) = self.scored(of, said, settings.alerts).await?;
        let command = SentimentCommand::Compute {
            run_id,
            by,
            transcript_version: version,
            language,
            heard,
            thresholds: settings.thresholds,
            over: !transcript.is_open(),
            at: self.commands.now(),
        };
        let position = self.tell(context, call, command).await?.position;
        Ok(Analyzed { id: run_id, position })
    }

    /// Somebody knows of an alert.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn acknowledge(
        &self,
        order: Order<CallSentiment>,
        call: CallId,
        (kind, seq, by): (AlertKind, u32, UserId),
    ) -> Result<Outcome, OrderError<SentimentRefusal>> {
        let command = SentimentCommand::Acknowledge { kind, seq, by, at: self.commands.now() };
        self.commands.carry_out_untold(order, call.uuid(), command).await
    }

    /// Somebody says that an alert is over.
    ///
    /// # Errors
    /// [`OrderError`]
    pub async fn resolve(
        &self,
        order: Order<CallSentiment>,
        call: CallId,
        (kind, seq): (AlertKind, u32),
    ) -> Result<Outcome, OrderError<SentimentRefusal>> {
        let command = SentimentCommand::Resolve { kind, seq, at: self.commands.now() };
        self.commands.carry_out_untold(order, call.uuid(), command).await
    }

    /// Has the engine hear what was said in a call that goes on since it heard last; of one that is
    /// over nobody has to know any more.
    async fn hear(
        &self,
        context: Context,
        call: CallId,
        (transcript, version): (KnownTranscript, u64),
    ) -> Result<(), SentimentError> {
        let org = OrgId::from(context.org_id);
        let known = self.commands.state::<CallSentiment>(org, call.uuid()).await?;
        let known = known.map(|(known, _)| known).unwrap_or_default();
        if known.heard() < transcript.segments() {
            self.reached(org, call, version).await?;
            // Where nobody has said in which language, the whole call tells, until it has told.
            let language = (transcript.language, known.language().map(str::to_owned));
            let after = if language == (None, None) { 0 } else { known.heard() };
            let after = i32::try_from(after).unwrap_or(i32::MAX);
            let rows = transcripts::told(&self.database, (org, call), after, MOST).await?;
            let said = opened(&self.commands, org, rows).await?;
            let SentimentSettings { thresholds, alerts } = self.settings(org).await?;
            let satisfaction = alerts.satisfaction;
            let (mut heard, language) = self.scored(language, said, alerts).await?;
            heard.retain(|one| one.seq > known.heard());
            for part in heard.chunks(HEARD_AT_ONCE) {
                let command = SentimentCommand::Hear {
                    by: self.version(),
                    language: language.clone(),
                    heard: part.to_vec(),
                    satisfaction,
                    thresholds,
                    at: self.commands.now(),
                };
                self.tell(context.clone(), call, command).await?;
            }
        }
        let state = self.commands.state::<Call>(org, call.uuid()).await?;
        let over = state.as_ref().and_then(|(call, _)| call.known()?.ended_at);
        if over.is_some() {
            let command = SentimentCommand::End { at: self.commands.now() };
            self.tell(context, call, command).await?;
        }
        Ok(())
    }

    /// How an organization has it understood how customers feel.
    ///
    /// # Errors
    /// [`SentimentError`]
    pub async fn settings(&self, org: OrgId) -> Result<SentimentSettings, SentimentError> {
        Ok(organization::settings(&self.commands, org).await?.sentiment())
    }

    async fn tell(
        &self,
        context: Context,
        call: CallId,
        command: SentimentCommand,
    ) -> Result<Outcome, SentimentError> {
        let how = (None, "told");
        let told = self.commands.tell::<CallSentiment>(context, call.uuid(), command, None, how);
        Ok(told.await?)
    }

    async fn transcript(
        &self,
        org: OrgId,
        call: CallId,
    ) -> Result<Option<(KnownTranscript, u64)>, SentimentError> {
        let state = self.commands.state::<Transcript>(org, call.uuid()).await?;
        Ok(state.and_then(|(transcript, version)| Some((transcript.known()?.clone(), version))))
    }

    /// Waits until the read model has as much of a transcript as the log.
    async fn reached(&self, org: OrgId, call: CallId, version: u64) -> Result<(), SentimentError> {
        match reached(&self.database, org, call, version).await? {
            true => Ok(()),
            false => Err(SentimentError::Behind),
        }
    }

    /// What the engine says of each, and in which language the call is: as it was declared, or was
    /// taken to be before, or all of it tells.
    async fn scored(
        &self,
        (declared, before): (Option<String>, Option<String>),
        said: Vec<Said>,
        rules: AlertRules,
    ) -> Result<(Vec<Heard>, Option<String>), SentimentError> {
        let engine = Arc::clone(&self.engine);
        let scored = move || {
            let texts = said.iter().map(|one| one.text.as_str());
            let of_call = declared.clone().or(before).or_else(|| language_of_call(texts));
            let heard = said.into_iter().map(|Said { seq, speaker, text, .. }| {
                let seq = u32::try_from(seq).unwrap_or_default();
                let language = language_of(&text, declared.as_deref(), of_call.as_deref());
                let scored = engine.score(&text, language.as_deref());
                Heard { seq, speaker, scored, phrases: rules.said(&text) }
            });
            (heard.collect(), of_call)
        };
        Ok(spawn_blocking(scored).await?)
    }
}
