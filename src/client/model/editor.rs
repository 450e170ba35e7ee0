//! The line editor: a text, a caret between grapheme clusters, and what readline taught fingers.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation as _};

/// The most bytes that can be written at once.
const TEXT_MAX: usize = 64 * 1024;
/// How many entered texts, kills and changes are kept.
const KEPT_MAX: usize = 200;

/// A text being written.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    text: String,
    caret: usize,
    kills: Vec<String>,
    undo: Vec<(String, usize)>,
    redo: Vec<(String, usize)>,
    history: Vec<String>,
    history_at: Option<usize>,
    set_aside: String,
    last: Last,
}

/// What was done last, since typing is undone a word at a time and kills in a row are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Typed,
    Killed,
}

/// How far a movement or a kill goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To the cluster before.
    Left,
    /// To the cluster after.
    Right,
    /// To the start of the word.
    WordLeft,
    /// To the end of the word.
    WordRight,
    /// Back to a blank.
    BlankLeft,
    /// To the start of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
}

impl Editor {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place of the caret, in bytes.
    pub fn caret(&self) -> usize {
        self.caret
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Replaces the whole text; the caret goes to its end.
    pub fn set(&mut self, text: &str) {
        self.remember(Last::Other);
        text.clone_into(&mut self.text);
        self.caret = self.text.len();
    }

    /// Writes at the caret. What would be over the limit is left out.
    pub fn insert(&mut self, text: &str) {
        if self.text.len() + text.len() > TEXT_MAX {
            return;
        }
        let is_word = !text.chars().any(char::is_whitespace);
        if self.last != Last::Typed || !is_word {
            self.remember(Last::Typed);
        }
        self.text.insert_str(self.caret, text);
        self.caret += text.len();
        self.last = Last::Typed;
    }

    /// Replaces a stretch of the text, in bytes at the borders of characters.
    pub fn replace(&mut self, from: usize, to: usize, text: &str) {
        if self.text.get(from..to).is_none() {
            return;
        }
        self.remember(Last::Other);
        self.text.replace_range(from..to, text);
        self.caret = from + text.len();
    }

    /// Moves the caret.
    pub fn go(&mut self, reach: Reach) {
        self.caret = self.reach(reach);
        self.last = Last::Other;
    }

    /// Deletes as far as that.
    pub fn delete(&mut self, reach: Reach) {
        let (from, to) = self.span(reach);
        if from < to {
            self.replace(from, to, "");
        }
    }

    /// Deletes as far as that and keeps it to be put back; at the end of a line its line feed.
    pub fn kill(&mut self, reach: Reach) {
        let (from, mut to) = self.span(reach);
        if from == to && reach == Reach::LineEnd {
            to = self.reach(Reach::Right);
        }
        let Some(killed) = self.text.get(from..to).map(str::to_owned) else {
            return;
        };
        if killed.is_empty() {
            return;
        }
        let is_forward = from == self.caret;
        let is_more = self.last == Last::Killed;
        self.replace(from, to, "");
        match self.kills.last_mut() {
            Some(last) if is_more && is_forward => last.push_str(&killed),
            Some(last) if is_more => last.insert_str(0, &killed),
            _ => keep(&mut self.kills, killed),
        }
        self.last = Last::Killed;
    }

    /// Deletes everything and keeps it to be put back.
    pub fn kill_all(&mut self) {
        if !self.text.is_empty() {
            let text = self.text.clone();
            self.set("");
            keep(&mut self.kills, text);
        }
    }

    /// Puts back what was killed last.
    pub fn yank(&mut self) {
        if let Some(text) = self.kills.last().cloned() {
            self.last = Last::Other;
            self.insert(&text);
            self.last = Last::Other;
        }
    }

    /// Exchanges the two clusters around the caret, or the last two.
    pub fn transpose(&mut self) {
        let end = if self.caret == self.text.len() {
            self.caret
        } else {
            self.reach(Reach::Right)
        };
        let middle = self.before(end);
        let start = self.before(middle);
        let (Some(first), Some(second)) =
            (self.text.get(start..middle), self.text.get(middle..end))
        else {
            return;
        };
        if !first.is_empty() {
            let swapped = format!("{second}{first}");
            self.replace(start, end, &swapped);
        }
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some((text, caret)) = self.undo.pop() {
            self.redo
                .push((std::mem::replace(&mut self.text, text), self.caret));
            self.caret = caret;
        }
        self.last = Last::Other;
    }

    /// Makes the last change again that was taken back.
    pub fn redo(&mut self) {
        if let Some((text, caret)) = self.redo.pop() {
            self.undo
                .push((std::mem::replace(&mut self.text, text), self.caret));
            self.caret = caret;
        }
        self.last = Last::Other;
    }

    /// A line up; from the first line the entered text before.
    pub fn up(&mut self) {
        let start = self.reach(Reach::LineStart);
        if start == 0 {
            return self.recall(self.history_at.unwrap_or(self.history.len()).checked_sub(1));
        }
        let column = self.clusters(start, self.caret);
        let above = self.line_start(start - 1);
        self.caret = self.forward(above, start - 1, column);
        self.last = Last::Other;
    }

    /// A line down; from the last line the entered text after.
    pub fn down(&mut self) {
        let end = self.reach(Reach::LineEnd);
        if end == self.text.len() {
            return self.recall_next();
        }
        let column = self.clusters(self.line_start(self.caret), self.caret);
        let below_end = self.line_end(end + 1);
        self.caret = self.forward(end + 1, below_end, column);
        self.last = Last::Other;
    }

    /// Empties the editor, remembers the text among those entered, and gives it.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.caret = 0;
        self.undo.clear();
        self.redo.clear();
        self.history_at = None;
        self.last = Last::Other;
        if !text.is_empty() && self.history.last() != Some(&text) {
            keep(&mut self.history, text.clone());
        }
        text
    }

