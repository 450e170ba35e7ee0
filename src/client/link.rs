//! The connection to one server: dialled, lost, dialled again.

use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until};

use super::holder::{Holder, Unanswered};
use super::naming::name_on;
use super::net::{self, Dialled, OtherKey, Stream};
use super::sentence::Sentence;
use super::store::{Store, hex};
use super::{Dial, Found, Open, Place, Present};

/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;
/// Bytes that may wait to be written before the connection counts as dead.
const OUT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The longest time between two tries.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// The same where the server is looked for, which costs nobody but this machine.
const SEARCH_PAUSE_MAX: Duration = Duration::from_secs(5);

type Dialling = Pin<Box<dyn Future<Output = Reached>>>;

/// What became of a connection.
pub(super) enum LinkEvent {
    /// It is being dialled again.
    Dialling,
    /// It is up.
    Up {
        /// Who the server is.
        identity: String,
        /// Under which name.
        name: String,
        /// Whether a key was shown.
        has_key: bool,
        /// What a person should know of it.
        notes: Vec<Sentence>,
    },
    /// Bytes came; [`Link::take_bytes`] has them.
    Bytes,
    /// It is lost, or could not be had.
    Lost(anyhow::Error),
}

/// A connection, or the way to one.
pub(super) struct Link {
    dial: Dial,
    store: Store,
    /// The name to go by; none while it is not known.
    name: Option<String>,
    /// Who the server is, once there was one.
    identity: Option<String>,
    /// How many are on the server that is in this process.
    present: Option<Present>,
    /// Who holds the data folder, where that is whom one talks to.
    holder: Option<Holder>,
    /// Where the server was found; none where it is in this process.
    address: Option<String>,
    /// What is to be told once there is a connection.
    notes: Vec<Sentence>,
    state: State,
    buffer: Box<[u8]>,
    filled: usize,
    /// How much of that has been looked at.
    taken: usize,
    out: Vec<u8>,
    needs_flush: bool,
    failures: u32,
}

enum State {
    Idle,
    Pausing(Instant),
    Dialling(Dialling),
    Up(ReadHalf<Box<dyn Stream>>, WriteHalf<Box<dyn Stream>>),
}

impl Link {
    pub(super) fn new(dial: Dial, store: Store, name: Option<String>) -> Self {
        Self {
            dial,
            store,
            name,
            identity: None,
            present: None,
            holder: None,
            address: None,
            notes: Vec::new(),
            state: State::Pausing(Instant::now()),
            buffer: vec![0; READ_BYTES].into_boxed_slice(),
            filled: 0,
            taken: 0,
            out: Vec::new(),
            needs_flush: false,
            failures: 0,
        }
    }

    /// The next thing that becomes of it; while it rests nothing is read. It may be dropped at any time
    /// without a loss.
    pub(super) async fn event(&mut self, rests: bool) -> LinkEvent {
        loop {
            match &mut self.state {
                State::Idle => std::future::pending().await,
                State::Pausing(until) => {
                    sleep_until(*until).await;
                    self.state = State::Dialling(self.dialling());
                    return LinkEvent::Dialling;
                }
                State::Dialling(dialling) => {
                    let Reached {
                        dialled,
                        notes,
                        holder,
                        address,
                    } = dialling.await;
                    self.state = State::Idle;
                    self.address = address;
                    self.holder = holder;
                    self.notes.extend(notes);
                    return match dialled {
                        Ok((dialled, present)) => self.up(dialled, present),
                        Err(error) => LinkEvent::Lost(error),
                    };
                }
                State::Up(..) if self.taken < self.filled && !rests => return LinkEvent::Bytes,
                State::Up(read, write) => {
                    let moved = tokio::select! {
                        biased;
                        count = read.read(&mut self.buffer), if !rests => Moved::In(count),
                        moved = push(write, &self.out), if !self.out.is_empty() || self.needs_flush => moved,
                        else => std::future::pending().await,
                    };
                    if let Some(event) = self.moved(moved) {
                        return event;
                    }
                }
            }
        }
    }

    fn moved(&mut self, moved: Moved) -> Option<LinkEvent> {
        let error = match moved {
            Moved::In(Ok(0)) => Sentence::text("lost-closed"),
            Moved::In(Ok(count)) => {
                (self.filled, self.taken) = (count, 0);
                return Some(LinkEvent::Bytes);
            }
            Moved::Out(Ok(0)) => Sentence::text("lost-stuck"),
            Moved::Out(Ok(count)) => {
                self.out.drain(..count.min(self.out.len()));
                self.needs_flush = true;
                return None;
            }
            Moved::Flushed(Ok(())) => {
                self.needs_flush = false;
                return None;
            }
            // A peer that leaves without a word of TLS has left all the same.
            Moved::In(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Sentence::text("lost-closed")
            }
            Moved::In(Err(error)) | Moved::Out(Err(error)) | Moved::Flushed(Err(error)) => {
                Sentence::text("lost-connection").with("why", &error)
            }
        };
        self.stop();
        Some(LinkEvent::Lost(error.into()))
    }

    /// Takes out the buffer with what came with [`LinkEvent::Bytes`], and where in it that is; it is
    /// to be given back.
    pub(super) fn take_bytes(&mut self) -> (Box<[u8]>, Range<usize>) {
        (std::mem::take(&mut self.buffer), self.taken..self.filled)
    }

    /// Takes the buffer back, for the next bytes. What was not looked at comes again.
    pub(super) fn give_back(&mut self, buffer: Box<[u8]>, taken: usize) {
        (self.buffer, self.taken) = (buffer, taken);
    }

