//! One's own lines: from the input to the echo.

use super::buffer::{LineKind, Outgoing, Past, Standing};
use super::{Connection, Model};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Stretch};
use crate::client::rooms::Rooms;

/// How many letters are shown of what was said elsewhere.
const SAID_MAX: usize = 24;

/// How many lines of one conversation may wait at once.
const OUTGOING_MAX: usize = 500;

impl Model {
    /// Says something in a conversation: at once, or as soon as the connection is back.
    pub(super) fn say(&mut self, at: usize, text: &str, is_action: bool) -> Result<(), String> {
        let is_online = self.connection == Connection::Online;
        let refusal = match self.buffers.get(at) {
            Some(buffer) if buffer.outgoing.len() >= OUTGOING_MAX => Some("ui-too-many-unsent"),
            Some(buffer) => match buffer.name {
                BufferName::Server => Some("ui-nobody-here"),
                BufferName::Room(_) if is_online && !buffer.is_joined => Some("ui-not-in-room"),
                BufferName::Room(_) | BufferName::Person(_) => None,
            },
            None => Some("ui-nobody-here"),
        };
        if let Some(key) = refusal {
            return Err(self.text(key));
        }
        let buffer = self.buffers.get(at);
        if let Some(why) = buffer.and_then(|buffer| self.too_long(buffer, text, is_action)) {
            return Err(why);
        }
        self.nonces += 1;
        let outgoing = Outgoing {
            nonce: format!("{}{}", self.settings.nonce_prefix, self.nonces),
            text: text.to_owned(),
            is_action,
            at: self.now,
            standing: Standing::Unsent,
        };
        if let Some(buffer) = self.buffers.get_mut(at) {
            buffer.outgoing.push(outgoing);
            buffer.unread_line = None;
            buffer.is_held = false;
            buffer.to_bottom();
        }
        self.send_unsent(at);
        Ok(())
    }

    /// Says each line of a text that holds something, or none of them.
    pub(super) fn say_lines(&mut self, at: usize, text: &str) -> Result<(), String> {
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let waiting = self
            .buffers
            .get(at)
            .map_or(0, |buffer| buffer.outgoing.len());
        if waiting + lines.len() > OUTGOING_MAX {
            return Err(self.text("ui-too-many-lines"));
        }
        let buffer = self.buffers.get(at);
        let too_long = |line: &&str| self.too_long(buffer?, line, false);
        if let Some(why) = lines.iter().find_map(too_long) {
            return Err(why);
        }
        lines
            .into_iter()
            .try_for_each(|line| self.say(at, line, false))
    }

    /// Sends again what failed in the open conversation, under the same marks.
    pub(super) fn resend(&mut self) {
        for outgoing in &mut self.buffer_mut().outgoing {
            if matches!(outgoing.standing, Standing::Failed(_)) {
                outgoing.standing = Standing::Unsent;
            }
        }
        match self.connection {
            Connection::Online => self.send_unsent(self.open),
            Connection::Connecting | Connection::Offline { .. } => {
                self.actions.push(Action::Reconnect);
            }
        }
    }

    /// Sends what stands unsent in a conversation, in order.
    pub(super) fn send_unsent(&mut self, at: usize) {
        let now = self.now;
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        let is_out = matches!(buffer.name, BufferName::Room(_)) && !buffer.is_joined;
        if self.connection != Connection::Online || is_out {
            return;
        }
        for outgoing in &mut buffer.outgoing {
            if outgoing.standing == Standing::Unsent {
                outgoing.standing = Standing::Sent;
                outgoing.at = now;
                self.actions.push(Action::Say {
                    buffer: buffer.name.clone(),
                    text: outgoing.text.clone(),
                    is_action: outgoing.is_action,
                    nonce: outgoing.nonce.clone(),
                });
            }
        }
    }

    /// The connection is lost: what was not echoed stands unsent, rooms must be joined anew.
    pub(super) fn go_offline(&mut self) {
        for buffer in &mut self.buffers {
            buffer.is_joined = false;
            if buffer.past == Past::Asked {
                let is_known = buffer.first() < buffer.end();
                buffer.past = if is_known {
                    Past::Partial
                } else {
                    Past::Unasked
                };
            }
            for outgoing in &mut buffer.outgoing {
                if outgoing.standing == Standing::Sent {
                    outgoing.standing = Standing::Unsent;
                }
            }
        }
    }

