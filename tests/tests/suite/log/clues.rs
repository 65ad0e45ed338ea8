//! What several people may be found by goes with the key of each.

use event_store::{Keyring, Noted};
use sqlx::Connection;
use uuid::Uuid;

use super::kit::{World, fresh};

#[tokio::test(flavor = "multi_thread")]
async fn clues_go_with_the_key_and_nobody_on_the_way_brings_them_back() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), [7; 32]);
    let (org, clues, subject, holder) = (world.org, [fresh(), fresh()], fresh(), fresh());
    let found = async |org, clues: &[Uuid]| keyring.holders(org, clues, 9).await.unwrap();
    keyring.prepare(org, &[subject]).await.unwrap();
    keyring.note_clues(org, (subject, holder), &clues).await.unwrap();
    assert_eq!(found(org, &clues).await, [holder]);
    assert!(found(org, &[clues[0], fresh()]).await.is_empty(), "every one of them");
    assert!(found(fresh(), &clues).await.is_empty(), "in another organization");
    // The key is being destroyed elsewhere; whoever is on the way waits for that.
    let mut elsewhere = world.admin().await;
    let mut destroying = elsewhere.begin().await.unwrap();
    for step in [
        "UPDATE subject_keys SET wrapped = NULL WHERE subject_id = $1",
        "DELETE FROM person_clues WHERE subject_id = $1",
    ] {
        sqlx::query(step).bind(subject).execute(&mut *destroying).await.unwrap();
    }
    let late = keyring.clone();
    let late = tokio::spawn(async move { late.note_clues(org, (subject, holder), &clues).await });
    let waits = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let mut admin = world.admin().await;
    while !late.is_finished() {
        let waiting = sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut admin).await.unwrap();
        if waiting > 0 {
            break;
        }
    }
    destroying.commit().await.unwrap();
    late.await.unwrap().unwrap();
    assert!(found(org, &clues).await.is_empty(), "they are gone for good");
    let other = fresh();
    keyring.prepare(org, &[other]).await.unwrap();
    keyring.note_clues(org, (other, holder), &clues).await.unwrap();
    assert!(keyring.destroy(org, other).await.unwrap().is_some());
    assert!(found(org, &clues).await.is_empty(), "with the key");
}

#[tokio::test(flavor = "multi_thread")]
async fn clues_of_words_are_those_of_the_newest_version_and_go_with_the_key() {
    let world = World::new().await;
    let keyring = Keyring::new(world.home.database(), [7; 32]);
    let (org, subject, holder) = (world.org, fresh(), fresh());
    let at = chrono::DateTime::UNIX_EPOCH;
    let note = async |version: i64, clues: &[i64]| {
        keyring.note_words(org, (subject, holder), Noted { version, at }, clues).await.unwrap();
    };
    let found = async |clue: i64| keyring.word_holders(org, &[clue], None).await.unwrap();
    note(1, &[1, 2]).await;
    assert!(found(1).await.is_empty(), "whoever has no key has no clues");
    keyring.prepare(org, &[subject]).await.unwrap();
    note(2, &[1, 2]).await;
    note(4, &[2, -3]).await;
    note(3, &[1]).await;
    assert!(found(1).await.is_empty(), "of an earlier version");
    assert_eq!((found(2).await, found(-3).await), (vec![holder], vec![holder]));
    let noted = keyring.words_noted(org, holder).await.unwrap();
    assert_eq!(noted, Some(Noted { version: 4, at }));
    assert_eq!(keyring.word_holders(org, &[1, 2], Some(&[holder])).await.unwrap(), [holder]);
    assert!(keyring.word_holders(org, &[2], Some(&[fresh()])).await.unwrap().is_empty());
    assert!(keyring.word_holders(fresh(), &[2], None).await.unwrap().is_empty(), "of others");
    assert_eq!(keyring.count_words(org, &[2, -3], 1).await.unwrap(), 1, "up to the cap");
    assert!(keyring.destroy(org, subject).await.unwrap().is_some());
    note(5, &[5]).await;
    let mut admin = world.admin().await;
    for left in ["SELECT count(*) FROM word_clues", "SELECT count(*) FROM word_holders"] {
        let count = sqlx::query_scalar::<_, i64>(left).fetch_one(&mut admin).await.unwrap();
        assert_eq!(count, 0, "{left}");
    }
}
