//! The connection to Stripe: one client with deadlines; what is said over it belongs to `features::payments`.

use std::time::Duration;

use crate::infra::settings::Services;

/// Seconds one interactive request to Stripe may take.
const INTERACTIVE_DEADLINE: Duration = Duration::from_secs(15);

#[derive(Clone)]
pub struct StripeConnection {
    pub client: stripe::Client,
    /// Whether the key belongs to real money; events of the other mode are refused.
    pub livemode: bool,
}

impl StripeConnection {
    pub fn open(services: &Services) -> Result<Self, String> {
        let mut builder = stripe::ClientBuilder::new(&services.stripe_secret_key).timeout(INTERACTIVE_DEADLINE).app_info(
            "Cartwright",
            Some(env!("CARGO_PKG_VERSION").into()),
            None,
        );
        if let Some(base) = &services.stripe_api_base {
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        let client = builder.build().map_err(|e| format!("Stripe: {e}"))?;
        Ok(Self { client, livemode: services.stripe_secret_key.contains("_live_") })
    }
}
