//! One message.

use std::sync::Arc;

use crate::core::{Kind, Millis, RoomId, Seq, UserId};

/// A conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A room.
    Room(RoomId),
    /// Two people, the lower id first.
    Direct(UserId, UserId),
}

impl Place {
    /// The conversation of two people.
    pub fn direct(a: UserId, b: UserId) -> Self {
        Self::Direct(a.min(b), a.max(b))
    }

    /// The key of its rows. A user's id is never 0, so the two kinds cannot meet.
    pub(super) fn key(self) -> (i64, i64) {
        match self {
            Self::Room(room) => (room.0.cast_signed(), 0),
            Self::Direct(a, b) => (a.0.cast_signed(), b.0.cast_signed()),
        }
    }

    pub(super) fn of_key(a: i64, b: i64) -> Self {
        match b {
            0 => Self::Room(RoomId(a.cast_unsigned())),
            b => Self::Direct(UserId(a.cast_unsigned()), UserId(b.cast_unsigned())),
        }
    }
}

/// One message as it was told.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its place in the log, which its id is made of.
    pub seq: Seq,
    /// When.
    pub at: Millis,
    /// In which conversation.
    pub place: Place,
    /// By whom.
    pub from: UserId,
    /// Under which name.
    pub nick: Arc<str>,
    /// The user name of the sender.
    pub username: Arc<str>,
    /// The host of the sender.
    pub host: Arc<str>,
    /// The account of the sender; none for a guest.
    pub account: Option<Arc<str>>,
    /// The name of the room, or of who it was said to.
    pub to: Arc<str>,
    /// As what.
    pub kind: Kind,
    /// What.
    pub text: Arc<str>,
    /// Client-only tags, as written on the wire.
    pub tags: Option<Arc<str>>,
}

impl Row {
    /// How many bytes it takes while it waits, about.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.text.len() + self.tags.as_ref().map_or(0, |tags| tags.len())
    }
}
