//! What is shown of a text: nothing that could harm, no marks of formats.

use std::borrow::Cow;

use crate::text;

/// A text as it is shown: harmless, without the marks of IRC's formats, tabs as blanks; line feeds stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let is_plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().all(is_plain) {
        return text::harmless(text);
    }
    let lines: Vec<String> = text
        .trim_end_matches(['\n', '\r'])
        .split('\n')
        .map(clean_line)
        .collect();
    Cow::Owned(lines.join("\n"))
}

fn clean_line(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\t' => plain.push_str("    "),
            '\u{3}' => skip_color(&mut chars),
            '\u{200d}' => plain.push(c),
            '\u{200b}'..='\u{200f}' => {}
            c if c.is_control() && c != '\u{1b}' => {}
            c => plain.push(c),
        }
    }
    text::harmless(&plain).into_owned()
}

/// Skips the digits of a colour: `12` or `12,4`.
fn skip_color(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let skip_digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let mut count = 0;
        while count < 2 && chars.next_if(char::is_ascii_digit).is_some() {
            count += 1;
        }
        count
    };
    if skip_digits(chars) > 0 {
        let mut ahead = chars.clone();
        if ahead.next() == Some(',') && ahead.next().is_some_and(|c| c.is_ascii_digit()) {
            chars.next();
            skip_digits(chars);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_without_what_could_harm() {
        assert_eq!(clean("a\tb"), "a    b");
        assert_eq!(clean("\u{2}bold\u{2} \u{3}12,4red\u{3}1,x"), "bold red,x");
        assert_eq!(clean("one\r\ntwo\n"), "one\ntwo");
        assert_eq!(
            clean("zero\u{200b}width \u{202e}rtl\u{202c} \u{7}"),
            "zerowidth rtl "
        );
        assert_eq!(clean("👨\u{200d}👩"), "👨\u{200d}👩");
        assert!(!clean("\u{1b}[31mx").contains('\u{1b}'));
    }
}
