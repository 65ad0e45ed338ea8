//! A telephone provider behind its breaker.

use std::sync::Arc;

use async_trait::async_trait;
use domain::call::Provider;

use super::port::{
    DialRequest, EndReply, Fetched, PlayReply, ProviderCall, Speech, Submission, Telephony,
};
use crate::breaker::{Breakers, Failure, Heard, Service};

/// A provider that is left alone while it does not answer. Calls that are under way are spoken
/// to, ended and looked at whatever the breaker says.
pub struct Guarded {
    telephony: Arc<dyn Telephony>,
    breakers: Breakers,
    service: Service,
}

impl Guarded {
    /// The provider behind the breaker of its name.
    #[must_use]
    pub fn new(telephony: Arc<dyn Telephony>, provider: Provider, breakers: Breakers) -> Self {
        let service = Service::Telephony(provider);
        breakers.guard(service);
        Self { telephony, breakers, service }
    }
}

#[async_trait]
impl Telephony for Guarded {
    fn provider(&self) -> &'static str {
        self.telephony.provider()
    }

    fn account(&self) -> &str {
        self.telephony.account()
    }

    fn remembers(&self) -> bool {
        self.telephony.remembers()
    }

    fn is_down(&self) -> bool {
        self.breakers.is_open(self.service)
    }

    fn room(&self) -> usize {
        let room = self.breakers.room(self.service).map(usize::try_from);
        room.and_then(Result::ok).unwrap_or(usize::MAX)
    }

    async fn create_call(&self, request: DialRequest) -> Submission {
        let Some(permit) = self.breakers.admit(self.service) else {
            return Submission::NotAsked(super::PROVIDER_DOWN.to_owned());
        };
        let answer = self.telephony.create_call(request).await;
        permit.heard(match answer {
            Submission::Submitted(_) | Submission::Rejected(_) | Submission::NotAsked(_) => {
                Heard::Answered
            }
            Submission::Ambiguous => Heard::Failed(Failure::Timeout),
        });
        answer
    }

    async fn end_call(&self, call: ProviderCall) -> EndReply {
        let asked = self.breakers.asked(self.service);
        let reply = self.telephony.end_call(call).await;
        asked.heard(match reply {
            EndReply::Accepted | EndReply::Unknown => Heard::Answered,
            EndReply::Unreachable => Heard::Failed(Failure::Connect),
        });
        reply
    }

    async fn play(&self, speech: Speech) -> PlayReply {
        let asked = self.breakers.asked(self.service);
        let reply = self.telephony.play(speech).await;
        asked.heard(match reply {
            PlayReply::Accepted | PlayReply::Unknown => Heard::Answered,
            PlayReply::Unreachable => Heard::Failed(Failure::Connect),
        });
        reply
    }

    async fn fetch_call(&self, call: ProviderCall) -> Fetched {
        let asked = self.breakers.asked(self.service);
        let fetched = self.telephony.fetch_call(call).await;
        asked.heard(match fetched {
            Fetched::Live | Fetched::Ended(_) | Fetched::Unknown => Heard::Answered,
            Fetched::Unreachable => Heard::Failed(Failure::Connect),
        });
        fetched
    }
}
