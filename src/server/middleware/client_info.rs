//! Outermost: gives the request its id and finds out who the peer really is.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::server::app::App;

/// What the edge knows of a request.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    pub request_id: String,
    pub client_ip: Option<IpAddr>,
}

pub async fn layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let client_ip =
        client_ip(peer, request.headers(), &app.clients.settings.services.trusted_proxies);
    let request_id = format!("{:016x}", rand::random::<u64>());
    request.extensions_mut().insert(ClientInfo { request_id: request_id.clone(), client_ip });
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// The socket's peer; behind a configured proxy the right-most address that is not one of ours
/// (R8).
fn client_ip(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer?;
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|ip| ip.trim().parse::<IpAddr>().ok());
    let hops: Vec<IpAddr> = forwarded.collect();
    hops.into_iter().rev().find(|ip| !trusted.contains(ip)).or(Some(peer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_forwarding_headers_count_only_behind_a_known_proxy() {
        let proxy: IpAddr = "127.0.0.9".parse().unwrap();
        let shopper: IpAddr = "203.0.113.7".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "127.0.0.1, 203.0.113.7".parse().unwrap());
        assert_eq!(client_ip(Some(shopper), &headers, &[proxy]), Some(shopper));
        assert_eq!(client_ip(Some(proxy), &headers, &[proxy]), Some(shopper));
        assert_eq!(client_ip(Some(proxy), &HeaderMap::new(), &[proxy]), Some(proxy));
    }
}
