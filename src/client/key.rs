//! Keys and what else comes from a terminal, whichever terminal it is.

pub use crate::config::{Code, Key};

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
