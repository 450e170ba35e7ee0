//! Why a connection is closed by the server.

use std::borrow::Cow;

/// Why a connection is closed by the server.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending<'a> {
    /// More waits for its client than may.
    TooSlow,
    /// Its client was asked whether it is there and has not answered for so many seconds.
    Silent(u64),
    /// Its client has not said in time who it is.
    Unregistered,
    /// The server ends, with these words.
    Stopping(&'a str),
    /// Its client asked for it, was refused, or is gone: in the words of its own dialect.
    Own(&'a str),
}

impl<'a> Ending<'a> {
    /// The words for the others, and for who speaks no language of their own.
    pub(super) fn words(self) -> Cow<'a, str> {
        match self {
            Self::TooSlow => "You read too slowly".into(),
            Self::Silent(seconds) => format!("Ping timeout: {seconds} seconds").into(),
            Self::Unregistered => "Registration timeout".into(),
            Self::Stopping(words) | Self::Own(words) => words.into(),
        }
    }
}
