//! The harness, and calls in every state.

use serde_json::Map;
use uuid::Uuid;

use super::super::*;
pub(super) use crate::Refusal;
use crate::disposition::{DispositionCatalog, Found};
use crate::{AgentId, Decider, OfferId, PhoneNumber, QueueId, SubjectId, Timestamp, TransferId};

pub(super) use super::super::{CallCommand as C, CallEvent as E};

/// 2026-03-04T10:00:00Z, and so many seconds later.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_772_618_400_000 + seconds * 1_000)
}

pub(super) fn id<T: From<Uuid>>(number: u128) -> T {
    T::from(Uuid::from_u128(number))
}

pub(super) fn subject() -> SubjectId {
    id(0x5b)
}

/// What the standard catalog says of a code, and a campaign that has it.
pub(super) fn found(code: &str) -> Found {
    DispositionCatalog::standard().found(code, true)
}

pub(super) fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::parse(text).expect("a number")
}

/// A call at some point of its life.
#[derive(Clone, Debug)]
pub(super) struct Given(pub(super) Call);

pub(super) fn nothing() -> Given {
    Given(Call::Unknown)
}

/// The call that these commands lead to; each is accepted and leads to something.
pub(super) fn given(commands: impl IntoIterator<Item = C>) -> Given {
    commands.into_iter().fold(nothing(), |given, command| given.and(command))
}

impl Given {
    /// Another command that is accepted and leads to something.
    pub(super) fn and(&self, command: C) -> Self {
        let when = self.when(command.clone());
        let facts = when.decided.expect("accepted");
        assert!(!facts.is_empty(), "nothing follows from {command:?}");
        Self(after(self.0.clone(), &facts))
    }

    pub(super) fn when(&self, command: C) -> When {
        When { before: self.0.clone(), decided: self.0.decide(command) }
    }

    pub(super) fn known(&self) -> &KnownCall {
        self.0.known().expect("a call")
    }

    pub(super) fn state(&self) -> String {
        format!("{}/{}", self.0.leg(), self.0.stage())
    }
}

/// What was decided.
pub(super) struct When {
    before: Call,
    pub(super) decided: Result<Vec<E>, CallRefusal>,
}

impl When {
    /// Exactly these facts follow; the call after them.
    pub(super) fn then(self, facts: impl IntoIterator<Item = E>) -> Given {
        let facts: Vec<E> = facts.into_iter().collect();
        assert_eq!(self.decided, Ok(facts.clone()));
        Given(after(self.before, &facts))
    }

    /// Facts of these types follow; the call after them.
    pub(super) fn then_types(self, types: &[&str]) -> Given {
        use crate::DecidedEvent;
        let facts = self.decided.expect("accepted");
        let told: Vec<&str> = facts.iter().map(DecidedEvent::event_type).collect();
        assert_eq!(told, types);
        Given(after(self.before, &facts))
    }

    pub(super) fn then_nothing(self) -> Given {
        self.then([])
    }

    pub(super) fn refused(self) -> CallRefusal {
        self.decided.expect_err("refused")
    }

    /// Refused in this state; what would be possible.
    pub(super) fn not_now(self, state: &str) -> Vec<&'static str> {
        let refusal = self.refused();
        let CallRefusal::State { state: told, allowed } = refusal else { panic!("{refusal:?}") };
        assert_eq!(told, state);
        allowed
    }

    /// Refused for this field, by this rule.
    pub(super) fn field(self, pointer: &str, reason: &str) {
        let refusal = self.refused();
        assert_eq!((refusal.pointer(), refusal.reason()), (Some(pointer), Some(reason)));
    }
}

pub(super) fn after(mut call: Call, facts: &[E]) -> Call {
    facts.iter().for_each(|fact| call.evolve(fact));
    call
}

pub(super) fn free() -> DialVerdict {
    DialVerdict {
        suppressed: false,
        live_calls: 0,
        max_live_calls: 5,
        provider_back_in_seconds: None,
        agent_busy: false,
        duplicate_live: false,
        override_duplicate: false,
    }
}

pub(super) fn outbound() -> OutboundCall {
    OutboundCall {
        from: Some(phone("+420222000111")),
        to: phone("+420777123456"),
        subject: subject(),
        belongs: Belongs { agent_id: Some(agent(1)), ..Belongs::default() },
        dial_order: DialOrder::CustomerFirst,
        dial_mode: DialMode::Progressive,
        provider: Provider::Simulator,
        ring_timeout_seconds: 30,
        amd: AmdMode::Off,
        record: RecordingPolicy::Policy,
        metadata: Map::new(),
        verdict: free(),
        at: at(0),
    }
}

pub(super) fn inbound() -> InboundCall {
    InboundCall {
        provider: Provider::Simulator,
        provider_call_id: "CA1".to_owned(),
        from: Some(phone("+420777123456")),
        to: phone("+420222000111"),
        subject: subject(),
        flow: Some((id(0xf1), 3)),
        forwarded_from: None,
        at: at(0),
    }
}

