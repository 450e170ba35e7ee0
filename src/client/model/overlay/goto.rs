//! "Go to": rooms, people and commands by a few of their letters, the likeliest first.

use super::super::commands::{COMMANDS, Command};
use super::super::editor::Editor;
use super::super::keys::{Deed, text_key};
use super::super::{Connection, Model};
use super::{Outcome, Overlay, choose};
use crate::client::happening::BufferName;
use crate::client::key::Key;
use crate::client::rooms::Rooms;

/// The most that is offered.
const FOUND_MAX: usize = 200;

/// Where to go: what is written, and which of what it found is chosen.
#[derive(Debug, Default)]
pub struct Goto {
    /// What is written.
    pub filter: Editor,
    /// Which is chosen.
    pub selected: usize,
}

/// Where one can go.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// To an open conversation, by its place.
    Buffer(usize),
    /// To somebody with whom there is no talk yet.
    Person(&'a str),
    /// To a command.
    Command(&'static Command),
    /// To what a key does.
    Deed(Deed),
}

/// Something that was found.
pub struct Found<'a> {
    /// What.
    pub target: Target<'a>,
    /// How it is called.
    pub name: String,
    /// What it is, for commands and keys.
    pub about: String,
}

/// The deeds that can be chosen here: all that are not of the choosing itself.
pub fn deeds() -> impl Iterator<Item = Deed> {
    let is_here = |deed: &Deed| {
        !matches!(
            deed,
            Deed::Goto
                | Deed::Escape
                | Deed::RoomByNumber
                | Deed::Send
                | Deed::SelectNewer
                | Deed::Copy
                | Deed::Link
                | Deed::Profile
                | Deed::MarkUnread
        )
    };
    Deed::ALL.iter().copied().filter(is_here)
}

/// What a text finds, the likeliest first. After `>` only commands and what keys do.
pub fn found<'a>(model: &Model, rooms: &'a Rooms, text: &str) -> Vec<Found<'a>> {
    let text = text.trim_start();
    let narrowed = text.strip_prefix(['>', '＞']);
    let needle = narrowed.unwrap_or(text).trim().to_lowercase();
    let mut all: Vec<(u32, Found<'a>)> = Vec::new();
    let mut add = |found: Found<'a>, names: &[&str], bonus: u32| {
        let likeness = names.iter().filter_map(|name| likeness(name, &needle));
        let about = said_in(&found.about, &needle).filter(|_| narrowed.is_some());
        if let Some(likeness) = likeness.chain(about).max() {
            all.push((likeness + bonus, found));
        }
    };
    if narrowed.is_none() {
        add_conversations(model, &mut add);
        add_people(model, rooms, &needle, &mut add);
    }
    add_commands(model, narrowed.is_some(), &mut add);
    all.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    let found = all.into_iter().map(|(_, found)| found);
    found.take(FOUND_MAX).collect()
}

/// Takes what might be meant, its names, and how much likelier than a command it is.
type Add<'f, 'a> = &'f mut dyn FnMut(Found<'a>, &[&str], u32);

fn add_conversations<'a>(model: &Model, add: Add<'_, 'a>) {
    for at in model.shown() {
        let Some(buffer) = model.buffers().get(at) else {
            continue;
        };
        let name = match &buffer.name {
            BufferName::Server => model.network().to_owned(),
            BufferName::Room(name) | BufferName::Person(name) => name.clone(),
        };
        let is_last = model.last_open.as_ref() == Some(&buffer.name);
        let bonus = match (at == model.open_index(), is_last) {
            (true, _) => 320,
            (false, _) if buffer.mentions > 0 => 360,
            (false, _) if buffer.unread > 0 => 350,
            (false, true) => 340,
            (false, false) => 330,
        };
        let found = Found {
            target: Target::Buffer(at),
            name: name.clone(),
            about: String::new(),
        };
        add(found, &[name.trim_start_matches('#'), &name], bonus);
    }
}

/// Those with whom there is no talk yet. There may be a great many, so each is compared first.
fn add_people<'a>(model: &Model, rooms: &'a Rooms, needle: &str, add: Add<'_, 'a>) {
    let mut known: Vec<String> = vec![rooms.fold(model.nick())];
    for buffer in model.buffers() {
        if let BufferName::Person(nick) = &buffer.name {
            known.push(rooms.fold(nick));
        }
    }
    let mut known: std::collections::BTreeSet<String> = known.into_iter().collect();
    let most = known.len() + FOUND_MAX;
    for member in rooms.iter().flat_map(|room| room.members.values()) {
        if known.len() >= most {
            break;
        }
        if likeness(&member.nick, needle).is_some() && known.insert(rooms.fold(&member.nick)) {
            let found = Found {
                target: Target::Person(&member.nick),
                name: member.nick.clone(),
                about: String::new(),
            };
            add(found, &[&member.nick], 310);
        }
    }
}

fn add_commands<'a>(model: &Model, with_deeds: bool, add: Add<'_, 'a>) {
    for command in COMMANDS {
        let about = model.texts().get(command.text).into_owned();
        let name = command.usage(model.texts());
        // What it takes is no name: it has letters for nearly everything.
        let mut names = vec![command.name];
        names.extend(command.others);
        let found = Found {
            target: Target::Command(command),
            name,
            about,
        };
        add(found, &names, 0);
    }
    for deed in deeds().filter(|_| with_deeds) {
        let about = model.texts().get(&text_key(deed)).into_owned();
        let found = Found {
            target: Target::Deed(deed),
            name: model.keys().shown(deed),
            about,
        };
        // What needs no further word goes before the command of the same name.
        add(found, &[deed.name()], 1);
    }
}

