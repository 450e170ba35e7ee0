//! Invitations: each is a row among the rooms until it is taken or turned down.

use super::Model;
use super::buffer::{Buffer, LineKind};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Millis};
use crate::client::kept::Kept;
use crate::client::rooms::Rooms;

/// What was said longer ago rings no bell: it waited for one on the server.
const NOW_MS: Millis = 60_000;
/// Invitations that may wait at a time; further ones stand with the server.
pub(in crate::client) const WAITING_MAX: usize = 200;

/// An invitation that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Millis,
}

impl Buffer {
    /// Whether Enter comes in: one is not in the room, and was invited to it or put out of it.
    pub fn awaits_coming_in(&self) -> bool {
        (self.invitation.is_some() || self.is_out) && !self.is_joined
    }
}

impl Model {
    /// Takes an invitation that came in.
    pub(super) fn invited(&mut self, room: &str, by: &str, at: Millis, rooms: &Rooms) {
        let Some((place, number)) = self.add_invitation(room, by, at, rooms) else {
            return;
        };
        if let Some(buffer) = self.buffers.get_mut(place) {
            buffer.count_unread(number, 1, 1);
            buffer.has_news = true;
        }
        if self.now - at < NOW_MS {
            self.ring(place, true);
        }
        let (room, by) = (room.to_owned(), by.to_owned());
        self.keep(Kept::Invited { room, by, at });
    }

    /// Takes an invitation that waited in another run already.
    pub(super) fn invited_before(&mut self, room: &str, by: &str, at: Millis, rooms: &Rooms) {
        self.add_invitation(room, by, at, rooms);
    }

    /// Gives it a row, and says there what it is; nothing for one that is known, or of a room that
    /// one is in.
    fn add_invitation(
        &mut self,
        room: &str,
        by: &str,
        at: Millis,
        rooms: &Rooms,
    ) -> Option<(usize, i64)> {
        let name = BufferName::Room(room.to_owned());
        let is_known = |at: usize| {
            self.buffers
                .get(at)
                .is_some_and(|one| one.invitation.is_some())
        };
        if self.find(&name, rooms).is_some_and(is_known) {
            return None;
        }
        let values = [("who", by), ("room", room)];
        let text = self.texts.with("ui-invited", &values);
        let waiting = self.buffers.iter().filter(|one| one.invitation.is_some());
        let place = match waiting.count() < WAITING_MAX {
            true => self.admit(&name, rooms),
            false => None,
        };
        let Some(place) = place else {
            let server = self.ensure(&BufferName::Server, rooms);
            let text = self.texts.with("ui-invited-too", &values);
            self.note(server, LineKind::Note, at, &text);
            return None;
        };
        let buffer = self.buffers.get_mut(place)?;
        if buffer.is_joined {
            return None;
        }
        let by = by.to_owned();
        buffer.invitation = Some(Invitation { by, at });
        self.note(place, LineKind::Note, at, &text);
        let number = self.buffers.get(place)?.end() - 1;
        Some((place, number))
    }

    /// Comes into the open room, where one is invited to it or was put out of it.
    pub(super) fn come_in(&mut self) {
        let buffer = self.buffer();
        let BufferName::Room(room) = &buffer.name else {
            return;
        };
        if buffer.awaits_coming_in() {
            let room = room.clone();
            match self.is_online() {
                true => self.enter_room(room),
                false => {
                    let text = self.text("ui-needs-connection");
                    self.note_here(LineKind::Failure, &text);
                }
            }
        }
    }

    /// An invitation has been answered, by coming in or by turning it down.
    pub(super) fn answer_invitation(&mut self, at: usize) {
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        if buffer.invitation.take().is_some()
            && let BufferName::Room(room) = &buffer.name
        {
            let room = room.clone();
            if buffer.newest_at().is_none() {
                // What was said of the invitation alone is of no more use.
                buffer.clear();
            }
            self.keep(Kept::Answered { room });
        }
    }

    /// Comes into a room, and shows it then.
    pub(super) fn enter_room(&mut self, room: String) {
        self.want(&room);
        self.actions.push(Action::Join(room));
    }
}
