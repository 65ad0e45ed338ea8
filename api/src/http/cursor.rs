//! Cursors: sealed, so that they cannot be read, altered, or used for another
//! organization or other filters, and expire after a day.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use domain::{OrgId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::problem::{INVALID_CURSOR, Problem};

/// How long a cursor is good.
const LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;
/// No cursor of ours is longer.
const MAX_LENGTH: usize = 1024;
const NONCE: usize = 24;

/// Seals and opens cursors.
#[derive(Clone)]
pub struct Cursors(XChaCha20Poly1305);

impl Cursors {
    /// With a key of its own.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// A cursor for the place after which the list goes on.
    ///
    /// # Errors
    /// `internal` where the place cannot be written.
    pub fn seal(
        &self,
        org: OrgId,
        filter: &str,
        now: Timestamp,
        place: &impl Serialize,
    ) -> Result<String, Problem> {
        let plain = serde_json::to_vec(&(now.plus_ms(LIFETIME_MS).millis(), place))
            .map_err(|error| Problem::fault(&error))?;
        let nonce: [u8; NONCE] = rand::random();
        let bound = bound_to(org, filter);
        let payload = Payload { msg: &plain, aad: &bound };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|error| Problem::fault(&error))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The place in a cursor.
    ///
    /// # Errors
    /// `invalid-cursor` for everything that is not ours, of this organization,
    /// for these filters, and young enough.
    pub fn open<T: DeserializeOwned>(
        &self,
        org: OrgId,
        filter: &str,
        now: Timestamp,
        cursor: &str,
    ) -> Result<T, Problem> {
        self.place(org, filter, now, cursor).ok_or_else(|| Problem::of(&INVALID_CURSOR))
    }

    fn place<T: DeserializeOwned>(
        &self,
        org: OrgId,
        filter: &str,
        now: Timestamp,
        cursor: &str,
    ) -> Option<T> {
        if cursor.len() > MAX_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let bound = bound_to(org, filter);
        let payload = Payload { msg: sealed, aad: &bound };
        let plain = self.0.decrypt(&XNonce::from(nonce), payload).ok()?;
        let (expires, place): (i64, T) = serde_json::from_slice(&plain).ok()?;
        (now.millis() < expires).then_some(place)
    }
}

fn bound_to(org: OrgId, filter: &str) -> Vec<u8> {
    let filter = Sha256::digest(filter.as_bytes());
    [org.uuid().as_bytes().as_slice(), filter.as_slice()].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_opens_only_where_it_was_made() {
        let cursors = Cursors::new(&[7; 32]);
        let (org, other) = (OrgId::from(Uuid::from_u128(1)), OrgId::from(Uuid::from_u128(2)));
        let now = Timestamp::from_millis(1_000_000);
        let cursor = cursors.seal(org, "f", now, &(5_i64, "x")).unwrap();
        let open = |cursors: &Cursors, org, filter, now, cursor: &str| {
            cursors.open::<(i64, String)>(org, filter, now, cursor).ok()
        };
        assert_eq!(open(&cursors, org, "f", now, &cursor), Some((5, "x".to_owned())));
        assert_eq!(open(&cursors, other, "f", now, &cursor), None);
        assert_eq!(open(&cursors, org, "g", now, &cursor), None);
        assert_eq!(open(&cursors, org, "f", now.plus_ms(LIFETIME_MS), &cursor), None);
        assert!(open(&cursors, org, "f", now.plus_ms(LIFETIME_MS - 1), &cursor).is_some());
        assert_eq!(open(&Cursors::new(&[8; 32]), org, "f", now, &cursor), None);
        assert_eq!(open(&cursors, org, "f", now, "x"), None);
        let mut altered = cursor.clone();
        altered.replace_range(40..41, if cursor.get(40..41) == Some("A") { "B" } else { "A" });
        assert_eq!(open(&cursors, org, "f", now, &altered), None);
    }
}
