//! XChaCha20-Poly1305 with a random nonce; what is sealed is bound to what it is for, the
//! organization and the subject.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::KeyringError;

/// A key.
pub(super) type Bytes = [u8; 32];

/// What something is sealed for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// A personal field or a reply.
    Field,
    /// The key of a subject.
    SubjectKey,
    /// The secret of an organization.
    OrganizationSecret,
}

impl Purpose {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Field => b"field",
            Self::SubjectKey => b"subject-key",
            Self::OrganizationSecret => b"organization-secret",
        }
    }
}

/// A new key, or a new secret.
pub(super) fn random() -> Zeroizing<Bytes> {
    Zeroizing::new(rand::random())
}

/// Tells keys of the same subject apart without telling anything of them.
pub(super) fn mark(key: &Bytes) -> [u8; 8] {
    let mut sha = Sha256::new();
    sha.update(b"mark");
    sha.update(key);
    let mut mark = [0; 8];
    for (into, from) in mark.iter_mut().zip(sha.finalize()) {
        *into = from;
    }
    mark
}

fn bound_to(purpose: Purpose, org: Uuid, subject: Uuid) -> Vec<u8> {
    [org.as_bytes(), subject.as_bytes(), purpose.bytes()].concat()
}

/// Appends the nonce and the sealed bytes.
pub(super) fn seal(
    key: &Bytes,
    purpose: Purpose,
    org: Uuid,
    subject: Uuid,
    bytes: &[u8],
    into: &mut Vec<u8>,
) -> Result<(), KeyringError> {
    let nonce: [u8; 24] = rand::random();
    let aad = bound_to(purpose, org, subject);
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: bytes, aad: &aad };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload);
    into.extend_from_slice(&nonce);
    into.extend_from_slice(&sealed.map_err(|_| KeyringError::Altered)?);
    Ok(())
}

/// Opens nonce and sealed bytes.
pub(super) fn open(
    key: &Bytes,
    purpose: Purpose,
    org: Uuid,
    subject: Uuid,
    sealed: &[u8],
) -> Result<Vec<u8>, KeyringError> {
    let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or(KeyringError::Altered)?;
    let aad = bound_to(purpose, org, subject);
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: sealed, aad: &aad };
    cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| KeyringError::Altered)
}

/// Wraps a key for the table.
pub(super) fn wrap(
    kek: &Bytes,
    purpose: Purpose,
    org: Uuid,
    subject: Uuid,
    key: &Bytes,
) -> Result<Vec<u8>, KeyringError> {
    let mut wrapped = Vec::with_capacity(72);
    seal(kek, purpose, org, subject, key, &mut wrapped)?;
    Ok(wrapped)
}

/// Unwraps a key from the table.
pub(super) fn unwrap(
    kek: &Bytes,
    purpose: Purpose,
    org: Uuid,
    subject: Uuid,
    wrapped: &[u8],
) -> Result<Zeroizing<Bytes>, KeyringError> {
    let opened = open(kek, purpose, org, subject, wrapped);
    let opened = Zeroizing::new(opened.map_err(|_| KeyringError::Wrapping)?);
    let key: Bytes = opened.as_slice().try_into().map_err(|_| KeyringError::Wrapping)?;
    Ok(Zeroizing::new(key))
}
