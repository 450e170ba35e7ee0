//! What became true on the server, taken into the model.

use std::borrow::Cow;

use super::buffer::{Buffer, Id, Line, LineKind, Past};
use super::comings::Coming;
use super::mention::is_mentioned;
use super::overlay::Overlay;
use super::{Connection, Model, Section, clean};
use crate::client::happening::{
    BufferName, Happening, Message, MessageKind, Millis, Presence, Stretch, Who,
};
use crate::client::kept::Kept;
use crate::client::rooms::Rooms;
use crate::client::sentence::Sentence;
use crate::client::words;

impl Model {
    /// Takes a happening in.
    pub(super) fn take_happening(&mut self, happening: Happening, rooms: &Rooms) {
        match happening {
            Happening::Connecting => self.connection = Connection::Connecting,
            Happening::Online {
                nick,
                account: _,
                lobby,
                network,
            } => {
                self.online(nick, lobby, network, rooms);
            }
            Happening::Offline {
                why,
                again_in_seconds,
            } => {
                let why = self.words(&why);
                self.connection = Connection::Offline {
                    why,
                    again_in_seconds,
                };
                self.go_offline();
            }
            Happening::NameRefused {
                name,
                why,
                suggestion,
            } => {
                let why = self.words(&why);
                let mut editor = super::editor::Editor::default();
                editor.set(&clean(suggestion.as_deref().unwrap_or(&name)));
                self.overlay = Some(Overlay::Name {
                    refused: name,
                    why,
                    editor,
                });
            }
            Happening::Ignoring(names) => self.set_ignored(names),
            Happening::RoomOpened(room) => self.room_opened(room, rooms),
            Happening::RoomClosed { room, why } => self.room_closed(room, why, rooms),
            Happening::Said { buffer, message } => self.said(&buffer, message, rooms),
            Happening::NotSent { nonce, why } => {
                let why = self.words(&why);
                self.fail(&nonce, why);
            }
            Happening::Past {
                buffer,
                which,
                messages,
                is_end,
            } => {
                self.past(&buffer, which, messages, is_end, rooms);
            }
            Happening::Limits(limits) => self.limits = limits,
            Happening::Kept(kept) => self.take_kept(kept, rooms),
            Happening::DirectTalk(people) => self.direct_talk(people, rooms),
            Happening::Presence {
                buffers,
                at,
                who,
                what,
            } => {
                self.presence(&buffers, at, &who, &what, rooms);
            }
            Happening::Topic { room, at, by, text } => self.topic(room, at, by, &text, rooms),
            Happening::Modes {
                room,
                at,
                by,
                changes,
            } => {
                let text = words::modes(&self.texts, &by, &changes);
                self.note_in(&BufferName::Room(room), at, &text, rooms);
            }
            Happening::Invited { room, by, at } => {
                self.invited(&room, &by.nick, at, rooms);
            }
            Happening::Looked { room, is_there } => self.looked(&room, is_there, rooms),
            Happening::RoomList(list) => {
                self.overlay = Some(Overlay::List {
                    rooms: list,
                    selected: 0,
                });
            }
            Happening::Whois { nick, rows } => self.overlay = Some(Overlay::Whois { nick, rows }),
            Happening::Renamed(nick) => self.nick = nick,
            Happening::Away(text) => self.own_away(text),
            Happening::AlwaysOn(on) => {
                let text = self.text(words::always_on(on));
                self.note(self.open, LineKind::Note, self.now, &text);
            }
            Happening::Told {
                buffer,
                text,
                is_failure,
            } => {
                let kind = if is_failure {
                    LineKind::Failure
                } else {
                    LineKind::Note
                };
                let text = self.words(&text);
                // What is refused answers what was typed here, whatever it is about; no answer begins
                // direct talk.
                let is_online = self.connection == Connection::Online;
                let is_answer = match &buffer {
                    BufferName::Server | BufferName::Room(_) => is_failure && is_online,
                    BufferName::Person(_) => self.find(&buffer, rooms).is_none(),
                };
                let at = match is_answer {
                    true => self.open,
                    false => match self.admit(&buffer, rooms) {
                        Some(at) => at,
                        None => self.ensure(&BufferName::Server, rooms),
                    },
                };
                self.note(at, kind, self.now, &text);
            }
        }
    }

    fn words(&self, sentence: &Sentence) -> String {
        clean(&sentence.say(&self.texts)).into_owned()
    }