pub(super) fn historic() -> HistoricCall {
    HistoricCall {
        source: "old".to_owned(),
        source_id: "row-1".to_owned(),
        direction: Direction::Outbound,
        subject: subject(),
        from: None,
        to: Some(phone("+420777123456")),
        created_at: at(0),
        answered_at: Some(at(5)),
        ended_at: at(65),
        end_status: EndStatus::Completed,
        wait_ms: Some(5_000),
        talk_ms: Some(50_000),
        hold_ms: Some(10_000),
        wrap_ms: Some(20_000),
        agent_label: Some("Ann".to_owned()),
        queue_label: None,
        campaign_label: None,
        attempt_no: Some(2),
        disposition: Some("not_interested".to_owned()),
        meaning: DispositionCatalog::standard().meaning("not_interested"),
        resolved: Some(true),
        rating: Some(4),
        tags: vec!["old".to_owned()],
        test: false,
        metadata: Map::new(),
    }
}

pub(super) fn dial(call: OutboundCall) -> C {
    C::InitiateOutbound(Box::new(call))
}

pub(super) fn register(call: InboundCall) -> C {
    C::RegisterInbound(Box::new(call))
}

pub(super) fn import(call: HistoricCall) -> C {
    C::ImportHistoric(Box::new(call))
}

pub(super) fn agent(number: u128) -> AgentId {
    id(0xa0 + number)
}

pub(super) fn queue(number: u128) -> QueueId {
    id(0xc0 + number)
}

pub(super) fn offer(number: u128) -> OfferId {
    id(0x0f_00 + number)
}

pub(super) fn transfer(number: u128) -> TransferId {
    id(0x7f_00 + number)
}

pub(super) fn timed() -> WrapUp {
    WrapUp { mode: WrapUpMode::Timed, seconds: 30 }
}

pub(super) fn place(number: u128) -> Enqueue {
    Enqueue {
        queue_id: queue(number),
        priority: 50,
        required_skills: vec!["billing".to_owned()],
        language: Some("en".to_owned()),
    }
}

/// The provider says this, heard of one second later.
pub(super) fn saw(status: ObservedStatus, seconds: i64) -> Observation {
    Observation {
        status,
        provider_call_id: Some("CA1".to_owned()),
        provider_at: at(seconds),
        recorded_at: at(seconds + 1),
        duration_seconds: None,
        answered_by: None,
        sip_code: None,
    }
}

pub(super) fn lasted(status: ObservedStatus, seconds: i64, duration: u32) -> Observation {
    Observation { duration_seconds: Some(duration), ..saw(status, seconds) }
}

/// Calls on their way to an agent, one step each.
pub(super) mod calls {
    use super::*;

    pub(in super::super) fn queued() -> Given {
        given([dial(outbound())])
    }

    pub(in super::super) fn initiated() -> Given {
        queued().and(C::RecordSubmission { provider_call_id: "CA1".to_owned(), at: at(1) })
    }

    pub(in super::super) fn ringing() -> Given {
        initiated().and(C::Observe(saw(ObservedStatus::Ringing, 2)))
    }

    pub(in super::super) fn answered() -> Given {
        ringing().and(C::Observe(saw(ObservedStatus::Answered, 5)))
    }

    pub(in super::super) fn hearing() -> Given {
        answered().and(C::StartMessage { opt_out_key: '9', length_ms: 6_000, at: at(8) })
    }

    pub(in super::super) fn received() -> Given {
        given([register(inbound())])
    }

    pub(in super::super) fn in_ivr() -> Given {
        received().and(C::EnterIvr { flow_id: id(0xf1), flow_version: 3, at: at(5) })
    }

    pub(in super::super) fn waiting() -> Given {
        answered().and(C::Enqueue { place: place(1), at: at(10) })
    }

    pub(in super::super) fn offered() -> Given {
        let (offer_id, agent_id) = (offer(1), agent(1));
        waiting().and(C::Offer { offer_id, agent_id, expires_at: at(40), at: at(20) })
    }

    pub(in super::super) fn connected() -> Given {
        offered().and(C::AcceptOffer { offer_id: offer(1), wrap_up: timed(), at: at(30) })
    }

    pub(in super::super) fn on_hold() -> Given {
        connected().and(C::Hold { by: By::Agent, reason: None, at: at(40) })
    }

    pub(in super::super) fn transferring(kind: TransferKind, target: TransferTarget) -> Given {
        let number = (target == TransferTarget::Number).then(|| phone("+420777999888"));
        let (transfer_id, by, at) = (transfer(1), By::Agent, at(50));
        connected().and(C::StartTransfer { transfer_id, kind, target, number, by, at })
    }

    pub(in super::super) fn wrapping_up() -> Given {
        connected().and(C::Observe(lasted(ObservedStatus::Completed, 100, 95)))
    }

    pub(in super::super) fn closed() -> Given {
        wrapping_up().and(C::FinishWrapUp { reason: WrapUpEnd::Agent, at: at(110) })
    }

    pub(in super::super) fn unanswered() -> Given {
        ringing().and(C::Observe(saw(ObservedStatus::NoAnswer, 32)))
    }

    pub(in super::super) fn imported() -> Given {
        given([import(historic())])
    }

    pub(in super::super) fn erased() -> Given {
        let (requested_by, legal_basis) = ("user:1".to_owned(), "GDPR 17".to_owned());
        closed().and(C::Erase { requested_by, legal_basis, at: at(200) })
    }
}
