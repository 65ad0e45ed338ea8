//! Lists of people whom campaigns are to call, on their way into contacts, and of numbers that are
//! not to be called (domain/04 §4.12).
//!
//! ```text
//! bytes ─► sealed parts ─► requested ─► looked at as a whole ─► chunk by chunk ─► the file is gone
//! ```
//!
//! | what | where it stands |
//! |---|---|
//! | the file | `import_files`, `import_parts`: sealed by a key of its own until the end |
//! | where an import stands, and what its rows have come to together | the log |
//! | what became of each row | `import_chunks`, for 30 days; nothing of the row but its number |
//!
//! *Architecture invariant:* a file is kept before it is acknowledged, and its key is destroyed
//! once it is not needed any more. Who is erased meanwhile is not brought back by it: a keyed hash
//! of their number stands beside the file as long as it is there.
//!
//! *Architecture invariant:* memory holds two chunks of rows and three parts of a file for an
//! import, however large it is.

mod chunk;
mod flow;
mod numbers;
mod parts;
mod reading;
mod result;
mod row;
mod sweep;
mod table;
mod taker;
mod upload;

use std::collections::BTreeMap;
use std::sync::Arc;

use database::{Database, DatabaseError};
use domain::import_batch::{
    ImportBatch, ImportCommand, ImportOptions, ImportPurpose, ImportRefusal, NewImport,
    OnDuplicate, RowOutcome,
};
use domain::{FieldFault, ImportId, OrgId, PhoneNumber, UserId};
use event_store::{Keyring, KeyringError, LogError, Outcome};
use uuid::Uuid;

pub use flow::ImportFlow;
pub use result::{KeptFault, RowResult};
pub use upload::{MAX_FILE, Upload, Uploaded};

use self::parts::Parts;
use self::table::KeptFile;
use crate::commands::{Commands, Order, OrderError};
use crate::contacts::{ContactError, Contacts};
use crate::dispositions;
use crate::ids::{self, Ids};
use crate::import::contacts::{ContactFile, FileFault, Mapping, MappingError, preview};

/// The process: in its cursor, its dead letters, and what it tells the log.
const FLOW: &str = "contact-import";
/// So many lists of an organization are brought in at once.
const MAX_IMPORTS: i64 = 5;
/// And so many files are kept meanwhile, with those that come again under the same key.
const MAX_FILES: i64 = 4 * MAX_IMPORTS;

/// Brings lists in; cheap to clone.
#[derive(Clone)]
pub struct Imports {
    database: Database,
    commands: Commands,
    contacts: Contacts,
    ids: Arc<dyn Ids>,
}

/// How a list is to be taken.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What its rows are.
    pub purpose: ImportPurpose,
    /// What becomes of numbers that the campaign has; nothing is said where none is to call.
    pub on_duplicate: Option<OnDuplicate>,
    /// How the file is written.
    pub file: ContactFile,
    /// Which columns fill which fields; by their names, where nothing is said.
    pub mapping: Option<Mapping>,
}

/// Why a list is not brought in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The file cannot be read, or not like this.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The file is too large.
    #[error("a file has at most 50 MiB")]
    TooLarge,
    /// There are too many at once.
    #[error("at most {MAX_IMPORTS} lists of an organization are brought in at once")]
    TooMany,
    /// The import or the log said no.
    #[error(transparent)]
    Order(Box<OrderError<ImportRefusal>>),
    /// The campaign cannot be asked.
    #[error(transparent)]
    Campaign(Box<ContactError>),
    /// A key cannot be had.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database is away.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A fault of this code.
    #[error("{0}")]
    Fault(String),
}

impl From<OrderError<ImportRefusal>> for ImportError {
    fn from(error: OrderError<ImportRefusal>) -> Self {
        Self::Order(Box::new(error))
    }
}

impl Imports {
    /// The imports of a database.
    #[must_use]
    pub fn new(
        database: Database,
        commands: Commands,
        contacts: Contacts,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self { database, commands, contacts, ids }
    }

