//! How many agents it takes (domain/06 §6.11): Erlang C, calls that come at random and wait as long
//! as it takes for the first agent who is free.

/// The most traffic that is computed with, in erlangs.
pub const MAX_TRAFFIC: f64 = 10_000.0;

/// What comes in a stretch of time, and what is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Calls.
    pub calls: u32,
    /// In so many seconds, at least one.
    pub interval_seconds: u32,
    /// How long each keeps an agent, in seconds, at least one.
    pub aht_seconds: f64,
    /// The part of them that is to be answered in time, above 0 and below 1.
    pub target: f64,
    /// What in time means, in seconds.
    pub within_seconds: u32,
    /// The part of paid time in which agents take no calls, from 0 to below 1.
    pub shrinkage: f64,
}

/// How many agents it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staffing {
    /// Calls that go on at once on average, in erlangs.
    pub traffic: f64,
    /// The fewest agents who meet the target.
    pub agents: u32,
    /// So many that as many are there in spite of shrinkage.
    pub scheduled: u32,
}

impl Demand {
    /// Calls that go on at once on average, in erlangs.
    #[must_use]
    pub fn traffic(&self) -> f64 {
        f64::from(self.calls) * self.aht_seconds / f64::from(self.interval_seconds)
    }

    /// The part of calls that so many agents answer in time; none where they are too few for all
    /// of them ever to be answered.
    #[must_use]
    pub fn service_level(&self, agents: u32) -> Option<f64> {
        let (traffic, all) = (self.traffic(), f64::from(agents));
        let waits = wait_probability(traffic, agents)?;
        let decay = (all - traffic) * f64::from(self.within_seconds) / self.aht_seconds;
        Some(1.0 - waits * (-decay).exp())
    }

    /// The part of their time that so many agents are on calls; none where they are too few.
    #[must_use]
    pub fn occupancy(&self, agents: u32) -> Option<f64> {
        let occupancy = self.traffic() / f64::from(agents);
        (occupancy < 1.0).then_some(occupancy)
    }

    /// The fewest agents who meet the target; none above [`MAX_TRAFFIC`].
    #[must_use]
    pub fn staffing(&self) -> Option<Staffing> {
        let traffic = self.traffic();
        // A target that no number of agents meets is met by nobody who asks for it.
        let possible = traffic <= MAX_TRAFFIC && self.target < 1.0 && self.shrinkage < 1.0;
        if !possible {
            return None;
        }
        let meets = |agents: &u32| self.service_level(*agents).is_some_and(|is| is >= self.target);
        let agents = (1..).find(meets)?;
        let there = |scheduled: &u32| {
            f64::from(*scheduled) * (1.0 - self.shrinkage) >= f64::from(agents) - 1e-9
        };
        let scheduled = (agents..).find(there)?;
        Some(Staffing { traffic, agents, scheduled })
    }
}

/// C(n, a): the probability that a call waits; none where the queue grows without an end.
#[must_use]
pub fn wait_probability(traffic: f64, agents: u32) -> Option<f64> {
    if f64::from(agents) <= traffic {
        return None;
    }
    // Erlang B by its recurrence, which neither overflows nor cancels.
    let blocked = (1..=agents).fold(1.0, |blocked, agents| {
        let carried = traffic * blocked;
        carried / (f64::from(agents) + carried)
    });
    let busy = traffic / f64::from(agents);
    Some(blocked / (1.0 - busy * (1.0 - blocked)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const CHECK: Demand = Demand {
        calls: 100,
        interval_seconds: 1_800,
        aht_seconds: 180.0,
        target: 0.8,
        within_seconds: 20,
        shrinkage: 0.3,
    };

    fn six(number: f64) -> f64 {
        (number * 1e6).round_ties_even() / 1e6
    }

    #[test]
    fn the_check_values_come_out_to_six_decimals() {
        let staffing = CHECK.staffing().unwrap();
        assert_eq!((six(staffing.traffic), staffing.agents, staffing.scheduled), (10.0, 14, 20));
        let levels = [13, 14].map(|agents| six(CHECK.service_level(agents).unwrap()));
        assert_eq!(levels, [0.795_595, 0.888_350]);
        assert_eq!(six(CHECK.occupancy(14).unwrap()), 0.714_286);
    }

    #[test]
    fn so_many_agents_as_calls_at_once_are_too_few() {
        assert_eq!((CHECK.service_level(10), CHECK.occupancy(10)), (None, None));
        assert_eq!(wait_probability(10.0, 0), None);
        let all = wait_probability(10.0, 11).unwrap();
        assert!(all > 0.6 && all < 0.7, "{all}");
    }

    #[test]
    fn more_agents_never_serve_worse_and_the_largest_question_has_an_answer() {
        let most = Demand { calls: 100_000, aht_seconds: 180.0, target: 0.999, ..CHECK };
        let staffing = most.staffing().unwrap();
        assert!(staffing.traffic <= MAX_TRAFFIC && f64::from(staffing.agents) > staffing.traffic);
        let more = staffing.agents..staffing.agents + 20;
        let levels = more.map(|agents| most.service_level(agents).unwrap());
        let levels: Vec<f64> = levels.collect();
        assert!(levels.is_sorted(), "{levels:?}");
        assert_eq!(Demand { aht_seconds: 181.0, ..most }.staffing(), None);
    }
}
