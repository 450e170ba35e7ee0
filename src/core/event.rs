//! What became true, or was refused, and who must hear it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::command::{Kind, ModeChange, Role};
use super::id::{Millis, Name, RoomId, Seq, SessionId, UserId};

/// An event and who must hear it, taken after the change.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Who must hear it.
    pub to: Audience,
    /// What they must hear.
    pub event: Arc<Event>,
}

/// Who must hear an event; each session once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One session.
    Session(SessionId),
    /// Every session of one user.
    User(UserId),
    /// Every session of two users: a direct message. Both may be the same one.
    Users(UserId, UserId),
    /// Everybody in a room.
    Room(RoomId),
    /// Everybody in a room, and somebody who has just left it or is not in it.
    RoomAnd(RoomId, UserId),
    /// Everybody in any of these rooms, and the user who was or is in them, each session once.
    Sharing(Vec<RoomId>, UserId),
    /// The operators of a room.
    Operators(RoomId),
}

/// Somebody as others see them at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// The name that they go by now.
    pub name: Name,
    /// The user name of `nick!username@host`.
    pub username: Arc<str>,
    /// The host of `nick!username@host`.
    pub host: Arc<str>,
    /// The real name.
    pub realname: Arc<str>,
    /// The first name of their account; none for a guest.
    pub account: Option<Arc<str>>,
}

/// A room as an event names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRef {
    /// Which.
    pub id: RoomId,
    /// Its name as shown.
    pub name: Arc<str>,
}

/// What became true, or a refusal.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// To the session: its key stands for this account; `claimed` when the name was free until now.
    Identified {
        /// Which user.
        user: UserId,
        /// The account's first name.
        account: Arc<str>,
        /// Whether the account was just made.
        claimed: bool,
    },
    /// To the session: it takes part now. A member's is in all of `rooms` already.
    SignedOn {
        /// As whom.
        person: Arc<Person>,
        /// The rooms that it is in.
        rooms: Vec<RoomId>,
        /// Whether it is the first session of this user that counts as a presence.
        arrived: bool,
    },
    /// A guest is gone, and out of all rooms; where membership ends with the last session, a member
    /// too.
    Quit {
        /// Who.
        person: Arc<Person>,
        /// Why.
        reason: Arc<str>,
    },
    /// The last session of a member that was a presence has ended.
    WentAway {
        /// Who.
        person: Arc<Person>,
        /// Why.
        reason: Arc<str>,
    },
    /// A member has a session that is a presence again.
    CameBack {
        /// Who.
        person: Arc<Person>,
        /// What they had said about being away, which still holds.
        away: Option<Arc<str>>,
    },
    /// Somebody said that they are away, or back.
    AwayChanged {
        /// Who.
        person: Arc<Person>,
        /// The text; none when back.
        text: Option<Arc<str>>,
    },
    /// Somebody goes by another name.
    Renamed {
        /// Who, under the former name.
        before: Arc<Person>,
        /// Who, under the new one.
        after: Arc<Person>,
    },
    /// To the user's sessions: the profile changed.
    ProfileSet {
        /// Who.
        person: Arc<Person>,
        /// All fields, after the change.
        fields: BTreeMap<Arc<str>, Arc<str>>,
    },
    /// To the session: whether its user's rooms outlast the last session now, as it has chosen.
    AlwaysOnSet {
        /// Whether they do.
        on: bool,
    },
    /// A room was made by this entry; the founder's [`Event::Joined`] follows.
    Created {
        /// Which.
        room: RoomRef,
        /// By whom.
        person: Arc<Person>,
    },
    /// Somebody is in a room from now on.
    Joined {
        /// Which.
        room: RoomRef,
        /// Who.
        person: Arc<Person>,
        /// The role that came with it.
        role: Option<Role>,
        /// Whether they are away, and what they said of it.
        away: Option<Arc<str>>,
    },
    /// Somebody left a room.
    Parted {
        /// Which.
        room: RoomRef,
        /// Who.
        person: Arc<Person>,
        /// Why.
        reason: Option<Arc<str>>,
    },
    /// Somebody was put out of a room.
    Kicked {
        /// Which.
        room: RoomRef,
        /// By whom.
        by: Arc<Person>,
        /// Who.
        person: Arc<Person>,
        /// Why.
        reason: Option<Arc<str>>,
    },
    /// To the invited user: there is an invitation.
    Invited {
        /// Where to.
        room: RoomRef,
        /// By whom.
        by: Arc<Person>,
        /// Whom.
        person: Arc<Person>,
    },
    /// To the operators of the room, the inviter's own sessions not among them: somebody was invited.
    InviteSeen {
        /// Where to.
        room: RoomRef,
        /// By whom.
        by: Arc<Person>,
        /// Whom.
        person: Arc<Person>,
    },
    /// To the session that invited: it is done.
    InviteSent {
        /// Where to.
        room: RoomRef,
        /// Whom.
        person: Arc<Person>,
        /// The text of somebody who is away.
        away: Option<Arc<str>>,
    },
    /// The topic of a room changed.
    TopicSet {
        /// Which.
        room: RoomRef,
        /// By whom.
        by: Arc<Person>,
        /// The topic; empty when removed.
        text: Arc<str>,
    },
    /// Modes of a room changed; only what really changed.
    ModesSet {
        /// Which.
        room: RoomRef,
        /// By whom; none when the server itself does.
        by: Option<Arc<Person>>,
        /// What, with the shown names of targets.
        changes: Vec<ModeChange>,
    },
    /// Something was said.
    Said(Said),
    /// To the session: what it sent again was said before, as this.
    Repeated {
        /// The first one's place.
        seq: Seq,
        /// The first one's time.
        at: Millis,
        /// What it sent again.
        said: Said,
    },
    /// To the session: what it asked was refused.
    Refused(Refusal),
}

