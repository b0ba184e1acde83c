//! `App`: everything one process of the store consists of.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::http::{HeaderMap, header};

use crate::app::render::DocumentShell;
use crate::features;
use crate::features::accounts::service::AccountSettings;
use crate::features::privacy::service::PrivacySettings;
use crate::features::shipping::model::{ShippingRules, TaxRules};
use crate::infra::cache::ProcessState;
use crate::infra::client_storage::ClientStorage;
use crate::infra::clock::Clock;
use crate::infra::collections::Collection;
use crate::infra::crypto::Keyring;
use crate::infra::ctx::{Actor, Clients, Ctx, RequestInfo};
use crate::infra::mail::Mailer;
use crate::infra::mongo::Mongo;
use crate::infra::passwords::Passwords;
use crate::infra::rate_limit::{InProcessCounter, RateLimiter};
use crate::infra::redis::{Redis, RedisOptions};
use crate::infra::settings::Settings;
use crate::infra::stripe::StripeConnection;
use crate::infra::{ctx, lease, outbox};
use crate::server::assets::Assets;
use crate::server::content_policy::ContentPolicy;
use crate::shared::error::AppResult;
use crate::web::cookies::read_cookies;

pub struct App {
    pub clients: Arc<Clients>,
    pub assets: Assets,
    pub shell: tokio::sync::RwLock<Arc<DocumentShell>>,
    pub policy: ContentPolicy,
    pub public_reads: InProcessCounter,
    /// False until start-up is done and again while shutting down.
    pub ready: std::sync::atomic::AtomicBool,
}

impl App {
    /// Builds every client, checks the database and computes what all pages share.
    ///
    /// # Errors
    /// One sentence that says what is missing or refused.
    pub async fn build(
        settings: Settings,
        site_root: PathBuf,
        clock: Clock,
    ) -> Result<Arc<Self>, String> {
        // Pages are drawn by tasks of this runtime; a second start in one process finds it set.
        let _ = any_spawner::Executor::init_tokio();
        let clients = connect(settings, clock).await?;
        let assets = Assets::load(site_root)?;
        let ctx = Ctx::system(clients.clone());
        // Whoever orders agrees to the terms: a store that was filled before they were kept in the
        // database gets them now.
        features::content::service::add_missing(&ctx)
            .await
            .map_err(|e| format!("the pages of text cannot be written: {e}"))?;
        let shell = Arc::new(shell(&ctx, &assets).await?);
        let policy = ContentPolicy::compute(&shell, &ctx).await?;
        Ok(Arc::new(Self {
            clients,
            assets,
            shell: tokio::sync::RwLock::new(shell),
            policy,
            public_reads: InProcessCounter::new(1_200, std::time::Duration::from_secs(60), 100_000),
            ready: std::sync::atomic::AtomicBool::new(true),
        }))
    }

    /// Reads the departments again: they stand in every page's header.
    pub async fn refresh_shell(&self) -> Result<(), String> {
        let ctx = Ctx::system(self.clients.clone());
        let fresh = Arc::new(shell(&ctx, &self.assets).await?);
        *self.shell.write().await = fresh;
        Ok(())
    }

    pub fn system_ctx(&self) -> Ctx {
        Ctx::system(self.clients.clone())
    }

    /// The context of a request with its cookies, before anybody asked whose it is.
    pub fn ctx(&self, request_id: &str, client_ip: Option<IpAddr>, headers: &HeaderMap) -> Ctx {
        let user_agent =
            headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let request = RequestInfo::new(
            request_id.to_owned(),
            Actor::Guest,
            client_ip,
            ClientStorage::new(read_cookies(headers)),
        )
        .with_user_agent(user_agent);
        Ctx::new(self.clients.clone(), request)
    }

