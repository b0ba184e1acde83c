//! What the store is told at start: `Leptos.toml` for everything open, the environment for
//! addresses and secrets.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use mongodb::options::{ConnectionString, HostInfo, ServerAddress, Tls};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::shared::money::Currency;
use crate::shared::pricing::{MAX_LINES, MAX_QUANTITY};

pub const TLS_CERT: &str = "CARTWRIGHT_TLS_CERT";
pub const TLS_KEY: &str = "CARTWRIGHT_TLS_KEY";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    pub name: String,
    pub tagline: String,
    pub currency: Currency,
    pub time_zone: String,
    pub support_email: String,
    pub terms_version: String,
    pub terms_updated: String,
    /// The company behind the shop, its VAT number and its address: kept with every order for its
    /// invoice.
    #[serde(default)]
    pub company: Option<String>,
    #[serde(default)]
    pub vat_id: Option<String>,
    #[serde(default)]
    pub address: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    pub from: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub max_quantity: u32,
    pub max_cart_lines: u32,
    pub max_open_orders: u32,
    /// Minutes; Stripe accepts 30 to 1,440.
    pub session_minutes: u32,
    /// Minutes, 10 to 60. A hold that ends before its session has the session expired through the
    /// API first.
    pub hold_minutes: u32,
}

impl Limits {
    /// How long a payment page stays open at Stripe.
    pub fn session_life(&self) -> Duration {
        Duration::from_mins(self.session_minutes.into())
    }

    /// How long goods are held for an unpaid order.
    pub fn hold(&self) -> Duration {
        Duration::from_mins(self.hold_minutes.into())
    }
}

/// The files of the store's own TLS, as PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate and those that lead from it to its authority, in this order.
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Addresses and secrets of the services around the store. Never logged.
#[derive(Clone)]
pub struct Services {
    pub mongodb_uri: String,
    pub mongodb_database: String,
    /// Without an address the store runs without its hot copies.
    pub redis_url: Option<String>,
    pub redis_prefix: String,
    pub stripe_secret_key: String,
    pub stripe_webhook_secrets: Vec<String>,
    /// Set only for the sandbox.
    pub stripe_api_base: Option<String>,
    /// Where the sandbox's payment pages are, if the store reaches its API under another origin.
    pub stripe_page_origin: Option<String>,
    pub smtp_url: String,
    pub media_dir: PathBuf,
    pub data_keys: String,
    pub index_keys: String,
    pub cookie_key: String,
    pub access_keys: String,
    /// Proxies whose forwarding header is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// The operator's word that nobody else is on the network towards MongoDB and Redis.
    pub private_network: bool,
    /// Without them the store speaks plain http, to a proxy or on one's own machine.
    pub tls: Option<TlsFiles>,
    /// How many instances share the work: divides the local limits while Redis is away.
    pub instances: u32,
}

pub struct Settings {
    pub store: StoreSettings,
    pub mail: MailSettings,
    pub limits: Limits,
    pub services: Services,
    /// Scheme, host and port, without a slash at the end.
    pub base_url: String,
    pub production: bool,
    /// The options file, from which features load their tables.
    file: toml::Table,
    tables: RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

/// A table of settings that a feature owns.
pub trait SettingsTable: DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;

    /// What keeps the table from taking effect, each in a few words.
    fn problems(&self, store: &StoreSettings) -> Vec<String>;
}

#[derive(Deserialize)]
struct OwnTables {
    store: StoreSettings,
    mail: MailSettings,
    limits: Limits,
}

