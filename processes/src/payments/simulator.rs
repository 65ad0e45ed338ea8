//! A provider of payments inside this process, whose answers follow from the last two digits of the
//! amount in minor units (domain/09):
//!
//! | amount | what happens |
//! |---|---|
//! | …02 | declined, `insufficient_funds`; not with the card `tok_ok` |
//! | …03 | the payer has to confirm, and does so after 2 s |
//! | …05 | no answer the first time, although it was done |
//! | …07 | told by a notice too, twice |
//! | …09 | it keeps one minor unit more than it was asked for |
//! | any other | done |

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::payment::{Answer, Authorization, Card, PaymentProvider};
use domain::{AttemptId, Money, Timestamp};
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::gateway::{AuthorizationRequest, MoneyRequest, PaymentGateway};
use super::notice::{Notice, NoticeInbox, Told};
use crate::clock::Clock;

/// How long a payer takes to confirm.
const CONFIRMS_MS: i64 = 2_000;
/// How long money is kept.
const KEPT_MS: i64 = 7 * 86_400_000;
const TICK_MS: i64 = 250;

/// What it has of one payment.
#[derive(Clone, Debug, Default)]
struct Account {
    kept: i64,
    taken: i64,
    given_back: i64,
    open: bool,
}

#[derive(Default)]
struct Inner {
    /// What was answered to a key, and how often it was asked.
    authorizations: HashMap<Uuid, (Authorization, u32)>,
    answers: HashMap<Uuid, (Answer, u32)>,
    accounts: HashMap<String, Account>,
    /// Who will confirm, and when.
    confirming: Vec<(Timestamp, AuthorizationRequest)>,
    /// Notices that are to be told, and when.
    notices: Vec<(Timestamp, Notice)>,
    told: u64,
}

/// The simulated provider.
pub struct PaymentSimulator {
    clock: Arc<dyn Clock>,
    inbox: NoticeInbox,
    inner: Mutex<Inner>,
}

impl PaymentSimulator {
    /// A provider that tells this inbox.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, inbox: NoticeInbox) -> Self {
        Self { clock, inbox, inner: Mutex::default() }
    }

    /// How much it has taken and not given back, of all payments.
    #[must_use]
    pub fn balance(&self) -> i64 {
        let inner = self.grab();
        inner.accounts.values().map(|account| account.taken - account.given_back).sum()
    }

    /// How much it keeps without having taken it.
    #[must_use]
    pub fn kept(&self) -> i64 {
        let open = |account: &&Account| account.open;
        let inner = self.grab();
        inner.accounts.values().filter(open).map(|account| account.kept - account.taken).sum()
    }

    /// Tells what is due, and says how much that was.
    pub async fn deliver_due(&self) -> usize {
        let now = self.clock.now();
        let due = self.grab().due(now);
        let mut told = 0;
        for notice in due {
            match self.inbox.receive(&notice).await {
                Ok(_) => told += 1,
                Err(error) => {
                    tracing::warn!(%error, "the simulated provider tells it again");
                    let again = now.plus_ms(TICK_MS);
                    self.grab().notices.push((again, notice));
                }
            }
        }
        told
    }

    /// Tells what is due until the token is canceled.
    pub async fn run(&self, token: CancellationToken) {
        loop {
            self.deliver_due().await;
            tokio::select! {
                () = token.cancelled() => return,
                () = self.clock.sleep_ms(TICK_MS) => {}
            }
        }
    }

    fn grab(&self) -> MutexGuard<'_, Inner> {
        // Nothing is left half done under it.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(key: Uuid) -> String {
    format!("sim_{}", key.simple())
}

fn card() -> Card {
    Card { brand: "visa".to_owned(), last4: "4242".to_owned(), exp_month: 12, exp_year: 2030 }
}

impl Inner {
    /// What is to be told now; whoever confirms now, does.
    fn due(&mut self, now: Timestamp) -> Vec<Notice> {
        let confirming = std::mem::take(&mut self.confirming);
        let (confirmed, later): (Vec<_>, Vec<_>) =
            confirming.into_iter().partition(|(at, _)| *at <= now);
        self.confirming = later;
        for (_, request) in confirmed {
            let answer = self.authorized(&request, request.money.clone(), now);
            self.notify(&request, answer, now, 1);
        }
        let notices = std::mem::take(&mut self.notices);
        let (due, later): (Vec<_>, Vec<_>) = notices.into_iter().partition(|(at, _)| *at <= now);
        self.notices = later;
        due.into_iter().map(|(_, notice)| notice).collect()
    }

