//! What a terminal sends for each key: the old sequences, xterm's, rxvt's, and those of the kitty
//! protocol.

use crate::client::key::{Code, Key};

/// Keys by the letter that ends their sequence, after `CSI` or `SS3`.
const LETTERS: &[(u8, Code)] = &[
    (b'A', Code::Up),
    (b'B', Code::Down),
    (b'C', Code::Right),
    (b'D', Code::Left),
    (b'F', Code::End),
    (b'H', Code::Home),
    (b'P', Code::F(1)),
    (b'Q', Code::F(2)),
    (b'R', Code::F(3)),
    (b'S', Code::F(4)),
];

/// Keys by their number, in sequences that end in `~`.
const NUMBERS: &[(u32, Code)] = &[
    (1, Code::Home),
    (2, Code::Insert),
    (3, Code::Delete),
    (4, Code::End),
    (5, Code::PageUp),
    (6, Code::PageDown),
    (7, Code::Home),
    (8, Code::End),
    (11, Code::F(1)),
    (12, Code::F(2)),
    (13, Code::F(3)),
    (14, Code::F(4)),
    (15, Code::F(5)),
    (17, Code::F(6)),
    (18, Code::F(7)),
    (19, Code::F(8)),
    (20, Code::F(9)),
    (21, Code::F(10)),
    (23, Code::F(11)),
    (24, Code::F(12)),
    (25, Code::F(13)),
    (26, Code::F(14)),
    (28, Code::F(15)),
    (29, Code::F(16)),
    (31, Code::F(17)),
    (32, Code::F(18)),
    (33, Code::F(19)),
    (34, Code::F(20)),
];

/// Keys of a number pad, after `SS3`.
const PAD: &[(u8, Code)] = &[
    (b'M', Code::Enter),
    (b'I', Code::Tab),
    (b' ', Code::Char(' ')),
    (b'X', Code::Char('=')),
];

/// Keys that the kitty protocol has numbers of its own for.
const KITTY: &[(u32, Code)] = &[
    (9, Code::Tab),
    (13, Code::Enter),
    (27, Code::Esc),
    (127, Code::Backspace),
    (57409, Code::Char('.')),
    (57410, Code::Char('/')),
    (57411, Code::Char('*')),
    (57412, Code::Char('-')),
    (57413, Code::Char('+')),
    (57414, Code::Enter),
    (57415, Code::Char('=')),
    (57416, Code::Char(',')),
    (57417, Code::Left),
    (57418, Code::Right),
    (57419, Code::Up),
    (57420, Code::Down),
    (57421, Code::PageUp),
    (57422, Code::PageDown),
    (57423, Code::Home),
    (57424, Code::End),
    (57425, Code::Insert),
    (57426, Code::Delete),
];

/// A key with nothing held down.
pub(super) fn plain(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: false,
        shift: false,
    }
}

fn with_control(c: char) -> Key {
    Key {
        ctrl: true,
        ..plain(Code::Char(c))
    }
}

/// A control character as the key that sends it.
pub(super) fn control_byte(byte: u8) -> Key {
    match byte {
        0 => with_control(' '),
        b'\t' => plain(Code::Tab),
        b'\r' => plain(Code::Enter),
        0x7f => plain(Code::Backspace),
        0x1b => plain(Code::Esc),
        1..=26 => with_control(char::from(byte - 1 + b'a')),
        _ => with_control(char::from(byte.wrapping_add(0x40) & 0x7f)),
    }
}

/// The key of a sequence of `ESC O` and one more byte.
pub(super) fn single_shift(last: u8) -> Option<Key> {
    if let Some(code) = found(PAD, last).or_else(|| found(LETTERS, last)) {
        return Some(plain(code));
    }
    match last {
        b'a'..=b'd' => {
            let code = found(LETTERS, last.to_ascii_uppercase())?;
            Some(Key {
                ctrl: true,
                ..plain(code)
            })
        }
        b'j'..=b'y' => Some(plain(Code::Char(char::from(last - 0x40)))),
        _ => None,
    }
}

