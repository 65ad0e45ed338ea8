//! What the rows owe: a request, a report, an end, or giving up.

use domain::call::{CallCommand, CallEvent, Observation, ObservedStatus};
use domain::{DecidedEvent, Personal, PhoneNumber, Timestamp};
use event_store::StreamKey;
use futures::StreamExt;
use futures::stream::FuturesUnordered;

use super::super::PROVIDER_DOWN;
use super::super::error::TelephonyError;
use super::super::follow_up::FollowUp;
use super::super::port::{DialRequest, EndReply, ProviderCall, Submission};
use super::table::{self, Done, Owed};
use super::{CrashPoint, DialSubmitter, NAME, Term};
use crate::dnc;

/// A call to be asked for, or why nobody will be asked.
enum Prepared {
    Request(DialRequest),
    Refused(&'static str),
}

impl DialSubmitter {
    /// Does what is owed now, a few rows of each kind, and says how much was done.
    pub(super) async fn pay(&self, term: &mut Term) -> Result<usize, TelephonyError> {
        let now = self.clock.now();
        let limit = i64::try_from(self.settings.parallel).unwrap_or(1).max(1);
        let owed = table::owed(&mut term.connection, now, limit).await?;
        let mut done = 0;
        let mut to_dial = Vec::new();
        for row in &owed {
            match row.work.as_str() {
                "dial" if row.end_requested() => {
                    let state = ("withdrawn", None);
                    self.drop_queued(term, row, state).await?;
                }
                "dial" if row.timeout_at() <= now => {
                    self.drop_queued(term, row, ("expired", None)).await?;
                }
                "dial" => {
                    to_dial.push(row);
                    continue;
                }
                "tell" => self.tell(term, row).await?,
                "end" => {
                    done += usize::from(self.end(term, row).await?);
                    continue;
                }
                "time_out" => self.time_out(term, row).await?,
                other => return Err(TelephonyError::Stored(format!("work {other:?}"))),
            }
            done += 1;
        }
        if self.telephony.is_down() {
            for row in to_dial {
                self.drop_queued(term, row, ("withdrawn", Some(PROVIDER_DOWN))).await?;
                done += 1;
            }
            return Ok(done);
        }
        // Where some are tried, the others wait for what comes of it.
        to_dial.truncate(self.telephony.room());
        if !to_dial.is_empty() {
            done += to_dial.len();
            self.dial(term, to_dial).await?;
        }
        Ok(done)
    }

    async fn drop_queued(
        &self,
        term: &mut Term,
        row: &Owed,
        state: (&str, Option<&str>),
    ) -> Result<(), TelephonyError> {
        let Term { connection, lease, .. } = term;
        table::drop_queued(connection, lease, row, state, self.clock.now()).await
    }

    /// Asks for calls, each once. Everything that can fail before comes before; then it is
    /// committed that they are asked for; then the provider is asked, for all at once.
    async fn dial(&self, term: &mut Term, rows: Vec<&Owed>) -> Result<(), TelephonyError> {
        let mut requests = Vec::with_capacity(rows.len());
        for row in rows {
            match self.prepare(row).await? {
                Prepared::Request(request) => requests.push((row, request)),
                Prepared::Refused(reason) => {
                    self.drop_queued(term, row, ("withdrawn", Some(reason))).await?;
                }
            }
        }
        if requests.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let times = (now, now.plus_ms(self.settings.timeout_ms));
        let rows: Vec<&Owed> = requests.iter().map(|(row, _)| *row).collect();
        let Term { connection, lease, .. } = &mut *term;
        let provider = &*self.telephony;
        let claimed = table::claim(connection, lease, &rows, provider, times).await?;
        if claimed.is_empty() {
            return Err(TelephonyError::Fenced);
        }
        self.pass(CrashPoint::Claimed)?;
        let asked = requests.into_iter().filter(|(row, _)| claimed.contains(&row.call()));
        let mut asked: FuturesUnordered<_> =
            asked.map(|(row, request)| async move { (row, self.ask(request).await) }).collect();
        while let Some((row, answer)) = self.next_answer(term, &mut asked).await {
            self.pass(CrashPoint::Asked)?;
            let now = self.clock.now();
            let Term { connection, lease, .. } = &mut *term;
            table::answered(connection, lease, row, &answer, now).await?;
            self.pass(CrashPoint::AnswerKept)?;
            if let Some(command) = report_of_answer(answer, now) {
                self.report(row, "record-submission", command).await?;
                self.pass(CrashPoint::AnswerTold)?;
                self.note(term, row, Done::Told).await?;
            }
        }
        Ok(())
    }

