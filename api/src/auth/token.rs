//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037), as OAuth's profile for
//! them has it (RFC 9068).
//!
//! The signing key follows from the root secret and a generation that changes every 30 days, so
//! that every server has the same without telling each other. The generation before is good as
//! long as tokens of it live. Whoever must be kept out sooner has their session closed.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use database::Secrets;
use domain::{OrgId, Role, Timestamp, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use lru::LruCache;
use processes::auth::Principal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long an access token lives, in seconds.
pub const LIFETIME_S: i64 = 15 * 60;
/// The longest that any lives: the one of a development server.
const LONGEST_S: i64 = 30 * 86_400;
const GENERATION_MS: i64 = 30 * 86_400_000;
/// How far the clocks of two servers may be apart, in seconds.
const APART_S: i64 = 5;
const ISSUER: &str = "voice";
const AUDIENCE: &str = "voice-api";
/// More teams are not told in a token: it goes along with every request.
const MAX_TEAMS: usize = 20;
const TYPE: &str = "at+jwt";
const CERTIFICATE: &str = "erasure+jwt";
const CERTIFICATES: &str = "voice-erasures";
/// Longer texts are no tokens of ours.
const MAX: usize = 2 * 1_024;
/// So many tokens are known by their SHA-256 once their signature was checked, which takes a fifth
/// of all that a server does for a short command.
const KNOWN: NonZeroUsize = NonZeroUsize::new(8_192).unwrap();
/// The beginning of a PKCS#8 document with an Ed25519 seed (RFC 8410).
const PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    org: Uuid,
    role: Role,
    /// The teams of the person when the token was made, 20 at most; for their program to know.
    /// What they may do is asked of the read model.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    teams: Option<Vec<Uuid>>,
    sid: Uuid,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

pub(crate) struct Keys {
    signing: EncodingKey,
    checking: DecodingKey,
    /// The public key, as a JWK has it.
    x: String,
}

impl Keys {
    /// The pair that follows from a seed.
    pub(crate) fn of(seed: &[u8; 32]) -> Result<Self, SigningError> {
        let mut document = PKCS8.to_vec();
        document.extend_from_slice(seed);
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).map_err(signing)?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Self {
            signing: EncodingKey::from_ed_der(&document),
            checking: DecodingKey::from_ed_components(&x).map_err(signing)?,
            x,
        })
    }

    /// The public one, as a JSON Web Key of this name.
    pub(crate) fn public(&self, kid: String) -> PublicKey {
        let x = self.x.clone();
        PublicKey { kty: "OKP", crv: "Ed25519", r#use: "sig", alg: "EdDSA", kid, x }
    }

    /// Something signed, in the compact form of a JSON Web Token.
    pub(crate) fn signed(
        &self,
        (typ, kid): (&str, String),
        claims: &impl Serialize,
    ) -> Result<String, SigningError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(typ.to_owned());
        header.kid = Some(kid);
        jsonwebtoken::encode(&header, claims, &self.signing).map_err(signing)
    }
}

/// Why no token can be made.
#[derive(Debug, thiserror::Error)]
#[error("an access token can not be signed: {0}")]
pub struct SigningError(String);

/// Whose a token is, and how long it is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Whose.
    pub principal: Principal,
    /// How old it is, in seconds.
    pub age_s: i64,
    /// Until before this instant.
    pub expires_at: Timestamp,
}

/// A token that one of our keys has signed. Whether it is good depends on the clock alone.
#[derive(Clone, Copy)]
struct Signed {
    principal: Principal,
    /// The generation of the key.
    generation: i64,
    issued_at_s: i64,
    expires_at_s: i64,
}

impl Signed {
    /// What it is good for at an instant, if for anything.
    fn good(self, now: Timestamp) -> Option<Verified> {
        let Self { principal, generation, issued_at_s, expires_at_s } = self;
        let seconds = now.millis().div_euclid(1_000);
        let lives = generations(now).contains(&generation)
            && issued_at_s <= seconds + APART_S
            && seconds < expires_at_s
            && (1..=LONGEST_S).contains(&expires_at_s.saturating_sub(issued_at_s));
        let expires_at = Timestamp::from_millis(expires_at_s.saturating_mul(1_000));
        lives.then_some(Verified { principal, age_s: seconds - issued_at_s, expires_at })
    }
}

/// Makes and checks access tokens; cheap to clone.
#[derive(Clone)]
pub struct Tokens {
    secrets: Secrets,
    keys: Arc<Mutex<HashMap<i64, Arc<Keys>>>>,
    known: Arc<Mutex<LruCache<[u8; 32], Signed>>>,
}

/// A public key, as a JSON Web Key (RFC 7517, RFC 8037).
#[derive(Serialize, utoipa::ToSchema)]
pub struct PublicKey {
    /// `OKP`
    kty: &'static str,
    /// `Ed25519`
    crv: &'static str,
    /// `sig`
    r#use: &'static str,
    /// `EdDSA`
    alg: &'static str,
    /// Which generation.
    kid: String,
    /// The key.
    x: String,
}

impl Tokens {
    /// With keys that follow from these secrets.
    #[must_use]
    pub fn new(secrets: Secrets) -> Self {
        let known = Arc::new(Mutex::new(LruCache::new(KNOWN)));
        Self { secrets, keys: Arc::default(), known }
    }

