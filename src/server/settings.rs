//! What a server was started with, made from the config once.

use std::sync::Arc;

use crate::core;

/// What a server was started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What clients see as the server's name.
    pub name: Arc<str>,
    /// `NETWORK` in `005`.
    pub network: Arc<str>,
    /// A line about the server.
    pub description: Arc<str>,
    /// Lines of the message of the day.
    pub motd: Vec<String>,
    /// The hash of the password that every connection is asked for.
    pub password: Option<Arc<str>>,
    /// What the core is told at the start.
    pub core: core::Settings,
    /// When the server was started.
    pub started: core::Millis,
    /// `CASEMAPPING` in `005`.
    pub casemapping: Arc<str>,
    /// Whether guests may read what was said before they came: the history is on.
    pub history: bool,
    /// The user modes of a new session.
    pub default_user_modes: Arc<str>,
    /// Numbers.
    pub limits: Limits,
}

/// Every limit of the wire; those of the core are in [`core::Settings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Code points of a nickname.
    pub nick_length: usize,
    /// Code points of a room's name, with `#`.
    pub channel_length: usize,
    /// Bytes of a topic.
    pub topic_length: usize,
    /// Bytes of the text of somebody who is away.
    pub away_length: usize,
    /// Bytes of a reason for a kick, a part or a quit.
    pub reason_length: usize,
    /// Bytes of a real name.
    pub realname_length: usize,
    /// Bytes of a user name.
    pub username_length: usize,
    /// Bytes of a message of several lines.
    pub multiline_max_bytes: usize,
    /// Lines of a message.
    pub multiline_max_lines: usize,
    /// Messages of one answer of the history.
    pub chathistory_max: usize,
    /// Targets of one PRIVMSG, JOIN, PART or KICK.
    pub targets: usize,
    /// Mode changes with a parameter in one MODE.
    pub modes: usize,
    /// Bytes of one sender's mark of a message.
    pub nonce_length: usize,
    /// Connections at once.
    pub connections: usize,
    /// Connections that have not said yet what they speak.
    pub undecided: usize,
    /// Seconds that a TLS handshake, or a registration, may take.
    pub registration_seconds: u64,
    /// Seconds of silence after which a client is asked whether it is there, and after which it
    /// is taken for gone when it does not answer.
    pub ping_seconds: u64,
    /// Bytes that may wait for one client.
    pub outbox_bytes: usize,
    /// Inputs of one session that may wait for its proposals.
    pub inputs_waiting: usize,
    /// Proposals of one session that may be on their way.
    pub proposals_in_flight: usize,
    /// Bytes of rows that may wait for the history.
    pub history_tail_bytes: usize,
}
