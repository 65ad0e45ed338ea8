//! Finds calls by what is known of them, newest first.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::call::{Direction, Stage};
use domain::card::contains_card_number;
use domain::sentiment::Label;
use domain::{OrgId, PhoneNumber, SubjectId, Timestamp};
use processes::dispositions;
use projections::calls::read as calls;
use projections::calls::read::{CallFilter, CallPlace, CallRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::behind;
use super::reply::CallReply;
use crate::http::app::App;
use crate::http::json;
use crate::http::page::{self, Asked};
use crate::http::problem::{
    CARD_DATA_NOT_ACCEPTED, INVALID_PHONE_NUMBER, INVALID_SORT, Problem, keyring_failed,
    log_failed, unavailable,
};
use crate::http::query::{Query, Several, span};
use crate::http::reach::Reach;
use crate::http::read::{Freshness, Head};

/// What a call's `status` may be.
const STATUSES: [&str; 9] = [
    "queued",
    "ringing",
    "in_progress",
    "on_hold",
    "completed",
    "busy",
    "no_answer",
    "failed",
    "canceled",
];
/// Counting stops here.
const MAX_TOTAL: i64 = 10_000;

/// Which calls.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCalls {
    /// One or more, with commas: `queued`, `ringing`, `in_progress`, `on_hold`,
    /// `completed`, `busy`, `no_answer`, `failed`, `canceled`.
    #[serde(default)]
    #[param(value_type = Vec<String>, style = Form, explode = false)]
    status: Several<String>,
    /// Where they are handled.
    #[param(inline)]
    stage: Option<Stage>,
    /// Who called whom.
    #[param(inline)]
    direction: Option<Direction>,
    /// With this agent.
    agent_id: Option<Uuid>,
    /// In this queue.
    queue_id: Option<Uuid>,
    /// Made by this campaign.
    campaign_id: Option<Uuid>,
    /// To this contact.
    contact_id: Option<Uuid>,
    /// From or to exactly this number.
    #[param(example = "+420777120001")]
    number: Option<String>,
    /// With this disposition.
    disposition: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// In which the customer felt like that, as the last run of an engine has it.
    #[param(inline)]
    sentiment: Option<Label>,
    /// Begun at this instant or later.
    #[param(inline)]
    from: Option<Timestamp>,
    /// Begun before this instant.
    #[param(inline)]
    to: Option<Timestamp>,
    /// Taking at least so long from beginning to end.
    #[param(minimum = 0)]
    min_duration_ms: Option<u32>,
    /// `true`: not ended; `false`: ended.
    live: Option<bool>,
    /// How many at most, 1 to 100; 20 where nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// Where the list goes on, from `next_cursor`.
    cursor: Option<String>,
    /// Whether to count all of them, up to 10000.
    include_total: Option<bool>,
    /// Exactly the calls behind a figure of this `cell`, or `total_cell`, of an answer of
    /// analytics, as far as the caller sees them; it stands for all other filters.
    cell: Option<String>,
    /// Which figure of the cell; `calls` where nothing is said.
    #[param(example = "abandoned")]
    figure: Option<String>,
    /// `-created_at`, the only order there is.
    sort: Option<String>,
}

/// A page of calls.
#[derive(Serialize, ToSchema)]
pub struct CallList {
    /// The calls, newest first.
    items: Vec<CallReply>,
    /// Where the list goes on; `null` at its end.
    next_cursor: Option<String>,
    /// How many there are, with `include_total=true`.
    total: Option<i64>,
    /// Whether there are more than were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_capped: Option<bool>,
}