    fn recall(&mut self, at: Option<usize>) {
        let Some(text) = at.and_then(|at| self.history.get(at)).cloned() else {
            return;
        };
        if self.history_at.is_none() {
            self.set_aside = self.text.clone();
        }
        self.set(&text);
        self.history_at = at;
    }

    fn recall_next(&mut self) {
        let Some(at) = self.history_at else { return };
        if at + 1 < self.history.len() {
            self.recall(Some(at + 1));
        } else {
            let text = std::mem::take(&mut self.set_aside);
            self.set(&text);
            self.history_at = None;
        }
    }

    fn remember(&mut self, now: Last) {
        keep(&mut self.undo, (self.text.clone(), self.caret));
        self.redo.clear();
        self.last = now;
    }

    fn span(&self, reach: Reach) -> (usize, usize) {
        let other = self.reach(reach);
        (self.caret.min(other), self.caret.max(other))
    }

    fn reach(&self, reach: Reach) -> usize {
        match reach {
            Reach::Left => self.before(self.caret),
            Reach::Right => self.after(self.caret),
            Reach::WordLeft => self.word_left(),
            Reach::WordRight => self.word_right(),
            Reach::BlankLeft => self.blank_left(),
            Reach::LineStart => self.line_start(self.caret),
            Reach::LineEnd => self.line_end(self.caret),
        }
    }

    fn before(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        cursor
            .prev_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(0)
    }

    fn after(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        cursor
            .next_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(self.text.len())
    }

