//! The table of commands: their names, what they take, what they do. Help is made from it.

mod general;
mod heard;
mod likeness;
mod rooms;
pub mod settings;
mod talk;

use super::{Connection, Model};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;
use crate::text::Texts;
use likeness::distance;

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

    /// What stands at a place after its name, as the table has it: `ROOM`, `[ROOM | NAME]`.
    pub fn parameter(&self, at: usize) -> Option<&'static str> {
        let mut depth = 0;
        let mut parts = self.parameters.split(|c: char| {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            c == ' ' && depth == 0
        });
        parts.nth(at).filter(|part| !part.is_empty())
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
    row("join", &["j", "open", "加入"], "ROOM", "command-join", rooms::join),
    row("part", &["leave", "close", "离开"], "[ROOM] [REASON]", "command-part", rooms::part),
    row("new", &["create", "新建"], "NAME [--private]", "command-new", rooms::create),
    row("msg", &["dm", "w", "tell", "私聊"], "NAME [TEXT]", "command-msg", talk::msg),
    row("query", &["密谈"], "NAME [TEXT]", "command-query", talk::query),
    row("me", &["action", "动作"], "TEXT", "command-me", talk::me),
    row("describe", &["描述"], "NAME TEXT", "command-describe", talk::describe),
    row("say", &["说"], "TEXT", "command-say", talk::say),
    row("shrug", &["耸肩"], "[TEXT]", "command-shrug", talk::shrug),
    row("tableflip", &["掀桌"], "[TEXT]", "command-tableflip", talk::tableflip),
    row("nick", &["改名"], "NAME", "command-nick", general::nick),
    row("names", &["who", "members", "users", "成员"], "", "command-names", rooms::names),
    row("whois", &["profile", "资料"], "[NAME]", "command-whois", general::whois),
    row("away", &["status", "离席"], "[TEXT]", "command-away", general::away),
    row("back", &["回来"], "", "command-back", general::back),
    row("topic", &["t", "话题"], "[ROOM] [TEXT]", "command-topic", rooms::topic),
    row("list", &["rooms", "列表"], "[PATTERN]", "command-list", rooms::list),
    row("invite", &["邀请"], "NAME [ROOM]", "command-invite", rooms::invite),
    row("kick", &["remove", "踢出"], "NAME [REASON]", "command-kick", rooms::kick),
    row("ban", &["禁入"], "[NAME] [REASON]", "command-ban", rooms::ban),
    row("unban", &["解禁"], "NAME", "command-unban", rooms::unban),
    row("mode", &["模式"], "[ROOM] [CHANGES]", "command-mode", rooms::mode),
    row("op", &["管理"], "NAME", "command-op", rooms::op),
    row("deop", &["撤管理"], "NAME", "command-deop", rooms::deop),
    row("voice", &["发言"], "NAME", "command-voice", rooms::voice),
    row("devoice", &["撤发言"], "NAME", "command-devoice", rooms::devoice),
    row("mute", &["静音"], "", "command-mute", heard::mute),
    row("unmute", &["取消静音"], "", "command-unmute", heard::unmute),
    row("notify", &["提醒"], "LEVEL", "command-notify", heard::notify),
    row("ignore", &["block", "屏蔽"], "[NAME]", "command-ignore", general::ignore),
    row("unignore", &["unblock", "取消屏蔽"], "NAME", "command-unignore", general::unignore),
    row("go", &["buffer", "switch", "window", "去"], "[ROOM | NAME]", "command-go", general::go),
    row("search", &["find", "grep", "lastlog", "s", "查找", "搜索"], "[TEXT]", "command-search", general::search),
    row("mentions", &["提到"], "", "command-mentions", general::mentions),
    row("clear", &["清屏"], "", "command-clear", general::clear),
    row("bind", &["按键"], "[KEY] [ACTION]", "command-bind", general::bind),
    row("reconnect", &["重连"], "", "command-reconnect", general::reconnect),
    row("disconnect", &["断开"], "[REASON]", "command-disconnect", general::disconnect),
    row("connect", &["连接"], "", "command-connect", general::connect),
    row("set", &["设置"], "[SETTING] [VALUE]", "command-set", settings::set),
    row("reload", &["重读配置"], "", "command-reload", settings::reload),
    row("quote", &["raw"], "LINE", "command-quote", general::quote),
    row("version", &["版本"], "", "command-version", general::version),
    row("help", &["?", "帮助"], "[COMMAND]", "command-help", general::help),
    row("q", &[], "[NAME [TEXT]]", "command-q", talk::q),
    row("quit", &["exit", "退出"], "[REASON]", "command-quit", general::quit),
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
            None => self.enter_room(name),
        }
    }

    pub(super) fn want(&mut self, room: &str) {
        if self.wanted.len() < 100 {
            self.wanted.push(room.to_owned());
        }
    }

    pub(super) fn usage(&self, name: &str) -> String {
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
        if rest.starts_with(ROOM_SIGNS) {
            let (room, rest) = split(rest);
            return Ok((room_name(room), rest));
        }
        Ok((self.room()?, rest))
    }

    fn person(&self, name: &str, command: &str) -> Result<String, String> {
        match (nick_of(split(name).0), &self.buffer().name) {
            ("", BufferName::Person(nick)) => Ok(nick.clone()),
            ("", BufferName::Server | BufferName::Room(_)) => Err(self.usage(command)),
            (nick, _) => Ok(nick.to_owned()),
        }
    }

    /// Asks the server for something, which needs the connection.
    pub(super) fn act(&mut self, action: Action) -> Result<(), String> {
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

/// What a room's name begins with; the wide sign is typed with a Chinese input method.
const ROOM_SIGNS: [char; 3] = ['#', '&', '＃'];

/// A room's name as it is, whether or not its sign was written, and how.
pub fn room_name(name: &str) -> String {
    match name.strip_prefix('＃') {
        Some(rest) => format!("#{rest}"),
        None if name.starts_with(ROOM_SIGNS) => name.to_owned(),
        None => format!("#{name}"),
    }
}

/// Somebody's name, without the sign before it.
fn nick_of(name: &str) -> &str {
    name.trim_start_matches(['@', '＠'])
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
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
        assert_eq!(usage("go", Language::Zh), "/go [房间 | 名字]");
        assert_eq!(usage("new", Language::Zh), "/new 名字 [--private]");
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
}
