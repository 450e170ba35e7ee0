//! What somebody asks, and the entry that gives it a place.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{KeyId, Millis, Name, Seq, SessionId, UserId};

/// The number of the rules that entries are made under now.
///
/// A change of what an old entry would mean gets a new number, and [`super::State::apply`] keeps
/// both meanings.
pub const RULES: u16 = 1;

/// A command with its place in the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place.
    pub seq: Seq,
    /// When it was given that place.
    pub at: Millis,
    /// The rules that it was made under.
    pub rules: u16,
    /// The session that asked; none for what the server itself does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// What was asked.
    pub command: Command,
}

/// What somebody asks of the chat. Rooms and people are given by their folded names and looked up
/// when the entry is applied, since a room may be made by the entry just before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A server begins to use this log: sessions of earlier starts are over.
    ServerStarted {
        /// What holds until the next start.
        settings: Settings,
    },
    /// A session proves a key and asks for the account of a name; a free name is claimed.
    Identify {
        /// The name asked for.
        name: Name,
        /// The key that the session has proved to hold.
        key: KeyId,
    },
    /// A session that has said who it is takes part from now on.
    SignOn {
        /// The name asked for.
        name: Name,
        /// The account that this session was identified for.
        account: Option<UserId>,
        /// What else it told of itself.
        visitor: Visitor,
    },
    /// A session has ended.
    SignOff {
        /// What the others are told.
        reason: Arc<str>,
    },
    /// Take another name; a member keeps the former ones too.
    Rename {
        /// The name asked for.
        name: Name,
    },
    /// Say that one is away, with a text, or back.
    SetAway {
        /// The text; none when back.
        text: Option<Arc<str>>,
    },
    /// Count as present, or as a session that is no presence (`draft/pre-away`, `AWAY *`).
    SetPresence {
        /// Whether this session is one.
        present: bool,
    },
    /// Change fields of one's profile; an empty value removes a field.
    SetProfile {
        /// Field and value.
        fields: BTreeMap<Arc<str>, Arc<str>>,
    },
    /// Choose whether one's rooms outlast one's last session.
    SetAlwaysOn {
        /// Whether they do.
        on: bool,
    },
    /// Make a room, which must not exist, and come in as its founder.
    Create {
        /// Its name.
        room: Name,
        /// Whether it is by invitation only, and secret.
        private: bool,
    },
    /// Come into a room, which is made if there is none.
    Join {
        /// Its name.
        room: Name,
    },
    /// Leave a room.
    Part {
        /// Its folded name.
        room: Arc<str>,
        /// What the others are told.
        reason: Option<Arc<str>>,
    },
    /// Put somebody out of a room.
    Kick {
        /// Its folded name.
        room: Arc<str>,
        /// Whom, folded.
        target: Arc<str>,
        /// What the others are told.
        reason: Option<Arc<str>>,
    },
    /// Invite somebody into a room.
    Invite {
        /// Its folded name.
        room: Arc<str>,
        /// Whom, folded.
        target: Arc<str>,
    },
    /// Set the topic of a room; an empty text removes it.
    SetTopic {
        /// Its folded name.
        room: Arc<str>,
        /// The topic.
        text: Arc<str>,
    },
    /// Change modes of a room, in the order given.
    SetModes {
        /// Its folded name.
        room: Arc<str>,
        /// What to change.
        changes: Vec<ModeChange>,
    },
    /// Say something to a room or to somebody.
    Say(Say),
}

/// What holds from a start of the server to the next one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The room that always exists.
    pub lobby: Name,
    /// Whether a free name can be claimed by a key.
    pub registration: bool,
    /// Whether a member's rooms outlast the last session, for who has not chosen.
    pub always_on: bool,
    /// Whether members may choose that for themselves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always_on_choice: bool,
    /// How many names one account may have.
    pub names_per_account: u32,
    /// How many accounts there may be.
    pub accounts: u32,
    /// How many rooms there may be.
    pub rooms: u32,
    /// How many rooms one user may be in.
    pub rooms_per_user: u32,
    /// How many users may be in one room.
    pub members_per_room: u32,
    /// How many bans one room may have, and how many invitations may wait in it.
    pub bans_per_room: u32,
    /// How many sessions one user may have.
    pub sessions_per_user: u32,
    /// How many fields a profile may have.
    pub profile_fields: u32,
}

/// What a session tells of itself when it signs on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visitor {
    /// The user name of `nick!username@host`.
    pub username: Arc<str>,
    /// The host of `nick!username@host`: never an address.
    pub host: Arc<str>,
    /// The real name, free text.
    pub realname: Arc<str>,
    /// Whether this session counts as somebody being there.
    pub present: bool,
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Say {
    /// To whom.
    pub to: Target,
    /// As what.
    pub kind: Kind,
    /// What; it may hold line feeds. Empty for [`Kind::Tags`].
    pub text: Arc<str>,
    /// The sender's own mark, by which a repeat is known as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Arc<str>>,
    /// Client-only tags (`+name`), as written on the wire, relayed as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Arc<str>>,
}

/// To whom something is said, by folded name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Everybody in a room.
    Room(Arc<str>),
    /// One person.
    Person(Arc<str>),
}

/// As what something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `PRIVMSG`.
    Message,
    /// `NOTICE`, which nothing answers by itself.
    Notice,
    /// `TAGMSG`, which has tags alone.
    Tags,
}

/// One change of a room's modes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeChange {
    /// `i`, `n`, `s`, `t`: switch a flag.
    Flag {
        /// Which.
        flag: Flag,
        /// On or off.
        on: bool,
    },
    /// `o`, `v`: give or take a role.
    Role {
        /// Which.
        role: Role,
        /// Give or take.
        on: bool,
        /// Whose, folded.
        target: Arc<str>,
    },
    /// `b`: ban a mask, or lift the ban.
    Ban {
        /// Ban or lift.
        on: bool,
        /// `nick!username@host` with `*` and `?`, as given.
        mask: Arc<str>,
    },
}

/// A switch of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// `i`: by invitation only.
    InviteOnly,
    /// `n`: only who is in the room may talk to it.
    NoExternal,
    /// `s`: not shown to who is not in it.
    Secret,
    /// `t`: only operators set the topic.
    OpsTopic,
}

/// What somebody may do in a room beyond talking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// `o`: manages the room.
    Operator,
    /// `v`: may always talk.
    Voice,
}