impl Settings {
    /// Reads the options file and the environment.
    ///
    /// # Errors
    /// One sentence naming the variable or table that is missing or refused.
    pub fn read(options_file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(options_file)
            .map_err(|e| format!("{} cannot be read: {e}", options_file.display()))?;
        let production = std::env::var("LEPTOS_ENV")
            .is_ok_and(|env| matches!(env.to_ascii_lowercase().as_str(), "prod" | "production"));
        let services = Services {
            mongodb_uri: required("MONGODB_URI")?,
            mongodb_database: optional("CARTWRIGHT_MONGODB_DATABASE")
                .unwrap_or_else(|| "cartwright".into()),
            redis_url: optional("REDIS_URL"),
            redis_prefix: optional("CARTWRIGHT_REDIS_PREFIX").unwrap_or_else(|| "cw:".into()),
            stripe_secret_key: required("STRIPE_SECRET_KEY")?,
            stripe_webhook_secrets: list(&required("STRIPE_WEBHOOK_SECRET")?),
            stripe_api_base: optional("STRIPE_API_BASE"),
            stripe_page_origin: optional("STRIPE_PAGE_ORIGIN"),
            smtp_url: required("SMTP_URL")?,
            media_dir: PathBuf::from(required("CARTWRIGHT_MEDIA_DIR")?),
            data_keys: required("CARTWRIGHT_DATA_KEYS")?,
            index_keys: required("CARTWRIGHT_INDEX_KEYS")?,
            cookie_key: required("CARTWRIGHT_COOKIE_KEY")?,
            access_keys: required("CARTWRIGHT_ACCESS_KEYS")?,
            trusted_proxies: list(&optional("CARTWRIGHT_TRUSTED_PROXIES").unwrap_or_default())
                .iter()
                .map(|ip| {
                    ip.parse().map_err(|_| {
                        format!("CARTWRIGHT_TRUSTED_PROXIES: {ip} is not an IP address")
                    })
                })
                .collect::<Result<_, _>>()?,
            private_network: optional("CARTWRIGHT_PRIVATE_NETWORK")
                .is_some_and(|word| word == "yes"),
            tls: tls_files(optional(TLS_CERT), optional(TLS_KEY))?,
            instances: optional("CARTWRIGHT_INSTANCES")
                .and_then(|n| n.parse().ok())
                .unwrap_or(1)
                .max(1),
        };
        let base_url = required("CARTWRIGHT_BASE_URL")?;
        Self::from_parts(&text, services, base_url, production)
    }

    /// Puts settings together from the file's text; the environment has been read already.
    pub fn from_parts(
        text: &str,
        services: Services,
        base_url: String,
        production: bool,
    ) -> Result<Self, String> {
        let tables: toml::Table = text.parse().map_err(|e| format!("Leptos.toml: {e}"))?;
        let own: OwnTables = toml::Value::Table(tables.clone())
            .try_into()
            .map_err(|e| format!("Leptos.toml: {e}"))?;
        let base_url = read_base_url(&base_url, production)?;
        check_tls(&services, &base_url)?;
        check_stripe(&services, production)?;
        if production {
            check_protected(&services)?;
        }
        if !(30..=1_440).contains(&own.limits.session_minutes) {
            return Err(
                "[limits] session_minutes must be 30 to 1440: Stripe accepts nothing else".into()
            );
        }
        if !(10..=60).contains(&own.limits.hold_minutes) {
            return Err("[limits] hold_minutes must be 10 to 60: all attempts to pay one order hold its goods for an hour at most".into());
        }
        if !(1..=MAX_QUANTITY).contains(&own.limits.max_quantity)
            || !(1..=MAX_LINES).contains(&own.limits.max_cart_lines)
        {
            return Err(format!(
                "[limits] max_quantity must be 1 to {MAX_QUANTITY} and max_cart_lines 1 to {MAX_LINES}"
            ));
        }
        jiff::tz::TimeZone::get(&own.store.time_zone)
            .map_err(|_| format!("[store] time_zone: {} is not known", own.store.time_zone))?;
        Ok(Self {
            store: own.store,
            mail: own.mail,
            limits: own.limits,
            services,
            base_url,
            production,
            file: tables,
            tables: RwLock::default(),
        })
    }

    /// Reads a feature's own table from the options file, and puts it into effect.
    ///
    /// # Errors
    /// One sentence when the table is missing, does not fit its type or contradicts itself.
    pub fn load<T: SettingsTable>(&self) -> Result<(), String> {
        let table = self
            .file
            .get(T::NAME)
            .cloned()
            .ok_or_else(|| format!("Leptos.toml has no table [{}]", T::NAME))?;
        let table: T = table.try_into().map_err(|e| format!("Leptos.toml [{}]: {e}", T::NAME))?;
        self.replace(table).map_err(|problems| format!("Leptos.toml: {problems}"))
    }

