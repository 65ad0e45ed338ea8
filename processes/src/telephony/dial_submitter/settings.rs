//! How the dial process runs.

/// How the dial process runs.
#[derive(Clone, Debug)]
pub struct DialSettings {
    /// How long the lease holds without a sign of life.
    pub lease_ms: i64,
    /// How long a call may go unheard of before it is given up.
    pub timeout_ms: i64,
    /// How long the provider may take to answer a request.
    pub request_ms: i64,
    /// How often it looks although nothing has happened.
    pub tick_ms: i64,
    /// How many calls are asked for at once.
    pub parallel: usize,
    /// Where a test stops it.
    pub crash_at: Option<CrashPoint>,
}

impl Default for DialSettings {
    fn default() -> Self {
        Self {
            lease_ms: 5_000,
            timeout_ms: 30_000,
            request_ms: 10_000,
            tick_ms: 1_000,
            parallel: 16,
            crash_at: None,
        }
    }
}

/// Where the process can be stopped by a test: before and after everything that it commits,
/// asks or reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// Facts were read from the log; nothing of them is kept.
    FactsRead,
    /// They are kept, and the cursor has moved.
    FactsKept,
    /// It is committed to ask the provider, and nobody was asked.
    Claimed,
    /// The provider has answered, and nobody else knows.
    Asked,
    /// The answer is kept; the log does not know it.
    AnswerKept,
    /// The log knows it; the table does not know that.
    AnswerTold,
    /// The provider was asked to end the call; the table does not know that.
    EndAsked,
    /// The log was told that the call is given up; the table does not know that.
    TimeoutTold,
}

impl CrashPoint {
    /// All of them, in the order of a call.
    pub const ALL: [CrashPoint; 8] = [
        Self::FactsRead,
        Self::FactsKept,
        Self::Claimed,
        Self::Asked,
        Self::AnswerKept,
        Self::AnswerTold,
        Self::EndAsked,
        Self::TimeoutTold,
    ];
}
