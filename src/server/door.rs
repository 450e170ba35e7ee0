//! The door: takes connections, finds out what they speak, and hands them to the hub.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::{Result, bail};
use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::cloak::Cloak;
use super::conn::{self, FromConn};
use super::dialect::{Dialect, Peer};
use super::identity::{Identity, key_of};
use super::legacy;
use super::outbox::Outbox;
use super::settings::Limits;
use super::sniff::{Protocol, sniff};
use crate::core::{KeyId, SessionId};
use crate::text::Sentence;

/// Connections that the system keeps until they are taken.
const BACKLOG: u32 = 1024;
/// TLS handshakes under way at once, for each core.
const HANDSHAKES: usize = 4;
/// How long a connection that is turned away may take to read why.
const GOODBYE: Duration = Duration::from_secs(2);
/// How long the door rests when the system gives no more connections.
const REST: Duration = Duration::from_millis(100);

const NO_SSH: &str = "this server does not speak SSH yet; use an IRC client, or chatroom join\r\n";
const NO_HTTP: &str = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 77\r\nConnection: close\r\n\r\n\
    this is a chat server, not a web site; use an IRC client, or chatroom join\r\n\n";
const TLS_ONLY: &str = "ERROR :This server speaks TLS only; TLS is on this same port\r\n";

/// Who may speak without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plaintext {
    /// Everybody.
    Everywhere,
    /// This machine and private networks.
    Private,
    /// Nobody.
    Nowhere,
}

/// Makes the dialect of a protocol for a connection; none for a protocol that is not spoken.
pub(super) type Speak = fn(Protocol, &Peer) -> Option<Box<dyn Dialect>>;

/// What a connection can be made of.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// Where a connection comes from.
pub(super) enum Origin {
    /// From an address.
    Address(IpAddr),
    /// From this process, which vouches for a key.
    Inside(Option<KeyId>),
}

/// Takes connections, finds out what they speak, and hands them to the hub.
pub(super) struct Door {
    hub: mpsc::Sender<FromConn>,
    speak: Speak,
    tls: TlsAcceptor,
    cloak: Cloak,
    plaintext: Plaintext,
    limits: Limits,
    places: Arc<Semaphore>,
    handshakes: Semaphore,
    /// Connections that have not said yet what they speak, oldest first.
    undecided: Mutex<VecDeque<(u64, AbortHandle)>>,
    last: AtomicU64,
}

impl Door {
    pub(super) fn new(
        hub: mpsc::Sender<FromConn>,
        speak: Speak,
        identity: &Identity,
        cloak: Cloak,
        plaintext: Plaintext,
        limits: Limits,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            hub,
            speak,
            tls: TlsAcceptor::from(identity.tls.clone()),
            cloak,
            plaintext,
            places: Arc::new(Semaphore::new(limits.connections)),
            handshakes: Semaphore::new(HANDSHAKES * cores),
            undecided: Mutex::default(),
            last: AtomicU64::new(0),
            limits,
        }
    }

    /// Takes all that come to a listener.
    pub(super) async fn accept(self: Arc<Self>, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, from)) => {
                    // Without it a line may wait for the answer to the one before.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!("a connection ended at once: {error}");
                        continue;
                    }
                    self.welcome(stream, Origin::Address(from.ip().to_canonical()));
                }
                Err(error) => {
                    tracing::warn!("no more connections for a moment: {error}");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    /// Takes one connection.
    pub(super) fn welcome<S: Stream>(self: &Arc<Self>, stream: S, origin: Origin) {
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            tracing::warn!(
                "a connection was turned away: there are {} already",
                self.limits.connections
            );
            return;
        };
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        // On this machine and in private networks the limit of all connections is enough.
        let is_counted = match &origin {
            Origin::Address(address) => !is_private(*address),
            Origin::Inside(_) => false,
        };
        let guest = Guest {
            door: self.clone(),
            number,
            place,
            origin,
        };
        let task = tokio::spawn(guest.come_in(stream));
        if !is_counted {
            return;
        }
        let mut undecided = self.undecided();
        undecided.push_back((number, task.abort_handle()));
        if undecided.len() > self.limits.undecided
            && let Some((_, oldest)) = undecided.pop_front()
        {
            oldest.abort();
        }
    }

    fn undecided(&self) -> MutexGuard<'_, VecDeque<(u64, AbortHandle)>> {
        self.undecided
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Plaintext {
    /// Whether somebody at an address may speak without TLS.
    fn lets_in(self, address: IpAddr) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Private => is_private(address),
            Self::Nowhere => false,
        }
    }
}