    fn online(&mut self, nick: String, lobby: Option<String>, network: String, rooms: &Rooms) {
        self.connection = Connection::Online;
        self.nick = nick;
        self.lobby = lobby;
        self.network = network;
        if matches!(self.overlay, Some(Overlay::Name { .. })) {
            self.overlay = None;
        }
        self.sort(rooms);
        for at in 0..self.buffers.len() {
            let is_person = self
                .buffers
                .get(at)
                .is_some_and(|b| matches!(b.name, BufferName::Person(_)));
            if is_person {
                self.resume(at, rooms);
            }
        }
        self.ask_past();
    }

    /// Who is new among them since one was here last has said something meanwhile.
    fn direct_talk(&mut self, people: Vec<(String, Millis)>, rooms: &Rooms) {
        for (nick, said_at) in people {
            let name = BufferName::Person(nick);
            let is_new = self.find(&name, rooms).is_none();
            let Some(at) = self.admit(&name, rooms) else {
                continue;
            };
            let is_unread = |buffer: &Buffer| {
                let is_unknown =
                    buffer.past == Past::Unasked && buffer.newest_first().next().is_none();
                is_unknown && said_at > buffer.read_until
            };
            let is_first = !self.knows_people;
            if is_new && !is_first || is_first && self.buffers.get(at).is_some_and(is_unread) {
                self.ask_since(at);
            }
        }
        self.knows_people = true;
    }

    /// Takes what was kept from another run.
    fn take_kept(&mut self, kept: Vec<Kept>, rooms: &Rooms) {
        for one in kept {
            match one {
                Kept::Read { buffer, at } => {
                    if let Some(buffer) = self.ensured(&buffer, rooms) {
                        buffer.read_until = buffer.read_until.max(at);
                    }
                }
                Kept::Notify { buffer, notify } => {
                    if let Some(buffer) = self.ensured(&buffer, rooms) {
                        buffer.notify = notify;
                    }
                }
                Kept::Scrolled { buffer, to } => {
                    let at = self.ensure(&buffer, rooms);
                    self.take_spot(at, to);
                }
                Kept::Open(name) => self.come_home(name, rooms),
                Kept::Invited { room, by, at } => self.invited_before(&room, &by, at, rooms),
                Kept::Draft { buffer, text } => {
                    // Whoever else writes to the folder may have written it.
                    let lines: Vec<_> = text.split('\n').map(crate::text::harmless).collect();
                    let text = lines.join("\n");
                    let known = self.admit(&buffer, rooms);
                    if let Some(at) = known
                        && let Some(buffer) = self.buffers.get_mut(at)
                        && buffer.take_draft(text)
                    {
                        let text = self.text("ui-draft-waits");
                        self.note(at, LineKind::Note, self.now, &text);
                    }
                }
                Kept::Unread { .. } | Kept::Answered { .. } => {}
            }
        }
    }

    fn ensured(&mut self, name: &BufferName, rooms: &Rooms) -> Option<&mut Buffer> {
        let at = self.admit(name, rooms)?;
        self.buffers.get_mut(at)
    }

    fn room_opened(&mut self, room: String, rooms: &Rooms) {
        let folded = rooms.fold(&room);
        let is_wanted = self
            .wanted
            .iter()
            .any(|wanted| rooms.fold(wanted) == folded);
        self.wanted.retain(|wanted| rooms.fold(wanted) != folded);
        let at = self.admit_room(room, rooms);
        if let Some(buffer) = self.buffers.get_mut(at) {
            buffer.is_joined = true;
            buffer.is_out = false;
        }
        self.answer_invitation(at);
        self.bring_notes(at, rooms);
        self.resume(at, rooms);
        let name = self.buffers.get(at).map(|buffer| buffer.name.clone());
        let is_home = name.is_some_and(|name| self.is_home(&name, rooms));
        let is_first = self.buffer().name == BufferName::Server;
        if is_wanted || is_home || is_first || at == self.open {
            self.show(at);
        }
    }

    /// What was told on the way to the lobby is read there: nothing else would open the server's own
    /// conversation. So is what answered a command; other failures stay where they are.
    fn bring_notes(&mut self, at: usize, rooms: &Rooms) {
        let is_lobby = |buffer: &Buffer| self.section(&buffer.name, rooms) == Section::Public;
        if !self.buffers.get(at).is_some_and(is_lobby) {
            return;
        }
        let Some(server) = self.find(&BufferName::Server, rooms) else {
            return;
        };
        let failed = std::mem::take(&mut self.refused_early);
        let server = self.buffers.get_mut(server);
        let notes = server.map(|server| server.take_notes(&failed));
        for (when, kind, text) in notes.unwrap_or_default() {
            self.note(at, kind, when, &text);
        }
        self.bring_draft(at, rooms);
    }

