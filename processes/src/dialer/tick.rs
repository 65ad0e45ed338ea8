//! What is done every second for a campaign that dials by itself.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use domain::campaign::pacing::{Answers, EVERY_MS, Recent, Room};
use domain::campaign::{
    Campaign, CampaignCommand, CampaignMode, CampaignSettings, CampaignStatus, KnownCampaign,
    PauseReason,
};
use domain::{CampaignId, Decider, OrgId, Timestamp};
use futures::{StreamExt, stream};
use projections::campaign_attempts::read as attempts;
use uuid::Uuid;

use super::choose::Lists;
use super::crew::{Crew, whole};
use super::lines::Line;
use super::paces::Tick;
use super::place::Placed;
use super::{Dialing, DialingError, NAME};
use crate::reactor::{Next, Reactor, Subject, Trouble};

/// How often.
const TICK_MS: i64 = 1_000;
/// How long it is taken as known who is assigned to another campaign.
const ASSIGNED_MS: i64 = 5_000;
/// So many calls of a campaign are made at once.
const AT_ONCE: usize = 16;

/// The dialer: one look a second for each campaign that dials by itself. Only whoever holds the
/// lease looks; a second one could only be refused.
pub struct Dialer {
    dialing: Dialing,
    lists: Lists,
    /// Agents can be shared by the campaigns of an organization, so these count and begin their
    /// lines one after the other.
    turns: Mutex<HashMap<OrgId, Turn>>,
    /// Who was assigned to each campaign when it was asked last, so that each of many does not ask
    /// for all the others every second.
    assigned: Mutex<HashMap<CampaignId, (Timestamp, Assigned)>>,
}

type Assigned = Arc<BTreeSet<Uuid>>;

type Turn = Arc<tokio::sync::Mutex<()>>;

/// What is known of a campaign in a tick.
struct Seen {
    assigned: Assigned,
    crew: Crew,
    answers: Answers,
    recent: Recent,
    answer_ms: i64,
}

impl Dialer {
    /// The dialer.
    #[must_use]
    pub fn new(dialing: Dialing) -> Self {
        Self {
            dialing,
            lists: Lists::default(),
            turns: Mutex::default(),
            assigned: Mutex::default(),
        }
    }

    async fn tick(&self, subject: &Subject, campaign: KnownCampaign) -> Result<(), DialingError> {
        let (org, id) = (subject.org, CampaignId::from(subject.id));
        let now = self.dialing.commands.now();
        let pacing = campaign.settings.pacing;
        self.dialing.carry_on(subject).await?;
        let assigned = self.assigned(org, id, Some(&campaign)).await?;
        let seen = self.see(org, id, (&campaign, &assigned), now).await?;
        let last = self.dialing.tick(org, id).await?;
        let first = || Tick::first(&pacing, now);
        let mut tick = last.map_or_else(first, |last| last.filled(&pacing, now));
        let campaign = self.judge(subject, campaign, &seen, &mut tick).await?;
        let lines = self.room((org, id), &campaign, &seen, &mut tick).await?;
        let of = (org, id, campaign.settings.recency);
        let mut chosen = self.lists.choose(&self.dialing, of, lines, now).await?;
        if !chosen.is_empty() {
            let turn = self.turn(org);
            let _turn = turn.lock().await;
            // Another campaign may have taken their agents meanwhile.
            chosen.truncate(self.room((org, id), &campaign, &seen, &mut tick).await?);
            self.dialing.begin_lines(org, id, &chosen).await?;
        }
        let (begun, done) = self.make(subject, chosen, now).await;
        tick.tokens -= f64::from(begun);
        tick.dialing += begun;
        tick.live += begun;
        self.dialing.ticked(org, id, &tick).await?;
        done
    }

