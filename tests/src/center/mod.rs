//! A call center of any size, made of the shape of real ones, the same for the same seed.
//!
//! Its calls are rows of an old system's export ([`Center::export`]), which the product's own
//! import brings in ([`fill()`]), so that every one of them has come to be as a customer's
//! history does; the read models are left to the product's own projectors. How its customers feel
//! follows as runs of the product's own engine over what real people said on the telephone, and
//! what its agents did all day as their own facts.
//!
//! From data sets (`tests/data/` and beside it, each with its source):
//!
//! - Weekdays of arrivals, Monday to Friday: the days of contacts in `uci-bank-marketing`
//!   (`bank-additional`).
//! - Talk time, attempts, whether it is a sale, and the campaign (mobile or landline): the same;
//!   whole rows are drawn, so that what belongs together stays together. Inbound calls have its
//!   talk times too: no other real ones are there.
//! - How many attempts reach somebody: the same; the last one of each contact.
//! - How many people the calls are of: the same; as many calls each as a contact has attempts.
//! - Queues, and how many calls each gets: the ten flows of `abcd`, by how many subflows each
//!   has.
//! - What is said in a call, and by whom: stretches of the real calls in `switchboard-sample`,
//!   scored by our engine.
//!
//! From nowhere, because no data set that we may use tells:
//!
//! - Hours of arrivals: two humps between 7 and 21 o'clock. A day of a weekend has a quarter of a
//!   Monday's calls.
//! - Inbound or outbound, holds, wrap-up, ratings, what is resolved, transfers, why nobody was
//!   reached, tests, of how many calls is known what was said: parts of a hundred and means,
//!   named in `call.rs`. Waits and patience are exponential; waits are longer at busy hours.
//! - Shifts of agents: eight hours on weekdays, a break every two. Their calls do not keep them:
//!   an old system's calls have names of agents and no agents.
//!
//! A center of a million calls over a hundred days has 10,000 a day of 150 agents, about 400,000
//! people, and sentiment of a fifth of its calls.

mod call;
mod export;
mod felt;
mod fill;
mod shape;
mod shifts;

pub use call::{Made, QUEUES};
pub use fill::{Filled, SOURCE, fill, import};
pub use shape::Shape;

use std::sync::Arc;

use domain::Timestamp;

use crate::histories::Dice;
use export::Export;

const HOUR_MS: i64 = 3_600_000;

/// Which center.
#[derive(Clone, Debug)]
pub struct Center {
    /// The same seed gives the same calls.
    pub seed: u64,
    /// How many calls it has had.
    pub calls: u64,
    /// Over how many days.
    pub days: u32,
    /// Until when: the last call begins before it.
    pub until: Timestamp,
    /// What real calls look like.
    pub shape: Arc<Shape>,
}

impl Center {
    /// A center that has had so many calls over the last hundred days before an instant.
    ///
    /// # Errors
    /// The data sets cannot be read.
    pub fn before(until: Timestamp, calls: u64, seed: u64) -> anyhow::Result<Self> {
        Ok(Self { seed, calls, days: 100, until, shape: Arc::new(Shape::read()?) })
    }

    /// Its calls in the order in which they began.
    #[must_use]
    pub fn made(&self) -> Calls {
        Calls::new(self.clone())
    }

    /// The export of the old system: CSV with a header, made while it is read.
    #[must_use]
    pub fn export(&self) -> Export {
        Export::new(self.made())
    }

    fn begin(&self) -> Timestamp {
        self.until.plus_ms(-i64::from(self.days) * 24 * HOUR_MS)
    }
}

/// The calls of a center, one after the other.
pub struct Calls {
    center: Center,
    dice: Dice,
    /// What part of all calls begins before the end of each hour.
    upto: Vec<f64>,
    hour: usize,
    made: u64,
    /// Of the hour, the last first.
    starts: Vec<i64>,
}

impl Calls {
    fn new(center: Center) -> Self {
        let begin = center.begin();
        let mut weight = 0.0;
        let hours = (0..i64::from(center.days) * 24).map(|hour| {
            weight += center.shape.weight(begin.plus_ms(hour * HOUR_MS));
            weight
        });
        let upto: Vec<f64> = hours.collect();
        let upto = upto.into_iter().map(|so_far| so_far / weight).collect();
        let dice = Dice::new(center.seed);
        Self { center, dice, upto, hour: 0, made: 0, starts: Vec::new() }
    }

    /// Draws when the calls of the next hour begin; `None` behind the last one.
    fn next_hour(&mut self) -> Option<()> {
        let upto = *self.upto.get(self.hour)?;
        let all = shape::float(self.center.calls);
        let until = shape::whole(all * upto).min(self.center.calls);
        let last = self.hour + 1 == self.upto.len();
        let until = if last { self.center.calls } else { until };
        let begin = self.center.begin().millis();
        let hour = i64::try_from(self.hour).ok()?;
        let mut starts: Vec<i64> =
            (self.made..until).map(|_| begin + hour * HOUR_MS + self.dice.ms(3_600_000)).collect();
        starts.sort_unstable_by(|one, other| other.cmp(one));
        (self.starts, self.made) = (starts, until);
        self.hour += 1;
        Some(())
    }
}

impl Iterator for Calls {
    type Item = Made;

    fn next(&mut self) -> Option<Made> {
        loop {
            if let Some(start) = self.starts.pop() {
                let at = Timestamp::from_millis(start);
                return Some(call::made(&mut self.dice, &self.center, at));
            }
            self.next_hour()?;
        }
    }
}
