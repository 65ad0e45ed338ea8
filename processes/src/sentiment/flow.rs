//! Follows what is written down of calls: hears it while they go on, looks at all of it when they
//! are over, and again when it is corrected. When the call ends before its transcript does, nobody
//! has to look any more.

use domain::CallId;
use domain::call::Call;
use domain::transcript::Transcript;

use super::{SentimentError, Sentiments};
use crate::commands::OrderError;
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// Its name.
const FLOW: &str = "sentiment-flow";
/// How much later it looks again where transcripts lag behind.
const BEHIND_MS: i64 = 250;

/// The flow of sentiment.
pub struct SentimentFlow(Sentiments);

impl SentimentFlow {
    /// With what has an engine say how people feel.
    #[must_use]
    pub fn new(sentiments: Sentiments) -> Self {
        Self(sentiments)
    }

    async fn looked(&self, subject: &Subject) -> Result<(), SentimentError> {
        let call = CallId::from(subject.id);
        let context = subject.context(FLOW);
        match self.0.transcript(subject.org, call).await? {
            None => Ok(()),
            Some(found) if found.0.is_open() => self.0.hear(context, call, found).await,
            Some(_) => self.0.analyze(context, call).await.map(|_| ()),
        }
    }
}

impl Reactor for SentimentFlow {
    fn name(&self) -> &'static str {
        FLOW
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Transcript::TYPE
            || (aggregate_type == Call::TYPE && event_type == "CallEnded")
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        match self.looked(subject).await {
            Ok(()) => Ok(Next::Rest),
            Err(SentimentError::Behind) => Ok(Next::At(self.0.commands.now().plus_ms(BEHIND_MS))),
            Err(error) => Err(error.into()),
        }
    }
}

impl From<SentimentError> for Trouble {
    fn from(error: SentimentError) -> Self {
        match error {
            SentimentError::Order(order) => match *order {
                OrderError::Command(failure) => failure.into(),
                OrderError::Log(error) => error.into(),
                other @ (OrderError::Busy | OrderError::Database(_)) => {
                    Self::Away(other.to_string())
                }
            },
            SentimentError::Log(error) => error.into(),
            error @ (SentimentError::NoTranscript | SentimentError::Engine(_)) => {
                Self::Wrong(error.to_string())
            }
            error @ (SentimentError::Behind
            | SentimentError::Keyring(_)
            | SentimentError::Runtime(_)) => Self::Away(error.to_string()),
        }
    }
}
