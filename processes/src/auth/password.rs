//! Passwords: which are good enough, and their hashes.
//!
//! argon2id with 19 MiB, two passes and one lane, as OWASP's cheat sheet has it at least. Hashing
//! is slow on purpose, so only two run at once and a few wait; whoever comes then is told to come
//! again, and everything else on the server goes on.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::FieldFault;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::AuthError;

/// Characters at least, and at most.
const LENGTH: std::ops::RangeInclusive<usize> = 12..=128;
/// Fewer guesses than this find it, by zxcvbn's estimate.
const GUESSES: u64 = 100_000_000;
/// Characters whose guesses are estimated: the time that takes grows faster than their number.
const LOOKED_AT: usize = 40;
const AT_ONCE: usize = 2;
const WAITING: usize = 32;

/// Hashes and checks passwords; cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    inner: Arc<Inner>,
}

struct Inner {
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// The hash of a password that nobody has.
    nobodys: String,
}

impl Passwords {
    /// With the cost that passwords should have.
    ///
    /// # Errors
    /// [`AuthError::Hashing`], where the machine cannot do it.
    pub fn new() -> Result<Self, AuthError> {
        Self::costing(19 * 1_024, 2)
    }

    /// With so many KiB and passes; less than [`Passwords::new`] is for tests only.
    ///
    /// # Errors
    /// [`AuthError::Hashing`], where argon2 does not know such a cost.
    pub fn costing(kib: u32, passes: u32) -> Result<Self, AuthError> {
        let params = Params::new(kib, passes, 1, None).map_err(hashing)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let random: [u8; 32] = rand::random();
        let nobodys = argon2.hash_password(&random).map_err(hashing)?.to_string();
        let running = Arc::new(Semaphore::new(AT_ONCE));
        let waiting = Arc::new(Semaphore::new(AT_ONCE + WAITING));
        Ok(Self { inner: Arc::new(Inner { argon2, running, waiting, nobodys }) })
    }

    /// Whether a new password is good enough. How easy it is to guess is found out in a turn of
    /// its own, because some texts take long.
    ///
    /// # Errors
    /// [`AuthError::Field`]: what is wrong with it, for the field `pointer`; [`AuthError::Busy`].
    pub async fn good(&self, pointer: &'static str, password: &str) -> Result<(), AuthError> {
        let fault = |reason, words: &str| FieldFault { pointer, reason, words: words.to_owned() };
        if !LENGTH.contains(&password.chars().count()) {
            return Err(fault("out-of-range", "a password has 12 to 128 characters").into());
        }
        if password.chars().any(char::is_control) {
            return Err(fault("control-character", "the text holds a control character").into());
        }
        // What is hard to guess at its beginning is hard to guess.
        let begins: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT).collect());
        let guesses = self.turn(move || Ok(zxcvbn::zxcvbn(&begins, &[]).guesses())).await?;
        if guesses < GUESSES {
            return Err(fault("too-common", "the password is easy to guess").into());
        }
        Ok(())
    }

    /// The hash of a password, in the PHC string format.
    ///
    /// # Errors
    /// [`AuthError::Busy`], [`AuthError::Hashing`].
    pub async fn hash(&self, password: &str) -> Result<String, AuthError> {
        let inner = Arc::clone(&self.inner);
        let password = Zeroizing::new(password.to_owned());
        self.turn(move || {
            let hash = inner.argon2.hash_password(password.as_bytes()).map_err(hashing)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether it is the password of this hash. Where there is no hash, as much work is done.
    ///
    /// # Errors
    /// [`AuthError::Busy`], [`AuthError::Hashing`].
    pub async fn matches(&self, hash: Option<String>, password: &str) -> Result<bool, AuthError> {
        let inner = Arc::clone(&self.inner);
        let password = Zeroizing::new(password.to_owned());
        self.turn(move || {
            let known = hash.is_some();
            let text = hash.as_deref().unwrap_or(&inner.nobodys);
            let hash = PasswordHash::new(text).map_err(hashing)?;
            let same = inner.argon2.verify_password(password.as_bytes(), &hash).is_ok();
            Ok(same && known)
        })
        .await
    }

    async fn turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AuthError> {
        let waiting = Arc::clone(&self.inner.waiting).try_acquire_owned();
        let waiting = waiting.map_err(|_| AuthError::Busy)?;
        let running = Arc::clone(&self.inner.running).acquire_owned().await.map_err(hashing)?;
        // The turn belongs to the work, which goes on when whoever waits for it has gone.
        let work = move || {
            let done = work();
            drop((running, waiting));
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(hashing)?
    }
}

fn hashing(error: impl std::fmt::Display) -> AuthError {
    AuthError::Hashing(error.to_string())
}
