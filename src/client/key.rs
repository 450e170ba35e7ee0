//! Keys and what else comes from a terminal, whichever terminal it is.

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

/// What comes from a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalInput {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted, as one.
    Paste(String),
    /// A line of a pipe, whole.
    Line(String),
    /// The terminal has this size now: columns and rows.
    Resize(u16, u16),
    /// The terminal got or lost the focus.
    Focus(bool),
    /// The terminal is gone.
    Closed,
}
