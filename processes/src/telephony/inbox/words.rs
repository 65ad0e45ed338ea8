//! The provider's words in ours.

use domain::call::{AnsweredBy, MessageHeard, ObservedStatus};

/// What a callback tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// Something of the call.
    Status(ObservedStatus),
    /// How a message was heard.
    Heard(MessageHeard),
    /// That a key was pressed.
    Pressed(char),
}

/// What a callback of this kind means by its word. `None`: we do not know it.
pub(super) fn meant(kind: &str, word: &str) -> Option<Meant> {
    match kind {
        "message" => Some(Meant::Heard(match word {
            "played" => MessageHeard::ToTheEnd,
            "failed" => MessageHeard::Failed,
            _ => return None,
        })),
        "key" => {
            let mut pressed = word.chars();
            let key = pressed.next().filter(|_| pressed.next().is_none());
            key.filter(|key| matches!(key, '0'..='9' | '*' | '#')).map(Meant::Pressed)
        }
        _ => status(word).map(Meant::Status),
    }
}

/// What a status means. `None`: we do not know it. `queued` tells nothing that a call does
/// not know of itself; it stands for the provider having taken it.
fn status(word: &str) -> Option<ObservedStatus> {
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
    fn a_message_and_a_key_have_words_of_their_own() {
        let heard = |word| meant("message", word);
        assert_eq!(heard("played"), Some(Meant::Heard(MessageHeard::ToTheEnd)));
        assert_eq!(heard("failed"), Some(Meant::Heard(MessageHeard::Failed)));
        assert_eq!((heard("completed"), meant("status", "played")), (None, None));
        assert_eq!(meant("status", "failed"), Some(Meant::Status(ObservedStatus::Failed)));
        assert_eq!(meant("key", "#"), Some(Meant::Pressed('#')));
        for word in ["", "12", "a", "completed"] {
            assert_eq!(meant("key", word), None, "{word}");
        }
    }

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
