//! The table of keys: what each does and where. Help is made from it.

use crate::client::key::{Code, Key};
pub use crate::config::Deed;
use crate::config::{Bound, Keys};

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Everywhere.
    Any,
    /// Where something is being written.
    Input,
    /// In an empty input, before what the key does else.
    Empty,
    /// While a message is chosen, before what the key does everywhere.
    Selection,
}

/// A row of the table: the keys, the one that is shown first, and what they do there.
pub type Row = (Place, &'static [Key], Deed);

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

const fn letter(c: char) -> Key {
    key(Code::Char(c))
}

const fn shift(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: false,
        shift: true,
    }
}

use Place::{Any, Empty, Input, Selection};

/// All keys, as they are without a config.
#[rustfmt::skip]
pub const BINDINGS: &[Row] = &[
    (Any, &[key(Code::F(1))], Deed::Help),
    (Any, &[ctrl('g')], Deed::Goto),
    (Any, &[ctrl('n')], Deed::NextRoom),
    (Any, &[ctrl('p')], Deed::PreviousRoom),
    (Any, &[
        alt_char('1'), alt_char('2'), alt_char('3'), alt_char('4'), alt_char('5'),
        alt_char('6'), alt_char('7'), alt_char('8'), alt_char('9'), alt_char('0'),
    ], Deed::RoomByNumber),
    (Any, &[alt_char('a')], Deed::NextActivity),
    (Any, &[alt_char('/')], Deed::LastRoom),
    (Any, &[alt_char('n')], Deed::NextMention),
    (Any, &[alt_char('p')], Deed::PreviousMention),
    (Any, &[key(Code::F(9))], Deed::Mentions),
    (Any, &[key(Code::PageUp)], Deed::PageUp),
    (Any, &[key(Code::PageDown)], Deed::PageDown),
    (Any, &[alt(Code::Home), ctrl_code(Code::Home)], Deed::Oldest),
    (Any, &[alt(Code::End), ctrl_code(Code::End)], Deed::Newest),
    (Any, &[ctrl('s')], Deed::Find),
    (Any, &[key(Code::F(7))], Deed::Sidebar),
    (Any, &[key(Code::F(8))], Deed::Members),
    (Any, &[key(Code::F(6))], Deed::Focus),
    (Any, &[key(Code::F(2))], Deed::Topic),
    (Any, &[alt_char('=')], Deed::Mute),
    (Any, &[alt_char('m')], Deed::Mouse),
    (Any, &[alt_char('r'), key(Code::F(5))], Deed::Resend),
    (Any, &[ctrl('l')], Deed::Redraw),
    (Any, &[ctrl('z')], Deed::Pause),
    (Any, &[ctrl('c')], Deed::Clear),
    (Any, &[ctrl('q')], Deed::Quit),
    (Any, &[key(Code::Esc)], Deed::Escape),
    (Empty, &[ctrl('k')], Deed::Goto),
    (Empty, &[ctrl('f')], Deed::Find),
    (Empty, &[alt_char('u')], Deed::FirstUnread),
    (Empty, &[alt_char('l')], Deed::Bare),
    (Empty, &[ctrl('c')], Deed::Quit),
    // The wide letters are typed with a Chinese input method.
    (Selection, &[key(Code::Up), alt(Code::Up), letter('k'), letter('ｋ')], Deed::SelectOlder),
    (Selection, &[key(Code::Down), alt(Code::Down), letter('j'), letter('ｊ')], Deed::SelectNewer),
    (Selection, &[letter('y'), letter('ｙ')], Deed::Copy),
    (Selection, &[letter('o'), letter('ｏ'), key(Code::Enter)], Deed::Link),
    (Selection, &[letter('m'), letter('ｍ')], Deed::MarkUnread),
    (Selection, &[letter('i'), letter('ｉ')], Deed::Profile),
    (Selection, &[shift(Code::Tab)], Deed::Focus),
    (Input, &[alt(Code::Up)], Deed::SelectOlder),
    (Input, &[key(Code::Enter)], Deed::Send),
    (Input, &[ctrl('j'), alt(Code::Enter), shift(Code::Enter)], Deed::NewLine),
    (Input, &[key(Code::Tab)], Deed::Complete),
    (Input, &[shift(Code::Tab)], Deed::CompleteBack),
    (Input, &[key(Code::Up)], Deed::Up),
    (Input, &[key(Code::Down)], Deed::Down),
    (Input, &[ctrl_code(Code::Up)], Deed::OlderInput),
    (Input, &[ctrl_code(Code::Down)], Deed::NewerInput),
    (Input, &[ctrl('r')], Deed::SearchInput),
    (Input, &[ctrl('x')], Deed::Editor),
    (Input, &[alt_char('e')], Deed::Emoji),
    (Input, &[alt_char('.')], Deed::LastArgument),
    (Input, &[ctrl('b'), key(Code::Left)], Deed::Left),
    (Input, &[ctrl('f'), key(Code::Right)], Deed::Right),
    (Input, &[alt_char('b'), ctrl_code(Code::Left), alt(Code::Left)], Deed::WordLeft),
    (Input, &[alt_char('f'), ctrl_code(Code::Right), alt(Code::Right)], Deed::WordRight),
    (Input, &[ctrl('a'), key(Code::Home)], Deed::LineStart),
    (Input, &[ctrl('e'), key(Code::End)], Deed::LineEnd),
    (Input, &[key(Code::Backspace), ctrl('h'), shift(Code::Backspace)], Deed::DeleteLeft),
    (Input, &[ctrl('d'), key(Code::Delete)], Deed::DeleteRight),
    (Input, &[alt(Code::Backspace), ctrl_code(Code::Backspace)], Deed::DeleteWordLeft),
    (Input, &[alt_char('d'), ctrl_code(Code::Delete)], Deed::DeleteWordRight),
    (Input, &[ctrl('w')], Deed::KillBlankLeft),
    (Input, &[ctrl('u')], Deed::KillLineStart),
    (Input, &[ctrl('k')], Deed::KillLineEnd),
    (Input, &[ctrl('y')], Deed::Yank),
    (Input, &[alt_char('y')], Deed::YankPrevious),
    (Input, &[ctrl('t')], Deed::Transpose),
    (Input, &[alt_char('t')], Deed::TransposeWords),
    (Input, &[alt_char('u')], Deed::UpperWord),
    (Input, &[alt_char('l')], Deed::LowerWord),
    (Input, &[alt_char('c')], Deed::CapitalWord),
    (Input, &[ctrl('_'), ctrl('7'), ctrl('/')], Deed::Undo),
    (Input, &[alt_char('z')], Deed::Redo),
];

