//! TLS of the store's own, on real sockets: who is served, who is not waited for, and what a
//! renewed certificate changes.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ALL_VERSIONS, ClientConfig, RootCertStore, SupportedProtocolVersion};

use crate::infra::settings::TlsFiles;
use crate::server::accept::{self, ConnectionTimeouts, Transport};
use crate::server::tests::connections::{HASTE, listener, rest_of};
use crate::server::tls::Tls;
use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;

const HOST: &str = "shop.example";

/// Bounds what would wait for ever.
const LONG: Duration = Duration::from_secs(30);

/// A certificate and its key in a folder of their own.
struct Issued {
    folder: PathBuf,
    files: TlsFiles,
}

impl Issued {
    fn new() -> (Self, CertificateDer<'static>) {
        let folder =
            std::env::temp_dir().join(format!("cartwright-tls-{:016x}", rand::random::<u64>()));
        std::fs::create_dir(&folder).unwrap();
        let issued = Self {
            files: TlsFiles { cert: folder.join("chain.pem"), key: folder.join("key.pem") },
            folder,
        };
        let certificate = issued.renew(1);
        (issued, certificate)
    }

    /// Replaces both files; the certificate is what a client may trust instead of all others.
    fn renew(&self, day: u64) -> CertificateDer<'static> {
        let CertifiedKey { cert, signing_key } = certificate();
        write(&self.files.cert, &cert.pem(), day);
        write(&self.files.key, &signing_key.serialize_pem(), day);
        cert.der().clone()
    }
}

impl Drop for Issued {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn certificate() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap()
}

/// Two days differ in the eyes of any file system.
fn write(path: &Path, text: &str, day: u64) {
    std::fs::write(path, text).unwrap();
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400);
    std::fs::File::options()
        .write(true)
        .open(path)
        .and_then(|file| file.set_modified(written))
        .unwrap();
}

/// A listener with TLS that serves until the test ends.
async fn serve(
    app: &TestApp,
    tls: &Tls,
    routes: Router,
    timeouts: ConnectionTimeouts,
) -> SocketAddr {
    let (listener, address) = listener().await;
    tokio::spawn(accept::serve(
        app.app.clone(),
        listener,
        Transport::Tls(tls.clone()),
        routes,
        timeouts,
        std::future::pending(),
    ));
    address
}

fn routes() -> Router {
    Router::new().route("/", get(|| async { "served" }))
}

fn trusting(
    certificate: &CertificateDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap();
    client.with_root_certificates(roots).with_no_client_auth()
}

async fn connect_by(client: ClientConfig, address: SocketAddr) -> io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(client)).connect(ServerName::try_from(HOST).unwrap(), stream).await
}

async fn connect(
    certificate: &CertificateDer<'static>,
    address: SocketAddr,
) -> io::Result<TlsStream<TcpStream>> {
    connect_by(trusting(certificate, ALL_VERSIONS), address).await
}

