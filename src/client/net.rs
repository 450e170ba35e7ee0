//! Dialling: addresses, TLS, who a server is and which key it is shown.

mod address;
mod probe;
mod verify;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::naming::name_on;
use super::sentence::Sentence;
use super::store::{ClientKey, Store, hex, public_key_hash};

pub use address::{Address, AddressError};
pub use probe::{Answer, Stranger, probe};
use verify::{Pinned, Shown};

/// How long connecting, and each handshake, may take.
const LIMIT: Duration = Duration::from_secs(3);
/// The pin of an address whose certificate an authority vouches for.
const BY_AUTHORITY: &str = "authority";

/// What bytes come and go by.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection.
pub struct Dialled {
    /// Its bytes.
    pub stream: Box<dyn Stream>,
    /// Who the server is: what a client keeps belongs to this.
    pub identity: String,
    /// The name to go by there.
    pub name: String,
    /// Whether a key was shown.
    pub has_key: bool,
    /// What a person should know of it.
    pub note: Option<Sentence>,
}

impl std::fmt::Debug for Dialled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dialled")
            .field("identity", &self.identity)
            .field("has_key", &self.has_key)
            .finish_non_exhaustive()
    }
}

/// Connects to an address under a name, whose key the server is shown; the error is a sentence.
/// Without a name it is the one last used there, else the user's.
pub async fn dial(address: &Address, store: &Store, name: Option<&str>) -> Result<Dialled> {
    if !address.is_tls {
        let identity = format!("plain {address}");
        return Ok(Dialled {
            name: name_on(&identity, name, store)?,
            stream: Box::new(connect(address).await?),
            identity,
            has_key: false,
            note: None,
        });
    }
    let place = address.place();
    match store.pin(&place)?.as_deref() {
        Some(BY_AUTHORITY) => dial_by_authority(address, store, name).await,
        Some(pin) => match dial_pinned(address, store, name, pin).await {
            Err(error) if error.is::<OtherKey>() && address.is_loopback() => {
                let dialled = dial_unpinned(address, store, name).await?;
                Ok(Dialled {
                    note: Some(about("net-another", address)),
                    ..dialled
                })
            }
            other => other,
        },
        None => dial_unpinned(address, store, name).await,
    }
}

/// The server at an address has another key than the one that is known.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct OtherKey {
    address: String,
    known: String,
    shown: String,
    path: String,
}

impl OtherKey {
    /// What to do about it.
    pub fn sentence(&self) -> Sentence {
        Sentence::text("net-other-key")
            .with("address", self.address.as_str())
            .with("known", self.known.as_str())
            .with("shown", self.shown.as_str())
            // It stands between the quotation marks of a shell.
            .with("path", self.path.replace('\'', "'\\''"))
    }
}

/// A sentence about an address.
fn about(key: &'static str, address: &Address) -> Sentence {
    Sentence::text(key).with("address", address.to_string())
}

/// Finds out who the server is without showing a key, keeps that, and dials again with the key.
async fn dial_unpinned(address: &Address, store: &Store, name: Option<&str>) -> Result<Dialled> {
    let shown = Arc::new(Shown::default());
    let stream = handshake(address, config(shown.clone(), None)?).await?;
    drop(stream);
    let (certificate, others) = shown
        .take()
        .ok_or_else(|| about("net-no-certificate", address))?;
    if verify::may_be_an_authoritys(&certificate)
        && let Some(verifier) = verify::authorities().await
        && verify::is_vouched_for(&*verifier, &certificate, &others, &server_name(address)?)
    {
        store.set_pin(&address.place(), BY_AUTHORITY)?;
        return dial_by_authority(address, store, name).await;
    }
    let pin = hex(&public_key_hash(&certificate)?);
    // Who has no name yet dials again, for the first time still.
    let known = name_on(&pin, name, store)?;
    store.set_pin(&address.place(), &pin)?;
    let dialled = dial_pinned(address, store, Some(&known), &pin).await?;
    Ok(Dialled {
        note: Some(about("net-first-time", address).with("key", pin)),
        ..dialled
    })
}

async fn dial_pinned(
    address: &Address,
    store: &Store,
    name: Option<&str>,
    pin: &str,
) -> Result<Dialled> {
    let name = name_on(pin, name, store)?;
    let key = store.key(pin, &name)?;
    let pinned = Arc::new(Pinned::new(pin));
    let handshaken = handshake(address, config(pinned.clone(), Some(key))?).await;
    if let Some(shown) = pinned.other() {
        return Err(OtherKey {
            address: address.to_string(),
            known: pin.to_owned(),
            shown,
            path: store.pin_path(&address.place()).display().to_string(),
        }
        .into());
    }
    Ok(Dialled {
        stream: Box::new(handshaken?),
        identity: pin.to_owned(),
        name,
        has_key: true,
        note: None,
    })
}

/// Dials a server whose certificate an authority vouched for: it must do so again.
async fn dial_by_authority(
    address: &Address,
    store: &Store,
    name: Option<&str>,
) -> Result<Dialled> {
    let identity = format!("{BY_AUTHORITY} {}", address.place());
    let name = name_on(&identity, name, store)?;
    let key = store.key(&identity, &name)?;
    let verifier = verify::authorities()
        .await
        .ok_or_else(|| about("net-no-authority", address))?;
    let stream = handshake(address, config(verifier, Some(key))?)
        .await
        .map_err(|error| about("net-not-vouched", address).with("why", &error))?;
    Ok(Dialled {
        stream: Box::new(stream),
        identity,
        name,
        has_key: true,
        note: None,
    })
}

async fn connect(address: &Address) -> Result<TcpStream> {
    let dialling = TcpStream::connect((address.host.as_str(), address.port));
    let stream = match timeout(LIMIT, dialling).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(about("net-unreachable", address).with("why", &error).into()),
        Err(_late) => return Err(late("net-late", address)),
    };
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn handshake(address: &Address, config: ClientConfig) -> Result<TlsStream<TcpStream>> {
    let stream = connect(address).await?;
    let connector = TlsConnector::from(Arc::new(config));
    match timeout(LIMIT, connector.connect(server_name(address)?, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => {
            let plain = Address {
                is_tls: false,
                ..address.clone()
            };
            Err(about("net-no-tls", address)
                .with("why", error.to_string())
                .with("plain", plain.to_string())
                .into())
        }
        Err(_late) => Err(late("net-silent", address)),
    }
}

fn late(key: &'static str, address: &Address) -> anyhow::Error {
    about(key, address).with("seconds", LIMIT.as_secs()).into()
}

fn server_name(address: &Address) -> Result<ServerName<'static>> {
    ServerName::try_from(address.host.clone()).map_err(|_invalid| {
        Sentence::text("net-no-host-name")
            .with("host", address.host.as_str())
            .into()
    })
}

fn config(
    verifier: Arc<dyn rustls::client::danger::ServerCertVerifier>,
    key: Option<ClientKey>,
) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Sentence::text("system-no-tls").with("why", error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    Ok(match key {
        Some(key) => builder
            .with_client_auth_cert(vec![key.certificate], PrivateKeyDer::Pkcs8(key.private))
            .map_err(|error| Sentence::text("system-no-tls").with("why", error.to_string()))?,
        None => builder.with_no_client_auth(),
    })
}

/// The certificates that this machine trusts.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

#[cfg(test)]
mod tests;
