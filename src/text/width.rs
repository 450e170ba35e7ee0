//! How much room text takes on a terminal.

use std::cell::Cell;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

thread_local! {
    static AMBIGUOUS: Cell<Ambiguous> = const { Cell::new(Ambiguous::Narrow) };
}

/// How wide a terminal shows what Unicode leaves open, such as `…`, `“` and `①`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    /// One column.
    #[default]
    Narrow,
    /// Two columns, as many in East Asia have it.
    Wide,
}

impl Ambiguous {
    /// Does something on this thread that measures text for such a terminal.
    pub fn measure<T>(self, work: impl FnOnce() -> T) -> T {
        let _before = Before(AMBIGUOUS.replace(self));
        work()
    }
}

/// What held before, which holds again when this is dropped.
struct Before(Ambiguous);

impl Drop for Before {
    fn drop(&mut self) {
        AMBIGUOUS.set(self.0);
    }
}

/// Columns that `text`, which must be harmless, takes on a terminal: the sum of its grapheme
/// clusters' columns.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let mut chars = text.chars();
    if let (Some(_), None) = (chars.next(), chars.next()) {
        return columns(text);
    }
    clusters(text).map(|(_, columns)| columns).sum()
}

/// The grapheme clusters of `text` with the columns of each.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let is_simple = text.chars().all(|c| alone(c).is_some());
    let letters = is_simple.then(|| {
        text.char_indices().map(|(at, c)| {
            let letter = text.get(at..at + c.len_utf8()).unwrap_or_default();
            (letter, alone(c).unwrap_or(0))
        })
    });
    let clusters = (!is_simple).then(|| {
        text.graphemes(true)
            .map(|cluster| (cluster, columns(cluster)))
    });
    letters
        .into_iter()
        .flatten()
        .chain(clusters.into_iter().flatten())
}

/// The columns of what most texts are made of, which needs no table: a sign of ASCII, an ideograph, a
/// kana, a syllable of Korean, and what stands between them. Two of these are never one cluster.
fn alone(c: char) -> Option<usize> {
    match c {
        ' '..='~' => Some(1),
        '\u{4e00}'..='\u{9fff}'
        | '\u{3001}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a0}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff01}'..='\u{ff60}' => Some(2),
        _ => None,
    }
}

fn columns(cluster: &str) -> usize {
    match AMBIGUOUS.get() {
        Ambiguous::Narrow => UnicodeWidthStr::width(cluster),
        Ambiguous::Wide => UnicodeWidthStr::width_cjk(cluster),
    }
}

/// The longest beginning of `text` that takes at most `columns`, cut between grapheme clusters.
pub fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += width(cluster);
        if used > columns {
            return text.split_at(at).0;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_letter_takes_two_columns_and_a_cluster_counts_once() {
        assert_eq!(width("bob"), 3);
        assert_eq!(width("张三"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("👩‍👩‍👧"), 2);
        assert_eq!(width(""), 0);
    }

    #[test]
    fn what_is_left_open_is_as_wide_as_the_terminal_has_it() {
        let text = "……“①”—";
        assert_eq!(width(text), 6);
        Ambiguous::Wide.measure(|| {
            assert_eq!(width(text), 12);
            assert_eq!(Ambiguous::Narrow.measure(|| width(text)), 6);
            assert_eq!(width(text), 12);
        });
        assert_eq!(width(text), 6);
    }

    #[test]
    fn what_stands_alone_is_as_wide_as_the_tables_say() {
        let mut all = String::new();
        for c in (' '..=char::MAX).filter(|c| alone(*c).is_some()) {
            let text = c.to_string();
            for ambiguous in [Ambiguous::Narrow, Ambiguous::Wide] {
                ambiguous.measure(|| assert_eq!(alone(c), Some(columns(&text)), "{c}"));
            }
            // Beside itself, and beside those that come before and after.
            all.push(c);
            all.push(c);
        }
        assert_eq!(all.graphemes(true).count(), all.chars().count());
        let found: Vec<(&str, usize)> = clusters("a世 é 👍🏽").collect();
        let expected = [("a", 1), ("世", 2), (" ", 1), ("é", 1), (" ", 1), ("👍🏽", 2)];
        assert_eq!(found, expected);
        assert!(clusters("你a").eq([("你", 2), ("a", 1)]));
    }

    #[test]
    fn a_beginning_never_ends_within_a_letter() {
        assert_eq!(head("张三丰", 5), "张三");
        assert_eq!(head("e\u{301}x", 1), "e\u{301}");
        assert_eq!(head("bob", 9), "bob");
        assert_eq!(head("张", 1), "");
    }
}
