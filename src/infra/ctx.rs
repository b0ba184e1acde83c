//! Who acts, with which clients, at what time: the first argument of every use-case.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use crate::infra::cache::ProcessState;
use crate::infra::client_storage::ClientStorage;
use crate::infra::clock::Clock;
use crate::infra::collections::Collection;
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
use crate::shared::ids::{AccountId, SessionId};
use crate::shared::timestamp::Timestamp;

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
    pub process_state: ProcessState,
    /// Every collection of the store, as the features declare them.
    pub collections: Vec<Collection>,
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
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub role: Role,
}

/// What is known of one request.
pub struct RequestInfo {
    pub id: String,
    pub actor: Actor,
    pub client_ip: Option<IpAddr>,
    /// What the browser calls itself; never shown as it came.
    pub user_agent: String,
    client_storage: Arc<ClientStorage>,
    /// Whose share of the calls to Stripe this request uses.
    stripe_share: Share,
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
        Self::new(
            clients,
            RequestInfo::new("system".into(), Actor::System, None, ClientStorage::default()),
        )
    }

    /// The same request, now that it is known whose it is.
    pub fn acting_as(&self, actor: Actor) -> Self {
        let request = RequestInfo {
            id: self.request.id.clone(),
            actor,
            client_ip: self.request.client_ip,
            user_agent: self.request.user_agent.clone(),
            client_storage: self.request.client_storage.clone(),
            stripe_share: self.request.stripe_share,
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
        self.signed_in().ok_or_else(|| {
            AppError::new(ErrorKind::Unauthorized, "sign_in_first", "Sign in to go on.")
        })
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
        self.log_security_event(SecurityEvent {
            name: "access_denied",
            outcome: Outcome::Refused,
            object: permission.key(),
        });
        Err(AppError::new(
            ErrorKind::Forbidden,
            "not_allowed",
            "Your account may not do this. An owner of the shop can change that.",
        ))
    }

    /// Writes one security event with its actor (R92). `object` is an id or a fixed word, never
    /// personal data.
    pub fn log_security_event(&self, event: SecurityEvent<'_>) {
        let actor = match &self.request.actor {
            Actor::Guest => "guest".to_owned(),
            Actor::System => "system".to_owned(),
            Actor::SignedIn(visitor) => visitor.account_id.to_string(),
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

    pub fn stripe_share(&self) -> Share {
        self.request.stripe_share
    }

    /// The moment, by the application's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What the visitor's client keeps for us.
    pub fn client_storage(&self) -> &ClientStorage {
        &self.request.client_storage
    }

    /// Logs a failure of the store or of a dependency, once, with the request it belongs to.
    pub fn log_failure(&self, error: &AppError) {
        let cause = error.cause().unwrap_or("none");
        match error.status() {
            500.. => {
                tracing::error!(request_id = %self.request.id, code = %error.code, %cause, "request failed")
            }
            _ => {
                tracing::debug!(request_id = %self.request.id, code = %error.code, %cause, "request refused")
            }
        }
    }
}

/// Something that a person looking after the shop's security wants to find.
pub struct SecurityEvent<'a> {
    pub name: &'static str,
    pub outcome: Outcome,
    pub object: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Outcome {
    Done,
    Refused,
}

impl Outcome {
    const fn key(self) -> &'static str {
        self.into_str()
    }
}

impl RequestInfo {
    pub fn new(
        id: String,
        actor: Actor,
        client_ip: Option<IpAddr>,
        client_storage: ClientStorage,
    ) -> Self {
        let stripe_share = if actor == Actor::System { Share::Job } else { Share::Visitor };
        Self {
            id,
            actor,
            client_ip,
            user_agent: String::new(),
            client_storage: Arc::new(client_storage),
            stripe_share,
        }
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
