//! Takes the rows of imports, some at a time, until none is left.
//!
//! Where an import stands, its aggregate says; what became of the rows of a chunk is kept before
//! the import is told of it. Whoever is killed in between finds the chunk and tells it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::import_batch::{
    ImportBatch, ImportCommand, ImportFailure, ImportPurpose, ImportStatus, KnownImport,
    OnDuplicate, Tally,
};
use domain::{ImportId, OrgId};
use event_store::LogError;

use super::chunk::ContactTaker;
use super::numbers::NumberTaker;
use super::reading::{Chunks, Ends, Source, Survey, failure, read_back};
use super::table::{self, Chunk};
use super::taker::{Prepared, Taker, Taking, chunk_of};
use super::{FLOW, Imports};
use crate::contacts::ContactError;
use crate::dispositions;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// How long an import is worked on before others, and whoever wants to stop, have their turn.
const TURN: Duration = Duration::from_secs(5);

/// What makes it look. That rows were counted does, so that whoever is killed while it goes on is
/// not taken for somebody whom the import has killed.
const ASKS: [&str; 5] = [
    "ImportRequested",
    "SuppressionImportRequested",
    "ImportStarted",
    "ImportProgressed",
    "ImportCanceled",
];

/// The flow of imports.
pub struct ImportFlow {
    imports: Imports,
    turn: Duration,
}

/// What comes after a step.
enum Step {
    Again,
    Over,
}

impl ImportFlow {
    /// The flow of these imports.
    #[must_use]
    pub fn new(imports: Imports) -> Self {
        Self { imports, turn: TURN }
    }

    /// The same, with turns of another length.
    #[must_use]
    pub fn with_turns(self, turn: Duration) -> Self {
        Self { turn, ..self }
    }

    async fn import(&self, subject: &Subject) -> Result<Option<KnownImport>, Trouble> {
        let state = self.imports.commands.state::<ImportBatch>(subject.org, subject.id).await?;
        Ok(state.and_then(|(import, _)| import.known().cloned()))
    }

    async fn tell(&self, subject: &Subject, command: ImportCommand) -> Result<(), Trouble> {
        subject.tell::<ImportBatch>(&self.imports.commands, FLOW, command).await
    }

    async fn fail(&self, subject: &Subject, failure: ImportFailure) -> Result<Step, Trouble> {
        let at = self.imports.commands.now();
        self.tell(subject, ImportCommand::Fail { failure, at }).await?;
        Ok(Step::Again)
    }

    /// Whether the campaign still takes contacts; why not, where it does not.
    async fn campaign(
        &self,
        org: OrgId,
        import: &KnownImport,
    ) -> Result<Option<ImportFailure>, Trouble> {
        let Some(campaign) = import.purpose.campaign() else { return Ok(None) };
        match self.imports.contacts.open_campaign(org, campaign).await {
            Ok(()) => Ok(None),
            Err(ContactError::Field(fault)) => {
                Ok(Some(ImportFailure { code: "campaign-closed".to_owned(), words: fault.words }))
            }
            Err(error) => Err(Trouble::Away(error.to_string())),
        }
    }

    async fn source(&self, org: OrgId, import: &KnownImport) -> Result<Option<Source>, LogError> {
        let Some((mut file, mapping)) = read_back(import) else { return Ok(None) };
        file.catalog = Arc::new(dispositions::catalog(&self.imports.commands, org).await?.0);
        let database = self.imports.database.clone();
        let keyring = self.imports.commands.keyring().clone();
        let file_id = import.file.id;
        Ok(Some(Source { database, keyring, org, file, mapping, file_id }))
    }

    /// Looks at the file as a whole: nobody comes in before it is known that all can be read.
    async fn begin(
        &self,
        subject: &Subject,
        import: &KnownImport,
        source: Source,
    ) -> Result<Option<Step>, Trouble> {
        let at = self.imports.commands.now();
        let begun = import.status != ImportStatus::Requested;
        match source.surveyed().await {
            Ok(Survey::Sound(_)) if begun => Ok(None),
            Ok(Survey::Sound(rows)) => {
                self.tell(subject, ImportCommand::Start { rows, at }).await?;
                Ok(Some(Step::Again))
            }
            Ok(Survey::Faulty { rows, rejected, fault }) => {
                if !begun {
                    self.tell(subject, ImportCommand::Start { rows, at }).await?;
                }
                if import.rows_read == 0 {
                    let chunk = Chunk { first_row: 1, last_row: rows, ..chunk_of(rejected) };
                    self.kept(subject, chunk).await?;
                }
                self.fail(subject, failure(&fault)).await.map(Some)
            }
            Err(Ends::Never(fault)) => self.fail(subject, failure(&fault)).await.map(Some),
            Err(not_now) => {
                let id = ImportId::from(subject.id);
                tracing::warn!(%id, "a file is read later");
                Err(not_now.into())
            }
        }
    }

    /// Keeps what became of a chunk, then tells the import.
    async fn kept(&self, subject: &Subject, chunk: Chunk) -> Result<(), Trouble> {
        let (of, now) = (self.of(subject), self.imports.commands.now());
        let kept = table::keep_chunk(&self.imports.database, of, &chunk, now).await;
        kept.map_err(|error| Trouble::Away(error.to_string()))?;
        self.counted(subject, (chunk.last_row, chunk.tally)).await
    }

    async fn counted(
        &self,
        subject: &Subject,
        (rows_read, tally): (u64, Tally),
    ) -> Result<(), Trouble> {
        let at = self.imports.commands.now();
        self.tell(subject, ImportCommand::Progress { rows_read, tally, at }).await
    }