/// The key of a sequence of `ESC [`, parameters, and a last byte.
pub(super) fn sequence(parameters: &[u8], last: u8) -> Option<Key> {
    let parameters = Parameters::of(parameters)?;
    if parameters.is_release() {
        return None;
    }
    let first = parameters.number(0, 0).unwrap_or(1);
    let held = |code| parameters.held(1, code);
    match last {
        b'u' => kitty(&parameters),
        b'~' if first == 27 => {
            let c = char::from_u32(parameters.number(2, 0)?)?;
            parameters.held(1, found(KITTY, u32::from(c)).unwrap_or(Code::Char(c)))
        }
        b'~' => held(found(NUMBERS, first)?),
        b'Z' => Some(Key {
            shift: true,
            ..held(Code::Tab)?
        }),
        // As rxvt sends them.
        b'^' | b'@' | b'$' => Some(Key {
            ctrl: last != b'$',
            shift: last != b'^',
            ..plain(found(NUMBERS, first)?)
        }),
        b'a'..=b'd' => Some(Key {
            shift: true,
            ..plain(found(LETTERS, last.to_ascii_uppercase())?)
        }),
        // Any other number is where the cursor is, or something else that nobody asked for.
        _ if first != 1 => None,
        _ => held(found(LETTERS, last)?),
    }
}

/// `CSI number u`: the key has the number of its character, or one of its own.
fn kitty(parameters: &Parameters) -> Option<Key> {
    let number = parameters.number(0, 0)?;
    let code = match number {
        57399..=57408 => Code::Char(char::from_digit(number - 57399, 10)?),
        57376..=57398 => Code::F(u8::try_from(number - 57376 + 13).ok()?),
        _ => match found(KITTY, number) {
            Some(code) => code,
            // Modifiers alone, keys of media, locks.
            None if (57344..=63743).contains(&number) => return None,
            None => Code::Char(char::from_u32(parameters.number(0, 1).unwrap_or(number))?),
        },
    };
    parameters.held(1, code)
}

fn found<T: Copy + PartialEq>(table: &[(T, Code)], wanted: T) -> Option<Code> {
    let row = table.iter().find(|(one, _)| *one == wanted);
    row.map(|(_, code)| *code)
}

/// Numbers between semicolons, each with further ones after colons.
struct Parameters(Vec<Vec<Option<u32>>>);

impl Parameters {
    fn of(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let number = |text: &str| match text {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        };
        let group = |text: &str| text.split(':').map(number).collect::<Option<Vec<_>>>();
        let groups: Option<Vec<_>> = text.split(';').map(group).collect();
        groups.map(Self)
    }

    fn number(&self, group: usize, at: usize) -> Option<u32> {
        self.0.get(group)?.get(at).copied().flatten()
    }

    /// Whether the key was let go, which is nothing.
    fn is_release(&self) -> bool {
        self.number(1, 1) == Some(3)
    }

    /// A key with what was held down; none with what no program of a terminal is meant by.
    fn held(&self, group: usize, code: Code) -> Option<Key> {
        let bits = self.number(group, 0).unwrap_or(1).saturating_sub(1);
        let is_held = |bit: u32| bits & bit != 0;
        if is_held(8) || is_held(16) {
            return None;
        }
        let (ctrl, shift) = (is_held(4), is_held(1));
        let alt = is_held(2) || is_held(32);
        let (code, shift) = if let Code::Char(c) = code {
            let c = match (ctrl, shift) {
                (true, _) => control(c),
                (false, true) => upper(c),
                (false, false) => c,
            };
            (Code::Char(c), false)
        } else {
            (code, shift)
        };
        let is_control = matches!(code, Code::Char(c) if c.is_control());
        (!is_control).then_some(Key {
            code,
            ctrl,
            alt,
            shift,
        })
    }
}

/// The character of a control key. Some bytes have two names each: the sign's and the digit's.
fn control(c: char) -> char {
    match c {
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' => '_',
        other => other.to_ascii_lowercase(),
    }
}

fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