    /// The import that somebody asks for with this idempotency key: the same for every repetition.
    ///
    /// # Errors
    /// The organization's secret cannot be fetched.
    pub async fn id(&self, org: OrgId, user: UserId, key: &str) -> Result<ImportId, KeyringError> {
        ids::created_import(self.commands.keyring(), org, &user.to_string(), key).await
    }

    /// A file begins to come.
    ///
    /// # Errors
    /// [`ImportError::TooMany`], or it cannot be kept.
    pub async fn begin(&self, org: OrgId, import_id: ImportId) -> Result<Upload, ImportError> {
        let now = self.commands.now();
        let file_id = self.ids.next(now);
        let (org_id, import) = (org.uuid(), import_id.uuid());
        let file = KeptFile { org_id, file_id, import_id: import };
        // Whoever repeats what was taken is answered as before, however many there are now.
        let others = if self.is_known(org, import_id).await? { i64::MAX } else { MAX_IMPORTS };
        if !table::begin(&self.database, file, (others, MAX_FILES), now).await? {
            return Err(ImportError::TooMany);
        }
        let rooms = (self.database.clone(), self.commands.keyring().clone());
        Ok(Upload::new(rooms, org, (file_id, import_id)))
    }

    /// Has a file that has come taken. Whatever is said to that, a file that is not taken is gone.
    ///
    /// # Errors
    /// [`ImportError`]: what is wrong with the file, the mapping or the campaign.
    pub async fn accept(
        &self,
        order: Order<ImportBatch>,
        uploaded: Uploaded,
        asked: Asked,
        by: UserId,
    ) -> Result<Outcome, ImportError> {
        let (org, file_id) = (order.org(), uploaded.file_id);
        let done = self.accepted(order, uploaded, asked, by).await;
        // Under a key that was used before it is the earlier file that is taken.
        if !matches!(&done, Ok(outcome) if !outcome.event_ids.is_empty() && !outcome.replayed) {
            self.forget_unless_unknown(org, file_id, &done).await?;
        }
        done
    }

    async fn accepted(
        &self,
        order: Order<ImportBatch>,
        uploaded: Uploaded,
        asked: Asked,
        by: UserId,
    ) -> Result<Outcome, ImportError> {
        let Asked { purpose, on_duplicate, file, mapping } = asked;
        let Uploaded { file_id, import_id, byte_size, sha256 } = uploaded;
        // A campaign that was closed since changes nothing about what was taken for it.
        if !self.is_known(order.org(), import_id).await? {
            self.possible(order.org(), &purpose).await?;
        }
        let (file, mapping) = self.looked_at(order.org(), file_id, file, mapping).await?;
        let mapping = match &purpose {
            ImportPurpose::Contacts { .. } => mapping,
            // Whatever else stands in the file is nobody's business.
            ImportPurpose::Suppression { .. } => mapping.of_phones(),
        };
        let options = ImportOptions {
            on_duplicate,
            default_region: file.default_region.map(|region| region.to_string()),
            mapping: written(&mapping),
        };
        let file = reading::spelled(&file, (file_id, byte_size, sha256));
        let at = self.commands.now();
        let new = NewImport { purpose, file, options, by, at };
        let command = ImportCommand::Request(Box::new(new));
        Ok(self.commands.carry_out_untold(order, import_id.uuid(), command).await?)
    }

    /// Whether an import was taken before, under the same key.
    async fn is_known(&self, org: OrgId, id: ImportId) -> Result<bool, LogError> {
        Ok(self.commands.state::<ImportBatch>(org, id.uuid()).await?.is_some())
    }

    /// Whether there is the campaign that a list is for, and still calls.
    async fn possible(&self, org: OrgId, purpose: &ImportPurpose) -> Result<(), ImportError> {
        let Some(campaign) = purpose.campaign() else { return Ok(()) };
        match self.contacts.open_campaign(org, campaign).await {
            Ok(()) => Ok(()),
            Err(ContactError::Field(fault)) => Err(fault.into()),
            Err(error) => Err(ImportError::Campaign(Box::new(error))),
        }
    }

