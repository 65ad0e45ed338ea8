//! `replay events`.

use std::time::Duration;

use database::Role;
use event_store::Feed;
use projections::history::Entry;
use tokio::time::sleep;

use crate::{FINE, Output, Session, cli::EventsWanted, personal::Curtain, stream};

const PAGE: i64 = 500;
const POLL_MIN: Duration = Duration::from_millis(5);
const POLL_MAX: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    session: &Session,
    wanted: &EventsWanted,
    output: &mut Output,
) -> anyhow::Result<u8> {
    let curtain = Curtain::of(session, wanted.view)?;
    let mut feed = Feed::open(session.database().pool(Role::Auditor)).await?;
    let (mut after, mut poll) = (wanted.from - 1, POLL_MIN);
    let mut left = wanted.limit.unwrap_or(u64::MAX);
    while left > 0 {
        let mut entries = Vec::new();
        let mut last = after;
        feed.page(after, PAGE, |event| {
            last = event.position;
            let ours = wanted.view.org.is_none_or(|org| org == event.org_id);
            if ours
                && (wanted.types.is_empty() || wanted.types.iter().any(|t| t == event.event_type))
            {
                entries.push(Entry::of(&event)?);
            }
            Ok::<(), String>(())
        })
        .await?;
        for entry in entries.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            stream::print(entry, &curtain, output).await?;
            left -= 1;
        }
        match (last == after, wanted.follow) {
            (false, _) => poll = POLL_MIN,
            (true, false) => return Ok(FINE),
            (true, true) => {
                sleep(poll).await;
                poll = (poll * 2).min(POLL_MAX);
            }
        }
        after = last;
    }
    Ok(FINE)
}
