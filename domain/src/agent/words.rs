//! The words of an agent's states.

use crate::words::words;

words! {
    /// What an agent has chosen to do.
    Presence {
        /// Not there.
        Offline,
        /// Takes calls.
        Available,
        /// Busy with something else; may still call out.
        Busy,
        /// On a break.
        Break,
        /// Is being trained.
        Training,
    }
    /// What an agent is seen to do: the first that fits, their presence where nothing else does.
    Activity {
        /// Has missed an offer and was taken out of routing for it.
        Missed,
        /// On a call.
        OnCall,
        /// Wraps up after a call.
        WrapUp,
        /// A call is being offered.
        Reserved,
        /// Takes calls.
        Available,
        /// Busy with something else.
        Busy,
        /// On a break.
        Break,
        /// Is being trained.
        Training,
        /// Not there.
        Offline,
    }
    /// Who has set a presence.
    PresenceBy {
        /// The agent.
        Agent,
        /// A supervisor or an administrator.
        Supervisor,
        /// The system: a deferred presence is due, an offer was missed, nobody was heard of.
        System,
    }
    /// How an offer ended that did not become a call.
    ReleaseOutcome {
        /// The agent has said no.
        Rejected,
        /// The agent has said nothing in time.
        TimedOut,
        /// The call went elsewhere or ended.
        Rescinded,
        /// The agent left.
        SignedOut,
    }
    /// What a missed offer means for the agent.
    OnMissed {
        /// Nothing.
        Stay,
        /// Nothing is offered until they say that they are there.
        Unavailable,
    }
    /// Why an agent is not there any more.
    SignOutReason {
        /// They have left.
        Agent,
        /// A supervisor or an administrator has signed them out.
        Supervisor,
        /// Nothing was heard of their program for 90 seconds.
        HeartbeatLost,
        /// They may not sign in any more.
        Suspended,
    }
    /// Who ended the time after a call.
    WrapUpEndedBy {
        /// The agent.
        Agent,
        /// The clock.
        Timeout,
        /// A supervisor.
        Supervisor,
        /// The agent left.
        SignedOut,
    }
    /// Why a profile takes no calls any more.
    DeactivationReason {
        /// An administrator has said so.
        Administrator,
        /// The person has a role that takes no calls.
        RoleChanged,
        /// The person was erased.
        Erased,
    }
}
