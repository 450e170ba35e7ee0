//! The table of commands: their names, what they take, what they do. Help is made from it.

use super::buffer::LineKind;
use super::{Connection, Model};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;
use crate::text::Texts;

/// A row of the table.
pub struct Command {
    /// Its name, without the slash.
    pub name: &'static str,
    /// Other names it goes by.
    pub others: &'static [&'static str],
    /// What it takes; a word of capitals stands for a text: `ROOM` for `parameter-room`.
    pub parameters: &'static str,
    /// The key of its text.
    pub text: &'static str,
    /// Does it, with what follows the name; an error is for people.
    run: fn(&mut Model, &Rooms, &str) -> Result<(), String>,
}

impl Command {
    /// How it is written, in the reader's language: `/part [ROOM] [REASON]`.
    pub fn usage(&self, texts: &Texts) -> String {
        let mut usage = format!("/{} ", self.name);
        let pieces = self
            .parameters
            .split_inclusive(|c: char| !c.is_ascii_uppercase());
        for piece in pieces {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_uppercase());
            if !word.is_empty() {
                usage.push_str(&texts.get(&parameter_key(word)));
            }
            usage.push_str(piece.strip_prefix(word).unwrap_or_default());
        }
        usage.trim_end().to_owned()
    }
}

fn parameter_key(word: &str) -> String {
    format!("parameter-{}", word.to_ascii_lowercase())
}

const fn row(
    name: &'static str,
    others: &'static [&'static str],
    parameters: &'static str,
    text: &'static str,
    run: fn(&mut Model, &Rooms, &str) -> Result<(), String>,
) -> Command {
    Command {
        name,
        others,
        parameters,
        text,
        run,
    }
}

/// All commands.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    row("join", &["j", "open", "加入"], "ROOM", "command-join", join),
    row("part", &["leave", "close", "离开"], "[ROOM] [REASON]", "command-part", part),
    row("create", &["new", "新建"], "NAME [--private]", "command-create", create),
    row("msg", &["dm", "w", "tell", "私聊"], "NAME [TEXT]", "command-msg", msg),
    row("query", &["q"], "NAME [TEXT]", "command-query", query),
    row("me", &["action", "动作"], "TEXT", "command-me", me),
    row("say", &["说"], "TEXT", "command-say", say),
    row("nick", &["改名"], "NAME", "command-nick", nick),
    row("names", &["who", "members", "users", "成员"], "", "command-names", names),
    row("whois", &["profile", "资料"], "[NAME]", "command-whois", whois),
    row("away", &["status", "离席"], "[TEXT]", "command-away", away),
    row("back", &["回来"], "", "command-back", back),
    row("topic", &["t", "话题"], "[ROOM] [TEXT]", "command-topic", topic),
    row("list", &["rooms", "列表"], "[PATTERN]", "command-list", list),
    row("invite", &["邀请"], "NAME [ROOM]", "command-invite", invite),
    row("kick", &["remove", "踢出"], "NAME [REASON]", "command-kick", kick),
    row("mode", &["模式"], "[ROOM] [CHANGES]", "command-mode", mode),
    row("op", &["管理"], "NAME", "command-op", op),
    row("voice", &["发言"], "NAME", "command-voice", voice),
    row("go", &["buffer", "switch", "去"], "ROOM | NAME", "command-go", go),
    row("clear", &["清屏"], "", "command-clear", clear),
    row("reconnect", &["重连"], "", "command-reconnect", reconnect),
    row("quote", &["raw"], "LINE", "command-quote", quote),
    row("help", &["?", "帮助"], "[TEXT]", "command-help", help),
    row("quit", &["exit", "退出"], "[REASON]", "command-quit", quit),
];

/// A command by any of its names.
pub fn find(name: &str) -> Option<&'static Command> {
    let name = name.to_lowercase();
    COMMANDS
        .iter()
        .find(|c| c.name == name || c.others.contains(&name.as_str()))
}

