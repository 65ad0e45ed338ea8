//! Brings a list of people in for a campaign.

use axum::extract::State;
use axum::response::Response;
use domain::import_batch::ImportBatch;
use processes::import::contacts::Format;
use processes::imports::Asked;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::form::{Form, received};
use super::options::ImportOptions;
use super::problem::refused;
use super::reply::ImportReply;
use crate::campaigns::own::runs;
use crate::http::answer::{Accepted, Shows, respond};
use crate::http::app::App;
use crate::http::body::parsed;
use crate::http::command::Head;
use crate::http::problem::{Problem, keyring_failed};

/// A form with a list in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used; the file is taken as it comes")]
pub struct ImportForm {
    /// CSV with a header, JSONL, or a number per line: at most 50 MiB and 200,000 rows.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// JSON.
    options: ImportOptions,
}

/// Brings a list of people in for a campaign. The file is kept, sealed, before this is answered;
/// its rows are taken afterwards, and the import says how far they are. A row that cannot be taken
/// is rejected with everything that is wrong with it, and stops none of the others; where more than
/// 200 of the first 1000 rows cannot be taken, the file is not what was meant, and nobody comes in.
/// Whose number is not to be called comes in as `do_not_call`.
///
/// Where a field of `options` is wrong, the problem points into `options`.
#[utoipa::path(
    post,
    path = "/api/v1/contacts/import",
    operation_id = "importContacts",
    tag = "contacts",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((
        status = 202,
        description = "The import, which is taken from now on",
        body = ImportReply,
        headers(("Location" = String, description = "Where the import is"))
    ))
)]
pub async fn create(State(app): State<App>, head: Head, form: Form) -> Result<Response, Problem> {
    let asked = async |options: ImportOptions, format| {
        let asked = options.asked(format)?;
        if let Some(campaign) = asked.purpose.campaign() {
            runs(&app, &head.caller, campaign).await?;
        }
        Ok(asked)
    };
    taken::<ImportOptions, ImportReply>((&app, &head), form, "/api/v1/contacts/imports", asked)
        .await
}

/// Takes a form with a list in it, whatever its rows are, and has the list taken.
pub(crate) async fn taken<O: DeserializeOwned, R: Shows<ImportBatch> + 'static>(
    (app, head): (&App, &Head),
    form: Form,
    imports: &str,
    asked: impl AsyncFnOnce(O, Option<Format>) -> Result<Asked, Problem>,
) -> Result<Response, Problem> {
    let (org, by) = (head.caller.org, head.caller.user);
    let id = app.imports().id(org, by, head.required_key()?).await;
    let id = id.map_err(|error| keyring_failed(&error))?;
    let mut upload = app.imports().begin(org, id).await.map_err(refused)?;
    let file = upload.file_id();
    let come = async {
        let received = received(form, &mut upload).await?;
        let options = parsed::<O>(&received.options)?;
        let asked = asked(options.value, received.format).await?;
        let uploaded = upload.finish().await.map_err(refused)?;
        let canonical = format!("{}\n{}", options.canonical, uploaded.sha256);
        let reply = Accepted::<R>::begun(id.uuid(), format!("{imports}/{id}"));
        let order = head.creation::<ImportBatch, _>(&canonical, reply)?;
        Ok::<_, Problem>((order, uploaded, asked))
    };
    let (order, uploaded, asked) = match come.await {
        Ok(come) => come,
        Err(problem) => {
            app.imports().forget(org, file).await.map_err(refused)?;
            return Err(problem);
        }
    };
    let done = app.imports().accept(order, uploaded, asked, by).await.map_err(refused)?;
    respond::<R>(app, org, done).await
}
