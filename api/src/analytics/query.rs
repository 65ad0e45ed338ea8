//! The question about calls, from its parameters to its values.

use domain::call::Direction;
use domain::{OrgId, PhoneNumber, SubjectId, Timestamp};
use projections::figures::behind::AskedFor;
use projections::figures::read::{CallMetricsQuery, Dimension, FcrMode, GroupBy, Level, SlMethod};
use projections::teams::read as teams;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::now::known;
use crate::http::app::App;
use crate::http::problem::{
    INVALID_PHONE_NUMBER, Problem, UNSUPPORTED_DIMENSION, keyring_failed, unavailable,
};
use crate::http::query::{Several, word};
use crate::http::reach::Reach;
use crate::http::read::Head;
use crate::http::span::{Span, grouped};

/// The longest time that a service level or a short abandon can be about.
const MAX_SECONDS: u32 = 86_400;

/// A question about figures, by its parameters.
pub(super) trait Asks: DeserializeOwned + Send {
    /// How it was understood.
    type Understood: Serialize + Send;

    /// Who is asked for, whether the caller sees them or not; everybody where nobody is named.
    fn asked(&self) -> AskedFor {
        AskedFor::default()
    }

    /// The question, and how it was understood.
    ///
    /// # Errors
    /// What is wrong with a parameter, or is not the caller's.
    fn read(
        self,
        app: &App,
        head: &Head,
    ) -> impl Future<Output = Result<(CallMetricsQuery, Self::Understood), Problem>> + Send;
}

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CallMetricsParameters {
    /// From this instant, or from the beginning of this local date.
    #[param(example = "2026-03-01")]
    from: String,
    /// Until before this instant, or before the beginning of this local date;
    /// at most 400 days later.
    #[param(example = "2026-04-01")]
    to: String,
    /// Where days begin, an IANA name; as the organization has it where nothing is said.
    #[param(example = "Europe/Prague")]
    tz: Option<String>,
    /// `15m`, `hour`, `day`, `week`, `month` or `none`, which is the default.
    group_by: Option<String>,
    /// Only calls of this direction.
    #[param(inline)]
    direction: Option<Direction>,
    /// Only of these queues, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    queue_id: Several<Uuid>,
    /// Only of these campaigns, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    campaign_id: Several<Uuid>,
    /// Only of these agents, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    agent_id: Several<Uuid>,
    /// Only of who is in one of these teams now, with commas.
    #[serde(default)]
    #[param(value_type = Vec<Uuid>, style = Form, explode = false)]
    team_id: Several<Uuid>,
    /// Only with these numbers, with commas.
    #[serde(default)]
    #[param(value_type = Vec<String>, style = Form, explode = false)]
    number: Several<String>,
    /// At most two of `queue`, `campaign`, `team`, `agent`, `disposition`, `hour_of_day`,
    /// `weekday`, with commas. A call of an agent who is in two teams now is in the cells of both,
    /// and once in the totals.
    #[serde(default)]
    #[param(value_type = Vec<String>, style = Form, explode = false)]
    dimensions: Several<String>,
    /// X of the service level; 20 where nothing is said.
    #[param(maximum = 86400)]
    sl_seconds: Option<u32>,
    /// `standard`, which is the default, or `dequeue`.
    sl_method: Option<String>,
    /// Who leaves before that was not abandoned by us; 5 where nothing is said.
    #[param(maximum = 86400)]
    short_abandon_seconds: Option<u32>,
    /// Flow-outs belong into the denominator of the service level.
    #[serde(default)]
    include_flow_outs: bool,
    /// Short abandons count like all others.
    #[serde(default)]
    include_short_abandons: bool,
    /// Abandons belong into the denominator of the service level; `true` where
    /// nothing is said.
    include_abandons: Option<bool>,
    /// `segment`, which is the default: a call that waits twice was offered twice; or `call`: the
    /// first wait of each.
    level: Option<String>,
    /// Calls that are marked as tests count too.
    #[serde(default)]
    include_test: bool,
    /// `disposition`, which is the default: the result settles the matter and nobody calls
    /// again; or `behavioral`: nobody calls again.
    fcr_mode: Option<String>,
    /// In how many hours somebody calls again, if they do; as the organization has it, which is 168
    /// where it says nothing.
    #[param(minimum = 1, maximum = 720)]
    fcr_window_hours: Option<u32>,
}

/// The question as it was understood.
#[derive(Serialize, ToSchema)]
pub struct NormalizedQuery {
    from: Timestamp,
    to: Timestamp,
    group_by: GroupBy,
    direction: Option<Direction>,
    queue_id: Vec<Uuid>,
    campaign_id: Vec<Uuid>,
    /// Of whom; everybody where empty.
    agent_id: Vec<Uuid>,
    team_id: Vec<Uuid>,
    /// Normalized.
    number: Vec<String>,
    dimensions: Vec<Dimension>,
    sl_seconds: u32,
    sl_method: SlMethod,
    short_abandon_seconds: u32,
    include_flow_outs: bool,
    include_short_abandons: bool,
    include_abandons: bool,
    level: Level,
    include_test: bool,
    fcr_mode: FcrMode,
    fcr_window_hours: u32,
}

impl Asks for CallMetricsParameters {
    type Understood = NormalizedQuery;

    fn asked(&self) -> AskedFor {
        AskedFor { agents: self.agent_id.0.clone(), teams: self.team_id.0.clone() }
    }

