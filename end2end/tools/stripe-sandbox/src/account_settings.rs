//! Settings of one account, which the control API changes: the currency in which shoppers pay, the
//! lag of lists and the retries of webhooks.

use serde::{Deserialize, Serialize};

/// The rate, in basis points, that does not change amounts.
pub(crate) const SAME_AMOUNT: i64 = 10_000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountSettings {
    pub(crate) currency: CurrencySettings,
    /// How many seconds of the account's clock an object is missing from lists after it was made.
    pub(crate) list_lag_seconds: i64,
    /// The pauses before each retry of a webhook. `None` means the sandbox's default, growing
    /// pauses.
    pub(crate) retry_milliseconds: Option<Vec<i64>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CurrencySettings {
    /// The currency that shoppers see and pay, if the session allows Adaptive Pricing. The session
    /// keeps its own currency.
    pub(crate) presentment_currency: Option<String>,
    /// The currency that replaces the session's own when it is paid. Stripe itself never does this.
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
