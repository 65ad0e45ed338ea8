//! Tokens that nobody gave out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Role;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::Sha256;

use super::http_kit::Server;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A good token, taken apart.
struct Good<'t> {
    token: &'t str,
    /// The public key.
    public: &'t str,
    head: &'t str,
    claims: &'t str,
    signature: &'t str,
    header: Value,
    body: Value,
}

impl<'t> Good<'t> {
    fn read(token: &'t str, public: &'t str) -> Self {
        let (head, rest) = token.split_once('.').expect("a token");
        let (claims, signature) = rest.split_once('.').expect("a token");
        let json = |part: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
        };
        let (header, body) = (json(head), json(claims));
        Self { token, public, head, claims, signature, header, body }
    }

    /// Texts that are no tokens, and tokens signed by nobody or with the public key as a secret.
    fn unsigned(&self) -> Vec<String> {
        let Self { token: good, public, head, claims, signature, header, .. } = self;
        let mut forged = vec![
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            "a.b.c".to_owned(),
            "x".repeat(1 << 12),
            format!("{head}.{claims}."),
            format!("{head}.{claims}"),
            format!("{good}.{signature}"),
            format!("{claims}.{head}.{signature}"),
        ];
        // Signed by nobody, or with the public key as if it were a secret.
        for alg in ["none", "None", "NONE", "nOnE", ""] {
            let mut header = header.clone();
            header["alg"] = json!(alg);
            for signature in ["", signature] {
                forged.push(format!("{}.{claims}.{signature}", part(&header)));
            }
        }
        for secret in
            [public.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(public).expect("base64"), vec![]]
        {
            let mut header = header.clone();
            header["alg"] = json!("HS256");
            let signed = format!("{}.{claims}", part(&header));
            let mut mac = Hmac::<Sha256>::new_from_slice(&secret).expect("a key");
            mac.update(signed.as_bytes());
            let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
            forged.push(format!("{signed}.{signature}"));
        }
        forged
    }

    /// Headers that want the key from elsewhere, claims without a signature of their own, and every
    /// character of the token changed.
    fn altered(&self) -> Vec<String> {
        let Self { token: good, public, head, claims, signature, header, body } = self;
        let mut forged = Vec::new();
        for (name, value) in [
            ("kid", json!("../../dev/null")),
            ("kid", json!("voice-0")),
            ("kid", json!("' OR 1=1 --")),
            ("kid", json!(1)),
            ("kid", Value::Null),
            ("typ", json!("JWT")),
            ("typ", Value::Null),
            ("alg", json!("RS256")),
            ("alg", json!("ES256")),
            ("jku", json!("https://example.com/keys")),
            ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": public })),
            ("x5u", json!("https://example.com/cert")),
            ("crit", json!(["exp"])),
        ] {
            let mut header = header.clone();
            header[name] = value;
            forged.push(format!("{}.{claims}.{signature}", part(&header)));
        }
        for (name, value) in body.as_object().expect("claims") {
            let mut body = body.clone();
            body[name] = if value.is_number() { json!(9_999_999_999_i64) } else { json!("admin") };
            forged.push(format!("{head}.{}.{signature}", part(&body)));
        }
        // Every character of the token changed.
        for place in 0..good.len() {
            let mut bytes = good.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(bytes).expect("ASCII");
            let last = place + 1 == good.len();
            // The last character has bits that say nothing; strict decoding refuses others.
            if !last || URL_SAFE_NO_PAD.decode(altered.rsplit('.').next().unwrap()).is_ok() {
                forged.push(altered);
            }
        }
        forged
    }

    /// Rightly signed, and wrong.
    fn wrong(&self, sign: &dyn Fn(&Header, &Value) -> String) -> Vec<String> {
        let Self { header, body, .. } = self;
        let mut forged = Vec::new();
        let proper = || {
            let mut proper = Header::new(Algorithm::EdDSA);
            proper.typ = Some("at+jwt".to_owned());
            proper.kid = header["kid"].as_str().map(str::to_owned);
            proper
        };
        let iat = body["iat"].as_i64().expect("a time");
        for (name, value) in [
            ("iss", json!("else")),
            ("iss", Value::Null),
            ("aud", json!("else")),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("exp", json!(iat - 1)),
            ("exp", json!(iat)),
            ("exp", json!(i64::MAX)),
            ("exp", json!("tomorrow")),
            ("exp", Value::Null),
            ("iat", json!(iat + 3_600)),
            ("iat", json!(iat - 31 * 86_400)),
            ("iat", Value::Null),
            ("role", json!("owner")),
            ("role", Value::Null),
            ("sub", json!("x")),
            ("sub", Value::Null),
            ("org", json!("x")),
            ("org", Value::Null),
            ("sid", Value::Null),
        ] {
            let mut body = body.clone();
            match value {
                Value::Null => drop(body.as_object_mut().expect("claims").remove(name)),
                value => body[name] = value,
            }
            forged.push(sign(&proper(), &body));
        }
        let mut old = proper();
        old.kid = Some("voice-1".to_owned());
        forged.push(sign(&old, body));
        let mut other = proper();
        other.typ = Some("JWT".to_owned());
        forged.push(sign(&other, body));
        forged
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_forged_token_is_taken_and_all_are_told_alike() {
    let server = Server::start().await;
    let good = server.sign_in(Role::Agent).await.access;
    let keys = server.get("/.well-known/jwks.json").await;
    let public = keys.body["keys"][0]["x"].as_str().expect("a key").to_owned();
    let kid = keys.body["keys"][0]["kid"].as_str().expect("a name").to_owned();
    // The key that signs, as a server with the same secrets has it.
    let generation = kid.strip_prefix("voice-").expect("a generation");
    let seed = server.test().secrets().key(&format!("access-tokens/{generation}"));
    let mut document = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    document.extend_from_slice(&seed);
    let key = EncodingKey::from_ed_der(&document);
    let sign = |header: &Header, claims: &Value| {
        jsonwebtoken::encode(header, claims, &key).expect("a token")
    };
    let apart = Good::read(&good, &public);
    let forged = [apart.unsigned(), apart.altered(), apart.wrong(&sign)].concat();
    assert!(forged.len() >= 500, "only {}", forged.len());
    let mut told = Vec::new();
    for token in &forged {
        let answer = server.with(token, "GET", "/api/v1/auth/me", None).await;
        assert_eq!(answer.status, 401, "{token}");
        told.push(answer.without_occurrence());
    }
    told.dedup();
    assert_eq!(told.len(), 1);
    let huge = format!("Bearer {}", "x".repeat(1 << 20));
    let answer = server.bare("GET", "/api/v1/auth/me", None, &[("authorization", &huge)]).await;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    // The control: the good one is taken, and so is one that is signed here alike.
    assert_eq!(server.with(&good, "GET", "/api/v1/auth/me", None).await.status, 200);
    let claims = good.split('.').nth(1).expect("claims");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let mut header = Header::new(Algorithm::EdDSA);
    (header.typ, header.kid) = (Some("at+jwt".to_owned()), Some(kid));
    let again = sign(&header, &serde_json::from_slice(&claims).expect("JSON"));
    assert_eq!(server.with(&again, "GET", "/api/v1/auth/me", None).await.status, 200);
    server.stop().await;
}
