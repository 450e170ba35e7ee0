//! One conversation: its lines, what is unread of it, what of one's own is not said yet.

use super::comings::Rows;
use super::editor::Editor;
use super::invitations::Invitation;
use super::lines::Lines;
pub use super::lines::{Id, Line, LineKind};
use super::order::Order;
use super::place::Return;
use super::reading::Fresh;
use crate::client::happening::{BufferName, Millis};
use crate::client::kept::Notify;

/// How many lines of one conversation are kept; the oldest go first.
pub const LINES_MAX: usize = 100_000;
/// How many bytes they may take.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long one's own line looks like any other while its echo is awaited.
pub const ECHO_PATIENCE_MS: Millis = 150;

/// Where one's own line stands that has not come back yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Sent; the echo is awaited.
    Sent,
    /// Not sent: there is no connection.
    Unsent,
    /// Refused or lost, and why.
    Failed(String),
}

/// A line of one's own that has not come back yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// By which its echo is known.
    pub nonce: String,
    /// What it says.
    pub text: String,
    /// As `/me`.
    pub is_action: bool,
    /// When it was sent last, or entered.
    pub at: Millis,
    /// Where it stands.
    pub standing: Standing,
}

/// What is known of the past of a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Past {
    /// Nobody asked.
    #[default]
    Unasked,
    /// An answer is awaited.
    Asked,
    /// There is more.
    Partial,
    /// There is no more.
    Complete,
}

/// The last row in view of a conversation that is scrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The number of the line.
    pub number: i64,
    /// Which of its rows, counted from its last.
    pub row_from_end: usize,
}

/// The line that says where the unread begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadLine {
    /// The number of the first unread line.
    pub number: i64,
    /// How many were unread.
    pub count: usize,
    /// Up to when had been read.
    pub since: Millis,
    /// Whether there are more of them in the past that is not known yet.
    pub is_partial: bool,
}

/// One conversation.
#[derive(Debug)]
pub struct Buffer {
    /// With whom or where.
    pub name: BufferName,
    /// One's own lines that have not come back yet, in order.
    pub outgoing: Vec<Outgoing>,
    /// How many messages are unread.
    pub unread: usize,
    /// How many of them call oneself.
    pub mentions: usize,
    /// Where the unread begins.
    pub unread_line: Option<UnreadLine>,
    /// Up to when it has been read, in this run or before; 0 when that is not known.
    pub read_until: Millis,
    /// Whether it holds a message that came after that.
    pub has_news: bool,
    /// What came while it was looked at, and is not read yet.
    pub fresh: Option<Fresh>,
    /// Whether it was marked as unread by hand: until it is left, looking at it reads nothing.
    pub is_held: bool,
    /// That one may come in, while one has not said whether one does.
    pub invitation: Option<Invitation>,
    /// How it makes itself heard.
    pub notify: Notify,
    /// Where it is scrolled to; none at the bottom.
    pub anchor: Option<Anchor>,
    /// Where it is known to be scrolled to in the next run.
    pub kept_anchor: Option<Anchor>,
    /// Where it was scrolled to in the last run, until it stands there again.
    pub returning: Option<Return>,
    /// How many messages came below while it is scrolled.
    pub below: usize,
    /// What is known of its past.
    pub past: Past,
    /// Whether oneself is in the room.
    pub is_joined: bool,
    /// Whether oneself was in the room and was put out, or could not come in again.
    pub is_out: bool,
    /// What is kept of what is being written.
    pub kept_draft: String,
    /// What is being written.
    pub editor: Editor,
    /// A draft from another run that waits for what is being written.
    pub(super) waiting_draft: Option<String>,
    /// Where it stands among the others.
    pub(super) order: Order,
    lines: Lines,
    /// The lines that tell of several people.
    pub(super) comings: Rows,
}

impl Buffer {
    /// An empty conversation.
    pub fn new(name: BufferName) -> Self {
        Self {
            name,
            outgoing: Vec::new(),
            unread: 0,
            mentions: 0,
            unread_line: None,
            read_until: 0,
            has_news: false,
            fresh: None,
            is_held: false,
            invitation: None,
            notify: Notify::default(),
            anchor: None,
            kept_anchor: None,
            returning: None,
            below: 0,
            past: Past::Unasked,
            is_joined: false,
            is_out: false,
            kept_draft: String::new(),
            editor: Editor::default(),
            waiting_draft: None,
            order: Order::default(),
            lines: Lines::default(),
            comings: Rows::default(),
        }
    }

    /// The number of the oldest line; numbers stay when lines are added before it.
    pub fn first(&self) -> i64 {
        self.lines.first()
    }

    /// The number after that of the newest line.
    pub fn end(&self) -> i64 {
        self.lines.end()
    }

