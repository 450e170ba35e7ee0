//! What the hub and the wire languages agree on.
//!
//! A dialect runs in the hub, so it reads the state without locks, and it never waits: what takes
//! time is asked of the hub, which comes back with the answer.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::core::{Command, Entry, Event, KeyId, RoomId, Say, SessionId, State};
use crate::history;

use super::ending::Ending;
use super::settings::Settings;

/// One wire language, as spoken with one client.
pub(super) trait Dialect: Send {
    /// Takes bytes as they came and adds the lines or frames that they complete, in order.
    fn read(&mut self, bytes: &[u8], inputs: &mut VecDeque<Input>);

    /// Whether an input leads to proposals alone, so that it need not wait for those before it.
    /// Everything else is acted on only when all that the session proposed before has come back.
    fn only_proposes(&self, input: &Input) -> bool;

    /// Acts on one input.
    fn act(&mut self, input: &Input, around: &Around<'_>, step: &mut Step);

    /// Tells this client alone what it must hear of an entry; `own` when it asked for it itself.
    fn hear(
        &mut self,
        heard: &Heard<'_>,
        own: Option<&Mark>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    );

    /// Tells what a room is like that another session of the same user has come into; that they
    /// came in was heard already.
    fn entered(&mut self, _room: RoomId, _around: &Around<'_>, _out: &mut Vec<u8>) {}

    /// Ends what was told of an entry that the client asked for: `told` is all of it, in this
    /// client's words, and goes to `step.out` as it is, with a label, or in a batch. The client may
    /// ask for more now (a sign-on that follows an identification).
    fn answered(&mut self, mark: &Mark, told: Vec<u8>, around: &Around<'_>, step: &mut Step);

    /// Tells that an entry was not stored, and why.
    fn not_stored(&mut self, mark: &Mark, why: &str, around: &Around<'_>, step: &mut Step);

    /// Tells what the history has found for [`Ask::Query`].
    fn found(
        &mut self,
        mark: &Mark,
        found: Result<history::Found, String>,
        around: &Around<'_>,
        step: &mut Step,
    );

    /// Tells whether a password was right, for [`Ask::Verify`].
    fn verified(&mut self, mark: &Mark, is_right: bool, around: &Around<'_>, step: &mut Step);

    /// Asks the client whether it is there; false when the language cannot, and the client is
    /// never asked.
    fn ping(&mut self, out: &mut Vec<u8>) -> bool;

    /// Says good-bye with a reason, before the hub closes the connection.
    fn farewell(&mut self, ending: Ending<'_>, around: &Around<'_>, out: &mut Vec<u8>);

    /// By which sessions are told alike: all of one class get the same bytes of a room.
    fn class(&self) -> Class;
}

/// One line or frame of a client; what cannot be read is one too, and is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// A line or a frame.
    Text(String),
    /// Over the limit, and skipped.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
}

/// A set of sessions that get the same bytes of a room: the language, and the capabilities that
/// change how it renders what a whole room hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// IRC with these capabilities.
    Irc(crate::irc::caps::CapSet),
    /// The tutorial's first protocol.
    Pipe,
    /// The tutorial's second protocol.
    Json,
}

/// What a dialect may look at.
pub(super) struct Around<'a> {
    /// The chat.
    pub(super) state: &'a State,
    /// What the server was started with.
    pub(super) settings: &'a Settings,
    /// Which session is spoken for.
    pub(super) session: SessionId,
    /// What is known of its connection.
    pub(super) peer: &'a Peer,
    /// What the hub knows of sessions and the state does not: idle times.
    pub(super) idle: &'a dyn Fn(SessionId) -> Option<Idle>,
    /// Now, on the server's clock.
    pub(super) now: crate::core::Millis,
    /// The log's epoch, which message ids are made of.
    pub(super) epoch: crate::log::Epoch,
    /// NAMES of a room, kept rendered by the hub: nicks with their prefixes, in pieces that fit a
    /// line. The flag is `multi-prefix`.
    pub(super) names: &'a dyn Fn(RoomId, bool) -> Arc<[String]>,
}

/// How long a session has said nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Idle {
    /// Seconds since it last said something.
    pub(super) seconds: u64,
    /// When it signed on.
    pub(super) signed_on: crate::core::Millis,
    /// Whether its connection is encrypted.
    pub(super) is_secure: bool,
}

/// What is known of a connection.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// Whether it is encrypted, or never leaves the process.
    pub(super) is_secure: bool,
    /// The key that it has proved to hold (its client certificate's).
    pub(super) key: Option<KeyId>,
    /// The host part that others see: a cloak, never the address.
    pub(super) cloak: Arc<str>,
}

/// An event and the entry that it came of.
pub(super) struct Heard<'a> {
    /// The entry.
    pub(super) entry: &'a Entry,
    /// What became true, or a refusal.
    pub(super) event: &'a Event,
}

/// What a dialect answers and asks.
#[derive(Default)]
pub(super) struct Step {
    /// For the client, at once.
    pub(super) out: Vec<u8>,
    /// For the hub, in order.
    pub(super) asks: Vec<(Mark, Ask)>,
    /// Why the connection is to be closed, when it is.
    pub(super) close: Option<String>,
}

/// By which a dialect knows what it asked for again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The client's label, which the answer bears (IRCv3 labeled-response).
    pub(super) label: Option<Arc<str>>,
    /// The command that it is for.
    pub(super) verb: &'static str,
    /// What the command was about, as the client wrote it.
    pub(super) about: Arc<str>,
    /// Whether more of the same command follow.
    pub(super) more: bool,
}

/// What a dialect asks of the hub.
pub(super) enum Ask {
    /// Give this a place in the log.
    Propose(Command),
    /// Tell others at once what is never stored (typing).
    Relay(Say),
    /// Look into the past.
    Query(history::Query),
    /// Check a password against a hash (PHC string), on another thread.
    Verify {
        /// What was given.
        password: String,
        /// What it must match.
        hash: Arc<str>,
    },
}
