//! The question of an export: that of a report, with its parameters in a body.

use domain::call::Direction;
use domain::export::{ExportFormat, Report};
use form_urlencoded::Serializer;
use http::Uri;
use processes::exports::Asked;
use projections::figures::behind::AskedFor;
use projections::figures::read::{CallMetricsQuery, GroupBy, check};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::analytics::agents::AgentParameters;
use crate::analytics::campaigns::CampaignParameters;
use crate::analytics::dispositions::{DispositionParameters, DispositionQuery};
use crate::analytics::ivr::IvrParameters;
use crate::analytics::query::{Asks, CallMetricsParameters};
use crate::analytics::queues::QueueParameters;
use crate::analytics::reply::failed;
use crate::http::app::App;
use crate::http::problem::{Problem, VALIDATION_FAILED};
use crate::http::query::parsed;
use crate::http::read::Head;

/// What is asked for. Beside the report and the format these are the parameters of the report's
/// question (`GET /analytics/…`), of which it knows some; a list has its values one by one. Nothing
/// can be asked for by a number.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    #[schema(inline)]
    report: Report,
    #[schema(inline)]
    format: ExportFormat,
    /// From this instant, or from the beginning of this local date.
    #[schema(example = "2026-03-01")]
    from: String,
    /// Until before this instant, or before the beginning of this local date; at most 400 days
    /// later.
    #[schema(example = "2026-04-01")]
    to: String,
    /// Where days begin, an IANA name; as the organization has it where nothing is said.
    tz: Option<String>,
    /// `15m`, `hour`, `day`, `week`, `month` or `none`, which is the default. Not of `call_facts`.
    group_by: Option<String>,
    #[schema(inline)]
    direction: Option<Direction>,
    queue_id: Option<Vec<Uuid>>,
    campaign_id: Option<Vec<Uuid>>,
    agent_id: Option<Vec<Uuid>>,
    /// Of `ivr`.
    flow_id: Option<Vec<Uuid>>,
    /// Of `agents` and `calls`: who is in one of these teams when the file is written.
    team_id: Option<Vec<Uuid>>,
    /// Of `calls`.
    dimensions: Option<Vec<String>>,
    /// Of `calls` and `queues`, as the next five.
    #[schema(maximum = 86400)]
    sl_seconds: Option<u32>,
    sl_method: Option<String>,
    #[schema(maximum = 86400)]
    short_abandon_seconds: Option<u32>,
    include_flow_outs: Option<bool>,
    include_short_abandons: Option<bool>,
    include_abandons: Option<bool>,
    /// Of `queues`.
    #[schema(exclusive_minimum = 0, maximum = 1)]
    sl_target: Option<f64>,
    /// Of `calls`.
    level: Option<String>,
    include_test: Option<bool>,
    /// Of `calls`.
    fcr_mode: Option<String>,
    /// Of `calls`.
    #[schema(minimum = 1, maximum = 720)]
    fcr_window_hours: Option<u32>,
}

/// What of a call's facts is asked for: as of dispositions, one by one.
#[derive(Deserialize)]
#[serde(transparent)]
struct CallFactsParameters(DispositionParameters);

impl Asks for CallFactsParameters {
    type Understood = DispositionQuery;

    fn asked(&self) -> AskedFor {
        self.0.asked()
    }

    async fn read(
        self,
        app: &App,
        head: &Head,
    ) -> Result<(CallMetricsQuery, DispositionQuery), Problem> {
        let (query, understood) = self.0.read(app, head).await?;
        match query.group_by {
            GroupBy::None => Ok((query, understood)),
            _ => Err(Problem::query("group_by", "calls are not grouped")),
        }
    }
}

impl ExportRequest {
    /// The question as it was understood: as the report itself understands it.
    ///
    /// # Errors
    /// What the report says of it, with the field of the body.
    pub(super) async fn read(self, app: &App, head: &Head) -> Result<Asked, Problem> {
        let (report, format) = (self.report, self.format);
        let uri = self.uri()?;
        let query = match report {
            Report::Calls => understood::<CallMetricsParameters>(&uri, app, head).await,
            Report::Agents => understood::<AgentParameters>(&uri, app, head).await,
            Report::Campaigns => understood::<CampaignParameters>(&uri, app, head).await,
            Report::Queues => understood::<QueueParameters>(&uri, app, head).await,
            Report::Dispositions => understood::<DispositionParameters>(&uri, app, head).await,
            Report::Ivr => understood::<IvrParameters>(&uri, app, head).await,
            Report::CallFacts => understood::<CallFactsParameters>(&uri, app, head).await,
        };
        Ok(Asked { report, format, query: query.map_err(Problem::in_body)? })
    }

    /// The parameters as they stand in the address of the report.
    fn uri(&self) -> Result<Uri, Problem> {
        let fields = serde_json::to_value(self).map_err(|error| Problem::fault(&error))?;
        let mut query = Serializer::new(String::new());
        let fields = fields.as_object().into_iter().flatten();
        for (name, value) in fields.filter(|(name, _)| !["report", "format"].contains(&&***name)) {
            match value {
                Value::Null => {}
                Value::Array(values) if values.is_empty() => {}
                Value::Array(values) => {
                    let values: Vec<String> = values.iter().map(plain).collect();
                    query.append_pair(name, &values.join(","));
                }
                value => {
                    query.append_pair(name, &plain(value));
                }
            }
        }
        let long = |_| Problem::of(&VALIDATION_FAILED).because("the question is too long");
        format!("/?{}", query.finish()).parse().map_err(long)
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What was understood, with the agents who were asked for: whom of them the caller sees, is looked
/// at when the file is written.
async fn understood<P: Asks>(uri: &Uri, app: &App, head: &Head) -> Result<Value, Problem> {
    let asked: P = parsed(uri)?;
    let agents = asked.asked().agents;
    let (query, understood) = asked.read(app, head).await?;
    check(&query).map_err(failed)?;
    let mut understood = serde_json::to_value(understood).map_err(|e| Problem::fault(&e))?;
    if let Some(fields) = understood.as_object_mut() {
        fields.insert("tz".to_owned(), query.tz.name().into());
        // Nobody can ask for one.
        fields.remove("number");
        if let Some(among) = fields.get_mut("agent_id") {
            *among = agents.iter().map(Uuid::to_string).collect();
        }
    }
    Ok(understood)
}
