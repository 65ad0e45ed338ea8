//! Who may say when somebody has to know: administrators and operators of everything, supervisors
//! of their teams and of whoever belongs to them. A queue and a campaign belong to no team.

use domain::Role;
use domain::alert_rule::{AlertRule, Scope, ScopeType};
use domain::{AlertRuleId, OrgId};
use projections::teams::read as teams;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::caller::Caller;
use crate::http::problem::{NOT_YOUR_RESOURCE, Problem, log_failed, unavailable};
use crate::http::reach::Reach;

/// Refuses a rule that is about what is not the caller's.
pub(super) async fn allows(app: &App, caller: &Caller, scope: Scope) -> Result<(), Problem> {
    if caller.role != Role::Supervisor {
        return Ok(());
    }
    let theirs = match (scope.kind, scope.id) {
        (ScopeType::Team, Some(team)) => {
            let led = teams::led(app.database(), caller.org, caller.user).await;
            led.map_err(|error| unavailable(&error))?.contains(&team)
        }
        (ScopeType::Agent, Some(agent)) => Reach::of(app, caller).await?.includes(agent),
        _ => false,
    };
    let words = "supervisors have rules of their teams and of whoever belongs to them";
    if theirs { Ok(()) } else { Err(Problem::of(&NOT_YOUR_RESOURCE).because(words)) }
}

/// A rule that the caller may change.
pub(super) async fn own(app: &App, caller: &Caller, id: AlertRuleId) -> Result<(), Problem> {
    let (rule, _) = found(app, caller.org, id.uuid()).await?.ok_or_else(Problem::not_found)?;
    allows(app, caller, rule.definition.scope).await
}

/// A rule as the log has it now, and the version of all of them.
pub(super) async fn found(
    app: &App,
    org: OrgId,
    id: Uuid,
) -> Result<Option<(AlertRule, u64)>, Problem> {
    let rules = app.alerts().rules(org).await;
    let (rules, version) = rules.map_err(|error| log_failed(&error))?;
    Ok(rules.find(AlertRuleId::from(id)).cloned().map(|rule| (rule, version)))
}
