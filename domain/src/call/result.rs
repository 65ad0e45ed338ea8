//! What a call came to (C24, C25).

use super::command::CallCommand;
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::{CallDisposition, KnownCall};
use super::value::Sale;
use crate::disposition::{Found, Meaning, Requirement};
use crate::{CampaignId, Currency, FreeText, Personal, Timestamp, text};

/// How long its author may revise a disposition.
const AUTHORS_MS: i64 = 24 * 3_600_000;
/// How far ahead a call back may be.
const FOLLOW_UP_MS: i64 = 180 * 86_400_000;

/// What is said, by whom and when.
struct Said<'c> {
    code: &'c str,
    found: &'c Found,
    resolved: Option<bool>,
    right_party: Option<bool>,
    sale: Option<&'c Sale>,
    follow_up_at: Option<Timestamp>,
    note: Option<&'c str>,
    by: &'c str,
    at: Timestamp,
}

impl<'c> Said<'c> {
    fn of(command: &'c CallCommand) -> Option<Self> {
        let (CallCommand::Disposition {
            code,
            found,
            resolved,
            right_party,
            sale,
            follow_up_at,
            note,
            by,
            at,
        }
        | CallCommand::ReviseDisposition {
            code,
            found,
            resolved,
            right_party,
            sale,
            follow_up_at,
            note,
            by,
            at,
            ..
        }) = command
        else {
            return None;
        };
        Some(Self {
            code,
            found,
            resolved: *resolved,
            right_party: *right_party,
            sale: sale.as_ref(),
            follow_up_at: *follow_up_at,
            note: note.as_deref(),
            by,
            at: *at,
        })
    }

    /// Whether it is what was said before. A note may say something new: notes
    /// are sealed, so two of them cannot be compared, and none may be lost.
    fn is(&self, before: &CallDisposition) -> bool {
        self.code == before.code
            && self.by == before.by
            && self.resolved == before.resolved
            && self.right_party == before.right_party
            && self.sale == before.sale.as_ref()
            && self.follow_up_at == before.follow_up_at
            && self.note.is_none()
    }

    /// Whether it can be said of a call of this campaign, or of none; and what it means then.
    fn valid(&self, campaign: Option<CampaignId>) -> Result<Box<Meaning>, CallRefusal> {
        let entry = self.found.entry.as_deref().filter(|entry| entry.code == self.code);
        let entry = entry.ok_or(CallRefusal::UnknownDisposition)?;
        entry.sayable(campaign, self.found.listed)?;
        for requirement in &entry.definition.requires {
            let (pointer, there) = match requirement {
                Requirement::Note => ("/note", self.note.is_some()),
                Requirement::FollowUpAt => ("/follow_up_at", self.follow_up_at.is_some()),
                Requirement::Sale => ("/sale", self.sale.is_some()),
            };
            if !there {
                let words = format!("the disposition {} needs it", entry.code);
                return Err(CallRefusal::field(pointer, "required", words));
            }
        }
        if let Some(ahead) = self.follow_up_at.map(|follow_up_at| follow_up_at.since_ms(self.at))
            && !(1..=FOLLOW_UP_MS).contains(&ahead)
        {
            let words = "in the future, at most 180 days ahead";
            return Err(CallRefusal::field("/follow_up_at", "out-of-range", words));
        }
        if let Some(sale) = self.sale {
            if !entry.meaning().conversion {
                let words = format!("nothing is sold with the disposition {}", entry.code);
                return Err(CallRefusal::field("/sale", "invalid-value", words));
            }
            if !Currency::sellable(sale.amount_minor) {
                let words = "more than 0, at most 10^12";
                return Err(CallRefusal::field("/sale/amount_minor", "out-of-range", words));
            }
            if Currency::find(&sale.currency).is_none() {
                let words = "no currency of ISO 4217";
                return Err(CallRefusal::field("/sale/currency", "invalid-value", words));
            }
        }
        accepted("/note", self.note.map_or(Ok(()), text::note))?;
        Ok(Box::new(entry.meaning().clone()))
    }
}

