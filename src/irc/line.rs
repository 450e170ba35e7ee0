//! One IRC message: `@tags :source COMMAND params` (RFC 1459 §2.3.1, IRCv3 message-tags).

use std::borrow::Cow;
use std::ops::Deref;

use thiserror::Error;

/// How many parameters a line has at most; the last one takes the rest.
pub const PARAMS_MAX: usize = 15;

/// One message, borrowed from the text that it was parsed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its tags, in the order given.
    pub tags: Tags<'a>,
    /// Who it is from: `nick!user@host` or a server.
    pub source: Option<&'a str>,
    /// The command or the three digits of a numeric, as written.
    pub command: &'a str,
    /// Its parameters.
    pub params: Params<'a>,
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseError {
    /// There is no command.
    #[error("the line has no command")]
    NoCommand,
    /// The command is neither letters nor three digits.
    #[error("the command holds something that is neither a letter nor a digit")]
    BadCommand,
    /// NUL, CR or LF inside the line.
    #[error("the line holds a NUL, a carriage return or a line feed")]
    Forbidden,
}

impl<'a> Line<'a> {
    /// Reads a line without its line end. Blanks between the parts may be several.
    pub fn parse(text: &'a str) -> Result<Self, ParseError> {
        if memchr::memchr3(0, b'\r', b'\n', text.as_bytes()).is_some() {
            return Err(ParseError::Forbidden);
        }
        let (tags, rest) = match text.strip_prefix('@') {
            Some(tagged) => split(tagged),
            None => ("", text),
        };
        let (source, rest) = match rest.strip_prefix(':') {
            Some(sourced) => {
                let (source, rest) = split(sourced);
                (Some(source), rest)
            }
            None => (None, rest),
        };
        let (command, rest) = split(rest);
        if command.is_empty() {
            return Err(ParseError::NoCommand);
        }
        if !command.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(ParseError::BadCommand);
        }
        Ok(Self {
            tags: Tags(tags),
            source,
            command,
            params: Params::parse(rest),
        })
    }

    /// The source's parts, or `None` when the line has no source.
    pub fn mask(&self) -> Option<Mask<'a>> {
        self.source.map(Mask::parse)
    }
}

/// Splits at the first run of blanks.
fn split(text: &str) -> (&str, &str) {
    match text.split_once(' ') {
        Some((first, rest)) => (first, rest.trim_start_matches(' ')),
        None => (text, ""),
    }
}

/// The parameters of a line: a slice of at most 15.
#[derive(Clone, Copy, Debug)]
pub struct Params<'a> {
    all: [&'a str; PARAMS_MAX],
    count: usize,
}

impl<'a> Params<'a> {
    fn parse(mut rest: &'a str) -> Self {
        let mut params = Self {
            all: [""; PARAMS_MAX],
            count: 0,
        };
        for slot in &mut params.all {
            if rest.is_empty() {
                break;
            }
            params.count += 1;
            if let Some(trailing) = rest.strip_prefix(':') {
                *slot = trailing;
                break;
            }
            if params.count == PARAMS_MAX {
                *slot = rest;
                break;
            }
            (*slot, rest) = split(rest);
        }
        params
    }

    /// The parameter at a place, or an empty text.
    pub fn at(&self, index: usize) -> &'a str {
        self.all.get(index).copied().unwrap_or_default()
    }
}

impl<'a> Deref for Params<'a> {
    type Target = [&'a str];

    fn deref(&self) -> &Self::Target {
        self.all.get(..self.count).unwrap_or_default()
    }
}

impl PartialEq for Params<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Params<'_> {}

/// The tags of a line, as written; they are looked at when asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tags<'a>(&'a str);

impl<'a> Tags<'a> {
    /// As written, without the `@`.
    pub fn raw(&self) -> &'a str {
        self.0
    }

    /// Name and escaped value of each.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let tags = self.0.split(';').filter(|tag| !tag.is_empty());
        tags.map(|tag| tag.split_once('=').unwrap_or((tag, "")))
    }

    /// The value of a tag, unescaped; the last one when it is given twice.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        if self.0.is_empty() {
            return None;
        }
        self.iter()
            .filter(|(one, _)| *one == name)
            .last()
            .map(|(_, value)| unescape(value))
    }
}

/// Undoes the escapes of a tag's value (IRCv3 message-tags, «Escaping values»).
fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(':') => out.push(';'),
            Some('s') => out.push(' '),
            Some('r') => out.push('\r'),
            Some('n') => out.push('\n'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Cow::Owned(out)
}

/// The parts of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mask<'a> {
    /// The name, or the server's.
    pub nick: &'a str,
    /// The user name; empty when there is none.
    pub user: &'a str,
    /// The host; empty when there is none.
    pub host: &'a str,
}

impl<'a> Mask<'a> {
    /// Takes `nick!user@host` apart.
    pub fn parse(source: &'a str) -> Self {
        let (rest, host) = source.split_once('@').unwrap_or((source, ""));
        let (nick, user) = rest.split_once('!').unwrap_or((rest, ""));
        Self { nick, user, host }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, source: Option<&str>, command: &str, params: &[&str]) {
        let line = Line::parse(text).unwrap();
        assert_eq!(
            (line.source, line.command, &*line.params),
            (source, command, params)
        );
    }

    #[test]
    fn a_line_is_taken_apart() {
        check("PING", None, "PING", &[]);
        check(
            "PRIVMSG #a :hello  world",
            None,
            "PRIVMSG",
            &["#a", "hello  world"],
        );
        check("PRIVMSG   #a  hi ", None, "PRIVMSG", &["#a", "hi"]);
        check(":bob!b@h JOIN #a", Some("bob!b@h"), "JOIN", &["#a"]);
        check("@a=1;b :s 001 bob :Hi", Some("s"), "001", &["bob", "Hi"]);
        check("TOPIC #a :", None, "TOPIC", &["#a", ""]);
        check("MODE #a +zzz foo", None, "MODE", &["#a", "+zzz", "foo"]);
        check(
            "X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
            None,
            "X",
            &[
                "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15 16",
            ],
        );
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for (text, why) in [
            ("", ParseError::NoCommand),
            ("@a=1", ParseError::NoCommand),
            (" PING", ParseError::NoCommand),
            (":bob", ParseError::NoCommand),
            ("PRIVMSG #a :a\0b", ParseError::Forbidden),
            ("PRIVMSG #a :a\rQUIT", ParseError::Forbidden),
            ("{\"name\"} x", ParseError::BadCommand),
        ] {
            assert_eq!(Line::parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn tags_are_unescaped_and_the_last_one_counts() {
        let line = Line::parse("@a=1;+b=x\\sy\\:\\\\;a=2;c PING").unwrap();
        assert_eq!(line.tags.get("a").as_deref(), Some("2"));
        assert_eq!(line.tags.get("+b").as_deref(), Some("x y;\\"));
        assert_eq!(line.tags.get("c").as_deref(), Some(""));
        assert_eq!(line.tags.get("d"), None);
    }

    #[test]
    fn a_source_has_up_to_three_parts() {
        assert_eq!(
            Mask::parse("bob!b@h.x"),
            Mask {
                nick: "bob",
                user: "b",
                host: "h.x"
            }
        );
        assert_eq!(
            Mask::parse("irc.example"),
            Mask {
                nick: "irc.example",
                user: "",
                host: ""
            }
        );
    }
}