/// The keys in force: those of the table, changed by a config.
#[derive(Clone, Debug)]
pub struct Keymap {
    rows: Vec<(Place, Vec<Key>, Deed)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let row = |(place, keys, deed): &Row| (*place, keys.to_vec(), *deed);
        Self {
            rows: BINDINGS.iter().map(row).collect(),
        }
    }
}

impl Keymap {
    /// The keys of the table, changed by a config.
    pub fn new(keys: &Keys) -> Self {
        let mut map = Self::default();
        let sections = [
            (Any, &keys.any),
            (Input, &keys.input),
            (Empty, &keys.empty),
            (Selection, &keys.selection),
        ];
        for (place, Bound(bound)) in sections {
            for (key, deed) in bound {
                map.bind(place, *key, *deed);
            }
        }
        map
    }

    /// Binds a key to a deed, or to none. It means nothing else any more where that counts.
    pub fn bind(&mut self, place: Place, key: Key, deed: Option<Deed>) {
        for (other, keys, _) in &mut self.rows {
            let is_replaced = match place {
                Any => true,
                Input => matches!(other, Any | Input),
                Empty | Selection => *other == place,
            };
            if is_replaced {
                keys.retain(|bound| *bound != key);
            }
        }
        let Some(deed) = deed else { return };
        let known = self
            .rows
            .iter_mut()
            .find(|(other, _, known)| *known == deed && *other == place);
        match known {
            Some((_, keys, _)) => keys.insert(0, key),
            None => self.rows.push((place, vec![key], deed)),
        }
    }

    /// Forgets a deed that cannot be done here: no key does it, and no help tells of it.
    pub fn forget(&mut self, deed: Deed) {
        self.rows.retain(|(_, _, other)| *other != deed);
    }