    /// The context of a request for something personal, with whoever is signed in.
    ///
    /// # Errors
    /// As for `accounts::service::authenticate`: when it cannot be known whose request this is,
    /// nothing is answered.
    pub async fn personal_ctx(
        &self,
        request_id: &str,
        client_ip: Option<IpAddr>,
        headers: &HeaderMap,
    ) -> AppResult<Ctx> {
        let ctx = self.ctx(request_id, client_ip, headers);
        let actor = features::accounts::service::authenticate(&ctx).await?;
        Ok(ctx.acting_as(actor))
    }

    /// The context of a delivery of Stripe's.
    pub fn webhook_ctx(&self, request_id: &str, client_ip: Option<IpAddr>) -> Ctx {
        let request = RequestInfo::new(
            request_id.to_owned(),
            Actor::Guest,
            client_ip,
            ClientStorage::default(),
        )
        .of_webhook();
        Ctx::new(self.clients.clone(), request)
    }

    /// The context of a request for a public page: nobody's cookies, so that everybody gets the
    /// same bytes.
    pub fn public_ctx(&self, request_id: &str, client_ip: Option<IpAddr>) -> Ctx {
        Ctx::new(
            self.clients.clone(),
            RequestInfo::new(
                request_id.to_owned(),
                Actor::Guest,
                client_ip,
                ClientStorage::default(),
            ),
        )
    }
}

/// Connects to everything; a missing Redis or Stripe does not stop the store, a missing MongoDB
/// does.
pub async fn connect(settings: Settings, clock: Clock) -> Result<Arc<Clients>, String> {
    settings.load::<ShippingRules>()?;
    settings.load::<TaxRules>()?;
    settings.load::<AccountSettings>()?;
    settings.load::<PrivacySettings>()?;
    let services = settings.services.clone();
    let keyring = Keyring::from_settings(
        &services.data_keys,
        &services.index_keys,
        &services.cookie_key,
        &services.access_keys,
    )?;
    let collections = all_collections();
    let mongo = Mongo::connect(&services).await?;
    mongo.require_replica_set().await?;
    mongo.ensure_indexes(collections.iter().map(Collection::indexes)).await?;
    let redis = match &services.redis_url {
        Some(url) => Redis::connect(RedisOptions::new(url, &services.redis_prefix)).await?,
        None => Redis::unavailable(),
    };
    let clients = Clients {
        mailer: Mailer::from_url(&services.smtp_url, &settings.mail.from)?,
        passwords: Passwords::new(),
        limiter: RateLimiter::new(redis.clone(), keyring.clone(), services.instances),
        stripe: StripeConnection::open(&services, clock.clone())?,
        settings: Arc::new(settings),
        mongo,
        redis,
        keyring,
        clock,
        process_state: ProcessState::default(),
        collections,
    };
    Ok(Arc::new(clients))
}

/// Every collection, in the order of the preview of retention.
pub fn all_collections() -> Vec<Collection> {
    let mut all = vec![outbox::collection(), lease::collection()];
    all.extend(features::cart::store::collections());
    all.extend(features::checkout::store::collections());
    all.extend(features::accounts::store::collections());
    all.extend(features::orders::store::collections());
    all.extend(features::audit::store::collections());
    all.extend(features::catalog::store::collections());
    all.extend(features::content::store::collections());
    all.extend(features::inventory::store::collections());
    all.extend(features::payments::store::collections());
    all.extend(features::privacy::store::collections());
    all
}

async fn shell(ctx: &ctx::Ctx, assets: &Assets) -> Result<DocumentShell, String> {
    let tree = features::catalog::service::category_tree(ctx)
        .await
        .map_err(|e| format!("the categories cannot be read: {e}"))?;
    let settings = &ctx.settings;
    Ok(DocumentShell {
        store_name: settings.store.name.clone(),
        tagline: settings.store.tagline.clone(),
        base_url: settings.base_url.clone(),
        style: assets.style.clone(),
        admin_style: assets.admin_style(),
        boot_script: assets.boot_script(),
        departments: tree.top().map(|c| (c.name.clone(), format!("/c/{}", c.path))).collect(),
    })
}
