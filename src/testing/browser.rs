//! A visitor without scripts: keeps cookies, follows what a form's answer says, reads pages as
//! text.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt;

/// The cookies of a session.
pub const ACCESS_COOKIE: &str = "__Host-at";
pub const REFRESH_COOKIE: &str = "__Host-rt";

#[derive(Clone)]
pub struct Browser {
    router: Router,
    ip: IpAddr,
    base_url: String,
    pub cookies: BTreeMap<String, String>,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(router: Router, ip: IpAddr, base_url: &str) -> Self {
        Self { router, ip, base_url: base_url.to_owned(), cookies: BTreeMap::new() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = Request::get(self.own(path))
            .header(header::ACCEPT, "text/html")
            .body(Body::empty())
            .expect("a request");
        self.send(request).await
    }

    /// From now on another instance answers this visitor.
    pub fn move_to(&mut self, router: Router) {
        self.router = router;
    }

    /// Sends a form as a browser without scripts does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_accepting(path, fields, "text/html").await
    }

    /// Calls a server function as an island does.
    pub async fn call(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_accepting(path, fields, "application/json").await
    }

    async fn post_accepting(&mut self, path: &str, fields: &[(&str, &str)], accept: &str) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// Sends any request with this visitor's cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Page {
        if !self.cookies.is_empty() {
            let line =
                self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ");
            request.headers_mut().insert(header::COOKIE, line.parse().expect("cookies"));
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.ip, 40_000)));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie"));
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 * 1024 * 1024).await.expect("a body");
        Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("name and value");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Addresses of the shop lose their origin.
    fn own(&self, path: &str) -> String {
        path.strip_prefix(&self.base_url).unwrap_or(path).to_owned()
    }
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let marker = format!("name=\"{name}\"");
        let at = self.body.find(&marker).unwrap_or_else(|| panic!("the page has no field {name}"));
        let start = self.body[..at].rfind('<').unwrap_or(0);
        let end = at + self.body[at..].find('>').unwrap_or(0);
        let tag = &self.body[start..end];
        let value = tag
            .split("value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default();
        value.to_owned()
    }

    /// The code of an island's refusal.
    pub fn code(&self) -> String {
        let json: serde_json::Value =
            serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body));
        json["code"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location(), text(&self.body));
        self
    }
}

/// What a person would read, for messages of failed tests.
fn text(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap_or(html);
    let mut out = String::new();
    let mut inside = false;
    for c in main.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.chars().take(600).collect()
}
