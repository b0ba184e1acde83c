//! The background task that posts due events and notes the answers.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::sandbox::{AccountHandle, Sandbox};
use crate::webhooks::schedule::{self, Attempt};

const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

type Poster = Client<HttpConnector, Full<Bytes>>;

/// Runs until the process ends. It wakes when something changed, and often enough to let sessions
/// expire by themselves.
pub async fn deliver_for_ever(sandbox: Sandbox) {
    let poster: Poster = Client::builder(TokioExecutor::new()).build_http();
    loop {
        let mut sleep = LONGEST_SLEEP;
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
                tokio::spawn(post_in_turn(sandbox.clone(), handle, poster.clone(), due));
            }
        }
        // Either way there may be something due now.
        let _ = tokio::time::timeout(sleep, sandbox.changed()).await;
    }
}

/// Posts events that became due together one after the other, so that their order is what the plan
/// says.
async fn post_in_turn(sandbox: Sandbox, handle: AccountHandle, poster: Poster, due: Vec<Attempt>) {
    for attempt in due {
        let mut status = None;
        for _ in 0..attempt.copies.max(1) {
            status = post(&poster, &attempt).await;
        }
        handle.with(|account| schedule::record_outcome(account, &attempt, status));
        sandbox.note_change();
    }
}

async fn post(poster: &Poster, attempt: &Attempt) -> Option<u16> {
    let request = hyper::Request::post(&attempt.url)
        .header("content-type", "application/json; charset=utf-8")
        .header("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
        .header("stripe-signature", &attempt.signature)
        .body(Full::new(Bytes::from(attempt.body.clone())))
        .ok()?;
    let answer = tokio::time::timeout(PATIENCE, async {
        let response = poster.request(request).await.ok()?;
        let status = response.status().as_u16();
        // Read to the end, so that the connection can be used again.
        response.into_body().collect().await.ok()?;
        Some(status)
    });
    answer.await.ok().flatten()
}
