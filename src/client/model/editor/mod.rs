//! The line editor: a text, a caret between grapheme clusters, and what readline taught fingers.

mod entered;
mod kills;
mod words;

use unicode_segmentation::UnicodeSegmentation as _;

pub use entered::Entered;
pub use kills::Kills;
pub use words::Reach;
use words::{before, line_end, line_start, reach, word_left, word_right};

/// The most bytes that can be written at once.
pub const TEXT_MAX: usize = 64 * 1024;
/// How many changes are kept.
const KEPT_MAX: usize = 200;

/// A text being written.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    text: String,
    caret: usize,
    undo: Vec<(String, usize)>,
    redo: Vec<(String, usize)>,
    entered: Entered,
    recalled: Option<(Source, usize)>,
    set_aside: String,
    last: Last,
}

/// What was done last, since typing is undone a word at a time, kills in a row are one, and what
/// was put in can be exchanged for what came before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Typed,
    Killed,
    /// Put back from the kills, from there on.
    Yanked {
        from: usize,
    },
    /// The last word of the entered text at that place was put in, from there on.
    Argument {
        from: usize,
        at: usize,
    },
}

/// Whose entered texts are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Own,
    All,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// In capitals.
    Upper,
    /// In small letters.
    Lower,
    /// With a capital first.
    Capital,
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

    /// Takes note that something else was done meanwhile: what follows is a change of its own.
    pub fn pause(&mut self) {
        self.last = Last::Other;
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
        if self.text.get(from..to).is_none()
            || self.text.len() - (to - from) + text.len() > TEXT_MAX
        {
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
    pub fn kill(&mut self, reach: Reach, kills: &mut Kills) {
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
        if is_more {
            kills.extend(&killed, is_forward);
        } else {
            kills.keep(killed);
        }
        self.last = Last::Killed;
    }

    /// Deletes everything and keeps it to be put back.
    pub fn kill_all(&mut self, kills: &mut Kills) {
        if !self.text.is_empty() {
            let text = self.text.clone();
            self.set("");
            kills.keep(text);
        }
    }

    /// Puts back what was killed last.
    pub fn yank(&mut self, kills: &mut Kills) {
        if let Some(text) = kills.newest() {
            let from = self.caret;
            self.replace(from, from, text);
            self.last = Last::Yanked { from };
        }
    }

    /// Exchanges what was just put back for what was killed before it.
    pub fn yank_previous(&mut self, kills: &mut Kills) {
        if let Last::Yanked { from } = self.last
            && let Some(text) = kills.previous()
        {
            self.replace(from, self.caret, text);
            self.last = Last::Yanked { from };
        }
    }

    /// Puts in the last word of what was entered last; again: of what was entered before that.
    pub fn last_argument(&mut self, entered: &Entered) {
        let (from, before) = match self.last {
            Last::Argument { from, at } => (from, at),
            Last::Other | Last::Typed | Last::Killed | Last::Yanked { .. } => {
                (self.caret, entered.len())
            }
        };
        let Some(at) = before.checked_sub(1) else {
            return;
        };
        let word = entered
            .get(at)
            .and_then(|text| text.split_whitespace().last());
        if let Some(word) = word {
            self.replace(from, self.caret, word);
            self.last = Last::Argument { from, at };
        }
    }

    /// Exchanges the two clusters around the caret, or the last two.
    pub fn transpose(&mut self) {
        let end = if self.caret == self.text.len() {
            self.caret
        } else {
            self.reach(Reach::Right)
        };
        let middle = before(&self.text, end);
        let start = before(&self.text, middle);
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

    /// Exchanges the word at or after the caret, or the last one, and the word before it.
    pub fn transpose_words(&mut self) {
        let text = &self.text;
        let end = word_right(text, self.caret);
        let start = word_left(text, end);
        let end = word_right(text, start);
        let first_start = word_left(text, start);
        let first_end = word_right(text, first_start);
        let (Some(first), Some(between), Some(second)) = (
            text.get(first_start..first_end),
            text.get(first_end..start),
            text.get(start..end),
        ) else {
            return;
        };
        if !first.is_empty() && first_start < start {
            let swapped = format!("{second}{between}{first}");
            self.replace(first_start, end, &swapped);
        }
    }

    /// Writes the word at or after the caret in another case, and goes to its end.
    pub fn change_case(&mut self, case: Case) {
        let (from, to) = (self.caret, self.reach(Reach::WordRight));
        let Some(word) = self.text.get(from..to) else {
            return;
        };
        let changed = match case {
            Case::Upper => word.to_uppercase(),
            Case::Lower => word.to_lowercase(),
            Case::Capital => capitalized(word),
        };
        if from < to {
            self.replace(from, to, &changed);
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

    /// A line up; from the first line the text that was entered here before.
    pub fn up(&mut self) {
        let start = self.reach(Reach::LineStart);
        if start == 0 {
            let entered = std::mem::take(&mut self.entered);
            self.older(Source::Own, &entered);
            self.entered = entered;
            return;
        }
        let column = self.clusters(start, self.caret);
        let above = line_start(&self.text, start - 1);
        self.caret = self.forward(above, start - 1, column);
        self.last = Last::Other;
    }

    /// A line down; from the last line the text that was entered here after.
    pub fn down(&mut self) {
        let end = self.reach(Reach::LineEnd);
        if end == self.text.len() {
            let entered = std::mem::take(&mut self.entered);
            self.newer(Source::Own, &entered);
            self.entered = entered;
            return;
        }
        let column = self.clusters(self.reach(Reach::LineStart), self.caret);
        let below_end = line_end(&self.text, end + 1);
        self.caret = self.forward(end + 1, below_end, column);
        self.last = Last::Other;
    }

    /// The text before among those entered anywhere.
    pub fn older_of_all(&mut self, all: &Entered) {
        self.older(Source::All, all);
    }

    /// The text after among those entered anywhere.
    pub fn newer_of_all(&mut self, all: &Entered) {
        self.newer(Source::All, all);
    }

    /// Empties the editor, remembers the text among those entered, and gives it.
    pub fn take(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        self.caret = 0;
        self.undo.clear();
        self.redo.clear();
        self.recalled = None;
        self.last = Last::Other;
        self.entered.keep(&text);
        text
    }

    fn older(&mut self, source: Source, entered: &Entered) {
        let at = self.place(source).unwrap_or(entered.len());
        if let Some(at) = at.checked_sub(1) {
            self.recall(source, at, entered);
        }
    }

    fn newer(&mut self, source: Source, entered: &Entered) {
        let Some(at) = self.place(source) else {
            return;
        };
        if at + 1 < entered.len() {
            self.recall(source, at + 1, entered);
        } else {
            let text = std::mem::take(&mut self.set_aside);
            self.set(&text);
            self.recalled = None;
        }
    }

    /// Where one is among the entered texts of a source.
    fn place(&self, source: Source) -> Option<usize> {
        let recalled = self.recalled.filter(|(other, _)| *other == source);
        recalled.map(|(_, at)| at)
    }

    fn recall(&mut self, source: Source, at: usize, entered: &Entered) {
        let Some(text) = entered.get(at) else {
            return;
        };
        if self.recalled.is_none() {
            self.set_aside.clone_from(&self.text);
        }
        self.set(text);
        self.recalled = Some((source, at));
    }

    fn remember(&mut self, now: Last) {
        if self.undo.len() >= KEPT_MAX {
            self.undo.remove(0);
        }
        self.undo.push((self.text.clone(), self.caret));
        self.redo.clear();
        self.last = now;
    }

    fn span(&self, reach: Reach) -> (usize, usize) {
        let other = self.reach(reach);
        (self.caret.min(other), self.caret.max(other))
    }

    fn reach(&self, how_far: Reach) -> usize {
        reach(&self.text, self.caret, how_far)
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

/// A word with its first letter as a capital and small ones after it.
fn capitalized(word: &str) -> String {
    let mut changed = String::with_capacity(word.len());
    let mut is_first = true;
    for c in word.chars() {
        if is_first && c.is_alphanumeric() {
            changed.extend(c.to_uppercase());
            is_first = false;
        } else {
            changed.extend(c.to_lowercase());
        }
    }
    changed
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
        e.kill(Reach::BlankLeft, &mut Kills::default());
        assert_eq!(picture(&e), "hello 世界hello, |");
    }

    #[test]
    fn kills_in_a_row_come_back_as_one() {
        let mut e = editor("one two three");
        let kills = &mut Kills::default();
        e.kill(Reach::WordLeft, kills);
        e.kill(Reach::WordLeft, kills);
        assert_eq!(picture(&e), "one |");
        e.yank(kills);
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

    #[test]
    fn what_was_put_back_turns_into_what_was_cut_before() {
        let kills = &mut Kills::default();
        let mut e = editor("one");
        e.kill_all(kills);
        let mut other = editor("two three");
        other.kill(Reach::BlankLeft, kills);
        other.yank_previous(kills);
        assert_eq!(picture(&other), "two |");
        other.yank(kills);
        assert_eq!(picture(&other), "two three|");
        other.yank_previous(kills);
        assert_eq!(picture(&other), "two one|");
        other.yank_previous(kills);
        assert_eq!(picture(&other), "two three|");
        other.undo();
        assert_eq!(picture(&other), "two one|");
        let mut empty = Editor::default();
        empty.yank(&mut Kills::default());
        empty.yank_previous(&mut Kills::default());
        assert_eq!(picture(&empty), "|");
    }

    #[track_caller]
    fn words(text: &str, back: usize, change: fn(&mut Editor), want: &str) {
        let mut e = editor(text);
        (0..back).for_each(|_| e.go(Reach::Left));
        change(&mut e);
        assert_eq!(picture(&e), want, "{text} {back}");
    }

    #[test]
    fn words_change_places() {
        words("one two", 0, Editor::transpose_words, "two one|");
        words(
            "one two three",
            9,
            Editor::transpose_words,
            "two one| three",
        );
        words(
            "one two three",
            5,
            Editor::transpose_words,
            "one three two|",
        );
        words("hello 世界", 0, Editor::transpose_words, "世界 hello|");
        words("one, two!", 0, Editor::transpose_words, "two, one|!");
        words("one", 0, Editor::transpose_words, "one|");
        words("", 0, Editor::transpose_words, "|");
        words("  ", 0, Editor::transpose_words, "  |");
    }

    #[test]
    fn a_word_is_written_in_another_case() {
        let upper: fn(&mut Editor) = |e| e.change_case(Case::Upper);
        words("straße two", 10, upper, "STRASSE| two");
        words("ONE two", 7, |e| e.change_case(Case::Lower), "one| two");
        words("one tWO", 4, |e| e.change_case(Case::Capital), "one Two|");
        words("one", 0, upper, "one|");
    }

    #[test]
    fn the_last_words_of_what_was_entered_come_back() {
        let mut entered = Entered::default();
        entered.keep("see https://a.example");
        entered.keep("/whois bob");
        entered.keep("/whois bob");
        let mut e = editor("hi ");
        e.last_argument(&entered);
        assert_eq!(picture(&e), "hi bob|");
        e.last_argument(&entered);
        assert_eq!(picture(&e), "hi https://a.example|");
        e.last_argument(&entered);
        assert_eq!(picture(&e), "hi https://a.example|");
        assert_eq!(entered.find_before(2, "WHOIS"), Some(1));
        assert_eq!(entered.find_before(1, "whois"), None);
        assert_eq!(entered.find_after(0, "who"), Some(1));
        e.set("draft");
        e.older_of_all(&entered);
        assert_eq!(picture(&e), "/whois bob|");
        e.older_of_all(&entered);
        e.older_of_all(&entered);
        assert_eq!(picture(&e), "see https://a.example|");
        e.newer_of_all(&entered);
        e.newer_of_all(&entered);
        assert_eq!(picture(&e), "draft|");
    }
}
