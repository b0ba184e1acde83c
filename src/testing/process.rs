//! The real program as a process of its own, on a test's data: it can be killed as a machine's failure would.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::infra::settings::Settings;
use crate::testing::app::{TestApp, needed};
use crate::testing::browser::Browser;

/// What the process listens on and lives from; outlasts a killed process, so that the next one takes its place.
pub struct StoreProcess {
    child: Option<Child>,
    address: String,
    variables: Vec<(&'static str, String)>,
}

impl StoreProcess {
    /// Starts a process beside the test's own store, which reaches MongoDB by `mongodb_uri`.
    pub async fn start(app: &TestApp, mongodb_uri: String) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        let mut variables = variables(&app.app.clients.settings, mongodb_uri);
        variables.extend([("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}")), ("LEPTOS_SITE_ROOT", app.site.display().to_string())]);
        let mut process = Self { child: None, address: format!("127.0.0.1:{port}"), variables };
        process.start_again().await;
        process
    }

    /// Answers when the process is ready to serve.
    pub async fn start_again(&mut self) {
        let mut command = program(&self.variables);
        command.arg("serve").stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("the program starts"));
        for _ in 0..600 {
            let request = Request::get("/readyz").body(Body::empty()).expect("a request");
            if passed_on(&self.address, request).await.status() == StatusCode::OK {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the process was not ready within 30 seconds");
    }

    /// SIGKILL: nothing is finished, nothing is said goodbye to.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().and_then(|()| child.wait()).expect("the process ends");
        }
    }

    /// A visitor whose requests go to the process.
    pub fn browser(&self, app: &TestApp) -> Browser {
        let address = self.address.clone();
        let router = Router::new().fallback(move |request: Request<Body>| {
            let address = address.clone();
            async move { passed_on(&address, request).await }
        });
        app.browser_of(router)
    }
}

impl Drop for StoreProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An operator's command on the data of a store with these settings, which it reaches by `mongodb_uri`.
pub fn operators(settings: &Settings, mongodb_uri: String, words: &[&str]) -> Command {
    let mut command = program(&variables(settings, mongodb_uri));
    command.args(words);
    command
}

fn program(variables: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(needed("CARTWRIGHT_BIN"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).envs(variables.iter().cloned());
    command
}

fn variables(settings: &Settings, mongodb_uri: String) -> Vec<(&'static str, String)> {
    let services = &settings.services;
    vec![
        ("CARTWRIGHT_BASE_URL", settings.base_url.clone()),
        ("MONGODB_URI", mongodb_uri),
        ("CARTWRIGHT_MONGODB_DATABASE", services.mongodb_database.clone()),
        ("REDIS_URL", services.redis_url.clone().unwrap_or_default()),
        ("CARTWRIGHT_REDIS_PREFIX", services.redis_prefix.clone()),
        ("STRIPE_SECRET_KEY", services.stripe_secret_key.clone()),
        ("STRIPE_WEBHOOK_SECRET", services.stripe_webhook_secrets.join(",")),
        ("STRIPE_API_BASE", services.stripe_api_base.clone().unwrap_or_default()),
        ("SMTP_URL", services.smtp_url.clone()),
        ("CARTWRIGHT_MEDIA_DIR", services.media_dir.display().to_string()),
        ("CARTWRIGHT_DATA_KEYS", services.data_keys.clone()),
        ("CARTWRIGHT_INDEX_KEYS", services.index_keys.clone()),
        ("CARTWRIGHT_COOKIE_KEY", services.cookie_key.clone()),
        ("CARTWRIGHT_ACCESS_KEYS", services.access_keys.clone()),
    ]
}

/// The process's answer; 502 where it gave none.
async fn passed_on(address: &str, request: Request<Body>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    parts.uri = format!("http://{address}{path}").parse().expect("an address");
    parts.headers.remove(header::HOST);
    let bytes = to_bytes(body, 1024 * 1024).await.expect("a body");
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<axum::body::Bytes>>();
    match client.request(Request::from_parts(parts, Full::new(bytes))).await {
        Ok(answer) => answer.map(Body::new),
        Err(_) => {
            let mut none = Response::new(Body::empty());
            *none.status_mut() = StatusCode::BAD_GATEWAY;
            none
        }
    }
}
