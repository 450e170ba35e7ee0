//! Tab: names by who spoke last, rooms, commands.

use super::commands::COMMANDS;
use super::{Model, buffer::Buffer};
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;

/// The most candidates that are gone through.
const CANDIDATES_MAX: usize = 100;

/// A word that is being completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What may stand there, the likeliest first.
    pub candidates: Vec<String>,
    /// Which stands there now.
    pub chosen: usize,
    /// Where it stands, in bytes.
    from: usize,
    to: usize,
    suffix: &'static str,
}

impl Completion {
    /// What the word before the caret may become; none when nothing fits.
    pub fn of(model: &Model, rooms: &Rooms) -> Option<Self> {
        let buffer = model.buffer();
        let to = buffer.editor.caret();
        let head = buffer.editor.text().get(..to)?;
        let start = head.rfind(char::is_whitespace).map_or(0, |at| {
            at + head
                .get(at..)
                .and_then(|tail| tail.chars().next())
                .map_or(1, char::len_utf8)
        });
        let word = head.get(start..)?;
        let command = ['/', '／', '、']
            .into_iter()
            .find_map(|c| word.strip_prefix(c));
        let (from, candidates, suffix) = match (command, word.rfind('@')) {
            (Some(name), _) if start == 0 => (start, commands(name), " "),
            _ if word.starts_with('#') => (start, room_names(model, rooms, word), " "),
            (_, Some(at)) => {
                let prefix = word.get(at + 1..)?;
                (start + at + 1, nicks(model, buffer, rooms, prefix), " ")
            }
            (_, None) if word.is_empty() => return None,
            (_, None) => {
                let suffix = if start == 0 { ": " } else { " " };
                (start, nicks(model, buffer, rooms, word), suffix)
            }
        };
        let completion = Self {
            candidates,
            chosen: 0,
            from,
            to,
            suffix,
        };
        (!completion.candidates.is_empty()).then_some(completion)
    }

    /// Goes to the next candidate, or to the one before.
    pub fn turn(&mut self, is_back: bool) {
        let count = self.candidates.len();
        self.chosen = (self.chosen + if is_back { count - 1 } else { 1 }) % count.max(1);
    }

    /// Writes the candidate where the word is.
    pub fn apply(&mut self, buffer: &mut Buffer) {
        if let Some(candidate) = self.candidates.get(self.chosen) {
            let text = format!("{candidate}{}", self.suffix);
            buffer.editor.replace(self.from, self.to, &text);
            self.to = self.from + text.len();
        }
    }
}

fn commands(prefix: &str) -> Vec<String> {
    let prefix = prefix.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for command in COMMANDS {
        let names = std::iter::once(&command.name).chain(command.others);
        if let Some(name) = names.into_iter().find(|name| name.starts_with(&prefix)) {
            found.push(format!("/{name}"));
        }
    }
    found
}

fn room_names(model: &Model, rooms: &Rooms, prefix: &str) -> Vec<String> {
    let prefix = rooms.fold(prefix);
    let mut found: Vec<String> = Vec::new();
    let open = model
        .buffers()
        .iter()
        .filter_map(|buffer| match &buffer.name {
            BufferName::Room(name) => Some(name.clone()),
            BufferName::Server | BufferName::Person(_) => None,
        });
    for name in open.chain(rooms.iter().map(|room| room.name.clone())) {
        let is_known = found.iter().any(|other| rooms.same(other, &name));
        if rooms.fold(&name).starts_with(&prefix) && !is_known {
            found.push(name);
        }
    }
    found
}

fn nicks(model: &Model, buffer: &Buffer, rooms: &Rooms, prefix: &str) -> Vec<String> {
    let prefix = rooms.fold(prefix);
    let mut found: Vec<String> = Vec::new();
    let mut add = |nick: &str| {
        let folded = rooms.fold(nick);
        let is_known = found.iter().any(|other| rooms.fold(other) == folded);
        let is_self = rooms.same(nick, model.nick());
        if folded.starts_with(&prefix) && !is_known && !is_self && found.len() < CANDIDATES_MAX {
            found.push(nick.to_owned());
        }
    };
    let here = match &buffer.name {
        BufferName::Room(name) => rooms.get(name),
        BufferName::Person(nick) => {
            add(nick);
            None
        }
        BufferName::Server => None,
    };
    let is_here = |nick: &str| here.is_none_or(|room| room.members.contains_key(&rooms.fold(nick)));
    for line in buffer.newest_first().take(1000) {
        if !line.nick.is_empty() && is_here(line.nick) {
            add(line.nick);
        }
    }
    match here {
        Some(room) => room.members.values().for_each(|member| add(&member.nick)),
        None => rooms
            .iter()
            .flat_map(|r| r.members.values())
            .for_each(|member| add(&member.nick)),
    }
    found
}
