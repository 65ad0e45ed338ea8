//! What a provider of payments can be asked.

use domain::payment::{Answer, Authorization, PaymentProvider};
use domain::{Money, OrgId, PaymentId, Timestamp};
use futures::future::BoxFuture;
use uuid::Uuid;

/// Whether money can be kept for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// By which the provider knows the question again: asked twice, it keeps the money once.
    pub key: Uuid,
    /// For whom.
    pub org: OrgId,
    /// For which payment; the provider tells it back.
    pub payment: PaymentId,
    /// How much.
    pub money: Money,
    /// Whether it is to be taken at once.
    pub capture: bool,
    /// The provider's name for the payer's card.
    pub token_ref: String,
}

/// What is to become of money that is kept for us, or was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyRequest {
    /// By which the provider knows the question again: asked twice, it does so once.
    pub key: Uuid,
    /// For whom.
    pub org: OrgId,
    /// For which payment.
    pub payment: PaymentId,
    /// The provider's name for what it keeps.
    pub provider_ref: String,
    /// How much; of what is let go, all.
    pub money: Money,
    /// Whether nothing more is captured after it.
    pub last: bool,
}

/// A provider of payments. It answers within its own deadline: what takes longer is unknown.
///
/// *Invariant:* the same key has the same effect once, however often it is asked.
pub trait PaymentGateway: Send + Sync + 'static {
    /// Who it is.
    fn provider(&self) -> PaymentProvider;

    /// Until when it is left alone, because it does not answer.
    fn rejects_until(&self) -> Option<Timestamp> {
        None
    }

    /// Asks it to keep money for us.
    fn authorize(&self, request: AuthorizationRequest) -> BoxFuture<'_, Authorization>;

    /// Asks it to take some of what it keeps.
    fn capture(&self, request: MoneyRequest) -> BoxFuture<'_, Answer>;

    /// Asks it to let go what it keeps.
    fn void(&self, request: MoneyRequest) -> BoxFuture<'_, Answer>;

    /// Asks it to give some of what was taken back.
    fn refund(&self, request: MoneyRequest) -> BoxFuture<'_, Answer>;
}
