//! Talk: messages, notices, tags, and messages of several lines (IRCv3 draft/multiline).

use std::borrow::Cow;
use std::sync::Arc;

use super::message::text_max;
use super::{Irc, Turn};
use crate::core::{Command, Kind, Say, Target};
use crate::irc::NONCE;
use crate::irc::caps::Cap;
use crate::irc::line::Line;
use crate::irc::numeric::*;
use crate::server::dialect::{Around, Ask};
use crate::server::names;

/// A message of several lines that is being sent.
#[derive(Debug)]
pub(super) struct Multiline {
    reference: String,
    target: String,
    label: Option<Arc<str>>,
    nonce: Option<Arc<str>>,
    tags: Option<Arc<str>>,
    kind: Option<Kind>,
    text: String,
    lines: usize,
    /// Whether it was refused, and the rest of it is passed over.
    is_refused: bool,
}

/// Bytes of a target and a text that fit a line whatever the names are.
const SHORT: usize = 240;

impl Irc {
    /// Whether a line of talk can be nothing but talk.
    pub(super) fn talk_only_proposes(&self, line: &Line<'_>) -> bool {
        let (to, text) = (line.params.at(0), line.params.at(1));
        let is_whole = !to.is_empty() && !to.contains(',') && !text.is_empty();
        let fits = to.len() + text.len() <= SHORT;
        is_whole && fits && line.tags.get("batch").is_none()
    }

    pub(super) fn privmsg(&mut self, turn: &mut Turn<'_, '_>) {
        if turn.line.params.at(0).is_empty() {
            return self.reply(turn, ERR_NORECIPIENT, &[], "say to whom");
        }
        if turn.line.params.len() < 2
            || turn.line.params.at(1).is_empty() && turn.line.tags.get("batch").is_none()
        {
            return self.reply(turn, ERR_NOTEXTTOSEND, &[], "there is nothing to send");
        }
        self.say(turn, Kind::Message);
    }

    pub(super) fn notice(&mut self, turn: &mut Turn<'_, '_>) {
        self.say(turn, Kind::Notice);
    }

    pub(super) fn tagmsg(&mut self, turn: &mut Turn<'_, '_>) {
        let Some(tags) = self
            .client_tags(&turn.line)
            .filter(|_| self.has(Cap::MessageTags))
        else {
            return;
        };
        // What says only that somebody types is worth nothing a moment later.
        let is_typing = tags
            .split(';')
            .all(|tag| tag.starts_with("+typing=") || tag.starts_with("+draft/typing="));
        for name in self.targets(turn) {
            let mut say = self.say_to(name, Kind::Tags, "", turn);
            say.tags = Some(tags.clone());
            let ask = if is_typing {
                Ask::Relay(say)
            } else {
                Ask::Propose(Command::Say(say))
            };
            turn.ask(name, ask);
        }
    }

    fn say(&mut self, turn: &mut Turn<'_, '_>, kind: Kind) {
        if turn.line.tags.get("batch").is_some() {
            return self.add_line(turn, kind);
        }
        let text = turn.line.params.at(1);
        let command = match kind {
            Kind::Notice => "NOTICE",
            Kind::Message | Kind::Tags => "PRIVMSG",
        };
        let to = turn.line.params.at(0);
        let names = if to.contains(',') {
            Cow::Owned(self.targets(turn))
        } else {
            Cow::Borrowed(std::slice::from_ref(&to))
        };
        for name in names.iter().filter(|name| !name.is_empty()) {
            if text.len() > self.text_max(command, name, turn.around) {
                let text = "with your name in front that does not fit a line; say it in two";
                self.reply(turn, ERR_INPUTTOOLONG, &[], text);
                continue;
            }
            let say = self.say_to(name, kind, text, turn);
            let about = match &say.to {
                Target::Room(folded) | Target::Person(folded) if **folded == **name => {
                    folded.clone()
                }
                Target::Room(_) | Target::Person(_) => Arc::from(*name),
            };
            turn.ask(about, Ask::Propose(Command::Say(say)));
        }
    }

