//! Where an alert is told: what is asked for, by its name.

use domain::alert_rule::Channel;

use crate::http::problem::{Problem, VALIDATION_FAILED};

/// The channels that somebody has written into the field `channels`.
pub(super) fn channels(written: &[String]) -> Result<Vec<Channel>, Problem> {
    let channel = |(place, name): (usize, &String)| match name.as_str() {
        "feed" => Ok(Channel::Feed),
        other => {
            let words = match other {
                "webhook" => "webhook: alerts are not sent to webhooks yet; feed alone",
                _ => "there is no such channel; feed alone",
            };
            let pointer = format!("/channels/{place}");
            Err(Problem::at(&VALIDATION_FAILED, &pointer, "invalid-value", words))
        }
    };
    written.iter().enumerate().map(channel).collect()
}
