//! The words of a call, with the spelling that they have on the wire.

use crate::words::words;

words! {
    /// Who called whom.
    Direction {
        /// They called us.
        Inbound,
        /// We called them.
        Outbound,
    }
    /// Which leg is dialed first.
    DialOrder {
        /// The customer, then the agent.
        CustomerFirst,
        /// The agent, then the customer.
        AgentFirst,
    }
    /// What makes the call.
    DialMode {
        /// A person, one call.
        Manual,
        /// A campaign, after the agent has looked at the contact.
        Preview,
        /// A campaign, one call per free agent.
        Progressive,
        /// A campaign, ahead of free agents at a fixed ratio.
        Power,
        /// A campaign, ahead of free agents by prediction.
        Predictive,
        /// A campaign that has nobody speak.
        Agentless,
    }
    /// Whose network carries the call.
    Provider {
        /// Twilio.
        Twilio,
        /// Telnyx.
        Telnyx,
        /// The simulator inside this process.
        Simulator,
    }
    /// Answering-machine detection.
    AmdMode {
        /// None.
        Off,
        /// Says who answered as soon as it is known.
        Detect,
        /// Waits for the end of a machine's message.
        DetectMessageEnd,
    }
    /// Whether the call is to be recorded.
    RecordingPolicy {
        /// As the organization's policy says.
        Policy,
        /// Never.
        Never,
        /// Always, where consent allows it.
        Always,
    }
    /// Who or what answered.
    AnsweredBy {
        /// A person.
        Human,
        /// A machine, at its beginning.
        MachineStart,
        /// A machine, after its beep.
        MachineEndBeep,
        /// A machine, after a silence.
        MachineEndSilence,
        /// A machine, otherwise.
        MachineEndOther,
        /// A fax.
        Fax,
        /// Nobody can tell.
        Unknown,
    }
    /// How the customer's leg ended.
    EndStatus {
        /// After an answer.
        Completed,
        /// The line was busy.
        Busy,
        /// Nobody answered.
        NoAnswer,
        /// The network or the provider failed.
        Failed,
        /// We took the call back before an answer.
        Canceled,
    }
    /// Who ended the call.
    EndedBy {
        /// The customer.
        Customer,
        /// An agent.
        Agent,
        /// A supervisor.
        Supervisor,
        /// A rule of ours.
        System,
        /// The provider.
        Provider,
        /// Nobody can tell.
        Unknown,
    }
    /// What a message is for.
    MessagePurpose {
        /// Whoever answers and finds no agent is told who has called.
        SafeHarbor,
        /// It is what the call is made for.
        Announcement,
    }
    /// How a message was heard; the more the later it is known, and the last one counts most.
    MessageHeard {
        /// It was not said, or nobody knows.
        Failed,
        /// Until the call ended.
        HungUp,
        /// To its end.
        ToTheEnd,
        /// Until a key said that they are not to be called again.
        OptedOut,
    }
    /// The customer's carrier leg; the order is the rank.
    Leg {
        /// Not yet taken by the provider.
        Queued,
        /// The provider has it.
        Initiated,
        /// It rings.
        Ringing,
        /// It was answered.
        Answered,
        /// It is over.
        Ended,
    }
    /// Where the call is handled.
    Stage {
        /// Nowhere yet.
        None,
        /// In an IVR flow.
        Ivr,
        /// In a queue.
        Waiting,
        /// At the head of a queue, an agent is rung.
        Offered,
        /// With an agent.
        Connected,
        /// With an agent who has put it on hold.
        OnHold,
        /// Between two agents.
        Transferring,
        /// Over, the agent writes down what there was.
        WrapUp,
        /// Nowhere any more.
        Closed,
    }
    /// What a provider can say of a call.
    ObservedStatus {
        /// It has the call.
        Initiated,
        /// It rings.
        Ringing,
        /// It was answered.
        Answered,
        /// It ended after an answer.
        Completed,
        /// The line was busy.
        Busy,
        /// Nobody answered.
        NoAnswer,
        /// It failed.
        Failed,
        /// It was taken back.
        Canceled,
    }
    /// How somebody left the IVR.
    IvrOutcome {
        /// For a queue.
        Queue,
        /// For another number or agent.
        Transfer,
        /// For a mailbox.
        Voicemail,
        /// The flow hung up.
        Hangup,
        /// The caller hung up.
        Abandoned,
        /// The flow failed.
        Error,
        /// For a machine that speaks.
        AiAgent,
    }
    /// How an input reached the IVR.
    InputType {
        /// Keys.
        Dtmf,
        /// Words.
        Speech,
        /// Nothing came in time.
        Timeout,
    }
    /// Why somebody left a queue.
    DequeueReason {
        /// An agent took the call.
        Answered,
        /// The caller left.
        Abandoned,
        /// A callback was asked for.
        Callback,
        /// The queue was too full or too slow.
        Overflow,
        /// Moved elsewhere.
        Transferred,
        /// For a mailbox.
        Voicemail,
        /// The longest wait was over.
        Timeout,
    }
    /// How an agent came into a call.
    ConnectVia {
        /// By an accepted offer.
        Offer,
        /// Was dialed before the customer.
        AgentFirst,
        /// By a transfer.
        Transfer,
        /// A supervisor took over.
        Takeover,
        /// Picked it up.
        Pickup,
        /// The dialer joined both.
        Dialer,
    }
    /// Why an agent left a call.
    DisconnectReason {
        /// The call ended.
        Ended,
        /// Transferred it.
        Transferred,
        /// The agent's leg was lost.
        Lost,
        /// Hung up, and the call goes on.
        HungUp,
    }
    /// The kind of transfer.
    TransferKind {
        /// Without a word.
        Blind,
        /// After a consultation.
        Warm,
    }
    /// Who does something to a call.
    By {
        /// An agent.
        Agent,
        /// A supervisor.
        Supervisor,
        /// A rule of ours.
        System,
        /// The provider said that it is so.
        Provider,
    }
    /// How wrap-up time works for an agent.
    WrapUpMode {
        /// There is none.
        None,
        /// It ends when the agent says so.
        Manual,
        /// It ends at a deadline.
        Timed,
    }
    /// Why wrap-up ended.
    WrapUpEnd {
        /// The agent was done.
        Agent,
        /// The deadline came.
        Timeout,
        /// A supervisor ended it.
        Supervisor,
        /// The agent went away.
        Disconnected,
    }
    /// How a rating was given.
    RatingChannel {
        /// In the IVR.
        Ivr,
        /// By text message.
        Sms,
        /// The agent asked.
        Agent,
    }
    /// Which instant was learned late.
    TimingField {
        /// When it began to ring.
        RingingAt,
        /// When it was answered.
        AnsweredAt,
    }
}
