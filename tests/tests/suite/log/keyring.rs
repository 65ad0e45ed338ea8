//! The keyring: who can open what, and when nobody can any more.

use std::time::Duration;

use domain::call::CallEvent;
use domain::{FreeText, Personal, Timestamp};
use event_store::{Codec, CodecError, Keyring, KeyringError};
use processes::PersonalCodec;
use uuid::Uuid;

use super::kit::{World, fresh, run};

const KEK: [u8; 32] = [7; 32];

async fn sealed(keyring: &Keyring, org: Uuid, subject: Uuid, text: &str) -> String {
    keyring.prepare(org, &[subject]).await.expect("a key");
    keyring.seal_prepared(org, subject, text).expect("sealed")
}

#[tokio::test]
async fn what_was_sealed_opens_for_its_organization_alone() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), KEK);
    let (org, subject) = (world.org, fresh());
    for text in ["", "+420777120001", "Žluťoučký kůň", "sealed:1:not really"] {
        let token = sealed(&keyring, org, subject, text).await;
        assert!(Keyring::sealed(&token) && (text.is_empty() || !token.contains(text)));
        assert_eq!(keyring.open(org, &token).await.unwrap().as_deref(), Some(text));
        // Another process with the same key-encryption key can open it too.
        let other = Keyring::new(world.home.database(), KEK);
        assert_eq!(other.open(org, &token).await.unwrap().as_deref(), Some(text));
    }
    let token = sealed(&keyring, org, subject, "secret").await;
    assert_ne!(token, sealed(&keyring, org, subject, "secret").await, "a new nonce each time");
    assert_eq!(keyring.open(fresh(), &token).await.unwrap(), None, "no such subject there");
    let other = fresh();
    keyring.prepare(other, &[subject]).await.expect("the same subject id elsewhere");
    assert_eq!(keyring.open(other, &token).await.unwrap(), None, "it has another key");

    let bytes = keyring.seal_bytes(org, subject, &[0, 255, 1]).unwrap();
    assert_eq!(keyring.open_bytes(org, &bytes).await.unwrap(), Some(vec![0, 255, 1]));
}

#[tokio::test]
async fn what_was_altered_or_never_sealed_is_refused() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), KEK);
    let (org, subject) = (world.org, fresh());
    keyring.prepare(org, &[subject]).await.expect("a key");
    let bytes = keyring.seal_bytes(org, subject, b"secret").unwrap();
    for place in 24..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let opened = keyring.open_bytes(org, &altered).await;
        assert!(matches!(opened, Err(KeyringError::Altered)), "byte {place}: {opened:?}");
    }
    for length in [0, 15, 23, 24, 47, bytes.len() - 1] {
        assert!(keyring.open_bytes(org, &bytes[..length]).await.is_err(), "{length} bytes");
    }
    for text in ["", "secret", "sealed:1:", "sealed:1:!!!", "sealed:2:AAAA"] {
        assert!(keyring.open(org, text).await.is_err(), "{text:?}");
    }
    assert!(!Keyring::sealed("+420777120001"));
}

#[tokio::test]
async fn once_a_key_is_destroyed_nobody_opens_what_was_sealed_with_it() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), KEK);
    let (org, subject, other) = (world.org, fresh(), fresh());
    let token = sealed(&keyring, org, subject, "secret").await;
    let kept = sealed(&keyring, org, other, "kept").await;
    let mut admin = world.admin().await;
    let destroy = "DELETE FROM subject_keys WHERE subject_id = $1";
    sqlx::query(destroy).bind(subject).execute(&mut admin).await.unwrap();
    let next = Keyring::new(world.home.database(), KEK);
    assert_eq!(next.open(org, &token).await.unwrap(), None);
    // Also when the person comes back and gets a new key.
    let again = sealed(&next, org, subject, "new").await;
    assert_eq!(next.open(org, &token).await.unwrap(), None);
    assert_eq!(next.open(org, &again).await.unwrap().as_deref(), Some("new"));
    assert_eq!(next.open(org, &kept).await.unwrap().as_deref(), Some("kept"));
}

