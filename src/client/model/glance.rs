//! What a key or a message changed, so that only that is drawn.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::buffer::{ECHO_PATIENCE_MS, Standing};
use super::{Connection, Model};
use crate::client::kept::Level;

/// Stands for what the screen shows besides the text that is being written. What is equal before a key
/// and after it was not changed by the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Which part of the conversation is in view.
    pub place: u64,
    /// What the rows below tell of the draft.
    pub draft: u64,
    /// All else.
    pub rest: u64,
}

impl Model {
    /// What the screen shows at this moment. None where nothing can be said: something lies over the
    /// screen, or candidates are shown for a word.
    pub fn glance(&self) -> Option<Glance> {
        // Whoever adds a field decides here whether a key may change what the screen shows of it.
        let Self {
            texts: _,
            settings: _,
            now,
            nick,
            lobby,
            network,
            connection,
            away,
            is_leaving,
            refused_early: _,
            is_hosting,
            address,
            buffers,
            open,
            last_open: _,
            folding: _,
            has_told_of_many: _,
            reader: _,
            looking: _,
            limits: _,
            draft_due: _,
            editing: _,
            keys: _,
            kills: _,
            entered: _,
            jumped_to,
            ignored: _,
            wanted: _,
            knows_people: _,
            size,
            hides_sidebar,
            hides_members,
            overlay,
            completion,
            nonces,
            pointing: _,
            widths,
            origins: _,
            actions: _,
        } = self;
        if overlay.is_some() || completion.is_some() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (nick, lobby, network, away).hash(&mut hasher);
        (is_leaving, is_hosting, address).hash(&mut hasher);
        self.said_of_mouse().hash(&mut hasher);
        (open, jumped_to, size, hides_sidebar, hides_members, nonces).hash(&mut hasher);
        widths.hash(&mut hasher);
        match connection {
            Connection::Connecting => 0.hash(&mut hasher),
            Connection::Online => 1.hash(&mut hasher),
            Connection::Offline {
                why,
                again_in_seconds,
            } => (why, again_in_seconds).hash(&mut hasher),
        }
        buffers.len().hash(&mut hasher);
        for buffer in buffers {
            let notify = (buffer.notify.is_muted, buffer.notify.level.map(Level::name));
            let is_invited = buffer.invitation.is_some();
            (
                buffer.unread,
                buffer.mentions,
                buffer.is_joined,
                notify,
                is_invited,
                buffer.is_out,
            )
                .hash(&mut hasher);
        }
        let buffer = self.buffer();
        for own in &buffer.outgoing {
            let is_late = own.at + ECHO_PATIENCE_MS <= *now;
            let is_failed = matches!(own.standing, Standing::Failed(_));
            (is_late, is_failed, own.standing == Standing::Unsent).hash(&mut hasher);
        }
        self.talk_mark().hash(&mut hasher);
        let anchor = buffer.anchor.map(|at| (at.number, at.row_from_end));
        let unread = buffer
            .unread_line
            .map(|line| (line.number, line.count, line.is_partial));
        let mut place = DefaultHasher::new();
        (anchor, unread, buffer.below).hash(&mut place);
        let mut draft = DefaultHasher::new();
        (buffer.editor.is_empty(), self.draft_fit()).hash(&mut draft);
        Some(Glance {
            place: place.finish(),
            draft: draft.finish(),
            rest: hasher.finish(),
        })
    }

    /// Stands for the lines of the open conversation: equal before a message and after it where the
    /// message came into another.
    pub fn talk_mark(&self) -> (usize, i64, i64, usize) {
        let buffer = self.buffer();
        let (first, end) = (buffer.first(), buffer.end());
        (self.open, first, end, buffer.outgoing.len())
    }
}
