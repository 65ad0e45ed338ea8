//! What happens to a call when nobody does anything.

use super::{Call, CallCommand, Leg, MessageHeard, Stage, WrapUpEnd};
use crate::{Owed, Timed, Timestamp};

impl Timed for Call {
    const STARTS: &'static [&'static str] =
        &["CallOffered", "CallMessageStarted", "CallWrapUpStarted", "CallWrapUpExtended"];

    /// An offer that nobody has answered is over (C14), so is a message of which nothing is told
    /// (C32), and a wrap-up with a deadline (C22).
    fn owed(&self, now: Timestamp) -> Owed<CallCommand> {
        let Some(call) = self.known() else { return Owed::Nothing };
        if let Some(offer) = call.offer {
            let command = CallCommand::TimeOutOffer { offer_id: offer.offer_id, at: now };
            return Owed::when(offer.expires_at, now, command);
        }
        if let Some(message) = call.hears().filter(|_| call.leg < Leg::Ended) {
            let command = CallCommand::HearMessage { heard: MessageHeard::Failed, at: now };
            return Owed::when(message.deadline(), now, command);
        }
        match call.wrap_up.and_then(|wrap_up| wrap_up.deadline) {
            Some(deadline) if call.stage == Stage::WrapUp => {
                let command = CallCommand::FinishWrapUp { reason: WrapUpEnd::Timeout, at: now };
                Owed::when(deadline, now, command)
            }
            Some(_) | None => Owed::Nothing,
        }
    }
}
