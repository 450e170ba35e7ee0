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
    let columns = match AMBIGUOUS.get() {
        Ambiguous::Narrow => UnicodeWidthStr::width,
        Ambiguous::Wide => UnicodeWidthStr::width_cjk,
    };
    text.graphemes(true).map(columns).sum()
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
    fn a_beginning_never_ends_within_a_letter() {
        assert_eq!(head("张三丰", 5), "张三");
        assert_eq!(head("e\u{301}x", 1), "e\u{301}");
        assert_eq!(head("bob", 9), "bob");
        assert_eq!(head("张", 1), "");
    }
}
