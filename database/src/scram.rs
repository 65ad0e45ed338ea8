//! The form in which PostgreSQL keeps a password (RFC 5802, RFC 7677), made
//! here so that the password itself is never sent, and in no log of the server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Makes guesses dear, which words need and long random passwords do not: with
/// these, it would only make logging in dear.
const ITERATIONS: u32 = 1;

/// The verifier of a long random password: at most 64 bytes, all of them ASCII.
pub(crate) fn verifier(password: &str) -> String {
    salted(password, rand::random(), ITERATIONS)
}

fn salted(password: &str, salt: [u8; 16], iterations: u32) -> String {
    let salted = stretch(password.as_bytes(), &salt, iterations);
    let client = mac(&salted, &[b"Client Key"]);
    let stored = STANDARD.encode(Sha256::digest(client));
    let server = STANDARD.encode(mac(&salted, &[b"Server Key"]));
    format!("SCRAM-SHA-256${iterations}:{}${stored}:{server}", STANDARD.encode(salt))
}

/// PBKDF2 with one block.
fn stretch(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut last = mac(password, &[salt, &1_u32.to_be_bytes()]);
    let mut sum = last;
    for _ in 1..iterations {
        last = mac(password, &[&last]);
        for (to, from) in sum.iter_mut().zip(last) {
            *to ^= from;
        }
    }
    sum
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_that_of_the_reference() {
        // python3: hashlib.pbkdf2_hmac, hmac, hashlib.sha256 on "pencil" and bytes(range(16))
        let salt = std::array::from_fn(|index| u8::try_from(index).unwrap_or_default());
        assert_eq!(
            salted("pencil", salt, 4096),
            concat!(
                "SCRAM-SHA-256$4096:AAECAwQFBgcICQoLDA0ODw==$",
                "zHCdol2044/ZyWzPLi7oxApCkamKw9Z+E4U/QApd/5Y=",
                ":",
                "dd5peBOitVnLNFu7VmwP+HiDaaw4OUCv396eVCWhYiE="
            )
        );
    }
}
