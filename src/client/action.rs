//! What the client's loop must do after an update of the model.

use super::happening::{BufferName, Stretch};
use super::kept::Kept;
use super::key::Key;
use crate::text::Language;

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
    /// Ask whether a room is there.
    Look(String),
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
    /// Go off line, with a reason that the others are told, and stay there.
    Disconnect(Option<String>),
    /// Read the config file again.
    Reload,
    /// Speak another language from now on.
    Speak(Language),
    /// End: leave with a reason, wait for echoes up to five seconds; asks where it would close the room
    /// on others.
    Quit(Option<String>),
    /// Ask whether to leave, as a key asks: by the one question that fits.
    AskQuit(Key),
    /// Keep something for the next run.
    Keep(Kept),
    /// End, though others are in the room that is hosted here.
    Close(Option<String>),
    /// End this client, and let the room that is hosted here go on.
    KeepHosting,
    /// Give the terminal back to the shell for a while.
    Pause,
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
    /// Open a draft in the reader's editor.
    Edit(String),
    /// Use the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Show a text without a screen, to be copied by hand, until a key is pressed.
    Bare(String),
    /// Draw everything anew.
    Redraw,
    /// Ring the bell.
    Bell,
}
