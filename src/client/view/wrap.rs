//! Where a text is broken into rows (UAX 14, with Chinese quotation marks).

use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::client::model::mention::is_chinese;
use crate::text;

/// The rows of a text in so many columns, each as a stretch of it without the blanks at its end.
/// There is at least one; a cluster wider than a row has a row of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<Range<usize>> {
    if width == 0 || (text.len() <= width && text.is_ascii() && !text.contains('\n')) {
        return std::iter::once(0..text.trim_end().len()).collect();
    }
    if is_simple(text) {
        return wrap_simple(text, width);
    }
    let mut rows = Rows {
        text,
        width,
        rows: Vec::new(),
        start: 0,
        columns: 0,
    };
    let mut at = 0;
    let tailored = tailor(text);
    for (end, opportunity) in linebreaks(&tailored) {
        rows.add(at, end);
        if opportunity == BreakOpportunity::Mandatory && end < text.len() {
            rows.end(end);
        }
        at = end;
    }
    rows.end(text.len());
    rows.rows
}

/// What a byte is in a simple text.
const BLANK: u8 = 1;
const END: u8 = 2;
const OTHER: u8 = 4;
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => 0,
            b' ' => BLANK,
            b'.' | b',' | b':' | b';' | b'\'' => END,
            _ => OTHER,
        };
        byte += 1;
    }
    kinds
};

/// Whether a text breaks after blanks and nowhere else: letters, digits, and what ends a clause.
fn is_simple(text: &str) -> bool {
    let mut before = BLANK;
    let mut bad = 0;
    for byte in text.bytes() {
        let kind = KINDS.get(usize::from(byte)).copied().unwrap_or(OTHER);
        bad |= kind & OTHER | kind & END & before << 1;
        before = kind & BLANK;
    }
    bad == 0
}

/// The rows of a simple text, whose bytes are columns: each ends at the last blank that it reaches.
fn wrap_simple(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let bytes = text.trim_end().as_bytes();
    let mut start = 0;
    while bytes.len() - start > width {
        let reached = bytes.get(start..=start + width).unwrap_or_default();
        let blank = reached.iter().rposition(|byte| *byte == b' ');
        let end = start + blank.unwrap_or(width);
        let row = bytes.get(start..end).unwrap_or_default();
        let trailing = row.iter().rev().take_while(|byte| **byte == b' ').count();
        rows.push(start..end - trailing);
        let rest = bytes.get(end..).unwrap_or_default();
        start = end + rest.iter().take_while(|byte| **byte == b' ').count();
    }
    rows.push(start..bytes.len());
    rows
}

struct Rows<'a> {
    text: &'a str,
    width: usize,
    rows: Vec<Range<usize>>,
    start: usize,
    columns: usize,
}

impl Rows<'_> {
    /// Adds a stretch that may not be broken, unless it is wider than a row.
    fn add(&mut self, from: usize, to: usize) {
        let piece = self.text.get(from..to).unwrap_or("");
        let seen = text::width(piece.trim_end());
        if self.columns > 0 && self.columns + seen > self.width {
            self.end(from);
        }
        if seen <= self.width {
            self.columns += text::width(piece.trim_end_matches(['\n', '\r']));
            return;
        }
        let mut at = from;
        for (cluster, columns) in text::clusters(piece) {
            let is_blank = cluster.trim().is_empty();
            if self.columns > 0 && self.columns + columns > self.width && !is_blank {
                self.end(at);
            }
            self.columns += columns;
            at += cluster.len();
        }
    }

    fn end(&mut self, at: usize) {
        let row = self.text.get(self.start..at).unwrap_or("");
        self.rows
            .push(self.start..self.start + row.trim_end().len());
        self.start = at;
        self.columns = 0;
    }
}

/// Beside Chinese, `“” ‘’` break as `「」` do, where UAX 14 would allow no break on either side; and what
/// marks a command, a room or a person stays with its name. The stand-ins are as long in bytes.
fn tailor(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(['“', '”', '‘', '’', '/', '#', '@']) {
        return text.into();
    }
    let chars: Vec<char> = text.chars().collect();
    let before = |at: usize| at.checked_sub(1).and_then(|at| chars.get(at));
    let is_before_chinese = |at: usize| chars.get(at + 1).is_some_and(|&c| is_chinese(c));
    let is_beside = |at: usize| before(at).is_some_and(|&c| is_chinese(c)) || is_before_chinese(at);
    let is_first = |at: usize| {
        let mut to_the_left = chars.iter().take(at).rev().skip_while(|c| **c == '/');
        to_the_left.next().is_none_or(|c| c.is_whitespace())
    };
    let tailored = chars.iter().enumerate().map(|(at, &c)| match c {
        '“' | '‘' if is_beside(at) => '「',
        '”' | '’' if is_beside(at) => '」',
        '#' | '@' if is_before_chinese(at) => '(',
        '/' if is_first(at) => '(',
        c => c,
    });
    tailored.collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, width: usize, rows: &[&str]) {
        let found: Vec<&str> = wrap(text, width)
            .into_iter()
            .map(|r| text.get(r).unwrap())
            .collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn text_breaks_between_words_and_between_ideographs() {
        check(
            "hello 世界世界世界 foo",
            10,
            &["hello 世界", "世界世界", "foo"],
        );
        check("你好，世界", 4, &["你", "好，", "世界"]);
        check("abcdefgh ij", 4, &["abcd", "efgh", "ij"]);
        check("one\ntwo three", 20, &["one", "two three"]);
        check("one\n\ntwo", 20, &["one", "", "two"]);
        check("", 5, &[""]);
        check("世界", 1, &["世", "界"]);
    }

    proptest! {
        #[test]
        fn simple_text_breaks_as_any_other_would(text in "[a-z0-9 .,:;']{0,60}", width in 1_usize..20) {
            let rows = wrap(&text, width);
            // A sign that changes nothing before it, in a row of its own, takes the long way.
            let long = wrap(&format!("{text}\n-"), width);
            prop_assert_eq!(Some(rows.as_slice()), long.get(..long.len() - 1));
        }
    }

    #[test]
    fn chinese_quotation_marks_keep_to_what_they_quote() {
        check("他说“你好”然后走", 5, &["他说", "“你", "好”然", "后走"]);
        check("it’s “so” ok", 4, &["it’s", "“so”", "ok"]);
    }

    #[test]
    fn a_mark_keeps_to_its_name() {
        check("write /join #设计组", 8, &["write", "/join", "#设计组"]);
        check("write //motd", 8, &["write", "//motd"]);
        check("你好@张三看", 6, &["你好", "@张三", "看"]);
        check("a https://b", 7, &["a", "https:/", "/b"]);
        check("see src/main", 8, &["see src/", "main"]);
    }
}
