use std::sync::Mutex;

use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A certificate with its key, as a server has it.
struct Identity {
    certificate: rcgen::Certificate,
    key: rcgen::KeyPair,
}

impl Identity {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, key }
    }

    fn config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.der().clone()], key.into())
            .unwrap();
        Arc::new(config)
    }
}

/// A server that greets everybody, with an identity that can be changed.
async fn server(identity: Arc<Mutex<Identity>>) -> Address {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let config = identity.lock().unwrap().config();
            tokio::spawn(async move {
                let acceptor = tokio_rustls::TlsAcceptor::from(config);
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.write_all(b"hello").await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    Address {
        host: "127.0.0.1".into(),
        port,
        is_tls: true,
    }
}

#[tokio::test]
async fn a_server_is_known_by_its_key_from_the_first_time_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let identity = Arc::new(Mutex::new(Identity::new()));
    let address = server(identity.clone()).await;
    let mut first = dial(&address, &store, Some("bob")).await.unwrap();
    assert!(first.has_key && first.note.is_some());
    let mut text = String::new();
    first.stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "hello");
    let again = dial(&address, &store, Some("bob")).await.unwrap();
    assert_eq!(again.identity, first.identity);
    assert_eq!(again.note, None);
    *identity.lock().unwrap() = Identity::new();
    // Here anybody may start a server, so another one is said and no more.
    let other = dial(&address, &store, Some("bob")).await.unwrap();
    assert_ne!(other.identity, first.identity);
    assert!(
        other
            .note
            .unwrap()
            .to_string()
            .contains("another server than last time")
    );
}

#[tokio::test]
async fn another_key_is_refused_with_both_and_the_way_to_accept_it() {
    let folder = tempfile::Builder::new().prefix("it's ").tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let identity = Arc::new(Mutex::new(Identity::new()));
    let address = server(identity).await;
    let known = "00".repeat(32);
    store.set_pin(&address.place(), &known).unwrap();
    let error = dial_pinned(&address, &store, Some("bob"), &known)
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(error.is::<OtherKey>() && text.contains(&known) && text.contains("rm '"));
    assert_eq!(store.pin(&address.place()).unwrap(), Some(known));
    let (_, command) = text.split_once("accept it by: ").unwrap();
    let pasted = std::process::Command::new("sh")
        .args(["-c", command])
        .status();
    assert!(pasted.unwrap().success());
    assert_eq!(store.pin(&address.place()).unwrap(), None);
}

#[tokio::test]
async fn what_is_no_chat_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    let address = Address {
        host: "127.0.0.1".into(),
        port,
        is_tls: true,
    };
    let error = dial(&address, &store, Some("bob"))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("does not speak TLS"), "{error}");
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let address = Address { port, ..address };
    let error = dial(&address, &store, Some("bob"))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("cannot reach"), "{error}");
}