    /// Queues bytes; false when more wait than a living connection leaves.
    #[must_use]
    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        if !matches!(self.state, State::Up(..)) {
            return true;
        }
        self.out.extend_from_slice(bytes);
        self.out.len() <= OUT_BYTES_MAX
    }

    /// Whether there is a connection.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.state, State::Up(..))
    }

    /// The name whose key is shown.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Shows the key of another name from the next connection on.
    pub(super) fn set_name(&mut self, name: &str) {
        self.name = Some(name.to_owned());
    }

    /// How many are on the server that this process hosts, oneself too; none where it hosts none.
    pub(super) fn present(&self) -> Option<usize> {
        self.present.as_ref().map(|present| present())
    }

    /// Where the server was found; none where it is in this process.
    pub(super) fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Who holds the data folder, where that is whom one talks to.
    pub(super) fn holder(&self) -> Option<&Holder> {
        self.holder.as_ref()
    }

    /// Notes that the server took one in: the next loss is tried again at once.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Goes without a connection until told otherwise.
    pub(super) fn stop(&mut self) {
        self.state = State::Idle;
        self.out.clear();
        self.needs_flush = false;
        (self.filled, self.taken) = (0, 0);
    }

    /// Drops the connection and dials again now.
    pub(super) fn again(&mut self) {
        self.stop();
        self.failures = 0;
        self.state = State::Pausing(Instant::now());
    }

    /// Drops the connection and dials again after a pause; the answer is how long it is.
    pub(super) fn again_later(&mut self) -> Duration {
        self.stop();
        let seconds = 1_u64 << self.failures.min(6);
        self.failures += 1;
        let most = match self.dial {
            Dial::Address(_) => PAUSE_MAX,
            Dial::Find(_) => SEARCH_PAUSE_MAX,
        };
        let pause = Duration::from_secs(seconds).min(most);
        // Up to a fifth less, so that not everybody comes back at once.
        let pause = pause.mul_f64(1.0 - f64::from(random_byte()) / 1280.0);
        self.state = State::Pausing(Instant::now() + pause);
        pause
    }

    fn up(&mut self, dialled: Dialled, present: Option<Present>) -> LinkEvent {
        let (read, write) = tokio::io::split(dialled.stream);
        self.state = State::Up(read, write);
        self.present = present;
        self.name = Some(dialled.name.clone());
        self.identity.get_or_insert(dialled.identity.clone());
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(dialled.note);
        LinkEvent::Up {
            identity: dialled.identity,
            name: dialled.name,
            has_key: dialled.has_key,
            notes,
        }
    }

    fn dialling(&mut self) -> Dialling {
        let (store, name) = (self.store.clone(), self.name.clone());
        let finding = match &mut self.dial {
            Dial::Address(address) => Box::pin(std::future::ready(Ok(Found {
                place: Place::Address(address.clone()),
                notes: Vec::new(),
            }))),
            Dial::Find(find) => find(self.identity.clone()),
        };
        Box::pin(async move {
            match finding.await {
                Ok(Found { place, notes }) => Reached {
                    holder: match &place {
                        Place::Held(holder) => Some(holder.clone()),
                        Place::Address(_) | Place::Here { .. } => None,
                    },
                    address: match &place {
                        Place::Address(address) => Some(address.clone()),
                        Place::Held(holder) => holder.address.clone(),
                        Place::Here { .. } => None,
                    },
                    dialled: reach(place, &store, name.as_deref()).await,
                    notes,
                },
                Err(error) => Reached {
                    dialled: Err(error),
                    notes: Vec::new(),
                    holder: None,
                    address: None,
                },
            }
        })
    }
}

/// What became of a dialling, with what was found out on the way.
struct Reached {
    dialled: Result<(Dialled, Option<Present>)>,
    notes: Vec<Sentence>,
    holder: Option<Holder>,
    address: Option<String>,
}

/// Connects to where a server was found.
async fn reach(
    place: Place,
    store: &Store,
    name: Option<&str>,
) -> Result<(Dialled, Option<Present>)> {
    let dial = async |address: &str| {
        let address = address.parse::<net::Address>()?;
        Ok((net::dial(&address, store, name).await?, None))
    };
    match place {
        Place::Address(address) => dial(&address).await,
        Place::Held(holder) => match &holder.address {
            Some(address) => dial(address).await,
            None => Err(Unanswered {
                holder,
                is_silent: true,
            }
            .into()),
        },
        Place::Here {
            server,
            open,
            present,
        } => {
            let dialled = come_in(&hex(&server), open, store, name)?;
            Ok((dialled, Some(present)))
        }
    }
}

/// Connects to the server in this process.
fn come_in(identity: &str, open: Open, store: &Store, name: Option<&str>) -> Result<Dialled> {
    let name = name_on(identity, name, store)?;
    let key = store.key(identity, &name)?;
    let stream = open(key.fingerprint).map_err(|_gone| Sentence::text("lost-stopped"))?;
    Ok(Dialled {
        stream: Box::new(stream),
        identity: identity.to_owned(),
        name,
        has_key: true,
        note: None,
    })
}

/// Whether trying again cannot help.
pub(super) fn is_final(error: &anyhow::Error) -> bool {
    error.is::<OtherKey>() || error.is::<net::AddressError>()
}

/// Writes some bytes, or sends on what the layers below hold. Dropped, it has done neither.
async fn push(write: &mut WriteHalf<Box<dyn Stream>>, out: &[u8]) -> Moved {
    match out {
        [] => Moved::Flushed(write.flush().await),
        out => Moved::Out(write.write(out).await),
    }
}

enum Moved {
    In(std::io::Result<usize>),
    Out(std::io::Result<usize>),
    Flushed(std::io::Result<()>),
}

fn random_byte() -> u8 {
    let mut byte = [0];
    // Without chance there is no jitter, which harms nobody.
    let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut byte);
    byte[0]
}