#[tokio::test]
async fn whoever_makes_the_same_keys_at_the_same_time_gets_the_same() {
    let world = World::new().await;
    let org = world.org;
    let subjects: Vec<Uuid> = (0..20).map(|_| fresh()).collect();
    // A first maker has made half of them and not committed yet.
    let mut slow = world.admin().await;
    run(&mut slow, "BEGIN").await;
    let half = "INSERT INTO subject_keys (org_id, subject_id, wrapped)
                SELECT $1, unnest($2::uuid[]), decode(repeat('00', 72), 'hex')";
    sqlx::query(half).bind(org).bind(&subjects[..1]).execute(&mut slow).await.unwrap();
    let makers: Vec<_> = (0..3)
        .map(|turn| {
            let keyring = Keyring::new(world.home.database(), KEK);
            let mut subjects = subjects.clone();
            subjects.rotate_left(turn * 7);
            tokio::spawn(async move {
                keyring.prepare(org, &subjects).await.expect("all keys");
                keyring
            })
        })
        .collect();
    world.waiting(1).await;
    run(&mut slow, "ROLLBACK").await;
    let mut keyrings = Vec::new();
    for maker in makers {
        keyrings.push(maker.await.unwrap());
    }
    for subject in subjects {
        let token = keyrings[0].seal_prepared(org, subject, "x").unwrap();
        for keyring in &keyrings {
            assert_eq!(keyring.open(org, &token).await.unwrap().as_deref(), Some("x"));
        }
    }
}

#[tokio::test]
async fn keys_that_are_wanted_at_the_same_time_are_made_together() {
    let world = World::new().await;
    let (org, first) = (world.org, fresh());
    let mut slow = world.admin().await;
    run(&mut slow, "BEGIN").await;
    let held = "INSERT INTO subject_keys (org_id, subject_id, wrapped)
                VALUES ($1, $2, decode(repeat('00', 72), 'hex'))";
    sqlx::query(held).bind(org).bind(first).execute(&mut slow).await.unwrap();
    let keyring = Keyring::new(world.home.database(), KEK);
    let ask = |subject| {
        let keyring = keyring.clone();
        tokio::spawn(async move { keyring.prepare(org, &[subject]).await })
    };
    let mut asked = vec![ask(first)];
    world.waiting(1).await;
    asked.extend((0..50).map(|_| ask(fresh())));
    // They all run once, as far as to the turn that the first one has.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    run(&mut slow, "ROLLBACK").await;
    for one in asked {
        one.await.unwrap().expect("a key");
    }
    let made = "SELECT count(*), count(DISTINCT xmin::text) FROM subject_keys";
    let made: (i64, i64) = sqlx::query_as(made).fetch_one(&mut slow).await.unwrap();
    assert_eq!(made, (51, 2));
}

#[tokio::test]
async fn keys_are_found_by_their_index_however_many_are_wanted() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    run(
        &mut admin,
        "INSERT INTO subject_keys (org_id, subject_id, wrapped, blind)
         SELECT '00000000-0000-4000-8000-000000000001', gen_random_uuid(),
                decode(repeat('00', 72), 'hex'), gen_random_uuid()
         FROM generate_series(1, 20000);
         ANALYZE subject_keys; SET plan_cache_mode = force_custom_plan",
    )
    .await;
    let keys = include_str!("../../../../event-store/src/sql/fetch_keys.sql");
    let blinds = include_str!("../../../../event-store/src/sql/resolve_blinds.sql");
    for prepare in [format!("PREPARE keys AS {keys}"), format!("PREPARE blinds AS {blinds}")] {
        sqlx::raw_sql(&prepare).execute(&mut admin).await.unwrap();
    }
    for wanted in [1, 64] {
        let id = Uuid::now_v7();
        let ids = vec![format!("\"{id}\""); wanted].join(",");
        let keys = vec!["x"; wanted].join(",");
        let org = "00000000-0000-4000-8000-000000000001";
        for explain in [
            format!("EXPLAIN EXECUTE keys('{org}', '{{{ids}}}', '{{{keys}}}', 1)"),
            format!("EXPLAIN EXECUTE blinds('{org}', '{{{ids}}}', '{{{ids}}}', '{{{keys}}}', 1)"),
        ] {
            let plan = sqlx::query_scalar(&explain).fetch_all(&mut admin).await;
            let plan: Vec<String> = plan.unwrap();
            assert!(!plan.iter().any(|line| line.contains("Seq Scan")), "{wanted}: {plan:#?}");
        }
    }
}

#[tokio::test]
async fn a_key_that_was_altered_spoils_no_other() {
    let world = World::new().await;
    let (org, bad, good) = (world.org, fresh(), fresh());
    let altered = "INSERT INTO subject_keys (org_id, subject_id, wrapped)
                   VALUES ($1, $2, decode(repeat('00', 72), 'hex'))";
    let mut admin = world.admin().await;
    sqlx::query(altered).bind(org).bind(bad).execute(&mut admin).await.unwrap();
    let keyring = Keyring::new(world.home.database(), KEK);
    let (bad, good, other) = ([bad], [good], [fresh()]);
    let both = tokio::join!(keyring.prepare(org, &bad), keyring.prepare(org, &good));
    assert!(matches!(both.0, Err(KeyringError::Wrapping)));
    both.1.expect("the good one");
    let both = tokio::join!(keyring.prepare(org, &other), keyring.prepare(org, &bad));
    both.0.expect("the good one");
    assert!(matches!(both.1, Err(KeyringError::Wrapping)));
}

