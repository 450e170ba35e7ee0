//! Batches: the past in one piece, messages of several lines, answers of several lines.

use crate::irc::caps::Cap;
use crate::irc::line::Line;

use super::super::happening::{Happening, Message, Millis};
use super::super::sentence::Sentence;
use super::{ByTarget, Incoming, Session};

/// Open batches at most; a server that opens more is not followed.
const OPEN_MAX: usize = 64;
/// Messages or lines of a batch that are taken.
pub(super) const SIZE_MAX: usize = 2_000;
/// Bytes of a message of several lines that are taken.
pub(super) const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Bytes that all open batches hold together.
pub(super) const BYTES_MAX: usize = 16 * 1024 * 1024;
/// What a message or a conversation costs beside its text.
const ENTRY_BYTES: usize = 256;

/// The batches that are open, by their reference.
pub(super) type Batches = ByTarget<Batch>;

/// An open batch.
#[derive(Debug, Default)]
pub(super) struct Batch {
    kind: Kind,
    parent: Option<String>,
    label: Option<String>,
    target: String,
    /// The line that opened it, with its tags, which are those of a message of several lines.
    opening: String,
    at: Millis,
    verb: String,
    source: String,
    text: String,
    lines: usize,
    messages: Vec<Message>,
    targets: Vec<(String, Millis)>,
    /// What it holds.
    bytes: usize,
    /// Lines or messages that were not taken.
    left_out: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    History,
    Targets,
    Multiline,
    #[default]
    Other,
}

impl Session {
    /// The label that a line answers: its own, or that of a batch that it is in.
    pub(super) fn label_of(&self, line: &Line<'_>) -> Option<String> {
        if let Some(label) = line.tags.get("label") {
            return Some(label.into_owned());
        }
        let reference = line.tags.get("batch")?;
        self.label_of_batch(Some(&reference))
    }

    fn label_of_batch(&self, reference: Option<&str>) -> Option<String> {
        let mut reference = reference;
        // A batch can name itself as its parent; no nesting is this deep.
        for _ in 0..8 {
            let batch = self.batches.get(reference?)?;
            if batch.label.is_some() {
                return batch.label.clone();
            }
            reference = batch.parent.as_deref();
        }
        None
    }

    /// Keeps a message for the batch that it is in; false when it stands for itself.
    pub(super) fn is_batched(&mut self, incoming: Incoming<'_>) -> bool {
        let line = incoming.line;
        let Some(reference) = line.tags.get("batch") else {
            return false;
        };
        let Some(kind) = self.batches.get(&*reference).map(|batch| batch.kind) else {
            return false;
        };
        match kind {
            Kind::Other => false,
            Kind::Targets => true,
            Kind::History => {
                if let Some(message) = self.message_of(incoming, incoming.param(1)) {
                    self.keep(&reference, message);
                }
                true
            }
            Kind::Multiline => {
                let space = self.batch_space();
                if let Some(batch) = self.batches.get_mut(&*reference) {
                    batch.add_line(line, incoming.param(1), space);
                }
                true
            }
        }
    }

    /// Bytes that the open batches may still take.
    fn batch_space(&self) -> usize {
        let held: usize = self.batches.values().map(|batch| batch.bytes).sum();
        BYTES_MAX.saturating_sub(held)
    }

    fn keep(&mut self, reference: &str, message: Message) {
        let space = self.batch_space();
        let bytes = message.text.len() + ENTRY_BYTES;
        let Some(batch) = self.batches.get_mut(reference) else {
            return;
        };
        if batch.messages.len() < SIZE_MAX && bytes <= space {
            batch.bytes += bytes;
            batch.messages.push(message);
        } else {
            batch.left_out += 1;
        }
    }

    /// Keeps a conversation of the list that was asked for.
    pub(super) fn keep_target(&mut self, line: &Line<'_>, target: &str, at: Millis) {
        let reference = line.tags.get("batch").unwrap_or_default();
        let (space, bytes) = (self.batch_space(), target.len() + ENTRY_BYTES);
        if let Some(batch) = self.batches.get_mut(&*reference)
            && batch.targets.len() < SIZE_MAX
            && bytes <= space
        {
            batch.bytes += bytes;
            batch.targets.push((target.to_owned(), at));
        }
    }

