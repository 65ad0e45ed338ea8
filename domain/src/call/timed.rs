//! What happens to a call when nobody does anything.

use super::{Call, CallCommand, Stage, WrapUpEnd};
use crate::{Owed, Timed, Timestamp};

impl Timed for Call {
    const STARTS: &'static [&'static str] =
        &["CallOffered", "CallWrapUpStarted", "CallWrapUpExtended"];

    /// An offer that nobody has answered is over (C14), and a wrap-up with a deadline too (C22).
    fn owed(&self, now: Timestamp) -> Owed<CallCommand> {
        let Some(call) = self.known() else { return Owed::Nothing };
        if let Some(offer) = call.offer {
            let command = CallCommand::TimeOutOffer { offer_id: offer.offer_id, at: now };
            return Owed::when(offer.expires_at, now, command);
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