/// Something said, with all that is needed to tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// By whom.
    pub from: Arc<Person>,
    /// By which session.
    pub session: SessionId,
    /// To whom.
    pub to: SaidTo,
    /// As what.
    pub kind: Kind,
    /// What.
    pub text: Arc<str>,
    /// The sender's own mark.
    pub nonce: Option<Arc<str>>,
    /// Client-only tags, as written on the wire.
    pub tags: Option<Arc<str>>,
    /// To the sender: the text of somebody who is away and was told so (`301`).
    pub away: Option<Arc<str>>,
}

/// To whom something was said.
#[derive(Clone, Debug, PartialEq)]
pub enum SaidTo {
    /// A room.
    Room(RoomRef),
    /// A person.
    Person(Arc<Person>),
}

/// Why something asked was refused. It has no text: the dialect finds the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The session has not signed on, or its start of the server is over.
    NotSignedOn,
    /// Somebody goes by that name now.
    NameInUse(Arc<str>),
    /// The name, or one that looks like it, belongs to somebody who has proved it.
    NameOwned(Arc<str>),
    /// The key is not that of the account.
    KeyUnknown(Arc<str>),
    /// Names cannot be claimed here.
    RegistrationClosed,
    /// The account has as many names as it may.
    TooManyNames(u32),
    /// There are as many accounts as there may be.
    TooManyAccounts,
    /// The user has as many sessions as they may.
    TooManySessions(u32),
    /// There is no such room.
    NoSuchRoom(Arc<str>),
    /// There is nobody of that name, or a guest who has gone.
    NoSuchPerson(Arc<str>),
    /// A room of that name, or of one that looks like it, exists.
    RoomExists(Arc<str>),
    /// The room is by invitation, and one is needed.
    InviteOnly(Arc<str>),
    /// Banned from the room.
    Banned(Arc<str>),
    /// The room is full.
    RoomFull(Arc<str>),
    /// The user is in as many rooms as they may.
    TooManyRooms(Arc<str>),
    /// There are as many rooms as there may be.
    NoMoreRooms(Arc<str>),
    /// One must be in the room for that.
    NotInRoom(Arc<str>),
    /// The other one is not in the room.
    TargetNotInRoom {
        /// Who.
        target: Arc<str>,
        /// Where.
        room: Arc<str>,
    },
    /// The other one is in the room already.
    AlreadyInRoom {
        /// Who.
        target: Arc<str>,
        /// Where.
        room: Arc<str>,
    },
    /// Only an operator of the room may do that.
    NotOperator(Arc<str>),
    /// One may not talk to the room.
    CannotSpeak(Arc<str>),
    /// The lobby cannot be locked or closed.
    LobbyOpen(Arc<str>),
    /// The room has as many bans or waiting invitations as it may.
    ListFull(Arc<str>),
    /// Only who has an account may do that.
    NoAccount,
    /// Nobody's rooms outlast their last session here.
    NeverAlwaysOn,
    /// The profile has as many fields as it may.
    ProfileFull(u32),
}
