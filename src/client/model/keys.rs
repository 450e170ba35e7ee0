//! The table of keys: what each does, where, and under which name. Help is made from it.

use crate::client::key::{Code, Key};

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Everywhere, but for overlays that want letters.
    Any,
    /// In the input.
    Input,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each has a sentence in the texts, named in the table"
)]
pub enum Deed {
    Help,
    NextRoom,
    PreviousRoom,
    RoomByNumber,
    NextUnread,
    LastRoom,
    PageUp,
    PageDown,
    Oldest,
    Newest,
    Sidebar,
    Members,
    Redraw,
    Pause,
    Resend,
    ClearOrQuit,
    Quit,
    Escape,
    Send,
    NewLine,
    Complete,
    CompleteBack,
    Up,
    Down,
    Left,
    Right,
    WordLeft,
    WordRight,
    LineStart,
    LineEnd,
    DeleteLeft,
    DeleteRight,
    DeleteWordLeft,
    DeleteWordRight,
    KillBlankLeft,
    KillLineStart,
    KillLineEnd,
    Yank,
    Transpose,
    Undo,
    Redo,
}

/// A row of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it holds.
    pub place: Place,
    /// The keys, the one that is shown first.
    pub keys: &'static [Key],
    /// Its stable name.
    pub name: &'static str,
    /// The key of its text.
    pub text: &'static str,
    /// What it does.
    pub deed: Deed,
}

const fn key(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: false,
        shift: false,
    }
}

const fn ctrl(c: char) -> Key {
    Key {
        code: Code::Char(c),
        ctrl: true,
        alt: false,
        shift: false,
    }
}

const fn alt(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: true,
        shift: false,
    }
}

const fn alt_char(c: char) -> Key {
    alt(Code::Char(c))
}

const fn ctrl_code(code: Code) -> Key {
    Key {
        code,
        ctrl: true,
        alt: false,
        shift: false,
    }
}

const fn shift(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: false,
        shift: true,
    }
}

const fn row(
    place: Place,
    keys: &'static [Key],
    name: &'static str,
    text: &'static str,
    deed: Deed,
) -> Binding {
    Binding {
        place,
        keys,
        name,
        text,
        deed,
    }
}

use Place::{Any, Input};

/// All keys.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    row(Any, &[key(Code::F(1))], "help", "key-help", Deed::Help),
    row(Any, &[ctrl('n')], "room.next", "key-room-next", Deed::NextRoom),
    row(Any, &[ctrl('p')], "room.previous", "key-room-previous", Deed::PreviousRoom),
    row(Any, &[
        alt_char('1'), alt_char('2'), alt_char('3'), alt_char('4'), alt_char('5'),
        alt_char('6'), alt_char('7'), alt_char('8'), alt_char('9'), alt_char('0'),
    ], "room.number", "key-room-number", Deed::RoomByNumber),
    row(Any, &[alt_char('a')], "room.unread", "key-room-unread", Deed::NextUnread),
    row(Any, &[alt_char('/')], "room.last", "key-room-last", Deed::LastRoom),
    row(Any, &[key(Code::PageUp)], "scroll.up", "key-scroll-up", Deed::PageUp),
    row(Any, &[key(Code::PageDown)], "scroll.down", "key-scroll-down", Deed::PageDown),
    row(Any, &[alt(Code::Home), ctrl_code(Code::Home)], "scroll.oldest", "key-scroll-oldest", Deed::Oldest),
    row(Any, &[alt(Code::End), ctrl_code(Code::End)], "scroll.newest", "key-scroll-newest", Deed::Newest),
    row(Any, &[key(Code::F(7))], "pane.rooms", "key-pane-rooms", Deed::Sidebar),
    row(Any, &[key(Code::F(8))], "pane.members", "key-pane-members", Deed::Members),
    row(Any, &[alt_char('r'), key(Code::F(5))], "resend", "key-resend", Deed::Resend),
    row(Any, &[ctrl('l')], "redraw", "key-redraw", Deed::Redraw),
    row(Any, &[ctrl('z')], "pause", "key-pause", Deed::Pause),
    row(Any, &[ctrl('c')], "clear", "key-clear", Deed::ClearOrQuit),
    row(Any, &[ctrl('q')], "quit", "key-quit", Deed::Quit),
    row(Any, &[key(Code::Esc)], "escape", "key-escape", Deed::Escape),
    row(Input, &[key(Code::Enter)], "send", "key-send", Deed::Send),
    row(Input, &[ctrl('j'), alt(Code::Enter), shift(Code::Enter)], "newline", "key-newline", Deed::NewLine),
    row(Input, &[key(Code::Tab)], "complete", "key-complete", Deed::Complete),
    row(Input, &[shift(Code::Tab)], "complete.back", "key-complete-back", Deed::CompleteBack),
    row(Input, &[key(Code::Up)], "up", "key-up", Deed::Up),
    row(Input, &[key(Code::Down)], "down", "key-down", Deed::Down),
    row(Input, &[ctrl('b'), key(Code::Left)], "left", "key-left", Deed::Left),
    row(Input, &[ctrl('f'), key(Code::Right)], "right", "key-right", Deed::Right),
    row(Input, &[alt_char('b'), ctrl_code(Code::Left), alt(Code::Left)], "word.left", "key-word-left", Deed::WordLeft),
    row(Input, &[alt_char('f'), ctrl_code(Code::Right), alt(Code::Right)], "word.right", "key-word-right", Deed::WordRight),
    row(Input, &[ctrl('a'), key(Code::Home)], "line.start", "key-line-start", Deed::LineStart),
    row(Input, &[ctrl('e'), key(Code::End)], "line.end", "key-line-end", Deed::LineEnd),
    row(Input, &[key(Code::Backspace), ctrl('h'), shift(Code::Backspace)], "delete.left", "key-delete-left", Deed::DeleteLeft),
    row(Input, &[ctrl('d'), key(Code::Delete)], "delete.right", "key-delete-right", Deed::DeleteRight),
    row(Input, &[alt(Code::Backspace), ctrl_code(Code::Backspace)], "delete.word.left", "key-delete-word-left", Deed::DeleteWordLeft),
    row(Input, &[alt_char('d'), ctrl_code(Code::Delete)], "delete.word.right", "key-delete-word-right", Deed::DeleteWordRight),
    row(Input, &[ctrl('w')], "kill.word", "key-kill-word", Deed::KillBlankLeft),
    row(Input, &[ctrl('u')], "kill.start", "key-kill-start", Deed::KillLineStart),
    row(Input, &[ctrl('k')], "kill.end", "key-kill-end", Deed::KillLineEnd),
    row(Input, &[ctrl('y')], "yank", "key-yank", Deed::Yank),
    row(Input, &[ctrl('t')], "transpose", "key-transpose", Deed::Transpose),
    row(Input, &[ctrl('_'), ctrl('7'), ctrl('/')], "undo", "key-undo", Deed::Undo),
    row(Input, &[alt_char('z')], "redo", "key-redo", Deed::Redo),
];

