//! The work: whole calls, command by command, without any personal data,
//! because stock cqrs-es stores what it gets.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::call::{
    AnsweredBy, CallCommand, Enqueue, InboundCall, Observation, ObservedStatus, Provider, WrapUp,
    WrapUpEnd, WrapUpMode,
};
use domain::disposition::DispositionCatalog;
use domain::{AgentId, OfferId, PhoneNumber, QueueId, SubjectId, Timestamp};
use uuid::Uuid;

/// Commands of one call.
pub const COMMANDS: usize = 8;
/// And events.
pub const EVENTS: usize = 9;

/// The id of a new call and its commands, in order.
///
/// # Panics
/// Never: the number is one.
#[must_use]
#[expect(clippy::expect_used, reason = "the number is one")]
pub fn next() -> (Uuid, Vec<CallCommand>) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = Uuid::now_v7();
    let start = Timestamp::from(chrono::Utc::now());
    let at = |ms| start.plus_ms(ms);
    let observed = |status, ms, duration_seconds| {
        CallCommand::Observe(Observation {
            status,
            provider_call_id: Some(format!("bench-{id}")),
            provider_at: at(ms),
            recorded_at: at(ms),
            duration_seconds,
            answered_by: Some(AnsweredBy::Human),
            sip_code: None,
        })
    };
    let offer_id = OfferId::from(Uuid::now_v7());
    let agent_id = AgentId::from(Uuid::from_u128(u128::from(number % 50)));
    let wrap_up = WrapUp { mode: WrapUpMode::Manual, seconds: 0 };
    let inbound = InboundCall {
        provider: Provider::Simulator,
        provider_call_id: format!("bench-{id}"),
        from: None,
        to: PhoneNumber::parse("+420222000111").expect("a number"),
        subject: SubjectId::from(id),
        flow: None,
        forwarded_from: None,
        at: start,
    };
    let place = Enqueue {
        queue_id: QueueId::from(Uuid::from_u128(u128::from(number % 5))),
        priority: 50,
        required_skills: vec!["billing".to_owned()],
        language: Some("en".to_owned()),
    };
    let commands = vec![
        CallCommand::RegisterInbound(Box::new(inbound)),
        observed(ObservedStatus::Answered, 10, None),
        CallCommand::Enqueue { place, at: at(20) },
        CallCommand::Offer { offer_id, agent_id, expires_at: at(20_000), at: at(30) },
        CallCommand::AcceptOffer { offer_id, wrap_up, at: at(40) },
        observed(ObservedStatus::Completed, 50, Some(1)),
        CallCommand::FinishWrapUp { reason: WrapUpEnd::Agent, at: at(60) },
        CallCommand::Disposition {
            code: "not_interested".to_owned(),
            found: DispositionCatalog::standard().found("not_interested", true),
            resolved: Some(true),
            right_party: None,
            sale: None,
            follow_up_at: None,
            note: None,
            by: "bench".to_owned(),
            at: at(70),
        },
    ];
    debug_assert_eq!(commands.len(), COMMANDS);
    (id, commands)
}