/// Asks for a page of `routes()` on a connection that stays open.
async fn ask(stream: &mut TlsStream<TcpStream>) {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"served") {
        assert_ne!(
            stream.read_buf(&mut answer).await.unwrap(),
            0,
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_tls_of_the_stores_own_serves_the_shop_and_promises_https() {
    let app = TestApp::with_settings(&TestCatalog::small(), |given| {
        given.base_url = format!("https://{HOST}")
    })
    .await;
    let (issued, certificate) = Issued::new();
    let address = serve(
        &app,
        &Tls::load(&issued.files).unwrap(),
        app.router.clone(),
        ConnectionTimeouts::default(),
    )
    .await;
    for version in [&TLS12, &TLS13] {
        let mut stream = connect_by(trusting(&certificate, &[version]), address).await.unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let answer = rest_of(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{version:?}: {answer}");
        assert!(
            answer.contains("\r\nstrict-transport-security: max-age="),
            "{version:?}: {answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_spoken_with_clients_that_offer_it() {
    let app = TestApp::start().await;
    let (issued, certificate) = Issued::new();
    let address =
        serve(&app, &Tls::load(&issued.files).unwrap(), routes(), ConnectionTimeouts::default())
            .await;
    let mut client = trusting(&certificate, ALL_VERSIONS);
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = connect_by(client, address).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
    tokio::spawn(connection);
    let request = Request::get(format!("https://{HOST}/")).body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(sender.send_request(request).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_not_served_where_tls_is_and_holds_up_nobody() {
    let app = TestApp::start().await;
    let (issued, certificate) = Issued::new();
    let address =
        serve(&app, &Tls::load(&issued.files).unwrap(), routes(), ConnectionTimeouts::default())
            .await;
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").await.unwrap();
    let answer = tokio::time::timeout(LONG, rest_of(&mut plain)).await.unwrap();
    assert!(!answer.contains("HTTP/") && !answer.contains("served"), "{answer}");
    ask(&mut connect(&certificate, address).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r105_a41_a_client_that_does_not_begin_tls_holds_up_nobody() {
    let app = TestApp::start().await;
    let (issued, certificate) = Issued::new();
    let timeouts =
        ConnectionTimeouts { headers: Duration::from_secs(600), ..ConnectionTimeouts::default() };
    let address = serve(&app, &Tls::load(&issued.files).unwrap(), routes(), timeouts).await;
    let silent = TcpStream::connect(address).await.unwrap();
    ask(&mut connect(&certificate, address).await.unwrap()).await;
    let still_waited_for =
        silent.try_read(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
    assert!(still_waited_for, "others were served only after the silent client was closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn r105_a41_a_client_that_does_not_finish_beginning_tls_is_closed() {
    let app = TestApp::start().await;
    let (issued, _) = Issued::new();
    let address = serve(&app, &Tls::load(&issued.files).unwrap(), routes(), HASTE).await;
    for next_to_nothing in [&b""[..], &[22], &[22, 3, 1, 2, 0, 1, 0]] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(next_to_nothing).await.unwrap();
        tokio::time::timeout(LONG, rest_of(&mut stream))
            .await
            .expect("the connection is closed some time");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r106_a_stop_lets_a_request_over_tls_end_and_waits_for_no_handshake() {
    let app = TestApp::start().await;
    let (issued, certificate) = Issued::new();
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let slow = move || async move {
        tell.notify_one();
        wait.notified().await;
        "done"
    };
    let (listener, address) = listener().await;
    let transport = Transport::Tls(Tls::load(&issued.files).unwrap());
    let timeouts = ConnectionTimeouts {
        headers: Duration::from_secs(600),
        drain: Duration::from_secs(600),
        ..ConnectionTimeouts::default()
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let routes = Router::new().route("/slow", get(slow));
    let serving = tokio::spawn(accept::serve(
        app.app.clone(),
        listener,
        transport,
        routes,
        timeouts,
        async move {
            let _ = stopped.await;
        },
    ));
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut stream = connect(&certificate, address).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: shop.example\r\n\r\n").await.unwrap();
    begun.notified().await;
    stop.send(()).unwrap();
    assert_eq!(
        tokio::time::timeout(LONG, rest_of(&mut silent)).await.expect("the handshake is given up"),
        ""
    );
    assert!(!serving.is_finished(), "a request is still running");
    go_on.notify_one();
    let answer = rest_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    tokio::time::timeout(LONG, serving).await.expect("nothing is waited for").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_to_new_connections_and_breaks_none() {
    let app = TestApp::start().await;
    let (issued, first) = Issued::new();
    let tls = Tls::load(&issued.files).unwrap();
    let address = serve(&app, &tls, routes(), ConnectionTimeouts::default()).await;
    let mut open = connect(&first, address).await.unwrap();
    ask(&mut open).await;

    let second = issued.renew(2);
    tls.reload();
    ask(&mut connect(&second, address).await.unwrap()).await;
    assert!(connect(&first, address).await.is_err(), "the first certificate is still shown");
    ask(&mut open).await;

    // The certificate of a third pair is there before its key.
    let CertifiedKey { cert, signing_key } = certificate();
    write(&issued.files.cert, &cert.pem(), 3);
    tls.reload();
    ask(&mut connect(&second, address).await.unwrap()).await;
    write(&issued.files.key, &signing_key.serialize_pem(), 3);
    tls.reload();
    ask(&mut connect(cert.der(), address).await.unwrap()).await;

    std::fs::remove_file(&issued.files.key).unwrap();
    tls.reload();
    ask(&mut connect(cert.der(), address).await.unwrap()).await;
}

#[test]
fn r94_files_that_do_not_fit_stop_the_start_and_are_not_quoted() {
    let (issued, _) = Issued::new();
    let TlsFiles { cert, key } = issued.files.clone();
    assert!(Tls::load(&issued.files).is_ok());
    let other = |name: &str, content: &str| {
        let path = issued.folder.join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let broken = other("broken.pem", "-----BEGIN PRIVATE KEY hunter2\n");
    let no_base64 = other(
        "no-base64.pem",
        "-----BEGIN CERTIFICATE-----\nhunter2!\n-----END CERTIFICATE-----\n",
    );
    let no_certificate = other(
        "no-certificate.pem",
        "-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n-----END CERTIFICATE-----\n",
    );
    let no_key = other(
        "no-key.pem",
        "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n",
    );
    let locked = other(
        "locked.pem",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\naHVudGVyMg==\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let foreign = other("foreign.pem", &certificate().signing_key.serialize_pem());
    let (missing, empty, folder) =
        (issued.folder.join("missing.pem"), other("empty.pem", ""), issued.folder.clone());
    let refused = |cert: &Path, key: &Path, variable: &str, named: &Path| {
        let refusal = Tls::load(&TlsFiles { cert: cert.to_owned(), key: key.to_owned() })
            .err()
            .expect("the pair does not fit");
        assert!(
            refusal.starts_with(variable) && refusal.contains(&named.display().to_string()),
            "{refusal}"
        );
        assert!(
            !refusal.contains("hunter2") && !refusal.contains("aHVu") && !refusal.contains("BEGIN"),
            "{refusal}"
        );
    };
    for unfit in [&missing, &empty, &folder, &broken, &no_base64, &no_certificate, &key] {
        refused(unfit, &key, "CARTWRIGHT_TLS_CERT", unfit);
    }
    for unfit in [&missing, &empty, &folder, &broken, &no_key, &locked, &foreign, &cert] {
        refused(&cert, unfit, "CARTWRIGHT_TLS_KEY", unfit);
    }
}