/// How like a name is to what was written, in lower case: the more the likelier; none when a letter
/// is missing. Several words may stand in any order.
fn likeness(name: &str, needle: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let words = needle.split_whitespace();
    words
        .map(|word| word_likeness(&name, word))
        .try_fold(0, |sum: u32, likeness| Some(sum.saturating_add(likeness?)))
}

/// A name itself, its beginning, the beginning of a word of it, letters of it. They lie so near to each other
/// that a conversation's beginning goes before a command's whole name: one comes here to go to a place.
fn word_likeness(name: &str, word: &str) -> Option<u32> {
    if name == word {
        return Some(3200);
    }
    if name.starts_with(word) {
        return Some(3000);
    }
    if let Some(at) = name.find(word) {
        return Some(if is_word_start(name, at) { 2700 } else { 1400 });
    }
    scattered(name, word)
}

/// Whether a word begins at a place. Chinese has no blanks, so that it may be any.
fn is_word_start(text: &str, at: usize) -> bool {
    let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
    let is_open = |c: char| !c.is_ascii() || !c.is_alphanumeric();
    head.chars().next_back().is_none_or(is_open) || tail.starts_with(|c: char| !c.is_ascii())
}

/// How likely a sentence about something is meant: less than its name, and only by whole beginnings of
/// words.
fn said_in(about: &str, needle: &str) -> Option<u32> {
    let about = about.to_lowercase();
    let is_in = |word: &str| {
        let mut places = about.match_indices(word);
        places.any(|(at, _)| is_word_start(&about, at))
    };
    let is_meant = !needle.is_empty() && needle.split_whitespace().all(is_in);
    is_meant.then_some(900)
}

/// The letters in their order with others between them: the fewer between the likelier.
fn scattered(name: &str, word: &str) -> Option<u32> {
    let mut rest = name.chars();
    let mut between = 0;
    let mut is_begun = false;
    for wanted in word.chars() {
        let skipped = rest.by_ref().position(|c| c == wanted)?;
        if is_begun {
            between += u32::try_from(skipped).unwrap_or(u32::MAX);
        }
        is_begun = true;
    }
    Some(
        1300_u32
            .saturating_sub(between.saturating_mul(10))
            .max(1000),
    )
}

impl Model {
    /// Opens the choice of where to go.
    pub(in super::super) fn show_goto(&mut self) {
        self.overlay = Some(Overlay::Goto(Goto::default()));
    }

    pub(super) fn goto_key(
        &mut self,
        goto: &mut Goto,
        key: Key,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        // Home and End are the field's: only what is not written there moves the choice.
        let is_of_field = matches!(deed, Some(Deed::LineStart | Deed::LineEnd));
        let moves = deed.filter(|_| !is_of_field);
        let found = found(self, rooms, goto.filter.text());
        match choose(&mut goto.selected, found.len(), moves) {
            Some(at) => {
                if let Some(found) = found.get(at) {
                    self.go_to(found.target, key, rooms);
                    return Outcome::Done;
                }
                Outcome::Stays
            }
            None if deed == Some(Deed::Goto) => Outcome::Done,
            None => Outcome::Types,
        }
    }

    /// Goes to the conversation or the person that is likest to a name; whether there is one.
    pub(in super::super) fn go_to_likeliest(&mut self, name: &str, rooms: &Rooms) -> bool {
        let found = found(self, rooms, name);
        let is_place =
            |found: &&Found<'_>| matches!(found.target, Target::Buffer(_) | Target::Person(_));
        let target = found.iter().find(is_place).map(|found| found.target);
        match target {
            Some(Target::Buffer(at)) => self.show(at),
            Some(Target::Person(nick)) => self.show_person(nick, rooms),
            Some(Target::Command(_) | Target::Deed(_)) | None => return false,
        }
        true
    }

    pub(super) fn show_person(&mut self, nick: &str, rooms: &Rooms) {
        let at = self.ensure(&BufferName::Person(nick.to_owned()), rooms);
        self.show(at);
    }

    fn go_to(&mut self, target: Target<'_>, key: Key, rooms: &Rooms) {
        match target {
            Target::Buffer(at) => self.show(at),
            Target::Person(nick) => self.show_person(nick, rooms),
            Target::Deed(deed) => self.perform(deed, key, rooms),
            Target::Command(command) if command.parameters.is_empty() => {
                let outcome = self.run_command(command.name, rooms);
                self.tell_outcome(outcome);
            }
            Target::Command(command) => {
                self.with_editor(|editor, kills| {
                    editor.kill_all(kills);
                    editor.insert(&format!("/{} ", command.name));
                });
            }
        }
    }

    /// Whether the server can be asked something now.
    pub(in super::super) fn is_online(&self) -> bool {
        self.connection == Connection::Online
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn order(names: &[&str], needle: &str, want: &[&str]) {
        let mut found: Vec<(u32, &str)> = names
            .iter()
            .filter_map(|name| Some((likeness(name, needle)?, *name)))
            .collect();
        found.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
        let found: Vec<&str> = found.into_iter().map(|(_, name)| name).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn the_likeliest_comes_first() {
        order(
            &[
                "rust-dev",
                "dev",
                "devel",
                "my-dev",
                "redevelop",
                "d-e-v",
                "ops",
            ],
            "dev",
            &["dev", "devel", "rust-dev", "my-dev", "redevelop", "d-e-v"],
        );
        order(&["设计组", "设备组", "计设"], "设组", &["设计组", "设备组"]);
        order(
            &["next mention", "previous mention"],
            "ment prev",
            &["previous mention"],
        );
        order(&["a"], "", &["a"]);
    }
}