    /// The next answer; the lease is held meanwhile. Where it cannot be held, the answer is
    /// waited for nevertheless: keeping it will fail, but nothing is cut off half way.
    async fn next_answer<T>(
        &self,
        term: &mut Term,
        asked: &mut FuturesUnordered<impl Future<Output = T>>,
    ) -> Option<T> {
        loop {
            tokio::select! {
                biased;
                answer = asked.next() => return answer,
                () = self.clock.sleep_ms(self.settings.lease_ms / 3) => {}
            }
            let now = self.clock.now();
            if let Err(error) = term.lease.renew(&mut term.connection, now).await {
                tracing::warn!(%error, "the lease could not be renewed");
            }
        }
    }

    async fn ask(&self, request: DialRequest) -> Submission {
        tokio::select! {
            biased;
            answer = self.telephony.create_call(request) => answer,
            () = self.clock.sleep_ms(self.settings.request_ms) => Submission::Ambiguous,
        }
    }

    /// What the provider needs to know. The number is open only in here and in the request.
    async fn prepare(&self, row: &Owed) -> Result<Prepared, TelephonyError> {
        let stream = StreamKey {
            org_id: row.org().uuid(),
            aggregate_type: "call",
            aggregate_id: row.call().uuid(),
        };
        let events = self.commands.log().read_stream(stream, 1).await?;
        let event = events.iter().find(|event| event.event_id == row.event_id);
        let event = event
            .map(|event| CallEvent::decode(&event.event_type, event.event_version, &event.payload));
        let Some(Ok(CallEvent::CallInitiated {
            from,
            to,
            campaign_id,
            provider,
            ring_timeout_seconds,
            amd,
            ..
        })) = event
        else {
            tracing::error!(call = %row.call(), "what asks for the call cannot be read");
            return Ok(Prepared::Refused("request_unreadable"));
        };
        if provider.word() != self.telephony.provider() {
            return Ok(Prepared::Refused("provider_not_connected"));
        }
        let Some(to) = self.number(row, &to).await? else {
            return Ok(Prepared::Refused("number_erased"));
        };
        // Guard 4 once more: it may have been said since the call was asked for.
        let suppressed = dnc::suppressed(&self.commands, row.org(), &to, campaign_id).await;
        if suppressed.map_err(|error| TelephonyError::Command(error.to_string()))?.is_some() {
            return Ok(Prepared::Refused("do_not_call"));
        }
        let from = match from {
            Some(from) => self.number(row, &from).await?,
            None => None,
        };
        let (org, call) = (row.org(), row.call());
        Ok(Prepared::Request(DialRequest { org, call, from, to, ring_timeout_seconds, amd }))
    }

    async fn number(
        &self,
        row: &Owed,
        sealed: &Personal<PhoneNumber>,
    ) -> Result<Option<PhoneNumber>, TelephonyError> {
        let number = self.commands.reveal(row.org(), sealed).await?;
        Ok(number.and_then(|number| PhoneNumber::parse(&number).ok()))
    }

    /// Reports an outcome that an earlier term has kept, or a call that nobody asked for.
    async fn tell(&self, term: &mut Term, row: &Owed) -> Result<(), TelephonyError> {
        let at = row.finished_at().unwrap_or_else(|| self.clock.now());
        let name = || row.provider_call_id.clone().unwrap_or_default();
        let reason = || row.reason.clone().unwrap_or_default();
        match row.state.as_str() {
            "withdrawn" if row.reason.is_none() => self.withdraw(row, at).await?,
            "submitted" | "rejected" | "withdrawn" => {
                let answer = match row.state.as_str() {
                    "submitted" => Submission::Submitted(name()),
                    "withdrawn" => Submission::NotAsked(reason()),
                    _ => Submission::Rejected(reason()),
                };
                if let Some(command) = report_of_answer(answer, at) {
                    self.report(row, "record-submission", command).await?;
                }
            }
            other => return Err(TelephonyError::Stored(format!("a report on {other:?}"))),
        }
        self.note(term, row, Done::Told).await
    }