    /// A file as it turns out to be written, and a mapping that fits it.
    async fn looked_at(
        &self,
        org: OrgId,
        file_id: Uuid,
        mut file: ContactFile,
        mapping: Option<Mapping>,
    ) -> Result<(ContactFile, Mapping), ImportError> {
        let (database, keyring) = (self.database.clone(), self.commands.keyring().clone());
        let parts = Parts::open(database, keyring, (org, file_id));
        file.catalog = Arc::new(dispositions::catalog(&self.commands, org).await?.0);
        let (how, given) = (file.clone(), mapping.clone());
        let looked = tokio::task::spawn_blocking(move || preview(parts, &how, given.as_ref()));
        let looked = looked.await.map_err(|death| ImportError::Fault(death.to_string()))??;
        file.encoding = Some(looked.encoding);
        file.delimiter = looked.delimiter;
        let mapping = mapping.unwrap_or(looked.guessed);
        if !mapping.has_phone() {
            return Err(FileFault::from(MappingError::NoPhone).into());
        }
        Ok((file, mapping))
    }

    /// Stops an import; what was brought in stays.
    ///
    /// # Errors
    /// [`ImportError::Order`]
    pub async fn cancel(
        &self,
        order: Order<ImportBatch>,
        id: ImportId,
        by: UserId,
    ) -> Result<Outcome, ImportError> {
        let at = self.commands.now();
        let command = ImportCommand::Cancel { by, at };
        Ok(self.commands.carry_out_untold(order, id.uuid(), command).await?)
    }

    /// What became of the rows behind one, of these outcomes or of all: at most so many, in their
    /// order.
    ///
    /// # Errors
    /// The database is away.
    pub async fn rows(
        &self,
        (org, id): (OrgId, ImportId),
        outcomes: &[RowOutcome],
        (after, limit): (u64, i64),
    ) -> Result<Vec<RowResult>, ImportError> {
        Ok(table::rows(&self.database, (org, id), outcomes, (after, limit)).await?)
    }

    /// Forgets a file, and destroys its key.
    ///
    /// # Errors
    /// The database is away.
    pub async fn forget(&self, org: OrgId, file_id: Uuid) -> Result<(), ImportError> {
        table::forget_parts(&self.database, (org, file_id)).await?;
        self.commands.keyring().destroy(org.uuid(), file_id).await?;
        Ok(table::forget_file(&self.database, (org, file_id)).await?)
    }

    /// Where nobody knows whether the log has taken it, the file stays: the sweep asks the log.
    async fn forget_unless_unknown(
        &self,
        org: OrgId,
        file_id: Uuid,
        done: &Result<Outcome, ImportError>,
    ) -> Result<(), ImportError> {
        let unknown = match done {
            Err(ImportError::Order(error)) => {
                matches!(**error, OrderError::Command(event_store::Failure::OutcomeUnknown))
            }
            _ => false,
        };
        if unknown { Ok(()) } else { self.forget(org, file_id).await }
    }
}

/// Whoever is behind a number is being erased: a file that is kept does not bring them back. To be
/// said before their key is destroyed.
///
/// # Errors
/// The database is away.
pub(crate) async fn erasing(
    database: &Database,
    keyring: &Keyring,
    (org, number): (OrgId, &PhoneNumber),
) -> Result<(), KeyringError> {
    for file in table::files(database, (Some(org), None)).await? {
        let mark = ids::import_mark(keyring, org, file.file_id, number).await?;
        table::mark_erased(database, file, mark).await?;
    }
    Ok(())
}

fn written(mapping: &Mapping) -> BTreeMap<String, Vec<String>> {
    mapping.fields().map(|(target, columns)| (target.to_string(), columns.to_vec())).collect()
}
