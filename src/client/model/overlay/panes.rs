//! Going from pane to pane: the messages, the rooms, the members, and back to the input.

use super::super::Model;
use super::super::keys::Deed;
use super::{Outcome, Overlay, choose};
use crate::client::key::{Code, Key};
use crate::client::rooms::Rooms;

impl Overlay {
    /// Whether it is a pane that one goes to from the one before.
    pub(super) fn is_pane(&self) -> bool {
        matches!(
            self,
            Self::Select(_) | Self::Rooms { .. } | Self::Members { .. }
        )
    }

    /// Whether a character that means nothing there is meant for the input.
    pub(super) fn is_left_by(&self, key: Key) -> bool {
        let is_list = matches!(self, Self::Rooms { .. } | Self::Members { .. });
        is_list && !key.ctrl && !key.alt && matches!(key.code, Code::Char(_))
    }
}

impl Model {
    /// Goes to the pane after an overlay; from the input, to the messages.
    pub(in super::super) fn focus_after(&mut self, overlay: Option<&Overlay>, rooms: &Rooms) {
        self.overlay = None;
        if overlay.is_none() {
            self.show_select(rooms);
        }
        if self.overlay.is_none() && matches!(overlay, None | Some(Overlay::Select(_))) {
            self.choose_room();
        } else if matches!(overlay, Some(Overlay::Rooms { .. }))
            && !self.member_nicks(rooms).is_empty()
        {
            self.overlay = Some(Overlay::Members { selected: 0 });
        }
    }

    /// Lets a room be chosen: in the sidebar where there is one, else over the screen.
    pub(in super::super) fn choose_room(&mut self) {
        let shown = self.shown();
        let selected = shown.iter().position(|&at| at == self.open).unwrap_or(0);
        self.overlay = Some(Overlay::Rooms { selected });
    }

    pub(super) fn rooms_key(&mut self, selected: &mut usize, deed: Option<Deed>) -> Outcome {
        let shown = self.shown();
        match choose(selected, shown.len(), deed) {
            Some(at) => {
                if let Some(&at) = shown.get(at) {
                    self.show(at);
                }
                Outcome::Done
            }
            None if deed == Some(Deed::Sidebar) => Outcome::Done,
            None => Outcome::Stays,
        }
    }

    pub(super) fn members_key(
        &mut self,
        selected: &mut usize,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        let nicks = self.member_nicks(rooms);
        *selected = (*selected).min(nicks.len().saturating_sub(1));
        match choose(selected, nicks.len(), deed) {
            Some(at) => {
                if let Some(nick) = nicks.get(at) {
                    self.show_member(nick, Some(at));
                }
                Outcome::Done
            }
            None if deed == Some(Deed::Members) => Outcome::Done,
            None => Outcome::Stays,
        }
    }
}