    /// A chunk that was kept and perhaps not told; whether there was one.
    async fn found(&self, subject: &Subject, import: &KnownImport) -> Result<bool, Trouble> {
        let first = import.rows_read + 1;
        let kept = table::kept_chunk(&self.imports.database, self.of(subject), first).await;
        match kept.map_err(|error| Trouble::Away(error.to_string()))? {
            Some(counted) => self.counted(subject, counted).await.map(|()| true),
            None => Ok(false),
        }
    }

    fn of(&self, subject: &Subject) -> (OrgId, ImportId) {
        (subject.org, ImportId::from(subject.id))
    }

    fn taker(&self, subject: &Subject, import: &KnownImport, stopped: bool) -> Taker {
        let Imports { database, commands, .. } = &self.imports;
        let mut context = subject.context(FLOW);
        context.correlation_id = subject.id;
        let taking = Taking {
            database: database.clone(),
            commands: commands.clone(),
            context,
            org: subject.org,
            import: ImportId::from(subject.id),
            file_id: import.file.id,
            by: import.by,
            at: commands.now(),
            stopped,
        };
        match &import.purpose {
            ImportPurpose::Contacts { campaign_id: campaign } => {
                let on_duplicate = import.options.on_duplicate.unwrap_or(OnDuplicate::Skip);
                Taker::Contacts(ContactTaker { taking, campaign: *campaign, on_duplicate })
            }
            ImportPurpose::Suppression { suppression } => {
                Taker::Numbers(NumberTaker { taking, suppression: suppression.clone() })
            }
        }
    }

    /// Takes rows until the turn is over: while the rows of a chunk come in, it is found out whom
    /// those of the next one are about.
    async fn take(
        &self,
        subject: &Subject,
        import: &KnownImport,
        source: Source,
    ) -> Result<Step, Trouble> {
        let began = Instant::now();
        let mut chunks = source.chunks(import.rows_read);
        let mut next = self.prepared(subject, import, &mut chunks).await?;
        while let Some(prepared) = next {
            let taker = self.taker(subject, import, false);
            let taken = async { self.kept(subject, taker.taken(prepared).await?).await };
            let (taken, following) =
                tokio::join!(taken, self.prepared(subject, import, &mut chunks));
            taken?;
            let known = self.import(subject).await?;
            if known.is_none_or(|known| known.over()) || began.elapsed() >= self.turn {
                return Ok(Step::Again);
            }
            next = following?;
        }
        let at = self.imports.commands.now();
        self.tell(subject, ImportCommand::Complete { at }).await?;
        Ok(Step::Again)
    }

    async fn prepared(
        &self,
        subject: &Subject,
        import: &KnownImport,
        chunks: &mut Chunks,
    ) -> Result<Option<Prepared>, Trouble> {
        let Some(rows) = chunks.next().await? else { return Ok(None) };
        self.taker(subject, import, false).prepared(rows).await.map(Some)
    }

    /// What a chunk has brought about that nobody could tell before somebody stopped the import.
    async fn left(&self, subject: &Subject, import: &KnownImport) -> Result<(), Trouble> {
        if import.started_at.is_none() {
            return Ok(());
        }
        let Some(source) = self.source(subject.org, import).await? else { return Ok(()) };
        let rows = match source.chunks(import.rows_read).next().await {
            Ok(Some(rows)) => rows,
            // There is no such file any more, so nothing was left.
            Ok(None) | Err(Ends::Never(_)) => return Ok(()),
            Err(not_now) => return Err(not_now.into()),
        };
        let taker = self.taker(subject, import, true);
        let prepared = taker.prepared(rows).await?;
        let chunk = Chunk { first_row: import.rows_read + 1, ..taker.taken(prepared).await? };
        if chunk.results.is_empty() { Ok(()) } else { self.kept(subject, chunk).await }
    }

    async fn step(&self, subject: &Subject, import: KnownImport) -> Result<Step, Trouble> {
        if import.status != ImportStatus::Requested && self.found(subject, &import).await? {
            return Ok(Step::Again);
        }
        if import.over() {
            if import.status == ImportStatus::Canceled {
                self.left(subject, &import).await?;
            }
            let forgotten = self.imports.forget(subject.org, import.file.id).await;
            forgotten.map_err(|error| Trouble::Away(error.to_string()))?;
            return Ok(Step::Over);
        }
        if let Some(closed) = self.campaign(subject.org, &import).await? {
            return self.fail(subject, closed).await;
        }
        let Some(source) = self.source(subject.org, &import).await? else {
            return Err(Trouble::Wrong("it is not known how the file is written".to_owned()));
        };
        // Nobody comes in before the whole file was judged, also where whoever has judged it was
        // cut off before the import was told.
        let nobody_in = import.tally.rejected == import.rows_read;
        if import.status == ImportStatus::Requested || nobody_in {
            if let Some(step) = self.begin(subject, &import, source).await? {
                return Ok(step);
            }
            let again = self.source(subject.org, &import).await?;
            let Some(again) = again else { return Ok(Step::Again) };
            return self.take(subject, &import, again).await;
        }
        self.take(subject, &import, source).await
    }
}

impl Reactor for ImportFlow {
    fn name(&self) -> &'static str {
        FLOW
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == ImportBatch::TYPE && ASKS.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let began = Instant::now();
        loop {
            let Some(import) = self.import(subject).await? else { return Ok(Next::Rest) };
            match self.step(subject, import).await {
                Ok(Step::Over) => return Ok(Next::Rest),
                Ok(Step::Again) if began.elapsed() < self.turn => {}
                Ok(Step::Again) => return Ok(Next::At(self.imports.commands.now())),
                Err(trouble) => return Err(trouble),
            }
        }
    }
}
