//! Who acts, with which clients, at what time: the first argument of every use-case.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use mongodb::bson::oid::ObjectId;
use serde::{Deserialize, Serialize};

use crate::infra::cache::PerProcess;
use crate::infra::clock::Clock;
use crate::infra::crypto::Keyring;
use crate::infra::mail::Mailer;
use crate::infra::mongo::Mongo;
use crate::infra::passwords::Passwords;
use crate::infra::rate_limit::{RateLimiter, client_key};
use crate::infra::redis::Redis;
use crate::infra::settings::Settings;
use crate::infra::stripe::{Share, StripeConnection};
use crate::shared::access::{Permission, Role};
use crate::shared::error::{AppError, AppResult, ErrorKind};

/// Every client of the process, built once by the composition root.
pub struct Clients {
    pub settings: Arc<Settings>,
    pub mongo: Mongo,
    pub redis: Redis,
    pub keyring: Keyring,
    pub clock: Clock,
    pub mailer: Mailer,
    pub limiter: RateLimiter,
    pub passwords: Passwords,
    pub stripe: StripeConnection,
    pub per_process: PerProcess,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    Guest,
    SignedIn(SignedIn),
    /// The store itself: jobs, webhooks, operator commands.
    System,
}

/// A request that came with a living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub account_id: ObjectId,
    /// The session's family; no secret.
    pub session_id: String,
    pub role: Role,
}

/// What is known of one request, and what its answer will carry besides the body.
pub struct RequestInfo {
    pub id: String,
    pub actor: Actor,
    pub client_ip: Option<IpAddr>,
    /// What the browser calls itself; never shown as it came.
    pub user_agent: String,
    cookies: Vec<(String, String)>,
    /// Whose share of the calls to Stripe this request uses.
    stripe_share: Share,
    answer: Mutex<Answer>,
}

/// What a use-case asked the edge to send along.
#[derive(Default)]
struct Answer {
    /// Complete `Set-Cookie` values.
    cookies: Vec<String>,
    form: Option<FormOutcome>,
    clear_site_data: bool,
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

    /// The same request, now that it is known whose it is.
    pub fn acting_as(&self, actor: Actor) -> Self {
        let request = RequestInfo {
            id: self.request.id.clone(),
            actor,
            client_ip: self.request.client_ip,
            user_agent: self.request.user_agent.clone(),
            cookies: self.request.cookies.clone(),
            stripe_share: self.request.stripe_share,
            answer: Mutex::new(std::mem::take(&mut *self.answer())),
        };
        Self { clients: self.clients.clone(), request: Arc::new(request) }
    }

    /// The session of a signed-in visitor.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match &self.request.actor {
            Actor::SignedIn(visitor) => Some(visitor),
            Actor::Guest | Actor::System => None,
        }
    }

    /// The account of whoever asks.
    ///
    /// # Errors
    /// `Unauthorized` for a guest.
    pub fn require_signed_in(&self) -> AppResult<&SignedIn> {
        self.signed_in().ok_or_else(|| AppError::new(ErrorKind::Unauthorized, "sign_in_first", "Sign in to go on."))
    }

    /// Asks the table of permissions; every staff function begins with this (R40).
    ///
    /// # Errors
    /// `Unauthorized` for a guest, `Forbidden` for an account without this permission.
    pub fn require(&self, permission: Permission) -> AppResult<&SignedIn> {
        let visitor = self.require_signed_in()?;
        if visitor.role.may(permission) {
            return Ok(visitor);
        }
        self.record(SecurityEvent { name: "access_denied", outcome: Outcome::Refused, object: permission.key() });
        Err(AppError::new(ErrorKind::Forbidden, "not_allowed", "Your account may not do this. An owner of the shop can change that."))
    }

    /// Writes one security event with its actor (R92). `object` is an id or a fixed word, never personal data.
    pub fn record(&self, event: SecurityEvent<'_>) {
        let actor = match &self.request.actor {
            Actor::Guest => "guest".to_owned(),
            Actor::System => "system".to_owned(),
            Actor::SignedIn(visitor) => visitor.account_id.to_hex(),
        };
        tracing::info!(
            target: "security",
            event = event.name,
            outcome = event.outcome.key(),
            object = event.object,
            %actor,
            from = %self.keyring.pseudonym_of_address(&self.request.limit_key()),
            request_id = %self.request.id,
            "security event"
        );
    }

    /// Asks the browser to drop what it keeps of this site, besides the cookies that are cleared one by one (R27).
    pub fn clear_site_data(&self) {
        self.answer().clear_site_data = true;
    }

    /// Whether the answer asks for that.
    pub fn clears_site_data(&self) -> bool {
        self.answer().clear_site_data
    }

    fn answer(&self) -> std::sync::MutexGuard<'_, Answer> {
        self.request.answer.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn stripe_share(&self) -> Share {
        self.request.stripe_share
    }

    /// Unix milliseconds, from the application's clock.
    pub fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.request.cookies.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Takes a cookie away, in the browser and for the rest of this request's answer.
    pub fn clear_cookie(&self, name: &str) {
        self.set_cookie(name, "", 0, CookieVisibility::ServerOnly);
    }

    /// Sends a cookie along: always `__Host-`, `Secure`, `Path=/`, `SameSite=Lax` (R24).
    pub fn set_cookie(&self, name: &str, value: &str, max_age_seconds: i64, visibility: CookieVisibility) {
        let http_only = match visibility {
            CookieVisibility::ServerOnly => "; HttpOnly",
            CookieVisibility::Scripts => "",
        };
        let cookie = format!("{name}={value}; Secure{http_only}; Path=/; SameSite=Lax; Max-Age={max_age_seconds}");
        let mut answer = self.answer();
        let same_name = format!("{name}=");
        answer.cookies.retain(|kept| !kept.starts_with(&same_name));
        answer.cookies.push(cookie);
    }

    /// The `Set-Cookie` values asked for; the edge takes them once.
    pub fn take_cookies(&self) -> Vec<String> {
        std::mem::take(&mut self.answer().cookies)
    }

    /// How the form post ended, if a server function ran.
    pub fn take_form_outcome(&self) -> Option<FormOutcome> {
        self.answer().form.take()
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
        self.answer().form = Some(outcome);
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

/// Something that a person looking after the shop's security wants to find.
pub struct SecurityEvent<'a> {
    pub name: &'static str,
    pub outcome: Outcome,
    pub object: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Refused,
}

impl Outcome {
    const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
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
        let stripe_share = if actor == Actor::System { Share::Job } else { Share::Visitor };
        Self { id, actor, client_ip, user_agent: String::new(), cookies, stripe_share, answer: Mutex::default() }
    }

    /// A delivery of Stripe's: its calls have a share of their own.
    pub fn of_webhook(mut self) -> Self {
        self.stripe_share = Share::Webhook;
        self
    }

    pub fn with_user_agent(mut self, user_agent: &str) -> Self {
        self.user_agent = user_agent.chars().take(400).collect();
        self
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
