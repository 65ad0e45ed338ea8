//! What stands in the columns: of a cell of figures, and of a call.

use chrono::{DateTime, Utc};
use domain::Timestamp;
use projections::figures::each::CallLine;
use projections::figures::read::{Answer, Cell, Dimension, DimensionValue, Sheet};
use serde_json::Value;

/// The parts of a figure, as an answer names them.
const PARTS: [&str; 4] = ["value", "numerator", "denominator", "n"];

/// The columns of a sheet that is grouped by these dimensions: the bucket, the group, and each
/// figure with what it was made of, so that it can be added up.
pub(super) fn columns_of<S: Sheet>(dimensions: &[Dimension]) -> Vec<String> {
    let bucket = ["bucket_start", "bucket_end", "label", "partial", "provisional"];
    let groups = dimensions.iter().map(|dimension| dimension.word());
    let mut columns: Vec<String> = bucket.into_iter().chain(groups).map(str::to_owned).collect();
    for figure in S::FIGURES {
        columns.push(figure.means.name.to_owned());
        columns.extend(PARTS.iter().skip(1).map(|part| format!("{}_{part}", figure.means.name)));
    }
    columns
}

/// The rows of an answer, a cell each.
///
/// # Errors
/// A figure cannot be written.
pub(super) fn rows_of<S: Sheet>(
    answer: &Answer<S>,
    dimensions: &[Dimension],
) -> Result<Vec<Vec<Value>>, serde_json::Error> {
    answer.series.iter().map(|cell| row_of(cell, dimensions)).collect()
}

fn row_of<S: Sheet>(
    cell: &Cell<S>,
    dimensions: &[Dimension],
) -> Result<Vec<Value>, serde_json::Error> {
    let mut row = vec![
        cell.bucket_start.to_string().into(),
        cell.bucket_end.to_string().into(),
        cell.label.clone().into(),
        cell.partial.into(),
        cell.provisional.into(),
    ];
    for dimension in dimensions {
        row.push(match cell.dims.get(dimension.word()) {
            Some(DimensionValue::Text(text)) => text.clone().into(),
            Some(DimensionValue::Number(number)) => (*number).into(),
            Some(DimensionValue::Nothing) | None => Value::Null,
        });
    }
    // As an answer writes them: whole numbers without a fraction.
    let metrics = serde_json::to_value(&cell.metrics)?;
    for figure in S::FIGURES {
        let metric = metrics.get(figure.means.name);
        row.extend(
            PARTS.iter().map(|part| {
                metric.and_then(|metric| metric.get(part)).cloned().unwrap_or_default()
            }),
        );
    }
    Ok(row)
}

/// A column of calls is a line.
macro_rules! columns {
    ($line:ident: $($name:ident = $value:expr,)+) => {
        /// The columns of calls.
        pub(super) fn call_columns() -> Vec<String> {
            [$(stringify!($name)),+].map(str::to_owned).into()
        }

        /// A call in these columns.
        pub(super) fn call_row($line: CallLine) -> Vec<Value> {
            vec![$($value.into()),+]
        }
    };
}

columns! { line:
    call_id = line.call_id.to_string(),
    created_at = instant(Some(line.created_at)),
    direction = line.direction,
    provider = line.provider,
    test = line.test,
    queue_id = line.queue_id.map(|id| id.to_string()),
    queue_label = line.queue_label,
    campaign_id = line.campaign_id.map(|id| id.to_string()),
    campaign_label = line.campaign_label,
    agent_id = line.agent_id.map(|id| id.to_string()),
    ringing_at = instant(line.ringing_at),
    answered_at = instant(line.answered_at),
    ended_at = instant(line.ended_at),
    handled_at = instant(line.handled_at),
    answered_by = line.answered_by,
    end_status = line.end_status,
    ring_ms = line.ring_ms,
    queue_ms = line.queue_ms,
    talk_ms = line.talk_ms,
    hold_ms = line.hold_ms,
    wrap_ms = line.wrap_ms,
    handle_ms = line.handle_ms,
    total_ms = line.total_ms,
    holds = line.holds,
    agent_segments = line.agent_segments,
    queue_segments = line.queue_segments,
    disposition = line.disposition,
    human_contact = line.human_contact,
    right_party = line.right_party,
    conversion = line.conversion,
    resolved = line.resolved,
    rating = line.rating,
    sentiment = line.score.map(|score| f64::from(score) / 1e4),
}

fn instant(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(|at| Timestamp::from(at).to_string())
}
