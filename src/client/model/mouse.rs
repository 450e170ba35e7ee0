//! What the mouse does: rooms are opened, talk is scrolled, links are copied.

use super::Model;
use super::overlay::Overlay;
use crate::client::action::Action;
use crate::client::key::{Code, Key, Mouse, Pointed};
use crate::client::rooms::Rooms;
use crate::client::view::pointing::{Target, target};
use crate::client::view::timeline::Direction;

/// Whose the mouse is, and what was said of it last.
#[derive(Debug, Default)]
pub(super) struct Pointing {
    is_used: bool,
    /// Whether somebody was told how text is selected.
    is_known: bool,
    said: Option<Said>,
}

/// What the row of hints says of the mouse until something else is done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Said {
    /// How text is selected.
    Drag,
    /// Whether the mouse is used here.
    Used(bool),
    /// This link was copied.
    Copied(String),
}

impl Pointing {
    /// The mouse is used, or not.
    pub(super) fn new(is_used: bool) -> Self {
        Self {
            is_used,
            ..Self::default()
        }
    }
}

impl Model {
    /// What is to be said of the mouse.
    pub fn said_of_mouse(&self) -> Option<&Said> {
        self.pointing.said.as_ref()
    }

    /// Nothing is to be said of the mouse any more.
    pub(super) fn forget_mouse(&mut self) {
        self.pointing.said = None;
    }

    /// Says something in the row of hints until something else is done.
    pub(super) fn says_of_mouse(&mut self, said: Said) {
        self.pointing.said = Some(said);
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(super) fn toggle_mouse(&mut self) {
        let is_used = !self.pointing.is_used;
        self.pointing.is_used = is_used;
        self.pointing.said = Some(Said::Used(is_used));
        self.actions.push(Action::Mouse(is_used));
    }

    pub(super) fn take_mouse(&mut self, mouse: Mouse, rooms: &Rooms) {
        match mouse.what {
            Pointed::WheelUp => self.turn(Direction::WheelUp, Code::Up, rooms),
            Pointed::WheelDown => self.turn(Direction::WheelDown, Code::Down, rooms),
            Pointed::Press => self.press(mouse, rooms),
            Pointed::Drag => {
                if !std::mem::replace(&mut self.pointing.is_known, true) {
                    self.pointing.said = Some(Said::Drag);
                }
            }
        }
    }

    /// The wheel scrolls the talk, or chooses in the list that lies over it.
    fn turn(&mut self, direction: Direction, code: Code, rooms: &Rooms) {
        let is_list = match &self.overlay {
            None => false,
            Some(overlay) if overlay.is_in_place() => false,
            Some(Overlay::Ask(_) | Overlay::Quit { .. } | Overlay::Name { .. }) => return,
            Some(_) => true,
        };
        if is_list {
            let key = Key {
                code,
                ctrl: false,
                alt: false,
                shift: false,
            };
            return self.take_overlay_key(key, rooms);
        }
        self.scroll(direction, rooms);
    }

    fn press(&mut self, mouse: Mouse, rooms: &Rooms) {
        self.forget_mouse();
        if self.overlay.as_ref().is_some_and(|o| !o.is_in_place()) {
            return;
        }
        match target(self, rooms, mouse.column, mouse.row) {
            Some(Target::Room(at)) => self.show(at),
            Some(Target::Link(link)) => {
                self.copy_link(&link);
            }
            None => {}
        }
    }
}
