//! `TestApp`: a whole store on real servers, with a database, a key prefix and a Stripe account of
//! its own.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use strum::VariantArray as _;

use axum::Router;
use mongodb::bson::Document;
use tokio::net::TcpListener;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::features::catalog;
use crate::features::orders::store::OrderDocument;
use crate::features::payments::model::PullEvents;
use crate::infra::clock::Clock;
use crate::infra::ctx::Ctx;
use crate::infra::outbox;
use crate::infra::settings::{Services, Settings};
use crate::server::app::{App, connect};
use crate::server::{accept, jobs, router};
use crate::shared::message::{Lane, OutboxMessage};
use crate::shared::timestamp::Timestamp;
use crate::testing::browser::Browser;
use crate::testing::catalog::TestCatalog;
use crate::testing::sandbox::Sandbox;
use crate::testing::security_events::Collector;

static NEXT_IP: AtomicU32 = AtomicU32::new(1);

pub struct TestApp {
    pub app: Arc<App>,
    pub clock: Clock,
    pub sandbox: Sandbox,
    pub router: Router,
    /// A second process on the same data, where a test asked for one.
    pub second: Option<Router>,
    settings: Box<dyn Fn(&str) -> Settings + Send + Sync>,
    /// What the build would have left.
    pub site: PathBuf,
}

/// What a test may change before its store starts.
pub struct Given {
    pub services: Services,
    pub base_url: String,
}

impl TestApp {
    /// A store with the small test catalogue.
    pub async fn start() -> Self {
        Self::with_catalog(&TestCatalog::small()).await
    }

    /// Two instances that share database, Redis and Stripe account.
    pub async fn two_instances(catalog: &TestCatalog) -> Self {
        let mut app = Self::with_catalog(catalog).await;
        let other = app.start_again().await.expect("the second instance starts");
        app.second = Some(router::router(other));
        app
    }

    /// Another process on the same data, as after a restart.
    pub async fn start_again(&self) -> Result<Arc<App>, String> {
        App::build((self.settings)(&options()), self.site.clone(), self.clock.clone()).await
    }

    /// A visitor of another process on the same data that reads other options.
    pub async fn browser_with_options(
        &self,
        adjust: impl Fn(String) -> String,
    ) -> Result<Browser, String> {
        let app =
            App::build((self.settings)(&adjust(options())), self.site.clone(), self.clock.clone())
                .await?;
        Ok(self.browser_of(router::router(app)))
    }

    pub async fn with_catalog(catalog: &TestCatalog) -> Self {
        Self::with_settings(catalog, |_| ()).await
    }

    /// A store that reaches its services by other ways, or is known under another address.
    pub async fn with_settings(
        catalog: &TestCatalog,
        adjust: impl Fn(&mut Given) + Send + Sync + 'static,
    ) -> Self {
        // With RUST_LOG set, a failed test shows what the store logged.
        let shown = tracing_subscriber::fmt::layer()
            .with_test_writer()
            .with_filter(tracing_subscriber::EnvFilter::from_default_env());
        let kept = Collector.with_filter(filter_fn(|metadata| metadata.target() == "security"));
        let _ = tracing_subscriber::registry().with(shown).with(kept).try_init();
        let name = unique_name();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let sandbox = Sandbox::new(&needed("STRIPE_API_BASE"), &format!("sk_test_{name}"));
        let webhook_secret =
            sandbox.register_webhook(&format!("http://{address}/webhooks/stripe")).await;
        let site = fake_site(&name);
        let media = site.join("media");
        let base = needed("STRIPE_API_BASE");
        let settings = {
            let (name, media) = (name.clone(), media.clone());
            move |options: &str| {
                let services = Services {
                    mongodb_uri: needed("MONGODB_URI"),
                    mongodb_database: name.clone(),
                    redis_url: Some(needed("REDIS_URL")),
                    redis_prefix: format!("{name}:"),
                    stripe_secret_key: format!("sk_test_{name}"),
                    stripe_webhook_secrets: vec![webhook_secret.clone()],
                    stripe_api_base: Some(base.clone()),
                    // Also of a store that reaches Stripe through a proxy.
                    stripe_page_origin: Some(base.replace("127.0.0.1", "localhost")),
                    smtp_url: needed("SMTP_URL"),
                    media_dir: media.clone(),
                    data_keys: format!("1:{}", key(1)),
                    index_keys: format!("1:{}", key(2)),
                    cookie_key: key(3),
                    access_keys: format!("1:{}", key(4)),
                    trusted_proxies: Vec::new(),
                    private_network: false,
                    tls: None,
                    instances: 1,
                };
                let mut given = Given { services, base_url: format!("http://{address}") };
                adjust(&mut given);
                Settings::from_parts(options, given.services, given.base_url, false)
                    .expect("the test settings are valid")
            }
        };
        // The real clock: signatures and sessions of the sandbox are made in real time. Tests move
        // it forward.
        let clock = Clock::fixed_at(Clock::system().now());
        let clients =
            connect(settings(&options()), clock.clone()).await.expect("the services answer");
        catalog.import(&Ctx::system(clients), &site).await;
        let app = App::build(settings(&options()), site.clone(), clock.clone())
            .await
            .expect("the store starts");
        let router = router::router(app.clone());
        // Stripe's calls come over the wire; browsers in tests call the router itself.
        let (transport, timeouts) =
            (accept::Transport::Plain, accept::ConnectionTimeouts::default());
        tokio::spawn(accept::serve(
            app.clone(),
            listener,
            transport,
            router.clone(),
            timeouts,
            std::future::pending(),
        ));
        Self { app, clock, sandbox, router, second: None, settings: Box::new(settings), site }
    }

