//! The server: one hub owns the chat and the sessions, connections move bytes, dialects translate.

mod answers;
mod census;
mod cloak;
mod conn;
mod dialect;
mod door;
mod ending;
mod failure;
mod feed;
mod floor;
mod hub;
mod identity;
mod irc;
mod keep;
mod legacy;
mod lock;
pub mod names;
mod options;
mod outbox;
mod roster;
pub mod settings;
mod silence;
mod sniff;
mod start;
mod suggestion;
mod telling;
#[cfg(test)]
mod trial;
mod visits;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, watch};

use crate::core::{KeyId, Millis};
use crate::text::Sentence;

pub use door::{AddressTaken, Plaintext};
pub use identity::{TlsFiles, known_fingerprint};
pub use lock::{Holder, InUse, holder_of};
pub use options::Options;

use census::Census;
use dialect::{Dialect, Peer};
use door::{Door, Origin, Speak};
use floor::Floor;
use hub::Hub;
use identity::Identity;
use lock::Lock;
use sniff::Protocol;

/// What connections may have told the hub before it listens.
const FROM_CONNS: usize = 1024;
/// Bytes on the way between a client of this process and the hub.
const INSIDE: usize = 64 * 1024;

/// The dialect of a protocol: the one place where they are named.
fn speak(protocol: Protocol, _: &Peer) -> Option<Box<dyn Dialect>> {
    match protocol {
        Protocol::Irc => Some(Box::new(irc::Irc::new())),
        Protocol::Json => Some(Box::new(legacy::Json::new())),
        Protocol::Pipe => Some(Box::new(legacy::Pipe::new())),
        Protocol::Tls | Protocol::Ssh | Protocol::Http => None,
    }
}

/// A server that runs. It ends when this is dropped.
#[derive(Debug)]
pub struct Running {
    addresses: Vec<SocketAddr>,
    fingerprint: [u8; 32],
    stop: watch::Sender<Option<Arc<str>>>,
    ended: watch::Receiver<Option<Result<(), Sentence>>>,
    inside: mpsc::Sender<(DuplexStream, Option<KeyId>)>,
    census: Census,
}

impl Running {
    /// Where it listens, with real ports.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What clients pin: the SHA-256 of its public key (SubjectPublicKeyInfo).
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// Connects a client of this process. It vouches for the key, given as the SHA-256 of its
    /// SubjectPublicKeyInfo in hexadecimal.
    pub fn connect(&self, key: Option<&str>) -> Result<DuplexStream> {
        let (client, server) = tokio::io::duplex(INSIDE);
        let key = key.map(|key| KeyId(key.into()));
        self.inside
            .try_send((server, key))
            .map_err(|_cause| Sentence::text("serve-takes-nobody"))?;
        Ok(client)
    }

    /// How many sessions have signed on and not ended, those of this process too.
    pub fn present(&self) -> usize {
        self.census.present()
    }

    /// Asks it to end, with these words to everybody.
    pub fn stop(&self, reason: &str) {
        self.stop.send_replace(Some(reason.into()));
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        // Who would have said so may be gone without a word.
        self.ended.borrow().is_some() || self.ended.has_changed().is_err()
    }

    /// Waits until it has ended; an error is why it could not go on.
    pub async fn wait(&self) -> Result<()> {
        let mut ended = self.ended.clone();
        let ended = ended.wait_for(Option::is_some).await;
        match ended.map(|ended| ended.clone()) {
            Ok(Some(Err(why))) => Err(why.into()),
            Ok(Some(Ok(()))) => Ok(()),
            Ok(None) | Err(_) => Err(Sentence::text("serve-ended-silent").into()),
        }
    }
}

/// Starts a server on the runtime of the caller, which is best one of a single thread.
pub async fn start(options: Options) -> Result<Running> {
    start_speaking(options, speak).await
}

/// Starts a server on a thread and a runtime of its own, so that nothing that stops the caller
/// stops it.
pub fn start_in_thread(options: Options) -> Result<Running> {
    let (tell, told) = std::sync::mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Sentence::text("system-no-sockets").with("why", &error))?;
    let serve = move || {
        runtime.block_on(async {
            let running = start(options).await;
            let ended = running.as_ref().ok().map(|running| running.ended.clone());
            // Who started it may have given up; then it ends at once.
            let _ = tell.send(running);
            if let Some(mut ended) = ended {
                let _ = ended.wait_for(Option::is_some).await;
            }
        });
    };
    std::thread::Builder::new()
        .name("server".into())
        .spawn(serve)
        .map_err(|error| Sentence::text("system-no-thread").with("why", &error))?;
    told.recv()
        .map_err(|_cause| Sentence::text("serve-ended-silent"))?
}

async fn start_speaking(options: Options, speak: Speak) -> Result<Running> {
    raise_file_limit();
    let mut lock = Lock::take(&options.folder)?;
    let settings = &options.settings;
    let identity = Identity::open(&options.folder, options.tls.as_ref(), &settings.name)?;
    let cloak = cloak::Cloak::open(&options.folder)?;
    let listeners = options
        .listen
        .iter()
        .map(|address| door::listen(*address))
        .collect::<Result<Vec<_>>>()?;
    let addresses = listeners
        .iter()
        .map(tokio::net::TcpListener::local_addr)
        .collect::<Result<Vec<_>, _>>()?;
    lock.tell(&addresses)
        .map_err(|error| failure::unwritten(&options.folder.join("lock"), &error))?;
    let mut begun = start::begin(&options.folder, options.durability, options.history)?;
    start::announce(&mut begun, settings.core.clone()).await?;

    let (hub, from_conns) = mpsc::channel(FROM_CONNS);
    let limits = settings.limits.clone();
    let door = Arc::new(Door::new(
        hub,
        speak,
        &identity,
        cloak,
        options.plaintext,
        limits,
    ));
    let census = Census::default();
    let floor = Floor {
        state: begun.state,
        roster: RefCell::default(),
        settings: options.settings,
        epoch: begun.epoch,
        now: Millis(jiff::Timestamp::now().as_millisecond()),
        sessions: Default::default(),
        census: census.clone(),
    };
    let mut hub = Hub::new(floor, begun.log, begun.history, from_conns);
    hub.starts_after(begun.tail);
    let (stop, stopping) = watch::channel(None);
    let (end, ended) = watch::channel(None);
    let (inside, insiders) = mpsc::channel(16);
    let mut accepting: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(door.clone().accept(listener)))
        .collect();
    accepting.push(tokio::spawn(take_insiders(door, insiders)));
    tokio::spawn(async move {
        let result = hub.run(stopping).await;
        for task in accepting {
            task.abort();
            // Who takes the folder next wants the port, too.
            let _ = task.await;
        }
        drop(lock);
        end.send_replace(Some(result));
    });
    Ok(Running {
        addresses,
        fingerprint: identity.fingerprint,
        stop,
        ended,
        inside,
        census,
    })
}

async fn take_insiders(
    door: Arc<Door>,
    mut insiders: mpsc::Receiver<(DuplexStream, Option<KeyId>)>,
) {
    while let Some((stream, key)) = insiders.recv().await {
        door.welcome(stream, Origin::Inside(key));
    }
}

/// Lets this process have as many connections as the system allows it.
fn raise_file_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!("the limit of open files stays as it is: {error}");
        }
    }
}