    /// How many lines a campaign may begin now.
    async fn room(
        &self,
        (org, id): (OrgId, CampaignId),
        campaign: &KnownCampaign,
        seen: &Seen,
        tick: &mut Tick,
    ) -> Result<usize, DialingError> {
        // Lines are counted before agents: one that finds its agent in between counts as both.
        (tick.dialing, tick.live) = self.lines_of(org, id, &seen.assigned).await?;
        (tick.agents, tick.available) =
            (seen.crew.agents(), self.dialing.available(org, &seen.crew).await?);
        if campaign.status != CampaignStatus::Active {
            return Ok(0);
        }
        let room = Room {
            available: tick.available,
            expected_free: seen.crew.free_until(tick.at.plus_ms(seen.answer_ms)),
            dialing: tick.dialing,
            live: tick.live,
            spare: campaign.settings.abandonment.spare(seen.answers, seen.recent),
        };
        let CampaignSettings { mode, pacing, .. } = &campaign.settings;
        let lines = pacing.lines(*mode, campaign.ahead(), room).min(tick.whole());
        let lines = lines.min(self.dialing.free_lines(org).await?);
        Ok(usize::try_from(lines).unwrap_or(usize::MAX))
    }

    /// Makes the calls of lines that were begun, several at once, and says how many there are.
    async fn make(
        &self,
        subject: &Subject,
        lines: Vec<Line>,
        now: Timestamp,
    ) -> (u32, Result<(), DialingError>) {
        let made = lines.into_iter().map(async |line| {
            let placed = self.dialing.make(subject, line).await?;
            if let Placed::Blocked(until) = placed {
                self.lists.hold(line.contact, until, now);
            }
            Ok(placed)
        });
        let made: Vec<Result<Placed, DialingError>> =
            stream::iter(made).buffer_unordered(AT_ONCE).collect().await;
        let begun = made.iter().filter(|placed| matches!(placed, Ok(Placed::Made))).count();
        (whole(begun), made.into_iter().find_map(Result::err).map_or(Ok(()), Err))
    }

    /// A campaign does not call while its provider does not answer, and goes on by itself as soon
    /// as it does. Says when to look again, where there is nothing else to be done before.
    async fn provider(
        &self,
        subject: &Subject,
        campaign: Option<&KnownCampaign>,
    ) -> Result<Option<Next>, Trouble> {
        let (reason, at) = (PauseReason::ProviderDown, self.dialing.commands.now());
        let waits = campaign.is_some_and(|campaign| campaign.paused == Some(reason));
        let calls = campaign.is_some_and(dials);
        let down = self.dialing.breakers.is_open(self.dialing.service());
        let command = match (calls, waits, down) {
            (true, _, true) => CampaignCommand::Suspend { reason, at },
            (_, true, false) => CampaignCommand::Recover { reason, at },
            (_, true, true) => return Ok(Some(Next::At(at.plus_ms(TICK_MS)))),
            _ => return Ok(None),
        };
        subject.tell::<Campaign>(&self.dialing.commands, NAME, command).await?;
        Ok(Some(Next::At(at)))
    }

