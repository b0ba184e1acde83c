//! Settings of one account, which the control API changes: the currency in which shoppers pay, the
//! lag of lists and the retries of webhooks.

use serde::{Deserialize, Serialize};

/// Amounts are multiplied by a rate in basis points; this one leaves them as they are.
pub(crate) const SAME_AMOUNT: i64 = 10_000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountSettings {
    pub(crate) currency: CurrencySettings,
    /// How many seconds of the account's clock an object is missing from lists after it was made.
    pub(crate) list_lag_seconds: i64,
    /// Pauses before each further delivery of a webhook; none stands for the sandbox's own growing
    /// pauses.
    pub(crate) retry_milliseconds: Option<Vec<i64>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CurrencySettings {
    /// What shoppers see and pay in where the session allows Adaptive Pricing; the session keeps
    /// its own currency.
    pub(crate) presentment_currency: Option<String>,
    /// What every session is changed to when it is paid, whatever it asked for. Stripe never does
    /// this on its own.
    pub(crate) forced_currency: Option<String>,
    pub(crate) rate_basis_points: i64,
}

impl Default for CurrencySettings {
    fn default() -> Self {
        CurrencySettings {
            presentment_currency: None,
            forced_currency: None,
            rate_basis_points: SAME_AMOUNT,
        }
    }
}
