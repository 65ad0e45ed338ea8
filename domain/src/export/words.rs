//! The words of an export, with the spelling that they have on the wire.

use crate::words::words;

words! {
    /// What is in a file.
    Report {
        /// The figures of calls.
        Calls,
        /// Those of agents.
        Agents,
        /// Those of campaigns.
        Campaigns,
        /// Those of queues.
        Queues,
        /// Those of flows (IVR).
        Ivr,
        /// Those of dispositions.
        Dispositions,
        /// The calls themselves, a row for each.
        CallFacts,
    }
    /// How it is written.
    ExportFormat {
        /// Comma-separated values with a header (RFC 4180).
        Csv,
        /// A JSON object on each line.
        Jsonl,
    }
    /// Where an export stands.
    ExportStatus {
        /// It waits for its turn.
        Queued,
        /// The file is being written.
        Running,
        /// The file is there.
        Completed,
        /// The file could not be written.
        Failed,
        /// Somebody has taken it away.
        Canceled,
        /// The file was there for as long as it is kept.
        Expired,
    }
}