    /// How many bytes of one's own text a line holds for others, whom it reaches in one piece.
    fn text_max(&self, command: &str, to: &str, around: &Around<'_>) -> usize {
        let user = around.state.session_user(around.session);
        let mask = user.map_or(0, |user| user.person.mask_len());
        text_max(mask, command, to)
    }

    /// The targets of a line, as many as there may be; the others are answered.
    pub(super) fn targets<'a>(&self, turn: &mut Turn<'a, '_>) -> Vec<&'a str> {
        let all = turn.line.params.at(0).split(',');
        let mut names: Vec<&str> = all.filter(|name| !name.is_empty()).collect();
        let max = turn.around.settings.limits.targets;
        for over in names.drain(max.min(names.len())..).collect::<Vec<_>>() {
            let text = format!("one line may have {max} targets");
            self.reply(turn, ERR_TOOMANYTARGETS, &[over], &text);
        }
        names
    }

    fn say_to(&self, name: &str, kind: Kind, text: &str, turn: &Turn<'_, '_>) -> Say {
        Say {
            to: target(name),
            kind,
            text: text.into(),
            // A mark is that of one message.
            nonce: self
                .nonce(&turn.line, turn.around)
                .filter(|_| !turn.line.params.at(0).contains(',')),
            tags: self.client_tags(&turn.line),
        }
    }

    fn nonce(&self, line: &Line<'_>, around: &Around<'_>) -> Option<Arc<str>> {
        let nonce = line.tags.get(NONCE).filter(|_| self.has(Cap::Nonce))?;
        let fits = !nonce.is_empty() && nonce.len() <= around.settings.limits.nonce_length;
        fits.then(|| Arc::from(nonce))
    }

    /// The tags that are for other clients, as written (message-tags, «Client-only tags»).
    fn client_tags(&self, line: &Line<'_>) -> Option<Arc<str>> {
        if !self.has(Cap::MessageTags) {
            return None;
        }
        let mut all = String::new();
        for tag in line
            .tags
            .raw()
            .split(';')
            .filter(|tag| tag.starts_with('+'))
        {
            if !all.is_empty() {
                all.push(';');
            }
            all.push_str(tag);
        }
        (!all.is_empty()).then(|| all.into())
    }

    pub(super) fn batch(&mut self, turn: &mut Turn<'_, '_>) {
        let reference = turn.line.params.at(0);
        if let Some(reference) = reference.strip_prefix('-') {
            return self.end_multiline(turn, reference);
        }
        let name = reference.strip_prefix('+').unwrap_or_default();
        let is_multiline = turn.line.params.at(1) == "draft/multiline" && self.has(Cap::Multiline);
        if name.is_empty() || !is_multiline || turn.line.params.at(2).is_empty() {
            return self.fail_batch(
                turn,
                "UNKNOWN_TYPE",
                "the only batch that can be sent is draft/multiline",
            );
        }
        if self.multiline.take().is_some() {
            return self.fail_batch(
                turn,
                "MULTILINE_INVALID",
                "end one batch before you begin another",
            );
        }
        self.multiline = Some(Multiline {
            reference: name.to_owned(),
            target: turn.line.params.at(2).to_owned(),
            // The answer to a batch bears the label of its first line (labeled-response).
            label: turn.mark.label.take(),
            nonce: self.nonce(&turn.line, turn.around),
            tags: self.client_tags(&turn.line),
            kind: None,
            text: String::new(),
            lines: 0,
            is_refused: false,
        });
    }

