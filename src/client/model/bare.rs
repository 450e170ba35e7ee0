//! A room as plain lines: each message one line, however long, to be selected with the mouse.

use jiff::Timestamp;

use super::Model;
use super::buffer::{Line, LineKind};
use crate::client::action::Action;

/// Lines at most: those before are scrolled to in the room.
const LINES_MAX: i64 = 10_000;

impl Model {
    /// Shows what is loaded of the open conversation as plain lines.
    pub(super) fn show_bare(&mut self) {
        let buffer = self.buffer();
        let first = buffer.first().max(buffer.end() - LINES_MAX);
        let mut text = String::new();
        let mut day_before = None;
        let lines = (first..buffer.end()).filter_map(|number| Some((number, buffer.line(number)?)));
        for (number, line) in lines {
            let full = buffer.in_full(number, &self.texts);
            let text_of = full.as_deref().unwrap_or(line.text);
            let line = Line {
                text: text_of,
                ..line
            };
            let stamp = Timestamp::from_millisecond(line.at).unwrap_or(Timestamp::UNIX_EPOCH);
            let zoned = stamp.to_zoned(self.settings.zone.clone());
            let day = zoned.date();
            if day_before.replace(day) != Some(day) {
                text.push_str(&format!("{day}\n"));
            }
            text.push_str(&zoned.strftime("%H:%M ").to_string());
            text.push_str(&said(line));
            text.push('\n');
        }
        text.push_str(&self.texts.get("ui-bare-back"));
        self.actions.push(Action::Bare(text));
    }
}

fn said(line: Line<'_>) -> String {
    match line.kind {
        LineKind::Message | LineKind::Notice => format!("{}: {}", line.nick, line.text),
        LineKind::Action => format!("* {} {}", line.nick, line.text),
        LineKind::Note => format!("* {}", line.text),
        LineKind::Failure => format!("! {}", line.text),
    }
}