    /// What is being written on the way to the lobby is written there on.
    fn bring_draft(&mut self, at: usize, rooms: &Rooms) {
        let is_written = |buffer: &Buffer| !buffer.editor.text().is_empty();
        let server = self.find(&BufferName::Server, rooms);
        let Some(server) = server.filter(|server| *server == self.open) else {
            return;
        };
        if self.buffers.get(at).is_none_or(is_written) || !is_written(self.buffer()) {
            return;
        }
        let draft = self.buffer_mut().editor.take();
        if let (Some(lobby), true) = (self.buffers.get_mut(at), server != at) {
            lobby.editor.set(&draft);
        }
    }

    fn room_closed(&mut self, room: String, why: Option<Sentence>, rooms: &Rooms) {
        let Some(at) = self.find(&BufferName::Room(room), rooms) else {
            return;
        };
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        buffer.is_joined = false;
        buffer.is_out = true;
        buffer.past = Past::Unasked;
        match why {
            Some(why) => {
                let why = self.words(&why);
                let text = self.texts.with("ui-room-closed", &[("why", &why)]);
                self.note(at, LineKind::Failure, self.now, &text);
            }
            None => self.remove(at),
        }
    }

    fn said(&mut self, name: &BufferName, message: Message, rooms: &Rooms) {
        let Some(at) = self.admit(name, rooms) else {
            return self.said_elsewhere(name, &message, rooms);
        };
        let heard = self.heard(&message, name);
        let line = heard.line();
        let (is_self, is_mention) = (line.is_self, line.is_mention);
        let is_seen = at == self.open && self.is_end_seen();
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        let is_echo = is_self
            && buffer
                .take_echoed(message.nonce.as_deref(), &message.text)
                .is_some();
        let said_at = line.at;
        let Some(number) = buffer.push(line) else {
            return;
        };
        if is_self {
            // Who says something in another window has read what is there.
            if !is_echo && buffer.unread > 0 {
                self.mark_read(at);
            }
            return;
        }
        buffer.has_news = true;
        if buffer.anchor.is_some() {
            buffer.below += 1;
        }
        let is_direct = matches!(name, BufferName::Person(_)) && buffer.may_call();
        let is_call = is_mention || is_direct;
        if is_seen && buffer.unread == 0 {
            buffer.add_fresh(number, usize::from(is_call));
        } else {
            buffer.count_unread(number, 1, usize::from(is_call));
            if buffer.read_until == 0 {
                self.read_up_to(at, said_at - 1);
            }
        }
        self.ring(at, is_call);
    }

    fn past(
        &mut self,
        name: &BufferName,
        which: Stretch,
        messages: Vec<Message>,
        is_end: bool,
        rooms: &Rooms,
    ) {
        let Some(at) = self.admit(name, rooms) else {
            return;
        };
        let heard: Vec<Heard<'_>> = messages.iter().map(|m| self.heard(m, name)).collect();
        let lines: Vec<Line<'_>> = heard.iter().map(Heard::line).collect();
        let is_open = at == self.open;
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        for message in messages.iter().filter(|message| message.from.is_self) {
            if let Some(nonce) = &message.nonce {
                buffer.take_echoed(Some(nonce), &message.text);
            }
        }
        let read_until = buffer.read_until;
        let may_call = matches!(name, BufferName::Person(_)) && buffer.may_call();
        let is_new = |line: &&Line<'_>| !line.is_self && !buffer.knows(**line);
        let fresh = lines.iter().filter(is_new);
        let fresh: Vec<(Millis, bool)> = fresh
            .map(|line| (line.at, line.is_mention || may_call))
            .collect();
        let merged = buffer.merge(&lines);
        let is_complete = is_end || buffer.is_full();
        let mut is_first_sight = false;
        match which {
            Stretch::Newest | Stretch::Older | Stretch::Further => {
                buffer.past = match is_complete {
                    true => Past::Complete,
                    false => Past::Partial,
                };
                buffer.has_news |= which == Stretch::Newest && !fresh.is_empty();
                is_first_sight = which == Stretch::Newest && read_until == 0;
                if which != Stretch::Newest {
                    let first = merged.map_or(buffer.first(), |(number, _)| number);
                    buffer.count_older(&fresh, first, is_end);
                }
            }
            Stretch::Missed | Stretch::Since(_) => {
                if matches!(which, Stretch::Since(_)) && buffer.past == Past::Asked {
                    buffer.past = match buffer.is_full() {
                        true => Past::Complete,
                        false => Past::Partial,
                    };
                }
                let unread = fresh.iter().filter(|(at, _)| *at > read_until);
                let (count, calls) = unread.fold((0, 0), |(count, calls), (_, is_call)| {
                    (count + 1, calls + usize::from(*is_call))
                });
                if let (Some((number, _)), true) = (merged, count > 0) {
                    buffer.has_news = true;
                    buffer.count_unread(number, count, calls);
                    buffer.place_unread_line();
                    if buffer.anchor.is_some() {
                        buffer.below += count;
                    }
                    let is_partial = matches!(which, Stretch::Since(_)) && !is_end;
                    if let Some(line) = &mut buffer.unread_line {
                        line.is_partial |= is_partial;
                    }
                }
            }
        }
        if is_first_sight {
            self.begin_reading(at);
        }
        if is_open {
            self.return_to_spot();
            self.fill();
        }
    }

