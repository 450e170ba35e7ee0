//! Who a server is: by the key that is known, by an authority, or not known yet.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::super::store::{hex, public_key_hash};

/// A certificate and those that came with it.
type Chain = (CertificateDer<'static>, Vec<CertificateDer<'static>>);

/// Takes any certificate and keeps it, to look at after the handshake.
#[derive(Default)]
pub(super) struct Shown(Mutex<Option<Chain>>);

/// Takes the certificate of one key alone; its dates and names do not matter.
pub(super) struct Pinned {
    pin: String,
    other: Mutex<Option<String>>,
}

impl Shown {
    /// The certificate that was shown.
    pub(super) fn take(&self) -> Option<Chain> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Pinned {
    /// A verifier of the key with this fingerprint.
    pub(super) fn new(pin: &str) -> Self {
        Self {
            pin: pin.to_owned(),
            other: Mutex::new(None),
        }
    }

    /// The fingerprint that was shown instead.
    pub(super) fn other(&self) -> Option<String> {
        let mut other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
        other.take()
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pinned({})", self.pin)
    }
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    rustls::crypto::ring::default_provider().signature_verification_algorithms
}

/// The checks of signatures, by which a server proves that it holds the key that it shows.
macro_rules! signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signed: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls12_signature(message, certificate, signed, &algorithms())
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signed: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls13_signature(message, certificate, signed, &algorithms())
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            algorithms().supported_schemes()
        }
    };
}

impl ServerCertVerifier for Shown {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let others = others.iter().map(|one| one.clone().into_owned());
        let chain = (certificate.clone().into_owned(), others.collect());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain);
        Ok(ServerCertVerified::assertion())
    }

    signatures!();
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = public_key_hash(certificate)
            .map_err(|_unreadable| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let shown = hex(&shown);
        if shown == self.pin {
            return Ok(ServerCertVerified::assertion());
        }
        *self.other.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Err(Error::InvalidCertificate(
            CertificateError::ApplicationVerificationFailure,
        ))
    }

    signatures!();
}

/// Whether another has signed a certificate: only then are the authorities worth loading.
pub(super) fn may_be_an_authoritys(certificate: &CertificateDer<'_>) -> bool {
    webpki::EndEntityCert::try_from(certificate)
        .is_ok_and(|parsed| parsed.issuer() != parsed.subject())
}

/// A verifier by the authorities that this machine trusts; none when it trusts none.
pub(super) async fn authorities() -> Option<Arc<dyn ServerCertVerifier>> {
    // Reading them takes longer than a frame.
    let roots = tokio::task::spawn_blocking(super::roots).await.ok()?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
    let verifier: Arc<dyn ServerCertVerifier> = verifier.build().ok()?;
    Some(verifier)
}

/// Whether an authority vouches for a certificate and its name.
pub(super) fn is_vouched_for(
    verifier: &dyn ServerCertVerifier,
    certificate: &CertificateDer<'_>,
    others: &[CertificateDer<'_>],
    name: &ServerName<'_>,
) -> bool {
    verifier
        .verify_server_cert(certificate, others, name, &[], UnixTime::now())
        .is_ok()
}
