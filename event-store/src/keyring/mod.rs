//! Sealing of personal fields. Every subject has a key of its own, kept wrapped by the
//! key-encryption key, which never is in the database; destroying the subject's key erases
//! what was sealed with it, everywhere at once.

mod cipher;
mod clues;
mod memory;
mod rewrap;
mod table;
mod words;

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use database::{Database, DatabaseError, Keks};
use hmac::{Hmac, KeyInit, Mac};
use lru::LruCache;
use sha2::Sha256;
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

use self::cipher::{Bytes, Purpose};
use self::memory::{Key, Memory, grab};
pub use self::rewrap::{Rotated, check_keks, rewrap, rotate, wrapped_with};
pub use self::words::Noted;

/// What a sealed text begins with.
const PREFIX: &str = "sealed:1:";
/// Subject (16), mark of the key (8), nonce (24), tag (16).
const OVERHEAD: usize = 64;
/// How long a key is used before it is asked for again: an erasure elsewhere counts here after
/// this.
const FRESH: Duration = Duration::from_secs(60);
/// Secrets of organizations that are held in memory.
const HELD_SECRETS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4_095);

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// The keys could not be fetched.
    #[error("the keys: {0}")]
    Database(#[from] DatabaseError),
    /// What is kept was not wrapped by this key-encryption key, or was altered.
    #[error("a kept key cannot be unwrapped: this is another key-encryption key")]
    Wrapping,
    /// The key was not fetched before.
    #[error("the key of this subject was not prepared")]
    NotPrepared,
    /// The key was destroyed, and the subject never gets another one.
    #[error("the key of this subject was destroyed")]
    Erased,
    /// A key-encryption key cannot be read; of number 0, the newest cannot be found out.
    #[error(
        "key-encryption key {number} cannot be read ({error}); put its file kek-{number}.key back \
         into the directory of secrets"
    )]
    Kek {
        /// Its number.
        number: i16,
        /// Why not.
        #[source]
        error: std::io::Error,
    },
    /// It is not what was sealed for this organization.
    #[error("this was not sealed here, or was altered")]
    Altered,
}

impl From<sqlx::Error> for KeyringError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

struct Inner {
    database: Database,
    keks: Keks,
    memory: Memory,
    /// Whose keys are wanted until somebody has the turn to ask for them.
    waiting: Mutex<HashMap<Uuid, Vec<Uuid>>>,
    /// The blind indexes that are to be followed.
    followed: Mutex<HashMap<Uuid, Vec<Uuid>>>,
    /// One statement for keys at a time.
    turn: tokio::sync::Mutex<()>,
    secrets: Mutex<LruCache<Uuid, Key>>,
}

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    inner: Arc<Inner>,
}

impl Keyring {
    /// The keyring of a database, wrapped by these key-encryption keys.
    #[must_use]
    pub fn new(database: &Database, keks: impl Into<Keks>) -> Self {
        Self::fresh_for(database, keks, FRESH)
    }

