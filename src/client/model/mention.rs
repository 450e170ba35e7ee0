//! Whether a text calls somebody by name.

use std::ops::Range;

/// Where a text names somebody. The name must stand alone, but Chinese has no blanks: there it may
/// touch other writing, and so it may after `@`.
pub fn mentions(text: &str, nick: &str) -> Vec<Range<usize>> {
    if nick.is_empty() {
        return Vec::new();
    }
    let (folded, places) = fold(text);
    let needle: String = nick.chars().flat_map(char::to_lowercase).collect();
    let mut found = Vec::new();
    for (at, _) in folded.match_indices(needle.as_str()) {
        let end = at + needle.len();
        let before = folded.get(..at).and_then(|head| head.chars().next_back());
        let after = folded.get(end..).and_then(|tail| tail.chars().next());
        let first = needle.chars().next();
        let last = needle.chars().next_back();
        if is_border(before, first) && is_border(after, last) {
            let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
            found.push(place(at)..place(end));
        }
    }
    found
}

/// Whether a text names somebody.
pub fn is_mentioned(text: &str, nick: &str) -> bool {
    let Some(first) = nick.chars().flat_map(char::to_lowercase).next() else {
        return false;
    };
    if text.is_ascii() && nick.is_ascii() {
        return has_ascii(text.as_bytes(), nick.as_bytes()) && !mentions(text, nick).is_empty();
    }
    let mut rest = text.char_indices();
    let may_begin = |c: char| match c.is_ascii() {
        true => c.to_ascii_lowercase() == first,
        // A few letters become two, the second of which may begin a name.
        false => c == first || !is_chinese(c) && c.to_lowercase().any(|c| c == first),
    };
    // Nearly every line is done with here, without a folded copy of it.
    rest.any(|(at, c)| may_begin(c) && may_name(text.get(at..).unwrap_or(""), nick))
        && !mentions(text, nick).is_empty()
}

/// Whether a text has a name in it, in whatever case.
fn has_ascii(text: &[u8], nick: &[u8]) -> bool {
    let first = nick.first().copied().unwrap_or(0);
    let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let is_it = |at: usize| {
        let there = text.get(at..at + nick.len());
        there.is_some_and(|there| there.eq_ignore_ascii_case(nick))
    };
    memchr::memchr2_iter(low, high, text).any(is_it)
}

/// Whether a text begins with a name, or with a letter that becomes two.
fn may_name(text: &str, nick: &str) -> bool {
    let is_two = |c: char| c.to_lowercase().count() > 1;
    let mut lower = text.chars().flat_map(char::to_lowercase);
    text.chars().next().is_some_and(is_two)
        || nick
            .chars()
            .flat_map(char::to_lowercase)
            .all(|c| lower.next() == Some(c))
}

/// A name ends between characters of which one cannot be in a Latin name.
fn is_border(outside: Option<char>, inside: Option<char>) -> bool {
    let is_latin = |c: char| (c.is_alphanumeric() && !is_chinese(c)) || matches!(c, '_' | '-');
    match (outside, inside) {
        (Some(outside), Some(inside)) => !is_latin(outside) || !is_latin(inside),
        (None, _) | (_, None) => true,
    }
}

/// Whether a character is of a script that writes without blanks.
pub(in crate::client) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}

/// The text in lower case, and for each of its bytes the place in the text it comes from.
pub(super) fn fold(text: &str) -> (String, Vec<usize>) {
    let mut folded = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        folded.extend(c.to_lowercase());
        places.resize(folded.len(), at);
    }
    (folded, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, nick: &str, found: &[&str]) {
        let ranges = mentions(text, nick);
        let texts: Vec<&str> = ranges
            .into_iter()
            .map(|range| text.get(range).unwrap())
            .collect();
        assert_eq!(texts, found);
        assert_eq!(is_mentioned(text, nick), !found.is_empty());
    }

    #[test]
    fn a_name_stands_alone_but_for_chinese() {
        check("bob: hi, @Bob!", "bob", &["bob", "Bob"]);
        check("bobby and kebob", "bob", &[]);
        check("你好@张三看一下", "张三", &["张三"]);
        check("问问bob吧", "bob", &["bob"]);
        check("İstanbul bob", "bob", &["bob"]);
        check("nobody", "", &[]);
        check("kelvin \u{212a}im?", "kim", &["\u{212a}im"]);
        check("ΛΟΓΟΣ, λογοσ", "Λογοσ", &["ΛΟΓΟΣ", "λογοσ"]);
        check("b bo bobb", "bob", &[]);
    }
}
