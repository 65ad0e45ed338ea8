//! What is kept of a file, and for how long.

use std::time::Duration;

use domain::import_batch::{ImportStatus, RowOutcome};
use domain::{ImportId, PhoneNumber};
use futures::future::join_all;
use processes::imports::ImportError;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::kit::{World, list, org};

/// Everything that any table holds, as text.
async fn dumped(world: &World) -> Vec<String> {
    let mut admin = PgConnection::connect_with(&world.test.superuser()).await.expect("in");
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
    )
    .fetch_all(&mut admin)
    .await
    .expect("tables");
    let mut found = Vec::new();
    for table in tables {
        // Bytes as they are, where they are letters.
        let rows = match table.as_str() {
            "import_parts" => "SELECT encode(sealed, 'escape') FROM import_parts".to_owned(),
            table => format!("SELECT t::text FROM {table} t"),
        };
        let rows: Vec<String> =
            sqlx::query_scalar(&rows).fetch_all(&mut admin).await.expect("rows");
        found.extend(rows);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_file_is_sealed_and_gone_when_its_import_is_over() {
    let world = World::open().await;
    let id = world.accept("one", &list(300)).await.expect("accepted");
    assert_eq!(world.value("SELECT count(*) FROM import_files").await, 1);
    let clear = |text: &String| text.contains("anary") || text.contains("+4207700");
    assert!(!dumped(&world).await.iter().any(clear), "it is kept in the clear");
    let file = world.import(id).await.file.id;
    world.settle().await;
    assert_eq!(world.import(id).await.status, ImportStatus::Completed);
    for table in ["SELECT count(*) FROM import_files", "SELECT count(*) FROM import_parts"] {
        assert_eq!(world.value(table).await, 0, "{table}");
    }
    let mark = world.commands.keyring().mark(org().uuid(), file).await.expect("an answer");
    assert_eq!(mark, None, "the key of the file is there");
    assert!(!dumped(&world).await.iter().any(clear), "something is left in the clear");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_taken_is_gone_at_once() {
    let world = World::open().await;
    for text in ["", "mobile number\n", "who,where\nEva,Praha\n", "phone,phone\n1,2\n"] {
        let refused = world.accept("one", text).await;
        if text == "mobile number\n" {
            // A header and no rows is a list of nobody.
            refused.expect("accepted");
            world.settle().await;
        } else {
            assert!(matches!(refused, Err(ImportError::File(_))), "{text}: {refused:?}");
        }
        assert_eq!(world.value("SELECT count(*) FROM import_files").await, 0, "{text}");
        assert_eq!(world.value("SELECT count(*) FROM import_parts").await, 0, "{text}");
    }
}

/// Whoever dies before a file is accepted leaves it behind, and somebody sweeps.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nobody_accepted_is_swept() {
    let world = World::open().await;
    let imports = world.imports();
    let id = imports.id(org(), super::kit::somebody(), "one").await.expect("an id");
    let mut upload = imports.begin(org(), id).await.expect("begun");
    upload.write(&[b'x'; 600_000]).await.expect("kept");
    let large = upload.write(&vec![b'x'; 50 << 20]).await;
    assert!(matches!(large, Err(ImportError::TooLarge)), "{large:?}");
    drop(upload);
    let kept = world.accept("two", &list(10)).await.expect("accepted");
    assert_eq!(imports.sweep().await.expect("swept"), 0, "it may still be coming");
    world.clock.advance(3_700_000);
    assert_eq!(imports.sweep().await.expect("swept"), 1);
    world.settle().await;
    assert_eq!(world.import(kept).await.tally.rows(), 10, "the one that was accepted stays");
    assert_eq!(world.rows(kept, &[]).await.len(), 10);
    world.clock.advance(31 * 86_400_000);
    imports.sweep().await.expect("swept");
    assert_eq!(world.rows(kept, &[]).await.len(), 0, "what became of rows is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_brings_in_five_lists_at_once() {
    let world = World::open().await;
    for key in ["1", "2", "3", "4", "5"] {
        world.accept(key, &list(10)).await.expect("accepted");
    }
    let sixth = world.accept("6", &list(10)).await;
    assert!(matches!(sixth, Err(ImportError::TooMany)), "{sixth:?}");
    let again = world.accept("1", &list(10)).await;
    assert!(matches!(again, Err(ImportError::Order(_))), "known, and no sixth: {again:?}");
    world.settle().await;
    world.accept("6", &list(10)).await.expect("accepted");
}

/// A file in which too many of the first rows are wrong brings nobody in.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_a_fifth_is_wrong_brings_nobody_in() {
    let world = World::open().await;
    let mut text = String::from("phone,name\n");
    for row in 0..3_000 {
        let wrong = row < 1_000 && row % 100 < 20;
        text += &if wrong { format!("x{row},A\n") } else { format!("+42077{row:07},A\n") };
    }
    // 200 of 1000 may be wrong, one more may not.
    let fine = world.accept("fine", &text).await.expect("accepted");
    let wrong = text.replacen("+420770000999,", "x999,", 1);
    world.settle().await;
    assert_eq!(world.import(fine).await.tally.created, 2_800);
    let before = world.count("ContactCreated").await;
    let id = world.accept("wrong", &wrong).await.expect("accepted");
    world.settle().await;
    let import = world.import(id).await;
    assert_eq!(import.status, ImportStatus::Failed);
    assert_eq!(import.failure.expect("why").code, "too-many-faults");
    assert_eq!((import.tally.created, import.tally.rejected), (0, 201));
    assert_eq!(world.count("ContactCreated").await, before);
    assert_eq!(world.rows(id, &[RowOutcome::Rejected]).await.len(), 201);
    assert_eq!(world.value("SELECT count(*) FROM import_files").await, 0);
}

/// A file with a row too many is found out before anybody comes in.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_too_many_rows_brings_nobody_in() {
    let world = World::open().await;
    let mut text = String::from("phone\n");
    text.extend((0..200_001).map(|row| format!("+42077{row:07}\n")));
    let id = world.accept("one", &text).await.expect("accepted");
    world.settle().await;
    let import = world.import(id).await;
    assert_eq!(import.failure.expect("why").code, "too-many-rows");
    assert_eq!(world.count("ContactCreated").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_to_be_called_comes_in_so() {
    let world = World::open().await;
    world.suppress("+420770000004").await;
    let id = world.accept("one", &list(10)).await.expect("accepted");
    world.settle().await;
    let rows = world.rows(id, &[RowOutcome::Suppressed]).await;
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [5]);
    let contact = rows[0].contact_id.expect("a contact");
    let state = world.commands.state::<domain::contact::Contact>(org(), contact.uuid()).await;
    let status = state.unwrap().unwrap().0.known().unwrap().status();
    assert_eq!(status, domain::contact::ContactStatus::DoNotCall);
    let number = PhoneNumber::parse("+420770000004").unwrap();
    let known = world.commands.known_subject_of_number(org(), &number).await.unwrap();
    assert!(known.is_some());
}

/// How many of these imports begin, all at the same time; none is kept afterwards.
async fn begun(world: &World, ids: Vec<Uuid>) -> usize {
    let begin = |id: Uuid| {
        let imports = world.imports();
        tokio::spawn(async move { imports.begin(org(), ImportId::from(id)).await })
    };
    let begun = join_all(ids.into_iter().map(begin)).await;
    let begun = begun.into_iter().filter_map(|begun| begun.expect("it came to its end").ok());
    let files: Vec<Uuid> = begun.map(|upload| upload.file_id()).collect();
    for file in &files {
        world.imports().forget(org(), *file).await.expect("forgotten");
    }
    files.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_begin_at_the_same_time_count_each_other_and_nobody_twice() {
    let world = World::open().await;
    let ids = (0..12).map(|_| Uuid::now_v7()).collect();
    assert_eq!(begun(&world, ids).await, 5);
    // The same one is one, but files that come are kept, and that has an end too.
    assert_eq!(begun(&world, vec![Uuid::now_v7(); 24]).await, 20);
    // Whoever begins waits for whoever is just beginning, here the fifth.
    let mut files = Vec::new();
    for _ in 0..4 {
        let id = ImportId::from(Uuid::now_v7());
        files.push(world.imports().begin(org(), id).await.expect("one of the first four"));
    }
    let mut admin = PgConnection::connect_with(&world.test.superuser()).await.expect("in");
    let mut fifth = admin.begin().await.expect("a transaction");
    sqlx::query(
        "WITH mine AS (SELECT pg_advisory_xact_lock(
                           hashtextextended('import ' || $1::uuid::text, 0)))
         INSERT INTO import_files (org_id, file_id, import_id, created_at)
         SELECT $1, gen_random_uuid(), gen_random_uuid(), now() FROM mine",
    )
    .bind(org().uuid())
    .execute(&mut *fifth)
    .await
    .expect("the fifth");
    let begin = async {
        let id = ImportId::from(Uuid::now_v7());
        world.imports().begin(org(), id).await.map(|_| ())
    };
    let commit = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        fifth.commit().await.expect("committed");
    };
    let (sixth, ()) = tokio::join!(begin, commit);
    assert!(matches!(sixth, Err(ImportError::TooMany)), "{sixth:?}");
}
