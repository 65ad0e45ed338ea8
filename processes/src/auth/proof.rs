//! Tokens that are not stored: what they name, and what proves it.
//!
//! The proof is HMAC-SHA-256 over the kind of token, the organization, what it names, its turn and
//! a random nonce that stands in the named row, under a key that follows from the root secret. So a
//! copy of the tables makes no token, and one whose reply or mail was lost can be made again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::padded;

const SIZE: usize = 16 + 16 + 4 + 32;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// To come back into a session.
    Refresh,
    /// To follow a link in a mail.
    Link,
}

impl Kind {
    /// By what a person, and whoever looks for secrets that have leaked, tells it.
    fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "voice_rt_",
            Self::Link => "voice_ln_",
        }
    }

    fn label(self) -> &'static [u8] {
        match self {
            Self::Refresh => b"refresh/1/",
            Self::Link => b"link/1/",
        }
    }
}

/// What a token says of itself, before it is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub kind: Kind,
    pub org: Uuid,
    /// The session, or the link.
    pub id: Uuid,
    /// How often the session was refreshed; a link has only one.
    pub turn: i32,
}

impl Claim {
    /// The token.
    pub(super) fn token(&self, key: &[u8; 32], nonce: &[u8]) -> String {
        let mut bytes = Vec::with_capacity(SIZE);
        bytes.extend_from_slice(self.org.as_bytes());
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&self.turn.to_be_bytes());
        bytes.extend_from_slice(&self.proof(key, nonce));
        format!("{}{}", self.kind.prefix(), URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a text claims, and its proof; nothing where it is no token of this kind.
    pub(super) fn read(kind: Kind, text: &str) -> Option<(Self, [u8; 32])> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(kind.prefix())?).ok()?;
        let bytes: [u8; SIZE] = bytes.try_into().ok()?;
        let (org, rest) = bytes.split_first_chunk::<16>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (turn, proof) = rest.split_first_chunk::<4>()?;
        let (org, id) = (Uuid::from_bytes(*org), Uuid::from_bytes(*id));
        let claim = Self { kind, org, id, turn: i32::from_be_bytes(*turn) };
        Some((claim, proof.try_into().ok()?))
    }

    /// Whether the proof is right, in constant time.
    pub(super) fn proved(&self, key: &[u8; 32], nonce: &[u8], proof: &[u8; 32]) -> bool {
        self.proof(key, nonce).ct_eq(proof).into()
    }

    fn proof(&self, key: &[u8; 32], nonce: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new(&padded(key).into());
        mac.update(self.kind.label());
        mac.update(self.org.as_bytes());
        mac.update(self.id.as_bytes());
        mac.update(&self.turn.to_be_bytes());
        mac.update(nonce);
        mac.finalize().into_bytes().into()
    }
}