    fn presence(
        &mut self,
        buffers: &[BufferName],
        at: Millis,
        who: &Who,
        what: &Presence,
        rooms: &Rooms,
    ) {
        if let Presence::Renamed(new) = what
            && let Some(index) = self.find(&BufferName::Person(who.nick.clone()), rooms)
            && self.find(&BufferName::Person(new.clone()), rooms).is_none()
            && let Some(buffer) = self.buffers.get_mut(index)
        {
            buffer.name = BufferName::Person(new.clone());
            self.sort(rooms);
        }
        let is_news_of_others = matches!(
            what,
            Presence::Joined | Presence::CameBack | Presence::Away(_)
        );
        if who.is_self && is_news_of_others {
            return;
        }
        let text = words::presence(&self.texts, who, what);
        for name in buffers {
            let is_renamed = matches!((what, name), (Presence::Renamed(_), BufferName::Person(n)) if rooms.same(n, &who.nick));
            let name = match what {
                Presence::Renamed(new) if is_renamed => BufferName::Person(new.clone()),
                Presence::Renamed(_)
                | Presence::Joined
                | Presence::CameBack
                | Presence::Left(_)
                | Presence::Kicked { .. }
                | Presence::Quit(_)
                | Presence::Away(_) => name.clone(),
            };
            match what {
                Presence::Joined => {
                    self.come(&name, at, &who.nick, Coming::Joined, &text, rooms);
                }
                Presence::CameBack => {
                    self.come(&name, at, &who.nick, Coming::CameBack, &text, rooms);
                }
                Presence::Left(_) | Presence::Quit(_) => {
                    self.come(&name, at, &who.nick, Coming::Left, &text, rooms);
                }
                Presence::Renamed(new) => {
                    self.come(&name, at, &who.nick, Coming::Renamed(new), &text, rooms);
                }
                Presence::Kicked { .. } | Presence::Away(_) => {
                    self.note_in(&name, at, &text, rooms);
                }
            }
        }
    }

    fn topic(&mut self, room: String, at: Millis, by: Option<Who>, text: &str, rooms: &Rooms) {
        if let Some(by) = by {
            let text = words::topic(&self.texts, Some(&by), text);
            self.note_in(&BufferName::Room(room), at, &text, rooms);
        }
    }

    fn own_away(&mut self, text: Option<String>) {
        if self.away == text {
            return;
        }
        self.away = text;
        let key = if self.away.is_some() {
            "ui-you-are-away"
        } else {
            "ui-you-are-back"
        };
        let text = self.text(key);
        self.note(self.open, LineKind::Note, self.now, &text);
    }

    fn note_in(&mut self, name: &BufferName, when: Millis, text: &str, rooms: &Rooms) {
        if let Some(at) = self.find(name, rooms) {
            self.note(at, LineKind::Note, when, text);
        }
    }

    pub(super) fn heard<'a>(&self, message: &'a Message, name: &BufferName) -> Heard<'a> {
        let text = clean(&message.text);
        let may_call = matches!(name, BufferName::Room(_)) && !message.from.is_self;
        Heard {
            message,
            is_mention: may_call && is_mentioned(&text, &self.nick),
            nick: clean(&message.from.nick),
            text,
        }
    }
}

/// A message as it is shown.
pub(super) struct Heard<'a> {
    message: &'a Message,
    nick: Cow<'a, str>,
    text: Cow<'a, str>,
    is_mention: bool,
}

impl Heard<'_> {
    pub(super) fn line(&self) -> Line<'_> {
        Line {
            id: self.message.id.as_deref().map(Id::new),
            at: self.message.at,
            kind: match self.message.kind {
                MessageKind::Message => LineKind::Message,
                MessageKind::Notice => LineKind::Notice,
                MessageKind::Action => LineKind::Action,
            },
            nick: &self.nick,
            is_self: self.message.from.is_self,
            is_mention: self.is_mention,
            text: &self.text,
        }
    }
}
