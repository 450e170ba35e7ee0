//! What a person asks for, as lines; and what is told to them as it stands.

use super::super::action::Action;
use super::super::happening::{BufferName, Happening, Millis};
use super::super::sentence::Sentence;
use super::Session;

impl Session {
    /// Writes what an action asks for. What is the loop's or the terminal's has no line.
    pub(super) fn act(&mut self, action: &Action, now: Millis) {
        match action {
            Action::Say {
                buffer,
                text,
                is_action,
                nonce,
            } => self.say(buffer, text, *is_action, nonce, now),
            Action::Join(room) => self.command("JOIN").param(room).end(),
            Action::Create { room, private } => self.create(room, *private),
            Action::Part { room, reason } => self.part(room, reason.as_deref()),
            Action::Past { buffer, which } => self.ask_past(buffer, *which),
            Action::List(pattern) => self.list(pattern.as_deref()),
            Action::Look(room) => self.look(room),
            Action::Whois(nick) => self.whois(nick),
            Action::Invite { nick, room } => self.command("INVITE").param(nick).param(room).end(),
            Action::Kick { nick, room, reason } => self.kick(nick, room, reason.as_deref()),
            Action::Topic { room, text } => self.topic(room, text.as_deref()),
            Action::Mode { room, changes } => self.mode(room, changes),
            Action::Nick(nick) => self.command("NICK").trailing(nick).end(),
            Action::Away(text) => self.away(text.as_deref()),
            Action::Raw(line) => self.raw(line),
            Action::Quit(reason) => self.quit(reason.as_deref()),
            Action::Reconnect
            | Action::Disconnect(_)
            | Action::Reload
            | Action::Speak(_)
            | Action::Ignore(_)
            | Action::Copy(_)
            | Action::Redraw
            | Action::Bell
            | Action::Tell { .. }
            | Action::Keep(_)
            | Action::Edit(_)
            | Action::AskQuit(_)
            | Action::Close(_)
            | Action::KeepHosting
            | Action::Pause
            | Action::Mouse(_)
            | Action::Bare(_) => {}
        }
    }

    fn create(&mut self, room: &str, private: bool) {
        self.command("JOIN").param(room).end();
        if private {
            self.command("MODE").param(room).param("+is").end();
        }
    }

    fn part(&mut self, room: &str, reason: Option<&str>) {
        let line = self.command("PART").param(room);
        match reason {
            Some(reason) => line.trailing(reason).end(),
            None => line.end(),
        }
    }

    fn list(&mut self, pattern: Option<&str>) {
        self.asks.lists.push_back(None);
        match pattern {
            Some(pattern) => self.command("LIST").param(pattern).end(),
            None => self.command("LIST").end(),
        }
    }

    /// Asks for a list of one room.
    fn look(&mut self, room: &str) {
        self.asks.lists.push_back(Some(room.to_owned()));
        self.command("LIST").param(room).end();
    }

    fn whois(&mut self, nick: &str) {
        let folded = self.fold(nick);
        self.asks.asks_whois(folded);
        self.command("WHOIS").param(nick).param(nick).end();
    }

    fn kick(&mut self, nick: &str, room: &str, reason: Option<&str>) {
        let line = self.command("KICK").param(room).param(nick);
        match reason {
            Some(reason) => line.trailing(reason).end(),
            None => line.end(),
        }
    }

    fn topic(&mut self, room: &str, text: Option<&str>) {
        let line = self.command("TOPIC").param(room);
        match text {
            Some(text) => line.trailing(text).end(),
            None => line.end(),
        }
    }

    fn mode(&mut self, room: &str, changes: &[String]) {
        let line = self.command("MODE").param(room);
        changes.iter().fold(line, |line, one| line.param(one)).end();
    }

    pub(super) fn away(&mut self, text: Option<&str>) {
        self.asks.away = text.map(str::to_owned);
        match text {
            Some(text) => self.command("AWAY").trailing(text).end(),
            None => self.command("AWAY").end(),
        }
    }

    /// A line as it stands: one line, whatever it holds.
    fn raw(&mut self, line: &str) {
        let line = line.lines().next().unwrap_or_default();
        if !line.is_empty() {
            self.out.extend_from_slice(line.as_bytes());
            self.out.extend_from_slice(b"\r\n");
        }
    }

    fn quit(&mut self, reason: Option<&str>) {
        match reason {
            Some(reason) => self.command("QUIT").trailing(reason).end(),
            None => self.command("QUIT").end(),
        }
    }

    /// Tells a line in the room that it is about, or in the server's buffer.
    pub(super) fn told_in(&mut self, room: &str, text: impl Into<Sentence>, is_failure: bool) {
        let buffer = self.place_of(room);
        self.tell(Happening::Told {
            buffer,
            text: text.into(),
            is_failure,
        });
    }

    /// Tells that a line of one's own did not get through, when it has a mark.
    pub(super) fn not_sent(&mut self, nonce: Option<String>, why: Sentence) {
        if let Some(nonce) = nonce {
            self.tell(Happening::NotSent { nonce, why });
        }
    }

    /// The buffer of a person or room by its name.
    pub(super) fn buffer_named(&self, name: &str) -> BufferName {
        match self.is_room(name) {
            true => BufferName::Room(self.room_name(name).unwrap_or_else(|| name.to_owned())),
            false => BufferName::Person(name.to_owned()),
        }
    }
}
