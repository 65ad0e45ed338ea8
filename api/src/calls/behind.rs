//! From a figure to its calls: what a cell is called, and which calls are behind it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::OrgId;
use projections::calls::read::CallPlace;
pub(super) use projections::figures::behind::MODELS;
use projections::figures::behind::{AskedFor, BEHIND, Behind, CellKey, Found};
use projections::teams::read as teams;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::page::Asked;
use crate::http::problem::{Problem, VALIDATION_FAILED, unavailable};
use crate::http::reach::Reach;

/// A longer name does not fit into a request beside everything else; a cell of such a question has
/// none.
const MAX_TOKEN: usize = 4 * 1_024;
/// What may be said beside a cell.
const BESIDE: [&str; 6] = ["cell", "figure", "limit", "cursor", "include_total", "sort"];

/// The name of a cell. It is no secret and gives nobody anything: it is a question, written down.
pub(crate) fn token(key: &CellKey) -> Option<String> {
    let token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).ok()?);
    Some(token).filter(|token| token.len() <= MAX_TOKEN)
}

/// A figure of a cell.
pub(super) struct Cell {
    key: CellKey,
    behind: &'static Behind,
}

impl Cell {
    /// The cell of this name, and the figure; nothing else is asked for.
    ///
    /// # Errors
    /// `validation-failed` at `?cell`, `invalid-query`
    pub(super) fn read(
        raw: Option<&str>,
        token: &str,
        figure: Option<&str>,
    ) -> Result<Self, Problem> {
        let names = raw.unwrap_or_default().split('&').filter(|part| !part.is_empty());
        let names = names.map(|part| part.split_once('=').map_or(part, |(name, _)| name));
        for name in names {
            if !BESIDE.contains(&name) {
                let name: String = name.chars().take(64).collect();
                return Err(Problem::query(&name, "a cell stands for all filters"));
            }
        }
        let known = |figure| {
            let names: Vec<&str> = BEHIND.iter().map(|behind| behind.figure).collect();
            let words = format!("figures with calls of their own are {}", names.join(", "));
            Behind::find(figure).ok_or_else(|| Problem::query("figure", words))
        };
        let behind = known(figure.unwrap_or("calls"))?;
        let bytes = Some(token).filter(|token| token.len() <= MAX_TOKEN);
        let bytes = bytes.and_then(|token| URL_SAFE_NO_PAD.decode(token).ok());
        let key = bytes.and_then(|bytes| serde_json::from_slice::<CellKey>(&bytes).ok());
        let key = key.filter(CellKey::is_sound).ok_or_else(|| {
            let words = "this is no `cell` of an answer of analytics";
            Problem::at(&VALIDATION_FAILED, "?cell", "invalid-cell", words)
        })?;
        Ok(Self { key, behind })
    }

    /// Of which agents its calls are, as far as the caller sees.
    ///
    /// # Errors
    /// `not-your-resource`; the read model is away.
    pub(super) async fn agents(
        &self,
        app: &App,
        org: OrgId,
        reach: &Reach,
    ) -> Result<Vec<Uuid>, Problem> {
        let AskedFor { agents, teams } = self.key.asked();
        let agents = teams::of_teams(app.database(), org, &teams, reach.among(agents)?).await;
        agents.map_err(|error| unavailable(&error))
    }

    /// A page of its calls.
    ///
    /// # Errors
    /// The read model is away.
    pub(super) async fn calls(
        &self,
        app: &App,
        org: OrgId,
        (agents, seen): (&[Uuid], &[Uuid]),
        (asked, count): (&Asked<CallPlace>, Option<i64>),
    ) -> Result<Found, Problem> {
        let page = (asked.after.as_ref(), asked.rows());
        let found =
            self.behind.calls(app.database(), (org, agents, seen), &self.key, page, count).await;
        found.map_err(|error| unavailable(&error))
    }
}
