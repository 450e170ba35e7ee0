//! What the server was asked and has not answered in full yet: above all, stretches of the past.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::irc::caps::Cap;

use super::super::happening::{BufferName, Happening, Message, Millis, Stretch, WhoisField};
use super::super::rooms::Member;
use super::{Incoming, Place, Session};

/// Messages in one answer of the past, unless the server gives fewer.
const PAGE: usize = 100;
/// The same on the way to a place far back.
const FAR_PAGE: usize = 1_000;
/// Conversations that are asked for.
const TARGETS: usize = 100;
/// Questions about the past at a time; more are answered with nothing.
const PASTS_MAX: usize = 256;
/// Rooms of a list that are kept; those that come after them are counted.
pub(super) const LISTED_MAX: usize = 10_000;
/// Bytes of their names and topics.
const LISTED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// People who are asked about at a time.
pub(super) const WHOIS_MAX: usize = 50;
/// What is told of one of them.
pub(super) const WHOIS_ROWS_MAX: usize = 100;

/// What is being asked.
#[derive(Debug, Default)]
pub(super) struct Asks {
    pub(super) away: Option<String>,
    pub(super) list: Vec<(String, usize, String)>,
    list_bytes: usize,
    /// Rooms of the list that are not kept.
    pub(super) unlisted: usize,
    /// The lists of rooms that were asked for: whether a room is in it, or all of it.
    pub(super) lists: VecDeque<Option<String>>,
    /// Who was asked about, and what is told of them.
    pub(super) whois: BTreeMap<String, Vec<(WhoisField, String)>>,
    /// Whether it was asked with whom there is direct talk.
    targets: bool,
    joined: BTreeSet<String>,
    /// Who was in a room before the connection was lost, until it is known who is in it now.
    before: BTreeMap<String, BTreeMap<String, Member>>,
    names: BTreeSet<String>,
    who: BTreeSet<String>,
    modes: BTreeSet<String>,
    pasts: VecDeque<PastAsk>,
    count: u64,
}

/// Bytes of text that any server puts into one page.
const SURE_BYTES: usize = 32 * 1024;

/// A stretch of the past that was asked for.
#[derive(Clone, Debug)]
struct PastAsk {
    label: String,
    buffer: BufferName,
    which: Stretch,
    limit: usize,
}

impl Asks {
    /// Keeps a row of a list of rooms.
    pub(super) fn listed(&mut self, row: (String, usize, String)) {
        let bytes = row.0.len() + row.2.len();
        if self.list.len() < LISTED_MAX && self.list_bytes + bytes <= LISTED_BYTES_MAX {
            self.list_bytes += bytes;
            self.list.push(row);
        } else {
            self.unlisted += 1;
        }
    }

    /// The list that has come, and how many rooms are not in it.
    pub(super) fn take_list(&mut self) -> (Vec<(String, usize, String)>, usize) {
        self.list_bytes = 0;
        let unlisted = std::mem::take(&mut self.unlisted);
        (std::mem::take(&mut self.list), unlisted)
    }

    /// Notes that somebody is asked about; of many questions the answer to one may be lost.
    pub(super) fn asks_whois(&mut self, folded: String) {
        if self.whois.len() >= WHOIS_MAX {
            self.whois.pop_first();
        }
        self.whois.insert(folded, Vec::new());
    }

    /// Keeps what is told of somebody who was asked about.
    pub(super) fn told_of(&mut self, folded: &str, rows: Vec<(WhoisField, String)>) {
        if let Some(known) = self.whois.get_mut(folded) {
            known.extend(rows);
            known.truncate(WHOIS_ROWS_MAX);
        }
    }

    /// Whether one is in a room on this connection.
    pub(super) fn is_joined(&self, folded: &str) -> bool {
        self.joined.contains(folded)
    }

    /// Notes that one is in a room; whether that is new.
    pub(super) fn joined(&mut self, folded: &str) -> bool {
        self.joined.insert(folded.to_owned())
    }

    pub(super) fn left(&mut self, folded: &str) {
        self.joined.remove(folded);
        self.before.remove(folded);
        self.names.remove(folded);
        self.who.remove(folded);
        self.modes.remove(folded);
    }

    /// Keeps who was in a room before the connection was lost.
    pub(super) fn keep_before(&mut self, folded: &str, members: BTreeMap<String, Member>) {
        if !members.is_empty() {
            self.before.insert(folded.to_owned(), members);
        }
    }

