//! Calls in every state that can be reached, and one command of every kind.

use serde_json::Map;
use strum::VariantArray;

use super::super::command::Asked;
use super::super::*;
use super::kit::*;

pub(super) fn every_state() -> Vec<Given> {
    let colleague = TransferTarget::Agent { id: agent(2) };
    vec![
        calls::queued(),
        calls::initiated(),
        calls::ringing(),
        calls::received(),
        calls::answered(),
        calls::hearing(),
        calls::in_ivr(),
        calls::waiting(),
        calls::offered(),
        calls::connected(),
        calls::connected().and(C::AgentLegLost { requeue: None, at: at(60) }),
        calls::on_hold(),
        calls::transferring(TransferKind::Warm, colleague),
        calls::transferring(TransferKind::Blind, TransferTarget::Number),
        calls::wrapping_up(),
        calls::closed(),
        calls::unanswered(),
        calls::imported(),
        calls::erased(),
    ]
}

/// Calls with every leg in every stage, reachable or not.
pub(super) fn every_combination() -> Vec<Given> {
    let mut calls = Vec::new();
    for given in every_state() {
        for leg in Leg::VARIANTS {
            for stage in Stage::VARIANTS {
                let mut known = given.known().clone();
                (known.leg, known.stage) = (*leg, *stage);
                calls.push(Given(Call::Known(Box::new(known))));
            }
        }
    }
    calls
}

/// One command of every kind, later than every state.
pub(super) fn every_command() -> Vec<C> {
    [on_the_leg(), in_handling(), afterwards()].concat()
}

fn on_the_leg() -> Vec<C> {
    let at = at(120);
    let reason = "because".to_owned();
    vec![
        import(historic()),
        dial(outbound()),
        register(inbound()),
        C::RecordSubmission { provider_call_id: "CA1".to_owned(), at },
        C::RecordSubmissionFailure { reason, asked: true, at },
        C::SubmissionTimeout { at },
        C::ReconcileMissing { at },
        C::Observe(saw(ObservedStatus::Ringing, 110)),
        C::ClassifyAnswer { answered_by: AnsweredBy::Human, detection_ms: 900, at },
        C::EnterIvr { flow_id: id(0xf7), flow_version: 1, at },
        C::EnterMenu { menu_id: id(0xe7), at },
        C::IvrInput {
            menu_id: id(0xe7),
            input_type: InputType::Speech,
            input: Some("yes".to_owned()),
            sensitive: false,
            confidence: Some(0.5),
            matched_option: None,
            at,
        },
    ]
}

fn in_handling() -> Vec<C> {
    let at = at(120);
    let (by, reason) = (By::Agent, "because".to_owned());
    let (offer_id, transfer_id, wrap_up) = (offer(7), transfer(7), timed());
    let target = TransferTarget::Agent { id: agent(3) };
    vec![
        C::ExitIvr { outcome: IvrOutcome::Queue, target: None, at },
        C::Enqueue { place: place(7), at },
        C::Offer { offer_id, agent_id: agent(3), expires_at: at.plus_ms(1), at },
        C::AcceptOffer { offer_id, wrap_up, at },
        C::RejectOffer { offer_id, reason: reason.clone(), at },
        C::TimeOutOffer { offer_id, at },
        C::RescindOffer { offer_id, reason: reason.clone(), at },
        C::ConnectAgent { agent_id: agent(3), via: ConnectVia::Takeover, wrap_up, at },
        C::Hold { by, reason: Some(reason.clone()), at },
        C::Resume { by, at },
        C::StartTransfer { transfer_id, kind: TransferKind::Warm, target, number: None, by, at },
        C::ConsultConnected { transfer_id, at },
        C::CompleteTransfer { transfer_id, place: None, wrap_up, at },
        C::CancelTransfer { transfer_id, by, at },
        C::FailTransfer { transfer_id, reason: reason.clone(), at },
    ]
}

fn afterwards() -> Vec<C> {
    let at = at(120);
    let reason = "because".to_owned();
    let (code, note) = ("busy".to_owned(), Some("why".to_owned()));
    vec![
        C::ExtendWrapUp { seconds: 10, max_extensions: 2, at },
        C::FinishWrapUp { reason: WrapUpEnd::Supervisor, at },
        C::RequestEnd { by: EndedBy::Agent, reason: Some(reason.clone()), at },
        C::Disposition {
            code: code.clone(),
            found: found("busy"),
            resolved: None,
            right_party: None,
            sale: None,
            follow_up_at: None,
            note: note.clone(),
            by: "user:1".to_owned(),
            at,
        },
        C::ReviseDisposition {
            code,
            found: found("busy"),
            resolved: None,
            right_party: None,
            sale: None,
            follow_up_at: None,
            note,
            reason: Some(reason),
            by: "user:1".to_owned(),
            privileged: true,
            at,
        },
        C::RequestCallback {
            phone: phone("+420777123456"),
            not_before: at,
            not_after: at.plus_ms(1),
            keeps_place: false,
            at,
        },
        C::LeaveQueue { reason: DequeueReason::Overflow, next: Some(place(8)), at },
        C::Drop { at },
        C::StartMessage { opt_out_key: '9', length_ms: 6_000, at },
        C::HearMessage { heard: MessageHeard::ToTheEnd, at },
        C::PressKey { key: '9', at },
        C::AgentLegLost { requeue: Some(place(7)), at },
        C::Erase { requested_by: "user:1".to_owned(), legal_basis: "GDPR".to_owned(), at },
        C::AddNote { note: "a note".to_owned(), by: "user:1".to_owned(), at },
        C::Change { patch: Some(Map::new()), tags: Some(vec!["vip".to_owned()]), at },
        C::Rate { score: 5, channel: RatingChannel::Agent, at },
    ]
}

#[test]
fn every_kind_of_command_is_there() {
    let kinds: Vec<Asked> = every_command().iter().map(Asked::from).collect();
    assert!(Asked::VARIANTS.iter().all(|kind| kinds.contains(kind)));
    assert_eq!(kinds.len(), Asked::VARIANTS.len());
}