    fn open(&mut self, reference: &str, incoming: Incoming<'_>) {
        // One that is opened again has ended, whatever the server thinks: what it held is told.
        self.close(reference, incoming.at);
        if self.batches.len() >= OPEN_MAX {
            return;
        }
        let line = incoming.line;
        let kind = match incoming.param(1) {
            "chathistory" => Kind::History,
            "draft/chathistory-targets" => Kind::Targets,
            "draft/multiline" => Kind::Multiline,
            _ => Kind::Other,
        };
        let batch = Batch {
            kind,
            parent: line.tags.get("batch").map(|parent| parent.into_owned()),
            label: line.tags.get("label").map(|label| label.into_owned()),
            target: incoming.param(2).to_owned(),
            opening: line.tags.raw().to_owned(),
            at: incoming.at,
            source: line.source.unwrap_or_default().to_owned(),
            ..Batch::default()
        };
        self.batches.insert(reference.to_owned(), batch);
    }

    fn close(&mut self, reference: &str, now: Millis) {
        let label = self.label_of_batch(Some(reference));
        let Some(batch) = self.batches.remove(reference) else {
            return;
        };
        match batch.kind {
            Kind::History => {
                let left_out = Sentence::text("note-past-cut").with("count", batch.left_out);
                self.past(&batch.target, batch.messages, label.as_deref());
                if batch.left_out > 0 {
                    self.told_in(&batch.target, left_out, false);
                }
            }
            Kind::Targets => self.targets(batch.targets),
            Kind::Multiline => self.multiline(batch, label.as_deref(), now),
            Kind::Other => {}
        }
    }

    /// Tells a message of several lines as one.
    fn multiline(&mut self, batch: Batch, label: Option<&str>, now: Millis) {
        let verb = match batch.verb.as_str() {
            "" => "PRIVMSG",
            verb => verb,
        };
        let mut text = format!("{verb} {} :", batch.target);
        if !batch.source.is_empty() {
            text = format!(":{} {text}", batch.source);
        }
        if !batch.opening.is_empty() {
            text = format!("@{} {text}", batch.opening);
        }
        let Ok(line) = Line::parse(&text) else {
            return;
        };
        let at = if self.has(Cap::ServerTime) {
            batch.at
        } else {
            now
        };
        let incoming = Incoming { line: &line, at };
        let cut = (batch.left_out > 0).then(|| self.cut(&line, &batch));
        let parent = batch.parent.as_deref();
        let is_past = parent.and_then(|parent| self.batches.get(parent));
        if is_past.is_some_and(|parent| parent.kind == Kind::History) {
            if let Some(message) = self.message_of(incoming, &batch.text) {
                self.keep(parent.unwrap_or_default(), message);
            }
        } else {
            self.said(incoming, &batch.text, label);
        }
        cut.into_iter().for_each(|cut| self.tell(cut));
    }

    /// That a message came with more than is taken of one.
    fn cut(&self, line: &Line<'_>, batch: &Batch) -> Happening {
        let text = Sentence::text("note-message-cut")
            .with("who", line.mask().map_or("", |mask| mask.nick))
            .with("count", batch.left_out)
            .with("lines", SIZE_MAX)
            .with("bytes", MESSAGE_BYTES_MAX);
        Happening::Told {
            buffer: self.buffer_of(line, &batch.target),
            text,
            is_failure: false,
        }
    }
}

impl Batch {
    /// What it holds.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn add_line(&mut self, line: &Line<'_>, text: &str, space: usize) {
        let is_over = self.text.len() + text.len() + 1 > MESSAGE_BYTES_MAX;
        // What follows a line that is missing would read as if it belonged to the one before.
        if self.left_out > 0 || self.lines >= SIZE_MAX || is_over || text.len() >= space {
            self.left_out += 1;
            return;
        }
        self.bytes += text.len() + 1;
        if self.lines > 0 && line.tags.get("draft/multiline-concat").is_none() {
            self.text.push('\n');
        }
        self.lines += 1;
        self.text.push_str(text);
        line.command.clone_into(&mut self.verb);
        if self.source.is_empty() {
            line.source.unwrap_or_default().clone_into(&mut self.source);
        }
    }
}

pub(super) fn batch(session: &mut Session, incoming: Incoming<'_>) {
    let reference = incoming.param(0);
    if let Some(reference) = reference.strip_prefix('+') {
        session.open(reference, incoming);
    } else if let Some(reference) = reference.strip_prefix('-') {
        session.close(reference, incoming.at);
    }
}
