//! Rows into the tables, one statement each: COPY for what is new, else one
//! array per column.

use sqlx::PgConnection;

use super::{
    batch::Folded,
    row::{CallFact, WaitFact},
    sheet::Sheet,
};

macro_rules! column {
    ($rows:expr, $($field:tt)+) => {
        $rows.iter().map(|row| row.$($field)+).collect::<Vec<_>>()
    };
}

/// Writes calls that have no rows yet into a build, by COPY: it costs the server
/// half of what arrays do.
pub(super) async fn insert(tx: &mut PgConnection, calls: &[&Folded]) -> Result<(), sqlx::Error> {
    let (mut facts, mut waits) = (Sheet::new(), Sheet::new());
    for call in calls {
        call.fact.put(&mut facts);
        call.waits.iter().for_each(|wait| wait.put(&mut waits));
    }
    copy(tx, include_str!("insert.sql"), facts).await?;
    copy(tx, include_str!("insert_segments.sql"), waits).await
}

async fn copy(tx: &mut PgConnection, statement: &str, sheet: Sheet) -> Result<(), sqlx::Error> {
    if sheet.is_empty() {
        return Ok(());
    }
    let mut copy = tx.copy_in_raw(statement).await?;
    copy.send(sheet.finish()).await?;
    copy.finish().await?;
    Ok(())
}

/// Writes calls, with rows or without.
pub(super) async fn upsert(tx: &mut PgConnection, calls: &[&Folded]) -> Result<(), sqlx::Error> {
    let facts: Vec<&CallFact> = calls.iter().map(|call| &call.fact).collect();
    let waits: Vec<&WaitFact> = calls.iter().flat_map(|call| &call.waits).collect();
    upsert_facts(tx, &facts).await?;
    upsert_waits(tx, &waits).await
}

async fn upsert_facts(tx: &mut PgConnection, rows: &[&CallFact]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let upsert = sqlx::query_file!(
        "src/call_facts/upsert.sql",
        &column!(rows, org_id) as _,
        &column!(rows, call_id) as _,
        &column!(rows, last_position) as _,
        &column!(rows, updated_at) as _,
        &column!(rows, direction.as_str()) as _,
        &column!(rows, provider.as_deref()) as _,
        &column!(rows, subject_id) as _,
        &column!(rows, test) as _,
        &column!(rows, queue_id) as _,
        &column!(rows, queue_label.as_deref()) as _,
        &column!(rows, campaign_id) as _,
        &column!(rows, campaign_label.as_deref()) as _,
        &column!(rows, agent_id) as _,
        &column!(rows, agent_label.as_deref()) as _,
        &column!(rows, created_at) as _,
        &column!(rows, ringing_at) as _,
        &column!(rows, answered_at) as _,
        &column!(rows, ended_at) as _,
        &column!(rows, handled_at) as _,
        &column!(rows, answered_by.as_deref()) as _,
        &column!(rows, end_status.as_deref()) as _,
        &column!(rows, ring_ms) as _,
        &column!(rows, queue_ms) as _,
        &column!(rows, talk_ms) as _,
        &column!(rows, hold_ms) as _,
        &column!(rows, wrap_ms) as _,
        &column!(rows, handle_ms) as _,
        &column!(rows, total_ms) as _,
        &column!(rows, holds) as _,
        &column!(rows, agent_segments) as _,
        &column!(rows, queue_segments) as _,
        &column!(rows, disposition.as_deref()) as _,
        &column!(rows, human_contact) as _,
        &column!(rows, right_party) as _,
        &column!(rows, conversion) as _,
        &column!(rows, resolved) as _,
        &column!(rows, rating) as _,
        &column!(rows, connected_ms) as _,
        &column!(rows, connected_at) as _,
        &column!(rows, handling_until) as _,
        &column!(rows, held_at) as _,
        &column!(rows, wrapping_since) as _,
        &column!(rows, identified) as _,
        &column!(rows, dialed.as_deref()) as _,
        &column!(rows, resolves) as _,
        &column!(rows, topic.as_deref()) as _,
    );
    upsert.execute(tx).await?;
    Ok(())
}

/// Writes waits, with rows or without.
async fn upsert_waits(tx: &mut PgConnection, rows: &[&WaitFact]) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let upsert = sqlx::query_file!(
        "src/call_facts/upsert_segments.sql",
        &column!(rows, org_id) as _,
        &column!(rows, call_id) as _,
        &column!(rows, queue_segment) as _,
        &column!(rows, queue_id) as _,
        &column!(rows, queue_label.as_deref()) as _,
        &column!(rows, campaign_id) as _,
        &column!(rows, campaign_label.as_deref()) as _,
        &column!(rows, agent_id) as _,
        &column!(rows, agent_label.as_deref()) as _,
        &column!(rows, direction.as_str()) as _,
        &column!(rows, subject_id) as _,
        &column!(rows, test) as _,
        &column!(rows, queued_at) as _,
        &column!(rows, dequeued_at) as _,
        &column!(rows, reason.as_deref()) as _,
        &column!(rows, wait_ms) as _,
    );
    upsert.execute(tx).await?;
    Ok(())
}
