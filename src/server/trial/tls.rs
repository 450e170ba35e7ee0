//! What the server learns of a client over TLS.

use std::io;
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::{default_provider, sign::any_ecdsa_type};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;

use super::{options, speak};
use crate::server::identity::key_of;
use crate::server::{Running, start_speaking};

/// Takes any server, and shows one certificate.
#[derive(Debug)]
struct Shown(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

impl ServerCertVerifier for Shown {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn config(shown: Option<CertifiedKey>, alpn: &[&str]) -> ClientConfig {
    let shown = Arc::new(Shown(shown.map(Arc::new)));
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(shown.clone())
        .with_client_cert_resolver(shown);
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

fn pair() -> (CertificateDer<'static>, rcgen::KeyPair) {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
    let params = rcgen::CertificateParams::new(vec!["bob".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().der().clone(), key)
}

fn certified(certificate: &CertificateDer<'static>, key: &rcgen::KeyPair) -> CertifiedKey {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    CertifiedKey::new(vec![certificate.clone()], any_ecdsa_type(&key).unwrap())
}

/// What the server answers to a line over TLS, and the key that it shows.
async fn answer(running: &Running, config: ClientConfig) -> io::Result<(String, String)> {
    let stream = tokio::net::TcpStream::connect(running.addresses()[0]).await?;
    let name = ServerName::try_from("chat.test").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await?;
    let certificates = stream.get_ref().1.peer_certificates().unwrap();
    let server = key_of(&certificates[0]).unwrap();
    stream.write_all(b"key x\n").await?;
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        if stream.read_buf(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let text = String::from_utf8(line).unwrap().trim_end().to_owned();
    Ok((text, server.0.to_string()))
}

#[tokio::test]
async fn a_client_is_known_by_the_key_that_it_proves_to_hold() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_speaking(options(folder.path()), speak).await.unwrap();
    let (certificate, key) = pair();
    let id = key_of(&certificate).unwrap();
    let known = config(Some(certified(&certificate, &key)), &["irc"]);
    let (text, server) = answer(&running, known).await.unwrap();
    assert_eq!(text, format!("key {}", id.0));
    let fingerprint = running.fingerprint();
    let hex: String = fingerprint
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(server, hex);
    let (text, _) = answer(&running, config(None, &[])).await.unwrap();
    assert_eq!(text, "key none");
}

#[tokio::test]
async fn a_certificate_without_its_key_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_speaking(options(folder.path()), speak).await.unwrap();
    let (stolen, _) = pair();
    let (_, other) = pair();
    let refused = answer(&running, config(Some(certified(&stolen, &other)), &["irc"])).await;
    refused.unwrap_err();
}

#[tokio::test]
async fn who_wants_another_protocol_over_tls_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_speaking(options(folder.path()), speak).await.unwrap();
    let refused = answer(&running, config(None, &["http/1.1"])).await;
    refused.unwrap_err();
}
