//! What the loop needs of whatever a person sits at: a local terminal, one far away, a pipe.

use std::future::Future;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::happening::{BufferName, Happening};
use super::key::TerminalInput;
use super::sentence::Sentence;

/// What a terminal has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Something came in.
    Input(TerminalInput),
    /// It may be ready for a frame that it was not ready for: one has been written, or shown.
    Ready,
}

/// What a frame is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody pressed a key: it waits for nothing but what is being written.
    Key,
    /// Something was said: it waits until the terminal has shown what came before.
    Talk,
}

/// What was drawn into a frame, over the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the caret is; none where it is hidden.
    pub caret: Option<(u16, u16)>,
    /// The areas that may have changed; whatever else there is stands as it stood.
    pub areas: Vec<Rect>,
    /// Where rows may have moved up or down: one of the areas, or within one.
    pub talk: Option<Rect>,
}

impl Drawn {
    /// All of an area was drawn anew.
    pub fn whole(area: Rect, caret: Option<(u16, u16)>) -> Self {
        Self {
            caret,
            areas: vec![area],
            talk: None,
        }
    }
}

/// A terminal: inputs come in, frames go out, one at a time.
pub trait Terminal {
    /// The next event. It may be dropped at any time and asked again without a loss.
    fn event(&mut self) -> impl Future<Output = TerminalEvent>;

    /// An input that came together with the last one.
    fn next_input(&mut self) -> Option<TerminalInput>;

    /// Columns and rows; none where nothing is drawn.
    fn size(&self) -> Option<(u16, u16)>;

    /// Whether such a frame may be drawn.
    fn is_ready(&self, urgency: Urgency) -> bool;

    /// Draws into a buffer that holds the last frame; after another size it is blank.
    fn draw(&mut self, urgency: Urgency, paint: &mut dyn FnMut(&mut Buffer) -> Drawn);

    /// Forgets what is on the screen, so that the next frame shows all of it.
    fn repaint(&mut self);

    /// Rings the bell.
    fn bell(&mut self);

    /// Gives the terminal a title, until it is given back; it goes out with the next frame.
    fn title(&mut self, _text: &str) {}

    /// Gives the terminal to another program, until it is taken back; false where that cannot be.
    fn lend(&mut self) -> bool {
        false
    }

    /// Takes the terminal back; the next frame shows all of it.
    fn take_back(&mut self) {}
    /// Gives the terminal back until the program is woken again; does nothing where there is none to give.
    fn pause(&mut self) -> impl Future<Output = ()> {
        std::future::ready(())
    }

    /// Takes the terminal over again: the program was stopped, and whoever had it meanwhile may have left
    /// anything there.
    fn resume(&mut self) {}

    /// Takes the mouse, or leaves it to the terminal.
    fn mouse(&mut self, _is_used: bool) {}

    /// Shows a text without a screen, until a key is pressed; that key is nothing else.
    fn show_bare(&mut self, _text: &str) {}

    /// Puts a text into the clipboard, where there is one.
    fn copy(&mut self, _text: &str) {}

    /// Hears what became true, before the model does: a pipe tells it line by line.
    fn heard(&mut self, happening: &Happening);

    /// Whether somebody is there who can answer a question.
    fn is_answering(&self) -> bool {
        true
    }

    /// How many lines were written here that nobody has read yet.
    fn unread(&self) -> usize {
        0
    }

    /// Why what is told cannot be written any more, where that is no wish of the reader's.
    fn broken(&self) -> Option<Sentence> {
        None
    }

    /// Whether something that was written here could not be taken as it stands.
    fn has_failed(&self) -> bool {
        false
    }

    /// Hears what only a screen would show: an answer to what was typed, or why it failed.
    fn told(&mut self, _buffer: &BufferName, _text: &str, _is_failure: bool) {}
}
