//! One call of a campaign, as its facts leave it.

use chrono::{DateTime, Utc};
use domain::Timestamp;
use domain::call::{AmdMode, AnsweredBy, CallEvent, TimingField};
use domain::disposition::Meaning;
use uuid::Uuid;

/// The events that move a row.
pub(super) const READS: [&str; 11] = [
    "CallInitiated",
    "CallDialSubmitted",
    "CallAnswered",
    "CallAnswerClassified",
    "CallTimingBackfilled",
    "CallAgentConnected",
    "CallDropped",
    "CallEnded",
    "CallOutcomeCorrected",
    "CallDispositioned",
    "CallDispositionRevised",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub org_id: Uuid,
    pub call_id: Uuid,
    pub campaign_id: Uuid,
    pub contact_id: Option<Uuid>,
    pub attempt_no: Option<i32>,
    pub dial_mode: String,
    pub amd: bool,
    pub initiated_at: DateTime<Utc>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by: Option<String>,
    pub live_at: Option<DateTime<Utc>>,
    pub connected_at: Option<DateTime<Utc>>,
    pub dropped: bool,
    pub ended_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    pub disposition: Option<String>,
    pub conversion: bool,
    pub right_party: bool,
    pub submitted: bool,
    pub human_contact: bool,
}

impl Row {
    /// A call that a campaign has begun.
    pub(super) fn begun(org_id: Uuid, call_id: Uuid, event: &CallEvent) -> Option<Self> {
        let CallEvent::CallInitiated {
            campaign_id: Some(campaign),
            contact_id,
            attempt_no,
            dial_mode,
            amd,
            at,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            org_id,
            call_id,
            campaign_id: campaign.uuid(),
            contact_id: contact_id.map(|contact| contact.uuid()),
            attempt_no: attempt_no.and_then(|number| i32::try_from(number).ok()),
            dial_mode: dial_mode.word().to_owned(),
            amd: *amd != AmdMode::Off,
            initiated_at: utc(*at),
            answered_at: None,
            answered_by: None,
            live_at: None,
            connected_at: None,
            dropped: false,
            ended_at: None,
            outcome: None,
            disposition: None,
            conversion: false,
            right_party: false,
            submitted: false,
            human_contact: false,
        })
    }

    pub(super) fn fold(&mut self, event: &CallEvent) {
        use CallEvent as E;
        match event {
            E::CallDialSubmitted { .. } => self.submitted = true,
            E::CallAnswered { answered_at, answered_by, .. } => {
                // Whatever was told of it, a provider had it.
                self.submitted = true;
                self.answered(*answered_at);
                if let Some(by) = answered_by {
                    self.classified(*by, *answered_at);
                }
            }
            E::CallAnswerClassified { answered_by, at, .. } => self.classified(*answered_by, *at),
            E::CallTimingBackfilled { field: TimingField::AnsweredAt, value, .. } => {
                self.answered(*value);
            }
            E::CallAgentConnected { at, .. } => {
                self.connected_at = self.connected_at.or(Some(utc(*at)));
            }
            E::CallDropped { .. } => self.dropped = true,
            E::CallEnded { end_status, ended_at, .. } => {
                self.ended_at = Some(utc(*ended_at));
                self.outcome = Some(end_status.word().to_owned());
            }
            E::CallOutcomeCorrected { to_status, answered_at, ended_at, .. } => {
                if let Some(answered_at) = answered_at {
                    self.answered(*answered_at);
                }
                self.ended_at = Some(utc(*ended_at));
                self.outcome = Some(to_status.word().to_owned());
            }
            E::CallDispositioned { code, meaning, right_party, .. }
            | E::CallDispositionRevised { code, meaning, right_party, .. } => {
                let meaning = Meaning::of(code, meaning.as_deref());
                self.disposition = Some(code.clone());
                self.human_contact = meaning.is_some_and(|meaning| meaning.human_contact);
                self.conversion = meaning.is_some_and(|meaning| meaning.conversion);
                let usual = meaning.is_some_and(|meaning| meaning.right_party);
                self.right_party = right_party.unwrap_or(usual);
            }
            _ => {}
        }
    }

    /// Where no machine is looked for, whoever answers waits from then on.
    fn answered(&mut self, at: Timestamp) {
        let waited = self.live_at.is_some() && self.live_at == self.answered_at;
        self.answered_at = Some(utc(at));
        if waited || (self.answered_by.is_none() && !self.amd) {
            self.live_at = self.answered_at;
        }
    }

    fn classified(&mut self, by: AnsweredBy, at: Timestamp) {
        self.answered_by = Some(by.word().to_owned());
        self.live_at = match by {
            AnsweredBy::Human | AnsweredBy::Unknown if self.amd => Some(utc(at)),
            AnsweredBy::Human | AnsweredBy::Unknown => self.answered_at,
            AnsweredBy::MachineStart
            | AnsweredBy::MachineEndBeep
            | AnsweredBy::MachineEndSilence
            | AnsweredBy::MachineEndOther
            | AnsweredBy::Fax => None,
        };
    }
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    at.into()
}
