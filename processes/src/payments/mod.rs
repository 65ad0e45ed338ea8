//! Payments: what is asked of providers, what they tell, and what commands have to look up.

mod ask;
mod flow;
mod gateway;
mod notice;
mod simulator;
mod stripe;

pub use ask::{Payer, PaymentError, PaymentOrder, Payments};
pub use flow::PaymentFlow;
pub use gateway::{AuthorizationRequest, MoneyRequest, PaymentGateway};
pub use notice::{Notice, NoticeInbox, Told};
pub use simulator::PaymentSimulator;
pub use stripe::{
    SignatureFault, Stripe, StripeError, StripeSecret, StripeSettings, StripeWebhooks, WebhookError,
};

/// The process that carries payments on: in its cursor, its dead letters, and what it tells the
/// log.
const FLOW: &str = "payment-flow";
/// The process that does what payments owe to time.
pub(crate) const TIMER: &str = "payment-timer";
