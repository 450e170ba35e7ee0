//! Whole lines of a pipe, taken into the model: said or done, whatever lies over the screen.

use super::buffer::LineKind;
use super::commands::COMMANDS;
use super::overlay::Overlay;
use super::overlay::find::matches;
use super::{Model, clean};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::rooms::Rooms;

/// How many lines are told of those that were found.
const FOUND_MAX: usize = 50;

/// How many answers to commands are taken along into the lobby.
const REFUSED_MAX: usize = 20;

impl Model {
    /// Says a line in the open conversation, or does what it commands; what came of it is told.
    pub(super) fn take_line(&mut self, text: &str, rooms: &Rooms) {
        if self.answers_farewell(text) {
            return;
        }
        self.overlay = None;
        let line = clean(text);
        let outcome = match self.as_command(&line) {
            Some(command) => self.run_command(&command, rooms),
            None => {
                let literal = line.strip_prefix('/').filter(|rest| rest.starts_with('/'));
                self.say(self.open, literal.unwrap_or(&line), false)
            }
        };
        if let Err(why) = outcome {
            let values = [("why", why.as_str()), ("text", &*line)];
            let text = self.texts.with("plain-not-sent", &values);
            self.answer(LineKind::Failure, &text);
        }
        self.tell_overlay();
    }

    /// What would lie over the screen, as lines.
    fn tell_overlay(&mut self) {
        match self.overlay.take() {
            Some(Overlay::Help(help)) => self.tell_help(help.filter.text()),
            Some(Overlay::Find(find)) => self.tell_found(find.needle.text()),
            Some(Overlay::Mentions(mentions)) => {
                for mention in mentions.found.iter().rev() {
                    self.tell(&format!("<{}> {}", mention.nick, mention.text), false);
                }
            }
            Some(Overlay::Goto(_)) => {
                let usage = self.usage("go");
                self.tell(&usage, true);
            }
            other => self.overlay = other,
        }
    }

    /// The help as lines: the commands, since there are no keys.
    fn tell_help(&mut self, filter: &str) {
        let wanted = filter.trim().trim_start_matches('/').to_lowercase();
        for command in COMMANDS {
            let usage = command.usage(&self.texts);
            let row = format!("{usage}: {}", self.texts.get(command.text));
            if row.to_lowercase().contains(&wanted) {
                self.tell(&row, false);
            }
        }
    }

    /// The newest lines of the open conversation that hold a text, the oldest of them first.
    fn tell_found(&mut self, needle: &str) {
        let lines = self.buffer().newest_first();
        let mut found: Vec<String> = lines
            .filter(|line| !matches(line.text, needle).is_empty())
            .map(|line| format!("<{}> {}", line.nick, line.text))
            .take(FOUND_MAX)
            .collect();
        if found.is_empty() {
            found.push(self.text("ui-find-none"));
        }
        for line in found.iter().rev() {
            self.tell(line, false);
        }
    }

    /// Adds a line that answers what was typed, for a view without buffers too.
    pub(super) fn answer(&mut self, kind: LineKind, text: &str) {
        self.note(self.open, kind, self.now, text);
        if kind == LineKind::Failure {
            self.refused_here(self.open, text);
        }
        self.tell(text, kind == LineKind::Failure);
    }

    /// Notes that a command was refused in a conversation: before the lobby opens that is read there.
    pub(super) fn refused_here(&mut self, at: usize, why: &str) {
        let here = self.buffers.get(at).map(|buffer| &buffer.name);
        let is_early = self.lobby.is_none() && here == Some(&BufferName::Server);
        if is_early && self.refused_early.len() < REFUSED_MAX {
            self.refused_early.push(clean(why).into_owned());
        }
    }

    pub(super) fn tell(&mut self, text: &str, is_failure: bool) {
        self.actions.push(Action::Tell {
            buffer: self.buffer().name.clone(),
            text: text.to_owned(),
            is_failure,
        });
    }
}