    /// The same that asks for a key again after another time than a minute.
    #[must_use]
    pub fn fresh_for(database: &Database, keks: impl Into<Keks>, fresh: Duration) -> Self {
        let inner = Inner {
            database: database.clone(),
            keks: keks.into(),
            memory: Memory::new(fresh),
            waiting: Mutex::default(),
            followed: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            secrets: Mutex::new(LruCache::new(HELD_SECRETS)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// An id that follows from these parts and the organization's secret: UUIDv8 from
    /// HMAC-SHA-256 over the parts, each with its length.
    ///
    /// # Errors
    /// The secret cannot be fetched or unwrapped.
    pub async fn pseudonym(&self, org: Uuid, parts: &[&str]) -> Result<Uuid, KeyringError> {
        let secret = self.secret(org).await?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&secret[..]).map_err(|_| KeyringError::Wrapping)?;
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            mac.update(&length.to_be_bytes());
            mac.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        for (into, from) in bytes.iter_mut().zip(mac.finalize().into_bytes()) {
            *into = from;
        }
        Ok(Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// Fetches the keys of these subjects all at once, and makes those that are not there;
    /// whoever makes the same one at the same time gets the same.
    ///
    /// # Errors
    /// They cannot be fetched or unwrapped; [`KeyringError::Erased`] where one was destroyed, which
    /// spoils none of the others.
    pub async fn prepare(&self, org: Uuid, subjects: &[Uuid]) -> Result<(), KeyringError> {
        let missing = self.inner.memory.missing(org, subjects);
        if missing.is_empty() {
            return Ok(());
        }
        grab(&self.inner.waiting).entry(org).or_default().extend(missing);
        // Whoever has the turn asks for everybody who waits by then, as the log's writer
        // does: a statement and a commit for each new person would cost more than the append.
        let _turn = self.inner.turn.lock().await;
        let mut wanted = self.inner.memory.missing(org, subjects);
        if wanted.is_empty() {
            return Ok(());
        }
        wanted.extend(grab(&self.inner.waiting).remove(&org).unwrap_or_default());
        let found =
            table::fetch_or_make(&self.inner.database, &self.inner.keks, org, wanted).await?;
        let mut mine = Ok(());
        for (subject, key) in found {
            let kept = key.and_then(|key| self.keep((org, subject), key));
            // Whoever else asked for it finds it missing and is told when the turn is theirs.
            if let Err(error) = kept
                && subjects.contains(&subject)
            {
                mine = Err(error);
            }
        }
        mine
    }

    /// The subject behind a blind index (a [`Keyring::pseudonym`] of what the person is found by),
    /// and its key with it. Where there is none yet, one is made under a random id: once the key
    /// is destroyed, and the index with it, nothing leads from the person to that id.
    ///
    /// # Errors
    /// It cannot be fetched, or its key cannot be unwrapped.
    pub async fn subject(&self, org: Uuid, blind: Uuid) -> Result<Uuid, KeyringError> {
        if let Some(subject) = self.inner.memory.subject((org, blind)) {
            return Ok(subject);
        }
        grab(&self.inner.followed).entry(org).or_default().push(blind);
        // As with keys, whoever has the turn asks for everybody.
        let _turn = self.inner.turn.lock().await;
        if let Some(subject) = self.inner.memory.subject((org, blind)) {
            return Ok(subject);
        }
        let mut wanted = grab(&self.inner.followed).remove(&org).unwrap_or_default();
        wanted.push(blind);
        let (database, keks) = (&self.inner.database, &self.inner.keks);
        let found = table::resolve(database, keks, org, wanted).await?;
        let mut mine = Err(KeyringError::NotPrepared);
        for table::Resolved { blind: other, subject, key } in found {
            let known = key.and_then(|key| self.keep((org, subject), key)).map(|_| subject);
            if known.is_ok() {
                self.inner.memory.lead((org, other), subject);
            }
            if other == blind {
                mine = known;
            }
        }
        mine
    }

    /// The subject behind a blind index, where there is one now.
    ///
    /// # Errors
    /// The database is away.
    pub async fn find(&self, org: Uuid, blind: Uuid) -> Result<Option<Uuid>, KeyringError> {
        table::find(&self.inner.database, org, blind).await
    }

    fn keep(&self, of: (Uuid, Uuid), key: Zeroizing<Bytes>) -> Result<Key, KeyringError> {
        let key = Arc::new(key);
        match self.inner.memory.keep(of, Arc::clone(&key)) {
            true => Ok(key),
            false => Err(KeyringError::Erased),
        }
    }

    /// Destroys the key of a subject, with the blind index and the clues that lead to it. What was
    /// sealed with it is erased, at once here and within a minute elsewhere, and the subject never
    /// gets another key. The mark of the key that was destroyed; none where there was none (any
    /// more).
    ///
    /// # Errors
    /// The database is away, or the key cannot be unwrapped.
    pub async fn destroy(&self, org: Uuid, subject: Uuid) -> Result<Option<[u8; 8]>, KeyringError> {
        let (database, keks) = (&self.inner.database, &self.inner.keks);
        let mark = table::destroy(database, keks, (org, subject)).await?;
        self.inner.memory.destroyed((org, subject));
        Ok(mark)
    }

    /// Has a holder, who tells of a subject, these clues and no others (a [`Keyring::pseudonym`]
    /// each of what several people may be found by); none, where the key of the subject is gone.
    /// They go with the key.
    ///
    /// # Errors
    /// The database is away.
    pub async fn note_clues(
        &self,
        org: Uuid,
        (subject, holder): (Uuid, Uuid),
        clues: &[Uuid],
    ) -> Result<(), KeyringError> {
        clues::note(&self.inner.database, (org, subject, holder), clues).await
    }

    /// At most so many holders that have every one of these clues, which are all different.
    ///
    /// # Errors
    /// The database is away.
    pub async fn holders(
        &self,
        org: Uuid,
        clues: &[Uuid],
        most: i64,
    ) -> Result<Vec<Uuid>, KeyringError> {
        clues::find(&self.inner.database, org, clues, most).await
    }

    /// The mark of the key that a subject has now, which tells keys apart without telling anything
    /// of them.
    ///
    /// # Errors
    /// The key cannot be fetched.
    pub async fn mark(&self, org: Uuid, subject: Uuid) -> Result<Option<[u8; 8]>, KeyringError> {
        let key = table::fetch(&self.inner.database, &self.inner.keks, org, subject).await?;
        Ok(key.map(|key| cipher::mark(&key)))
    }

    /// Seals a text with a key that was prepared.
    ///
    /// # Errors
    /// [`KeyringError::NotPrepared`].
    pub fn seal_prepared(
        &self,
        org: Uuid,
        subject: Uuid,
        text: &str,
    ) -> Result<String, KeyringError> {
        let sealed = self.seal_bytes(org, subject, text.as_bytes())?;
        let mut token = String::with_capacity(PREFIX.len() + sealed.len() * 4 / 3 + 4);
        token.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(sealed, &mut token);
        Ok(token)
    }

    /// Whether the key of a subject need not be prepared.
    #[must_use]
    pub fn at_hand(&self, org: Uuid, subject: Uuid) -> bool {
        self.inner.memory.key((org, subject)).is_some()
    }

    /// Seals bytes with a key that was prepared.
    ///
    /// # Errors
    /// [`KeyringError::NotPrepared`].
    pub fn seal_bytes(
        &self,
        org: Uuid,
        subject: Uuid,
        bytes: &[u8],
    ) -> Result<Vec<u8>, KeyringError> {
        let key = self.inner.memory.prepared((org, subject)).ok_or(KeyringError::NotPrepared)?;
        let mut sealed = Vec::with_capacity(bytes.len() + OVERHEAD);
        sealed.extend_from_slice(subject.as_bytes());
        sealed.extend_from_slice(&cipher::mark(&key));
        cipher::seal(&key, Purpose::Field, org, subject, bytes, &mut sealed)?;
        Ok(sealed)
    }

    /// Opens a sealed text; `None` once its key is gone.
    ///
    /// # Errors
    /// The key cannot be fetched, or the text was not sealed here for this organization.
    pub async fn open(&self, org: Uuid, token: &str) -> Result<Option<String>, KeyringError> {
        let coded = token.strip_prefix(PREFIX).ok_or(KeyringError::Altered)?;
        let sealed = URL_SAFE_NO_PAD.decode(coded).map_err(|_| KeyringError::Altered)?;
        let Some(bytes) = self.open_bytes(org, &sealed).await? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(|_| KeyringError::Altered)
    }

    /// Opens sealed bytes; `None` once their key is gone.
    ///
    /// # Errors
    /// The key cannot be fetched, or the bytes were not sealed here for this organization.
    pub async fn open_bytes(
        &self,
        org: Uuid,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, KeyringError> {
        let (subject, rest) = sealed.split_first_chunk::<16>().ok_or(KeyringError::Altered)?;
        let (mark, rest) = rest.split_first_chunk::<8>().ok_or(KeyringError::Altered)?;
        let subject = Uuid::from_bytes(*subject);
        let Some(key) = self.key(org, subject).await? else { return Ok(None) };
        if cipher::mark(&key) != *mark {
            // The subject has a new key: the one that this was sealed with is gone.
            return Ok(None);
        }
        cipher::open(&key, Purpose::Field, org, subject, rest).map(Some)
    }

    /// Whether a text is a sealed one.
    #[must_use]
    pub fn sealed(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The key to open with, if the subject has one.
    async fn key(&self, org: Uuid, subject: Uuid) -> Result<Option<Key>, KeyringError> {
        if let Some(key) = self.inner.memory.key((org, subject)) {
            return Ok(Some(key));
        }
        let found = table::fetch(&self.inner.database, &self.inner.keks, org, subject).await?;
        let kept = found.and_then(|key| self.keep((org, subject), key).ok());
        if kept.is_none() {
            self.inner.memory.forget((org, subject));
        }
        Ok(kept)
    }

    async fn secret(&self, org: Uuid) -> Result<Key, KeyringError> {
        if let Some(secret) = grab(&self.inner.secrets).get(&org) {
            return Ok(Arc::clone(secret));
        }
        let _turn = self.inner.turn.lock().await;
        if let Some(secret) = grab(&self.inner.secrets).get(&org) {
            return Ok(Arc::clone(secret));
        }
        let secret = table::secret(&self.inner.database, &self.inner.keks, org).await?;
        let secret = Arc::new(secret);
        grab(&self.inner.secrets).put(org, Arc::clone(&secret));
        Ok(secret)
    }
}
