//! Keys of a keyboard, and how they are written.

use std::fmt;
use std::str::FromStr;

/// A key with what was held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which.
    pub code: Code,
    /// Whether Control was held down.
    pub ctrl: bool,
    /// Whether Alt was held down, or Esc came just before.
    pub alt: bool,
    /// Whether Shift was held down; never set for a character, which says it itself.
    pub shift: bool,
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names on the keys say it")]
pub enum Code {
    Char(char),
    Enter,
    Tab,
    Backspace,
    Delete,
    Insert,
    Esc,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// The names of keys that are no characters.
const NAMES: [(&str, Code); 16] = [
    ("Enter", Code::Enter),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Insert", Code::Insert),
    ("Esc", Code::Esc),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PageUp", Code::PageUp),
    ("PageDown", Code::PageDown),
    ("Space", Code::Char(' ')),
    ("Minus", Code::Char('-')),
];

/// Keys that terminals cannot tell from others: they send the same bytes.
const SAME_BYTES: [(char, &str); 5] = [
    ('i', "tab"),
    ('m', "enter"),
    ('[', "esc"),
    ('?', "backspace"),
    ('@', "ctrl-space"),
];

impl Key {
    /// How people read it: `Alt+A`.
    pub fn label(self) -> String {
        self.written('+', &|name| name.to_owned(), true)
    }

    /// How a config has it: `alt-a`.
    pub fn name(self) -> String {
        self.written('-', &|name| name.to_lowercase(), false)
    }

    fn written(self, joint: char, case: &dyn Fn(&str) -> String, is_label: bool) -> String {
        let is_held = self.ctrl || self.alt;
        let is_capital = is_held && matches!(self.code, Code::Char(c) if c.is_uppercase());
        let mut text = String::new();
        for (has, name) in [
            (self.ctrl, "Ctrl"),
            (self.alt, "Alt"),
            (self.shift || is_capital, "Shift"),
        ] {
            if has {
                text.push_str(&case(name));
                text.push(joint);
            }
        }
        let named = NAMES.iter().find(|(_, code)| *code == self.code);
        match (named, self.code) {
            (Some((name, _)), code) if code != Code::Char('-') || !is_label => {
                text.push_str(&case(name));
            }
            // A letter alone is the one that is typed.
            (_, Code::Char(c)) if !is_held => text.push(c),
            (_, Code::Char(c)) if is_label => text.extend(c.to_uppercase()),
            (_, Code::Char(c)) => text.extend(c.to_lowercase()),
            (_, Code::F(number)) => text.push_str(&case(&format!("F{number}"))),
            (_, _) => {}
        }
        text
    }
}

impl Key {
    /// A key as a config has it, also one that writes itself; the error is a sentence that says what
    /// can be bound.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lower = text.trim().to_lowercase();
        let mut rest = lower.as_str();
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        loop {
            let held = [
                ("ctrl", &mut ctrl),
                ("alt", &mut alt),
                ("shift", &mut shift),
            ];
            let Some((after, flag)) = held.into_iter().find_map(|(name, flag)| {
                let after = rest.strip_prefix(name)?.strip_prefix(['-', '+'])?;
                Some((after, flag))
            }) else {
                break;
            };
            *flag = true;
            rest = after;
        }
        let unknown = || {
            format!(
                "{text:?} is no key; write a character, f1 to f24 or one of {}, after ctrl-, alt- \
                 and shift- as in \"alt-a\" or \"ctrl-pageup\"",
                NAMES.map(|(name, _)| name.to_lowercase()).join(", ")
            )
        };
        let code = code(rest).ok_or_else(unknown)?;
        let Code::Char(c) = code else {
            return Ok(Self {
                code,
                ctrl,
                alt,
                shift,
            });
        };
        if ctrl && let Some((_, other)) = SAME_BYTES.iter().find(|(same, _)| *same == c) {
            return Err(format!(
                "terminals cannot tell {text:?} from {other:?}; write {other:?}"
            ));
        }
        let c = if shift && !ctrl {
            c.to_uppercase().next().unwrap_or(c)
        } else {
            c
        };
        Ok(Self {
            code: Code::Char(c),
            ctrl,
            alt,
            shift: false,
        })
    }
}

impl FromStr for Key {
    type Err = String;

    /// A key that can be bound where one writes: the error says what can.
    fn from_str(text: &str) -> Result<Self, String> {
        let key = Self::parse(text)?;
        if let Code::Char(c) = key.code
            && !key.ctrl
            && !key.alt
        {
            return Err(format!(
                "{text:?} writes itself; hold ctrl or alt, as in \"alt-{c}\""
            ));
        }
        Ok(key)
    }
}

fn code(name: &str) -> Option<Code> {
    let named = NAMES
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name));
    if let Some((_, code)) = named {
        return Some(*code);
    }
    let number = name.strip_prefix('f').and_then(|n| n.parse::<u8>().ok());
    if let Some(number) = number {
        return (1..=24).contains(&number).then_some(Code::F(number));
    }
    let mut chars = name.chars();
    let c = chars.next().filter(|c| !c.is_control())?;
    chars.next().is_none().then_some(Code::Char(c))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_shown_and_as_a_config_has_it() {
        for (written, label, name) in [
            ("alt-a", "Alt+A", "alt-a"),
            ("Alt+A", "Alt+A", "alt-a"),
            ("alt-shift-a", "Alt+Shift+A", "alt-shift-a"),
            ("ctrl-PageUp", "Ctrl+PageUp", "ctrl-pageup"),
            ("shift-tab", "Shift+Tab", "shift-tab"),
            ("f12", "F12", "f12"),
            ("alt-f", "Alt+F", "alt-f"),
            ("alt--", "Alt+-", "alt-minus"),
            ("alt-minus", "Alt+-", "alt-minus"),
            ("ctrl-_", "Ctrl+_", "ctrl-_"),
            ("alt-space", "Alt+Space", "alt-space"),
            ("alt-1", "Alt+1", "alt-1"),
        ] {
            let key: Key = written.parse().unwrap();
            assert_eq!((key.label().as_str(), key.name().as_str()), (label, name));
            assert_eq!(key.name().parse(), Ok(key));
            assert_eq!(key.label().parse(), Ok(key));
        }
    }

    #[test]
    fn a_letter_alone_is_the_one_that_is_typed() {
        let key = Key::parse("y").unwrap();
        assert_eq!((key.label(), key.name()), ("y".into(), "y".into()));
        assert_eq!(key.code, Code::Char('y'));
    }

    #[test]
    fn what_cannot_be_bound_says_what_can() {
        for (written, why) in [
            ("meta-a", "\"meta-a\" is no key; write a character"),
            ("f25", "is no key"),
            ("", "is no key"),
            (
                "a",
                "\"a\" writes itself; hold ctrl or alt, as in \"alt-a\"",
            ),
            ("ctrl-i", "cannot tell \"ctrl-i\" from \"tab\""),
            ("ctrl-?", "cannot tell \"ctrl-?\" from \"backspace\""),
            ("ctrl-@", "cannot tell \"ctrl-@\" from \"ctrl-space\""),
        ] {
            let error = written.parse::<Key>().unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
