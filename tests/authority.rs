//! Servers whose certificate an authority has signed, and the way from one key to another.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use support::{Server, chatroom};

/// An authority that this test alone trusts.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    /// Its certificate, as clients find it.
    file: PathBuf,
}

impl Authority {
    fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "an authority of a test");
        let key = KeyPair::generate().unwrap();
        let file = folder.join("authority.pem");
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(&file, certificate.pem()).unwrap();
        Self { params, key, file }
    }

    /// Starts a server on an address with a certificate for a name.
    fn server(&self, folder: &Path, listen: &str, name: &str) -> Server {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.params, &self.key);
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &issuer).unwrap();
        std::fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
        let config = folder.join("signed.toml");
        let files = "[tls]\ncertificate = \"cert.pem\"\nprivate_key = \"key.pem\"\n";
        std::fs::write(&config, files).unwrap();
        let mut command = chatroom(folder);
        command.args(["serve", "--listen", listen, "--config"]);
        command
            .arg(config)
            .arg("--data")
            .arg(folder.join("data-of-the-server"));
        Server::start_by(command, folder).0
    }

    /// Joins by the name of this machine, says a line and leaves.
    fn visit(&self, home: &Path, server: &Server) -> Output {
        let (_, port) = server.address.rsplit_once(':').unwrap();
        let mut command = chatroom(home);
        command
            .args(["join", &format!("localhost:{port}"), "--name", "bob"])
            .args(["--plain", "--lang", "en", "--data"])
            .arg(home.join("data"))
            .env("SSL_CERT_FILE", &self.file)
            .env("SSL_CERT_DIR", home)
            .stdin(Stdio::null());
        command.output().unwrap()
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// What was written to standard output, or to standard error.
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn an_authority_vouches_for_a_server_whatever_its_key_is() {
    let (folder, home) = (folder(), tempfile::tempdir().unwrap());
    let authority = Authority::new(folder.path());
    let server = authority.server(folder.path(), "127.0.0.1:0", "localhost");
    let address = server.address.clone();
    let visit = authority.visit(home.path(), &server);
    assert!(visit.status.success(), "{}", text(&visit.stderr));
    assert!(
        !text(&visit.stdout).contains("first time"),
        "{}",
        text(&visit.stdout)
    );
    // Another certificate of the authority, around another key.
    drop(server);
    let server = authority.server(folder.path(), &address, "localhost");
    let visit = authority.visit(home.path(), &server);
    assert!(visit.status.success(), "{}", text(&visit.stderr));
    // One that nobody vouches for is refused from now on.
    drop(server);
    let server = Server::start_on(folder.path(), &address);
    let visit = authority.visit(home.path(), &server);
    assert_eq!(visit.status.code(), Some(1));
    let said = text(&visit.stderr);
    assert!(
        said.contains("was vouched for by an authority before"),
        "{said}"
    );
}

#[test]
fn a_certificate_for_another_name_is_known_by_its_key_alone() {
    let (folder, home) = (folder(), tempfile::tempdir().unwrap());
    let authority = Authority::new(folder.path());
    let server = authority.server(folder.path(), "127.0.0.1:0", "chat.example");
    let visit = authority.visit(home.path(), &server);
    assert!(visit.status.success(), "{}", text(&visit.stderr));
    assert!(
        text(&visit.stdout).contains("first time"),
        "{}",
        text(&visit.stdout)
    );
}
