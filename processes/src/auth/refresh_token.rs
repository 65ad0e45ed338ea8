//! Refresh tokens: which session, which turn, and what proves it.
//!
//! The proof is HMAC-SHA-256 over organization, session, turn and the session's random nonce,
//! under a key that follows from the root secret. So none is stored, a copy of the tables makes
//! none, and the successor of a lost reply can be made again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::padded;

const PREFIX: &str = "voice_rt_";
const SIZE: usize = 16 + 16 + 4 + 32;

/// What a token says of itself, before it is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub org: Uuid,
    pub session: Uuid,
    pub turn: i32,
}

impl Claim {
    /// The token.
    pub(super) fn token(&self, key: &[u8; 32], nonce: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(SIZE);
        bytes.extend_from_slice(self.org.as_bytes());
        bytes.extend_from_slice(self.session.as_bytes());
        bytes.extend_from_slice(&self.turn.to_be_bytes());
        bytes.extend_from_slice(&self.proof(key, nonce));
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a text claims, and its proof; nothing where it is no token.
    pub(super) fn read(text: &str) -> Option<(Self, [u8; 32])> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let bytes: [u8; SIZE] = bytes.try_into().ok()?;
        let (org, rest) = bytes.split_first_chunk::<16>()?;
        let (session, rest) = rest.split_first_chunk::<16>()?;
        let (turn, proof) = rest.split_first_chunk::<4>()?;
        let claim = Self {
            org: Uuid::from_bytes(*org),
            session: Uuid::from_bytes(*session),
            turn: i32::from_be_bytes(*turn),
        };
        Some((claim, proof.try_into().ok()?))
    }

    /// Whether the proof is right, in constant time.
    pub(super) fn proved(&self, key: &[u8; 32], nonce: &[u8], proof: &[u8; 32]) -> bool {
        self.proof(key, nonce).ct_eq(proof).into()
    }

    fn proof(&self, key: &[u8; 32], nonce: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new(&padded(key).into());
        mac.update(b"refresh/1/");
        mac.update(self.org.as_bytes());
        mac.update(self.session.as_bytes());
        mac.update(&self.turn.to_be_bytes());
        mac.update(nonce);
        mac.finalize().into_bytes().into()
    }
}
