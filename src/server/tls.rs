//! TLS of the store's own, for a shop without a proxy; a certificate that is renewed on disk is
//! taken up while it runs.

use std::io;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::SystemTime;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::infra::settings::{TLS_CERT, TLS_KEY, TlsFiles};

/// Answers handshakes. Clones show the same certificate.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<RenewableCertificate>,
}

impl Tls {
    /// Reads certificate and key: TLS 1.2 or 1.3 with HTTP/2 or HTTP/1.1, as the client can.
    ///
    /// # Errors
    /// One sentence that names the file that does not fit, and nothing of its content.
    pub fn load(files: &TlsFiles) -> Result<Self, String> {
        let certificate = Arc::new(RenewableCertificate {
            files: files.clone(),
            current: RwLock::new(Loaded::from_files(files)?),
        });
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| format!("TLS cannot be set up: {e}"))?
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certificate })
    }

    /// The handshake; how long it may take is the caller's to say.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }

    /// Takes the files up if they were replaced. What does not fit, such as a certificate whose key
    /// is still to be written, changes nothing and is tried again, with a warning each time:
    /// connections go on with the certificate before.
    pub fn reload(&self) {
        let RenewableCertificate { files, current } = &*self.certificate;
        let loaded_at = current.read().unwrap_or_else(|e| e.into_inner()).modified;
        let fresh = match modified(files) {
            Ok(modified) if modified == loaded_at => return,
            Ok(_) => Loaded::from_files(files),
            Err(reason) => Err(reason),
        };
        match fresh {
            Ok(fresh) => {
                *current.write().unwrap_or_else(|e| e.into_inner()) = fresh;
                tracing::info!("a renewed certificate is in use");
            }
            Err(reason) => {
                tracing::warn!(%reason, "a renewed certificate does not fit; the one before stays in use")
            }
        }
    }
}

#[derive(Debug)]
struct RenewableCertificate {
    files: TlsFiles,
    current: RwLock<Loaded>,
}

impl ResolvesServerCert for RenewableCertificate {
    /// One certificate whatever name is asked for: there is one shop.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(|e| e.into_inner()).certificate.clone())
    }
}

#[derive(Debug)]
struct Loaded {
    certificate: Arc<CertifiedKey>,
    /// When certificate and key were written.
    modified: [SystemTime; 2],
}

impl Loaded {
    fn from_files(files: &TlsFiles) -> Result<Self, String> {
        // Before the content: what is written in between is then seen as changed the next time.
        let modified = modified(files)?;
        let certificate =
            Arc::new(build_certified_key(files, chain(&files.cert)?, key(&files.key)?)?);
        Ok(Self { certificate, modified })
    }
}

fn modified(files: &TlsFiles) -> Result<[SystemTime; 2], String> {
    let of = |variable, path: &Path| {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .map_err(|e| read_error(variable, path, &e))
    };
    Ok([of(TLS_CERT, &files.cert)?, of(TLS_KEY, &files.key)?])
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = std::fs::read(path).map_err(|e| read_error(TLS_CERT, path, &e))?;
    // The reason is left out, here and below: it quotes lines of the file.
    match CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>() {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(format!("{TLS_CERT}: {} is no chain of certificates in PEM", path.display())),
    }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let pem = std::fs::read(path).map_err(|e| read_error(TLS_KEY, path, &e))?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
        format!("{TLS_KEY}: {} holds no private key in PEM without a password", path.display())
    })
}

/// Certificate and key as a pair that fits.
fn build_certified_key(
    files: &TlsFiles,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, String> {
    let (cert_path, key_path) = (files.cert.display(), files.key.display());
    CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|error| match error {
        Error::InconsistentKeys(_) => format!("{TLS_KEY}: {key_path} is not the key of the first certificate in {cert_path}"),
        Error::InvalidCertificate(_) => format!("{TLS_CERT}: the first certificate in {cert_path} cannot be read"),
        _ => format!("{TLS_KEY}: {key_path} is no key for RSA from 2048 bits, ECDSA with P-256 or P-384, or Ed25519"),
    })
}

fn read_error(variable: &str, path: &Path, error: &io::Error) -> String {
    format!("{variable}: {} cannot be read: {error}", path.display())
}