    pub fn ctx(&self) -> Ctx {
        self.app.system_ctx()
    }

    /// A visitor with an address of their own.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), next_ip(), &self.app.clients.settings.base_url)
    }

    /// A visitor of some other program that answers for this store.
    pub fn browser_of(&self, router: Router) -> Browser {
        Browser::new(router, next_ip(), &self.app.clients.settings.base_url)
    }

    /// A visitor whose requests the second instance serves.
    pub fn browser_at_second(&self) -> Browser {
        let router = self.second.clone().expect("the test started two instances");
        Browser::new(router, next_ip(), &self.app.clients.settings.base_url)
    }

    /// Moves our time and Stripe's.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.sandbox.advance(by).await;
    }

    /// Does everything that is due in the outbox, lane by lane, until nothing is.
    pub async fn run_due_jobs(&self) {
        loop {
            let mut worked_on = 0;
            for lane in Lane::VARIANTS.iter().copied() {
                worked_on += jobs::work_through(&self.ctx(), lane)
                    .await
                    .expect("the outbox is worked through");
            }
            if worked_on == 0 {
                return;
            }
        }
    }

    /// Reads the events that Stripe recorded, as happens every few minutes, and does what is due.
    pub async fn pull_events(&self) {
        let (ctx, message) = (self.ctx(), PullEvents { since: None });
        outbox::ensure(&ctx.mongo, &message, ctx.now()).await.expect("a row");
        outbox::reschedule(&ctx.mongo, &message, ctx.now()).await.expect("the row is due");
        self.run_due_jobs().await;
    }

    /// Lets time pass until every row of the outbox has been done, but for the work that never ends
    /// and for what waits for a person.
    pub async fn drain_queue(&self) {
        for _ in 0..500 {
            self.run_due_jobs().await;
            let Some(next) =
                self.open_rows().await.iter().filter_map(|row| row.get_i64("next_at").ok()).min()
            else {
                return;
            };
            let wait = Timestamp::from_unix_ms(next).saturating_since(self.clock.now());
            self.advance(Duration::from_secs(wait.as_secs() + 1)).await;
        }
        panic!("the outbox is never empty: {:#?}", self.open_rows().await);
    }

    /// Rows of the outbox that somebody has to come back to.
    pub async fn open_rows(&self) -> Vec<Document> {
        let rows = self.documents("outbox").await;
        rows.into_iter()
            .filter(|row| {
                row.get_str("lane") != Ok("parked") && row.get_str("kind") != Ok(PullEvents::KIND)
            })
            .collect()
    }

    /// The first order of the shop.
    pub async fn order(&self) -> OrderDocument {
        self.orders().await.into_iter().next().expect("an order")
    }

    pub async fn orders(&self) -> Vec<OrderDocument> {
        let documents = self.documents("orders").await;
        documents
            .into_iter()
            .map(|document| {
                mongodb::bson::from_document(document).expect("an order of this version")
            })
            .collect()
    }

    pub async fn documents(&self, collection: &str) -> Vec<Document> {
        use futures::TryStreamExt;
        let cursor = self
            .app
            .clients
            .mongo
            .collection::<Document>(collection)
            .find(mongodb::bson::doc! {})
            .await
            .expect("a query");
        cursor.try_collect().await.expect("documents")
    }

    /// Sets a sku's price as staff would.
    pub async fn set_price(&self, sku: &str, minor: i64) {
        let sku = crate::shared::ids::Sku::new(sku);
        let price =
            crate::shared::money::Money::new(minor, self.app.clients.settings.store.currency);
        assert!(
            catalog::store::set_variant_price(
                &self.app.clients.mongo,
                &sku,
                price,
                self.ctx().now()
            )
            .await
            .expect("a write")
        );
    }

    /// Waits until something becomes true that others bring about, such as a delivered webhook.
    pub async fn until<F: Future<Output = bool>>(&self, check: impl Fn() -> F) {
        for _ in 0..600 {
            if check().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it did not become true within 30 seconds");
    }

    /// What the mail sink received for an address.
    pub async fn mails_to(&self, address: &str) -> Vec<serde_json::Value> {
        let sink = Sandbox::new(&needed("MAIL_SINK_HTTP"), "none");
        let (_, answer) = sink.plain_get(&format!("/api/messages?to={address}")).await;
        answer.as_array().cloned().unwrap_or_default()
    }

    /// Everything that Redis holds of this store is gone, as after a FLUSHALL; other tests' keys
    /// stay.
    pub async fn flush_redis(&self) {
        let client = redis::Client::open(needed("REDIS_URL")).expect("the address of Redis");
        let mut connection =
            client.get_multiplexed_async_connection().await.expect("Redis answers");
        let ours = format!("{}*", self.app.clients.settings.services.redis_prefix);
        let keys: Vec<String> =
            redis::cmd("KEYS").arg(ours).query_async(&mut connection).await.expect("the keys");
        if !keys.is_empty() {
            let _: i64 =
                redis::cmd("DEL").arg(keys).query_async(&mut connection).await.expect("their end");
        }
    }

    /// Drops some of it.
    pub async fn forget_redis(&self, keys: &[&str]) {
        for key in keys {
            let _ = self.app.clients.redis.delete(key).await;
        }
    }
}