    /// What a key does, in an empty input or elsewhere.
    pub fn deed(&self, key: Key, is_empty: bool) -> Option<Deed> {
        let place = if is_empty { Empty } else { Input };
        self.deed_in(key, place)
    }

    /// What a key does in a place: there, else where it holds beside it.
    pub fn deed_in(&self, key: Key, place: Place) -> Option<Deed> {
        let of = |is_there: &dyn Fn(Place) -> bool| {
            let mut rows = self.rows.iter();
            let row = rows.find(|(place, keys, _)| is_there(*place) && keys.contains(&key))?;
            Some(row.2)
        };
        let is_beside = |other| match place {
            Any | Selection => other == Any,
            Input | Empty => matches!(other, Any | Input),
        };
        of(&|other| other == place).or_else(|| of(&is_beside))
    }

    /// The rows that have a key: where, which keys, what they do.
    pub fn rows(&self) -> impl Iterator<Item = (Place, &[Key], Deed)> {
        let rows = self.rows.iter().filter(|(_, keys, _)| !keys.is_empty());
        rows.map(|(place, keys, deed)| (*place, keys.as_slice(), *deed))
    }

    /// The key of a deed as it is shown: the first one; none when no key does it.
    pub fn shown(&self, deed: Deed) -> String {
        let of = |is_there: &dyn Fn(Place) -> bool| {
            let mut rows = self.rows();
            let row = rows.find(|(place, _, other)| *other == deed && is_there(*place))?;
            row.1.first().map(|key| key.label())
        };
        of(&|place| matches!(place, Any | Input))
            .or_else(|| of(&|place| matches!(place, Empty | Selection)))
            .unwrap_or_default()
    }
}

/// The key of the text that says what a deed does.
pub fn text_key(deed: Deed) -> String {
    format!("key-{}", deed.name().replace('.', "-"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn named(name: &str) -> Key {
        name.parse().unwrap()
    }

    #[test]
    fn no_key_means_two_things_in_one_place() {
        let mut seen = BTreeSet::new();
        for (place, keys, _) in BINDINGS {
            for key in *keys {
                // What holds everywhere holds while one writes too.
                let place = if *place == Input { Any } else { *place };
                let is_new = seen.insert((place, *key));
                assert!(is_new, "{key} is bound twice");
            }
        }
    }

    #[test]
    fn every_deed_has_a_key_and_every_alt_key_another_way() {
        for deed in Deed::ALL {
            let map = Keymap::default();
            assert!(!map.shown(*deed).is_empty(), "{deed:?}");
            let mut keys = map.rows().filter(|(_, _, other)| other == deed);
            let is_alt_only = keys.all(|(_, keys, _)| keys.iter().all(|key| key.alt));
            let has_other_way = *deed == Deed::RoomByNumber
                || super::super::overlay::goto::deeds().any(|other| other == *deed);
            assert!(!is_alt_only || has_other_way, "{deed:?}");
        }
    }

    #[test]
    fn keys_of_input_methods_and_terminals_stay_free() {
        let taken = [
            "ctrl-space",
            "ctrl-.",
            "ctrl-,",
            "ctrl-;",
            "alt-[",
            "alt-]",
            "f11",
        ];
        for name in taken {
            let key = named(name);
            assert!(
                BINDINGS.iter().all(|(_, keys, _)| !keys.contains(&key)),
                "{name}"
            );
        }
    }

    #[test]
    fn a_config_goes_before_the_table() {
        let mut map = Keymap::default();
        assert_eq!(map.deed(named("ctrl-k"), true), Some(Deed::Goto));
        assert_eq!(map.deed(named("ctrl-k"), false), Some(Deed::KillLineEnd));
        map.bind(Place::Input, named("ctrl-k"), Some(Deed::Help));
        assert_eq!(map.deed(named("ctrl-k"), false), Some(Deed::Help));
        assert_eq!(map.deed(named("ctrl-k"), true), Some(Deed::Goto));
        map.bind(Place::Any, named("ctrl-k"), None);
        assert_eq!(map.deed(named("ctrl-k"), true), None);
        map.bind(Place::Any, named("f2"), Some(Deed::Goto));
        assert_eq!(map.shown(Deed::Goto), "F2");
    }
}
