//! How one account behaves beside its faults: in which currency shoppers pay, how late lists are,
//! when webhooks are tried again. Set through the control API.

use serde::{Deserialize, Serialize};

/// Amounts are multiplied by a rate in basis points; this one leaves them as they are.
pub const SAME_AMOUNT: i64 = 10_000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Switches {
    pub currency: CurrencySwitches,
    /// How many seconds of the account's clock an object is missing from lists after it was made.
    pub list_lag_seconds: i64,
    /// Pauses before each further delivery of a webhook; none stands for the sandbox's own growing
    /// pauses.
    pub retry_milliseconds: Option<Vec<i64>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CurrencySwitches {
    /// What shoppers see and pay in where the session allows Adaptive Pricing; the session keeps
    /// its own currency.
    pub presentment_currency: Option<String>,
    /// What every session is changed to when it is paid, whatever it asked for. Stripe never does
    /// this on its own.
    pub forced_currency: Option<String>,
    pub rate_basis_points: i64,
}

impl Default for CurrencySwitches {
    fn default() -> Self {
        CurrencySwitches {
            presentment_currency: None,
            forced_currency: None,
            rate_basis_points: SAME_AMOUNT,
        }
    }
}
