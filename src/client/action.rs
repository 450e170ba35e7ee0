//! What the client's loop must do after an update of the model.

use super::happening::{BufferName, Millis, Stretch};

/// What the client's loop must do after an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Say something; the line stands in its buffer under its mark until the echo comes.
    Say {
        /// Where.
        buffer: BufferName,
        /// What; it may hold line feeds.
        text: String,
        /// As `/me`.
        is_action: bool,
        /// By which the echo is known.
        nonce: String,
    },
    /// Come into a room.
    Join(String),
    /// Make a room, by invitation only when `private`.
    Create {
        /// Its name.
        room: String,
        /// Whether it is by invitation, and secret.
        private: bool,
    },
    /// Leave a room.
    Part {
        /// Which.
        room: String,
        /// What the others are told.
        reason: Option<String>,
    },
    /// Ask for a stretch of the past of a conversation.
    Past {
        /// Which.
        buffer: BufferName,
        /// Which stretch.
        which: Stretch,
    },
    /// Ask for the list of rooms, by a pattern.
    List(Option<String>),
    /// Ask about somebody.
    Whois(String),
    /// Invite somebody.
    Invite {
        /// Whom.
        nick: String,
        /// Where to.
        room: String,
    },
    /// Put somebody out.
    Kick {
        /// Whom.
        nick: String,
        /// Where from.
        room: String,
        /// Why.
        reason: Option<String>,
    },
    /// Set or ask for a topic.
    Topic {
        /// Which room.
        room: String,
        /// The topic; none to ask for it.
        text: Option<String>,
    },
    /// Change modes of a room, or ask for them: the parameters of `MODE` after the room.
    Mode {
        /// Which room.
        room: String,
        /// The rest.
        changes: Vec<String>,
    },
    /// Take another name.
    Nick(String),
    /// Be away, with a text, or back.
    Away(Option<String>),
    /// Send a line as it stands (`/quote`).
    Raw(String),
    /// Try the connection again now.
    Reconnect,
    /// End: leave with a reason, wait for echoes up to five seconds; asks where it would close the room
    /// on others.
    Quit(Option<String>),
    /// End, though others are in the room that is hosted here.
    Close(Option<String>),
    /// End this client, and let the room that is hosted here go on.
    KeepHosting,
    /// Give the terminal back to the shell for a while.
    Pause,
    /// Keep that direct talk has been read.
    Read {
        /// With whom.
        nick: String,
        /// Up to when.
        at: Millis,
    },
    /// Tell an answer to what was typed, where there is no screen that shows it.
    Tell {
        /// Where it belongs.
        buffer: BufferName,
        /// What.
        text: String,
        /// Whether something failed.
        is_failure: bool,
    },
    /// Put a text into the terminal's clipboard.
    Copy(String),
    /// Keep who is ignored.
    Ignore(Vec<String>),
    /// Draw everything anew.
    Redraw,
    /// Ring the bell.
    Bell,
}
