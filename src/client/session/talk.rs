//! What is said, what of it is one's own, and where the known past begins and ends.

use std::collections::{BTreeSet, VecDeque};

use crate::irc::NONCE;
use crate::irc::line::Line;

use super::super::happening::{BufferName, Happening, Message, MessageKind, Millis};
use super::{ByTarget, Edges, Incoming, Place, Session};

/// One's own lines that are remembered until their echo, at most.
const WAITING_MAX: usize = 1_000;

/// Conversations of which it is kept where the known past begins and ends.
pub(super) const EDGES_MAX: usize = 3_000;

/// What is known of conversations.
#[derive(Debug, Default)]
pub(super) struct Talk {
    edges: ByTarget<Edges>,
    /// What is known of one beyond those that are kept, for a moment.
    spare: Edges,
    waiting: VecDeque<Waiting>,
    /// Marks of lines that were written on a lost connection: the server may have them.
    doubtful: BTreeSet<String>,
    held: Vec<Held>,
}

/// A line of one's own that waits for the past, in which it may be already.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) buffer: BufferName,
    pub(super) text: String,
    pub(super) is_action: bool,
    pub(super) nonce: String,
}

/// A line of one's own that has no echo yet.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// Its mark; none for a part of a line that was cut, but the first.
    pub(super) nonce: Option<String>,
    /// What is on the wire as mark and label.
    pub(super) mark: String,
    pub(super) target: String,
    pub(super) text: String,
}

impl Talk {
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len() + self.held.len()
    }

    #[cfg(test)]
    pub(super) fn known(&self) -> usize {
        self.edges.len()
    }

    pub(super) fn is_known(&self, folded: &str) -> bool {
        self.edges.contains_key(folded)
    }

    /// Keeps where the known past ends, when a connection is lost; what waits is said again.
    pub(super) fn freeze(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.doubtful
            .extend(waiting.into_iter().filter_map(|one| one.nonce));
        let held = std::mem::take(&mut self.held);
        self.doubtful.extend(held.into_iter().map(|one| one.nonce));
        for edges in self.edges.values_mut() {
            if edges.gap.is_none() {
                edges.gap.clone_from(&edges.newest);
            }
        }
    }

    pub(super) fn edges(&mut self, folded: &str) -> &mut Edges {
        if self.edges.len() >= EDGES_MAX && !self.edges.contains_key(folded) {
            self.spare = Edges::default();
            return &mut self.spare;
        }
        self.edges.entry(folded.to_owned()).or_default()
    }

    pub(super) fn wait(&mut self, waiting: Waiting) {
        if self.waiting.len() == WAITING_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back(waiting);
    }

    /// Takes out what waits under a mark.
    pub(super) fn take(&mut self, mark: &str) -> Option<Waiting> {
        self.take_if(|waiting| waiting.mark == mark)
    }

    /// Takes out the first that waits and fits.
    pub(super) fn take_if(&mut self, fits: impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        let at = self.waiting.iter().position(fits)?;
        self.waiting.remove(at)
    }

    /// Widens what is known of a conversation by a message.
    pub(super) fn note(&mut self, folded: &str, message: &Message) {
        if !self.edges.contains_key(folded) {
            self.edges(folded);
        }
        let Some(edges) = self.edges.get_mut(folded) else {
            return;
        };
        let (id, at) = (&message.id, message.at);
        if edges.oldest.as_ref().is_none_or(|oldest| at < oldest.at) {
            edges.oldest = Some(Place { id: id.clone(), at });
        }
        match &mut edges.newest {
            Some(newest) if at < newest.at => {}
            Some(newest) => {
                newest.id.clone_from(id);
                newest.at = at;
            }
            None => edges.newest = Some(Place { id: id.clone(), at }),
        }
    }
}

impl Session {
    /// Keeps a line back until what was missed has come, when the server may have it already.
    pub(super) fn hold(&mut self, held: Held) -> Option<Held> {
        let is_asked = self.asks.is_missing(&held.buffer);
        let is_doubtful = self.talk.doubtful.contains(&held.nonce);
        let is_behind = self.talk.held.iter().any(|one| one.buffer == held.buffer);
        if is_asked && (is_doubtful || is_behind) {
            self.talk.held.push(held);
            return None;
        }
        self.talk.doubtful.remove(&held.nonce);
        Some(held)
    }

    /// Finds lines of one's own that are kept back in what was missed: they have been said.
    pub(super) fn recognize(&mut self, buffer: &BufferName, messages: &mut [Message]) {
        for message in messages.iter_mut().filter(|message| message.from.is_self) {
            let doubtful = &self.talk.doubtful;
            let at = self.talk.held.iter().position(|held| {
                held.buffer == *buffer
                    && held.text == message.text
                    && doubtful.contains(&held.nonce)
            });
            if let Some(at) = at {
                let held = self.talk.held.remove(at);
                self.talk.doubtful.remove(&held.nonce);
                message.nonce = Some(held.nonce);
            }
        }
    }