/// An e-mail address of a test's own: the tests share one mail sink.
pub fn own_address() -> String {
    format!("anna.{:016x}@example.com", rand::random::<u64>())
}

/// The address of a service that `cargo xtask test` starts.
pub fn needed(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: start the services with `cargo xtask test`")
    })
}

/// The options file, as tests read it.
fn options() -> String {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Leptos.toml"))
        .expect("Leptos.toml");
    // Thousands of refused requests: that they wait is the clock's own test.
    text.replace("answer_floor_ms = 500", "answer_floor_ms = 5")
}

fn unique_name() -> String {
    format!("t{:016x}", rand::random::<u64>())
}

fn next_ip() -> IpAddr {
    let n = NEXT_IP.fetch_add(1, Ordering::Relaxed);
    IpAddr::from([
        127,
        10 + u8::try_from((n >> 16) & 0x7f).unwrap_or(0),
        u8::try_from((n >> 8) & 0xff).unwrap_or(0),
        u8::try_from(n & 0xff).unwrap_or(0),
    ])
}

/// A key as settings have it, another one for each seed.
pub fn key(seed: u8) -> String {
    use base64::Engine;
    let bytes: Vec<u8> = (0..32).map(|i| seed.wrapping_mul(37).wrapping_add(i)).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// What the build would have left: enough for the shell.
fn fake_site(name: &str) -> PathBuf {
    let site = std::env::temp_dir().join(format!("cartwright-{name}"));
    let pkg = site.join("pkg").join("test");
    std::fs::create_dir_all(&pkg).expect("a temporary folder");
    std::fs::write(site.join("build.json"), r#"{"build_id":"test"}"#).expect("a file");
    std::fs::write(pkg.join("cartwright.css"), "body{margin:0}").expect("a file");
    site
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.site);
    }
}
