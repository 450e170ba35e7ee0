//! The whole of the chat at one place of the log, and the table of what commands do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::command::{Command, Entry, Settings};
use super::event::{Audience, Event, Notice, Refusal, RoomRef};
use super::id::{KeyId, Millis, RoomId, Seq, SessionId, UserId};
use super::nonce::Nonces;
use super::people::User;
use super::room::Room;

/// The whole of the chat at one place of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(super) seq: Seq,
    pub(super) settings: Option<Settings>,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) rooms: BTreeMap<RoomId, Room>,
    pub(super) nonces: Nonces,
    // What follows is found from the tables above, for speed.
    pub(super) names: BTreeMap<Arc<str>, UserId>,
    pub(super) skeletons: BTreeMap<Arc<str>, UserId>,
    pub(super) keys: BTreeMap<KeyId, UserId>,
    pub(super) sessions: BTreeMap<SessionId, UserId>,
    pub(super) room_names: BTreeMap<Arc<str>, RoomId>,
    /// By their ids too: the lobby is made whatever it looks like.
    pub(super) room_skeletons: BTreeSet<(Arc<str>, RoomId)>,
}

/// What an entry is applied with: its place, its time, who asked, and what is to be told.
pub(super) struct Turn {
    pub(super) seq: Seq,
    pub(super) at: Millis,
    pub(super) session: SessionId,
    pub(super) notices: Vec<Notice>,
}

impl Turn {
    pub(super) fn tell(&mut self, to: Audience, event: Event) {
        self.notices.push(Notice {
            to,
            event: Arc::new(event),
        });
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.tell(Audience::Session(self.session), Event::Refused(refusal));
    }
}

impl State {
    /// An empty chat. Nothing works in it before [`Command::ServerStarted`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies an entry and gives what must be told. An entry that was applied gives nothing.
    pub fn apply(&mut self, entry: &Entry) -> Vec<Notice> {
        if entry.seq <= self.seq {
            return Vec::new();
        }
        self.seq = entry.seq;
        let session = entry.session.unwrap_or_default();
        let mut turn = Turn {
            seq: entry.seq,
            at: entry.at,
            session,
            notices: Vec::new(),
        };
        if let Err(refusal) = self.obey(&mut turn, &entry.command) {
            turn.refuse(refusal);
        }
        turn.notices
    }

    fn obey(&mut self, turn: &mut Turn, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::ServerStarted { settings } => self.server_started(turn, settings),
            Command::Identify { name, key } => self.identify(turn, name, key),
            Command::SignOn {
                name,
                account,
                visitor,
            } => self.sign_on(turn, name, *account, visitor),
            Command::SignOff { reason } => self.sign_off(turn, reason),
            Command::Rename { name } => self.rename(turn, name),
            Command::SetAway { text } => self.set_away(turn, text.as_ref()),
            Command::SetPresence { present } => self.set_presence(turn, *present),
            Command::SetProfile { fields } => self.set_profile(turn, fields),
            Command::SetAlwaysOn { on } => self.set_always_on(turn, *on),
            Command::Create { room, private } => self.create(turn, room, *private),
            Command::Join { room } => self.join(turn, room),
            Command::Part { room, reason } => self.part(turn, room, reason.as_ref()),
            Command::Kick {
                room,
                target,
                reason,
            } => self.kick(turn, room, target, reason.as_ref()),
            Command::Invite { room, target } => self.invite(turn, room, target),
            Command::SetTopic { room, text } => self.set_topic(turn, room, text),
            Command::SetModes { room, changes } => self.set_modes(turn, room, changes),
            Command::Say(say) => self.say(turn, say),
        }
    }

    /// The place of the last entry that was applied.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// What holds since the last start of the server.
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// A user by id: a member, or a guest who is here.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// A user by any of their folded names.
    pub fn user_named(&self, folded: &str) -> Option<&User> {
        self.users.get(self.names.get(folded)?)
    }

    /// The user that a session has signed on as.
    pub fn session_user(&self, session: SessionId) -> Option<&User> {
        self.users.get(self.sessions.get(&session)?)
    }

    /// A room by id.
    pub fn room(&self, id: RoomId) -> Option<&Room> {
        self.rooms.get(&id)
    }

    /// A room by its folded name.
    pub fn room_named(&self, folded: &str) -> Option<&Room> {
        self.rooms.get(self.room_names.get(folded)?)
    }

    /// All rooms, by folded name.
    pub fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.room_names.values().filter_map(|id| self.rooms.get(id))
    }

    /// All users, members who are not here among them.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// Whether somebody may know of a room: a secret one is known to who is in it.
    pub fn may_see(&self, viewer: UserId, room: &Room) -> bool {
        !room.is_secret() || room.members.contains_key(&viewer)
    }

    /// THE membership check of every read path: from which place on somebody may read a room, or
    /// `None`. An open room is read from its beginning, one by invitation from when they last
    /// came in.
    pub fn readable_from(&self, viewer: UserId, room: RoomId) -> Option<Seq> {
        let room = self.rooms.get(&room)?;
        let member = room.members.get(&viewer)?;
        Some(if room.is_by_invitation() {
            member.joined
        } else {
            member.joined.min(room.open_from)
        })
    }

    /// Who asks; only who has signed on may ask for anything.
    pub(super) fn asker(&self, turn: &Turn) -> Result<UserId, Refusal> {
        self.sessions
            .get(&turn.session)
            .copied()
            .ok_or(Refusal::NotSignedOn)
    }

    pub(super) fn limits(&self) -> Result<&Settings, Refusal> {
        self.settings.as_ref().ok_or(Refusal::NotSignedOn)
    }

    pub(super) fn is_lobby(&self, room: &Room) -> bool {
        self.settings
            .as_ref()
            .is_some_and(|settings| settings.lobby.folded == room.name.folded)
    }

    pub(super) fn named_user(&self, folded: &str) -> Result<&User, Refusal> {
        self.user_named(folded)
            .ok_or_else(|| Refusal::NoSuchPerson(folded.into()))
    }

    /// A room that the asker may know of; others do not exist for them.
    pub(super) fn visible_room(&self, viewer: UserId, folded: &str) -> Result<&Room, Refusal> {
        self.room_named(folded)
            .filter(|room| self.may_see(viewer, room))
            .ok_or_else(|| Refusal::NoSuchRoom(folded.into()))
    }

    /// A room that the asker is in.
    pub(super) fn own_room(&self, asker: UserId, folded: &str) -> Result<&Room, Refusal> {
        let room = self.visible_room(asker, folded)?;
        if room.members.contains_key(&asker) {
            Ok(room)
        } else {
            Err(Refusal::NotInRoom(room.name.shown.clone()))
        }
    }

    /// A room that the asker manages.
    pub(super) fn managed_room(&self, asker: UserId, folded: &str) -> Result<&Room, Refusal> {
        let room = self.own_room(asker, folded)?;
        if room.is_operator(asker) {
            Ok(room)
        } else {
            Err(Refusal::NotOperator(room.name.shown.clone()))
        }
    }
}

impl Room {
    /// The room as an event names it.
    pub fn reference(&self) -> RoomRef {
        RoomRef {
            id: self.id,
            name: self.name.shown.clone(),
        }
    }
}
