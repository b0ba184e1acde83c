//! Who acts, with which clients, at what time: the first argument of every use-case.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::infra::cache::PerProcess;
use crate::infra::clock::Clock;
use crate::infra::crypto::Keyring;
use crate::infra::mail::Mailer;
use crate::infra::mongo::Mongo;
use crate::infra::rate_limit::{RateLimiter, client_key};
use crate::infra::redis::Redis;
use crate::infra::settings::Settings;
use crate::infra::stripe::StripeConnection;
use crate::shared::error::{AppError, AppResult};

/// Every client of the process, built once by the composition root.
pub struct Clients {
    pub settings: Arc<Settings>,
    pub mongo: Mongo,
    pub redis: Redis,
    pub keyring: Keyring,
    pub clock: Clock,
    pub mailer: Mailer,
    pub limiter: RateLimiter,
    pub stripe: StripeConnection,
    pub per_process: PerProcess,
    /// Woken after a commit that left work in the outbox.
    pub outbox_bell: tokio::sync::Notify,
}

/// Who asks. Accounts and staff join in their own feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Guest,
    /// The store itself: jobs, webhooks, operator commands.
    System,
}

/// What is known of one request, and what its answer will carry besides the body.
pub struct RequestInfo {
    pub id: String,
    pub actor: Actor,
    pub client_ip: Option<IpAddr>,
    cookies: Vec<(String, String)>,
    answer: Mutex<Answer>,
}

/// What a use-case asked the edge to send along.
#[derive(Default)]
struct Answer {
    /// Complete `Set-Cookie` values.
    cookies: Vec<String>,
    form: Option<FormOutcome>,
}

/// How a form post ended: the edge turns it into a redirect or into the page again.
#[derive(Clone, Debug)]
pub enum FormOutcome {
    Done(FormSuccess),
    Refused(AppError),
}

/// Where a successful form leads and the one line shown there.
#[derive(Clone, Debug)]
pub struct FormSuccess {
    /// A path of ours, or the payment page.
    pub to: String,
    pub notice: Option<Notice>,
}

/// What happened, in one line, and the form that takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub text: String,
    pub undo: Option<Undo>,
}

/// A form with nothing to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The server function's path.
    pub action: String,
    pub fields: Vec<(String, String)>,
}

impl FormSuccess {
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), notice: None }
    }

    pub fn with_notice(mut self, text: &'static str) -> Self {
        self.notice = Some(Notice { text: text.to_owned(), undo: None });
        self
    }

    /// Offers to take back what the notice says.
    pub fn undone_by(mut self, undo: Undo) -> Self {
        if let Some(notice) = &mut self.notice {
            notice.undo = Some(undo);
        }
        self
    }
}

#[derive(Clone)]
pub struct Ctx {
    clients: Arc<Clients>,
    pub request: Arc<RequestInfo>,
}

impl Deref for Ctx {
    type Target = Clients;

    fn deref(&self) -> &Clients {
        &self.clients
    }
}

impl Ctx {
    pub fn new(clients: Arc<Clients>, request: RequestInfo) -> Self {
        Self { clients, request: Arc::new(request) }
    }

    /// The store acting on its own.
    pub fn system(clients: Arc<Clients>) -> Self {
        Self::new(clients, RequestInfo::new("system".into(), Actor::System, None, Vec::new()))
    }

    pub fn clients(&self) -> &Arc<Clients> {
        &self.clients
    }

    /// Unix milliseconds, from the application's clock.
    pub fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.request.cookies.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Sends a cookie along: always `__Host-`, `Secure`, `Path=/`, `SameSite=Lax` (R24).
    pub fn set_cookie(&self, name: &str, value: &str, max_age_seconds: i64, visibility: CookieVisibility) {
        let http_only = match visibility {
            CookieVisibility::ServerOnly => "; HttpOnly",
            CookieVisibility::Scripts => "",
        };
        let cookie = format!("{name}={value}; Secure{http_only}; Path=/; SameSite=Lax; Max-Age={max_age_seconds}");
        let mut answer = self.request.answer.lock().unwrap_or_else(|e| e.into_inner());
        let same_name = format!("{name}=");
        answer.cookies.retain(|kept| !kept.starts_with(&same_name));
        answer.cookies.push(cookie);
    }

    /// The `Set-Cookie` values asked for; the edge takes them once.
    pub fn take_cookies(&self) -> Vec<String> {
        std::mem::take(&mut self.request.answer.lock().unwrap_or_else(|e| e.into_inner()).cookies)
    }

    /// How the form post ended, if a server function ran.
    pub fn take_form_outcome(&self) -> Option<FormOutcome> {
        self.request.answer.lock().unwrap_or_else(|e| e.into_inner()).form.take()
    }

    /// Ends a server function: remembers the outcome for a form post and sets the status for an island.
    pub fn finish<T>(&self, result: AppResult<T>, success: impl FnOnce(&T) -> FormSuccess) -> AppResult<T> {
        let outcome = match &result {
            Ok(value) => FormOutcome::Done(success(value)),
            Err(error) => {
                self.log_failure(error);
                if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
                    response.set_status(axum::http::StatusCode::from_u16(error.status()).unwrap_or_default());
                }
                FormOutcome::Refused(error.clone())
            }
        };
        self.request.answer.lock().unwrap_or_else(|e| e.into_inner()).form = Some(outcome);
        result
    }

    /// Logs a failure of ours or of a dependency, once, with the request it belongs to.
    pub fn log_failure(&self, error: &AppError) {
        let cause = error.cause().unwrap_or("none");
        match error.status() {
            500.. => tracing::error!(request_id = %self.request.id, code = %error.code, %cause, "request failed"),
            _ => tracing::debug!(request_id = %self.request.id, code = %error.code, %cause, "request refused"),
        }
    }
}

/// Who may read a cookie in the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CookieVisibility {
    ServerOnly,
    Scripts,
}

impl RequestInfo {
    pub fn new(id: String, actor: Actor, client_ip: Option<IpAddr>, cookies: Vec<(String, String)>) -> Self {
        Self { id, actor, client_ip, cookies, answer: Mutex::default() }
    }

    /// What limits are counted by: the address, an IPv6 one as its /64.
    pub fn limit_key(&self) -> String {
        self.client_ip.map_or_else(|| "unknown".to_owned(), client_key)
    }
}

/// The context of the request being served; server functions start with it.
pub fn current() -> AppResult<Ctx> {
    leptos::prelude::use_context::<Ctx>().ok_or_else(|| AppError::internal("no request context was provided"))
}
