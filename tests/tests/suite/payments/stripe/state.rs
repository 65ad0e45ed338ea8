//! What the stand-in for Stripe has, and what it does with it.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::fake::Asked;

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub body: String,
    pub replayed: bool,
}

impl Reply {
    pub fn text(status: u16, body: &str) -> Self {
        Self { status, body: body.to_owned(), replayed: false }
    }

    pub fn error(status: u16, error: Value) -> Self {
        Self::text(status, &json!({ "error": error }).to_string())
    }
}

/// A payment intent.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub status: &'static str,
    pub manual: bool,
    pub received: i64,
    pub capturable: i64,
    pub metadata: BTreeMap<String, String>,
    pub error: Option<Value>,
    created: i64,
    return_url: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub id: String,
    pub intent: String,
    pub amount: i64,
    pub status: &'static str,
    pub metadata: BTreeMap<String, String>,
}

#[derive(Default)]
pub struct State {
    /// What time it is, in seconds.
    pub now: i64,
    pub intents: Vec<Intent>,
    pub refunds: Vec<Refund>,
    /// As localstripe does: the same key is another question.
    pub ignores_keys: bool,
    /// What refunds are at first; `succeeded` where nothing is said.
    pub refunds_are: Option<&'static str>,
    keys: HashMap<String, (String, Reply)>,
}

type Answered = Result<Value, (u16, Value)>;

fn refusal(status: u16, code: &str) -> (u16, Value) {
    (status, json!({ "type": "invalid_request_error", "code": code, "message": "4242" }))
}

impl State {
    pub fn balance(&self) -> i64 {
        let back = |refund: &&Refund| refund.status == "succeeded";
        let back: i64 = self.refunds.iter().filter(back).map(|refund| refund.amount).sum();
        self.intents.iter().map(|intent| intent.received).sum::<i64>() - back
    }

    /// How much is kept without having been taken.
    pub fn kept(&self) -> i64 {
        self.intents.iter().map(|intent| intent.capturable).sum()
    }

    /// Forgets keys, as Stripe does after a day.
    pub fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Answers a request, once under its key.
    pub fn ask(&mut self, asked: &Asked) -> Reply {
        let key = asked.key.clone().filter(|_| !self.ignores_keys && asked.method == "POST");
        let what = format!("{} {:?}", asked.path, asked.form);
        if let Some((before, reply)) = key.as_ref().and_then(|key| self.keys.get(key)) {
            return match *before == what {
                true => Reply { replayed: true, ..reply.clone() },
                false => Reply::error(400, json!({ "type": "idempotency_error" })),
            };
        }
        let reply = match self.carry_out(asked) {
            Ok(object) => Reply::text(200, &object.to_string()),
            // What is refused at once is not remembered.
            Err((status @ (400 | 404), error)) => return Reply::error(status, error),
            Err((status, error)) => Reply::error(status, error),
        };
        if let Some(key) = key {
            self.keys.insert(key, (what, reply.clone()));
        }
        reply
    }

    /// Does it, and says that something is wrong, now and later.
    pub fn fail(&mut self, asked: &Asked) -> Reply {
        self.ask(asked);
        let failed = Reply::error(500, json!({ "type": "api_error" }));
        if let Some((_, reply)) = asked.key.as_ref().and_then(|key| self.keys.get_mut(key)) {
            *reply = failed.clone();
        }
        failed
    }

    fn carry_out(&mut self, asked: &Asked) -> Answered {
        let path: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        match (asked.method.as_str(), &path[..]) {
            ("POST", ["v1", "payment_intents"]) => self.create(asked),
            ("POST", ["v1", "payment_intents", id, "capture"]) => self.capture(asked, id),
            ("POST", ["v1", "payment_intents", id, "cancel"]) => self.cancel(asked, id),
            ("GET", ["v1", "payment_intents", "search"]) => Ok(self.search(asked)),
            ("GET", ["v1", "payment_intents", id]) => {
                let expand = asked.field("expand[]").is_some();
                Ok(self.intent(id)?.object(expand))
            }
            ("POST", ["v1", "refunds"]) => self.refund(asked),
            ("GET", ["v1", "refunds"]) => Ok(self.list(asked)),
            _ => Err(refusal(404, "url_invalid")),
        }
    }