    /// Checks a table and puts it into effect for every request from now on; the one before stays
    /// where it does not pass.
    ///
    /// # Errors
    /// Every problem, in one sentence.
    pub fn replace<T: SettingsTable>(&self, table: T) -> Result<(), String> {
        let problems = table.problems(&self.store);
        if !problems.is_empty() {
            return Err(problems.join("; "));
        }
        let mut tables = self.tables.write().unwrap_or_else(|e| e.into_inner());
        tables.insert(TypeId::of::<T>(), Arc::new(table));
        Ok(())
    }

    /// A feature's own table, as it is now.
    ///
    /// # Panics
    /// For a table that was never loaded: the composition root loads every one before the first
    /// request.
    pub fn table<T: SettingsTable>(&self) -> Arc<T> {
        let tables = self.tables.read().unwrap_or_else(|e| e.into_inner());
        let table = tables.get(&TypeId::of::<T>()).cloned();
        table
            .and_then(|table| table.downcast().ok())
            .unwrap_or_else(|| panic!("the table [{}] was not loaded at start", T::NAME))
    }

    /// Plain http is for one's own machine: cookies and headers follow the address.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// The origin shoppers are sent to for paying; the content policy must name it.
    pub fn payment_page_origin(&self) -> String {
        match (&self.services.stripe_api_base, &self.services.stripe_page_origin) {
            (Some(_), Some(page)) => origin_of(page),
            (Some(base), None) => origin_of(base).replace("127.0.0.1", "localhost"),
            (None, _) => "https://checkout.stripe.com".into(),
        }
    }
}

/// Scheme, host and port, written in one way.
fn read_base_url(base_url: &str, production: bool) -> Result<String, String> {
    let refused = |why: &str| Err(format!("CARTWRIGHT_BASE_URL: {base_url} {why}"));
    let Ok(url) = Url::parse(base_url) else { return refused("is not an address") };
    // What paths are put behind: nothing but scheme, host and port.
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !is_bare || !url.username().is_empty() || url.password().is_some() {
        return refused("must be scheme, host and port alone, such as https://shop.example");
    }
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    match url.scheme() {
        "https" => Ok(url.origin().ascii_serialization()),
        "http" if is_local && !production => Ok(url.origin().ascii_serialization()),
        _ => refused("must start with https:// (plain http is for localhost outside production)"),
    }
}

/// Half of a pair is a mistake, and not the wish to serve plain http.
fn tls_files(cert: Option<String>, key: Option<String>) -> Result<Option<TlsFiles>, String> {
    let alone = |missing: &str, set: &str| {
        format!(
            "{missing} is not set, but {set} is: TLS of the store's own needs both, a proxy neither"
        )
    };
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert: cert.into(), key: key.into() })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(alone(TLS_KEY, TLS_CERT)),
        (None, Some(_)) => Err(alone(TLS_CERT, TLS_KEY)),
    }
}

/// Headers and links follow the base address: with plain http there, they would lead away from the
/// listener's TLS.
fn check_tls(services: &Services, base_url: &str) -> Result<(), String> {
    if services.tls.is_some() && !base_url.starts_with("https://") {
        return Err(format!(
            "CARTWRIGHT_BASE_URL: {base_url} must start with https:// where {TLS_CERT} is set"
        ));
    }
    Ok(())
}

fn check_stripe(services: &Services, production: bool) -> Result<(), String> {
    if services.stripe_webhook_secrets.iter().any(|s| s.len() < 16)
        || services.stripe_webhook_secrets.is_empty()
    {
        return Err("STRIPE_WEBHOOK_SECRET is missing or too short".into());
    }
    let key = &services.stripe_secret_key;
    if !["sk_test_", "sk_live_", "rk_test_", "rk_live_"]
        .iter()
        .any(|prefix| key.starts_with(prefix))
    {
        return Err("STRIPE_SECRET_KEY must be a secret key (sk_… or rk_…)".into());
    }
    if production && (services.stripe_api_base.is_some() || key.contains("_test_")) {
        return Err("production refuses the payment sandbox and Stripe test keys".into());
    }
    for (name, address) in [
        ("STRIPE_API_BASE", &services.stripe_api_base),
        ("STRIPE_PAGE_ORIGIN", &services.stripe_page_origin),
    ] {
        let has_host = |text: &String| Url::parse(text).is_ok_and(|url| url.has_host());
        if address.as_ref().is_some_and(|text| !has_host(text)) {
            return Err(format!("{name} is not an address such as http://localhost:12111"));
        }
    }
    if services.stripe_api_base.is_some() && key.contains("_live_") {
        return Err("a live Stripe key must not be sent to another address than Stripe's".into());
    }
    Ok(())
}

