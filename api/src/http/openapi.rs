//! The OpenAPI document: paths and schemas come from the handlers, what is the
//! same for every operation of a class is added here from the table.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::header;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{
    Operation as Item, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::operation::{Class, Key, Operation};
use super::operations::operations;
use super::problem::{Kind, ProblemDocument};
use super::router;

/// The document before any operation is in it.
pub(super) fn frame() -> OpenApi {
    let mut components = Components::new();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let mut schemas = vec![("Problem".to_owned(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let license = LicenseBuilder::new().name("Proprietary").build();
    let info = InfoBuilder::new()
        .title("Voice")
        .version("1")
        .description(Some("An event-sourced call center."))
        .license(Some(license))
        .build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Adds to each operation what the table says about it.
pub(super) fn completed(mut document: OpenApi) -> OpenApi {
    for operation in operations() {
        let Some(path) = document.paths.paths.get_mut(operation.path) else { continue };
        let Some(item) = item(path, operation.method) else { continue };
        add_headers(item, operation);
        add_problems(item, operation);
        if operation.needs_caller() {
            let none: [&str; 0] = [];
            item.security = Some(vec![SecurityRequirement::new("bearer", none)]);
            let roles: Vec<&str> = operation.roles.iter().map(|role| role.word()).collect();
            let roles = ExtensionsBuilder::new().add("x-roles", roles).build();
            item.extensions.get_or_insert_default().merge(roles);
        }
    }
    document
}

/// Method and path of every operation in a document.
#[must_use]
pub fn listed(document: &OpenApi) -> Vec<(String, String)> {
    let mut listed = Vec::new();
    for (path, item) in &document.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        let known = methods.into_iter().filter(|(_, operation)| operation.is_some());
        listed.extend(known.map(|(method, _)| (method.to_owned(), path.clone())));
    }
    listed.sort();
    listed
}

fn item<'p>(path: &'p mut PathItem, method: &str) -> Option<&'p mut Item> {
    match method {
        "GET" => path.get.as_mut(),
        "PUT" => path.put.as_mut(),
        "POST" => path.post.as_mut(),
        "PATCH" => path.patch.as_mut(),
        "DELETE" => path.delete.as_mut(),
        _ => None,
    }
}

fn parameter(name: &str, required: bool, kind: Type, words: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(if required { Required::True } else { Required::False })
        .description(Some(words))
        .schema(Some(ObjectBuilder::new().schema_type(kind).build()))
        .build()
}

fn add_headers(item: &mut Item, operation: &Operation) {
    let mut parameters = Vec::new();
    if operation.key != Key::None {
        let words = "1 to 255 visible ASCII characters; the same for every retry of one request.";
        let required = operation.key == Key::Required;
        parameters.push(parameter("Idempotency-Key", required, Type::String, words));
    }
    match operation.class {
        Class::Command if operation.path.contains('{') => {
            let words = "The version that was seen, for example \"v7\", with the quotes.";
            parameters.push(parameter("If-Match", false, Type::String, words));
        }
        Class::List | Class::Figures | Class::Resource => {
            let words = "A position from X-Event-Position that the answer must include.";
            parameters.push(parameter("X-Min-Position", false, Type::Integer, words));
            let words = "`wait=<seconds 0..5>`: how long to wait for X-Min-Position.";
            parameters.push(parameter("Prefer", false, Type::String, words));
        }
        Class::Stream => {
            let words = "The `id` of the last event that was seen: what it told is not told again.";
            parameters.push(parameter("Last-Event-ID", false, Type::String, words));
        }
        Class::Command
        | Class::Account
        | Class::Form
        | Class::Entry
        | Class::Webhook
        | Class::Public => {}
    }
    if operation.class == Class::Resource {
        let words = "The version that is known already; 304 while it is the current one.";
        parameters.push(parameter("If-None-Match", false, Type::String, words));
    }
    item.parameters.get_or_insert_default().extend(parameters.into_iter().map(RefOr::T));
    for (status, response) in &mut item.responses.responses {
        let RefOr::T(response) = response else { continue };
        if !status.starts_with('2') && status != "304" {
            continue;
        }
        for (name, kind, words) in reply_headers(operation) {
            let schema = ObjectBuilder::new().schema_type(kind).build();
            let header = HeaderBuilder::new().schema(Some(schema)).description(Some(words)).build();
            response.headers.insert(name.to_owned(), header.into());
        }
    }
}

fn reply_headers(operation: &Operation) -> Vec<(&'static str, Type, &'static str)> {
    match operation.class {
        Class::Command => {
            let mut headers = vec![
                ("ETag", Type::String, "The version of the resource."),
                ("X-Event-Position", Type::Integer, "The position of the command's last event."),
            ];
            if operation.key != Key::None {
                let words = "`true`: the answer of an earlier request.";
                headers.push(("Idempotent-Replayed", Type::String, words));
            }
            headers
        }
        Class::List | Class::Figures | Class::Resource => {
            let mut headers = vec![
                ("X-Projection-Position", Type::Integer, "What the read model has seen."),
                ("X-Projection-Lag-Ms", Type::Integer, "How far it is behind the log."),
            ];
            if operation.class == Class::Resource {
                headers.push(("ETag", Type::String, "The version of the resource."));
            }
            headers
        }
        Class::Stream
        | Class::Account
        | Class::Form
        | Class::Entry
        | Class::Webhook
        | Class::Public => Vec::new(),
    }
}

fn add_problems(item: &mut Item, operation: &Operation) {
    let kinds = operation.all_problems();
    let mut statuses: Vec<_> = kinds.iter().map(|kind| kind.status).collect();
    statuses.dedup();
    for status in statuses {
        let of_status: Vec<&&Kind> = kinds.iter().filter(|kind| kind.status == status).collect();
        let words: Vec<String> = of_status.iter().map(|kind| format!("`{}`", kind.slug)).collect();
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description(words.join(", "))
            .content("application/problem+json", content)
            .build();
        let known = &mut item.responses.responses;
        if !known.contains_key(status.as_str()) {
            known.insert(status.as_str().to_owned(), RefOr::T(response));
        }
    }
}

/// The document as text, as it is committed and served.
///
/// # Errors
/// Where the document cannot be written as JSON.
pub fn text() -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&router::document())?;
    text.push('\n');
    Ok(text)
}

static SERVED: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(text().unwrap_or_default()));

/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = "server",
    responses((status = 200, description = "The OpenAPI document", body = serde_json::Value))
)]
pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], SERVED.clone()).into_response()
}