    /// Says what was kept back in a conversation.
    pub(super) fn release(&mut self, buffer: &BufferName, now: Millis) {
        let held = std::mem::take(&mut self.talk.held);
        let (here, elsewhere) = held.into_iter().partition(|one| one.buffer == *buffer);
        self.talk.held = elsewhere;
        let here: Vec<Held> = here;
        for one in here {
            self.say(&one.buffer, &one.text, one.is_action, &one.nonce, now);
        }
    }

    /// Where a message belongs, given who says it to whom.
    pub(super) fn buffer_of(&self, line: &Line<'_>, target: &str) -> BufferName {
        let bare = target.trim_start_matches(['@', '+', '%', '~']);
        if self.is_room(target) {
            return BufferName::Room(self.room_name(target).unwrap_or_else(|| target.to_owned()));
        }
        if self.is_room(bare) {
            return BufferName::Room(self.room_name(bare).unwrap_or_else(|| bare.to_owned()));
        }
        match line.mask() {
            Some(_) if self.is_own(line) => BufferName::Person(target.to_owned()),
            Some(mask) if !mask.user.is_empty() || !mask.nick.contains('.') => {
                BufferName::Person(mask.nick.to_owned())
            }
            Some(_) | None => BufferName::Server,
        }
    }

    /// The message that a line holds; none for what is no talk (CTCP but `ACTION`).
    pub(super) fn message_of(&mut self, incoming: Incoming<'_>, text: &str) -> Option<Message> {
        let line = incoming.line;
        let (kind, text) = kind_of(line.command, text)?;
        let from = super::Who {
            is_self: self.is_own(line),
            ..self.who(line)
        };
        Some(Message {
            id: line.tags.get("msgid").map(|id| id.into_owned()),
            at: incoming.at,
            from,
            kind,
            text: text.to_owned(),
            nonce: None,
        })
    }

    /// Tells a message that was said now, and finds the line of one's own that it is the echo of.
    pub(super) fn said(&mut self, incoming: Incoming<'_>, text: &str, label: Option<&str>) {
        let line = incoming.line;
        let target = incoming.param(0);
        let buffer = self.buffer_of(line, target);
        let Some(mut message) = self.message_of(incoming, text) else {
            return;
        };
        if buffer == BufferName::Server || !self.link.is_welcome {
            return self.tell(Happening::Told {
                buffer: BufferName::Server,
                text: message.text.into(),
                is_failure: false,
            });
        }
        if message.from.is_self {
            message.nonce = self.confirmed(line, target, &message.text, label);
        }
        self.note(&buffer, &message);
        self.tell(Happening::Said { buffer, message });
    }

    pub(super) fn note(&mut self, buffer: &BufferName, message: &Message) {
        if let BufferName::Room(name) | BufferName::Person(name) = buffer {
            let folded = self.link.supported.case_mapping().folded(name);
            self.talk.note(&folded, message);
        }
    }

    /// The mark of the line of one's own that this is the echo of.
    fn confirmed(
        &mut self,
        line: &Line<'_>,
        target: &str,
        text: &str,
        label: Option<&str>,
    ) -> Option<String> {
        let mapping = self.link.supported.case_mapping();
        let tag = |name: &str| line.tags.get(name);
        let mark = tag(NONCE).or_else(|| tag("label"));
        let mark = mark.as_deref().or(label);
        if let Some(mark) = mark {
            return match self.talk.take(mark) {
                Some(waiting) => waiting.nonce,
                None => Some(mark.to_owned()),
            };
        }
        let is_it =
            |waiting: &Waiting| mapping.same(&waiting.target, target) && waiting.text == text;
        self.talk.take_if(is_it)?.nonce
    }
}

pub(super) fn message(session: &mut Session, incoming: Incoming<'_>) {
    if session.is_batched(incoming) {
        return;
    }
    let label = session.label_of(incoming.line);
    session.said(incoming, incoming.param(1), label.as_deref());
}

/// As what a text is said; none for what is no talk.
fn kind_of<'a>(command: &str, text: &'a str) -> Option<(MessageKind, &'a str)> {
    if let Some(ctcp) = text.strip_prefix('\u{1}') {
        let ctcp = ctcp.strip_suffix('\u{1}').unwrap_or(ctcp);
        let (name, rest) = ctcp.split_once(' ').unwrap_or((ctcp, ""));
        return name
            .eq_ignore_ascii_case("ACTION")
            .then_some((MessageKind::Action, rest));
    }
    let kind = match command.eq_ignore_ascii_case("NOTICE") {
        true => MessageKind::Notice,
        false => MessageKind::Message,
    };
    Some((kind, text))
}
