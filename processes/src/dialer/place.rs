//! One call of a campaign: the line, the contact, the number, the call.

use domain::call::Belongs;
use domain::call::{
    Call, CallCommand, CallRefusal, DialMode, DialOrder, DialVerdict, OutboundCall,
};
use domain::campaign::{CampaignMode, CampaignSettings};
use domain::{CallId, CampaignId, ContactId, OrgId, PhoneNumber, Timestamp};
use event_store::{Context, Failure};

use super::lines::Line;
use super::{Dialing, DialingError, NAME};
use crate::commands::OrderError;
use crate::contacts::{ContactError, Dialed, Dialer as Asking};
use crate::reactor::Subject;
use crate::{dnc, ids, telephony};

/// A line whose call was not there after so long is given up; its contact is free again after a
/// minute, by itself.
const GIVEN_UP_MS: i64 = 30_000;

/// The guard that says that the organization has as many calls as it may have.
const LIMIT: &str = "concurrency_limit";

/// What came of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// The call is there.
    Made,
    /// The contact is not called before then; an instant that is not said, not for a while.
    Blocked(Option<Timestamp>),
    /// The organization has as many calls as it may have, or its provider does not answer.
    Full,
}

impl Dialing {
    /// The line of a contact, where every guard allows a call; otherwise until when it is not
    /// called, where that is known.
    pub(super) async fn line(
        &self,
        org: OrgId,
        contact: ContactId,
    ) -> Result<Result<Line, Option<Timestamp>>, DialingError> {
        let known = self.contacts.contact(org, contact).await?;
        // Whoever calls them at the same time for the same reason means the same call.
        let next = known.started.saturating_add(1);
        let blocks = self.contacts.why_not_now(org, known, None).await?;
        if let Some(block) = blocks.into_iter().next() {
            return Ok(Err(block.next_allowed_at));
        }
        let call = ids::dialed_call(self.commands.keyring(), org, contact, next).await?;
        Ok(Ok(Line { call, contact, begun_at: self.commands.now() }))
    }

    /// How many calls more the organization may have, and its provider may be asked for.
    pub(super) async fn free_lines(&self, org: OrgId) -> Result<u32, DialingError> {
        let live = telephony::live_calls(&self.database, org).await?;
        let free = self.settings.max_live_calls.saturating_sub(live);
        Ok(free.min(self.breakers.room(self.service()).unwrap_or(u32::MAX)))
    }

    /// Carries lines on whose calls may not be there.
    pub(super) async fn carry_on(&self, subject: &Subject) -> Result<(), DialingError> {
        let (org, campaign) = (subject.org, CampaignId::from(subject.id));
        for line in self.unmade_lines(org, campaign).await? {
            if self.call_is_there(org, line.call).await? {
                self.line_made(org, line.call).await?;
            } else if self.commands.now().since_ms(line.begun_at) > GIVEN_UP_MS {
                self.end_line(org, line.call).await?;
            } else {
                self.make(subject, line).await?;
            }
        }
        Ok(())
    }

    /// Lines of a campaign that does not call any more, and whose calls may not be there. Says when
    /// to look again, where some may still be made by whoever has begun them.
    pub(super) async fn let_go(
        &self,
        subject: &Subject,
    ) -> Result<Option<Timestamp>, DialingError> {
        let (org, campaign) = (subject.org, CampaignId::from(subject.id));
        let mut again = None;
        for line in self.unmade_lines(org, campaign).await? {
            let given_up_at = line.begun_at.plus_ms(GIVEN_UP_MS + 1);
            if self.call_is_there(org, line.call).await? {
                self.line_made(org, line.call).await?;
            } else if self.commands.now() >= given_up_at {
                self.end_line(org, line.call).await?;
            } else {
                again = Some(given_up_at);
            }
        }
        Ok(again)
    }

    async fn call_is_there(&self, org: OrgId, call: CallId) -> Result<bool, DialingError> {
        let state = self.commands.state::<Call>(org, call.uuid()).await?;
        Ok(state.is_some_and(|(call, _)| call.known().is_some()))
    }