    async fn read(
        self,
        app: &App,
        head: &Head,
    ) -> Result<(CallMetricsQuery, NormalizedQuery), Problem> {
        let (caller, org) = (&head.caller, head.caller.org);
        let Span { from, to, tz } =
            Span::read(app, head.caller.org, (&self.from, &self.to), self.tz.as_deref()).await?;
        caller.may_ask_for_numbers(!self.number.0.is_empty())?;
        let numbers = numbers(&self.number.0)?;
        let level = word("level", self.level.as_deref(), Level::WORDS, Level::parse)?;
        let query = CallMetricsQuery {
            direction: self.direction,
            queue_ids: self.queue_id.0,
            campaign_ids: self.campaign_id.0,
            agent_ids: whose(app, head, &self.team_id.0, self.agent_id.0).await?,
            subjects: subjects(app, org, &numbers).await?,
            dimensions: dimensions(&self.dimensions.0)?,
            sl_seconds: seconds("sl_seconds", self.sl_seconds, 20)?,
            sl_method: word("sl_method", self.sl_method.as_deref(), SlMethod::WORDS, |text| {
                SlMethod::parse(text)
            })?
            .unwrap_or(SlMethod::Standard),
            short_abandon_seconds: seconds("short_abandon_seconds", self.short_abandon_seconds, 5)?,
            include_flow_outs: self.include_flow_outs,
            include_short_abandons: self.include_short_abandons,
            include_abandons: self.include_abandons.unwrap_or(true),
            level: level.unwrap_or(Level::Segment),
            include_test: self.include_test,
            fcr_mode: word("fcr_mode", self.fcr_mode.as_deref(), FcrMode::WORDS, FcrMode::parse)?
                .unwrap_or(FcrMode::Disposition),
            fcr_window_hours: match self.fcr_window_hours {
                Some(asked) => hours(asked)?,
                None => app.settings(org).await?.fcr_window_hours(),
            },
            ..CallMetricsQuery::new(
                from,
                to,
                tz,
                grouped(self.group_by.as_deref())?.unwrap_or(GroupBy::None),
            )
        };
        let normalized = NormalizedQuery::of(&query, self.team_id.0, &numbers);
        Ok((query, normalized))
    }
}

impl NormalizedQuery {
    fn of(query: &CallMetricsQuery, team_id: Vec<Uuid>, numbers: &[PhoneNumber]) -> Self {
        Self {
            from: query.from,
            to: query.to,
            group_by: query.group_by,
            direction: query.direction,
            queue_id: query.queue_ids.clone(),
            campaign_id: query.campaign_ids.clone(),
            agent_id: query.agent_ids.clone(),
            team_id,
            number: numbers.iter().map(|number| number.as_str().to_owned()).collect(),
            dimensions: query.dimensions.clone(),
            sl_seconds: query.sl_seconds,
            sl_method: query.sl_method,
            short_abandon_seconds: query.short_abandon_seconds,
            include_flow_outs: query.include_flow_outs,
            include_short_abandons: query.include_short_abandons,
            include_abandons: query.include_abandons,
            level: query.level,
            include_test: query.include_test,
            fcr_mode: query.fcr_mode,
            fcr_window_hours: query.fcr_window_hours,
        }
    }
}

/// The agents who are asked for, as far as the caller sees them: some of those who are in one of
/// some teams now, or of all.
///
/// # Errors
/// `not-your-resource`; `invalid-reference`, where there is no such team; the read model is away.
pub(super) async fn whose(
    app: &App,
    head: &Head,
    teams: &[Uuid],
    agents: Vec<Uuid>,
) -> Result<Vec<Uuid>, Problem> {
    let among = Reach::fresh(app, head).await?.among(agents)?;
    if !teams.is_empty() {
        head.fresh(app, "teams").await?;
        known(app.database(), head.caller.org, teams).await?;
    }
    let whose = teams::of_teams(app.database(), head.caller.org, teams, among).await;
    whose.map_err(|error| unavailable(&error))
}

pub(super) fn seconds(name: &str, asked: Option<u32>, default: u32) -> Result<u32, Problem> {
    match asked.unwrap_or(default) {
        seconds if seconds <= MAX_SECONDS => Ok(seconds),
        _ => Err(Problem::query(name, format!("at most {MAX_SECONDS} seconds"))),
    }
}

fn hours(asked: u32) -> Result<u32, Problem> {
    match asked {
        hours @ 1..=720 => Ok(hours),
        _ => Err(Problem::query("fcr_window_hours", "1 to 720 hours")),
    }
}

fn dimensions(names: &[String]) -> Result<Vec<Dimension>, Problem> {
    let parsed = names.iter().map(|name| {
        let known = Dimension::parse(name).filter(|known| Dimension::OF_CALLS.contains(known));
        known.ok_or_else(|| {
            let words = Dimension::OF_CALLS.map(Dimension::word).join(", ");
            let words = format!("known dimensions are {words}");
            Problem::at(&UNSUPPORTED_DIMENSION, "?dimensions", "unsupported-dimension", words)
        })
    });
    parsed.collect()
}

fn numbers(texts: &[String]) -> Result<Vec<PhoneNumber>, Problem> {
    let parsed = texts.iter().map(|text| {
        PhoneNumber::parse(text).map_err(|error| {
            let code = "invalid-phone-number";
            Problem::at(&INVALID_PHONE_NUMBER, "?number", code, error.to_string())
        })
    });
    parsed.collect()
}

async fn subjects(
    app: &App,
    org: OrgId,
    numbers: &[PhoneNumber],
) -> Result<Vec<SubjectId>, Problem> {
    let mut subjects = Vec::with_capacity(numbers.len());
    for number in numbers {
        let subject = app.commands().known_subject_of_number(org, number).await;
        let subject = subject.map_err(|error| keyring_failed(&error))?;
        subjects.push(subject.unwrap_or_else(SubjectId::nobody));
    }
    Ok(subjects)
}