/// Whether an address is of this machine, or of a network that no address of the internet is in.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// A connection that has not said yet what it speaks.
struct Guest {
    door: Arc<Door>,
    number: u64,
    place: OwnedSemaphorePermit,
    origin: Origin,
}

impl Guest {
    async fn come_in<S: Stream>(self, mut stream: S) {
        let _undecided = Undecided {
            door: self.door.clone(),
            number: self.number,
        };
        let Some((protocol, head)) = first_words(&mut stream).await else {
            return;
        };
        if protocol != Protocol::Tls {
            self.settle(stream, protocol, head, None).await;
            return;
        }
        let Some(mut stream) = Box::pin(self.shake_hands(stream, head)).await else {
            return;
        };
        let certificates = stream.get_ref().1.peer_certificates();
        let key = certificates
            .and_then(<[_]>::first)
            .and_then(|one| key_of(one).ok());
        if let Some((protocol, head)) = first_words(&mut stream).await {
            self.settle(stream, protocol, head, Some(key)).await;
        }
    }

    async fn shake_hands<S: Stream>(
        &self,
        stream: S,
        head: Bytes,
    ) -> Option<TlsStream<Prefixed<S>>> {
        let door = &self.door;
        let hands = async {
            let _turn = door.handshakes.acquire().await.ok()?;
            door.tls.accept(Prefixed { head, stream }).await.ok()
        };
        let patience = Duration::from_secs(door.limits.registration_seconds);
        timeout(patience, hands).await.ok()?
    }

    /// Hands the connection to the hub, or turns it away. `tls` is the key that it has shown there.
    async fn settle<S: Stream>(
        self,
        mut stream: S,
        protocol: Protocol,
        head: Bytes,
        tls: Option<Option<KeyId>>,
    ) {
        let answer = match protocol {
            Protocol::Irc if !self.may_speak(&tls) => Some(TLS_ONLY.into()),
            Protocol::Json if !self.may_speak(&tls) => Some(legacy::tls_only(legacy::Style::Json)),
            Protocol::Pipe if !self.may_speak(&tls) => Some(legacy::tls_only(legacy::Style::Pipe)),
            Protocol::Irc | Protocol::Json | Protocol::Pipe => None,
            Protocol::Ssh => Some(NO_SSH.into()),
            Protocol::Http => Some(NO_HTTP.into()),
            // TLS in TLS.
            Protocol::Tls => Some(Vec::new()),
        };
        if let Some(answer) = answer {
            let goodbye = async {
                stream.write_all(&answer).await?;
                stream.shutdown().await?;
                // With something unread in it, a connection that is closed takes the answer back.
                while !poll_fn(|cx| conn::poll_read(&mut stream, cx))
                    .await?
                    .is_empty()
                {}
                io::Result::Ok(())
            };
            // Who does not read it is gone as well.
            let _ = timeout(GOODBYE, goodbye).await;
            return;
        }
        let peer = self.peer(tls);
        let Some(dialect) = (self.door.speak)(protocol, &peer) else {
            return;
        };
        let session = SessionId(self.number);
        let outbox = Arc::new(Outbox::new(self.door.limits.outbox_bytes));
        let hub = self.door.hub.clone();
        let opened = FromConn::Opened {
            session,
            peer,
            dialect,
            outbox: outbox.clone(),
        };
        let read = FromConn::Read {
            session,
            bytes: head,
        };
        if hub.send(opened).await.is_err() || hub.send(read).await.is_err() {
            return;
        }
        // A task of its own: this one has been larger.
        let place = self.place;
        tokio::spawn(async move {
            conn::run(stream, session, outbox, hub).await;
            drop(place);
        });
    }

    /// Whether it speaks TLS, or may do without.
    fn may_speak(&self, tls: &Option<Option<KeyId>>) -> bool {
        match (tls, &self.origin) {
            (Some(_), _) | (None, Origin::Inside(_)) => true,
            (None, Origin::Address(address)) => self.door.plaintext.lets_in(*address),
        }
    }