#[tokio::test]
async fn without_the_right_key_encryption_key_nothing_opens() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), KEK);
    let (org, subject) = (world.org, fresh());
    let token = sealed(&keyring, org, subject, "secret").await;
    keyring.pseudonym(org, &["a"]).await.expect("a secret");
    let wrong = Keyring::new(world.home.database(), [8; 32]);
    assert!(matches!(wrong.open(org, &token).await, Err(KeyringError::Wrapping)));
    assert!(matches!(wrong.prepare(org, &[subject]).await, Err(KeyringError::Wrapping)));
    assert!(matches!(wrong.pseudonym(org, &["a"]).await, Err(KeyringError::Wrapping)));
    let unprepared = keyring.seal_prepared(org, fresh(), "x");
    assert!(matches!(unprepared, Err(KeyringError::NotPrepared)));
    // A row that was moved to another subject does not unwrap either.
    let mut admin = world.admin().await;
    run(&mut admin, "UPDATE subject_keys SET subject_id = org_id").await;
    let next = Keyring::new(world.home.database(), KEK);
    assert!(matches!(next.prepare(org, &[org]).await, Err(KeyringError::Wrapping)));
}

#[tokio::test]
async fn a_derived_id_follows_from_its_parts_and_the_organization() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), KEK);
    let (org, other) = (world.org, fresh());
    let id = keyring.pseudonym(org, &["import", "bank", "1"]).await.unwrap();
    assert_eq!(id.get_version_num(), 8);
    let next = Keyring::new(world.home.database(), KEK);
    assert_eq!(next.pseudonym(org, &["import", "bank", "1"]).await.unwrap(), id);
    for parts in [&["import", "bank1", ""][..], &["import", "bank", "2"], &["importbank1"]] {
        assert_ne!(keyring.pseudonym(org, parts).await.unwrap(), id, "{parts:?}");
    }
    assert_ne!(keyring.pseudonym(other, &["import", "bank", "1"]).await.unwrap(), id);
}

#[tokio::test]
async fn nothing_leads_from_a_number_to_who_was_erased() {
    let world = World::new().await;
    let (one, two) =
        (Keyring::new(world.home.database(), KEK), Keyring::new(world.home.database(), KEK));
    let org = world.org;
    let blind = one.pseudonym(org, &["subject", "+420777120001"]).await.unwrap();
    assert_eq!(one.find(org, blind).await.unwrap(), None, "asking makes nobody known");
    // Many who meet the same person at the same moment, here and elsewhere, meet one.
    let met = (0..40).map(|turn| if turn % 2 == 0 { one.clone() } else { two.clone() });
    let met = met.map(|keyring| async move { keyring.subject(org, blind).await.unwrap() });
    let met = futures::future::join_all(met).await;
    let subject = met[0];
    assert!(met.iter().all(|other| *other == subject));
    assert_ne!(subject, blind);
    assert_eq!(two.find(org, blind).await.unwrap(), Some(subject));
    let elsewhere = one.subject(fresh(), blind).await.unwrap();
    assert_ne!(elsewhere, subject, "in another organization it is somebody else");
    let token = one.seal_prepared(org, subject, "secret").unwrap();
    let mark = one.mark(org, subject).await.unwrap().expect("a key");
    assert_eq!(one.destroy(org, subject).await.unwrap(), Some(mark));
    assert_eq!(one.destroy(org, subject).await.unwrap(), None, "once");
    assert_eq!(one.open(org, &token).await.unwrap(), None);
    assert_eq!(one.find(org, blind).await.unwrap(), None);
    let mut admin = world.admin().await;
    let left = "SELECT count(*) FROM subject_keys WHERE org_id = $1
                AND (wrapped IS NOT NULL OR blind IS NOT NULL)";
    let left: i64 = sqlx::query_scalar(left).bind(org).fetch_one(&mut admin).await.unwrap();
    assert_eq!(left, 0, "no key is left, and nothing that leads there");
    // What was on its way makes them no new key, here or where nothing is known of it.
    let three = Keyring::new(world.home.database(), KEK);
    for keyring in [&one, &three] {
        let prepared = keyring.prepare(org, &[subject]).await;
        assert!(matches!(prepared, Err(KeyringError::Erased)), "{prepared:?}");
        let sealed = keyring.seal_prepared(org, subject, "secret");
        assert!(matches!(sealed, Err(KeyringError::NotPrepared)), "{sealed:?}");
    }
    one.prepare(org, &[fresh(), subject]).await.expect_err("one of them");
    let again = one.subject(org, blind).await.unwrap();
    assert_ne!(again, subject, "whoever comes back is somebody else");
    assert_eq!(one.open(org, &token).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_encryption_key_is_rotated_while_everything_goes_on() {
    let world = World::new().await;
    let directory = tests::TestDirectory::create();
    let secrets = database::Secrets::open(directory.path()).expect("secrets");
    let keks = || database::Keks::open(directory.path(), &secrets);
    let (org, database) = (world.org, world.home.database());
    let running = Keyring::new(database, keks());
    let mut kept = Vec::new();
    for number in 0..1_200 {
        let subject = fresh();
        kept.push((subject, format!("secret {number}")));
    }
    let subjects: Vec<Uuid> = kept.iter().map(|(subject, _)| *subject).collect();
    running.prepare(org, &subjects).await.expect("keys");
    let mut tokens = Vec::new();
    for (subject, text) in &kept {
        tokens.push(running.seal_prepared(org, *subject, text).unwrap());
    }
    let blind = running.pseudonym(org, &["x"]).await.unwrap();
    // New people come all the while, and one is erased; and somebody else rotates too.
    let (busy, gone) = (running.clone(), subjects[7]);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let going_on = tokio::spawn(async move {
        let mut stopped = stopped;
        let mut came = 0;
        while stopped.try_recv().is_err() {
            busy.prepare(org, &[fresh()]).await.expect("a key");
            came += 1;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        came
    });
    let (one, other) = (keks(), keks());
    let (first, second, destroyed) = tokio::join!(
        event_store::rotate(database, &one),
        event_store::rotate(database, &other),
        running.destroy(org, gone),
    );
    let (first, second) = (first.expect("rotated"), second.expect("rotated"));
    assert!(destroyed.expect("destroyed").is_some());
    let mut numbers = [first.number, second.number];
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3], "one after the other");
    let left = event_store::wrapped_with(database).await.expect("counted");
    assert_eq!(left.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3], "{left:?}");
    stop.send(()).expect("going on");
    assert!(going_on.await.expect("no panic") > 100, "the load went on");
    let next = Keyring::new(database, keks());
    assert_eq!(next.pseudonym(org, &["x"]).await.unwrap(), blind, "the same secret");
    for (number, token) in tokens.iter().enumerate() {
        let expected = (number != 7).then(|| kept[number].1.clone());
        assert_eq!(next.open(org, token).await.unwrap(), expected);
    }
    // The old key alone opens nothing any more.
    let old = Keyring::new(database, secrets.key("key-encryption"));
    let refused = old.open(org, &tokens[0]).await;
    assert!(matches!(refused, Err(KeyringError::Kek { number: 3, .. })), "{refused:?}");
}

