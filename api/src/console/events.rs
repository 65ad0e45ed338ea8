//! Server-sent events (WHATWG HTML, 9.2), read one by one from a body.

use std::fmt;

use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use futures::stream::{Stream, unfold};

/// One event, or only what keeps a connection alive.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// Its data, the lines joined.
    pub data: Option<String>,
    /// All other lines, as they came.
    others: Vec<String>,
}

impl Event {
    fn of(block: &str) -> Self {
        let mut event = Self::default();
        for line in block.lines().filter(|line| !line.is_empty()) {
            match line.strip_prefix("data:") {
                None => event.others.push(line.to_owned()),
                Some(rest) => {
                    let rest = rest.strip_prefix(' ').unwrap_or(rest);
                    let data = event.data.get_or_insert_default();
                    if !data.is_empty() {
                        data.push('\n');
                    }
                    data.push_str(rest);
                }
            }
        }
        event
    }
}

impl fmt::Display for Event {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.others {
            writeln!(to, "{line}")?;
        }
        for line in self.data.iter().flat_map(|data| data.lines()) {
            writeln!(to, "data: {line}")?;
        }
        writeln!(to)
    }
}

/// The events of a body, one after the other, each as soon as it is whole.
pub(super) fn events(body: Body) -> impl Stream<Item = Result<Event, axum::Error>> {
    let begun = (body.into_data_stream(), Vec::<u8>::new());
    unfold(begun, async |(mut body, mut held)| {
        let event = next(&mut body, &mut held).await?;
        Some((event, (body, held)))
    })
}

async fn next(body: &mut BodyDataStream, held: &mut Vec<u8>) -> Option<Result<Event, axum::Error>> {
    loop {
        if let Some(end) = held.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = held.drain(..end + 2).collect();
            return Some(Ok(Event::of(&String::from_utf8_lossy(&block))));
        }
        match body.next().await? {
            Ok(bytes) => held.extend_from_slice(&bytes),
            Err(error) => return Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_are_told_apart_however_they_are_cut() {
        let text = "retry: 2000\n\n:\n\nid: 7\nevent: board\ndata: {\"a\":\ndata:1}\n\nid: 8\n";
        for cut in 1..text.len() {
            let (one, other) = text.split_at(cut);
            let parts = [one, other].map(|part| Ok::<_, axum::Error>(part.to_owned()));
            let body = Body::from_stream(futures::stream::iter(parts));
            let told_apart: Vec<_> = events(body).map(Result::ok).collect().await;
            let told = |lines: &[&str], data: Option<&str>| {
                let others = lines.iter().map(|line| (*line).to_owned()).collect();
                Some(Event { data: data.map(str::to_owned), others })
            };
            let board = told(&["id: 7", "event: board"], Some("{\"a\":\n1}"));
            assert_eq!(
                told_apart,
                [told(&["retry: 2000"], None), told(&[":"], None), board],
                "{cut}"
            );
        }
    }

    #[test]
    fn an_event_is_written_as_it_was_read() {
        let event = Event::of("id: 7\nevent: board\ndata: a\ndata: b\n\n");
        assert_eq!(event.to_string(), "id: 7\nevent: board\ndata: a\ndata: b\n\n");
    }
}
