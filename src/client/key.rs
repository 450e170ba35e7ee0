//! Keys and what else comes from a terminal, whichever terminal it is.

pub use crate::config::{Code, Key};
use crate::text::Widths;

/// What comes from a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalInput {
    /// A key was pressed.
    Key(Key),
    /// The mouse was used.
    Mouse(Mouse),
    /// A text was pasted, as one.
    Paste(String),
    /// A text was pasted that is far too long to be kept: its bytes.
    PastedTooMuch(usize),
    /// The end of the text that was pasted last did not come.
    PasteBroken,
    /// A line of a pipe, whole.
    Line(String),
    /// The terminal has this size now: columns and rows.
    Resize(u16, u16),
    /// The terminal got or lost the focus.
    Focus(bool),
    /// The terminal was measured: so wide it shows what terminals disagree on.
    Widths(Widths),
    /// The terminal is gone.
    Closed,
}

/// What was done with the mouse, and where: from 0, at the left and at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What was done.
    pub what: Pointed,
    /// In which column.
    pub column: u16,
    /// In which row.
    pub row: u16,
}

/// What was done with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointed {
    /// The left button was pressed.
    Press,
    /// It was moved with the left button held down.
    Drag,
    /// The wheel was turned up.
    WheelUp,
    /// The wheel was turned down.
    WheelDown,
}
