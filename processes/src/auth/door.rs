//! What happens at the doors is written down in the organization's security stream.

use std::sync::PoisonError;

use domain::security::{Security, SecurityCommand, SecurityEvent};
use domain::{OrgId, SessionId, Timestamp, UserId};
use uuid::Uuid;

use super::{Accounts, AuthError, Principal, context, oneself};

/// How often the same refusal is written down at most.
const DENIED_MS: i64 = 60_000;

impl Accounts {
    /// Writes down what somebody has done.
    pub(super) async fn write_down(
        &self,
        org: OrgId,
        user: UserId,
        event: SecurityEvent,
    ) -> Result<(), AuthError> {
        let context = context(org, oneself(user), user.uuid());
        let (command, said) = (SecurityCommand::Record(event), (None, "written"));
        self.inner.commands.tell::<Security>(context, org.uuid(), command, None, said).await?;
        Ok(())
    }

    /// The same, without keeping anybody waiting: how long it takes must not tell who is known.
    pub(super) fn write_down_later(&self, org: OrgId, user: UserId, event: SecurityEvent) {
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(error) = accounts.write_down(org, user, event).await {
                tracing::error!(%error, "what happened at the door could not be written down");
            }
        });
    }

    /// Somebody asked for an operation that their role does not include.
    pub fn denied(&self, principal: &Principal, operation: &'static str) {
        let at = self.inner.clock.now();
        let key = (principal.user.uuid(), operation);
        {
            let mut denied = self.inner.denied.lock().unwrap_or_else(PoisonError::into_inner);
            denied.retain(|_, since| *since > at.millis() - DENIED_MS);
            if denied.insert(key, at.millis()).is_some() {
                return;
            }
        }
        let Principal { org, user, role, .. } = *principal;
        let operation = operation.to_owned();
        let event = SecurityEvent::PermissionDenied { user_id: user, role, operation, at };
        self.write_down_later(org, user, event);
    }

    /// Sessions of somebody were closed.
    pub(super) async fn closed_down(
        &self,
        org: OrgId,
        user: UserId,
        sessions: &[Uuid],
        (because, at): (&str, Timestamp),
    ) -> Result<(), AuthError> {
        for session in sessions {
            let (session_id, because) = (SessionId::from(*session), because.to_owned());
            let event = SecurityEvent::SessionClosed { user_id: user, session_id, because, at };
            self.write_down(org, user, event).await?;
        }
        Ok(())
    }
}
