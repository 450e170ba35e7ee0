//! One conversation: its lines, what is unread of it, what of one's own is not said yet.

use std::collections::{HashSet, VecDeque};

use super::editor::Editor;
use super::reading::Fresh;
use crate::client::happening::{BufferName, Millis};
use crate::client::kept::Notify;

/// How many lines of one conversation are kept; the oldest go first.
pub const LINES_MAX: usize = 100_000;

/// How long one's own line looks like any other while its echo is awaited.
pub const ECHO_PATIENCE_MS: Millis = 150;

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// An ordinary message.
    Message,
    /// A notice.
    Notice,
    /// `/me`.
    Action,
    /// What happened: somebody came, a topic changed, an answer of the server.
    Note,
    /// What failed.
    Failure,
}

/// A line of a conversation; its text is harmless and may hold line feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id on the server.
    pub id: Option<Box<str>>,
    /// When it came to be.
    pub at: Millis,
    /// What kind it is.
    pub kind: LineKind,
    /// Who said it; empty for a note.
    pub nick: Box<str>,
    /// Whether oneself said it.
    pub is_self: bool,
    /// Whether it calls oneself.
    pub is_mention: bool,
    /// What it says.
    pub text: Box<str>,
}

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

/// How many names are told of those who came and went.
const NAMES_MAX: usize = 12;

/// Who came and went without anything else between: one line for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comings {
    /// How many came.
    pub joined: usize,
    /// How many went.
    pub left: usize,
    /// The first of those who came.
    pub names_joined: Vec<String>,
    /// The first of those who went.
    pub names_left: Vec<String>,
    number: i64,
}

