//! What the loop needs of whatever a person sits at: a local terminal, one far away, a pipe.

use std::future::Future;

use ratatui::buffer::Buffer;

use super::happening::Happening;
use super::key::TerminalInput;

/// What a terminal has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Something came in.
    Input(TerminalInput),
    /// The frame that was on its way has been written.
    Written,
}

/// A terminal: inputs come in, frames go out, one at a time.
pub trait Terminal {
    /// The next event. It may be dropped at any time and asked again without a loss.
    fn event(&mut self) -> impl Future<Output = TerminalEvent>;

    /// Columns and rows; none where nothing is drawn.
    fn size(&self) -> Option<(u16, u16)>;

    /// Whether a frame may be drawn: none is on its way.
    fn is_ready(&self) -> bool;

    /// Draws: the buffer is empty and as large as the terminal; the answer is where the caret is.
    fn draw(&mut self, paint: &mut dyn FnMut(&mut Buffer) -> Option<(u16, u16)>);

    /// Forgets what is on the screen, so that the next frame draws all of it.
    fn repaint(&mut self);

    /// Rings the bell.
    fn bell(&mut self);

    /// Gives the terminal back until the program is woken again; does nothing where there is none to give.
    fn pause(&mut self) -> impl Future<Output = ()> {
        std::future::ready(())
    }

    /// Takes the terminal over again: the program was stopped, and whoever had it meanwhile may have left
    /// anything there.
    fn resume(&mut self) {}

    /// Hears what became true, before the model does: a pipe tells it line by line.
    fn heard(&mut self, happening: &Happening);
}
