//! Says what calls are to hear that nobody speaks with.
//!
//! That a message is to be said stands in the call before it is asked of the provider, and a call
//! hears one message. So whoever dies in between is asked for it again, and it is said once.

use std::sync::Arc;

use domain::CallId;
use domain::call::{Call, CallCommand, CallMessage, KnownCall, Leg, MessageHeard, MessagePurpose};
use event_store::Failure;

use super::Dialing;
use crate::reactor::{Next, Reactor, Subject, Trouble};
use crate::telephony::{PlayReply, ProviderCall, Speech, Telephony};

/// The process: in its cursor, its dead letters, and what it tells the log.
const NAME: &str = "speaker";
/// How long a provider may take to begin. Somebody listens to nothing meanwhile.
const REQUEST_MS: i64 = 3_000;

/// The process.
pub struct Speaker {
    dialing: Dialing,
    telephony: Arc<dyn Telephony>,
}

impl Speaker {
    /// Speaks through this provider.
    #[must_use]
    pub fn new(dialing: Dialing, telephony: Arc<dyn Telephony>) -> Self {
        Self { dialing, telephony }
    }

    /// What is to be said, where the campaign still has it.
    async fn speech(
        &self,
        subject: &Subject,
        call: &KnownCall,
        heard: &CallMessage,
    ) -> Result<Option<Speech>, Trouble> {
        let Some(provider_call_id) = call.provider_call_id.clone() else { return Ok(None) };
        let settings = self.dialing.settings_of(subject, call).await?;
        let message = settings.as_ref().and_then(|settings| settings.message(heard.purpose));
        let Some(text) = message.map(|message| message.text.to_owned()) else { return Ok(None) };
        let language = settings.and_then(|settings| settings.language);
        let call =
            ProviderCall { org: subject.org, call: CallId::from(subject.id), provider_call_id };
        Ok(Some(Speech { call, text, language, listens_for: heard.opt_out_key }))
    }

    async fn say(&self, speech: Speech) -> PlayReply {
        tokio::select! {
            biased;
            reply = self.telephony.play(speech) => reply,
            () = self.dialing.commands.clock().sleep_ms(REQUEST_MS) => PlayReply::Unreachable,
        }
    }
}

impl Reactor for Speaker {
    fn name(&self) -> &'static str {
        NAME
    }

    fn wants(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == Call::TYPE && event_type == "CallMessageStarted"
    }

    async fn look(&self, subject: &Subject) -> Result<Next, Trouble> {
        let commands = &self.dialing.commands;
        let state = commands.state::<Call>(subject.org, subject.id).await?;
        let known = state.as_ref().and_then(|(call, _)| call.known());
        let Some(call) = known.filter(|call| call.leg < Leg::Ended) else { return Ok(Next::Rest) };
        let Some(message) = call.hears() else { return Ok(Next::Rest) };
        let reply = match self.speech(subject, call, message).await? {
            Some(speech) => self.say(speech).await,
            None => PlayReply::Unknown,
        };
        let at = commands.now();
        let command = match (reply, message.purpose) {
            // How it was heard is told by the provider, or by time.
            (PlayReply::Accepted, MessagePurpose::Announcement) => return Ok(Next::Rest),
            (PlayReply::Accepted, MessagePurpose::SafeHarbor) => CallCommand::Drop { at },
            (PlayReply::Unknown | PlayReply::Unreachable, _) => {
                CallCommand::HearMessage { heard: MessageHeard::Failed, at }
            }
        };
        match subject.try_to_tell::<Call>(commands, NAME, command).await {
            // They have hung up meanwhile.
            Ok(_) | Err(Failure::Refused { .. }) => Ok(Next::Rest),
            Err(failure) => Err(failure.into()),
        }
    }
}