    /// Whether it holds no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.outgoing.is_empty()
    }

    /// Whether it can take no further line without losing one.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= LINES_MAX || self.lines.bytes() >= BYTES_MAX
    }

    /// How many bytes its lines take.
    pub fn bytes(&self) -> usize {
        self.lines.bytes()
    }

    /// Lets its oldest lines go, so many bytes of them.
    pub(super) fn shed(&mut self, bytes: usize) {
        let left = self.bytes().saturating_sub(bytes);
        while self.bytes() > left && !self.lines.is_empty() {
            self.lines.drop_oldest();
        }
    }

    /// A line by its number.
    pub fn line(&self, number: i64) -> Option<Line<'_>> {
        self.lines.get(number)
    }

    /// The message nearest to a line: it, or the last one before it, or the first one after it.
    pub fn nearest_with_id(&self, number: i64) -> Option<i64> {
        self.lines.nearest_with_id(number)
    }

    /// The number of the line of a message.
    pub fn find(&self, id: Id<'_>) -> Option<i64> {
        self.lines.find(id)
    }

    /// The number of the first line that is younger than this.
    pub fn first_after(&self, at: Millis) -> i64 {
        self.lines.partition(|line| line.at <= at)
    }

    /// The lines, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().rev()
    }

    /// Whether it holds a message already.
    pub fn knows(&self, line: Line<'_>) -> bool {
        self.lines.knows(line)
    }

    /// Adds a line at the end. Gives its number, or none for one that is there already.
    pub fn push(&mut self, line: Line<'_>) -> Option<i64> {
        let number = self.lines.push(line)?;
        self.drop_oldest();
        Some(number)
    }

    /// Puts another line, which is no message, in the place of the newest.
    pub(super) fn rewrite_newest(&mut self, line: Line<'_>) {
        self.lines.replace_newest(line);
    }

    /// Puts lines, oldest first, where their times belong, without those that are there already.
    /// Gives the number of the first of them and how many they are.
    pub fn merge(&mut self, lines: &[Line<'_>]) -> Option<(i64, usize)> {
        let mut fresh = lines.iter().filter(|line| !self.knows(**line));
        let first_at = fresh.next()?.at;
        let last_at = fresh.next_back().map_or(first_at, |line| line.at);
        let oldest = self.lines.get(self.lines.first());
        if oldest.is_none_or(|oldest| last_at <= oldest.at) {
            let count = self.lines.put_before(lines);
            let first = self.lines.first();
            self.drop_oldest();
            return Some((first, count));
        }
        let (mut first, mut count) = (None, 0);
        let mut at = self.lines.partition(|line| line.at <= first_at);
        for line in lines {
            while self.lines.get(at).is_some_and(|other| other.at <= line.at) {
                at += 1;
            }
            if let Some(number) = self.lines.insert(at, *line) {
                self.shift_marks(number);
                first.get_or_insert(number);
                count += 1;
                at = number + 1;
            }
        }
        self.drop_oldest();
        Some((first?, count))
    }

    /// Whether nobody has said anything as far as `rows` lines tell, and nothing is older than they are.
    pub fn is_silent(&self, rows: usize) -> bool {
        let is_talk = |line: Line<'_>| !matches!(line.kind, LineKind::Note | LineKind::Failure);
        let is_known = self.lines.is_empty() || self.past == Past::Complete;
        is_known
            && self.outgoing.is_empty()
            && self.lines.len() <= rows
            && !self.lines.iter().any(is_talk)
    }

    /// Takes its notes out, oldest first, with their times, and of its failures those that say this; the
    /// others stay.
    pub fn take_notes(&mut self, failed: &[String]) -> Vec<(Millis, LineKind, String)> {
        let (mut notes, mut failures) = (Vec::new(), Vec::new());
        for line in self.lines.iter() {
            let (at, text) = (line.at, line.text.to_owned());
            match line.kind {
                LineKind::Note => notes.push((at, line.kind, text)),
                LineKind::Failure if failed.contains(&text) => notes.push((at, line.kind, text)),
                LineKind::Failure => failures.push((at, text)),
                LineKind::Message | LineKind::Notice | LineKind::Action => return Vec::new(),
            }
        }
        self.clear();
        for (at, text) in failures {
            let kind = LineKind::Failure;
            self.push(Line {
                kind,
                ..Line::note(at, &text)
            });
        }
        notes
    }

    /// Forgets what it shows; what is not said yet stays.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.comings = Rows::default();
        self.anchor = None;
        self.returning = None;
        self.unread_line = None;
        self.below = 0;
    }

    /// Takes one's own line out of those that are awaited: by its mark, or else the first that says the same.
    pub fn take_echoed(&mut self, nonce: Option<&str>, text: &str) -> Option<Outgoing> {
        let by_nonce = nonce.and_then(|nonce| self.outgoing.iter().position(|o| o.nonce == nonce));
        let same = |o: &Outgoing| o.standing == Standing::Sent && o.text == text;
        let position = match nonce {
            Some(_) => by_nonce,
            None => self.outgoing.iter().position(same),
        };
        position.map(|position| self.outgoing.remove(position))
    }

    /// Takes note that everything is read. Gives up to when that is, when it is news.
    pub fn read(&mut self) -> Option<Millis> {
        self.unread = 0;
        self.mentions = 0;
        self.has_news = false;
        self.fresh = None;
        let newest = self.newest_at()?;
        let is_news = newest > self.read_until;
        self.read_until = self.read_until.max(newest);
        is_news.then_some(newest)
    }

    /// When the newest message was said.
    pub fn newest_at(&self) -> Option<Millis> {
        let newest = self.lines.iter().rev().find(|line| line.id.is_some())?;
        Some(newest.at)
    }

    /// Counts a line as unread; `calls` when it calls oneself.
    pub fn count_unread(&mut self, number: i64, count: usize, calls: usize) {
        match &mut self.unread_line {
            Some(line) if self.unread > 0 => {
                line.count += count;
                line.number = line.number.min(number);
            }
            _ => {
                self.unread_line = Some(UnreadLine {
                    number,
                    count,
                    since: self.read_until,
                    is_partial: false,
                });
            }
        }
        self.unread += count;
        self.mentions += calls;
    }

    /// Goes to the newest line.
    pub fn to_bottom(&mut self) {
        self.anchor = None;
        self.returning = None;
        self.below = 0;
    }

    fn shift_marks(&mut self, inserted: i64) {
        self.comings.shift(inserted);
        if let Some(anchor) = &mut self.anchor
            && anchor.number >= inserted
        {
            anchor.number += 1;
        }
        if let Some(line) = &mut self.unread_line
            && line.number >= inserted
        {
            line.number += 1;
        }
        if let Some(fresh) = &mut self.fresh
            && fresh.number >= inserted
        {
            fresh.number += 1;
        }
    }

    fn drop_oldest(&mut self) {
        while self.lines.len() > LINES_MAX || self.lines.bytes() > BYTES_MAX {
            self.lines.drop_oldest();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, at: Millis) -> Line<'_> {
        Line {
            id: Some(Id::new(id)),
            at,
            kind: LineKind::Message,
            nick: "bob",
            is_self: false,
            is_mention: false,
            text: id,
        }
    }

    fn texts(buffer: &Buffer) -> String {
        let mut texts: Vec<&str> = buffer.newest_first().map(|line| line.text).collect();
        texts.reverse();
        texts.join(" ")
    }

    #[test]
    fn a_message_is_there_once_wherever_it_comes_from() {
        let mut buffer = Buffer::new(BufferName::Room("#a".into()));
        buffer.push(line("c", 30));
        buffer.push(line("e", 50));
        assert_eq!(buffer.push(line("c", 30)), None);
        assert_eq!(
            buffer.merge(&[line("a", 10), line("b", 20), line("c", 30)]),
            Some((-2, 2))
        );
        assert_eq!(texts(&buffer), "a b c e");
        buffer.anchor = Some(Anchor {
            number: 1,
            row_from_end: 0,
        });
        assert_eq!(buffer.merge(&[line("d", 40), line("f", 60)]), Some((1, 2)));
        assert_eq!(texts(&buffer), "a b c d e f");
        assert_eq!(
            buffer.line(buffer.anchor.unwrap().number).unwrap().text,
            "e"
        );
        assert_eq!((buffer.first(), buffer.end()), (-2, 4));
    }

    #[test]
    fn unread_lines_count_up_until_they_are_read() {
        let mut buffer = Buffer::new(BufferName::Room("#a".into()));
        buffer.count_unread(4, 1, 0);
        buffer.count_unread(5, 1, 1);
        assert_eq!((buffer.unread, buffer.mentions), (2, 1));
        assert_eq!(
            buffer.unread_line,
            Some(UnreadLine {
                number: 4,
                count: 2,
                since: 0,
                is_partial: false,
            })
        );
    }

    #[test]
    fn an_echo_without_a_mark_is_known_by_its_text() {
        let mut buffer = Buffer::new(BufferName::Server);
        for (nonce, text) in [("1", "x"), ("2", "y")] {
            buffer.outgoing.push(Outgoing {
                nonce: nonce.into(),
                text: text.into(),
                is_action: false,
                at: 0,
                standing: Standing::Sent,
            });
        }
        assert_eq!(buffer.take_echoed(Some("9"), "x"), None);
        assert_eq!(buffer.take_echoed(None, "y").unwrap().nonce, "2");
        assert_eq!(buffer.take_echoed(Some("1"), "other").unwrap().text, "x");
    }
}
