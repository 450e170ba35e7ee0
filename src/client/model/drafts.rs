//! Drafts: what is being written in each conversation, kept for the next run.

use std::borrow::Cow;

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
        *self.draft() != self.kept_draft && self.name != BufferName::Server
    }

    /// What is to be kept: with what waits, where something does.
    fn draft(&self) -> Cow<'_, str> {
        match (self.waiting_draft.as_deref(), self.editor.text()) {
            (None, text) => text.into(),
            (Some(waiting), "") => waiting.into(),
            (Some(waiting), text) => format!("{waiting}\n{text}").into(),
        }
    }

    /// Takes a draft from another run. Where something has been written since, it waits until that is
    /// sent; whether it does.
    pub(super) fn take_draft(&mut self, text: String) -> bool {
        let is_waiting = !self.editor.is_empty() && self.editor.text() != text;
        match is_waiting {
            true => self.waiting_draft = Some(text.clone()),
            false => self.editor.set(&text),
        }
        self.kept_draft = text;
        is_waiting
    }

    /// Puts what waits into the empty input.
    fn take_waiting_draft(&mut self) {
        if self.editor.is_empty()
            && let Some(text) = self.waiting_draft.take()
        {
            self.editor.set(&text);
        }
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
        self.buffers.iter_mut().for_each(Buffer::take_waiting_draft);
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
            buffer.kept_draft = buffer.draft().into_owned();
            let (buffer, text) = (buffer.name.clone(), buffer.kept_draft.clone());
            Kept::Draft { buffer, text }
        });
        kept.collect()
    }
}