    pub fn intent(&mut self, id: &str) -> Result<&mut Intent, (u16, Value)> {
        let found = self.intents.iter_mut().find(|intent| intent.id == id);
        found.ok_or_else(|| refusal(404, "resource_missing"))
    }

    fn create(&mut self, asked: &Asked) -> Answered {
        known(
            asked,
            &[
                "amount",
                "currency",
                "confirm",
                "capture_method",
                "payment_method_types[]",
                "payment_method",
                "payment_method_data[type]",
                "payment_method_data[card][token]",
                "payment_method_options[card][request_multicapture]",
                "expand[]",
                "return_url",
            ],
        )?;
        let amount = asked.field("amount").and_then(|amount| amount.parse().ok());
        let amount = amount.filter(|amount| *amount > 0);
        let amount = amount.ok_or_else(|| refusal(400, "parameter_invalid_integer"))?;
        let currency = asked.field("currency").unwrap_or_default().to_owned();
        assert_eq!(currency, currency.to_lowercase());
        assert_eq!(asked.field("confirm"), Some("true"));
        let method = asked.field("payment_method");
        let method = method.or(asked.field("payment_method_data[card][token]"));
        let mut intent = Intent {
            id: format!("pi_{}", self.intents.len() + 1),
            amount,
            currency,
            manual: asked.field("capture_method") == Some("manual"),
            metadata: metadata(asked),
            created: self.now,
            return_url: asked.field("return_url").map(str::to_owned),
            ..Intent::default()
        };
        let declined = match method {
            Some("pm_card_visa" | "tok_visa") => {
                intent.confirm(true);
                None
            }
            Some("pm_card_authenticationRequired") => {
                intent.status = "requires_action";
                None
            }
            Some("pm_card_visa_chargeDeclined" | "pm_card_chargeCustomerFail") => {
                Some("generic_decline")
            }
            Some("pm_card_chargeDeclinedStolenCard") => Some("stolen_card"),
            _ => return Err(refusal(400, "resource_missing")),
        };
        if let Some(code) = declined {
            let card =
                json!({ "brand": "visa", "last4": "0002", "exp_month": 8, "exp_year": 2030 });
            let error = json!({ "type": "card_error", "code": "card_declined",
                                "decline_code": code, "message": "Your card was declined.",
                                "payment_method": { "card": card } });
            intent.error = Some(error.clone());
            intent.status = "requires_payment_method";
            let mut error = error;
            error["payment_intent"] = intent.object(false);
            self.intents.push(intent);
            return Err((402, error));
        }
        let expand = asked.field("expand[]").is_some();
        let object = intent.object(expand);
        self.intents.push(intent);
        Ok(object)
    }

    fn capture(&mut self, asked: &Asked, id: &str) -> Answered {
        known(asked, &["amount_to_capture", "final_capture"])?;
        let intent = self.intent(id)?;
        let amount = asked.field("amount_to_capture").and_then(|amount| amount.parse().ok());
        let amount: i64 = amount.unwrap_or(intent.capturable);
        if intent.status != "requires_capture" {
            return Err(intent.unexpected());
        }
        if amount > intent.capturable {
            return Err(refusal(400, "amount_too_large"));
        }
        intent.metadata.extend(metadata(asked));
        intent.received += amount;
        intent.capturable -= amount;
        if asked.field("final_capture") != Some("false") {
            (intent.capturable, intent.status) = (0, "succeeded");
        }
        Ok(intent.object(false))
    }

    fn cancel(&mut self, asked: &Asked, id: &str) -> Answered {
        known(asked, &[])?;
        let intent = self.intent(id)?;
        if matches!(intent.status, "succeeded" | "canceled") {
            return Err(intent.unexpected());
        }
        (intent.capturable, intent.status) = (0, "canceled");
        Ok(intent.object(false))
    }

    fn refund(&mut self, asked: &Asked) -> Answered {
        known(asked, &["payment_intent", "amount"])?;
        let name = asked.field("payment_intent").unwrap_or_default().to_owned();
        let received = self.intent(&name)?.received;
        let of = |refund: &&Refund| {
            refund.intent == name && !matches!(refund.status, "failed" | "canceled")
        };
        let back: i64 = self.refunds.iter().filter(of).map(|refund| refund.amount).sum();
        let amount = asked.field("amount").and_then(|amount| amount.parse().ok());
        let amount: i64 = amount.ok_or_else(|| refusal(400, "parameter_missing"))?;
        if amount > received - back {
            return Err(refusal(400, "charge_already_refunded"));
        }
        let id = format!("re_{}", self.refunds.len() + 1);
        let status = self.refunds_are.unwrap_or("succeeded");
        let refund = Refund { id, intent: name, amount, status, metadata: metadata(asked) };
        let object = refund.object();
        self.refunds.push(refund);
        Ok(object)
    }

