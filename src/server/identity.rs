//! Who the server is: a key that clients pin, and a certificate around it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use ring::rand::{SecureRandom, SystemRandom};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};

use super::failure::{of_path, unreadable, unwritten};
use crate::core::KeyId;
use crate::text::Sentence;

/// Files with a certificate that somebody else made.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first (PEM).
    pub certificate: PathBuf,
    /// Its key (PEM).
    pub key: PathBuf,
}

/// Who the server is.
pub(super) struct Identity {
    /// How it speaks TLS.
    pub(super) tls: Arc<ServerConfig>,
    /// What clients pin: the SHA-256 of its public key (SubjectPublicKeyInfo).
    pub(super) fingerprint: [u8; 32],
}

impl Identity {
    /// Reads the given files, or those in the server's folder, which are made at the first start.
    pub(super) fn open(folder: &Path, files: Option<&TlsFiles>, name: &str) -> Result<Self> {
        let own = TlsFiles {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        };
        if files.is_none() {
            make(&own, name)?;
        }
        let files = files.unwrap_or(&own);
        let chain = read_chain(&files.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&files.key)
            .map_err(|error| unread("serve-key-unread", &files.key, &error))?;
        let unfit = || of_path("serve-certificate-unfit", &files.certificate);
        let first = chain.first().ok_or_else(unfit)?;
        let fingerprint = fingerprint_of(first).map_err(|error| error.context(unfit()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = config(provider, chain, key)
            .map_err(|error| error.context(of_path("serve-key-unfit", &files.key)))?;
        Ok(Self {
            tls: Arc::new(tls),
            fingerprint,
        })
    }
}

/// What clients pin of the server of a folder, as in [`Running::fingerprint`](super::Running); none
/// where none has been started yet.
pub fn known_fingerprint(folder: &Path, files: Option<&TlsFiles>) -> Option<[u8; 32]> {
    let own = folder.join("cert.pem");
    let certificate = files.map_or(&own, |files| &files.certificate);
    let chain = read_chain(certificate).ok()?;
    fingerprint_of(chain.first()?).ok()
}

/// The key inside a certificate.
pub(super) fn key_of(certificate: &CertificateDer<'_>) -> Result<KeyId> {
    let fingerprint = fingerprint_of(certificate)?;
    let hex: String = fingerprint
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(KeyId(hex.into()))
}

/// The SHA-256 of the public key inside a certificate.
fn fingerprint_of(certificate: &CertificateDer<'_>) -> Result<[u8; 32]> {
    let certificate =
        webpki::EndEntityCert::try_from(certificate).context("the certificate cannot be read")?;
    let spki = certificate.subject_public_key_info();
    let digest = ring::digest::digest(&ring::digest::SHA256, spki.as_ref());
    digest.as_ref().try_into().context("a SHA-256 has 32 bytes")
}

fn config(
    provider: Arc<CryptoProvider>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig> {
    let verifier = AnyKey(provider.signature_verification_algorithms);
    let mut tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(chain, key)?;
    // Whoever names protocols and not ours is somewhere else than they think.
    tls.alpn_protocols = vec![b"irc".to_vec()];
    // A resumed session would bear the key of the one before, and these connections are long.
    tls.session_storage = Arc::new(NoServerSessionStorage {});
    tls.send_tls13_tickets = 0;
    Ok(tls)
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    read.map_err(|error| unread("serve-certificate-unread", path, &error).into())
}

/// Why a file in PEM cannot be read.
fn unread(key: &'static str, path: &Path, error: &pem::Error) -> Sentence {
    let why = if let pem::Error::Io(error) = error {
        error.into()
    } else {
        Sentence::text("io-no-pem")
    };
    of_path(key, path).with("why", why)
}

/// Makes what is missing. A certificate that is lost is made again around the same key.
fn make(files: &TlsFiles, name: &str) -> Result<()> {
    let key = match fs::read_to_string(&files.key) {
        Ok(pem) => {
            check_private(&files.key)?;
            rcgen::KeyPair::from_pem(&pem).map_err(|_cause| {
                of_path("serve-key-unread", &files.key).with("why", Sentence::text("io-no-pem"))
            })?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
            write_private(&files.key, &key.serialize_pem())?;
            key
        }
        Err(error) => {
            return Err(unreadable(&files.key, &error).into());
        }
    };
    if files.certificate.exists() {
        return Ok(());
    }
    let made = rcgen::CertificateParams::new(vec![name.to_owned()])
        .or_else(|_| rcgen::CertificateParams::new(vec!["chatroom".to_owned()]))?
        .self_signed(&key)?;
    write_private(&files.certificate, &made.pem())
}

/// Random bytes of the system, good enough for secrets.
pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_cause| Sentence::text("system-no-chance"))?;
    Ok(bytes)
}

/// Writes a file that only its owner may read, whole or not at all.
pub(super) fn write_private(path: &Path, text: &str) -> Result<()> {
    let new = path.with_extension("new");
    let write = || {
        // What a start before this one left half done.
        let _ = fs::remove_file(&new);
        let mut options = fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| unwritten(path, &error).into())
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        anyhow::bail!(of_path("serve-key-open", path));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<()> {
    Ok(())
}

/// Takes any client's certificate for its key alone. That the client holds the key is proved all
/// the same: who it is, is decided later, by SASL EXTERNAL.
#[derive(Debug)]
struct AnyKey(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for AnyKey {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_when_the_certificate_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let first = Identity::open(folder.path(), None, "chat.test")
            .unwrap()
            .fingerprint;
        assert_ne!(first, [0; 32]);
        fs::remove_file(folder.path().join("cert.pem")).unwrap();
        let second = Identity::open(folder.path(), None, "chat.test")
            .unwrap()
            .fingerprint;
        assert_eq!(first, second);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Identity::open(folder.path(), None, "chat.test").unwrap();
        let key = folder.path().join("key.pem");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = Identity::open(folder.path(), None, "chat.test")
            .err()
            .unwrap();
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }
}
