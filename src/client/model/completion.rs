//! Tab: names by who spoke last, rooms, commands, and what a command takes.

use super::commands::{self, COMMANDS};
use super::keys::Deed;
use super::{Model, buffer::Buffer};
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;

/// What a command may begin with.
const COMMAND_SIGNS: [char; 3] = ['/', '／', '、'];

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
        let blank = head.char_indices().rfind(|(_, c)| c.is_whitespace());
        let start = blank.map_or(0, |(at, c)| at + c.len_utf8());
        let word = head.get(start..)?;
        let asked =
            argument(head, start).map(|kind| (start, of_kind(model, rooms, kind, word), " "));
        let (from, candidates, suffix) = asked
            .filter(|(_, candidates, _)| !candidates.is_empty())
            .or_else(|| of_word(model, rooms, start, word))?;
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

/// What a command takes where the word stands that begins there, as its table has it.
fn argument(head: &str, start: usize) -> Option<&'static str> {
    let command = head.strip_prefix(COMMAND_SIGNS)?;
    let (name, _) = command.split_once(char::is_whitespace)?;
    let command = commands::find(name)?;
    // A new name is nobody's yet.
    if matches!(command.name, "create" | "nick") {
        return command.parameter(1);
    }
    let before = head.get(..start)?.split_whitespace().count();
    command.parameter(before.checked_sub(1)?)
}

/// What may stand where a command takes something.
fn of_kind(model: &Model, rooms: &Rooms, kind: &str, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    let takes = |name: &str| {
        kind.split(|c: char| !c.is_ascii_uppercase())
            .any(|one| one == name)
    };
    if takes("ROOM") {
        found.extend(room_names(model, rooms, word));
    }
    if takes("NAME") {
        let nick = word.trim_start_matches(['@', '＠']);
        found.extend(nicks(model, model.buffer(), rooms, nick));
    }
    if takes("COMMAND") {
        let names = COMMANDS.iter().map(|command| command.name.to_owned());
        found.extend(names.filter(|name| name.starts_with(&word.to_lowercase())));
    }
    if takes("ACTION") {
        let names = Deed::ALL.iter().map(|deed| deed.name().to_owned());
        found.extend(names.filter(|name| name.starts_with(word)));
    }
    if takes("SETTING") {
        let names = commands::settings::keys().map(str::to_owned);
        found.extend(names.filter(|name| name.contains(word)));
    }
    let flag = kind.trim_matches(['[', ']']);
    if flag.starts_with("--") && flag.starts_with(word) && !word.is_empty() {
        found.push(flag.to_owned());
    }
    found
}

/// What a word may become by itself: a command, a room, a name.
fn of_word(
    model: &Model,
    rooms: &Rooms,
    start: usize,
    word: &str,
) -> Option<(usize, Vec<String>, &'static str)> {
    let buffer = model.buffer();
    let command = word.strip_prefix(COMMAND_SIGNS);
    Some(match (command, word.rfind(['@', '＠'])) {
        (Some(name), _) if start == 0 => (start, command_names(name), " "),
        _ if word.starts_with(['#', '＃']) => (start, room_names(model, rooms, word), " "),
        (_, Some(at)) => {
            let sign = word.get(at..)?.chars().next()?;
            let from = at + sign.len_utf8();
            let prefix = word.get(from..)?;
            (start + from, nicks(model, buffer, rooms, prefix), " ")
        }
        (_, None) if word.is_empty() => return None,
        (_, None) => {
            let suffix = if start == 0 { ": " } else { " " };
            (start, nicks(model, buffer, rooms, word), suffix)
        }
    })
}

fn command_names(prefix: &str) -> Vec<String> {
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
    let prefix = rooms.fold(prefix.trim_start_matches(['#', '＃']));
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
        if rooms
            .fold(name.trim_start_matches('#'))
            .starts_with(&prefix)
            && !is_known
        {
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
