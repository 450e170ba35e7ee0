//! The input: the prompt and what is being written, one to six rows, with the caret.

use ratatui::buffer::Buffer as Cells;

use super::{Screen, paint};
use crate::client::model::Model;
use crate::client::model::editor::Editor;
use crate::client::model::overlay::Overlay;
use crate::text;

/// The most rows of the input.
const ROWS_MAX: u16 = 6;

/// How many rows what is being written takes.
pub(super) fn rows(model: &Model, columns: u16, is_narrow: bool) -> u16 {
    let (editor, prompt) = field(model, is_narrow);
    let laid = Laid::of(editor, columns.saturating_sub(paint::columns(&prompt)));
    u16::try_from(laid.rows.len())
        .unwrap_or(ROWS_MAX)
        .clamp(1, ROWS_MAX)
}

/// Draws the input and says where the caret is.
pub(super) fn draw(model: &Model, screen: &Screen, cells: &mut Cells) -> (u16, u16) {
    let area = screen.input;
    if area.is_empty() {
        return (area.left(), area.top());
    }
    let (editor, mut prompt) = field(model, screen.is_narrow);
    if paint::columns(&prompt) + 2 > area.width {
        prompt = String::new();
    }
    let left = paint::put(
        cells,
        area.left(),
        area.top(),
        area.right(),
        &prompt,
        paint::ACCENT,
    );
    let laid = Laid::of(editor, area.right().saturating_sub(left));
    let (caret_row, caret_column) = laid.caret;
    let height = usize::from(area.height);
    let hidden = (caret_row + 1)
        .saturating_sub(height)
        .max(if laid.rows.len() > height {
            caret_row.saturating_sub(height - 1)
        } else {
            0
        });
    for (y, row) in (area.top()..area.bottom()).zip(laid.rows.iter().skip(hidden)) {
        paint::put(cells, left, y, area.right(), row, paint::PLAIN);
    }
    let y = area.top() + u16::try_from(caret_row - hidden).unwrap_or(0);
    let x = left + u16::try_from(caret_column).unwrap_or(0);
    (x.min(area.right() - 1), y)
}

/// What is being written here, and what stands before it: the draft, or what is to be found.
fn field(model: &Model, is_narrow: bool) -> (&Editor, String) {
    let in_place = model.overlay().filter(|overlay| overlay.is_in_place());
    if let Some(needle) = in_place.and_then(Overlay::field) {
        let key = match model.found() {
            Some(_) => "ui-find-prompt",
            None => "ui-recall-prompt",
        };
        return (needle, format!(" {}> ", model.texts().get(key)));
    }
    let editor = &model.buffer().editor;
    if is_narrow {
        return (editor, "> ".to_owned());
    }
    let nick = paint::fit(model.nick(), 16, model.settings().is_ascii);
    (editor, format!(" {nick}> "))
}

/// A text laid out in rows, each broken where it is full: what is written must not jump.
pub(super) struct Laid {
    pub(super) rows: Vec<String>,
    pub(super) caret: (usize, usize),
}

impl Laid {
    /// Lays out what is in an editor.
    pub(super) fn of(editor: &Editor, columns: u16) -> Self {
        let width = usize::from(columns).max(1);
        let mut laid = Self {
            rows: vec![String::new()],
            caret: (0, 0),
        };
        let mut column = 0;
        let mut end = 0;
        for (cluster, columns) in text::clusters(editor.text()) {
            let at = end;
            end += cluster.len();
            let is_feed = cluster.ends_with('\n');
            let columns = if is_feed { 0 } else { columns };
            if column + columns > width && column > 0 {
                laid.rows.push(String::new());
                column = 0;
            }
            if at == editor.caret() {
                laid.caret = (laid.rows.len() - 1, column);
            }
            if is_feed {
                laid.rows.push(String::new());
                column = 0;
            } else if let Some(row) = laid.rows.last_mut() {
                row.push_str(cluster);
                column += columns;
            }
        }
        if editor.caret() == editor.text().len() {
            if column >= width {
                laid.rows.push(String::new());
                column = 0;
            }
            laid.caret = (laid.rows.len() - 1, column);
        }
        laid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_goes_with_wide_characters() {
        let mut editor = Editor::default();
        editor.insert("世界a\n人");
        let laid = Laid::of(&editor, 4);
        assert_eq!(laid.rows, ["世界", "a", "人"]);
        assert_eq!(laid.caret, (2, 2));
        editor.insert("类");
        assert_eq!(Laid::of(&editor, 4).caret, (3, 0));
    }
}
