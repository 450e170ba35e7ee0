//! The one function that text from outside goes through before a terminal, a log or a file name
//! gets it.

use std::borrow::Cow;

/// Gives `text` without anything that a terminal would obey or that hides how it reads: a tab, a
/// line end or another separator of lines becomes a blank; other control characters (C0, DEL, C1)
/// and the overrides, embeddings and isolates of writing direction go.
///
/// Who shows text of several lines splits it first. It works on code points, never on bytes: the
/// bytes of C1 are parts of many letters.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| {
        if is_harmless(c) {
            Some(c)
        } else {
            is_separator(c).then_some(' ')
        }
    });
    Cow::Owned(kept.collect())
}

fn is_harmless(c: char) -> bool {
    !(c.is_control() || is_separator(c) || turns_direction(c))
}

/// Tab, line feed, carriage return, and the two separators that Unicode has of its own.
fn is_separator(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Bidirectional controls that act beyond themselves (UAX 9 §2.1, §2.2, §2.4). The marks U+200E,
/// U+200F and U+061C stay, since right-to-left text needs them and they override nothing.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(harmless(text), shown);
    }

    #[test]
    fn what_a_terminal_would_obey_is_gone() {
        check("\x1b[31mred\x07\x7f", "[31mred");
        check("\u{9b}2J\u{85}", "2J");
        check("a\tb\r\nc\0", "a b  c");
        check("\x02bold\x0f \x0304red\x03", "bold 04red");
        check("x\u{2028}y", "x y");
    }

    #[test]
    fn what_hides_how_text_reads_is_gone() {
        check("evil\u{202e}gpj.exe", "evilgpj.exe");
        check("\u{2066}a\u{2069}", "a");
        check("\u{200e}שלום\u{200f}", "\u{200e}שלום\u{200f}");
    }

    #[test]
    fn letters_stay_and_cost_nothing() {
        for text in ["张三 ok", "ÀÉ", "👩‍👩‍👧", "", "~ \u{a0}"] {
            assert!(matches!(harmless(text), Cow::Borrowed(same) if same == text));
        }
    }
}
