//! What the mouse does: rooms are opened, talk is scrolled, links are copied.

use super::Model;
use super::keys::Deed;
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
    /// The row of an overlay that was clicked on last, a further click on which does it; and how many
    /// rows were above those in view, so that it stays where it is.
    clicked: Option<(usize, usize)>,
}

/// The key that a click stands for.
const ENTER: Key = Key {
    code: Code::Enter,
    ctrl: false,
    alt: false,
    shift: false,
};

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
        self.pointing.clicked = None;
    }

    /// The row of an overlay that was clicked on last, and how many were above those in view.
    pub fn clicked(&self) -> Option<(usize, usize)> {
        self.pointing.clicked
    }

    /// Says something in the row of hints until something else is done.
    pub(super) fn says_of_mouse(&mut self, said: Said) {
        self.pointing.said = Some(said);
    }

    /// Whether the mouse is used.
    pub(super) fn has_mouse(&self) -> bool {
        self.pointing.is_used
    }

    /// Takes note whether the mouse is used.
    pub fn use_mouse(&mut self, is_used: bool) {
        self.pointing.is_used = is_used;
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(super) fn toggle_mouse(&mut self) {
        let is_used = !self.pointing.is_used;
        self.use_mouse(is_used);
        self.pointing.said = Some(Said::Used(is_used));
        self.actions.push(Action::Mouse(is_used));
    }

    pub(super) fn take_mouse(&mut self, mouse: Mouse, rooms: &Rooms) {
        match mouse.what {
            Pointed::WheelUp => self.turn(Direction::WheelUp, Deed::Up, rooms),
            Pointed::WheelDown => self.turn(Direction::WheelDown, Deed::Down, rooms),
            Pointed::Press => self.press(mouse, rooms),
            Pointed::Drag => {
                if !std::mem::replace(&mut self.pointing.is_known, true) {
                    self.pointing.said = Some(Said::Drag);
                }
            }
        }
    }

    /// The wheel scrolls the talk, or chooses in the list that lies over it.
    fn turn(&mut self, direction: Direction, deed: Deed, rooms: &Rooms) {
        self.pointing.clicked = None;
        let is_list = match &self.overlay {
            None => false,
            Some(overlay) if overlay.is_in_place() => false,
            Some(
                Overlay::Ask(_) | Overlay::Quit { .. } | Overlay::Name { .. } | Overlay::Topic(_),
            ) => return,
            Some(_) => true,
        };
        if is_list {
            return self.take_overlay_deed(Some(deed), ENTER, rooms);
        }
        self.scroll(direction, rooms);
    }

    fn press(&mut self, mouse: Mouse, rooms: &Rooms) {
        self.pointing.said = None;
        let target = target(self, rooms, mouse.column, mouse.row);
        let clicked = self.pointing.clicked.take();
        match target {
            Some(Target::Room(at)) => {
                self.leave_pane();
                self.show(at);
            }
            Some(Target::Member(nick)) => self.show_member(&nick, None),
            Some(Target::Topic) => self.show_topic(rooms),
            Some(Target::Link(link)) => self.copy_link(&link),
            Some(Target::Row { at, hidden }) => {
                let is_again = clicked.is_some_and(|(before, _)| before == at);
                self.press_row(at, hidden, is_again, rooms);
            }
            Some(Target::Outside) => {
                if let Some(overlay) = self.overlay.take() {
                    self.close_overlay(overlay, false, ENTER);
                }
            }
            None => self.leave_pane(),
        }
    }

    /// Leaves the column in which something was being chosen.
    fn leave_pane(&mut self) {
        if let Some(Overlay::Rooms { .. } | Overlay::Members { .. }) = self.overlay {
            self.overlay = None;
        }
    }

    /// A click chooses a row, a further one on the same row does it.
    fn press_row(&mut self, at: usize, hidden: usize, is_again: bool, rooms: &Rooms) {
        if is_again {
            return match self.overlay.take() {
                Some(Overlay::Ask(question)) => {
                    if let Some(answer) = question.answer_at(at) {
                        self.answered(&question, answer, rooms);
                    }
                }
                overlay => {
                    self.overlay = overlay;
                    self.take_overlay_deed(Some(Deed::Send), ENTER, rooms);
                }
            };
        }
        self.pointing.clicked = Some((at, hidden));
        if let Some(selected) = self.overlay.as_mut().and_then(Overlay::selected_mut) {
            *selected = at;
        }
    }
}