    fn turn(&self, org: OrgId) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(org).or_default())
    }

    async fn see(
        &self,
        org: OrgId,
        id: CampaignId,
        (campaign, assigned): (&KnownCampaign, &Assigned),
        now: Timestamp,
    ) -> Result<Seen, DialingError> {
        let Dialing { database, .. } = &self.dialing;
        let crew = self.dialing.crew(org, assigned).await?;
        let seconds = campaign.settings.abandonment.seconds;
        let since = (campaign.counted_since(now), seconds);
        let answers = attempts::answers(database, org, id, since).await?;
        let (recent, answer_ms) = attempts::recent(database, org, id).await?;
        Ok(Seen { assigned: Arc::clone(assigned), crew, answers, recent, answer_ms })
    }

    /// Whoever is assigned to a campaign: now, where it is at hand; of another one a few seconds
    /// ago, where it was asked then.
    async fn assigned(
        &self,
        org: OrgId,
        id: CampaignId,
        campaign: Option<&KnownCampaign>,
    ) -> Result<Assigned, DialingError> {
        let now = self.dialing.commands.now();
        if campaign.is_none()
            && let Some(known) = self.known_assigned(id, now)
        {
            return Ok(known);
        }
        let other = match campaign {
            Some(_) => None,
            None => self.dialing.campaigns.campaign(org, id).await?,
        };
        let assigned = match campaign.or(other.as_ref()) {
            Some(campaign) => Arc::new(self.dialing.assigned(org, campaign).await?),
            None => Assigned::default(),
        };
        let mut known = self.assigned.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id, (now, Arc::clone(&assigned)));
        Ok(assigned)
    }

    fn known_assigned(&self, id: CampaignId, now: Timestamp) -> Option<Assigned> {
        let known = self.assigned.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&id).filter(|(at, _)| now.since_ms(*at) < ASSIGNED_MS);
        known.map(|(_, assigned)| Arc::clone(assigned))
    }

    /// Whether too many who answered found no agent, and how far ahead to dial from now on. The
    /// campaign as it is then.
    async fn judge(
        &self,
        subject: &Subject,
        campaign: KnownCampaign,
        seen: &Seen,
        tick: &mut Tick,
    ) -> Result<KnownCampaign, DialingError> {
        let (settings, at) = (&campaign.settings, tick.at);
        let mut commands = vec![CampaignCommand::Weigh { answers: seen.answers, at }];
        if settings.mode == CampaignMode::Predictive && at.since_ms(tick.paced_at) >= EVERY_MS {
            let answers = (seen.answers, &settings.abandonment);
            let agents = seen.crew.agents();
            let ahead = settings.pacing.ahead(tick.gain, seen.recent, agents, answers);
            (tick.gain, tick.paced_at) = (ahead.gain, at);
            commands.push(CampaignCommand::Pace { level: ahead.level, at });
        }
        let mut known = Campaign::Known(Box::new(campaign));
        for command in commands {
            // Nothing is told that changes nothing: it would be asked of the log every second.
            let facts = known.decide(command.clone()).unwrap_or_default();
            if !facts.is_empty() {
                subject.tell::<Campaign>(&self.dialing.commands, NAME, command).await?;
            }
            facts.iter().for_each(|fact| known.evolve(fact));
        }
        match known {
            Campaign::Known(campaign) => Ok(*campaign),
            Campaign::Unknown => Err(Trouble::Wrong("there is no campaign".to_owned()).into()),
        }
    }

    /// The lines that wait for agents of a campaign, those of other campaigns that share some among
    /// them, and the campaign's own at all.
    async fn lines_of(
        &self,
        org: OrgId,
        id: CampaignId,
        ours: &BTreeSet<Uuid>,
    ) -> Result<(u32, u32), DialingError> {
        let mut lines = self.dialing.lines(org).await?;
        let own = lines.remove(&id).unwrap_or_default();
        let mut dialing = own.dialing;
        for (other, count) in lines.into_iter().filter(|(_, count)| count.dialing > 0) {
            let theirs = self.assigned(org, other, None).await?;
            // More than the agents whom both have cannot be taken by their calls.
            let shared = whole(ours.intersection(&theirs).count());
            dialing = dialing.saturating_add(count.dialing.min(shared));
        }
        Ok((dialing, own.live))
    }
}

/// Whether a campaign dials by itself now.
fn dials(campaign: &KnownCampaign) -> bool {
    let itself = [CampaignMode::Progressive, CampaignMode::Predictive, CampaignMode::Agentless];
    campaign.status == CampaignStatus::Active && itself.contains(&campaign.settings.mode)
}

impl Reactor for Dialer {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        let begins = ["CampaignActivated", "CampaignResumed", "CampaignUpdated"];
        aggregate_type == Campaign::TYPE && begins.contains(&event_type)
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let commands = &self.dialing.commands;
        let state = commands.state::<Campaign>(subject.org, subject.id).await?;
        let known = state.as_ref().and_then(|(campaign, _)| campaign.known());
        if let Some(next) = self.provider(subject, known).await? {
            return Ok(next);
        }
        let Some(campaign) = known.filter(|campaign| dials(campaign)) else {
            let again = self.dialing.let_go(subject).await?;
            self.lists.forget(CampaignId::from(subject.id));
            let mut known = self.assigned.lock().unwrap_or_else(PoisonError::into_inner);
            known.remove(&CampaignId::from(subject.id));
            return Ok(again.map_or(Next::Rest, Next::At));
        };
        let now = commands.now();
        if let Some(start) = campaign.settings.schedule.start_at.filter(|start| *start > now) {
            return Ok(Next::At(start));
        }
        self.tick(subject, campaign.clone()).await?;
        Ok(Next::At(now.plus_ms(TICK_MS)))
    }
}
