//! Drafts: what is being written in each conversation, kept for the next run.

use super::buffer::Buffer;
use super::{Model, clean};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Millis};
use crate::client::kept::Kept;
use crate::client::rooms::Rooms;

/// How long a draft may be other than what is kept of it.
const DRAFT_MS: Millis = 3_000;

impl Buffer {
    fn is_draft_new(&self) -> bool {
        self.editor.text() != self.kept_draft && self.name != BufferName::Server
    }

    /// Takes a draft from another run; what has been written since goes before it.
    pub(super) fn take_draft(&mut self, text: String) {
        if self.editor.is_empty() {
            self.editor.set(&text);
        }
        self.kept_draft = text;
    }
}

impl Model {
    /// Has the draft of the open conversation opened in the reader's editor.
    pub(super) fn open_editor(&mut self) {
        let buffer = self.buffer();
        let text = buffer.editor.text().to_owned();
        self.editing = Some(buffer.name.clone());
        self.actions.push(Action::Edit(text));
    }

    /// Takes what the editor made of it. The line feed that editors end a file with is no part of it.
    pub(super) fn edited(&mut self, text: &str, rooms: &Rooms) {
        let Some(name) = self.editing.take() else {
            return;
        };
        let text = clean(text.strip_suffix('\n').unwrap_or(text)).into_owned();
        if let Some(at) = self.find(&name, rooms)
            && let Some(buffer) = self.buffers.get_mut(at)
        {
            buffer.editor.set(&text);
        }
        self.note_draft();
    }

    /// Takes note of what was written, so that it is kept soon; what was sent, at once.
    pub(super) fn note_draft(&mut self) {
        let changed = self.buffers.iter().filter(|buffer| buffer.is_draft_new());
        let pause = changed.map(|buffer| match buffer.editor.is_empty() {
            true => 0,
            false => DRAFT_MS,
        });
        let due = pause.min().map(|pause| self.now + pause);
        self.draft_due = due.map(|due| self.draft_due.map_or(due, |before| before.min(due)));
    }

    /// Has drafts kept when it is time.
    pub(super) fn keep_due_drafts(&mut self) {
        if self.draft_due.is_some_and(|due| due <= self.now) {
            let kept = self.take_drafts();
            self.actions.extend(kept.into_iter().map(Action::Keep));
        }
    }

    /// The drafts that are other than what is kept of them.
    pub fn take_drafts(&mut self) -> Vec<Kept> {
        self.draft_due = None;
        let changed = self
            .buffers
            .iter_mut()
            .filter(|buffer| buffer.is_draft_new());
        let kept = changed.map(|buffer| {
            buffer.editor.text().clone_into(&mut buffer.kept_draft);
            let (buffer, text) = (buffer.name.clone(), buffer.kept_draft.clone());
            Kept::Draft { buffer, text }
        });
        kept.collect()
    }
}
