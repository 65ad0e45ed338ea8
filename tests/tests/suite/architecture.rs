//! Who may use whom: `cargo metadata` against the table of docs/ARCHITECTURE.md,
//! and what may never be compiled in at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// Free to every crate but `domain`.
const FREE: &[&str] = &[
    "bytes",
    "chrono",
    "futures",
    "serde",
    "serde_json",
    "thiserror",
    "tokio",
    "tokio-stream",
    "tokio-util",
    "tracing",
    "uuid",
];

/// A crate, the rooms it may use, and the crates from outside that it may use.
type Room = (&'static str, &'static [&'static str], &'static [&'static str]);

const ROOMS: &[Room] = &[
    (
        "domain",
        &[],
        &[
            "chrono",
            "chrono-tz",
            "cqrs-es",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "strum",
            "thiserror",
            "utoipa",
            "uuid",
            "vader-parity",
            "whatlang",
        ],
    ),
    ("database", &[], &["base64", "hex", "hmac", "nix", "rand", "sha2", "sqlx", "zeroize"]),
    (
        "event-store",
        &["database"],
        &[
            "base64",
            "chacha20poly1305",
            "cqrs-es",
            "hmac",
            "lru",
            "postgres-es",
            "rand",
            "sha2",
            "sqlx",
            "zeroize",
        ],
    ),
    ("projections", &["database", "domain", "event-store"], &["chrono-tz", "sqlx", "utoipa"]),
    (
        "processes",
        &["database", "domain", "event-store", "projections"],
        &[
            "argon2",
            "async-trait",
            "base64",
            "chrono-tz",
            "csv",
            "encoding_rs",
            "flate2",
            "hex",
            "hmac",
            "lettre",
            "rand",
            "reqwest",
            "rlibphonenumber",
            "rust-stemmers",
            "sha2",
            "sqlx",
            "subtle",
            "toml",
            "unicode-normalization",
            "zeroize",
            "zxcvbn",
        ],
    ),
    (
        "api",
        &["database", "domain", "event-store", "processes", "projections"],
        &[
            "anyhow",
            "aws-lc-rs",
            "askama",
            "axum",
            "base64",
            "chacha20poly1305",
            "chrono-tz",
            "clap",
            "flate2",
            "form_urlencoded",
            "governor",
            "hex",
            "hmac",
            "http",
            "http-body-util",
            "hyper",
            "hyper-util",
            "indicatif",
            "jsonwebtoken",
            "lru",
            "rand",
            "serde_path_to_error",
            "sha2",
            "tower",
            "tower-http",
            "tracing-subscriber",
            "unicode-normalization",
            "utoipa",
            "utoipa-axum",
            "utoipa-swagger-ui",
        ],
    ),
    (
        "replay-tool",
        &["database", "domain", "event-store", "projections"],
        &["anyhow", "clap", "comfy-table", "indicatif", "tracing-subscriber"],
    ),
];

/// Never compiled in, on any path: a second cryptography or TLS, or a crate
/// with an open advisory.
const BANNED: &[&str] = &["native-tls", "openssl-sys", "ring", "rsa"];
/// Two of them would not fit together.
const SINGLE: &[&str] = &["axum", "hyper", "rustls", "sqlx", "tokio"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml"));
    command.no_deps().other_options(["--offline".to_owned()]);
    command.exec().expect("cargo metadata")
}

/// What a crate is built with; what only its tests use does not count.
fn direct(package: &Package) -> BTreeSet<String> {
    let built = |kind| matches!(kind, DependencyKind::Normal | DependencyKind::Build);
    let direct = package.dependencies.iter().filter(|dependency| built(dependency.kind));
    direct.map(|dependency| dependency.name.clone()).collect()
}

/// What a crate uses and may not.
fn forbidden(room: &Room, uses: &BTreeSet<String>) -> Vec<String> {
    let (name, rooms, crates) = room;
    let may = |used: &str| {
        let free = *name != "domain" && FREE.contains(&used);
        free || rooms.contains(&used) || crates.contains(&used)
    };
    uses.iter().filter(|used| !may(used)).cloned().collect()
}

#[test]
fn the_arrows_between_crates_are_those_of_the_table() {
    let metadata = metadata();
    let members: BTreeMap<String, &Package> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| (package.name.to_string(), package))
        .collect();
    let mut known: BTreeSet<&str> = ROOMS.iter().map(|(name, ..)| *name).collect();
    known.insert("tests");
    let there: BTreeSet<&str> = members.keys().map(String::as_str).collect();
    assert_eq!(there, known, "a new crate needs a decision in docs/adr");
    for room in ROOMS {
        let found = forbidden(room, &direct(members[room.0]));
        assert!(found.is_empty(), "{} must not use {found:?}", room.0);
    }
}

#[test]
fn a_forbidden_arrow_is_found() {
    let uses = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let room = |name: &str| ROOMS.iter().find(|room| room.0 == name).expect("a room");
    assert_eq!(forbidden(room("domain"), &uses(&["serde", "tokio"])), ["tokio"]);
    assert_eq!(forbidden(room("replay-tool"), &uses(&["clap", "processes"])), ["processes"]);
    assert_eq!(forbidden(room("event-store"), &uses(&["database", "domain"])), ["domain"]);
    assert_eq!(forbidden(room("projections"), &uses(&["axum", "reqwest"])), ["axum", "reqwest"]);
    assert_eq!(forbidden(room("api"), &uses(&["sqlx", "axum"])), ["sqlx"]);
}

/// Every crate that is compiled for this machine, with its versions.
fn compiled() -> BTreeMap<String, BTreeSet<String>> {
    let tree = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--workspace", "--offline", "--edges", "normal,build,dev"])
        .args(["--prefix", "none", "--format", "{p}"])
        .output()
        .expect("cargo tree");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let mut compiled: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&tree.stdout).lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            compiled.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    compiled
}

#[test]
fn one_cryptography_and_one_of_each_foundation_are_compiled() {
    let compiled = compiled();
    assert!(compiled.contains_key("aws-lc-rs"), "the tree was not read");
    for name in BANNED {
        assert!(!compiled.contains_key(*name), "{name} is compiled in");
    }
    for name in SINGLE {
        let versions = compiled.get(*name).map_or(0, BTreeSet::len);
        assert_eq!(versions, 1, "{name}: {:?}", compiled.get(*name));
    }
}

/// Nothing in a projection can reach out of the database (P5).
#[test]
fn p5_a_projection_has_no_way_out() {
    let metadata = metadata();
    let packages = metadata.workspace_packages();
    let projections = packages.iter().find(|package| package.name.as_str() == "projections");
    let uses = direct(projections.expect("the crate"));
    for effect in ["reqwest", "hyper", "axum", "processes", "rand", "tower"] {
        assert!(!uses.contains(effect), "projections uses {effect}");
    }
    let source = std::fs::read_to_string(root().join("projections/src/runtime/projection.rs"));
    let source = source.expect("the trait");
    let (_, body) = source.split_once("pub trait Projection").expect("the trait");
    let inputs: Vec<&str> =
        body.lines().map(str::trim).filter(|line| line.contains(": &")).collect();
    assert_eq!(
        inputs,
        [
            "fn wants(&self, aggregate_type: &str, event_type: &str) -> bool;",
            "tx: &'a mut PgConnection,",
            "batch: &'a [Arc<Recorded>],",
        ],
        "a projection is given more than its transaction and its batch"
    );
}
