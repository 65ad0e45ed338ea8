//! The trace id of a request: taken from W3C `traceparent`, otherwise random.

use http::HeaderMap;
use uuid::Uuid;

/// Names one request in logs, problem documents and, as the correlation id,
/// in the events that it causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace(u128);

impl Trace {
    /// From the header where it is well-formed, else from `random`.
    #[must_use]
    pub fn of(headers: &HeaderMap, random: impl FnOnce() -> u128) -> Self {
        let parent = headers.get("traceparent").and_then(|value| value.to_str().ok());
        Self(parent.and_then(parse).unwrap_or_else(random))
    }

    /// 32 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{:032x}", self.0)
    }

    /// As a header that has others follow it.
    #[must_use]
    pub fn parent(&self) -> String {
        format!("00-{:032x}-{:016x}-01", self.0, (self.0 >> 64) | 1)
    }

    /// The same number as a UUID.
    #[must_use]
    pub fn correlation(&self) -> Uuid {
        Uuid::from_u128(self.0)
    }
}

/// `00-<32 hex trace>-<16 hex parent>-<2 hex flags>`
fn parse(parent: &str) -> Option<u128> {
    let mut parts = parent.split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let fits =
        hex(version, 2) && version != "ff" && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    if !fits || (version == "00" && parts.next().is_some()) || span.bytes().all(|b| b == b'0') {
        return None;
    }
    u128::from_str_radix(trace, 16).ok().filter(|trace| *trace != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_parent_is_followed() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(parse(good), Some(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736));
        for bad in [
            "",
            "00-0-0-0",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
