//! Keys of a local terminal, from crossterm's words to ours.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::client::key::{Code, Key, TerminalInput};

/// What an event is to us; none for what nobody asked for.
pub(super) fn input(event: Event) -> Option<TerminalInput> {
    match event {
        Event::Key(key) => self::key(key).map(TerminalInput::Key),
        Event::Paste(text) => Some(TerminalInput::Paste(text)),
        Event::Resize(columns, rows) => Some(TerminalInput::Resize(columns, rows)),
        Event::FocusGained => Some(TerminalInput::Focus(true)),
        Event::FocusLost => Some(TerminalInput::Focus(false)),
        Event::Mouse(_) => None,
    }
}

fn key(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let mut shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let code = match key.code {
        KeyCode::Char(c) => {
            shift = false;
            Code::Char(if ctrl { control(c) } else { c })
        }
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Tab => Code::Tab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Esc => Code::Esc,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::F(number),
        KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return None,
    };
    Some(Key {
        code,
        ctrl,
        alt: key.modifiers.contains(KeyModifiers::ALT),
        shift,
    })
}

/// The character of a control key. Four bytes have two names each: the sign's and the digit's.
fn control(c: char) -> char {
    match c {
        '4' => '\\',
        '5' => ']',
        '6' => '^',
        '7' => '_',
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: KeyCode, modifiers: KeyModifiers, expected: Code, is_ctrl: bool) {
        let Some(TerminalInput::Key(key)) = input(Event::Key(KeyEvent::new(code, modifiers)))
        else {
            panic!("no key");
        };
        assert_eq!((key.code, key.ctrl), (expected, is_ctrl));
    }

    #[test]
    fn keys_with_two_names_are_one() {
        let ctrl = KeyModifiers::CONTROL;
        check(KeyCode::Char('7'), ctrl, Code::Char('_'), true);
        check(KeyCode::Char('_'), ctrl, Code::Char('_'), true);
        check(KeyCode::Char('W'), ctrl, Code::Char('w'), true);
        check(
            KeyCode::Char('7'),
            KeyModifiers::NONE,
            Code::Char('7'),
            false,
        );
        check(KeyCode::BackTab, KeyModifiers::SHIFT, Code::Tab, false);
    }

    #[test]
    fn a_released_key_is_nothing() {
        let mut event = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(input(Event::Key(event)), None);
    }
}
