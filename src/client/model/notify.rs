//! What makes itself heard: the bell, the count in the terminal's title, muted conversations.

use super::buffer::{Buffer, LineKind};
use super::{Model, clean};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::kept::{Kept, Level, Notify};

impl Buffer {
    /// What rings the bell here.
    fn level(&self) -> Level {
        self.notify.level.unwrap_or(Level::Mentions)
    }

    /// Whether what is said here counts as a call when somebody says it to oneself.
    pub(super) fn may_call(&self) -> bool {
        !(self.notify.is_muted && matches!(self.name, BufferName::Person(_)))
    }
}

impl Model {
    /// Rings for something that was said now, unless one is looking at that conversation.
    pub(super) fn ring(&mut self, at: usize, is_call: bool) {
        let is_watched = at == self.open && self.has_focus();
        let Some(buffer) = self.buffers.get(at).filter(|_| !is_watched) else {
            return;
        };
        let is_heard = match buffer.level() {
            Level::All => true,
            Level::Mentions => is_call,
            Level::None => false,
        };
        if is_heard && !buffer.notify.is_muted {
            self.actions.push(Action::Bell);
        }
    }

    /// What the terminal is called: how often one was called, and where one is.
    pub fn title(&self) -> String {
        let calls: usize = self.buffers.iter().map(|buffer| buffer.mentions).sum();
        let here = match &self.buffer().name {
            BufferName::Room(name) | BufferName::Person(name) => clean(name).replace('\n', " "),
            BufferName::Server => clean(&self.network).replace('\n', " "),
        };
        match calls {
            0 => format!("chatroom {here}"),
            calls => format!("chatroom ({calls}) {here}"),
        }
        .trim_end()
        .to_owned()
    }

    /// Mutes the open conversation, or lets it be heard again.
    pub(super) fn toggle_muted(&mut self) {
        let is_muted = !self.buffer().notify.is_muted;
        self.set_notify(
            self.open,
            Notify {
                is_muted,
                ..self.buffer().notify
            },
        );
    }

    /// Changes how a conversation makes itself heard, says so there and keeps it.
    pub(super) fn set_notify(&mut self, at: usize, notify: Notify) {
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        if buffer.name == BufferName::Server {
            return;
        }
        buffer.notify = notify;
        let key = match (notify.is_muted, buffer.level()) {
            (true, _) => "ui-is-muted",
            (false, Level::All) => "ui-notify-all",
            (false, Level::Mentions) => "ui-notify-mentions",
            (false, Level::None) => "ui-notify-none",
        };
        let buffer = buffer.name.clone();
        self.keep(Kept::Notify { buffer, notify });
        let text = self.text(key);
        if at == self.open {
            self.answer(LineKind::Note, &text);
        } else {
            self.note(at, LineKind::Note, self.now, &text);
        }
    }
}
