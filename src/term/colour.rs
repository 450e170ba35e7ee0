//! Colours as a terminal has them: all, 256, sixteen, or none.

use ratatui::style::{Color, Modifier};

use super::kind::Kind;

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Red, green and blue, eight bits each.
    All,
    /// The 256 that most terminals have: a cube of six by six by six.
    Many,
    /// The sixteen of the terminal's own palette.
    Sixteen,
    /// None (`NO_COLOR`); bold, dim, reverse and underline stay.
    None,
}

/// The steps of the cube of the 256.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Modifiers, with their parameter of SGR.
const MODIFIERS: &[(Modifier, u8)] = &[
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl Colours {
    /// What the environment says of the terminal.
    pub fn from_env() -> Self {
        let value = |name| std::env::var(name).unwrap_or_default();
        match value("NO_COLOR").is_empty() {
            true => Self::of(Kind::from_env(), &value("TERM"), &value("COLORTERM")),
            false => Self::None,
        }
    }

    fn of(kind: Kind, term: &str, colorterm: &str) -> Self {
        match (kind, colorterm) {
            // What is set outside GNU screen is set inside, too, which takes such colours for other looks.
            (Kind::Usual, "truecolor" | "24bit") => Self::All,
            _ if term.contains("256color") => Self::Many,
            _ => Self::Sixteen,
        }
    }

    /// A look as far as this terminal can show it.
    pub(super) fn look(self, fg: Color, bg: Color, modifier: Modifier) -> Look {
        match self {
            Self::None => Look {
                fg: Color::Reset,
                bg: Color::Reset,
                // What has a ground of its own still stands out.
                modifier: match bg == Color::Reset {
                    true => modifier,
                    false => modifier | Modifier::REVERSED,
                },
            },
            Self::All | Self::Many | Self::Sixteen => Look { fg, bg, modifier },
        }
    }

    /// Writes what leads from one look to another.
    pub(super) fn change(self, from: Look, to: Look, out: &mut Vec<u8>) {
        if from == to {
            return;
        }
        let mut codes = Codes {
            out,
            is_first: true,
        };
        let is_more = to.modifier.contains(from.modifier)
            && (to.fg != Color::Reset || from.fg == Color::Reset)
            && (to.bg != Color::Reset || from.bg == Color::Reset);
        let from = if is_more {
            from
        } else {
            codes.number(0);
            Look::PLAIN
        };
        for (one, number) in MODIFIERS {
            if to.modifier.contains(*one) && !from.modifier.contains(*one) {
                codes.number(*number);
            }
        }
        if to.fg != from.fg {
            self.colour(to.fg, 0, &mut codes);
        }
        if to.bg != from.bg {
            self.colour(to.bg, 10, &mut codes);
        }
        codes.end();
    }

    /// The parameters of a colour; `shift` is 10 for the ground.
    fn colour(self, colour: Color, shift: u8, codes: &mut Codes<'_>) {
        let mut base = |number: u8| match number {
            0..8 => codes.number(30 + shift + number),
            _ => codes.number(82 + shift + number),
        };
        match (self, colour) {
            (_, Color::Reset) => {}
            (Self::All, Color::Rgb(r, g, b)) => codes.numbers(&[38 + shift, 2, r, g, b]),
            (Self::Many, Color::Rgb(r, g, b)) => codes.numbers(&[38 + shift, 5, cube(r, g, b)]),
            (Self::All | Self::Many, Color::Indexed(number)) => {
                codes.numbers(&[38 + shift, 5, number]);
            }
            (_, Color::Indexed(number @ 0..16)) => base(number),
            (_, Color::Rgb(r, g, b)) => base(nearest(r, g, b)),
            (_, Color::Indexed(number)) => {
                let (r, g, b) = indexed(number);
                base(nearest(r, g, b));
            }
            (_, Color::Black) => base(0),
            (_, Color::Red) => base(1),
            (_, Color::Green) => base(2),
            (_, Color::Yellow) => base(3),
            (_, Color::Blue) => base(4),
            (_, Color::Magenta) => base(5),
            (_, Color::Cyan) => base(6),
            (_, Color::Gray) => base(7),
            (_, Color::DarkGray) => base(8),
            (_, Color::LightRed) => base(9),
            (_, Color::LightGreen) => base(10),
            (_, Color::LightYellow) => base(11),
            (_, Color::LightBlue) => base(12),
            (_, Color::LightMagenta) => base(13),
            (_, Color::LightCyan) => base(14),
            (_, Color::White) => base(15),
        }
    }
}

/// How cells look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Look {
    /// As the terminal has it.
    pub(super) const PLAIN: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };

    /// Whether blanks of this look can be told from blanks of that.
    pub(super) fn has_blanks_as(self, other: Self) -> bool {
        let seen = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
        let (one, two) = (self.modifier & seen, other.modifier & seen);
        // What is reversed has its ground from the text's colour.
        let is_equal = !one.contains(Modifier::REVERSED) || self == other;
        one == two && self.bg == other.bg && is_equal
    }
}

/// The parameters of one sequence of SGR.
struct Codes<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
}

