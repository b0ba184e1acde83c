//! The background task that posts due events and records the responses.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::sandbox::{AccountHandle, Sandbox};
use crate::webhooks::schedule::{self, Attempt};

const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_SLEEP: Duration = Duration::from_millis(500);

type HttpClient = Client<HttpConnector, Full<Bytes>>;

/// Runs until the process ends. It wakes after every change, and often enough to expire sessions in
/// time.
pub(crate) async fn deliver_continuously(sandbox: Sandbox) {
    let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    loop {
        let mut sleep = MAX_SLEEP;
        for handle in sandbox.accounts() {
            let (due, wait) = handle.with(|account| {
                let due = schedule::take_due(account);
                let now = account.now_milliseconds();
                (due, schedule::next_due(account).map(|next| next - now))
            });
            if let Some(wait) = wait {
                sleep = sleep.min(Duration::from_millis(u64::try_from(wait).unwrap_or(0).max(1)));
            }
            if !due.is_empty() {
                tokio::spawn(post_in_order(sandbox.clone(), handle, client.clone(), due));
            }
        }
        // Either way there may be something due now.
        let _ = tokio::time::timeout(sleep, sandbox.wait_for_change()).await;
    }
}

/// Posts events that are due together one after the other, so that they keep their planned order.
async fn post_in_order(
    sandbox: Sandbox,
    handle: AccountHandle,
    client: HttpClient,
    due: Vec<Attempt>,
) {
    for attempt in due {
        let mut status = None;
        for _ in 0..attempt.copies.max(1) {
            status = post(&client, &attempt).await;
        }
        handle.with(|account| schedule::record_outcome(account, &attempt, status));
        sandbox.notify_change();
    }
}

async fn post(client: &HttpClient, attempt: &Attempt) -> Option<u16> {
    let request = hyper::Request::post(&attempt.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", &attempt.signature)
        .body(Full::new(Bytes::from(attempt.body.clone())))
        .ok()?;
    let answer = tokio::time::timeout(RESPONSE_TIMEOUT, async {
        let response = client.request(request).await.ok()?;
        let status = response.status().as_u16();
        // Read to the end, so that the connection can be used again.
        response.into_body().collect().await.ok()?;
        Some(status)
    });
    answer.await.ok().flatten()
}