    /// Gives who was in a room before the connection was lost, once.
    pub(super) fn take_before(&mut self, folded: &str) -> BTreeMap<String, Member> {
        self.before.remove(folded).unwrap_or_default()
    }

    /// Notes a line of names; whether it is the first of its list.
    pub(super) fn names_begun(&mut self, folded: &str) -> bool {
        self.names.insert(folded.to_owned())
    }

    pub(super) fn names_ended(&mut self, folded: &str) {
        self.names.remove(folded);
    }

    /// Notes that a room is asked who is away; false when it is being asked already.
    pub(super) fn asks_who(&mut self, folded: &str) -> bool {
        self.who.insert(folded.to_owned())
    }

    pub(super) fn is_asking_who(&self, folded: &str) -> bool {
        self.who.contains(folded)
    }

    /// Notes that a room is asked for its modes on coming in.
    pub(super) fn asks_modes(&mut self, folded: &str) {
        self.modes.insert(folded.to_owned());
    }

    /// Whether a room's modes were asked for on coming in, and no longer.
    pub(super) fn modes_asked(&mut self, folded: &str) -> bool {
        self.modes.remove(folded)
    }

    pub(super) fn who_ended(&mut self, folded: &str) -> bool {
        self.who.remove(folded)
    }

    /// Whether what stands before what is said now is being asked for.
    pub(super) fn is_asking_past(&self, buffer: &BufferName) -> bool {
        let mut pasts = self.pasts.iter();
        pasts.any(|ask| ask.which != Stretch::Older && ask.buffer == *buffer)
    }

    /// Whether what was missed in a conversation is being asked for.
    pub(super) fn is_missing(&self, buffer: &BufferName) -> bool {
        let mut pasts = self.pasts.iter();
        pasts.any(|ask| ask.which == Stretch::Missed && ask.buffer == *buffer)
    }

    /// The question that an answer belongs to: by its label, else the first about that target.
    fn take_past(
        &mut self,
        label: Option<&str>,
        is_target: impl Fn(&str) -> bool,
    ) -> Option<PastAsk> {
        let at = self.pasts.iter().position(|ask| match label {
            Some(label) => ask.label == label,
            None => match &ask.buffer {
                BufferName::Room(name) | BufferName::Person(name) => is_target(name),
                BufferName::Server => false,
            },
        })?;
        self.pasts.remove(at)
    }
}

impl Session {
    /// Asks for a stretch of the past; where the server keeps none there is none.
    pub(super) fn ask_past(&mut self, buffer: &BufferName, which: Stretch) {
        let target = match buffer {
            BufferName::Room(name) | BufferName::Person(name) => name.clone(),
            BufferName::Server => return self.no_past(buffer, which),
        };
        if !self.has(Cap::ChatHistory) || self.asks.pasts.len() >= PASTS_MAX {
            return self.no_past(buffer, which);
        }
        let folded = self.fold(&target);
        let edges = self.talk.edges(&folded).clone();
        let (subcommand, selector) = match which {
            Stretch::Newest => ("LATEST", "*".to_owned()),
            Stretch::Older | Stretch::Further => match edges.oldest {
                Some(place) => ("BEFORE", self.selector(&place)),
                None => ("LATEST", "*".to_owned()),
            },
            Stretch::Since(at) => ("LATEST", format!("timestamp={}", iso_time(at))),
            Stretch::Missed => match edges.gap.or(edges.newest) {
                Some(place) => ("AFTER", self.selector(&place)),
                None => ("LATEST", "*".to_owned()),
            },
        };
        let limit = match which {
            Stretch::Further => self.page(FAR_PAGE),
            Stretch::Newest | Stretch::Older | Stretch::Missed | Stretch::Since(_) => {
                self.page(PAGE)
            }
        };
        self.asks.count += 1;
        let label = format!("past{}", self.asks.count);
        let is_labelled = self.has(Cap::LabeledResponse);
        let mut line = crate::irc::write::LineWriter::new(&mut self.out);
        if is_labelled {
            line = line.tag("label", &label);
        }
        line.command("CHATHISTORY")
            .param(subcommand)
            .param(&target)
            .param(&selector)
            .param(&limit.to_string())
            .end();
        self.asks.pasts.push_back(PastAsk {
            label,
            buffer: buffer.clone(),
            which,
            limit,
        });
    }

    /// Asks with whom there is direct talk.
    pub(super) fn ask_targets(&mut self) {
        if self.has(Cap::ChatHistory) {
            self.asks.targets = true;
            self.command("CHATHISTORY")
                .param("TARGETS")
                .param("timestamp=2100-01-01T00:00:00.000Z")
                .param("timestamp=1970-01-01T00:00:00.000Z")
                .param(&TARGETS.to_string())
                .end();
        }
    }

