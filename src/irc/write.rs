//! Writes lines into a buffer, so that nothing from outside can add another line or tag.

use std::borrow::Cow;

/// Writes one line, part by part, and its line end.
///
/// ```
/// let mut out = Vec::new();
/// chatroom::irc::write::LineWriter::new(&mut out)
///     .tag("time", "t")
///     .source("bob!b@h")
///     .command("PRIVMSG")
///     .param("#a")
///     .trailing("hello")
///     .end();
/// assert_eq!(out, b"@time=t :bob!b@h PRIVMSG #a :hello\r\n");
/// ```
#[derive(Debug)]
#[must_use = "a line is whole when it is ended"]
pub struct LineWriter<'a> {
    out: &'a mut Vec<u8>,
    tagged: bool,
}

impl<'a> LineWriter<'a> {
    /// A line at the end of `out`.
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, tagged: false }
    }

    /// Adds a tag; its value is escaped.
    pub fn tag(mut self, name: &str, value: &str) -> Self {
        self.next_tag();
        self.out.extend_from_slice(name.as_bytes());
        if !value.is_empty() {
            self.out.push(b'=');
            self.out.extend_from_slice(escape_tag(value).as_bytes());
        }
        self
    }

    /// Adds tags as they were written on the wire, without the `@`.
    pub fn raw_tags(mut self, tags: &str) -> Self {
        if !tags.is_empty() {
            self.next_tag();
            self.clean(tags);
        }
        self
    }

    /// Says who the line is from.
    pub fn source(mut self, source: &str) -> Self {
        self.end_tags();
        self.out.push(b':');
        self.clean(source);
        self.out.push(b' ');
        self
    }

    /// Says that the line is from somebody.
    pub fn mask(mut self, nick: &str, user: &str, host: &str) -> Self {
        self.end_tags();
        self.out.push(b':');
        self.clean(nick);
        self.out.push(b'!');
        self.clean(user);
        self.out.push(b'@');
        self.clean(host);
        self.out.push(b' ');
        self
    }

    /// Names the command.
    pub fn command(mut self, command: &str) -> Self {
        self.end_tags();
        self.clean(command);
        self
    }

    /// Adds a parameter that has no blanks; what is not fit for the middle of a line gets `*`.
    pub fn param(mut self, param: &str) -> Self {
        self.out.push(b' ');
        if param.is_empty() || param.starts_with(':') || param.contains(' ') {
            self.out.push(b'*');
        } else {
            self.clean(param);
        }
        self
    }

    /// Adds the last parameter, which may hold anything.
    pub fn trailing(mut self, text: &str) -> Self {
        self.out.extend_from_slice(b" :");
        self.clean(text);
        self
    }

    /// Ends the line.
    pub fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }

    fn next_tag(&mut self) {
        self.out.push(if self.tagged { b';' } else { b'@' });
        self.tagged = true;
    }

    fn end_tags(&mut self) {
        if std::mem::take(&mut self.tagged) {
            self.out.push(b' ');
        }
    }

    /// Adds a text; what would end the line becomes a blank.
    fn clean(&mut self, text: &str) {
        let from = self.out.len();
        self.out.extend_from_slice(text.as_bytes());
        if memchr::memchr3(0, b'\r', b'\n', text.as_bytes()).is_some() {
            let added = self.out.get_mut(from..).unwrap_or_default();
            added
                .iter_mut()
                .filter(|byte| matches!(byte, 0 | b'\r' | b'\n'))
                .for_each(|byte| *byte = b' ');
        }
    }
}

/// Escapes a tag's value (IRCv3 message-tags, «Escaping values»).
pub fn escape_tag(value: &str) -> Cow<'_, str> {
    if !value.contains([';', ' ', '\r', '\n', '\\', '\0']) {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        match c {
            ';' => out.push_str("\\:"),
            ' ' => out.push_str("\\s"),
            '\r' => out.push_str("\\r"),
            '\n' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            '\0' => {}
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irc::line::Line;
    use proptest::prelude::*;

    #[test]
    fn nothing_from_outside_adds_a_line() {
        let mut out = Vec::new();
        let line = LineWriter::new(&mut out)
            .tag("a", "x\r\ny")
            .source("bob\r\nQUIT")
            .command("PRIVMSG");
        line.param("#a b")
            .param("")
            .trailing("one\r\nQUIT :two")
            .end();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "@a=x\\r\\ny :bob  QUIT PRIVMSG * * :one  QUIT :two\r\n"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in "\\PC*", text in "\\PC*", word in "[a-z#][a-z:#]*") {
            let mut out = Vec::new();
            let line = LineWriter::new(&mut out).tag("k", &value).source("s").command("X");
            line.param(&word).trailing(&text).end();
            let written = String::from_utf8(out).unwrap();
            let read = Line::parse(written.trim_end_matches("\r\n")).unwrap();
            prop_assert_eq!(read.tags.get("k").unwrap_or_default(), value);
            prop_assert_eq!(&*read.params, &[word.as_str(), text.as_str()][..]);
        }
    }
}
