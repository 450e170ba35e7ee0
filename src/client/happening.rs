//! What a session tells the model: what became true on the server, in the words of the domain.

use super::kept::Kept;
use super::sentence::Sentence;

/// Milliseconds since 1970-01-01T00:00:00Z, as the server says or, where it says nothing, as the
/// line came in.
pub type Millis = i64;

/// Somebody who did something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The name they go by.
    pub nick: String,
    /// Their account; none for a guest, or where the server does not say.
    pub account: Option<String>,
    /// Whether it is oneself, in this or another window.
    pub is_self: bool,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id on the server; none where the server gives none.
    pub id: Option<String>,
    /// When it was said.
    pub at: Millis,
    /// By whom.
    pub from: Who,
    /// As what.
    pub kind: MessageKind,
    /// What; it may hold line feeds. As it came: the view makes it harmless.
    pub text: String,
    /// The mark of one's own line that this is the echo of.
    pub nonce: Option<String>,
}

/// As what something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// An ordinary message.
    Message,
    /// A notice.
    Notice,
    /// `/me`.
    Action,
}

/// Which conversation: the name of a room, of a person, or the server's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BufferName {
    /// What the server says to oneself alone.
    Server,
    /// A room, `#` and all.
    Room(String),
    /// A person.
    Person(String),
}

/// How long a message may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a line on the wire.
    pub line: usize,
    /// Bytes and lines of a message of several lines; none where there are none.
    pub whole: Option<(usize, usize)>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 512,
            whole: None,
        }
    }
}

/// What became true. Rooms and members are kept by the session (`session.rooms()`), in one place;
/// a happening is what is shown in a buffer, or changes what is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Dialling, the TLS handshake or the registration is under way.
    Connecting,
    /// The connection is up and the registration done; rooms follow.
    Online {
        /// The name one goes by.
        nick: String,
        /// One's account; none for a guest.
        account: Option<String>,
        /// The room that everybody is in, where the server has one.
        lobby: Option<String>,
        /// The server's or network's name.
        network: String,
    },
    /// How long a message may be on this server.
    Limits(Limits),
    /// The connection is lost.
    Offline {
        /// Why.
        why: Sentence,
        /// When it is tried again.
        again_in_seconds: Option<u64>,
    },
    /// The server refused the name; a further try needs another one.
    NameRefused {
        /// Which.
        name: String,
        /// Why.
        why: Sentence,
        /// One that may be free.
        suggestion: Option<String>,
    },
    /// Oneself is in a room now.
    RoomOpened(String),
    /// Oneself is out of a room now.
    RoomClosed {
        /// Which.
        room: String,
        /// Why; none when one asked for it.
        why: Option<Sentence>,
    },
    /// Something was said, now.
    Said {
        /// Where.
        buffer: BufferName,
        /// What.
        message: Message,
    },
    /// A line of one's own was refused, or was not stored.
    NotSent {
        /// Its mark.
        nonce: String,
        /// Why.
        why: Sentence,
    },
    /// A stretch of the past, oldest first, as asked for.
    Past {
        /// Where.
        buffer: BufferName,
        /// Which stretch.
        which: Stretch,
        /// What was said.
        messages: Vec<Message>,
        /// Whether there is no more in that direction.
        is_end: bool,
    },
    /// What was kept from another run; told before what it is about.
    Kept(Vec<Kept>),
    /// Whom one ignored before this run.
    Ignoring(Vec<String>),
    /// People with whom one has direct talk, and when it was last.
    DirectTalk(Vec<(String, Millis)>),
    /// Somebody came, went, was renamed or made away: a line in these buffers.
    Presence {
        /// Where it is to be shown.
        buffers: Vec<BufferName>,
        /// When.
        at: Millis,
        /// Who.
        who: Who,
        /// What.
        what: Presence,
    },
    /// The topic of a room is known or has changed; `by` when somebody changed it just now.
    Topic {
        /// Which room.
        room: String,
        /// When.
        at: Millis,
        /// Who changed it.
        by: Option<Who>,
        /// The topic; empty when there is none.
        text: String,
    },
    /// Modes of a room changed, for people: `+o alice`.
    Modes {
        /// Which room.
        room: String,
        /// When.
        at: Millis,
        /// Who changed them.
        by: Who,
        /// The changes.
        changes: String,
    },
    /// Oneself was invited.
    Invited {
        /// Where to.
        room: String,
        /// By whom.
        by: Who,
        /// When.
        at: Millis,
    },
    /// Whether a room is there, as was asked.
    Looked {
        /// Which.
        room: String,
        /// Whether it is in the list of rooms.
        is_there: bool,
    },
    /// The list of rooms that was asked for: name, members, topic.
    RoomList(Vec<(String, usize, String)>),
    /// What the server tells of somebody who was asked about: rows of name and value.
    Whois {
        /// Who.
        nick: String,
        /// What.
        rows: Vec<(WhoisField, String)>,
    },
    /// Oneself goes by another name now.
    Renamed(String),
    /// Oneself is away, or back.
    Away(Option<String>),
    /// A line of the server for oneself, in a buffer: answers, refusals, the message of the day.
    Told {
        /// Where it belongs.
        buffer: BufferName,
        /// What.
        text: Sentence,
        /// Whether something failed.
        is_failure: bool,
    },
}

/// Which stretch of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// The newest, on opening.
    Newest,
    /// Before the oldest that is known.
    Older,
    /// The same, as much at once as the server gives: on the way to a place far back.
    Further,
    /// What was missed while offline: after the newest that is known.
    Missed,
    /// The newest, as far as it came after this time: what is unread since another run.
    Since(Millis),
}

/// How somebody's presence changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Came into the room.
    Joined,
    /// Left the room, with a reason.
    Left(Option<String>),
    /// Was put out by somebody, with a reason.
    Kicked {
        /// By whom.
        by: Who,
        /// Why.
        why: Option<String>,
    },
    /// Left the chat, with a reason; a member is still in their rooms, and may come back.
    Quit(Option<String>),
    /// A member who had left is here again.
    CameBack,
    /// Goes by this name now.
    Renamed(String),
    /// Said that they are away, with a text, or back.
    Away(Option<String>),
}

/// A row of what is known of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhoisField {
    /// The real name.
    RealName,
    /// The mask.
    Mask,
    /// The account.
    Account,
    /// The rooms shared.
    Rooms,
    /// Idle seconds.
    Idle,
    /// What is said of being away.
    Away,
    /// The server they are at.
    Server,
    /// That they come over TLS.
    Secure,
    /// That they have no account.
    Guest,
    /// Anything else, as the server said it.
    Other,
}
