//! A file on its way in: kept sealed, part by part, before anything is answered.
use database::Database;
use domain::{ImportId, OrgId};
use event_store::Keyring;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{ImportError, table};

/// The largest file.
pub const MAX_FILE: u64 = 50 << 20;
/// So much of it is sealed and kept at once.
const PART: usize = 256 << 10;

/// A file that is coming.
pub struct Upload {
    database: Database,
    keyring: Keyring,
    org: OrgId,
    file_id: Uuid,
    import_id: ImportId,
    waiting: Vec<u8>,
    part: i32,
    size: u64,
    hash: Sha256,
}

/// A file that is there as a whole.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub(super) file_id: Uuid,
    /// For which import it is.
    pub import_id: ImportId,
    pub(super) byte_size: u64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Upload {
    pub(super) fn new(
        (database, keyring): (Database, Keyring),
        org: OrgId,
        (file_id, import_id): (Uuid, ImportId),
    ) -> Self {
        let (waiting, hash) = (Vec::with_capacity(PART), Sha256::new());
        Self { database, keyring, org, file_id, import_id, waiting, part: 0, size: 0, hash }
    }

    /// Under which id it is kept.
    #[must_use]
    pub fn file_id(&self) -> Uuid {
        self.file_id
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// [`ImportError::TooLarge`], or it cannot be kept.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), ImportError> {
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.size > MAX_FILE {
            return Err(ImportError::TooLarge);
        }
        self.hash.update(bytes);
        while self.waiting.len() + bytes.len() > PART {
            let (now, later) = bytes.split_at(PART - self.waiting.len());
            self.waiting.extend_from_slice(now);
            bytes = later;
            self.keep(false).await?;
        }
        self.waiting.extend_from_slice(bytes);
        Ok(())
    }

    /// There is no more.
    ///
    /// # Errors
    /// It cannot be kept.
    pub async fn finish(mut self) -> Result<Uploaded, ImportError> {
        self.keep(true).await?;
        let sha256 = hex::encode(self.hash.finalize());
        let Self { file_id, import_id, size, .. } = self;
        Ok(Uploaded { file_id, import_id, byte_size: size, sha256 })
    }

    async fn keep(&mut self, last: bool) -> Result<(), ImportError> {
        let (org, file) = (self.org.uuid(), self.file_id);
        self.keyring.prepare(org, &[file]).await?;
        let sealed = self.keyring.seal_bytes(org, file, &self.waiting)?;
        table::keep_part(&self.database, (self.org, file), (self.part, last), &sealed).await?;
        self.part += 1;
        self.waiting.clear();
        Ok(())
    }
}
