//! Currencies: money is a whole number of minor units and an ISO 4217 code.

use serde::{Deserialize, Serialize};

use crate::FieldFault;

/// The most minor units that an amount may have.
const MAX_AMOUNT: i64 = 1_000_000_000_000;

/// ISO 4217 codes of the currencies in circulation.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB \
    BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB \
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD \
    JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON \
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP \
    TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(&'static str);

impl Currency {
    /// The currency with this code, in capitals.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        CODES.split_whitespace().find(|known| *known == code).map(Self)
    }

    /// The code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }

    /// Whether something can be sold for so many minor units.
    #[must_use]
    pub fn sellable(amount_minor: i64) -> bool {
        (1..=MAX_AMOUNT).contains(&amount_minor)
    }
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit of the currency.
    pub amount_minor: i64,
    /// ISO 4217, in capitals.
    pub currency: String,
}

impl Money {
    /// Whether something can be paid with it; `/amount` is where it stands.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn payable(&self) -> Result<(), FieldFault> {
        if !Currency::sellable(self.amount_minor) {
            let words = "from 1 to 1,000,000,000,000 minor units";
            return Err(FieldFault::new("/amount/amount_minor", "out-of-range", words));
        }
        if Currency::find(&self.currency).is_none() {
            let words = "no currency of ISO 4217";
            return Err(FieldFault::new("/amount/currency", "invalid-value", words));
        }
        Ok(())
    }
}
