//! What several people may be found by goes with the key of each.

use event_store::Keyring;
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
