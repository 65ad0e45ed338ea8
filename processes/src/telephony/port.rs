//! What we ask of a telephone provider, and what it tells us.

use async_trait::async_trait;
use domain::call::AmdMode;
use domain::{CallId, OrgId, PhoneNumber, Timestamp};

use super::error::TelephonyError;

/// A telephone provider.
///
/// Nothing here repeats a request by itself: whether a repetition is safe is the caller's
/// knowledge, and for [`Telephony::create_call`] it never is.
#[async_trait]
pub trait Telephony: Send + Sync + 'static {
    /// The provider's name, as in events and the inbox.
    fn provider(&self) -> &'static str;

    /// The account that calls are made with.
    fn account(&self) -> &str;

    /// Whether it still knows its calls after this process has ended.
    fn remembers(&self) -> bool {
        true
    }

    /// Whether it is left alone, because it does not answer.
    fn is_down(&self) -> bool {
        false
    }

    /// How many calls it may be asked for now.
    fn room(&self) -> usize {
        usize::MAX
    }

    /// Asks for one call. One request, never repeated.
    async fn create_call(&self, request: DialRequest) -> Submission;

    /// Asks for the end of a call. Asking twice does no harm; the end itself is told by a
    /// callback.
    async fn end_call(&self, call: ProviderCall) -> EndReply;

    /// Asks for a message to be said in a call that goes on, and for keys to be listened for
    /// meanwhile. A call hears one message: asking twice has it said once. How it was heard, and
    /// which key was pressed, is told by callbacks.
    async fn play(&self, speech: Speech) -> PlayReply;

    /// Asks how a call stands.
    async fn fetch_call(&self, call: ProviderCall) -> Fetched;
}

/// A call to be made. It holds a number in the clear, so it has no `Debug`.
pub struct DialRequest {
    /// The organization that calls.
    pub org: OrgId,
    /// Our call; it travels in the callback address and comes back in every callback.
    pub call: CallId,
    /// The number to show; the provider's default where there is none.
    pub from: Option<PhoneNumber>,
    /// The number to dial.
    pub to: PhoneNumber,
    /// How long to let it ring.
    pub ring_timeout_seconds: u16,
    /// Whether to find out who answers.
    pub amd: AmdMode,
}

/// A call as the provider names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCall {
    /// The organization whose call it is.
    pub org: OrgId,
    /// Our call.
    pub call: CallId,
    /// The provider's name for it.
    pub provider_call_id: String,
}

/// A message that is to be said in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    /// In which.
    pub call: ProviderCall,
    /// What.
    pub text: String,
    /// In which language, as in BCP 47; the provider's default where nothing is said.
    pub language: Option<String>,
    /// The key that means something.
    pub listens_for: char,
}

/// What came of a request to say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlayReply {
    /// It is said, or has been.
    Accepted,
    /// The provider has no such call that goes on.
    Unknown,
    /// The provider could not be asked.
    Unreachable,
}

/// What came of a request to dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
    /// The provider took the call and named it.
    Submitted(String),
    /// The provider said no, for certain, and why: nobody's telephone will ring.
    Rejected(String),
    /// The provider was not asked, for a reason of ours.
    NotAsked(String),
    /// Nobody knows whether a telephone rings.
    Ambiguous,
}

/// What came of a request to end a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReply {
    /// The call ends, or had ended.
    Accepted,
    /// The provider does not know the call.
    Unknown,
    /// The provider could not be asked.
    Unreachable,
}

/// What the provider says of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It goes on.
    Live,
    /// It has ended, like this.
    Ended(Box<ProviderCallback>),
    /// The provider does not know it.
    Unknown,
    /// The provider could not be asked.
    Unreachable,
}

/// One thing that a provider tells of a call. No number is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderCallback {
    /// The organization whose connection it came through.
    pub org: OrgId,
    /// The provider's name.
    pub provider: &'static str,
    /// The account at the provider.
    pub account: String,
    /// The provider's name for the call.
    pub provider_call_id: String,
    /// Our call, where the callback address bears it.
    pub call: Option<CallId>,
    /// What kind of callback it is: `status`, or `fetch` for an answer to our question; `message`
    /// tells how one was heard, `key` which one was pressed.
    pub kind: &'static str,
    /// The provider's number for it within the call.
    pub sequence: Option<u32>,
    /// The status in the provider's words; of a `key` the key.
    pub status: String,
    /// When it happened, by the provider's clock.
    pub at: Timestamp,
    /// How long the call took, in whole seconds.
    pub duration_seconds: Option<u32>,
    /// Who answered, in the provider's words.
    pub answered_by: Option<String>,
    /// The SIP status behind a failure.
    pub sip_code: Option<u16>,
}

/// Who takes in what a provider tells. An error asks the provider to tell it again.
#[async_trait]
pub trait CallbackReceiver: Send + Sync + 'static {
    /// Takes one callback in. When this comes back it is kept, whatever it means.
    async fn receive(&self, callback: ProviderCallback) -> Result<(), TelephonyError>;
}