#[tokio::test]
async fn without_the_file_of_a_key_in_use_nothing_is_served_and_none_is_made() {
    let world = World::new().await;
    let directory = tests::TestDirectory::create();
    let secrets = database::Secrets::open(directory.path()).expect("secrets");
    let keks = || database::Keks::open(directory.path(), &secrets);
    let database = world.home.database();
    Keyring::new(database, keks()).prepare(world.org, &[fresh()]).await.expect("a key");
    let rotated = event_store::rotate(database, &keks()).await.expect("rotated");
    assert_eq!(rotated.number, 2);
    let file = directory.path().join("kek-2.key");
    let kept = std::fs::read(&file).expect("a key");
    std::fs::remove_file(&file).expect("removed");
    for missing in [
        event_store::check_keks(database, &keks()).await.err(),
        event_store::rotate(database, &keks()).await.err(),
    ] {
        let words = missing.expect("refused").to_string();
        assert!(words.contains("put its file kek-2.key back"), "{words}");
    }
    assert!(!directory.path().join("kek-3.key").exists());
    std::fs::write(&file, kept).expect("put back");
    event_store::check_keks(database, &keks()).await.expect("as before");
}

#[tokio::test]
async fn what_is_about_somebody_who_was_erased_elsewhere_is_not_sealed() {
    let world = World::new().await;
    let (org, subject) = (world.org, fresh());
    // A minute is over at once.
    let here = Keyring::fresh_for(world.home.database(), KEK, Duration::ZERO);
    let (elsewhere, codec) = (Keyring::new(world.home.database(), KEK), PersonalCodec::new(here));
    let note = || CallEvent::CallNoteAdded {
        note: Personal::known(subject.into(), FreeText::new("a canary".to_owned())),
        by: "somebody".to_owned(),
        at: Timestamp::from_millis(0),
    };
    let mut events = [note(), note()];
    assert!(codec.seal(org, &mut events).await.expect("sealed"), "something was");
    let payloads = events.iter().map(|event| codec.encode(event).expect("no longer known").payload);
    assert!(payloads.into_iter().all(|payload| payload.contains("sealed:1:")));
    assert!(elsewhere.destroy(org, subject).await.expect("destroyed").is_some());
    let refused = codec.seal(org, &mut [note()]).await;
    assert!(matches!(refused, Err(CodecError::Erased)), "{refused:?}");
}