impl Model {
    /// The command that a text is, without its slash. `/` makes every text one, but for `//`; the
    /// Chinese forms only where the first word is a known command.
    pub(super) fn as_command(&self, text: &str) -> Option<String> {
        if let Some(command) = text.strip_prefix('/') {
            return (!command.starts_with('/')).then(|| command.to_owned());
        }
        let command = text.strip_prefix(['／', '、'])?;
        find(split(command).0).map(|_| command.to_owned())
    }

    /// Does what a command says; an error is for people.
    pub(super) fn run_command(&mut self, command: &str, rooms: &Rooms) -> Result<(), String> {
        let (name, rest) = split(command);
        match find(name) {
            Some(command) => (command.run)(self, rooms, rest),
            None => Err(self.unknown_command(name)),
        }
    }

    fn unknown_command(&self, name: &str) -> String {
        let name = super::clean(name).to_lowercase();
        let names = COMMANDS
            .iter()
            .flat_map(|c| std::iter::once(&c.name).chain(c.others));
        let nearest = names.map(|other| (distance(&name, other), *other)).min();
        match nearest {
            Some((steps, other)) if steps <= 2 && steps < other.chars().count() => self.texts.with(
                "ui-unknown-command-like",
                &[("command", &name), ("other", other)],
            ),
            Some(_) | None => self.texts.with("ui-unknown-command", &[("command", &name)]),
        }
    }

    /// Comes into a room, or shows it when one is in it.
    pub(super) fn join(&mut self, name: String, rooms: &Rooms) {
        let buffer = BufferName::Room(name.clone());
        let at = self.find(&buffer, rooms);
        match at.filter(|&at| self.buffers.get(at).is_some_and(|buffer| buffer.is_joined)) {
            Some(at) => self.show(at),
            None => {
                self.want(&name);
                self.actions.push(Action::Join(name));
            }
        }
    }

    fn want(&mut self, room: &str) {
        if self.wanted.len() < 100 {
            self.wanted.push(room.to_owned());
        }
    }

    fn usage(&self, name: &str) -> String {
        let usage = find(name).map_or_else(String::new, |command| command.usage(&self.texts));
        self.texts.with("ui-usage", &[("usage", &usage)])
    }

    /// The open room.
    fn room(&self) -> Result<String, String> {
        match &self.buffer().name {
            BufferName::Room(name) => Ok(name.clone()),
            BufferName::Server | BufferName::Person(_) => Err(self.text("ui-not-a-room")),
        }
    }

    /// The room that a text begins with, or else the open one; and the rest.
    fn room_and_rest<'a>(&self, rest: &'a str) -> Result<(String, &'a str), String> {
        if rest.starts_with('#') {
            let (room, rest) = split(rest);
            return Ok((room.to_owned(), rest));
        }
        Ok((self.room()?, rest))
    }

    fn person(&self, name: &str, command: &str) -> Result<String, String> {
        match (split(name).0.trim_start_matches('@'), &self.buffer().name) {
            ("", BufferName::Person(nick)) => Ok(nick.clone()),
            ("", BufferName::Server | BufferName::Room(_)) => Err(self.usage(command)),
            (nick, _) => Ok(nick.to_owned()),
        }
    }

    fn act(&mut self, action: Action) -> Result<(), String> {
        if self.connection != Connection::Online {
            return Err(self.text("ui-needs-connection"));
        }
        self.actions.push(action);
        Ok(())
    }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (text, ""),
    }
}

