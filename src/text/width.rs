//! How much room text takes on a terminal.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that `text`, which must be harmless, takes on a terminal: the sum of its grapheme
/// clusters' columns.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The longest beginning of `text` that takes at most `columns`, cut between grapheme clusters.
pub fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        used += cluster.width();
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
    fn a_beginning_never_ends_within_a_letter() {
        assert_eq!(head("张三丰", 5), "张三");
        assert_eq!(head("e\u{301}x", 1), "e\u{301}");
        assert_eq!(head("bob", 9), "bob");
        assert_eq!(head("张", 1), "");
    }
}
