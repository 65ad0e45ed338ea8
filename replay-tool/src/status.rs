//! `replay status`.

use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use database::Role;
use projections::status::{self, ProjectionStatus, State};

use crate::{FINE, Output, Session};

pub(crate) async fn run(session: &Session, output: &mut Output) -> anyhow::Result<u8> {
    let overview = status::read(session.database().pool(Role::Auditor)).await?;
    if output.json {
        output.document(&overview)?;
        return Ok(FINE);
    }
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header(["projection", "version", "state", "position", "lag", "build"]);
    for projection in &overview.projections {
        table.add_row(row(projection));
    }
    output.line(&table.to_string())?;
    output.line(&format!("head of the log: {}", overview.head))?;
    for projection in overview.projections.iter().filter(|one| one.reason.is_some()) {
        let reason = projection.reason.as_deref().unwrap_or_default();
        output.line(&format!("{}: {reason}", projection.name))?;
    }
    Ok(FINE)
}

fn row(projection: &ProjectionStatus) -> [String; 6] {
    let state = match projection.state {
        State::Running => "running",
        State::Paused => "PAUSED",
        State::Stopped => "nobody moves it",
    };
    let (events, ms) = (projection.lag_events, projection.lag_ms);
    let lag = format!("{events} events, {}.{:03} s", ms / 1000, ms % 1000);
    let build = projection.build.as_ref().map_or_else(String::new, |build| {
        let state = if build.active { "" } else { ", resting" };
        format!("{} at {}{state}", build.schema, build.position)
    });
    [
        projection.name.clone(),
        projection.version.to_string(),
        state.to_owned(),
        projection.position.to_string(),
        lag,
        build,
    ]
}
