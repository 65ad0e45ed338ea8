//! Amounts as Stripe counts them, where that is not as ISO 4217 does.
//!
//! Stripe takes the krona of Iceland and the shilling of Uganda in hundredths that do not exist,
//! the ariary whole, and of currencies with three decimals only whole hundredths. Whoever passes
//! the minor units of ISO 4217 on takes a hundredth or the hundredfold of what was agreed on.

use domain::{Currency, Money};

enum Counts {
    /// As we do.
    Alike,
    /// In hundredths of our unit.
    Hundredths,
    /// In hundreds of our units.
    Hundreds,
    /// As we do, and the last digit is 0.
    Tens,
}

fn counts(currency: &str) -> Counts {
    match currency {
        "ISK" | "UGX" => Counts::Hundredths,
        "MGA" => Counts::Hundreds,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => Counts::Tens,
        _ => Counts::Alike,
    }
}

/// So much for Stripe; nothing, where it cannot take exactly this.
pub(super) fn theirs(money: &Money) -> Option<i64> {
    let amount = money.amount_minor;
    match counts(&money.currency) {
        Counts::Alike => Some(amount),
        Counts::Hundredths => amount.checked_mul(100),
        Counts::Hundreds => (amount % 100 == 0).then_some(amount / 100),
        Counts::Tens => (amount % 10 == 0).then_some(amount),
    }
}

/// What Stripe says, as we count; nothing, where that cannot be said.
pub(super) fn ours(amount: i64, currency: &str) -> Option<Money> {
    let currency = Currency::find(&currency.to_ascii_uppercase())?.code();
    let amount_minor = match counts(currency) {
        Counts::Alike | Counts::Tens => Some(amount),
        Counts::Hundredths => (amount % 100 == 0).then_some(amount / 100),
        Counts::Hundreds => amount.checked_mul(100),
    }?;
    (amount_minor >= 0).then(|| Money { amount_minor, currency: currency.to_owned() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn payment_m7_amounts_are_the_same_money_at_stripe() {
        for (currency, amount_minor, at_stripe) in [
            ("EUR", 1_050, Some(1_050)),
            ("JPY", 500, Some(500)),
            ("KWD", 1_230, Some(1_230)),
            ("KWD", 1_234, None),
            ("ISK", 500, Some(50_000)),
            ("UGX", 1, Some(100)),
            ("MGA", 500, Some(5)),
            ("MGA", 550, None),
            ("ISK", i64::MAX, None),
        ] {
            let money = Money { amount_minor, currency: currency.to_owned() };
            assert_eq!(theirs(&money), at_stripe, "{amount_minor} {currency}");
            if let Some(amount) = at_stripe {
                assert_eq!(ours(amount, &currency.to_ascii_lowercase()), Some(money));
            }
        }
        assert_eq!(ours(550, "isk"), None, "half a krona");
        assert_eq!((ours(1, "xxx"), ours(-1, "eur")), (None, None));
    }
}
