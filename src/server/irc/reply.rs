//! Answers: numerics, standard replies, labels and batches around them.

use super::register::cut;
use super::{Irc, Turn};
use crate::irc::caps::Cap;
use crate::irc::line::Line;
use crate::irc::numeric::{ERR_TOOMANYMATCHES, Numeric};
use crate::irc::write::{LineWriter, escape_tag};
use crate::server::dialect::Around;

impl Irc {
    /// Answers a line with a numeric.
    pub(super) fn reply(
        &self,
        turn: &mut Turn<'_, '_>,
        numeric: Numeric,
        params: &[&str],
        text: &str,
    ) {
        let around = turn.around;
        self.numeric(&mut turn.out, around, numeric, params, text);
    }

    /// Writes a numeric; the text is its last parameter.
    pub(super) fn numeric(
        &self,
        out: &mut Vec<u8>,
        around: &Around<'_>,
        numeric: Numeric,
        params: &[&str],
        text: &str,
    ) {
        let params: Vec<&str> = params.iter().map(|param| cut(param, ECHO_MAX)).collect();
        self.numeric_line(out, around, numeric, &params)
            .trailing(text)
            .end();
    }

    /// Begins a numeric, for those that end without a text.
    pub(super) fn numeric_line<'a>(
        &self,
        out: &'a mut Vec<u8>,
        around: &Around<'_>,
        numeric: Numeric,
        params: &[&str],
    ) -> LineWriter<'a> {
        let line = LineWriter::new(out)
            .source(&around.settings.name)
            .command(numeric.as_str());
        let target = self.target(around);
        params
            .iter()
            .fold(line.param(&target), |line, param| line.param(param))
    }

    /// Says that a command failed (IRCv3 standard-replies; a notice for who does not know them).
    pub(super) fn fail(
        &self,
        out: &mut Vec<u8>,
        around: &Around<'_>,
        verb: &str,
        code: &str,
        context: &str,
        text: &str,
    ) {
        self.standard(out, around, "FAIL", [verb, code, context], text);
    }

    /// Writes a standard reply: its kind, then verb, code and context.
    pub(super) fn standard(
        &self,
        out: &mut Vec<u8>,
        around: &Around<'_>,
        kind: &str,
        [verb, code, context]: [&str; 3],
        text: &str,
    ) {
        let line = LineWriter::new(out).source(&around.settings.name);
        // Who asked for one of these knows the refusals that its specification names.
        let knows = [Cap::StandardReplies, Cap::Multiline, Cap::ChatHistory];
        if !knows.iter().any(|cap| self.has(*cap)) {
            let target = self.target(around);
            line.command("NOTICE").param(&target).trailing(text).end();
            return;
        }
        let line = line.command(kind).param(verb).param(code);
        let line = context
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| cut(word, ECHO_MAX))
            .fold(line, LineWriter::param);
        line.trailing(text).end();
    }

    /// Hands over a whole answer: as it is, or under its label (IRCv3 labeled-response).
    pub(super) fn finish(
        &mut self,
        label: Option<&str>,
        told: Vec<u8>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let Some(label) = label else {
            out.extend_from_slice(&told);
            return;
        };
        let count = told.iter().filter(|byte| **byte == b'\n').count();
        if count == 0 {
            let line = LineWriter::new(out)
                .tag("label", label)
                .source(&around.settings.name);
            return line.command("ACK").end();
        }
        if count == 1 || is_one_batch(&told) {
            return tagged(&format!("label={}", escape_tag(label)), &told, out);
        }
        if !self.has(Cap::Batch) {
            return out.extend_from_slice(&told);
        }
        let reference = self.next_batch();
        LineWriter::new(out)
            .tag("label", label)
            .source(&around.settings.name)
            .command("BATCH")
            .param(&format!("+{reference}"))
            .param("labeled-response")
            .end();
        for line in told.split_inclusive(|byte| *byte == b'\n') {
            if is_in_batch(line) {
                out.extend_from_slice(line);
            } else {
                tagged(&format!("batch={reference}"), line, out);
            }
        }
        end_batch(&reference, None, around, out);
    }

    /// Ends an answer that would not leave room for anything else; false while it may go on.
    pub(super) fn is_too_much(&self, turn: &mut Turn<'_, '_>) -> bool {
        let is_over = turn.out.len() > answer_max(turn.around);
        if is_over {
            let verb = turn.mark.verb;
            self.reply(
                turn,
                ERR_TOOMANYMATCHES,
                &[verb],
                "there is more; ask for less",
            );
        }
        is_over
    }

    /// A name for a new batch.
    pub(super) fn next_batch(&mut self) -> String {
        self.batches += 1;
        format!("b{}", self.batches)
    }
}

/// Bytes of words in one line, which fits what comes before them too.
pub(super) const WORDS_MAX: usize = 300;

/// Puts words into as few texts as hold them, each of no more than so many bytes.
pub(super) fn packed(words: impl Iterator<Item = String>, bytes_max: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words {
        match all.last_mut() {
            Some(last) if last.len() + 1 + word.len() <= bytes_max => {
                last.push(' ');
                last.push_str(&word);
            }
            Some(_) | None => all.push(word),
        }
    }
    all
}

/// Bytes of a word of the client's own that an answer gives back.
const ECHO_MAX: usize = 300;

/// Bytes of one answer: who asks is not to be taken for one who does not read.
pub(super) fn answer_max(around: &Around<'_>) -> usize {
    around.settings.limits.outbox_bytes / 2
}

/// Ends a batch, which may be inside another one.
pub(super) fn end_batch(
    reference: &str,
    inside: Option<&str>,
    around: &Around<'_>,
    out: &mut Vec<u8>,
) {
    let line = LineWriter::new(out);
    let line = match inside {
        Some(outer) => line.tag("batch", outer),
        None => line,
    };
    let line = line.source(&around.settings.name).command("BATCH");
    line.param(&format!("-{reference}")).end();
}

/// Whether an answer is one batch with all that is in it: then the label goes on its first line.
fn is_one_batch(told: &[u8]) -> bool {
    let mut lines = told.split_inclusive(|byte| *byte == b'\n');
    let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else {
        return false;
    };
    if lines.any(|line| !is_in_batch(line)) || is_in_batch(first) || is_in_batch(last) {
        return false;
    }
    let opened = batch_named(first, '+');
    opened.is_some() && opened == batch_named(last, '-')
}

/// The reference of a line that begins (`+`) or ends (`-`) a batch.
fn batch_named(line: &[u8], sign: char) -> Option<&str> {
    let text = std::str::from_utf8(line).ok()?.trim_end();
    let line = Line::parse(text).ok()?;
    let is_batch = line.command == "BATCH";
    line.params
        .first()
        .and_then(|reference| reference.strip_prefix(sign))
        .filter(|_| is_batch)
}

/// Adds a tag in front of a line that is written already.
fn tagged(tag: &str, line: &[u8], out: &mut Vec<u8>) {
    out.push(b'@');
    out.extend_from_slice(tag.as_bytes());
    match line.strip_prefix(b"@") {
        Some(rest) => {
            out.push(b';');
            out.extend_from_slice(rest);
        }
        None => {
            out.push(b' ');
            out.extend_from_slice(line);
        }
    }
}

fn is_in_batch(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"@") else {
        return false;
    };
    let tags = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    tags.split(|byte| *byte == b';')
        .any(|tag| tag.starts_with(b"batch="))
}