    /// What becomes of a question that is asked for the first time.
    fn decide(&mut self, request: &AuthorizationRequest, now: Timestamp) -> Authorization {
        let cents = request.money.amount_minor % 100;
        let mut money = request.money.clone();
        match cents {
            2 if request.token_ref != "tok_ok" => {
                let code = "insufficient_funds".to_owned();
                return Authorization::Declined { code, retryable: true, card: Some(card()) };
            }
            3 => {
                self.confirming.push((now.plus_ms(CONFIRMS_MS), request.clone()));
                let provider_ref = name(request.key);
                let action_url = format!("https://simulator.invalid/confirm/{provider_ref}");
                return Authorization::ActionRequired { provider_ref, action_url };
            }
            9 => money.amount_minor += 1,
            _ => {}
        }
        let answer = self.authorized(request, money, now);
        if cents == 7 {
            self.notify(request, answer.clone(), now, 2);
        }
        answer
    }

    fn authorized(
        &mut self,
        request: &AuthorizationRequest,
        money: Money,
        now: Timestamp,
    ) -> Authorization {
        let provider_ref = name(request.key);
        let kept = money.amount_minor;
        let taken = if request.capture { kept } else { 0 };
        let account = Account { kept, taken, given_back: 0, open: !request.capture };
        self.accounts.insert(provider_ref.clone(), account);
        Authorization::Authorized {
            provider_ref,
            money,
            card: Some(card()),
            expires_at: now.plus_ms(KEPT_MS),
            captured: request.capture,
        }
    }

    /// Has a notice told, so many times under one name.
    fn notify(
        &mut self,
        request: &AuthorizationRequest,
        answer: Authorization,
        at: Timestamp,
        times: usize,
    ) {
        let Authorization::Authorized { provider_ref, money, card, expires_at, captured } = answer
        else {
            return;
        };
        self.told += 1;
        let attempt_id = AttemptId::from(request.key);
        let notice = Notice {
            org: request.org,
            provider: PaymentProvider::Simulator,
            event_id: format!("evt_{}_{}", request.key.simple(), self.told),
            payment: request.payment,
            told: Told::Authorized { attempt_id, provider_ref, money, card, expires_at, captured },
        };
        self.notices.extend(std::iter::repeat_n((at, notice), times));
    }

    /// Answers a question about money once, whoever asks how often.
    fn once(
        &mut self,
        request: &MoneyRequest,
        act: impl FnOnce(&mut Account, i64) -> Result<(), &'static str>,
    ) -> Answer {
        let cents = request.money.amount_minor % 100;
        if let Some((answer, times)) = self.answers.get_mut(&request.key) {
            *times += 1;
            return answer.clone();
        }
        let account = self.accounts.get_mut(&request.provider_ref);
        let done = match account {
            Some(account) => act(account, request.money.amount_minor),
            None => Err("no_such_payment"),
        };
        let answer = match done {
            Ok(()) => Answer::Done {
                provider_ref: name(request.key),
                amount_minor: Some(request.money.amount_minor),
            },
            Err(code) => Answer::Failed { code: code.to_owned() },
        };
        self.answers.insert(request.key, (answer.clone(), 1));
        if cents == 5 { Answer::Unknown } else { answer }
    }
}

impl PaymentGateway for PaymentSimulator {
    fn provider(&self) -> PaymentProvider {
        PaymentProvider::Simulator
    }

    fn authorize(&self, request: AuthorizationRequest) -> BoxFuture<'_, Authorization> {
        let mut inner = self.grab();
        let answer = match inner.authorizations.get_mut(&request.key) {
            Some((answer, times)) => {
                *times += 1;
                answer.clone()
            }
            None => {
                let answer = inner.decide(&request, self.clock.now());
                inner.authorizations.insert(request.key, (answer.clone(), 1));
                let silent = request.money.amount_minor % 100 == 5;
                if silent { Authorization::Unknown } else { answer }
            }
        };
        Box::pin(async move { answer })
    }

    fn capture(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        let answer = self.grab().once(&request, |account, amount| {
            if !account.open || amount > account.kept - account.taken {
                return Err("not_capturable");
            }
            account.taken += amount;
            account.open = !request.last;
            Ok(())
        });
        Box::pin(async move { answer })
    }

    fn void(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        let mut inner = self.grab();
        // Whoever has not confirmed yet, will not.
        inner.confirming.retain(|(_, asked)| asked.payment != request.payment);
        // Of what it does not know, it keeps nothing.
        inner.accounts.entry(request.provider_ref.clone()).or_default();
        let answer = inner.once(&request, |account, _| {
            if account.taken > 0 && !account.open {
                return Err("captured_already");
            }
            account.open = false;
            Ok(())
        });
        drop(inner);
        Box::pin(async move { answer })
    }

    fn refund(&self, request: MoneyRequest) -> BoxFuture<'_, Answer> {
        let answer = self.grab().once(&request, |account, amount| {
            if amount > account.taken - account.given_back {
                return Err("not_refundable");
            }
            account.given_back += amount;
            Ok(())
        });
        Box::pin(async move { answer })
    }
}