fn room_name(name: &str) -> String {
    if name.starts_with(['#', '&']) {
        name.to_owned()
    } else {
        format!("#{name}")
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// How many letters must change to make one word the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let exchanged = cell(&row, j) + usize::from(from != *to);
            let shifted = cell(&row, j + 1).min(cell(&next, j)) + 1;
            next.push(exchanged.min(shifted));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

fn join(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let name = split(rest).0;
    if name.is_empty() {
        return Err(model.usage("join"));
    }
    if model.connection != Connection::Online {
        return Err(model.text("ui-needs-connection"));
    }
    model.join(room_name(name), rooms);
    Ok(())
}

fn part(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    if let BufferName::Person(_) = model.buffer().name
        && rest.is_empty()
    {
        model.remove(model.open);
        return Ok(());
    }
    let (room, rest) = model.room_and_rest(rest)?;
    let at = model.find(&BufferName::Room(room.clone()), rooms);
    if let Some(at) = at.filter(|&at| model.buffers.get(at).is_some_and(|b| !b.is_joined)) {
        model.remove(at);
        return Ok(());
    }
    model.act(Action::Part {
        room,
        reason: some(rest),
    })
}

fn create(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let is_flag = |word: &&str| matches!(*word, "--private" | "-p" | "私密");
    let private = rest.split_whitespace().any(|word| is_flag(&word));
    let Some(name) = rest.split_whitespace().find(|word| !is_flag(word)) else {
        return Err(model.usage("create"));
    };
    let room = room_name(name);
    model.want(&room);
    model.act(Action::Create { room, private })
}

fn msg(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (to, text) = split(rest);
    let to = to.trim_start_matches('@');
    if to.is_empty() {
        return Err(model.usage("msg"));
    }
    let name = match to.starts_with('#') {
        true => BufferName::Room(to.to_owned()),
        false => BufferName::Person(to.to_owned()),
    };
    let is_room = matches!(name, BufferName::Room(_));
    if is_room && model.find(&name, rooms).is_none() {
        return Err(model.text("ui-not-in-room"));
    }
    let at = model.ensure(&name, rooms);
    if text.is_empty() {
        model.show(at);
        return Ok(());
    }
    model.say(at, text, false)
}

fn query(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (to, text) = split(rest);
    let to = to.trim_start_matches('@');
    if to.is_empty() || to.starts_with('#') {
        return Err(model.usage("query"));
    }
    let at = model.ensure(&BufferName::Person(to.to_owned()), rooms);
    model.show(at);
    if text.is_empty() {
        Ok(())
    } else {
        model.say(at, text, false)
    }
}

fn me(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("me"));
    }
    model.say(model.open, rest, true)
}

fn say(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("say"));
    }
    model.say(model.open, rest, false)
}

fn nick(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let name = split(rest).0;
    if name.is_empty() {
        return Err(model.usage("nick"));
    }
    model.act(Action::Nick(name.to_owned()))
}

fn names(model: &mut Model, rooms: &Rooms, _: &str) -> Result<(), String> {
    model.room()?;
    let nicks = model.member_nicks(rooms);
    let count = nicks.len().to_string();
    let list = nicks.join(" ");
    let text = model
        .texts
        .with("ui-names", &[("count", &count), ("names", &list)]);
    model.note_here(LineKind::Note, &text);
    Ok(())
}

fn whois(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let nick = model.person(rest, "whois")?;
    model.act(Action::Whois(nick))
}

fn away(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let text = some(rest).unwrap_or_else(|| model.text("ui-away-default"));
    model.act(Action::Away(Some(text)))
}

fn back(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.act(Action::Away(None))
}

fn topic(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let (room, text) = model.room_and_rest(rest)?;
    if text.is_empty()
        && let Some(known) = rooms.get(&room)
    {
        let key = if known.topic.is_empty() {
            "ui-no-topic"
        } else {
            "ui-topic-is"
        };
        let text = model.texts.with(key, &[("topic", &known.topic)]);
        model.note_here(LineKind::Note, &text);
        return Ok(());
    }
    model.act(Action::Topic {
        room,
        text: some(text),
    })
}

fn list(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.act(Action::List(some(rest)))
}

fn invite(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (nick, room) = split(rest);
    if nick.is_empty() {
        return Err(model.usage("invite"));
    }
    let room = match split(room).0 {
        "" => model.room()?,
        room => room_name(room),
    };
    model.act(Action::Invite {
        nick: nick.trim_start_matches('@').to_owned(),
        room,
    })
}

