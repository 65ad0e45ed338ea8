//! What an aggregate is: a state, `decide` and `evolve`. The only file that
//! knows `cqrs-es`, whose traits follow from ours.

use cqrs_es::Aggregate;

use crate::{Refusal, Sealer, SubjectId, Timestamp};

/// A stored event that this code cannot read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// No event of this type and version was ever released.
    #[error("no event is called {event_type} in version {version}")]
    Unknown {
        /// The type that was asked for.
        event_type: String,
        /// Its version.
        version: i16,
    },
    /// The payload is not what this type of event has.
    #[error("the payload cannot be read: {0}")]
    Payload(#[from] serde_json::Error),
}

/// The facts of one kind of aggregate.
pub trait DecidedEvent: cqrs_es::DomainEvent {
    /// Every type of event there is, in PascalCase past tense.
    const TYPES: &'static [&'static str];

    /// Which of [`DecidedEvent::TYPES`] it is.
    fn event_type(&self) -> &'static str;

    /// The version of its payload: 1, until a type has a second one.
    fn event_version(&self) -> i16 {
        1
    }

    /// The newest version of a type of event.
    #[must_use]
    fn newest(_event_type: &str) -> i16 {
        1
    }

    /// When it happened in the world.
    fn occurred_at(&self) -> Timestamp;

    /// Seals every personal field that is known. A field that is forgotten here cannot be written
    /// down.
    fn each_personal(&mut self, _seal: &mut Sealer<'_>) {}

    /// Whether [`DecidedEvent::decode`] knows this type and version.
    #[must_use]
    fn known(event_type: &str, version: i16) -> bool {
        Self::TYPES.contains(&event_type) && (1..=Self::newest(event_type)).contains(&version)
    }

    /// Reads a stored payload of any version ever released.
    ///
    /// # Errors
    /// [`DecodeError`], where the type, the version or the payload is unknown.
    fn decode(event_type: &str, version: i16, payload: &[u8]) -> Result<Self, DecodeError> {
        if !Self::known(event_type, version) {
            return Err(DecodeError::Unknown { event_type: event_type.to_owned(), version });
        }
        let event: Self = serde_json::from_slice(payload)?;
        let holds = (DecidedEvent::event_type(&event), DecidedEvent::event_version(&event));
        if holds == (event_type, version) {
            return Ok(event);
        }
        let (holds, of) = holds;
        let words = format!("it holds {holds}.v{of} and not {event_type}.v{version}");
        Err(DecodeError::Payload(serde::de::Error::custom(words)))
    }
}

/// The law of one kind of aggregate. The default state is "does not exist".
pub trait Decider
where
    Self:
        Aggregate<Services = (), Command: Clone + Send + Sync, Event: DecidedEvent, Error: Refusal>,
    Self: Clone + 'static,
{
    /// Which facts follow from a command in this state. What has happened
    /// already follows again as nothing: `Ok(vec![])`.
    ///
    /// # Errors
    /// The refusal, where the rules say no.
    fn decide(&self, command: Self::Command) -> Result<Vec<Self::Event>, Self::Error>;

    /// Moves the state on by one fact. It cannot fail: what was stored loads.
    fn evolve(&mut self, event: &Self::Event);

    /// The person whose key seals what is said about this aggregate.
    fn subject(&self) -> Option<SubjectId>;
}

/// What an aggregate owes to time alone.
#[derive(Clone, Debug, PartialEq)]
pub enum Owed<C> {
    /// Nothing.
    Nothing,
    /// Nothing before then.
    Later(Timestamp),
    /// This.
    Now(C),
}

impl<C> Owed<C> {
    /// This when it is time.
    #[must_use]
    pub fn when(due: Timestamp, now: Timestamp, command: C) -> Self {
        if due <= now { Self::Now(command) } else { Self::Later(due) }
    }
}

/// An aggregate that something happens to when nobody does anything.
pub trait Timed: Decider {
    /// The facts from which on something may be owed.
    const STARTS: &'static [&'static str];

    /// What is owed now.
    fn owed(&self, now: Timestamp) -> Owed<Self::Command>;
}

/// Makes a [`Decider`] a `cqrs_es::Aggregate`, and its events
/// `cqrs_es::DomainEvent`s.
macro_rules! aggregate {
    ($state:ty, $type:literal, $command:ty, $event:ty, $refusal:ty) => {
        impl $state {
            /// The name of this kind of aggregate in the log.
            pub const TYPE: &'static str = $type;
        }

        impl cqrs_es::Aggregate for $state {
            const TYPE: &'static str = $type;
            type Command = $command;
            type Event = $event;
            type Error = $refusal;
            type Services = ();

            async fn handle(
                &mut self,
                command: Self::Command,
                (): &Self::Services,
                sink: &cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), Self::Error> {
                for event in $crate::Decider::decide(self, command)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: Self::Event) {
                $crate::Decider::evolve(self, &event);
            }
        }

        impl cqrs_es::DomainEvent for $event {
            fn event_type(&self) -> String {
                $crate::DecidedEvent::event_type(self).to_owned()
            }

            fn event_version(&self) -> String {
                $crate::DecidedEvent::event_version(self).to_string()
            }
        }
    };
}
pub(crate) use aggregate;