    fn search(&self, asked: &Asked) -> Value {
        let query = asked.field("query").unwrap_or_default();
        let found = self.intents.iter().filter(|intent| {
            let attempt = intent.metadata.get("attempt").map_or("", String::as_str);
            query == format!("metadata['attempt']:'{attempt}'")
        });
        let data: Vec<Value> = found.map(|intent| intent.object(true)).collect();
        json!({ "object": "search_result", "data": data, "has_more": false })
    }

    /// The newest first, two on a page, however many are asked for.
    fn list(&self, asked: &Asked) -> Value {
        let name = asked.field("payment_intent").unwrap_or_default();
        let of: Vec<&Refund> =
            self.refunds.iter().rev().filter(|refund| refund.intent == name).collect();
        let after = asked.field("starting_after");
        let place = of.iter().position(|refund| Some(refund.id.as_str()) == after);
        let rest = &of[place.map_or(0, |place| place + 1)..];
        let data: Vec<Value> = rest.iter().take(2).map(|refund| refund.object()).collect();
        json!({ "object": "list", "data": data, "has_more": rest.len() > 2 })
    }
}

impl Intent {
    /// The payer has confirmed, or has not come through.
    pub fn confirm(&mut self, fine: bool) {
        match (fine, self.manual) {
            (true, true) => (self.status, self.capturable) = ("requires_capture", self.amount),
            (true, false) => (self.status, self.received) = ("succeeded", self.amount),
            (false, _) => {
                self.status = "requires_payment_method";
                let code = "payment_intent_authentication_failure";
                self.error = Some(json!({ "type": "invalid_request_error", "code": code }));
            }
        }
    }

    fn unexpected(&self) -> (u16, Value) {
        let (status, mut error) = refusal(400, "payment_intent_unexpected_state");
        error["payment_intent"] = self.object(false);
        (status, error)
    }

    pub fn object(&self, expand: bool) -> Value {
        let next = (self.status == "requires_action").then(|| {
            let url = format!("https://hooks.stripe.com/3d_secure/{}", self.id);
            let back = &self.return_url;
            json!({ "type": "redirect_to_url",
                    "redirect_to_url": { "url": url, "return_url": back } })
        });
        let card = json!({ "brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030 });
        let id = format!("ch_{}", self.id);
        let paid = matches!(self.status, "succeeded" | "requires_capture");
        let charge = match (paid, expand) {
            (false, _) => Value::Null,
            (true, false) => json!(id),
            (true, true) => json!({ "id": id, "object": "charge", "amount": self.amount,
                                    "payment_method_details": { "type": "card", "card": card } }),
        };
        json!({ "id": self.id, "object": "payment_intent", "amount": self.amount,
                "amount_capturable": self.capturable, "amount_received": self.received,
                "currency": self.currency, "created": self.created, "status": self.status,
                "capture_method": if self.manual { "manual" } else { "automatic" },
                "latest_charge": charge, "next_action": next, "metadata": self.metadata,
                "last_payment_error": self.error, "livemode": false })
    }
}

impl Refund {
    pub fn object(&self) -> Value {
        json!({ "id": self.id, "object": "refund", "amount": self.amount, "currency": "eur",
                "payment_intent": self.intent, "status": self.status,
                "metadata": self.metadata, "reason": null })
    }
}

/// Stripe refuses what it does not know.
fn known(asked: &Asked, names: &[&str]) -> Result<(), (u16, Value)> {
    let odd = asked
        .form
        .iter()
        .find(|(name, _)| !names.contains(&name.as_str()) && !name.starts_with("metadata["));
    odd.map_or(Ok(()), |_| Err(refusal(400, "parameter_unknown")))
}

fn metadata(asked: &Asked) -> BTreeMap<String, String> {
    let of = |(name, value): &(String, String)| {
        let name = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        Some((name.to_owned(), value.clone()))
    };
    asked.form.iter().filter_map(of).collect()
}