    /// Makes the call of a line that was begun.
    pub(super) async fn make(&self, subject: &Subject, line: Line) -> Result<Placed, DialingError> {
        let (org, context) = (subject.org, subject.context(NAME));
        let asking = Asking {
            user: None,
            assigned_only: false,
            campaign: Some(CampaignId::from(subject.id)),
            number: None,
        };
        let dialed = match self.contacts.dial(&context, line.contact, line.call, asking).await {
            Ok(dialed) => dialed,
            Err(error) => return self.not_told(org, line.call, error).await,
        };
        // A contact that is free again is called under another attempt.
        if self.contacts.contact(org, line.contact).await?.call() != Some(line.call) {
            self.end_line(org, line.call).await?;
            return Ok(Placed::Blocked(None));
        }
        self.dial(&context, line, dialed).await
    }

    /// The contact does not know of the call.
    async fn not_told(
        &self,
        org: OrgId,
        call: CallId,
        error: ContactError,
    ) -> Result<Placed, DialingError> {
        let until = match &error {
            ContactError::Blocked(block) => block.next_allowed_at,
            ContactError::Erased | ContactError::Unknown | ContactError::Field(_) => None,
            ContactError::Order(error)
                if matches!(**error, OrderError::Command(Failure::Refused { .. })) =>
            {
                None
            }
            _ => return Err(error.into()),
        };
        self.end_line(org, call).await?;
        Ok(Placed::Blocked(until))
    }

    async fn dial(
        &self,
        context: &Context,
        line: Line,
        dialed: Dialed,
    ) -> Result<Placed, DialingError> {
        let (org, call) = (OrgId::from(context.org_id), line.call);
        let (to, campaign) = (&dialed.number, Some(dialed.campaign_id));
        let subject = self.commands.subject_of_number(org, to).await?;
        let suppressed = dnc::suppressed(&self.commands, org, to, campaign).await?.is_some();
        let reserved =
            telephony::reserve(&self.commands, &self.database, org, subject, call).await?;
        let verdict = DialVerdict {
            suppressed,
            max_live_calls: self.settings.max_live_calls,
            provider_back_in_seconds: self.breakers.rejects_for_seconds(self.service()),
            ..reserved.verdict
        };
        let outbound = OutboundCall {
            from: shown(&dialed.settings),
            to: dialed.number,
            subject,
            belongs: Belongs {
                contact_id: Some(line.contact),
                campaign_id: campaign,
                campaign_revision: Some(dialed.revision),
                attempt_no: Some(dialed.attempt_no),
                agent_id: None,
            },
            dial_order: DialOrder::CustomerFirst,
            dial_mode: mode(dialed.settings.mode),
            provider: self.settings.provider,
            ring_timeout_seconds: dialed.settings.ring_timeout_seconds,
            amd: dialed.settings.amd,
            record: dialed.settings.record,
            metadata: serde_json::Map::new(),
            verdict,
            at: self.commands.now(),
        };
        let command = CallCommand::InitiateOutbound(Box::new(outbound));
        let told =
            self.commands.tell::<Call>(context.clone(), call.uuid(), command, None, (None, "made"));
        match told.await {
            Ok(_) => {
                self.line_made(org, call).await?;
                Ok(Placed::Made)
            }
            Err(Failure::Refused { error, .. }) => {
                // Another dialer has made the very call.
                if self.call_is_there(org, call).await? {
                    self.line_made(org, call).await?;
                    return Ok(Placed::Made);
                }
                if reserved.fresh {
                    telephony::release(&self.database, org, subject, call).await?;
                }
                self.contacts.not_dialed(context, line.contact, call).await?;
                self.end_line(org, call).await?;
                Ok(match error {
                    CallRefusal::DialingBlocked { reason: LIMIT, .. }
                    | CallRefusal::ProviderDown { .. } => Placed::Full,
                    _ => Placed::Blocked(None),
                })
            }
            Err(failure) => Err(DialingError::Told(failure.into())),
        }
    }
}

fn shown(settings: &CampaignSettings) -> Option<PhoneNumber> {
    settings.caller_id.as_deref().and_then(|number| PhoneNumber::parse(number).ok())
}

fn mode(mode: CampaignMode) -> DialMode {
    match mode {
        CampaignMode::Manual => DialMode::Manual,
        CampaignMode::Preview => DialMode::Preview,
        CampaignMode::Progressive => DialMode::Progressive,
        CampaignMode::Predictive => DialMode::Predictive,
        CampaignMode::Agentless => DialMode::Agentless,
    }
}
