//! The real program as a process of its own, on a test's data: it can be killed as a machine's
//! failure would.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::infra::settings::Settings;
use crate::testing::app::{TestApp, needed};
use crate::testing::browser::Browser;

/// Between two looks at a process that starts or ends.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What the process listens on and lives from; outlasts a killed process, so that the next one
/// takes its place.
pub struct StoreProcess {
    child: Option<Child>,
    address: String,
    variables: Vec<(&'static str, String)>,
    log: Option<PathBuf>,
}

impl StoreProcess {
    /// Starts a process beside the test's own store, which reaches MongoDB by `mongodb_uri`.
    pub async fn start(app: &TestApp, mongodb_uri: String) -> Self {
        let mut process = Self::prepare(app).with("MONGODB_URI", mongodb_uri);
        process.start_again().await;
        process
    }

    /// Everything for a process with the settings of the test's own store; it does not run yet.
    pub fn prepare(app: &TestApp) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let variables = variables(&app.app.clients.settings, needed("MONGODB_URI"));
        let process =
            Self { child: None, address: format!("127.0.0.1:{port}"), variables, log: None };
        let address = process.address.clone();
        process
            .with("LEPTOS_SITE_ADDR", address)
            .with("LEPTOS_SITE_ROOT", app.site.display().to_string())
    }

    /// Another value for a variable of the process's own environment, or one more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
        self
    }

    /// What the process logs is added to this file, also after it was started again.
    #[must_use]
    pub fn log_to(mut self, file: PathBuf) -> Self {
        self.log = Some(file);
        self
    }

    /// The process's own address of a path, past every proxy.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers when the process is ready to serve.
    pub async fn start_again(&mut self) {
        self.spawn();
        for _ in 0..600 {
            if self.is_ready().await {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        panic!("the process was not ready within 30 seconds");
    }

    /// As a supervisor does it: starts the process, and again whenever it gives up, until it is
    /// ready to serve.
    pub async fn supervise_until_ready(&mut self) {
        for _ in 0..1_200 {
            if self.has_ended() {
                self.spawn();
            }
            if self.is_ready().await {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        panic!("the process was not ready within a minute");
    }

    /// SIGKILL: nothing is finished, nothing is said goodbye to.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().and_then(|()| child.wait()).expect("the process ends");
        }
    }

    /// SIGTERM: answers when the process has finished what it was doing.
    pub async fn stop(&mut self) {
        let Some(id) = self.child.as_ref().map(Child::id) else { return };
        let told = Command::new("kill")
            .args(["-TERM", &id.to_string()])
            .status()
            .expect("the command kill");
        assert!(told.success() || self.has_ended(), "the process cannot be told to end");
        for _ in 0..800 {
            if self.has_ended() {
                return;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        panic!("the process did not end within 40 seconds");
    }

    /// A visitor whose requests go to the process.
    pub fn browser(&self, app: &TestApp) -> Browser {
        app.browser_of(self.router())
    }

    /// Passes each request on to the process. With `CARTWRIGHT_TRUSTED_PROXIES` set to 127.0.0.1
    /// the process knows its visitors' own addresses.
    pub fn router(&self) -> Router {
        let address = self.address.clone();
        Router::new().fallback(move |request: Request<Body>| {
            let address = address.clone();
            async move { forward(&address, request).await }
        })
    }

    fn spawn(&mut self) {
        self.kill();
        let mut command = program(&self.variables);
        command.arg("serve").stdout(Stdio::null()).stderr(self.log_file());
        self.child = Some(command.spawn().expect("the program starts"));
    }

    fn log_file(&self) -> Stdio {
        let file = self.log.as_ref().map(|path| {
            File::options().create(true).append(true).open(path).expect("the log can be written")
        });
        file.map_or_else(Stdio::null, Stdio::from)
    }

    async fn is_ready(&self) -> bool {
        let request = Request::get("/readyz").body(Body::empty()).expect("a request");
        forward(&self.address, request).await.status() == StatusCode::OK
    }

    fn has_ended(&mut self) -> bool {
        let is_running = self
            .child
            .as_mut()
            .is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_none()));
        if !is_running {
            self.child = None;
        }
        !is_running
    }
}

impl Drop for StoreProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An operator's command on the data of a store with these settings, which it reaches by
/// `mongodb_uri`.
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
        ("STRIPE_PAGE_ORIGIN", settings.payment_page_origin()),
        ("SMTP_URL", services.smtp_url.clone()),
        ("CARTWRIGHT_MEDIA_DIR", services.media_dir.display().to_string()),
        ("CARTWRIGHT_DATA_KEYS", services.data_keys.clone()),
        ("CARTWRIGHT_INDEX_KEYS", services.index_keys.clone()),
        ("CARTWRIGHT_COOKIE_KEY", services.cookie_key.clone()),
        ("CARTWRIGHT_ACCESS_KEYS", services.access_keys.clone()),
    ]
}

/// The process's answer; 502 where it gave none.
async fn forward(address: &str, request: Request<Body>) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    parts.uri = format!("http://{address}{path}").parse().expect("an address");
    parts.headers.remove(header::HOST);
    if let Some(ConnectInfo(visitor)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        let visitor = HeaderValue::from_str(&visitor.ip().to_string()).expect("an address");
        parts.headers.insert("x-forwarded-for", visitor);
    }
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