/// What production asks of the way to MongoDB and Redis: a password, and encryption unless the way
/// is nobody else's (PRIV-7, R93).
fn check_protected(services: &Services) -> Result<(), String> {
    check_mongodb(services)?;
    check_redis(services)
}

fn check_mongodb(services: &Services) -> Result<(), String> {
    // The driver's own words may hold the password.
    let address = ConnectionString::parse(&services.mongodb_uri)
        .map_err(|_| "MONGODB_URI cannot be read".to_owned())?;
    let (is_srv, is_local) = match &address.host_info {
        HostInfo::DnsRecord(_) => (true, false),
        HostInfo::HostIdentifiers(hosts) => {
            (false, hosts.iter().all(|host| is_this_machine(&host_of(host))))
        }
        _ => (false, false),
    };
    let has_password = address
        .credential
        .and_then(|known| known.password)
        .is_some_and(|password| !password.is_empty());
    let is_encrypted = match address.tls {
        Some(Tls::Enabled(_)) => true,
        Some(Tls::Disabled) => false,
        None => is_srv,
    };
    if !has_password && !is_local {
        return Err("MONGODB_URI: production asks for a user and a password".into());
    }
    if !is_encrypted && !is_local && !services.private_network {
        return Err(unencrypted("MONGODB_URI", "add tls=true"));
    }
    Ok(())
}

fn check_redis(services: &Services) -> Result<(), String> {
    let Some(redis) = &services.redis_url else { return Ok(()) };
    let url = Url::parse(redis).map_err(|_| "REDIS_URL cannot be read".to_owned())?;
    let is_local = url.host_str().is_some_and(is_this_machine);
    if url.password().is_none_or(str::is_empty) && !is_local {
        return Err("REDIS_URL: production asks for a password".into());
    }
    if url.scheme() != "rediss" && !is_local && !services.private_network {
        return Err(unencrypted("REDIS_URL", "use rediss://"));
    }
    Ok(())
}

fn host_of(address: &ServerAddress) -> String {
    match address {
        ServerAddress::Tcp { host, .. } => host.clone(),
        _ => String::new(),
    }
}