    /// So many messages, unless the server gives fewer.
    fn page(&self, wanted: usize) -> usize {
        match self.link.supported.number("CHATHISTORY") {
            Some(limit) if limit > 0 => limit.min(wanted),
            _ => wanted.min(PAGE),
        }
    }

    /// A place as the server wants it: by id, where it knows ids.
    fn selector(&self, place: &Place) -> String {
        let types = self.link.supported.get("MSGREFTYPES").unwrap_or("msgid");
        match &place.id {
            Some(id) if types.is_empty() || types.split(',').any(|one| one == "msgid") => {
                format!("msgid={id}")
            }
            _ => format!("timestamp={}", iso_time(place.at)),
        }
    }

    fn no_past(&mut self, buffer: &BufferName, which: Stretch) {
        self.tell(Happening::Past {
            buffer: buffer.clone(),
            which,
            messages: Vec::new(),
            is_end: true,
        });
    }

    /// Tells a stretch that came, and goes on asking for what was missed until it ends.
    pub(super) fn past(&mut self, target: &str, mut messages: Vec<Message>, label: Option<&str>) {
        let mapping = self.link.supported.case_mapping();
        let Some(ask) = self
            .asks
            .take_past(label, |name| mapping.same(name, target))
        else {
            return;
        };
        messages.sort_by_key(|message| message.at);
        for message in &messages {
            self.note(&ask.buffer, message);
        }
        // A page of large messages may be shorter than asked for and yet not be the last.
        let bytes: usize = messages.iter().map(|message| message.text.len()).sum();
        let is_short = messages.len() < ask.limit && bytes < SURE_BYTES;
        let last = messages.last().map(|message| Place {
            id: message.id.clone(),
            at: message.at,
        });
        let at = self.last_heard;
        if ask.which == Stretch::Missed {
            self.recognize(&ask.buffer, &mut messages);
        }
        let folded = self.fold(target);
        let edges = self.talk.edges(&folded);
        // A page that leads no further would be answered with itself.
        let is_stuck = ask.which == Stretch::Missed && last.is_some() && last == edges.gap;
        let is_end = messages.is_empty() || is_short || is_stuck;
        match ask.which {
            Stretch::Missed if is_end => edges.gap = None,
            Stretch::Missed => edges.gap = last,
            Stretch::Newest | Stretch::Since(_) => edges.gap = None,
            Stretch::Older | Stretch::Further => {}
        }
        self.tell(Happening::Past {
            buffer: ask.buffer.clone(),
            which: ask.which,
            messages,
            is_end,
        });
        if ask.which == Stretch::Missed && !is_end {
            self.ask_past(&ask.buffer, Stretch::Missed);
        } else if !self.asks.is_missing(&ask.buffer) {
            self.release(&ask.buffer, at);
        }
    }

    /// Answers a question about the past that the server refused; whether there was one.
    pub(super) fn past_refused(&mut self, label: Option<&str>, targets: &[&str]) -> bool {
        let mapping = self.link.supported.case_mapping();
        let is_target = |name: &str| targets.iter().any(|target| mapping.same(name, target));
        let Some(ask) = self.asks.take_past(label, is_target) else {
            return false;
        };
        self.no_past(&ask.buffer, ask.which);
        self.release(&ask.buffer, self.last_heard);
        true
    }

    /// Tells with whom there is direct talk.
    pub(super) fn targets(&mut self, targets: Vec<(String, Millis)>) {
        if !std::mem::take(&mut self.asks.targets) {
            return;
        }
        let people: Vec<(String, Millis)> = targets
            .into_iter()
            .filter(|(name, _)| !self.is_room(name))
            .collect();
        for (name, _) in &people {
            let folded = self.fold(name);
            self.talk.edges(&folded);
        }
        self.tell(Happening::DirectTalk(people));
    }
}

/// One conversation of the list: `CHATHISTORY TARGETS alice 2026-01-01T00:00:00.000Z`.
pub(super) fn target(session: &mut Session, incoming: Incoming<'_>) {
    let time = incoming.param(2).parse::<jiff::Timestamp>();
    if let Ok(time) = time
        && incoming.param(0) == "TARGETS"
    {
        session.keep_target(incoming.line, incoming.param(1), time.as_millisecond());
    }
}

/// A time as IRCv3 server-time writes it.
fn iso_time(at: Millis) -> String {
    let time = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    format!("{time:.3}")
}
