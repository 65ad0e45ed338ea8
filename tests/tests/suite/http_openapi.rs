//! The document and the router agree both ways, and the committed document is
//! the one that the code makes.

use std::collections::BTreeSet;

use api::http::operation::Operation;
use serde_json::Value;

use super::http_kit::Server;
use super::payments::stripe::fake::Fake;

fn document() -> Value {
    serde_json::from_str(&api::http::openapi::text().expect("a document")).expect("JSON")
}

#[test]
fn every_operation_is_in_the_table_and_in_the_document() {
    let table: BTreeSet<(String, String)> = api::http::operations::operations()
        .map(|operation| (operation.method.to_owned(), operation.path.to_owned()))
        .collect();
    let routed: BTreeSet<(String, String)> = api::http::router::routed().into_iter().collect();
    let listed = api::http::openapi::listed(&api::http::router::document());
    let listed: BTreeSet<(String, String)> = listed.into_iter().collect();
    assert_eq!(table, routed);
    assert_eq!(table, listed);
    let document = document();
    for operation in api::http::operations::operations() {
        let method = operation.method.to_lowercase();
        let item = &document["paths"][operation.path][method.as_str()];
        assert_eq!(item["operationId"], operation.id);
        for kind in operation.all_problems() {
            let answer = &item["responses"][kind.status.as_str()];
            let words = answer["description"].as_str().unwrap_or_default();
            assert!(words.contains(kind.slug), "{} lacks {}", operation.id, kind.slug);
        }
    }
}

#[tokio::test]
async fn the_server_routes_what_the_document_says_and_nothing_else() {
    // Where no provider is connected, nothing is told.
    let fake = Fake::start().await;
    let server = Server::start_with(|settings| fake.connect(settings)).await;
    let served = server.get("/openapi.json").await;
    assert_eq!(served.body, document());
    assert_eq!(served.body["openapi"], "3.1.0");
    let paths = served.body["paths"].as_object().expect("paths");
    for (path, item) in paths {
        let concrete = path
            .replace("{id}", "01890000-0000-7000-8000-000000000001")
            .replace("{slug}", "not-found")
            .replace("{code}", "sale")
            .replace("{provider}", "stripe");
        for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
            let answer = server.bare(method, &concrete, None, &[]).await;
            let known = item.get(method.to_lowercase()).is_some();
            assert_eq!(answer.status != 405, known, "{method} {path}: {}", answer.body);
            assert_ne!(answer.status, 404, "{method} {path}");
            let operation = Operation::find(method, path);
            if operation.is_some_and(Operation::needs_caller) {
                answer.is_problem(401, "unauthenticated");
            }
        }
    }
    server.stop().await;
}

#[test]
fn the_committed_document_is_the_one_that_the_code_makes() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let made = api::http::openapi::text().expect("a document");
    assert!(
        committed == made,
        "docs/openapi.json is not the document that the code makes; \
         `cargo run -- openapi > docs/openapi.json` writes it"
    );
}

#[tokio::test]
async fn the_documentation_can_be_read_and_tried() {
    let server = Server::start().await;
    let page = server.text("/docs/").await;
    assert!(page.contains("swagger-ui"), "{page}");
    let problem = server.text("/problems/version-mismatch").await;
    assert!(problem.contains("If-Match"), "{problem}");
    for kind in api::http::problem::KINDS {
        let page = server.text(&format!("/problems/{}", kind.slug)).await;
        assert!(page.contains(kind.slug));
    }
    server.stop().await;
}

/// What is said of a value in two places can be true of one value.
fn contradictions(schema: &Value, path: &str, found: &mut Vec<String>) {
    let kinds = |schema: &Value| -> BTreeSet<String> {
        let all = schema["allOf"].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(|one| Some(one.get("type")?.to_string())).collect()
    };
    if kinds(schema).len() > 1 {
        found.push(path.to_owned());
    }
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                contradictions(member, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                contradictions(item, &format!("{path}/{place}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn no_schema_contradicts_itself() {
    let mut found = Vec::new();
    contradictions(&document(), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
    let never = serde_json::json!({ "allOf": [{ "type": "string" }, { "type": "object" }] });
    contradictions(&never, "/x", &mut found);
    assert_eq!(found, ["/x"]);
}