    /// A conversation can be used again: what was missed is asked for, what is unsent goes out.
    pub(super) fn resume(&mut self, at: usize, _rooms: &Rooms) {
        if let Some(buffer) = self.buffers.get(at)
            // What was told on the way in is nothing of its past.
            && (buffer.past != Past::Unasked || buffer.newest_at().is_some())
            && buffer.name != BufferName::Server
        {
            let name = buffer.name.clone();
            self.actions.push(Action::Past {
                buffer: name,
                which: Stretch::Missed,
            });
        } else if matches!(self.buffers.get(at), Some(b) if matches!(b.name, BufferName::Room(_))) {
            self.ask_since(at);
        }
        self.send_unsent(at);
    }

    /// Asks for what came since a conversation was read last, when nothing of it is known; of a room
    /// that nobody has read yet, for what is newest, so that it is known where reading begins.
    pub(super) fn ask_since(&mut self, at: usize) {
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        if buffer.past == Past::Unasked && buffer.name != BufferName::Server {
            buffer.past = Past::Asked;
            let which = match (&buffer.name, buffer.read_until) {
                (BufferName::Room(_), 0) => Stretch::Newest,
                (_, until) => Stretch::Since(until),
            };
            self.actions.push(Action::Past {
                buffer: buffer.name.clone(),
                which,
            });
        }
    }

    /// The marks of one's own lines that were never sent, or not since the connection was lost.
    pub fn unsent(&self) -> impl Iterator<Item = &str> {
        let all = self.buffers.iter().flat_map(|buffer| &buffer.outgoing);
        all.filter(|outgoing| outgoing.standing == Standing::Unsent)
            .map(|outgoing| outgoing.nonce.as_str())
    }

    /// How many of one's own lines were refused and stand yet, as neither sent again nor thrown away.
    pub fn refused(&self) -> usize {
        let all = self.buffers.iter().flat_map(|buffer| &buffer.outgoing);
        all.filter(|outgoing| matches!(outgoing.standing, Standing::Failed(_)))
            .count()
    }

    /// A line of one's own was refused.
    pub(super) fn fail(&mut self, nonce: &str, why: String) {
        let mut all = self
            .buffers
            .iter_mut()
            .flat_map(|buffer| &mut buffer.outgoing);
        if let Some(outgoing) = all.find(|outgoing| outgoing.nonce == nonce) {
            outgoing.standing = Standing::Failed(why.clone());
        }
        let is_it = |own: &Outgoing| own.nonce == nonce;
        let at = self
            .buffers
            .iter()
            .position(|buffer| buffer.outgoing.iter().any(is_it));
        if let Some(at) = at.filter(|&at| at != self.open && self.looking.has_screen) {
            let values = [("to", self.called(at)), ("why", why)];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            let text = self.texts.with("ui-not-said-to", &values);
            self.note(self.open, LineKind::Failure, self.now, &text);
        }
    }

    /// Says where something went that was said in a conversation which is not open: there may be no
    /// sidebar to see it by. A pipe has it in its own words.
    pub(super) fn tell_said_elsewhere(&mut self, at: usize, text: &str) {
        if at == self.open || !self.looking.has_screen {
            return;
        }
        let mut head: String = text.chars().take(SAID_MAX + 1).collect();
        if head.chars().count() > SAID_MAX {
            head.pop();
            head.push_str("...");
        }
        let key = match self.connection {
            Connection::Online => "ui-said-to",
            Connection::Connecting | Connection::Offline { .. } => "ui-waits-for",
        };
        let values = [("to", self.called(at)), ("text", head.replace('\n', " "))];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let text = self.texts.with(key, &values);
        self.note(self.open, LineKind::Note, self.now, &text);
    }

    fn called(&self, at: usize) -> String {
        match self.buffers.get(at).map(|buffer| &buffer.name) {
            Some(BufferName::Room(name) | BufferName::Person(name)) => name.clone(),
            Some(BufferName::Server) | None => self.network.clone(),
        }
    }
}