    /// A token for whoever is signed in, good for so many seconds, with their teams where they are
    /// known.
    ///
    /// # Errors
    /// [`SigningError`]: a fault of this code.
    pub fn issue(
        &self,
        principal: &Principal,
        teams: Option<Vec<Uuid>>,
        now: Timestamp,
        lifetime_s: i64,
    ) -> Result<String, SigningError> {
        let generation = generation(now);
        let keys = self.keys(generation)?;
        let iat = now.millis().div_euclid(1_000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: principal.user.uuid(),
            org: principal.org.uuid(),
            role: principal.role,
            teams: teams.map(|teams| teams.into_iter().take(MAX_TEAMS).collect()),
            sid: principal.session,
            jti: Uuid::new_v4(),
            iat,
            exp: iat + lifetime_s.clamp(1, LONGEST_S),
        };
        keys.signed((TYPE, name(generation)), &claims)
    }

    /// What somebody's erasure is certified with: a key of its own, which stays the same.
    ///
    /// # Errors
    /// [`SigningError`]: a fault of this code.
    pub fn certified(&self, claims: &impl Serialize) -> Result<String, SigningError> {
        self.certificates()?.signed((CERTIFICATE, CERTIFICATES.to_owned()), claims)
    }

    fn certificates(&self) -> Result<Keys, SigningError> {
        Keys::of(&self.secrets.key("erasure-certificates"))
    }

    /// Whose token it is and how long it is good, if it is one of ours that lives now. Whether its
    /// session was closed is another question.
    #[must_use]
    pub fn verified(&self, token: &str, now: Timestamp) -> Option<Verified> {
        if token.len() > MAX {
            return None;
        }
        let digest = Sha256::digest(token).into();
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known().get(&digest).copied();
        let signed = before.or_else(|| self.signed(token, now))?;
        let good = signed.good(now);
        if before.is_none() && good.is_some() {
            known().put(digest, signed);
        }
        good
    }

    /// What a token says that one of the keys has signed that are good now.
    fn signed(&self, token: &str, now: Timestamp) -> Option<Signed> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let kid = header.kid?;
        let generation = generations(now).into_iter().find(|known| name(*known) == kid)?;
        let keys = self.keys(generation).ok()?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By our clock, which a test may move.
        validation.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<Claims>(token, &keys.checking, &validation).ok()?.claims;
        let principal = Principal {
            org: OrgId::from(claims.org),
            user: UserId::from(claims.sub),
            role: claims.role,
            session: claims.sid,
        };
        let (issued_at_s, expires_at_s) = (claims.iat, claims.exp);
        Some(Signed { principal, generation, issued_at_s, expires_at_s })
    }

    /// The public keys of the tokens that may live now, and of certificates.
    ///
    /// # Errors
    /// [`SigningError`]: a fault of this code.
    pub fn public(&self, now: Timestamp) -> Result<Vec<PublicKey>, SigningError> {
        let newest = generation(now);
        let key = |generation| Ok(self.keys(generation)?.public(name(generation)));
        let certificates = self.certificates()?.public(CERTIFICATES.to_owned());
        let all = [newest, newest - 1].into_iter().map(key);
        all.chain([Ok(certificates)]).collect()
    }

    fn keys(&self, generation: i64) -> Result<Arc<Keys>, SigningError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = keys.get(&generation) {
            return Ok(Arc::clone(known));
        }
        let seed = self.secrets.key(&format!("access-tokens/{generation}"));
        let made = Arc::new(Keys::of(&seed)?);
        keys.retain(|known, _| *known >= generation - 2);
        keys.insert(generation, Arc::clone(&made));
        Ok(made)
    }
}

fn signing(error: impl std::fmt::Display) -> SigningError {
    SigningError(error.to_string())
}

fn generation(at: Timestamp) -> i64 {
    at.millis().div_euclid(GENERATION_MS)
}

/// Whose keys are good at an instant: the newest, by whichever server's clock, and the one before.
fn generations(now: Timestamp) -> [i64; 2] {
    let newest = generation(now.plus_ms(APART_S * 1_000));
    [newest, newest - 1]
}

fn name(generation: i64) -> String {
    format!("voice-{generation}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn known(tokens: &Tokens) -> usize {
        tokens.known.lock().unwrap().len()
    }

    #[test]
    fn a_token_that_is_known_is_good_no_longer_than_another() {
        let directory = std::env::temp_dir().join(format!("voice-tokens-{}", Uuid::new_v4()));
        let tokens = Tokens::new(Secrets::open(&directory).unwrap());
        let principal = Principal {
            org: OrgId::from(Uuid::new_v4()),
            user: UserId::from(Uuid::new_v4()),
            role: Role::Agent,
            session: Uuid::new_v4(),
        };
        // The key changes on the way.
        let now = Timestamp::from_millis(20 * GENERATION_MS - 1_000);
        let after = |seconds: i64| now.plus_ms(seconds * 1_000);
        let token = tokens.issue(&principal, None, now, LIFETIME_S).unwrap();
        for seconds in [0, 1, 120, LIFETIME_S - 1] {
            let verified = tokens.verified(&token, after(seconds)).unwrap();
            assert_eq!((verified.principal, verified.age_s), (principal, seconds));
            assert_eq!(known(&tokens), 1, "it is looked up");
        }
        assert_eq!(tokens.verified(&token, after(LIFETIME_S)), None, "it is over");
        assert_eq!(tokens.verified(&token, after(-60)), None, "it is not made yet");
        // One that outlives its key.
        let long = tokens.issue(&principal, None, now, LONGEST_S).unwrap();
        assert!(tokens.verified(&long, after(LONGEST_S - 10)).is_some());
        assert_eq!(tokens.verified(&long, after(LONGEST_S - 2)), None, "its key is good no more");
        // What is like one that is known is not.
        let (rest, last) = token.split_at(token.len() - 4);
        let forged = format!("{rest}{}", if last == "AAAA" { "BBBB" } else { "AAAA" });
        assert_eq!(tokens.verified(&forged, now), None);
        assert_eq!(known(&tokens), 2, "what was not good is not known");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
