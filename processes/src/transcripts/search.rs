//! Finds the calls in which words were said, newest first.
//!
//! Where the rarest word was said in few calls, these are looked at. Where every word was said in
//! many, the calls are gone through from the newest, some of which have them all soon; a question
//! of which that is not so ends early, and says where it goes on.

use std::collections::{BTreeSet, HashSet};

use domain::speech::Speaker;
use domain::{CallId, OrgId, Timestamp};
use event_store::{KeyringError, LogError};
use projections::RuntimeError;
use projections::calls::read::CallPlace;
use projections::transcripts::places::{PlaceFilter, places};
use projections::transcripts::read;
use uuid::Uuid;

use super::words::Tongue;
use super::{AskedWords, Transcripts};

/// A word that more calls have is not rare.
const RARE: i64 = 10_000;
/// So many calls are gone through at once.
const CHUNK: i64 = 1_000;
/// So many calls are gone through for one answer.
const LOOKED: usize = 20_000;
/// What was said is opened in so many calls for one answer.
const OPENED: usize = 500;
/// So much of a call is shown.
const SHOWN: usize = 3;

/// Why it is not known what was said.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The keys are away.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// A read model is away.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// Which calls are looked at.
#[derive(Clone, Debug, Default)]
pub struct Within {
    /// Of these agents; of anybody where empty.
    pub agents: Vec<Uuid>,
    /// Of this campaign.
    pub campaign: Option<Uuid>,
    /// Made at or after this instant.
    pub from: Option<Timestamp>,
    /// Made before this instant.
    pub to: Option<Timestamp>,
    /// Every word said by them.
    pub speaker: Option<Speaker>,
}

/// A call in which every word was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which, and when it was made.
    pub place: CallPlace,
    /// What was said that has most of the words, at most three things, the most first.
    pub matches: Vec<Match>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Its number.
    pub seq: i32,
    /// Who said it.
    pub speaker: Speaker,
    /// Since when, in ms from the beginning of the call.
    pub start_ms: i32,
    /// What.
    pub text: String,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The newest call first.
    pub hits: Vec<Hit>,
    /// After which call it goes on; nothing at its end.
    pub after: Option<CallPlace>,
}

impl Transcripts {
    /// At most `limit` calls after a place in which every word was said. There may be fewer,
    /// although it goes on.
    ///
    /// # Errors
    /// [`SearchError`]
    pub async fn search(
        &self,
        org: OrgId,
        (asked, within): (&AskedWords, &Within),
        mut after: Option<CallPlace>,
        limit: usize,
    ) -> Result<Found, SearchError> {
        let words = self.rarest_first(org, asked).await?;
        let rare = words.first().is_some_and(|(count, _)| *count <= RARE);
        let among = if rare { Some(self.having(org, &words, None).await?) } else { None };
        let filter = PlaceFilter {
            agents: within.agents.clone(),
            campaign: within.campaign,
            from: within.from,
            to: within.to,
            among,
        };
        let mut hits: Vec<Hit> = Vec::new();
        let (mut looked, mut opened) = (0, 0);
        loop {
            let calls = places(&self.database, org, &filter, after.as_ref(), CHUNK).await?;
            looked += calls.len();
            let end = i64::try_from(calls.len()).is_ok_and(|calls| calls < CHUNK);
            let ids: Vec<Uuid> = calls.iter().map(|place| place.id).collect();
            let held = if rare { ids } else { self.having(org, &words, Some(ids)).await? };
            let held: HashSet<Uuid> = held.into_iter().collect();
            for place in calls {
                if held.contains(&place.id) {
                    if opened == OPENED {
                        return Ok(Found { hits, after });
                    }
                    opened += 1;
                    let matches = self.matches(org, place.id.into(), (asked, within)).await?;
                    if let Some(matches) = matches {
                        if hits.len() == limit {
                            let after = hits.last().map(|hit| hit.place);
                            return Ok(Found { hits, after });
                        }
                        hits.push(Hit { place, matches });
                    }
                }
                after = Some(place);
            }
            if end {
                return Ok(Found { hits, after: None });
            }
            if looked >= LOOKED {
                return Ok(Found { hits, after });
            }
        }
    }

    /// How often each word was said, as far as that is counted, and its clues.
    async fn rarest_first(
        &self,
        org: OrgId,
        asked: &AskedWords,
    ) -> Result<Vec<(i64, Vec<i64>)>, KeyringError> {
        let mut words = Vec::new();
        for forms in asked.forms() {
            let clues = self.clues(org, forms).await?;
            let keyring = self.commands.keyring();
            words.push((keyring.count_words(org.uuid(), &clues, RARE + 1).await?, clues));
        }
        words.sort_by_key(|(count, _)| *count);
        Ok(words)
    }

    /// The calls that have every word: among some, or all.
    async fn having(
        &self,
        org: OrgId,
        words: &[(i64, Vec<i64>)],
        among: Option<Vec<Uuid>>,
    ) -> Result<Vec<Uuid>, KeyringError> {
        let mut among = among;
        for (_, clues) in words {
            if among.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
            let keyring = self.commands.keyring();
            among = Some(keyring.word_holders(org.uuid(), clues, among.as_deref()).await?);
        }
        Ok(among.unwrap_or_default())
    }

    /// What was said in a call that has most of the words; nothing, where not every one was said.
    async fn matches(
        &self,
        org: OrgId,
        call: CallId,
        (asked, within): (&AskedWords, &Within),
    ) -> Result<Option<Vec<Match>>, SearchError> {
        let Some(row) = read::get(&self.database, org, call).await? else { return Ok(None) };
        let said = self.said(org, call).await?;
        let tongue = Tongue::of(row.language.as_deref(), &said);
        let theirs = said
            .into_iter()
            .filter(|one| within.speaker.is_none_or(|speaker| one.speaker == speaker));
        let theirs = theirs.map(|one| (asked.among(&tongue, &one.text), one));
        let mut theirs: Vec<_> = theirs.filter(|(has, _)| !has.is_empty()).collect();
        let all: BTreeSet<usize> = theirs.iter().flat_map(|(has, _)| has).copied().collect();
        if all.len() < asked.count() {
            return Ok(None);
        }
        // What was said first comes first of those that have as many.
        theirs.sort_by_key(|(has, _)| std::cmp::Reverse(has.len()));
        let shown = theirs.into_iter().take(SHOWN).map(|(_, one)| {
            let (seq, speaker, start_ms, text) = (one.seq, one.speaker, one.start_ms, one.text);
            Match { seq, speaker, start_ms, text }
        });
        Ok(Some(shown.collect()))
    }
}
