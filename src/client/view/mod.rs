//! The screen, a pure function of the model and the rooms.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::model::Model;
use super::rooms::Rooms;

/// Draws the screen into a buffer and says where the caret is.
pub fn draw(
    _model: &Model,
    _rooms: &Rooms,
    _area: Rect,
    _buffer: &mut Buffer,
) -> Option<(u16, u16)> {
    None
}
