//! The export of the old system, made while it is read.

use std::io::{self, Read, Write as _};

use super::{Calls, Made};

/// Whom the calls are with: numbers of one country.
const PEOPLE: &str = "+42077";

/// Which of its columns is what.
pub(super) const MAP: &str = "
source = \"center\"
[columns]
source_id = \"id\"
direction = \"direction\"
from = \"from\"
to = \"to\"
started_at = \"start\"
answered = \"answered\"
wait_seconds = \"wait\"
talk_seconds = \"talk\"
hold_seconds = \"hold\"
wrap_seconds = \"wrap\"
agent = \"agent\"
queue = \"queue\"
campaign = \"campaign\"
attempts = \"attempt\"
disposition = \"disposition\"
resolved = \"resolved\"
rating = \"rating\"
test = \"test\"
";
const HEADER: &[u8] = b"id,direction,from,to,start,answered,wait,talk,hold,wrap,agent,queue,\
                        campaign,attempt,disposition,resolved,rating,test\n";

/// CSV with a header.
pub struct Export {
    calls: Calls,
    number: u64,
    line: Vec<u8>,
    read: usize,
}

impl Export {
    pub(super) fn new(calls: Calls) -> Self {
        Self { calls, number: 0, line: HEADER.to_vec(), read: 0 }
    }

    fn write(&mut self, call: &Made) -> io::Result<()> {
        let direction = if call.inbound { "inbound" } else { "outbound" };
        let (from, to) = if call.inbound { (PEOPLE, "") } else { ("", PEOPLE) };
        write!(self.line, "{},{direction}", self.number)?;
        for side in [from, to] {
            match side {
                "" => write!(self.line, ",")?,
                people => write!(self.line, ",{people}{:07}", call.person)?,
            }
        }
        write!(self.line, ",{},{}", call.at, call.answered)?;
        seconds(&mut self.line, Some(call.wait_ms))?;
        for ms in [call.talk_ms, call.hold_ms, call.wrap_ms] {
            seconds(&mut self.line, call.answered.then_some(ms))?;
        }
        match call.agent {
            Some(agent) => write!(self.line, ",agent {agent:03}")?,
            None => write!(self.line, ",")?,
        }
        for word in [call.queue, call.campaign] {
            // A comma is in none of them but in quotes.
            write!(self.line, ",\"{}\"", word.unwrap_or_default())?;
        }
        let number = |number: Option<u32>| number.map_or(String::new(), |one| one.to_string());
        let resolved = call.resolved.map_or("", |resolved| if resolved { "yes" } else { "no" });
        writeln!(
            self.line,
            ",{},{},{resolved},{},{}",
            number(call.attempt),
            call.disposition.unwrap_or_default(),
            number(call.rating.map(u32::from)),
            call.test
        )
    }
}

fn seconds(line: &mut Vec<u8>, ms: Option<i64>) -> io::Result<()> {
    match ms {
        Some(ms) => write!(line, ",{}.{:03}", ms / 1_000, ms % 1_000),
        None => write!(line, ","),
    }
}

impl Read for Export {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read == self.line.len() {
            self.line.clear();
            self.read = 0;
            while self.line.len() < 64 * 1_024
                && let Some(call) = self.calls.next()
            {
                self.number += 1;
                self.write(&call)?;
            }
        }
        let left = self.line.get(self.read..).unwrap_or_default();
        let taken = left.len().min(into.len());
        let (Some(to), Some(from)) = (into.get_mut(..taken), left.get(..taken)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.read += taken;
        Ok(taken)
    }
}
