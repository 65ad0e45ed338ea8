//! An export: figures, or the facts of calls, as a file that somebody has asked for (domain/04
//! §4.5).
//!
//! ```text
//! request ─► queued ── start ─► running ── complete ─► completed ── 24 hours ─► expired
//!              │                   │                        │
//!              ├──── fail ─────────┴─► failed               │
//!              └──── cancel ───────────► canceled ◄─────────┘
//! ```
//!
//! It knows what was asked, by whom, and what came of it; the file stands beside the log and is
//! gone with the last three states. That it was asked for, and each time that somebody is given the
//! file, is a fact before anything leaves.

mod command;
mod event;
mod refusal;
mod state;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use command::{ExportCommand, NewExport};
pub use event::ExportEvent;
pub use refusal::ExportRefusal;
pub use state::{ExportFailure, ExportFile, KEPT_MS, KnownExport};
pub use words::*;

use crate::decider::aggregate;
use crate::{Decider, Owed, SubjectId, Timed, Timestamp};

/// An export, or none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Export {
    /// There is no such export.
    #[default]
    Unknown,
    /// There is.
    Known(Box<KnownExport>),
}

aggregate!(Export, "export", ExportCommand, ExportEvent, ExportRefusal);

type Decided = Result<Vec<ExportEvent>, ExportRefusal>;

impl Decider for Export {
    fn decide(&self, command: ExportCommand) -> Decided {
        match (self, command) {
            (Self::Unknown, ExportCommand::Request(new)) => {
                let NewExport { report, format, query, by, at } = *new;
                Ok(vec![ExportEvent::ExportRequested { report, format, query, by, at }])
            }
            (Self::Unknown, _) => Err(ExportRefusal::Unknown),
            (Self::Known(export), command) => export.decide(command),
        }
    }

    fn evolve(&mut self, event: &ExportEvent) {
        match (self, event) {
            (Self::Known(export), event) => export.evolve(event),
            (export, ExportEvent::ExportRequested { report, format, query, by, at }) => {
                let known = KnownExport::requested((*report, *format), query, *by, *at);
                *export = Self::Known(Box::new(known));
            }
            // An export begins with its request.
            (Self::Unknown, _) => {}
        }
    }

    fn subject(&self) -> Option<SubjectId> {
        None
    }
}

impl Timed for Export {
    const STARTS: &'static [&'static str] = &["ExportCompleted"];

    /// A file is kept for a day.
    fn owed(&self, now: Timestamp) -> Owed<ExportCommand> {
        let file = self.known().and_then(KnownExport::kept);
        file.map_or(Owed::Nothing, |file| {
            Owed::when(file.expires_at, now, ExportCommand::Expire { at: now })
        })
    }
}

impl Export {
    /// The export, where there is one.
    #[must_use]
    pub fn known(&self) -> Option<&KnownExport> {
        match self {
            Self::Unknown => None,
            Self::Known(export) => Some(export),
        }
    }
}

impl KnownExport {
    fn decide(&self, command: ExportCommand) -> Decided {
        use ExportStatus as S;
        let refused = Err(ExportRefusal::State(self.status));
        match command {
            ExportCommand::Request(_) => Err(ExportRefusal::Exists),
            ExportCommand::Start { at } => match self.status {
                S::Queued => Ok(vec![ExportEvent::ExportStarted { at }]),
                S::Running => Ok(Vec::new()),
                S::Completed | S::Failed | S::Canceled | S::Expired => refused,
            },
            ExportCommand::Complete { mut file, at } => match self.status {
                S::Running => {
                    file.expires_at = at.plus_ms(KEPT_MS);
                    Ok(vec![ExportEvent::ExportCompleted { file, at }])
                }
                S::Completed => Ok(Vec::new()),
                S::Queued | S::Failed | S::Canceled | S::Expired => refused,
            },
            ExportCommand::Fail { failure, at } => match self.status {
                S::Queued | S::Running => Ok(vec![ExportEvent::ExportFailed { failure, at }]),
                S::Failed => Ok(Vec::new()),
                S::Completed | S::Canceled | S::Expired => refused,
            },
            ExportCommand::Cancel { by, at } => match self.status {
                S::Queued | S::Running | S::Completed => {
                    Ok(vec![ExportEvent::ExportCanceled { by, at }])
                }
                // There is nothing left to take away.
                S::Failed | S::Canceled | S::Expired => Ok(Vec::new()),
            },
            ExportCommand::Download { by, at } => {
                self.download(at).map(|()| vec![ExportEvent::ExportDownloaded { by, at }])
            }
            ExportCommand::Expire { at } => match self.kept() {
                Some(file) if file.expires_at <= at => Ok(vec![ExportEvent::ExportExpired { at }]),
                Some(_) | None => Ok(Vec::new()),
            },
        }
    }

    /// Whether the file can be given to somebody.
    ///
    /// # Errors
    /// It is not there yet, or not any more.
    pub fn download(&self, at: Timestamp) -> Result<(), ExportRefusal> {
        use ExportStatus as S;
        match (self.kept(), self.status) {
            (Some(file), _) if at < file.expires_at => Ok(()),
            (_, S::Completed | S::Expired | S::Canceled) => Err(ExportRefusal::Gone),
            (_, status @ (S::Queued | S::Running | S::Failed)) => Err(ExportRefusal::State(status)),
        }
    }
}