    fn line_start(&self, at: usize) -> usize {
        let head = self.text.get(..at).unwrap_or("");
        head.rfind('\n').map_or(0, |feed| feed + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        let tail = self.text.get(at..).unwrap_or("");
        tail.find('\n').map_or(self.text.len(), |feed| at + feed)
    }

    /// A run of Chinese is one word here: no dictionary says where its words end.
    fn word_left(&self) -> usize {
        let head = self.text.get(..self.caret).unwrap_or("");
        let mut at = self.caret;
        let mut kind = Kind::Between;
        for (start, c) in head.char_indices().rev() {
            let this = Kind::of(c);
            if kind != Kind::Between && this != kind {
                break;
            }
            kind = this;
            at = start;
        }
        at
    }

    fn word_right(&self) -> usize {
        let tail = self.text.get(self.caret..).unwrap_or("");
        let mut kind = Kind::Between;
        for (offset, c) in tail.char_indices() {
            let this = Kind::of(c);
            if kind != Kind::Between && this != kind {
                return self.caret + offset;
            }
            kind = this;
        }
        self.text.len()
    }

    fn blank_left(&self) -> usize {
        let head = self.text.get(..self.caret).unwrap_or("").trim_end();
        head.char_indices()
            .rev()
            .find(|(_, c)| c.is_whitespace())
            .map_or(0, |(at, c)| at + c.len_utf8())
    }

    fn clusters(&self, from: usize, to: usize) -> usize {
        self.text
            .get(from..to)
            .unwrap_or("")
            .graphemes(true)
            .count()
    }

    fn forward(&self, from: usize, to: usize, clusters: usize) -> usize {
        let line = self.text.get(from..to).unwrap_or("");
        from + line
            .graphemes(true)
            .take(clusters)
            .map(str::len)
            .sum::<usize>()
    }
}

/// What a character is to the movement by words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    Letter,
    Ideograph,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            '\u{2e80}'..='\u{2fdf}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}' => Self::Ideograph,
            c if c.is_alphanumeric() || matches!(c, '_' | '\u{300}'..='\u{36f}') => Self::Letter,
            _ => Self::Between,
        }
    }
}

fn keep<T>(kept: &mut Vec<T>, one: T) {
    if kept.len() >= KEPT_MAX {
        kept.remove(0);
    }
    kept.push(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with `|` at the caret.
    fn picture(editor: &Editor) -> String {
        let mut text = editor.text.clone();
        text.insert(editor.caret, '|');
        text
    }

    fn editor(text: &str) -> Editor {
        let mut editor = Editor::default();
        editor.insert(text);
        editor
    }

    #[test]
    fn a_cluster_is_deleted_whole() {
        let mut e = editor("a👨\u{200d}👩\u{200d}👧🇨🇳e\u{30a}\u{301}");
        e.delete(Reach::Left);
        assert_eq!(picture(&e), "a👨\u{200d}👩\u{200d}👧🇨🇳|");
        e.delete(Reach::Left);
        e.delete(Reach::Left);
        assert_eq!(picture(&e), "a|");
    }

    #[test]
    fn words_end_at_blanks_and_where_the_script_changes() {
        let mut e = editor("hello 世界hello, foo");
        for want in [
            "hello 世界hello, |foo",
            "hello 世界|hello, foo",
            "hello |世界hello, foo",
        ] {
            e.go(Reach::WordLeft);
            assert_eq!(picture(&e), want);
        }
        e.go(Reach::WordRight);
        assert_eq!(picture(&e), "hello 世界|hello, foo");
        e.go(Reach::LineEnd);
        e.kill(Reach::BlankLeft);
        assert_eq!(picture(&e), "hello 世界hello, |");
    }

    #[test]
    fn kills_in_a_row_come_back_as_one() {
        let mut e = editor("one two three");
        e.kill(Reach::WordLeft);
        e.kill(Reach::WordLeft);
        assert_eq!(picture(&e), "one |");
        e.yank();
        assert_eq!(picture(&e), "one two three|");
        e.undo();
        assert_eq!(picture(&e), "one |");
        e.redo();
        assert_eq!(picture(&e), "one two three|");
        e.transpose();
        assert_eq!(e.text(), "one two three");
    }

    #[test]
    fn up_and_down_move_in_the_draft_then_in_what_was_entered() {
        let mut e = editor("first");
        e.take();
        e.insert("世界人\nab");
        e.up();
        assert_eq!(picture(&e), "世界|人\nab");
        e.up();
        assert_eq!(picture(&e), "first|");
        e.down();
        assert_eq!(picture(&e), "世界人\nab|");
    }
}