fn unencrypted(variable: &str, mend: &str) -> String {
    format!(
        "{variable}: production asks for encryption; {mend}, or set CARTWRIGHT_PRIVATE_NETWORK=yes if nobody else is on that network"
    )
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn required(name: &str) -> Result<String, String> {
    optional(name).ok_or_else(|| {
        format!("{name} is not set; `cargo xtask run` sets everything for a local store, docs/configuration.md lists every variable")
    })
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
impl Services {
    /// Nothing behind any address: for what only reads settings.
    pub fn of_a_test(stripe_secret_key: &str, stripe_api_base: Option<&str>) -> Self {
        Self {
            mongodb_uri: "mongodb://localhost".into(),
            mongodb_database: String::new(),
            redis_url: None,
            redis_prefix: String::new(),
            stripe_secret_key: stripe_secret_key.into(),
            stripe_webhook_secrets: vec!["whsec_0123456789abcdef".into()],
            stripe_api_base: stripe_api_base.map(str::to_owned),
            stripe_page_origin: None,
            smtp_url: String::new(),
            media_dir: PathBuf::new(),
            data_keys: String::new(),
            index_keys: String::new(),
            cookie_key: String::new(),
            access_keys: String::new(),
            trusted_proxies: Vec::new(),
            private_network: false,
            tls: None,
            instances: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r93_priv_7_production_refuses_unprotected_ways_to_the_databases() {
        let check = |mongo: &str, redis: Option<&str>, private: bool| {
            let given = Services::of_a_test("sk_live_1", None);
            check_protected(&Services {
                mongodb_uri: mongo.into(),
                redis_url: redis.map(str::to_owned),
                private_network: private,
                ..given
            })
        };
        let good = "mongodb://shop:secret@db.example:27017/?tls=true";
        for (mongo, redis, private) in [
            (good, Some("rediss://:secret@cache.example:6379"), false),
            ("mongodb+srv://shop:secret@db.example/", None, false),
            (
                "mongodb://shop:secret@mongo:27017/?replicaSet=rs0",
                Some("redis://:secret@redis:6379"),
                true,
            ),
            ("mongodb://127.0.0.1:27017", Some("redis://localhost:6379"), false),
            ("mongodb://[::1]:27017", None, false),
            ("mongodb://[::1]", None, false),
        ] {
            assert!(check(mongo, redis, private).is_ok(), "{mongo} {redis:?}");
        }
        for (mongo, redis, private, named) in [
            ("mongodb://shop:secret@db.example:27017/", None, false, "MONGODB_URI"),
            ("mongodb://db.example:27017/?tls=true", None, false, "MONGODB_URI"),
            ("mongodb://db.example:27017/", None, true, "MONGODB_URI"),
            ("mongodb://localhost.evil.example:27017/", None, false, "MONGODB_URI"),
            (good, Some("redis://:secret@cache.example:6379"), false, "REDIS_URL"),
            (good, Some("rediss://cache.example:6379"), false, "REDIS_URL"),
            (good, Some("redis://redis:6379"), true, "REDIS_URL"),
        ] {
            let refusal = check(mongo, redis, private).unwrap_err();
            assert!(refusal.starts_with(named) && !refusal.contains("secret"), "{refusal}");
        }
    }

    #[test]
    fn r82_priv_7_plain_http_is_for_ones_own_machine_and_never_for_production() {
        for (address, outside, production) in [
            ("https://shop.example", true, true),
            ("http://localhost:3000", true, false),
            ("http://127.0.0.1", true, false),
            ("http://shop.example", false, false),
            ("http://localhost.evil.example", false, false),
            ("http://localhostess", false, false),
            ("shop.example", false, false),
            ("", false, false),
        ] {
            assert_eq!(
                (read_base_url(address, false).is_ok(), read_base_url(address, true).is_ok()),
                (outside, production),
                "{address}"
            );
        }
    }

    #[test]
    fn r94_tls_takes_both_of_its_files_or_none() {
        let given = |value: &str| Some(value.to_owned());
        assert!(tls_files(None, None).unwrap().is_none());
        let files = tls_files(given("/tls/chain.pem"), given("/tls/key.pem")).unwrap().unwrap();
        assert_eq!((files.cert, files.key), ("/tls/chain.pem".into(), "/tls/key.pem".into()));
        let refusals =
            [tls_files(given("/tls/chain.pem"), None), tls_files(None, given("/tls/key.pem"))]
                .map(Result::unwrap_err);
        assert!(
            refusals[0].starts_with(TLS_KEY) && refusals[1].starts_with(TLS_CERT),
            "{refusals:?}"
        );
    }

    #[test]
    fn r33_tls_is_refused_under_an_http_address() {
        let refusal = |base_url: &str| {
            let tls = Some(TlsFiles { cert: "/tls/chain.pem".into(), key: "/tls/key.pem".into() });
            let services = Services { tls, ..Services::of_a_test("sk_test_1", None) };
            Settings::from_parts(
                include_str!("../../Leptos.toml"),
                services,
                base_url.into(),
                false,
            )
            .err()
        };
        assert_eq!(refusal("https://shop.example"), None);
        let refusal = refusal("http://localhost:3000").unwrap();
        assert!(
            refusal.starts_with("CARTWRIGHT_BASE_URL") && refusal.contains(TLS_CERT),
            "{refusal}"
        );
    }

    #[test]
    fn r82_pay_13_priv_13_production_refuses_the_sandbox_and_test_keys() {
        let sandbox = Some("http://127.0.0.1:12111");
        assert!(check_stripe(&Services::of_a_test("sk_test_1", sandbox), false).is_ok());
        assert!(check_stripe(&Services::of_a_test("sk_live_1", None), true).is_ok());
        for (key, base, production) in [
            ("sk_test_1", None, true),
            ("sk_live_1", sandbox, true),
            ("sk_live_1", sandbox, false),
            ("pk_live_1", None, true),
        ] {
            assert!(
                check_stripe(&Services::of_a_test(key, base), production).is_err(),
                "{key} {base:?} {production}"
            );
        }
    }
}