    fn add_line(&mut self, turn: &mut Turn<'_, '_>, kind: Kind) {
        let limits = &turn.around.settings.limits;
        let reference = turn.line.tags.get("batch").unwrap_or_default();
        let Some(batch) = self
            .multiline
            .as_mut()
            .filter(|batch| batch.reference == reference)
        else {
            return self.fail_batch(turn, "MULTILINE_INVALID", "there is no such batch");
        };
        if batch.is_refused {
            return;
        }
        let is_same = batch.kind.is_none_or(|one| one == kind)
            && *names::fold(&batch.target) == *names::fold(turn.line.params.at(0));
        let goes_on = turn.line.tags.get("draft/multiline-concat").is_some();
        let is_blank = goes_on && turn.line.params.at(1).is_empty();
        if batch.lines > 0 && !goes_on {
            batch.text.push('\n');
        }
        batch.kind = Some(kind);
        batch.text.push_str(turn.line.params.at(1));
        batch.lines += 1;
        let (bytes, lines) = (batch.text.len(), batch.lines);
        if !is_same {
            return self.drop_batch(
                turn,
                "MULTILINE_INVALID_TARGET",
                "",
                "all lines must go to one target",
            );
        }
        if is_blank {
            let text = "a line that goes on with the one before cannot be blank";
            return self.drop_batch(turn, "MULTILINE_INVALID", "", text);
        }
        if bytes > limits.multiline_max_bytes {
            let max = limits.multiline_max_bytes.to_string();
            let text = format!("a message may be {max} bytes long");
            return self.drop_batch(turn, "MULTILINE_MAX_BYTES", &max, &text);
        }
        if lines > limits.multiline_max_lines {
            let max = limits.multiline_max_lines.to_string();
            let text = format!("a message may have {max} lines");
            self.drop_batch(turn, "MULTILINE_MAX_LINES", &max, &text);
        }
    }

    fn end_multiline(&mut self, turn: &mut Turn<'_, '_>, reference: &str) {
        let Some(batch) = self
            .multiline
            .take()
            .filter(|batch| batch.reference == reference)
        else {
            return self.fail_batch(turn, "MULTILINE_INVALID", "there is no such batch");
        };
        if batch.is_refused {
            return;
        }
        turn.mark.label = batch.label;
        let Some(kind) = batch.kind.filter(|_| batch.text.chars().any(|c| c != '\n')) else {
            return self.fail_batch(turn, "MULTILINE_INVALID", "there is nothing to send");
        };
        let say = Say {
            to: target(&batch.target),
            kind,
            text: batch.text.into(),
            nonce: batch.nonce,
            tags: batch.tags,
        };
        turn.ask(batch.target, Ask::Propose(Command::Say(say)));
    }

    fn drop_batch(&mut self, turn: &mut Turn<'_, '_>, code: &str, context: &str, text: &str) {
        if let Some(batch) = &mut self.multiline {
            batch.is_refused = true;
            batch.text = String::new();
            turn.mark.label = batch.label.take();
        }
        let around = turn.around;
        self.fail(&mut turn.out, around, "BATCH", code, context, text);
    }

    fn fail_batch(&mut self, turn: &mut Turn<'_, '_>, code: &str, text: &str) {
        let around = turn.around;
        self.fail(&mut turn.out, around, "BATCH", code, "", text);
    }

    /// Ends the session as its client wishes.
    pub(super) fn quit(&mut self, turn: &mut Turn<'_, '_>) {
        let reason = super::register::cut(
            turn.line.params.at(0),
            turn.around.settings.limits.reason_length,
        );
        let reason = match reason {
            "" => "Quit".to_owned(),
            reason => format!("Quit: {reason}"),
        };
        if !self.registration.is_over() {
            turn.step.close = Some(reason);
            return;
        }
        // The others are told before the connection ends.
        self.is_leaving = true;
        let command = Command::SignOff {
            reason: reason.as_str().into(),
        };
        turn.ask(reason, Ask::Propose(command));
    }
}

fn target(name: &str) -> Target {
    let folded = names::fold(name);
    if name.starts_with('#') {
        Target::Room(folded)
    } else {
        Target::Person(folded)
    }
}
