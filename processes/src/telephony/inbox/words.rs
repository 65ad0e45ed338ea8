//! The provider's words in ours.

use domain::call::{AnsweredBy, ObservedStatus};

/// What a status means. `None`: we do not know it. `queued` tells nothing that a call does
/// not know of itself; it stands for the provider having taken it.
pub(super) fn status(word: &str) -> Option<ObservedStatus> {
    Some(match word {
        "queued" | "initiated" => ObservedStatus::Initiated,
        "ringing" => ObservedStatus::Ringing,
        "answered" | "in-progress" => ObservedStatus::Answered,
        "completed" => ObservedStatus::Completed,
        "busy" => ObservedStatus::Busy,
        "no-answer" => ObservedStatus::NoAnswer,
        "failed" => ObservedStatus::Failed,
        "canceled" => ObservedStatus::Canceled,
        _ => return None,
    })
}

/// Who answered; whatever we do not know is `unknown`, as it is for the provider.
pub(super) fn answered_by(word: &str) -> AnsweredBy {
    match word {
        "human" => AnsweredBy::Human,
        "machine_start" => AnsweredBy::MachineStart,
        "machine_end_beep" => AnsweredBy::MachineEndBeep,
        "machine_end_silence" => AnsweredBy::MachineEndSilence,
        "machine_end_other" => AnsweredBy::MachineEndOther,
        "fax" => AnsweredBy::Fax,
        _ => AnsweredBy::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_of_the_provider_has_a_meaning_and_no_other() {
        for word in [
            "queued",
            "initiated",
            "ringing",
            "answered",
            "in-progress",
            "completed",
            "busy",
            "no-answer",
            "failed",
            "canceled",
        ] {
            assert!(status(word).is_some(), "{word}");
        }
        for word in ["", "Ringing", "in_progress", "teleported"] {
            assert!(status(word).is_none(), "{word}");
        }
    }
}
