//! Whether a webhook is from Stripe: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>…]`, an
//! HMAC-SHA256 over `<seconds>.<body>`. While a secret is changed Stripe signs with both, so one
//! good signature of several is enough.

use std::fmt::Write as _;

use domain::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::secret::StripeSecret;

/// How old a webhook may be, and how far ahead of our clock.
const TOLERANCE_MS: i64 = 300_000;
/// A longer header is not looked at.
const MAX_HEADER: usize = 4 * 1024;

/// Why a webhook is not believed. Whoever has sent it is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// Its path is nobody's.
    #[error("its path is nobody's")]
    Elsewhere,
    /// There is no signature.
    #[error("there is no signature")]
    Missing,
    /// It has not the form that it must have.
    #[error("the signature cannot be read")]
    Malformed,
    /// It is of something else, or by somebody else.
    #[error("the signature is not Stripe's")]
    Forged,
    /// It was made too long ago, or will be.
    #[error("the signature is too old, or from the future")]
    Stale,
}

/// Believes a webhook, or says why not.
pub(super) fn verify(
    header: &str,
    body: &[u8],
    secret: &StripeSecret,
    now: Timestamp,
) -> Result<(), SignatureFault> {
    let (seconds, given) = parse(header)?;
    let made = seconds.parse::<i64>().map_err(|_| SignatureFault::Malformed)?;
    let expected = signed(seconds, body, secret)?;
    // All are compared: how long that takes tells nothing of which is the right one.
    let good = given
        .iter()
        .fold(Choice::from(0), |good, one| good | expected.as_bytes().ct_eq(one.as_bytes()));
    if !bool::from(good) {
        return Err(SignatureFault::Forged);
    }
    let age_ms = made.checked_mul(1_000).and_then(|made| now.millis().checked_sub(made));
    match age_ms {
        Some(age_ms) if age_ms.checked_abs().is_some_and(|age| age <= TOLERANCE_MS) => Ok(()),
        _ => Err(SignatureFault::Stale),
    }
}

/// The instant, as it was signed, and every signature of the kind that counts.
fn parse(header: &str) -> Result<(&str, Vec<&str>), SignatureFault> {
    if header.len() > MAX_HEADER {
        return Err(SignatureFault::Malformed);
    }
    let (mut seconds, mut given) = (None, Vec::new());
    for part in header.split(',') {
        match part.split_once('=').ok_or(SignatureFault::Malformed)? {
            // Of two instants nobody knows which was signed.
            ("t", _) if seconds.is_some() => return Err(SignatureFault::Malformed),
            ("t", text) => seconds = Some(text),
            ("v1", text) => given.push(text),
            _ => {}
        }
    }
    let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    match seconds.filter(digits) {
        Some(seconds) if !given.is_empty() => Ok((seconds, given)),
        _ => Err(SignatureFault::Malformed),
    }
}

/// The signature that is to be there, in lower case hexadecimal.
fn signed(seconds: &str, body: &[u8], secret: &StripeSecret) -> Result<String, SignatureFault> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.text().as_bytes());
    let mut mac = mac.map_err(|_| SignatureFault::Forged)?;
    mac.update(seconds.as_bytes());
    mac.update(b".");
    mac.update(body);
    let mut text = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    const VECTORS: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/data/vendor-vectors/stripe_signatures.json"
    ));

    #[derive(serde::Deserialize)]
    struct Vectors {
        default_tolerance_s: i64,
        vectors: Vec<Vector>,
    }

    #[derive(serde::Deserialize)]
    struct Vector {
        secret: String,
        timestamp: i64,
        payload: String,
        header: String,
        valid_ignoring_age: bool,
    }

    fn vectors() -> Vectors {
        serde_json::from_str(VECTORS).unwrap()
    }

    fn secret(text: &str) -> StripeSecret {
        StripeSecret::from(text.to_owned())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    /// As the vendor's own library answers.
    #[test]
    fn s6_signatures_are_judged_as_the_vendor_does() {
        let Vectors { default_tolerance_s, vectors } = vectors();
        assert_eq!((default_tolerance_s * 1_000, vectors.len()), (TOLERANCE_MS, 4));
        for vector in vectors {
            let body = vector.payload.as_bytes();
            let judged =
                verify(&vector.header, body, &secret(&vector.secret), at(vector.timestamp));
            assert_eq!(judged.is_ok(), vector.valid_ignoring_age, "{}", vector.header);
        }
    }

    #[test]
    fn s6_a_signature_is_good_for_five_minutes_both_ways() {
        let vector = vectors().vectors.remove(0);
        let (body, key) = (vector.payload.as_bytes(), secret(&vector.secret));
        for (late, fine) in [(0, true), (300, true), (301, false), (-300, true), (-301, false)] {
            let judged = verify(&vector.header, body, &key, at(vector.timestamp + late));
            let expected = if fine { Ok(()) } else { Err(SignatureFault::Stale) };
            assert_eq!(judged, expected, "{late} s");
        }
        let far = format!("t={},v1=00", i64::MAX);
        assert_eq!(verify(&far, body, &key, at(0)), Err(SignatureFault::Forged));
    }

    #[test]
    fn s6_what_was_changed_is_not_believed() {
        let vector = vectors().vectors.remove(0);
        let (body, key, now) =
            (vector.payload.as_bytes(), secret(&vector.secret), at(vector.timestamp));
        for place in 0..body.len() {
            let mut changed = body.to_vec();
            changed[place] ^= 1;
            let judged = verify(&vector.header, &changed, &key, now);
            assert_eq!(judged, Err(SignatureFault::Forged), "byte {place}");
        }
        let cut = &body[..body.len() - 1];
        assert_eq!(verify(&vector.header, cut, &key, now), Err(SignatureFault::Forged));
        let longer = [body, b" "].concat();
        assert_eq!(verify(&vector.header, &longer, &key, now), Err(SignatureFault::Forged));
        let other = secret(&vectors().vectors[1].secret);
        assert_eq!(verify(&vector.header, body, &other, now), Err(SignatureFault::Forged));
        // The instant is signed too.
        let later = vector.header.replace("t=1704425227", "t=1704425228");
        assert_eq!(verify(&later, body, &key, now), Err(SignatureFault::Forged));
    }

    #[test]
    fn s6_a_header_of_another_form_is_not_believed() {
        let vector = vectors().vectors.remove(0);
        let (body, key, now) =
            (vector.payload.as_bytes(), secret(&vector.secret), at(vector.timestamp));
        let (t, v1) = vector.header.split_once(',').unwrap();
        let good = &v1[3..];
        assert_eq!(verify(&format!("{v1},{t}"), body, &key, now), Ok(()), "in any order");
        assert_eq!(verify(&format!("{t},v0=x,{v1},v2=y"), body, &key, now), Ok(()));
        for header in [
            String::new(),
            t.to_owned(),
            v1.to_owned(),
            "t,v1".to_owned(),
            format!("{t},{t},{v1}"),
            format!("t=1,{t},{v1}"),
            format!("{t},v1={}", &good[..63]),
            format!("{t},v1={good}0"),
            format!("{t},v1="),
            format!("{t},v1={}", good.to_uppercase()),
            format!("{t},v0={good}"),
            format!("{t}, {v1}"),
            format!("t=+1704425227,{v1}"),
            format!("t=-1,{v1}"),
            format!("t=,{v1}"),
            format!("t=99999999999999999999,{v1}"),
            format!("{t}.5,{v1}"),
            format!("{t},{v1},{}", "x=y,".repeat(2_000)),
        ] {
            assert!(verify(&header, body, &key, now).is_err(), "{header}");
        }
    }
}
