//! What a terminal says of the mouse, in xterm's reports (1006).

use crate::client::key::{Mouse, Pointed};

/// Button presses and what is moved with one held down, in numbers of any size.
pub(super) const ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
/// The mouse is the terminal's own again.
pub(super) const OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Shift, Alt and Control, which mean nothing here.
const HELD: u32 = 4 | 8 | 16;

/// The report of `button;column;row`; none where it means nothing here.
pub(super) fn report(parameters: &[u8]) -> Option<Mouse> {
    let text = std::str::from_utf8(parameters).ok()?;
    let mut numbers = text.split(';').map(|number| number.parse::<u32>().ok());
    mouse(numbers.next()??, numbers.next()??, numbers.next()??)
}

/// The same in three bytes, each so much larger that it is no control character.
pub(super) fn old_report(bytes: [u8; 3]) -> Option<Mouse> {
    let [button, column, row] = bytes.map(|byte| u32::from(byte).checked_sub(32));
    mouse(button?, column?, row?)
}

fn mouse(button: u32, column: u32, row: u32) -> Option<Mouse> {
    let what = match button & !HELD {
        0 => Pointed::Press,
        32 => Pointed::Drag,
        64 => Pointed::WheelUp,
        65 => Pointed::WheelDown,
        _ => return None,
    };
    let place = |number: u32| u16::try_from(number.checked_sub(1)?).ok();
    Some(Mouse {
        what,
        column: place(column)?,
        row: place(row)?,
    })
}
