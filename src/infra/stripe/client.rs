//! The HTTP client under async-stripe's client trait. The crate's own opens a new TLS connection
//! for every call.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderValue, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use stripe::StripeError;
use stripe_client_core::{CustomizedStripeRequest, RequestBuilder, StripeClient, StripeMethod};
use tokio::sync::Semaphore;

use super::breaker::ErrorRateBreaker;
use super::{Share, api_version};
use crate::infra::clock::Clock;
use crate::infra::settings::Services;

const CONNECT_DEADLINE: Duration = Duration::from_secs(3);
/// Stripe closes idle connections after about a minute.
const IDLE_LIFE: Duration = Duration::from_secs(45);
const PING_EVERY: Duration = Duration::from_secs(10);
const STRIPE: &str = "https://api.stripe.com";
/// More than any answer of Stripe's that we ask for.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// What all shares have in common.
pub struct Connection {
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    base: String,
    authorization: HeaderValue,
    user_agent: HeaderValue,
    version: HeaderValue,
    clock: Clock,
    clock_offset: Arc<AtomicI64>,
    breaker: Arc<ErrorRateBreaker>,
}

impl Connection {
    pub fn open(
        services: &Services,
        clock: Clock,
        clock_offset: Arc<AtomicI64>,
        breaker: Arc<ErrorRateBreaker>,
    ) -> Result<Arc<Self>, String> {
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(CONNECT_DEADLINE));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let provider = tokio_rustls::rustls::crypto::ring::default_provider();
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(provider)
            .map_err(|e| format!("Stripe: {e}"))?;
        let connector = tls.https_or_http().enable_http1().enable_http2().wrap_connector(tcp);
        // A connection that was silently dropped on the way is found out by pings, not by fifteen
        // minutes of timeouts.
        let http = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_LIFE)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING_EVERY)
            .http2_keep_alive_timeout(CONNECT_DEADLINE)
            .http2_keep_alive_while_idle(true)
            .build(connector);
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {}", services.stripe_secret_key))
                .map_err(|_| "STRIPE_SECRET_KEY holds characters that no key has".to_owned())?;
        authorization.set_sensitive(true);
        let base =
            services.stripe_api_base.as_deref().unwrap_or(STRIPE).trim_end_matches('/').to_owned();
        let user_agent = HeaderValue::from_static(concat!(
            "Stripe/v1 RustBindings Cartwright/",
            env!("CARGO_PKG_VERSION")
        ));
        let version = HeaderValue::try_from(api_version()).map_err(|e| format!("Stripe: {e}"))?;
        Ok(Arc::new(Self {
            http,
            base,
            authorization,
            user_agent,
            version,
            clock,
            clock_offset,
            breaker,
        }))
    }

    async fn send(&self, request: RequestBuilder, key: Option<&str>) -> Result<Bytes, StripeError> {
        let request = self.request(request, key)?;
        let answer =
            self.http.request(request).await.map_err(|e| StripeError::ClientError(describe(&e)))?;
        let status = answer.status();
        self.follow_clock(answer.headers().get(DATE));
        let limited = http_body_util::Limited::new(answer.into_body(), LARGEST_ANSWER);
        let body = limited
            .collect()
            .await
            .map_err(|e| StripeError::ClientError(e.to_string()))?
            .to_bytes();
        if status.is_success() { Ok(body) } else { Err(refusal(status, &body)) }
    }

    fn request(
        &self,
        request: RequestBuilder,
        key: Option<&str>,
    ) -> Result<Request<Full<Bytes>>, StripeError> {
        let method = match request.method {
            StripeMethod::Get => Method::GET,
            StripeMethod::Post => Method::POST,
            StripeMethod::Delete => Method::DELETE,
        };
        let query = request.query.map(|query| format!("?{query}")).unwrap_or_default();
        let mut builder = Request::builder()
            .method(method)
            .uri(format!("{}/v1{}{query}", self.base, request.path))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(USER_AGENT, self.user_agent.clone())
            .header("stripe-version", self.version.clone());
        if let Some(key) = key {
            builder = builder.header("idempotency-key", key);
        }
        let body = match request.body {
            Some(body) => {
                builder = builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                Bytes::from(body)
            }
            None => Bytes::new(),
        };
        builder.body(Full::new(body)).map_err(|e| StripeError::ConfigError(e.to_string()))
    }

    /// Sessions and refunds live by Stripe's clock: every answer says what it shows.
    fn follow_clock(&self, date: Option<&HeaderValue>) {
        let stripe_ms = date
            .and_then(|date| date.to_str().ok())
            .and_then(|text| httpdate::parse_http_date(text).ok())
            .and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok())
            .and_then(|since| i64::try_from(since.as_millis()).ok());
        if let Some(stripe_ms) = stripe_ms {
            let offset = stripe_ms - self.clock.now().unix_ms();
            // The header counts whole seconds: less than two of them say nothing.
            let offset = if offset.abs() < 2_000 { 0 } else { offset };
            self.clock_offset.store(offset, Ordering::Relaxed);
        }
    }
}

/// A client for one share.
#[derive(Clone)]
pub struct StripeHttp {
    connection: Arc<Connection>,
    pub share: Share,
    places: Arc<Semaphore>,
}

impl StripeHttp {
    pub(super) const fn new(
        connection: Arc<Connection>,
        share: Share,
        places: Arc<Semaphore>,
    ) -> Self {
        Self { connection, share, places }
    }
}

impl StripeClient for StripeHttp {
    type Err = StripeError;

    async fn execute(&self, request: CustomizedStripeRequest) -> Result<Bytes, StripeError> {
        let (request, config) = request.into_pieces();
        let key = config.request_strategy.and_then(|strategy| strategy.get_key());
        let work = async {
            let _place =
                self.places.acquire().await.map_err(|e| StripeError::ClientError(e.to_string()))?;
            if !self.connection.breaker.allows(Instant::now()) {
                return Err(StripeError::ClientError(
                    "Stripe fails too often and is left alone for a few seconds".into(),
                ));
            }
            let mut call = CountedCall { breaker: &self.connection.breaker, failed: true };
            let outcome = self.connection.send(request, key.as_ref().map(|key| key.as_str())).await;
            call.failed = matches!(
                &outcome,
                Err(StripeError::ClientError(_) | StripeError::Stripe(_, 500..))
            );
            outcome
        };
        tokio::time::timeout(self.share.deadline(), work).await.unwrap_or(Err(StripeError::Timeout))
    }
}

/// Tells the breaker how a call ended. One that is given up at a deadline, ours or a caller's, has
/// failed.
struct CountedCall<'b> {
    breaker: &'b ErrorRateBreaker,
    failed: bool,
}

impl Drop for CountedCall<'_> {
    fn drop(&mut self) {
        if self.breaker.record(Instant::now(), self.failed) {
            tracing::error!(target: "alarm", "half of the calls to Stripe fail");
        }
    }
}

fn refusal(status: StatusCode, body: &[u8]) -> StripeError {
    let parsed = std::str::from_utf8(body)
        .ok()
        .and_then(|text| miniserde::json::from_str::<stripe_shared::Error>(text).ok());
    match parsed {
        Some(error) => StripeError::Stripe(error.error, status.as_u16()),
        // Not from Stripe itself, but from something on the way: the status alone counts.
        None if status.is_server_error() => StripeError::ClientError(format!("status {status}")),
        None => {
            StripeError::JSONDeserialize(format!("status {status} without Stripe's explanation"))
        }
    }
}

/// With its causes: hyper's own words say only "client error".
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
