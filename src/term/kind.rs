//! Which kind of terminal it is, where that changes what may be asked of it.

/// A kind of terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Most there are: they take what they know and pass over the rest.
    Usual,
    /// The console of Linux: no screen beside the one there is, a font of some hundred letters, and
    /// what it does not know stands there as text.
    Console,
    /// Inside GNU screen, which passes on only what is wrapped for it.
    Screen,
}

impl Kind {
    /// What the environment says.
    pub(super) fn from_env() -> Self {
        let term = std::env::var("TERM").unwrap_or_default();
        Self::of(&term, std::env::var_os("STY").is_some())
    }

    fn of(term: &str, is_in_screen: bool) -> Self {
        match term {
            "linux" | "console" => Self::Console,
            _ if is_in_screen && term.starts_with("screen") => Self::Screen,
            _ => Self::Usual,
        }
    }

    /// Alternate screen, no row that goes on in the next by itself, bracketed paste, focus events.
    pub(super) fn enter(self) -> &'static [u8] {
        match self {
            Self::Usual | Self::Screen => b"\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?1004h\x1b[2J\x1b[H",
            Self::Console => b"\x1b[?7l\x1b[2J\x1b[H",
        }
    }

    /// The title and how keys are sent put aside, once until they are taken back: of the kitty protocol,
    /// keys told apart; Alt sent as Esc, which xterm by itself makes a letter with an accent of. GNU screen
    /// has windows that keys are for: there that stays as it is.
    pub(super) fn put_aside(self) -> &'static [u8] {
        match self {
            Self::Usual => b"\x1b[22;2t\x1b[>1u\x1b[?1036;1039s\x1b[?1036;1039h",
            Self::Screen => b"\x1bP\x1b[22;2t\x1b\\",
            Self::Console => b"",
        }
    }

    /// All that was asked of the terminal undone, and the cursor shown. It is left blank where there is no
    /// other screen to go back to, as in GNU screen by itself.
    pub(super) fn leave(self) -> &'static [u8] {
        match self {
            Self::Usual => {
                b"\x1b[?2026l\x1b[r\x1b[0m\x1b[<u\x1b[?1036;1039r\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[?7h\x1b[2J\x1b[H\x1b[?1049l\x1b[?25h\x1b[23;2t"
            }
            Self::Screen => {
                b"\x1b[r\x1b[0m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[?7h\x1b[2J\x1b[H\x1b[?1049l\x1b[?25h\x1bP\x1b[23;2t\x1b\\"
            }
            Self::Console => b"\x1b[r\x1b[0m\x1b[?1000l\x1b[?7h\x1b[?25h\x1b[2J\x1b[H",
        }
    }

    /// A sequence that says something to a window, as this terminal takes it; nothing where there is no
    /// window.
    pub(super) fn to_window(self, sequence: &str) -> Vec<u8> {
        match self {
            Self::Usual => sequence.as_bytes().to_vec(),
            Self::Console => Vec::new(),
            Self::Screen => {
                let mut out = Vec::new();
                // It drops a string that is longer than its buffer.
                for piece in sequence.as_bytes().chunks(256) {
                    out.extend_from_slice(b"\x1bP");
                    out.extend_from_slice(piece);
                    out.extend_from_slice(b"\x1b\\");
                }
                out
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_name() {
        for (term, is_in_screen, kind) in [
            ("xterm-256color", false, Kind::Usual),
            ("linux", false, Kind::Console),
            ("screen.xterm", true, Kind::Screen),
            ("screen-256color", false, Kind::Usual),
            ("xterm", true, Kind::Usual),
        ] {
            assert_eq!(Kind::of(term, is_in_screen), kind, "{term}");
        }
    }

    /// The private modes that some bytes change in one of these ways.
    fn modes(bytes: &[u8], ways: &str) -> Vec<String> {
        let text = std::str::from_utf8(bytes).unwrap();
        let changes = text.split("\x1b[?").skip(1);
        let modes = changes.filter_map(|change| {
            let (modes, _) = change.split_once(|c: char| ways.contains(c))?;
            let is_list = |c: char| c.is_ascii_digit() || c == ';';
            modes.chars().all(is_list).then_some(modes.split(';'))
        });
        modes.flatten().map(str::to_owned).collect()
    }

    #[test]
    fn each_mode_that_is_changed_is_changed_back_or_was_put_aside() {
        for kind in [Kind::Usual, Kind::Screen, Kind::Console] {
            let back = modes(kind.leave(), "hlr");
            for bytes in [kind.enter(), kind.put_aside()] {
                for mode in modes(bytes, "hl") {
                    assert!(back.contains(&mode), "{kind:?}: {mode}");
                }
            }
            let aside = modes(kind.put_aside(), "s");
            assert_eq!(aside, modes(kind.leave(), "r"), "{kind:?}");
            assert_eq!(aside.len(), if kind == Kind::Usual { 2 } else { 0 });
        }
    }

    #[test]
    fn a_terminal_without_a_second_screen_is_left_blank() {
        for kind in [Kind::Usual, Kind::Screen, Kind::Console] {
            let mut terminal = vt100::Parser::new(3, 20, 0);
            for bytes in [kind.enter(), kind.put_aside(), b"talk", kind.leave()] {
                let text = std::str::from_utf8(bytes).unwrap();
                let known = text.replace("\x1b[?1049h", "").replace("\x1b[?1049l", "");
                terminal.process(known.as_bytes());
            }
            let screen = terminal.screen();
            assert_eq!(screen.contents(), "", "{kind:?}");
            assert_eq!(screen.cursor_position(), (0, 0), "{kind:?}");
        }
    }

    #[test]
    fn what_is_for_the_window_gets_there_whole() {
        for (written, bytes) in [
            (
                Kind::Screen.put_aside(),
                Kind::Screen.to_window("\x1b[22;2t"),
            ),
            (Kind::Screen.leave(), Kind::Screen.to_window("\x1b[23;2t")),
            (Kind::Usual.put_aside(), Kind::Usual.to_window("\x1b[22;2t")),
            (Kind::Usual.leave(), Kind::Usual.to_window("\x1b[23;2t")),
        ] {
            assert!(written.windows(bytes.len()).any(|some| some == bytes));
        }
        let long = format!("\x1b]52;c;{}\x07", "a".repeat(600));
        assert_eq!(Kind::Usual.to_window(&long), long.as_bytes());
        assert!(Kind::Console.to_window(&long).is_empty());
        let wrapped = String::from_utf8(Kind::Screen.to_window(&long)).unwrap();
        let whole: String = wrapped
            .split("\x1bP")
            .map(|piece| piece.trim_end_matches("\x1b\\"))
            .collect();
        assert_eq!(whole, long);
        assert_eq!(wrapped.matches("\x1bP").count(), 3);
    }
}
