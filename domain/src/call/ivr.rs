//! In an IVR flow (C9, C10).

use super::command::CallCommand;
use super::error::{CallRefusal, accepted};
use super::event::CallEvent;
use super::state::KnownCall;
use super::value::{IvrOutcome, Leg, Stage};
use crate::card::contains_card_number;
use crate::{FlowId, FreeText, MenuId, Personal, Timestamp, text};

impl KnownCall {
    /// C9: a flow begins; it answers an inbound call that still rings.
    pub(super) fn enter_ivr(
        &self,
        flow_id: FlowId,
        flow_version: u32,
        at: Timestamp,
    ) -> Vec<CallEvent> {
        let mut facts = Vec::new();
        if self.leg < Leg::Answered {
            let (answered_at, answered_by, estimated) = (at, None, false);
            facts.push(CallEvent::CallAnswered { answered_at, answered_by, estimated });
        }
        facts.push(CallEvent::CallEnteredIvr { flow_id, flow_version, at });
        facts
    }

    /// C10: a menu.
    pub(super) fn enter_menu(&self, menu_id: MenuId, at: Timestamp) -> Vec<CallEvent> {
        let seen = self.menus.iter().find(|(menu, _)| *menu == menu_id);
        let visit = seen.map_or(0, |(_, visits)| *visits).saturating_add(1);
        vec![CallEvent::IvrMenuEntered { menu_id, visit, at }]
    }

    /// C10: an input. What nobody may know is masked: an input cannot be refused,
    /// it has been made.
    pub(super) fn ivr_input(&self, command: CallCommand) -> Result<Vec<CallEvent>, CallRefusal> {
        let CallCommand::IvrInput {
            menu_id,
            input_type,
            input,
            sensitive,
            confidence,
            matched_option,
            at,
        } = command
        else {
            return Ok(Vec::new());
        };
        if confidence.is_some_and(|sure| !(0.0..=1.0).contains(&sure)) {
            return Err(CallRefusal::field("/confidence", "out-of-range", "between 0 and 1"));
        }
        accepted("/matched_option", matched_option.as_deref().map_or(Ok(()), text::label))?;
        if input.as_ref().is_some_and(|input| input.chars().count() > text::MAX_LINE) {
            let words = format!("at most {} characters", text::MAX_LINE);
            return Err(CallRefusal::field("/input", "too-long", words));
        }
        let masked = |input: String| {
            let secret = sensitive || contains_card_number(&input);
            if secret { "*".repeat(input.chars().count()) } else { input }
        };
        let input = input.map(|input| {
            let plain = input.chars().filter(|c| !c.is_control()).collect();
            Personal::known(self.subject, FreeText::new(masked(plain)))
        });
        Ok(vec![CallEvent::IvrInputReceived {
            menu_id,
            input_type,
            input,
            confidence,
            matched_option,
            at,
        }])
    }

    /// C10: out of the flow.
    pub(super) fn exit_ivr(
        &self,
        outcome: IvrOutcome,
        target: Option<String>,
        at: Timestamp,
    ) -> Result<Vec<CallEvent>, CallRefusal> {
        accepted("/target", target.as_deref().map_or(Ok(()), text::label))?;
        Ok(vec![CallEvent::IvrExited { outcome, target, at }])
    }

    pub(super) fn flow_on(&mut self, event: &CallEvent) {
        if let CallEvent::CallEnteredIvr { flow_id, flow_version, .. } = event {
            self.stage = Stage::Ivr;
            self.flow = Some((*flow_id, *flow_version));
        } else if let CallEvent::IvrMenuEntered { menu_id, visit, .. } = event {
            match self.menus.iter_mut().find(|(menu, _)| menu == menu_id) {
                Some((_, visits)) => *visits = *visit,
                None => self.menus.push((*menu_id, *visit)),
            }
        } else if let CallEvent::IvrExited { outcome, .. } = event {
            self.stage = match outcome {
                IvrOutcome::Hangup | IvrOutcome::Abandoned => Stage::Closed,
                IvrOutcome::Queue
                | IvrOutcome::Transfer
                | IvrOutcome::Voicemail
                | IvrOutcome::Error
                | IvrOutcome::AiAgent => Stage::None,
            };
        }
    }
}