impl KnownCall {
    /// C24
    pub(super) fn dispose(&self, command: CallCommand) -> Result<Vec<CallEvent>, CallRefusal> {
        let meaning = self.sayable(&command)?;
        let CallCommand::Disposition {
            code,
            resolved,
            right_party,
            sale,
            follow_up_at,
            note,
            by,
            at,
            ..
        } = command
        else {
            return Ok(Vec::new());
        };
        let note = note.map(|note| Personal::known(self.subject, FreeText::new(note)));
        Ok(vec![CallEvent::CallDispositioned {
            code,
            meaning,
            resolved,
            right_party,
            sale,
            follow_up_at,
            note,
            by,
            at,
        }])
    }

    /// C25
    pub(super) fn revise(&self, command: CallCommand) -> Result<Vec<CallEvent>, CallRefusal> {
        let meaning = self.sayable(&command)?;
        let CallCommand::ReviseDisposition {
            code,
            resolved,
            right_party,
            sale,
            follow_up_at,
            note,
            reason,
            by,
            privileged,
            at,
            ..
        } = command
        else {
            return Ok(Vec::new());
        };
        let Some(before) = &self.disposition else { return Err(self.refusal()) };
        let theirs = before.by == by && at.since_ms(before.first_at) <= AUTHORS_MS;
        if !privileged && !theirs {
            return Err(CallRefusal::NotYours);
        }
        let line = |reason: &String| text::line(reason, text::MAX_LINE);
        accepted("/reason", reason.as_ref().map_or(Ok(()), line))?;
        let note = note.map(|note| Personal::known(self.subject, FreeText::new(note)));
        Ok(vec![CallEvent::CallDispositionRevised {
            code,
            meaning,
            previous_code: before.code.clone(),
            resolved,
            right_party,
            sale,
            follow_up_at,
            note,
            reason,
            by,
            at,
        }])
    }

    /// Whether it may be said, and what it means; nothing personal about somebody who was erased.
    fn sayable(&self, command: &CallCommand) -> Result<Option<Box<Meaning>>, CallRefusal> {
        let Some(said) = Said::of(command) else { return Ok(None) };
        let reasoned = matches!(command, CallCommand::ReviseDisposition { reason: Some(_), .. });
        if self.erased && (said.note.is_some() || reasoned) {
            return Err(CallRefusal::Erased);
        }
        said.valid(self.belongs.campaign_id).map(Some)
    }

    /// Whether the same was said already. A revision with a note is always new.
    pub(super) fn disposition_repeats(&self, command: &CallCommand) -> bool {
        let (Some(before), Some(said)) = (&self.disposition, Said::of(command)) else {
            return false;
        };
        let revises = matches!(command, CallCommand::ReviseDisposition { .. });
        said.is(before) && !(revises && said.note.is_some())
    }

    pub(super) fn come_to(&mut self, event: &CallEvent) {
        let (CallEvent::CallDispositioned {
            code,
            meaning,
            resolved,
            right_party,
            sale,
            follow_up_at,
            by,
            at,
            ..
        }
        | CallEvent::CallDispositionRevised {
            code,
            meaning,
            resolved,
            right_party,
            sale,
            follow_up_at,
            by,
            at,
            ..
        }) = event
        else {
            return;
        };
        let first_at = self.disposition.as_ref().map(|before| before.first_at);
        self.disposition = Some(CallDisposition {
            code: code.clone(),
            meaning: meaning.clone(),
            by: by.clone(),
            at: *at,
            first_at: first_at.unwrap_or(*at),
            resolved: *resolved,
            right_party: *right_party,
            sale: sale.clone(),
            follow_up_at: *follow_up_at,
            revised: first_at.is_some(),
        });
    }
}