/// What a key does, if anything.
pub fn deed(key: Key) -> Option<Deed> {
    BINDINGS
        .iter()
        .find(|binding| binding.keys.contains(&key))
        .map(|binding| binding.deed)
}

/// How the first key of a row is written.
pub fn shown(deed: Deed) -> String {
    let keys = BINDINGS
        .iter()
        .find(|binding| binding.deed == deed)
        .and_then(|b| b.keys.first());
    keys.map(|key| label(*key)).unwrap_or_default()
}

/// How a key is written.
pub fn label(key: Key) -> String {
    let mut label = String::new();
    for (is_held, name) in [
        (key.ctrl, "Ctrl+"),
        (key.alt, "Alt+"),
        (key.shift, "Shift+"),
    ] {
        if is_held {
            label.push_str(name);
        }
    }
    match key.code {
        Code::Char(c) => label.extend(c.to_uppercase()),
        Code::Enter => label.push_str("Enter"),
        Code::Tab => label.push_str("Tab"),
        Code::Backspace => label.push_str("Backspace"),
        Code::Delete => label.push_str("Delete"),
        Code::Insert => label.push_str("Insert"),
        Code::Esc => label.push_str("Esc"),
        Code::Left => label.push_str("Left"),
        Code::Right => label.push_str("Right"),
        Code::Up => label.push_str("Up"),
        Code::Down => label.push_str("Down"),
        Code::Home => label.push_str("Home"),
        Code::End => label.push_str("End"),
        Code::PageUp => label.push_str("PageUp"),
        Code::PageDown => label.push_str("PageDown"),
        Code::F(number) => label.push_str(&format!("F{number}")),
    }
    label
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let mut seen = BTreeSet::new();
        for binding in BINDINGS {
            for key in binding.keys {
                assert!(seen.insert(*key), "{} is bound twice", label(*key));
            }
        }
    }

    #[test]
    fn every_alt_key_has_another_way_or_a_command() {
        let by_command = [
            Deed::RoomByNumber,
            Deed::NextUnread,
            Deed::LastRoom,
            Deed::Redo,
        ];
        for binding in BINDINGS {
            let is_alt_only = binding.keys.iter().all(|key| key.alt);
            assert!(
                !is_alt_only || by_command.contains(&binding.deed),
                "{}",
                binding.name
            );
        }
    }
}