fn kick(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (nick, reason) = split(rest);
    if nick.is_empty() {
        return Err(model.usage("kick"));
    }
    let room = model.room()?;
    let nick = nick.trim_start_matches('@').to_owned();
    model.act(Action::Kick {
        nick,
        room,
        reason: some(reason),
    })
}

fn mode(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (room, rest) = model.room_and_rest(rest)?;
    let changes = rest.split_whitespace().map(str::to_owned).collect();
    model.act(Action::Mode { room, changes })
}

fn op(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "op", "+o")
}

fn voice(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    grant(model, rest, "voice", "+v")
}

fn grant(model: &mut Model, rest: &str, command: &str, change: &str) -> Result<(), String> {
    let nick = split(rest).0.trim_start_matches('@').to_owned();
    if nick.is_empty() {
        return Err(model.usage(command));
    }
    let room = model.room()?;
    model.act(Action::Mode {
        room,
        changes: vec![change.to_owned(), nick],
    })
}

/// By its number, its name or the beginning of its name.
fn go(model: &mut Model, rooms: &Rooms, rest: &str) -> Result<(), String> {
    let shown = model.shown();
    let wanted = rooms.fold(split(rest).0.trim_start_matches(['#', '@']));
    if wanted.is_empty() {
        return Err(model.usage("go"));
    }
    let number = wanted
        .parse::<usize>()
        .ok()
        .and_then(|n| shown.get(n.checked_sub(1)?).copied());
    let begins = |&&at: &&usize| match model.buffers.get(at).map(|buffer| &buffer.name) {
        Some(BufferName::Room(name) | BufferName::Person(name)) => rooms
            .fold(name.trim_start_matches('#'))
            .starts_with(&wanted),
        Some(BufferName::Server) | None => false,
    };
    match number.or_else(|| shown.iter().find(begins).copied()) {
        Some(at) => {
            model.show(at);
            Ok(())
        }
        None => Err(model.texts.with("ui-nothing-called", &[("name", rest)])),
    }
}

fn clear(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.buffer_mut().clear();
    Ok(())
}

fn reconnect(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.actions.push(Action::Reconnect);
    Ok(())
}

fn quote(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    if rest.is_empty() {
        return Err(model.usage("quote"));
    }
    let line = rest.lines().next().unwrap_or("").to_owned();
    model.act(Action::Raw(line))
}

fn help(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.show_help(rest.trim());
    Ok(())
}

fn quit(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    model.leave(some(rest));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::Language;

    #[test]
    fn what_a_command_takes_is_said_in_the_readers_language() {
        let usage = |name, language| find(name).unwrap().usage(&Texts::new(language));
        assert_eq!(usage("part", Language::En), "/part [ROOM] [REASON]");
        assert_eq!(usage("part", Language::Zh), "/part [房间] [原因]");
        assert_eq!(usage("go", Language::Zh), "/go 房间 | 名字");
        assert_eq!(usage("new", Language::Zh), "/create 名字 [--private]");
        assert_eq!(usage("back", Language::Zh), "/back");
        for command in COMMANDS {
            let usage = command.usage(&Texts::new(Language::Zh));
            assert!(!usage.contains(|c: char| c.is_ascii_uppercase()), "{usage}");
        }
    }

    #[test]
    fn no_name_means_two_commands() {
        let mut seen = BTreeSet::new();
        for command in COMMANDS {
            for name in std::iter::once(&command.name).chain(command.others) {
                assert!(seen.insert(*name), "/{name} is there twice");
            }
        }
    }

    #[test]
    fn words_differ_by_letters() {
        assert_eq!(distance("jion", "join"), 2);
        assert_eq!(distance("quti", "quit"), 2);
        assert_eq!(distance("", "me"), 2);
    }
}
