//! What pages show, and to whom.

use domain::Role;
use serde_json::json;

use super::window::Window;
use crate::http_kit::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_what_the_api_tells_its_reader_and_nothing_else() {
    let server = Server::start().await;
    let call = server.ended_call("+420777120003").await;
    server.settle().await;
    let (list, story) = ("/console/calls".to_owned(), format!("/console/calls/{call}"));
    for (role, sees_number, sees_story, sees_projections) in [
        (Role::Admin, true, true, true),
        (Role::Auditor, true, true, true),
        (Role::Analyst, false, false, true),
        // It is not their call.
        (Role::Agent, false, false, false),
    ] {
        let mut window = Window::entered(&server, role).await;
        let calls = window.get(&list).await;
        assert_eq!(calls.status, 200, "{role:?}");
        assert_eq!(calls.text.contains("+420777120003"), sees_number, "{role:?}");
        let shown = window.get(&story).await;
        assert_eq!(shown.status == 200, sees_story, "{role:?} {}", shown.text);
        assert_eq!(shown.text.contains("+420777120003"), sees_story, "{role:?}");
        let projections = window.get("/console/projections").await;
        assert_eq!(projections.status, if sees_projections { 200 } else { 403 }, "{role:?}");
        let link = r#"<a href="/console/projections""#;
        assert_eq!(calls.text.contains(link), sees_projections, "{role:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_is_text_and_never_markup() {
    let server = Server::start().await;
    let call = server.ended_call("+420777120003").await;
    let nasty = r#"<script>alert(1)</script>"><img src=x onerror=alert(2)>"#;
    let path = format!("/api/v1/calls/{call}");
    let note = json!({ "note": nasty });
    assert_eq!(server.send("POST", &format!("{path}/notes"), Some(note), &[]).await.status, 200);
    server.settle().await;
    let mut window = Window::entered(&server, Role::Admin).await;
    let story = window.get(&format!("/console/calls/{call}")).await;
    assert!(story.text.contains("&#60;script&#62;alert(1)"), "{}", story.text);
    assert!(!story.text.contains("<script>alert") && !story.text.contains("<img"));
    let policy = "default-src 'none'; script-src 'self'; ";
    assert!(story.policy.starts_with(policy), "{}", story.policy);
    assert!(!story.policy.contains("unsafe"), "{}", story.policy);
    let asked = "/console/calls?number=%22%3E%3Cscript%3Ealert(3)%3C/script%3E";
    let asked = window.get(asked).await;
    assert_eq!(asked.status, 422);
    assert!(asked.text.contains("role=\"alert\"") && !asked.text.contains("<script>alert"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_wrongly_is_said_beside_the_form() {
    let server = Server::start().await;
    let mut window = Window::entered(&server, Role::Admin).await;
    for (path, status, said) in [
        ("/console/trends?from=2026-03-02&to=2026-03-01", 422, "name=\"from\""),
        ("/console/trends?from=2026-03-01&to=2026-03-02&tz=Mars", 422, "value=\"Mars\""),
        ("/console/trends?from=2026-01-01&to=2026-12-01&group_by=15m", 422, "role=\"alert\""),
        ("/console/calls?direction=sideways", 400, "name=\"direction\""),
        ("/console/calls?from=yesterday", 400, "value=\"yesterday\""),
        ("/console/calls?cursor=x", 400, "role=\"alert\""),
        ("/console/calls?from=1&from=2", 400, "role=\"alert\""),
        ("/console/calls/not-an-id", 404, "role=\"alert\""),
        ("/console/calls/01890000-0000-7000-8000-000000000009", 404, "role=\"alert\""),
        ("/console/assets/x", 404, "role=\"alert\""),
        ("/console/nowhere", 404, "role=\"alert\""),
        ("/console/assets/0000/console.css", 404, "role=\"alert\""),
    ] {
        let seen = window.get(path).await;
        assert_eq!(seen.status, status, "{path} {}", seen.text);
        assert!(seen.text.contains(said), "{path} {}", seen.text);
        assert!(seen.text.starts_with("<!doctype html>"), "{path} {}", seen.text);
    }
    server.stop().await;
}

#[test]
fn scripts_of_others_are_as_they_came() {
    use sha2::{Digest, Sha256};
    let vendor = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/ui/vendor");
    let source = std::fs::read_to_string(vendor.join("SOURCE.md")).expect("a list");
    let mut held = 0;
    for line in source.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let file = std::fs::read(vendor.join(cells[1])).expect("a file");
        assert_eq!(hex::encode(Sha256::digest(&file)), cells[5], "{}", cells[1]);
        let license = vendor.join(cells[1]).with_file_name("LICENSE");
        assert!(license.is_file(), "{} has no license", cells[1]);
        held += 1;
    }
    let mut files = 0;
    for folder in
        std::fs::read_dir(&vendor).expect("a folder").map(|entry| entry.expect("one").path())
    {
        if folder.is_dir() {
            let inside = std::fs::read_dir(folder).expect("a folder");
            files += inside
                .filter(|entry| entry.as_ref().expect("one").file_name() != "LICENSE")
                .count();
        }
    }
    assert_eq!(held, files, "every file is in the list");
}
