//! Messages as lines: one, a batch of several, or cut for who knows no batches.

use unicode_segmentation::UnicodeSegmentation;

use super::Irc;
use super::reply::end_batch;
use crate::core::{Kind, Millis, Seq};
use crate::irc::NONCE;
use crate::irc::caps::Cap;
use crate::irc::framing::REST_MAX;
use crate::irc::write::LineWriter;
use crate::log::Epoch;
use crate::server::dialect::Around;

/// Bytes of text that a line holds at least, however long the names are.
const TEXT_MIN: usize = 64;

/// A moment as server-time has it.
pub(super) fn time(at: Millis) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    format!("{moment:.3}")
}

/// The id of a message: unique, and the same on every node.
pub(super) fn message_id(epoch: Epoch, seq: Seq) -> String {
    format!("{epoch}-{seq}")
}

/// The message that an id of this log stands for.
pub(super) fn seq_of(epoch: Epoch, id: &str) -> Option<Seq> {
    let (log, seq) = id.split_once('-')?;
    (log == epoch.to_string())
        .then(|| seq.parse().ok().map(Seq))
        .flatten()
}

/// A message with all that its lines are made of, from an event or from the past.
pub(super) struct Told<'a> {
    pub(super) seq: Seq,
    pub(super) at: Millis,
    pub(super) nick: &'a str,
    pub(super) username: &'a str,
    pub(super) host: &'a str,
    pub(super) account: Option<&'a str>,
    pub(super) to: &'a str,
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) tags: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    /// The batch that its lines are in.
    pub(super) batch: Option<&'a str>,
}

impl Told<'_> {
    /// How many bytes of text one line holds.
    fn text_max(&self, command: &str) -> usize {
        let mask = self.nick.len() + self.username.len() + self.host.len() + 2;
        text_max(mask, command, self.to)
    }
}

/// How many bytes of text fit a line that somebody with a mask of so many bytes is the source of.
pub(super) fn text_max(mask: usize, command: &str, to: &str) -> usize {
    let around = ": ".len() + mask + command.len() + " ".len() + to.len() + " :\r\n".len();
    REST_MAX.saturating_sub(around).max(TEXT_MIN)
}

impl Irc {
    /// Writes a message: in one line, in a batch of several, or cut for who knows no batches.
    pub(super) fn tell(&self, told: &Told<'_>, around: &Around<'_>, out: &mut Vec<u8>) {
        let command = match told.kind {
            Kind::Message => "PRIVMSG",
            Kind::Notice => "NOTICE",
            Kind::Tags if self.has(Cap::MessageTags) => {
                let line = self.message_tags(told, told.batch, true, around, out);
                return line
                    .mask(told.nick, told.username, told.host)
                    .command("TAGMSG")
                    .param(told.to)
                    .end();
            }
            Kind::Tags => return,
        };
        let bytes_max = told.text_max(command);
        if !told.text.is_empty() && told.text.len() <= bytes_max && !told.text.contains('\n') {
            return self.tell_line(told, command, told.text, true, around, out);
        }
        let pieces = pieces(told.text, bytes_max);
        if pieces.len() > 1 && self.has(Cap::Multiline) && self.has(Cap::Batch) {
            return self.tell_batch(told, command, &pieces, around, out);
        }
        for (index, piece) in pieces
            .iter()
            .filter(|piece| !piece.text.is_empty())
            .enumerate()
        {
            self.tell_line(told, command, piece.text, index == 0, around, out);
        }
    }

    fn tell_line(
        &self,
        told: &Told<'_>,
        command: &str,
        text: &str,
        is_first: bool,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let line = self.message_tags(told, told.batch, is_first, around, out);
        let line = line
            .mask(told.nick, told.username, told.host)
            .command(command);
        line.param(told.to).trailing(text).end();
    }

    fn tell_batch(
        &self,
        told: &Told<'_>,
        command: &str,
        pieces: &[Piece<'_>],
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let reference = format!("m{}", told.seq);
        let line = self.message_tags(told, told.batch, true, around, out);
        let line = line
            .mask(told.nick, told.username, told.host)
            .command("BATCH");
        line.param(&format!("+{reference}"))
            .param("draft/multiline")
            .param(told.to)
            .end();
        for piece in pieces {
            let line = LineWriter::new(out).tag("batch", &reference);
            let line = if piece.goes_on {
                line.tag("draft/multiline-concat", "")
            } else {
                line
            };
            let line = line
                .mask(told.nick, told.username, told.host)
                .command(command);
            line.param(told.to).trailing(piece.text).end();
        }
        end_batch(&reference, told.batch, around, out);
    }

    fn message_tags<'a>(
        &self,
        told: &Told<'_>,
        batch: Option<&str>,
        is_first: bool,
        around: &Around<'_>,
        out: &'a mut Vec<u8>,
    ) -> LineWriter<'a> {
        let mut line = LineWriter::new(out);
        if let Some(batch) = batch {
            line = line.tag("batch", batch);
        }
        if self.has(Cap::ServerTime) {
            line = line.tag("time", &time(told.at));
        }
        if self.has(Cap::MessageTags) && is_first {
            // What is never stored has no place, and so no id.
            if told.seq != Seq(0) {
                line = line.tag("msgid", &message_id(around.epoch, told.seq));
            }
            line = line.raw_tags(told.tags.unwrap_or_default());
        }
        if let Some(nonce) = told.nonce.filter(|_| is_first) {
            line = line.tag(NONCE, nonce);
        }
        match told.account.filter(|_| self.has(Cap::AccountTag)) {
            Some(account) => line.tag("account", account),
            None => line,
        }
    }
}

/// A part of a message that fits a line.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    text: &'a str,
    /// Whether it belongs to the line of the piece before.
    goes_on: bool,
}

/// Cuts a message at its line feeds, and its lines at graphemes where they are too long.
fn pieces(text: &str, bytes_max: usize) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    for line in text.split('\n') {
        let (mut rest, mut goes_on) = (line, false);
        while rest.len() > bytes_max {
            let fits = rest
                .grapheme_indices(true)
                .map(|(at, grapheme)| at + grapheme.len());
            let at = fits.take_while(|end| *end <= bytes_max).last();
            // A grapheme that is longer than a line is cut between its code points.
            let at = at.unwrap_or_else(|| super::register::cut(rest, bytes_max).len());
            let (text, after) = rest.split_at(at);
            all.push(Piece { text, goes_on });
            (rest, goes_on) = (after, true);
        }
        all.push(Piece {
            text: rest,
            goes_on,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_at_line_feeds_and_graphemes() {
        let texts = |text, max| {
            pieces(text, max)
                .iter()
                .map(|piece| (piece.text.to_owned(), piece.goes_on))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            texts("a\n\nb", 9),
            [
                ("a".into(), false),
                (String::new(), false),
                ("b".into(), false)
            ]
        );
        assert_eq!(
            texts("张三李四", 7),
            [("张三".into(), false), ("李四".into(), true)]
        );
        assert_eq!(
            texts("ae\u{301}", 3),
            [("a".into(), false), ("e\u{301}".into(), true)]
        );
    }

    #[test]
    fn an_id_is_that_of_this_log_only() {
        let id = message_id(Epoch(7), Seq(12));
        assert_eq!(seq_of(Epoch(7), &id), Some(Seq(12)));
        assert_eq!(seq_of(Epoch(8), &id), None);
        assert_eq!(seq_of(Epoch(7), "rubbish"), None);
    }

    #[test]
    fn a_moment_has_milliseconds() {
        assert_eq!(time(Millis(1_319_042_451_620)), "2011-10-19T16:40:51.620Z");
    }
}