/// Finds calls. Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/calls",
    operation_id = "listCalls",
    tag = "calls",
    params(ListCalls),
    responses((status = 200, description = "Calls, newest first", body = CallList))
)]
pub async fn list(
    State(app): State<App>,
    head: Head,
    RawQuery(raw): RawQuery,
    Query(query): Query<ListCalls>,
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let list = ("listCalls", raw.as_deref());
    let asked: Asked<CallPlace> =
        Asked::of(&app, org, list, (query.limit, query.cursor.as_deref()))?;
    let reach = Reach::fresh(&app, &head).await?;
    if let Some(cell) = &query.cell {
        let figure = query.figure.as_deref();
        let counted = query.include_total.unwrap_or_default().then_some(MAX_TOTAL + 1);
        let behind = behind::Cell::read(raw.as_deref(), cell, figure)?;
        let fresh = head.all_fresh(&app, &behind::MODELS).await?;
        let agents = behind.agents(&app, org, &reach).await?;
        let found = behind.calls(&app, org, (&agents, reach.limit()), (&asked, counted)).await?;
        return answer(&app, &head, &asked, (fresh, found.calls, found.total)).await;
    }
    if query.figure.is_some() {
        return Err(Problem::query("figure", "a figure is one of a cell"));
    }
    let agents = reach.among(query.agent_id.into_iter().collect())?;
    head.caller.may_ask_for_numbers(query.number.is_some())?;
    let filter = CallFilter { agents, ..filter(&app, org, &query).await? };
    let models: &[&str] = match filter.sentiment {
        None => &["calls"],
        Some(_) => &["calls", "sentiment"],
    };
    let fresh = head.all_fresh(&app, models).await?;
    let rows = calls::list(app.database(), org, &filter, asked.after.as_ref(), asked.rows()).await;
    let total = match query.include_total {
        Some(true) => {
            let count = calls::count(app.database(), org, &filter, MAX_TOTAL).await;
            Some(count.map_err(|error| unavailable(&error))?)
        }
        _ => None,
    };
    let rows = rows.map_err(|error| unavailable(&error))?;
    answer(&app, &head, &asked, (fresh, rows, total)).await
}

async fn answer(
    app: &App,
    head: &Head,
    asked: &Asked<CallPlace>,
    (fresh, rows, total): (Freshness, Vec<CallRow>, Option<i64>),
) -> Result<Response, Problem> {
    let org = head.caller.org;
    let page = asked.cut(rows);
    let next_cursor = page.next(app, asked, CallPlace::of)?;
    let opened = page.rows.iter().map(async |row| {
        let reply = CallReply::read(app, org, (&row.call, row.id, row.version)).await?;
        Ok(reply.seen_by(head.caller.role))
    });
    Ok(fresh.answer(&CallList {
        items: page::opened(opened).await?,
        next_cursor,
        total: total.map(|count| count.min(MAX_TOTAL)),
        total_capped: total.filter(|count| *count > MAX_TOTAL).map(|_| true),
    }))
}

async fn filter(app: &App, org: OrgId, query: &ListCalls) -> Result<CallFilter, Problem> {
    check(query)?;
    if let Some(code) = &query.disposition {
        let catalog = dispositions::catalog(app.commands(), org).await;
        let (catalog, _) = catalog.map_err(|error| log_failed(&error))?;
        if catalog.find(code).is_none() {
            return Err(Problem::query("disposition", "the catalog has no such code"));
        }
    }
    let subject = match &query.number {
        None => None,
        Some(number) => {
            let number = PhoneNumber::parse(number).map_err(|error| {
                let code = "invalid-phone-number";
                Problem::at(&INVALID_PHONE_NUMBER, "?number", code, error.to_string())
            })?;
            let subject = app.commands().known_subject_of_number(org, &number).await;
            let subject = subject.map_err(|error| keyring_failed(&error))?;
            // Nobody has a call with the number of somebody who is not known.
            Some(subject.unwrap_or_else(SubjectId::nobody))
        }
    };
    Ok(CallFilter {
        statuses: query.status.0.clone(),
        stage: query.stage.map(|stage| stage.word().to_owned()),
        direction: query.direction.map(|direction| direction.word().to_owned()),
        agents: Vec::new(),
        queue_id: query.queue_id,
        campaign_id: query.campaign_id,
        contact_id: query.contact_id,
        subject,
        disposition: query.disposition.clone(),
        tag: query.tag.as_deref().map(json::normalized),
        from: query.from,
        to: query.to,
        min_duration_ms: query.min_duration_ms.map(i64::from),
        sentiment: query.sentiment,
        live: query.live,
    })
}

fn check(query: &ListCalls) -> Result<(), Problem> {
    if let Some(status) = query.status.0.iter().find(|s| !STATUSES.contains(&s.as_str())) {
        let words = format!("`{}` is no status", status.chars().take(32).collect::<String>());
        return Err(Problem::query("status", words));
    }
    if query.tag.as_deref().is_some_and(|tag| tag.is_empty() || tag.chars().count() > 120) {
        return Err(Problem::query("tag", "a tag has 1 to 120 characters"));
    }
    if query.tag.as_deref().is_some_and(contains_card_number) {
        let words = "this looks like payment card data";
        return Err(Problem::at(&CARD_DATA_NOT_ACCEPTED, "?tag", "card-data", words));
    }
    if query.sort.as_deref().is_some_and(|sort| sort != "-created_at") {
        return Err(Problem::at(
            &INVALID_SORT,
            "?sort",
            "invalid-sort",
            "the order is -created_at",
        ));
    }
    span(query.from, query.to)
}
