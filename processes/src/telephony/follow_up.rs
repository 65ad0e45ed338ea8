//! The command by which a process reports what followed from an event.

use domain::call::{Call, CallCommand};
use domain::{CallId, OrgId};
use event_store::{Actor, ActorKind, Context, Failure, IdempotencyKey};
use uuid::Uuid;

use super::error::TelephonyError;
use crate::commands::Commands;

/// Which event it follows from, and who reports.
#[derive(Clone, Copy, Debug)]
pub(super) struct FollowUp {
    pub org: OrgId,
    pub call: CallId,
    /// The event that caused it.
    pub cause: Uuid,
    pub correlation: Uuid,
    /// The process.
    pub process: &'static str,
    /// What it reports; with the cause it makes the idempotency key.
    pub operation: &'static str,
}

impl FollowUp {
    /// Reports, as often as need be: the same event has the same outcome. A call that says no
    /// has moved on, and nothing is owed to it any more.
    pub(super) async fn report(
        self,
        commands: &Commands,
        command: CallCommand,
    ) -> Result<(), TelephonyError> {
        let context = Context {
            org_id: self.org.uuid(),
            actor: self.actor(),
            correlation_id: self.correlation,
            causation_id: Some(self.cause),
            source: self.process,
        };
        let key = IdempotencyKey {
            actor: self.actor().stored(),
            operation: self.operation.to_owned(),
            key: self.cause.to_string(),
            fingerprint: [0; 32],
        };
        let id = self.call.uuid();
        let told = commands.tell::<Call>(context, id, command, Some(key), (None, "told")).await;
        match told {
            Ok(_) => Ok(()),
            Err(Failure::Refused { error, .. }) => {
                let operation = self.operation;
                tracing::info!(call = %self.call, operation, %error, "the call has moved on");
                Ok(())
            }
            Err(failure) => Err(TelephonyError::failure(&failure)),
        }
    }

    fn actor(&self) -> Actor {
        Actor { kind: ActorKind::System, id: self.process.to_owned(), role: None }
    }
}