impl Comings {
    fn add(&mut self, nick: &str, has_joined: bool) {
        let (count, names) = match has_joined {
            true => (&mut self.joined, &mut self.names_joined),
            false => (&mut self.left, &mut self.names_left),
        };
        *count += 1;
        if names.len() < NAMES_MAX {
            names.push(nick.to_owned());
        }
    }
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
    /// How it makes itself heard.
    pub notify: Notify,
    /// Where it is scrolled to; none at the bottom.
    pub anchor: Option<Anchor>,
    /// How many messages came below while it is scrolled.
    pub below: usize,
    /// What is known of its past.
    pub past: Past,
    /// Whether oneself is in the room.
    pub is_joined: bool,
    /// What is being written.
    pub editor: Editor,
    lines: VecDeque<Line>,
    first: i64,
    ids: HashSet<Box<str>>,
    comings: Option<Comings>,
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
            notify: Notify::default(),
            anchor: None,
            below: 0,
            past: Past::Unasked,
            is_joined: false,
            editor: Editor::default(),
            lines: VecDeque::new(),
            first: 0,
            ids: HashSet::new(),
            comings: None,
        }
    }

    /// The number of the oldest line; numbers stay when lines are added before it.
    pub fn first(&self) -> i64 {
        self.first
    }

    /// The number after that of the newest line.
    pub fn end(&self) -> i64 {
        self.first + i64::try_from(self.lines.len()).unwrap_or(i64::MAX)
    }

    /// Whether it holds no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.outgoing.is_empty()
    }

    /// Whether it can take no further line without losing one.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= LINES_MAX
    }

    /// A line by its number.
    pub fn line(&self, number: i64) -> Option<&Line> {
        self.lines.get(usize::try_from(number - self.first).ok()?)
    }

    /// The lines, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().rev()
    }

    /// Whether it holds a message already.
    pub fn knows(&self, line: &Line) -> bool {
        line.id.as_ref().is_some_and(|id| self.ids.contains(id))
    }

    /// Adds a line at the end. Gives its number, or none for one that is there already.
    pub fn push(&mut self, line: Line) -> Option<i64> {
        if !self.remember(&line) {
            return None;
        }
        self.lines.push_back(line);
        self.drop_oldest();
        Some(self.end() - 1)
    }

    /// Adds that somebody came or went: to the newest line if it says just that, and then gives all
    /// whom it is about, for its new text; else the line is to be pushed.
    pub fn come(&mut self, nick: &str, has_joined: bool) -> Option<&Comings> {
        let last = self.end() - 1;
        let is_more = self
            .comings
            .as_ref()
            .is_some_and(|c| c.number == last && !self.lines.is_empty());
        if !is_more {
            self.comings = Some(Comings {
                number: last + 1,
                ..Comings::default()
            });
        }
        let comings = self.comings.as_mut()?;
        comings.add(nick, has_joined);
        is_more.then_some(&*comings)
    }

    /// Gives the newest line another text and time.
    pub fn rewrite_last(&mut self, at: Millis, text: &str) {
        if let Some(line) = self.lines.back_mut() {
            line.at = at;
            line.text = text.into();
        }
    }

    /// Puts lines, oldest first, where their times belong, without those that are there already.
    /// Gives the number of the first of them and how many they are.
    pub fn merge(&mut self, lines: Vec<Line>) -> Option<(i64, usize)> {
        let mut fresh: Vec<Line> = Vec::new();
        for line in lines {
            if self.remember(&line) {
                fresh.push(line);
            }
        }
        let count = fresh.len();
        let last_at = fresh.last()?.at;
        let first_at = fresh.first()?.at;
        if self.lines.front().is_none_or(|front| last_at <= front.at) {
            self.first -= i64::try_from(count).unwrap_or(0);
            for line in fresh.into_iter().rev() {
                self.lines.push_front(line);
            }
            let first = self.first;
            self.drop_oldest();
            return Some((first, count));
        }
        let mut first = None;
        let mut at = self.lines.partition_point(|line| line.at <= first_at);
        for line in fresh {
            while self.lines.get(at).is_some_and(|other| other.at <= line.at) {
                at += 1;
            }
            self.lines.insert(at, line);
            let number = self.first + i64::try_from(at).unwrap_or(0);
            self.shift_marks(number);
            first.get_or_insert(number);
            at += 1;
        }
        self.drop_oldest();
        Some((first?, count))
    }

    /// Whether nobody has said anything as far as `rows` lines tell, and nothing is older than they are.
    pub fn is_silent(&self, rows: usize) -> bool {
        let is_talk = |line: &Line| !matches!(line.kind, LineKind::Note | LineKind::Failure);
        let is_known = self.lines.is_empty() || self.past == Past::Complete;
        is_known
            && self.outgoing.is_empty()
            && self.lines.len() <= rows
            && !self.lines.iter().any(is_talk)
    }

    /// Takes its notes out, oldest first, when it holds nothing else.
    pub fn take_notes(&mut self) -> Vec<Line> {
        if self.lines.iter().any(|line| line.kind != LineKind::Note) {
            return Vec::new();
        }
        let notes = self.lines.iter().cloned().collect();
        self.clear();
        notes
    }

    /// Forgets what it shows; what is not said yet stays.
    pub fn clear(&mut self) {
        self.first = self.end();
        self.lines.clear();
        self.ids.clear();
        self.anchor = None;
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
        self.below = 0;
    }

    fn remember(&mut self, line: &Line) -> bool {
        match &line.id {
            Some(id) => self.ids.insert(id.clone()),
            None => true,
        }
    }

    fn shift_marks(&mut self, inserted: i64) {
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
        while self.lines.len() > LINES_MAX {
            if let Some(line) = self.lines.pop_front() {
                self.first += 1;
                if let Some(id) = line.id {
                    self.ids.remove(&id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, at: Millis) -> Line {
        Line {
            id: Some(id.into()),
            at,
            kind: LineKind::Message,
            nick: "bob".into(),
            is_self: false,
            is_mention: false,
            text: id.into(),
        }
    }

    fn texts(buffer: &Buffer) -> String {
        let mut texts: Vec<&str> = buffer.newest_first().map(|line| &*line.text).collect();
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
            buffer.merge(vec![line("a", 10), line("b", 20), line("c", 30)]),
            Some((-2, 2))
        );
        assert_eq!(texts(&buffer), "a b c e");
        buffer.anchor = Some(Anchor {
            number: 1,
            row_from_end: 0,
        });
        assert_eq!(
            buffer.merge(vec![line("d", 40), line("f", 60)]),
            Some((1, 2))
        );
        assert_eq!(texts(&buffer), "a b c d e f");
        assert_eq!(
            buffer.line(buffer.anchor.unwrap().number).unwrap().text,
            "e".into()
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
