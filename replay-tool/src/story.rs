//! An event as a sentence. It is told from the event's name and fields, so
//! that a new type of event has a sentence at once and a poor one only at worst.

use serde_json::Value;

/// The fields that a sentence does not repeat: the line has the time already.
const SILENT: [&str; 6] =
    ["at", "created_at", "answered_at", "ended_at", "submitted_at", "subject_key"];

/// One sentence, as "Answered by a human" or "Tagged: added vip".
pub(crate) fn sentence(event_type: &str, payload: &Value) -> String {
    let field = |name: &str| payload.get(name).and_then(words);
    let or = |name: &str, other: &str| field(name).unwrap_or_else(|| other.to_owned());
    match event_type {
        "CallInitiated" => {
            format!("A call from {} to {} is asked for", or("from", "us"), or("to", "somebody"))
        }
        "InboundCallReceived" => {
            format!("A call from {} to {} comes in", or("from", "somebody"), or("to", "us"))
        }
        "CallImported" => format!(
            "A call of {} is brought in; it ended {}",
            or("source", "another system"),
            or("end_status", "somehow")
        ),
        "CallDialSubmitted" => "The provider has taken the call".to_owned(),
        "CallRinging" => "It rings".to_owned(),
        "CallAnswered" => match field("answered_by") {
            Some(who) => format!("Answered by {who}"),
            None => "Answered".to_owned(),
        },
        "CallEndRequested" => format!("{} asks for the end", or("by", "somebody")),
        "CallEnded" => {
            format!("Ended: {}, by {}", or("end_status", "?"), or("ended_by", "somebody"))
        }
        "CallDispositioned" => format!("The outcome is {}", or("code", "?")),
        "CallNoteAdded" => format!("A note: {}", or("note", "")),
        "CallRated" => format!("Rated {} of 5", or("score", "?")),
        other => plain(other, payload),
    }
}

fn plain(event_type: &str, payload: &Value) -> String {
    let mut told = String::new();
    for letter in event_type.strip_prefix("Call").unwrap_or(event_type).chars() {
        match (letter.is_uppercase(), told.is_empty()) {
            (true, false) => {
                told.push(' ');
                told.extend(letter.to_lowercase());
            }
            _ => told.push(letter),
        }
    }
    let fields = payload.as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| !SILENT.contains(&name.as_str()));
    let details: Vec<String> = fields
        .filter_map(|(name, value)| Some(format!("{} {}", name.replace('_', " "), words(value)?)))
        .collect();
    match details.is_empty() {
        true => told,
        false => format!("{told}: {}", details.join(", ")),
    }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.replace('_', " ")),
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().filter_map(words).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) if fields.is_empty() => None,
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_told_in_words() {
        let told = sentence("CallAnswered", &json!({"answered_by": "human", "at": 1}));
        assert_eq!(told, "Answered by human");
        let told = sentence("CallTagged", &json!({"added": ["vip"], "removed": [], "at": 1}));
        assert_eq!(told, "Tagged: added vip");
        assert_eq!(sentence("CallHeld", &json!({})), "Held");
    }
}