    /// Nobody was asked, so we know for ourselves that the call is taken back.
    async fn withdraw(&self, row: &Owed, at: Timestamp) -> Result<(), TelephonyError> {
        let follow_up = FollowUp {
            cause: row.end_event_id.unwrap_or(row.event_id),
            correlation: row.end_correlation.unwrap_or(row.correlation_id),
            ..self.follow_up(row, "withdraw")
        };
        let canceled = CallCommand::Observe(Observation {
            status: ObservedStatus::Canceled,
            provider_call_id: None,
            provider_at: at,
            recorded_at: at,
            duration_seconds: None,
            answered_by: None,
            sip_code: None,
        });
        follow_up.report(&self.commands, canceled).await
    }

    /// Asks the provider to end a call; its end comes as a callback. `false`: it could not be
    /// asked, and will be on the next tick.
    async fn end(&self, term: &mut Term, row: &Owed) -> Result<bool, TelephonyError> {
        let Some(provider_call_id) = row.provider_call_id.clone() else { return Ok(false) };
        let named = ProviderCall { org: row.org(), call: row.call(), provider_call_id };
        let reply = tokio::select! {
            biased;
            reply = self.telephony.end_call(named) => reply,
            () = self.clock.sleep_ms(self.settings.request_ms) => EndReply::Unreachable,
        };
        match reply {
            EndReply::Unreachable => {
                tracing::warn!(call = %row.call(), "the provider could not be asked for an end");
                return Ok(false);
            }
            EndReply::Unknown => {
                let command = CallCommand::ReconcileMissing { at: self.clock.now() };
                let follow_up = FollowUp {
                    cause: row.end_event_id.unwrap_or(row.event_id),
                    correlation: row.end_correlation.unwrap_or(row.correlation_id),
                    ..self.follow_up(row, "end-missing")
                };
                follow_up.report(&self.commands, command).await?;
            }
            EndReply::Accepted => {}
        }
        self.pass(CrashPoint::EndAsked)?;
        self.note(term, row, Done::EndSent).await?;
        Ok(true)
    }

    async fn time_out(&self, term: &mut Term, row: &Owed) -> Result<(), TelephonyError> {
        let command = CallCommand::SubmissionTimeout { at: self.clock.now() };
        self.report(row, "submission-timeout", command).await?;
        self.pass(CrashPoint::TimeoutTold)?;
        self.note(term, row, Done::TimedOut).await
    }

    async fn report(
        &self,
        row: &Owed,
        operation: &'static str,
        command: CallCommand,
    ) -> Result<(), TelephonyError> {
        self.follow_up(row, operation).report(&self.commands, command).await
    }

    fn follow_up(&self, row: &Owed, operation: &'static str) -> FollowUp {
        FollowUp {
            org: row.org(),
            call: row.call(),
            cause: row.event_id,
            correlation: row.correlation_id,
            process: NAME,
            operation,
        }
    }

    async fn note(&self, term: &mut Term, row: &Owed, done: Done) -> Result<(), TelephonyError> {
        let Term { connection, lease, .. } = term;
        table::note(connection, lease, row, done, self.clock.now()).await
    }
}

/// What the log is told of an answer; nothing of one that nobody knows.
fn report_of_answer(answer: Submission, at: Timestamp) -> Option<CallCommand> {
    match answer {
        Submission::Submitted(provider_call_id) => {
            Some(CallCommand::RecordSubmission { provider_call_id, at })
        }
        Submission::Rejected(reason) => {
            Some(CallCommand::RecordSubmissionFailure { reason, asked: true, at })
        }
        Submission::NotAsked(reason) => {
            Some(CallCommand::RecordSubmissionFailure { reason, asked: false, at })
        }
        Submission::Ambiguous => None,
    }
}
