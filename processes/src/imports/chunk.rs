//! A chunk of rows on its way into contacts: whom the rows are about is found out first, then each
//! contact is told, many at once, so that the log commits them together.
//!
//! *Architecture invariant:* a row is taken once. Everything that it brings about names the row as
//! its cause, and the log is asked for that before the row is taken: whoever takes it again, after
//! a kill or beside another server, finds what has come of it and says the same.

use std::collections::{HashMap, HashSet};

use domain::contact::{Contact, ContactCommand, ContactRefusal};
use domain::dnc::{Dnc, DncScope, DncSource};
use domain::import_batch::{OnDuplicate, RowOutcome};
use domain::{CampaignId, ContactId, PhoneNumber, Refusal as _};
use event_store::{Failure, Outline};
use futures::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use super::result::RowResult;
use super::row::{Shared, change, creation};
use super::table::Chunk;
use super::taker::{AT_ONCE, ERASED, Known, Prepared, Taking, chunk_of, locked};
use crate::ids;
use crate::reactor::Trouble;

/// So many suppressed numbers are looked at at once.
const LOOKED_AT: usize = 32;

/// Brings the rows of one import into the contacts of a campaign.
pub(super) struct ContactTaker {
    pub taking: Taking,
    pub campaign: CampaignId,
    pub on_duplicate: OnDuplicate,
}

/// What the log has of the contacts of a chunk.
#[derive(Default)]
struct There {
    /// The newest kind of fact of each.
    newest: HashMap<Uuid, String>,
    /// What rows of this import have brought about: by contact and row.
    done: HashMap<(Uuid, Uuid), RowOutcome>,
}

impl There {
    fn of(taking: &Taking, facts: Vec<Outline>) -> Self {
        let mut there = Self::default();
        for fact in facts {
            let cause = taking.led_to(&fact);
            let Outline { aggregate_id, event_type, .. } = fact;
            if let Some(cause) = cause {
                let outcome = match event_type.as_str() {
                    "ContactCreated" => Some(RowOutcome::Created),
                    "ContactMarkedDoNotCall" => Some(RowOutcome::Suppressed),
                    "ContactUpdated" => Some(RowOutcome::Updated),
                    _ => None,
                };
                if let Some(outcome) = outcome {
                    there.done.insert((aggregate_id, cause), outcome);
                }
            }
            there.newest.insert(aggregate_id, event_type);
        }
        there
    }

    /// Whether a campaign has them on its list: whoever was taken off it can come back, whoever
    /// was erased says so themselves.
    fn listed(&self, id: Uuid) -> bool {
        let newest = self.newest.get(&id);
        newest.is_some_and(|newest| !["ContactRemoved", "ContactErased"].contains(&&**newest))
    }
}

impl ContactTaker {
    /// The contact that a row is about, and the entries that its number could be on: the
    /// organization's first.
    pub(super) async fn about(&self, number: &PhoneNumber) -> Result<(Uuid, Vec<Uuid>), Trouble> {
        let (keyring, org) = (self.taking.commands.keyring(), self.taking.org);
        let campaign_id = self.campaign;
        let mut entries = Vec::new();
        for scope in [DncScope::Organization, DncScope::Campaign { campaign_id }] {
            let entry = ids::dnc_entry(keyring, org, scope, number).await;
            entries.push(entry.map_err(locked)?);
        }
        let id = ids::contact(keyring, org, campaign_id, number).await.map_err(locked)?;
        Ok((id.uuid(), entries))
    }