    fn peer(&self, tls: Option<Option<KeyId>>) -> Peer {
        let is_encrypted = tls.is_some();
        match &self.origin {
            Origin::Address(address) => Peer {
                is_secure: is_encrypted,
                key: tls.flatten(),
                cloak: self.door.cloak.of(*address),
            },
            Origin::Inside(key) => Peer {
                is_secure: true,
                key: tls.flatten().or_else(|| key.clone()),
                cloak: self
                    .door
                    .cloak
                    .of(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)),
            },
        }
    }
}

/// Takes a connection off the list when it has decided, or is gone.
struct Undecided {
    door: Arc<Door>,
    number: u64,
}

impl Drop for Undecided {
    fn drop(&mut self) {
        let mut undecided = self.door.undecided();
        if let Ok(at) = undecided.binary_search_by_key(&self.number, |(number, _)| *number) {
            undecided.remove(at);
        }
    }
}

/// Reads until it is certain what is spoken; none when the connection ends before. Who is silent
/// is waited for: some clients dial first and ask for a name after.
async fn first_words<S: Stream>(stream: &mut S) -> Option<(Protocol, Bytes)> {
    let mut head = Vec::new();
    loop {
        let bytes = poll_fn(|cx| conn::poll_read(stream, cx)).await.ok()?;
        if bytes.is_empty() {
            return None;
        }
        let is_first = head.is_empty();
        head.extend(bytes.iter().skip_while(|byte| is_first && **byte == 0));
        if let Some(protocol) = sniff(&head) {
            return Some((protocol, head.into()));
        }
    }
}

/// A stream of which some was read already.
pub(super) struct Prefixed<S> {
    head: Bytes,
    stream: S,
}

impl<S: AsyncRead + Unpin> AsyncRead for Prefixed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.head.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let count = self.head.len().min(buf.remaining());
        buf.put_slice(self.head.get(..count).unwrap_or_default());
        self.head.advance(count);
        if self.head.is_empty() {
            // What it is a part of, too.
            self.head = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prefixed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Something else listens on an address.
#[derive(Debug, thiserror::Error)]
#[error("something else listens there")]
pub struct AddressTaken;

/// Listens on an address.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener> {
    let sentence = |key| Sentence::text(key).with("address", address.to_string());
    if !address.ip().is_loopback() {
        bail!(sentence("serve-loopback-only").with("port", address.port().to_string()));
    }
    let open = || {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            anyhow::Error::new(AddressTaken).context(sentence("serve-address-taken"))
        } else {
            sentence("serve-no-listen").with("why", &error).into()
        }
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, DuplexStream};

    use super::super::trial;
    use super::*;

    #[test]
    fn who_may_speak_without_tls_depends_on_where_they_are() {
        let check = |address: &str, is_private: bool| {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(Plaintext::Private.lets_in(address), is_private, "{address}");
            assert!(Plaintext::Everywhere.lets_in(address));
            assert!(!Plaintext::Nowhere.lets_in(address));
        };
        for near in [
            "127.0.0.1",
            "127.8.9.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.0.9",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            check(near, true);
        }
        for far in [
            "8.8.8.8",
            "172.32.0.1",
            "192.169.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "2001:db8::1",
            "ff02::1",
            "::",
        ] {
            check(far, false);
        }
    }

    #[tokio::test]
    async fn the_oldest_of_too_many_silent_strangers_is_closed_and_silence_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let (hub, mut from_conns) = mpsc::channel(8);
        let door = Arc::new(Door::new(
            hub,
            trial::speak,
            &Identity::open(folder.path(), None, "chat.test").unwrap(),
            Cloak::open(folder.path()).unwrap(),
            Plaintext::Everywhere,
            trial::settings().limits,
        ));
        let welcome = |address: &str| -> DuplexStream {
            let (client, server) = tokio::io::duplex(64);
            door.welcome(server, Origin::Address(address.parse().unwrap()));
            client
        };
        let _neighbours: Vec<_> = (0..10).map(|_| welcome("127.0.0.1")).collect();
        let mut strangers: Vec<_> = (0..4).map(|_| welcome("203.0.113.1")).collect();
        assert_eq!(strangers[0].read(&mut [0]).await.unwrap(), 0);
        strangers[1].write_all(b"ping x\n").await.unwrap();
        let opened = from_conns.recv().await;
        let session = SessionId(12);
        assert!(matches!(opened, Some(FromConn::Opened { session: one, .. }) if one == session));
    }
}
