//! Keeps by which words calls are found.

use domain::transcript::Transcript;
use domain::{CallId, Timestamp};
use event_store::{KeyringError, Noted};

use super::words::Tongue;
use super::{SearchError, Transcripts, reached};
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "transcript-words";
/// How much later it looks again where the read model of transcripts lags behind.
const BEHIND_MS: i64 = 250;
/// A call that goes on is looked at again no sooner: each look opens all that was said.
const PAUSE_MS: i64 = 10_000;

/// The process.
pub struct TranscriptWords(Transcripts);

impl TranscriptWords {
    /// That of these transcripts.
    #[must_use]
    pub fn new(transcripts: Transcripts) -> Self {
        Self(transcripts)
    }

    async fn looked(&self, subject: &Subject) -> Result<Next, SearchError> {
        let (of, org, call) = (&self.0, subject.org, CallId::from(subject.id));
        let state = of.commands.state::<Transcript>(org, subject.id).await?;
        let known = state.as_ref().and_then(|(state, version)| Some((state.known()?, *version)));
        let Some((transcript, version)) = known else { return Ok(Next::Rest) };
        let (keyring, now) = (of.commands.keyring(), of.commands.now());
        let so_far = Noted { version: i64::try_from(version).unwrap_or(i64::MAX), at: now.into() };
        if let Some(noted) = keyring.words_noted(org.uuid(), subject.id).await? {
            if noted.version >= so_far.version {
                return Ok(Next::Rest);
            }
            let next = Timestamp::from(noted.at).plus_ms(PAUSE_MS);
            if transcript.is_open() && now < next {
                return Ok(Next::At(next));
            }
        }
        if !reached(&of.database, org, call, version).await? {
            return Ok(Next::At(now.plus_ms(BEHIND_MS)));
        }
        let said = of.said(org, call).await?;
        let words = Tongue::of(transcript.language.as_deref(), &said).all(&said);
        let clues = of.clues(org, &words).await?;
        let about = (transcript.subject.uuid(), subject.id);
        keyring.note_words(org.uuid(), about, so_far, &clues).await?;
        Ok(Next::Rest)
    }
}

impl Reactor for TranscriptWords {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, _event_type: &str) -> bool {
        aggregate_type == Transcript::TYPE
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        self.looked(subject).await.map_err(|error| match error {
            SearchError::Log(error) => error.into(),
            SearchError::Keyring(KeyringError::Altered) => Trouble::Wrong(error.to_string()),
            SearchError::Keyring(_) | SearchError::Runtime(_) => Trouble::Away(error.to_string()),
        })
    }
}