    /// Takes rows, and says what became of each, in their order.
    pub(super) async fn taken(&self, rows: Prepared) -> Result<Chunk, Trouble> {
        let ids: Vec<Uuid> = rows.iter().flatten().map(|known| known.id).collect();
        let there = self.there(&ids).await?;
        let suppressed = self.suppressed(&rows).await?;
        // Asked once more after it was found out whom the rows are about: whoever was erased by
        // then is named here, whoever is erased later has no key.
        let erased = self.taking.erased().await?;
        let (mut results, mut first, mut later) = (Vec::new(), Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for row in rows {
            let known = match row {
                Ok(known) => known,
                Err(result) => {
                    results.extend(Some(result).filter(|_| !self.taking.stopped));
                    continue;
                }
            };
            let again = !seen.insert(known.id);
            let done = there.done.get(&(known.id, self.taking.cause(&known.row)));
            match done {
                Some(outcome) => results.push(known.came_to(*outcome)),
                None if self.taking.stopped => {}
                None if erased.contains(&known.mark) => {
                    results.push(RowResult::of(&known.row).because(ERASED));
                }
                None if again || there.listed(known.id) => match self.on_duplicate {
                    OnDuplicate::Update if again => later.push(known),
                    OnDuplicate::Update => first.push((known, true)),
                    OnDuplicate::Skip => results.push(known.came_to(RowOutcome::Duplicate)),
                    OnDuplicate::Fail => {
                        let rejected = known.came_to(RowOutcome::Rejected);
                        results.push(rejected.because(DUPLICATE));
                    }
                },
                None => first.push((known, false)),
            }
        }
        let told = first.into_iter().map(|(known, listed)| {
            let by = suppressed.get(&known.id).copied();
            self.tell(known, by, listed)
        });
        let mut told = stream::iter(told).buffer_unordered(AT_ONCE);
        while let Some(result) = told.try_next().await? {
            results.push(result);
        }
        drop(told);
        for known in later {
            results.push(self.tell(known, None, true).await?);
        }
        Ok(chunk_of(results))
    }

    async fn there(&self, ids: &[Uuid]) -> Result<There, Trouble> {
        let log = self.taking.commands.log();
        let facts = log.outline(self.taking.org.uuid(), Contact::TYPE, ids).await?;
        Ok(There::of(&self.taking, facts))
    }

    /// Whose numbers are not to be called now: the log says so, as before every dial.
    async fn suppressed(
        &self,
        rows: &[Result<Known, RowResult>],
    ) -> Result<HashMap<Uuid, (DncScope, DncSource)>, Trouble> {
        let asked: Vec<Uuid> =
            rows.iter().flatten().flat_map(|known| known.entries.iter().copied()).collect();
        let Taking { commands, org, .. } = &self.taking;
        let outlines = commands.log().outline(org.uuid(), Dnc::TYPE, &asked).await?;
        let there: HashSet<Uuid> = outlines.iter().map(|outline| outline.aggregate_id).collect();
        let now = commands.now();
        let looked = rows.iter().flatten().flat_map(|known| {
            let there = known.entries.iter().copied().filter(|entry| there.contains(entry));
            there.map(async |entry| {
                let state = commands.state::<Dnc>(*org, entry).await?;
                let entry = state.as_ref().and_then(|(entry, _)| entry.known());
                let blocks = entry.filter(|entry| entry.blocks(now));
                Ok::<_, Trouble>((known.id, blocks.map(|entry| (entry.scope, entry.source))))
            })
        });
        let looked: Vec<_> = looked.collect();
        let mut looked = stream::iter(looked).buffered(LOOKED_AT);
        let mut found = HashMap::new();
        while let Some((id, blocks)) = looked.try_next().await? {
            // The organization's word comes first.
            if let Some(by) = blocks {
                found.entry(id).or_insert(by);
            }
        }
        Ok(found)
    }

    /// Tells a contact what its row says.
    async fn tell(
        &self,
        known: Known,
        suppressed: Option<(DncScope, DncSource)>,
        listed: bool,
    ) -> Result<RowResult, Trouble> {
        let result = known.came_to(RowOutcome::Rejected);
        let (cause, context) = (self.taking.cause(&known.row), self.taking.context(&known.row));
        let shared = Shared { campaign: self.campaign, by: self.taking.by, at: self.taking.at };
        let command = match listed {
            false => creation(known.row, known.subject, suppressed, shared),
            true => change(known.row, known.subject, shared),
        };
        let command: ContactCommand = match command {
            Ok(command) => command,
            Err(fault) => return Ok(result.because((fault.code(), fault.to_string()))),
        };
        let id = known.id;
        let commands = &self.taking.commands;
        let told = commands.tell::<Contact>(context, id, command, None, (None, "imported"));
        match told.await {
            // What the row says was known already.
            Ok(outcome) if outcome.event_ids.is_empty() => {
                Ok(result.came_to(RowOutcome::Duplicate))
            }
            Ok(_) if listed => Ok(result.came_to(RowOutcome::Updated)),
            Ok(_) if suppressed.is_some() => Ok(result.came_to(RowOutcome::Suppressed)),
            Ok(_) => Ok(result.came_to(RowOutcome::Created)),
            Err(Failure::Refused { error: ContactRefusal::Exists, .. }) => {
                self.exists(id, cause, result).await
            }
            Err(Failure::Erased) => Ok(result.because(ERASED)),
            Err(Failure::Refused { error, .. }) => {
                Ok(result.because((error.code(), error.to_string())))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Somebody was faster: this very row, taken by another server, or somebody else.
    async fn exists(&self, id: Uuid, cause: Uuid, result: RowResult) -> Result<RowResult, Trouble> {
        let there = self.there(&[id]).await?;
        match (there.done.get(&(id, cause)), self.on_duplicate) {
            (Some(outcome), _) => Ok(result.came_to(*outcome)),
            (None, OnDuplicate::Skip) => Ok(result.came_to(RowOutcome::Duplicate)),
            (None, OnDuplicate::Fail) => Ok(result.because(DUPLICATE)),
            // The next look finds it listed.
            (None, OnDuplicate::Update) => Err(Trouble::Away("a contact has come in".to_owned())),
        }
    }
}

const DUPLICATE: (&str, &str) =
    ("duplicate-resource", "the campaign has a contact with this number");

impl Known {
    fn came_to(&self, outcome: RowOutcome) -> RowResult {
        let contact_id = Some(ContactId::from(self.id));
        RowResult { contact_id, outcome, ..RowResult::of(&self.row) }
    }
}
