//! Drafts: what is being written in each conversation, kept for the next run.

use super::Model;
use super::buffer::Buffer;
use crate::client::action::Action;
use crate::client::happening::{BufferName, Millis};
use crate::client::kept::Kept;

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