impl Codes<'_> {
    fn number(&mut self, number: u8) {
        let lead: &[u8] = if self.is_first { b"\x1b[" } else { b";" };
        self.is_first = false;
        self.out.extend_from_slice(lead);
        decimal(u32::from(number), self.out);
    }

    fn numbers(&mut self, numbers: &[u8]) {
        numbers.iter().for_each(|number| self.number(*number));
    }

    fn end(self) {
        if !self.is_first {
            self.out.push(b'm');
        }
    }
}

/// Writes a number.
pub(super) fn decimal(number: u32, out: &mut Vec<u8>) {
    if number >= 10 {
        decimal(number / 10, out);
    }
    out.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
}

/// Which of the sixteen stands for a hue: green, bright blue, magenta or bright magenta. Red, yellow and
/// cyan mean something on this screen, and dark blue cannot be read on black.
fn nearest(r: u8, g: u8, b: u8) -> u8 {
    let (least, most) = (r.min(g).min(b), r.max(g).max(b));
    match most - least {
        0..24 if most < 64 => 8,
        0..24 => 7,
        _ if g == most || (r == most && g > b && most - g < 32) => 2,
        _ if b == most && r <= g.saturating_add(24) => 12,
        _ if b > g && r.abs_diff(b) < 80 => 5,
        _ => 13,
    }
}

/// The nearest colour of the cube.
fn cube(r: u8, g: u8, b: u8) -> u8 {
    let step = |value: u8| {
        (0..6_u8)
            .zip(STEPS)
            .min_by_key(|(_, step)| step.abs_diff(value))
            .map_or(0, |(number, _)| number)
    };
    16 + 36 * step(r) + 6 * step(g) + step(b)
}

/// A colour of the 256 beyond the sixteen: a cube of six, then greys.
fn indexed(number: u8) -> (u8, u8, u8) {
    let number = number.saturating_sub(16);
    if number >= 216 {
        let grey = 8 + (number - 216) * 10;
        return (grey, grey, grey);
    }
    let step = |n: u8| if n == 0 { 0 } else { 55 + n * 40 };
    (step(number / 36), step(number / 6 % 6), step(number % 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_colours_as_the_terminal_is_known_to_have() {
        for (kind, term, colorterm, colours) in [
            (Kind::Usual, "xterm-256color", "truecolor", Colours::All),
            (Kind::Usual, "xterm-direct", "24bit", Colours::All),
            (Kind::Usual, "xterm-256color", "", Colours::Many),
            (Kind::Usual, "rxvt-unicode-256color", "rxvt", Colours::Many),
            (Kind::Usual, "xterm", "", Colours::Sixteen),
            (Kind::Screen, "screen", "truecolor", Colours::Sixteen),
            (
                Kind::Screen,
                "screen.xterm-256color",
                "truecolor",
                Colours::Many,
            ),
            (Kind::Console, "linux", "truecolor", Colours::Sixteen),
        ] {
            assert_eq!(
                Colours::of(kind, term, colorterm),
                colours,
                "{term} {colorterm}"
            );
        }
    }

    #[test]
    fn a_name_never_looks_like_what_has_a_meaning() {
        let names = [
            (204, 71, 71),
            (157, 106, 55),
            (121, 121, 42),
            (47, 134, 47),
            (45, 129, 129),
            (63, 121, 179),
            (96, 96, 252),
            (153, 79, 226),
            (197, 69, 133),
        ];
        let found: Vec<u8> = names.map(|(r, g, b)| nearest(r, g, b)).into();
        assert_eq!(found, [13, 13, 2, 2, 2, 12, 12, 5, 5]);
    }

    #[track_caller]
    fn check(colours: Colours, from: Look, to: Look, expected: &str) {
        let mut out = Vec::new();
        colours.change(from, to, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_look_is_what_the_terminal_can_show() {
        for (colours, expected) in [
            (Colours::All, "\u{1b}[1;38;2;250;80;90;44m"),
            (Colours::Many, "\u{1b}[1;38;5;203;44m"),
            (Colours::Sixteen, "\u{1b}[1;95;44m"),
            (Colours::None, "\u{1b}[1;7m"),
        ] {
            let look = colours.look(Color::Rgb(250, 80, 90), Color::Blue, Modifier::BOLD);
            check(colours, Look::PLAIN, look, expected);
            check(colours, look, Look::PLAIN, "\u{1b}[0m");
            check(colours, look, look, "");
        }
    }

    #[test]
    fn only_what_differs_is_written() {
        let look = |fg, modifier| Colours::Sixteen.look(fg, Color::Reset, modifier);
        let (red, cyan) = (Color::Red, Color::Cyan);
        let (bold, none) = (Modifier::BOLD, Modifier::empty());
        check(
            Colours::Sixteen,
            look(red, none),
            look(cyan, none),
            "\u{1b}[36m",
        );
        check(
            Colours::Sixteen,
            look(red, none),
            look(red, bold),
            "\u{1b}[1m",
        );
        check(
            Colours::Sixteen,
            look(red, bold),
            look(red, none),
            "\u{1b}[0;31m",
        );
        check(
            Colours::Sixteen,
            look(red, bold),
            look(Color::Reset, bold),
            "\u{1b}[0;1m",
        );
    }
}
