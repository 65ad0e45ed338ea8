//! Which alerts somebody sees: agents their own and those of their calls, supervisors the same of
//! whom they supervise and what is nobody's, others all of them.

use domain::Role;
use projections::alerts::read::{self, AlertFilter, AlertRow, Sight};
use uuid::Uuid;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::operations::operations;
use crate::http::problem::{Problem, unavailable};
use crate::http::reach::Reach;

/// What a caller sees.
pub(super) fn sight(caller: &Caller, reach: Reach) -> Sight {
    match reach {
        Reach::Everybody => Sight::default(),
        Reach::Only(agents) => {
            let supervises = caller.role == Role::Supervisor;
            Sight { agents: Some(agents), nobodys: supervises, payments: supervises }
        }
    }
}

/// One alert that a caller sees.
pub(super) async fn seen(app: &App, caller: &Caller, id: Uuid) -> Result<AlertRow, Problem> {
    let sight = sight(caller, Reach::of(app, caller).await?);
    let filter = AlertFilter { id: Some(id), sight, ..AlertFilter::default() };
    let found = read::list(app.database(), caller.org, &filter, None, 1).await;
    found.map_err(|error| unavailable(&error))?.pop().ok_or_else(Problem::not_found)
}

/// How many alerts of those that are seen are open, 1000 at most; `None` for whoever may not see
/// alerts.
pub(super) async fn open(
    app: &App,
    caller: &Caller,
    sight: Sight,
) -> Result<Option<usize>, Problem> {
    let list = operations().find(|operation| operation.id == "listAlerts");
    if !list.is_some_and(|operation| operation.roles.contains(&caller.role)) {
        return Ok(None);
    }
    let open = read::count_open(app.database(), caller.org, sight).await;
    Ok(Some(open.map_err(|error| unavailable(&error))?))
}
