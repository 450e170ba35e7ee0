//! Choosing a message where it stands, to do something with it.

use super::super::Model;
use super::super::keys::Deed;
use super::super::mouse::Said;
use super::{Outcome, Overlay, choose};
use crate::client::action::Action;
use crate::client::rooms::Rooms;
use crate::client::view::pointing::links;

/// The message that is chosen.
#[derive(Debug)]
pub struct Select {
    /// The number of its line.
    pub at: i64,
    /// The key of the text that says what was done with it, or why not.
    pub said: Option<&'static str>,
}

impl Model {
    /// Chooses the newest message in view or above it.
    pub(in super::super) fn show_select(&mut self, rooms: &Rooms) {
        let buffer = self.buffer();
        let from = buffer.anchor.map_or(buffer.end(), |at| at.number + 1);
        if let Some(at) = self.message_beside(from, true) {
            self.reveal(at, rooms);
            self.overlay = Some(Overlay::Select(Select { at, said: None }));
        }
    }

    /// The number of the line of the message that is chosen.
    pub fn selected(&self) -> Option<i64> {
        match &self.overlay {
            Some(Overlay::Select(select)) => Some(select.at),
            _ => None,
        }
    }

    pub(super) fn select_key(
        &mut self,
        select: &mut Select,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        match deed {
            Some(Deed::SelectOlder) => {
                if let Some(at) = self.message_beside(select.at, true) {
                    *select = Select { at, said: None };
                    self.reveal(at, rooms);
                }
            }
            Some(Deed::SelectNewer) => match self.message_beside(select.at, false) {
                Some(at) => {
                    *select = Select { at, said: None };
                    self.reveal(at, rooms);
                }
                None => {
                    self.go_to_newest();
                    return Outcome::Done;
                }
            },
            Some(Deed::Copy) => {
                self.actions
                    .extend(self.chosen_text(select).map(Action::Copy));
                select.said = Some("ui-copied");
            }
            Some(Deed::Link) => return self.copy_link_of(select),
            Some(Deed::Profile) => self.ask_about_sender(select),
            Some(Deed::MarkUnread) => match self.mark_unread(select.at) {
                true => return Outcome::Done,
                false => select.said = Some("ui-nothing-unread"),
            },
            _ => {}
        }
        Outcome::Stays
    }

    fn chosen_text(&self, select: &Select) -> Option<String> {
        let full = self.buffer().in_full(select.at, &self.texts);
        full.or_else(|| Some(self.buffer().line(select.at)?.text.to_owned()))
    }

    /// Copies the link of the message, as a click does; of several, one is chosen first. A row that
    /// names not all shows them all.
    fn copy_link_of(&mut self, select: &mut Select) -> Outcome {
        if self.unfold(select.at) {
            return Outcome::Stays;
        }
        let text = self.chosen_text(select).unwrap_or_default();
        let found = links(&text).into_iter();
        let found: Vec<String> = found
            .filter_map(|link| text.get(link).map(str::to_owned))
            .collect();
        match found.as_slice() {
            [] => {
                select.said = Some("ui-no-link");
                return Outcome::Stays;
            }
            [link] => self.copy_link(link),
            _ => {
                self.overlay = Some(Overlay::Links {
                    links: found,
                    selected: 0,
                });
            }
        }
        Outcome::Done
    }

    pub(super) fn links_key(
        &mut self,
        links: &[String],
        selected: &mut usize,
        deed: Option<Deed>,
    ) -> Outcome {
        let Some(at) = choose(selected, links.len(), deed) else {
            return Outcome::Stays;
        };
        if let Some(link) = links.get(at) {
            self.copy_link(link);
        }
        Outcome::Done
    }

    /// Puts a link into the clipboard, and says which.
    pub(in super::super) fn copy_link(&mut self, link: &str) {
        self.actions.push(Action::Copy(link.to_owned()));
        self.says_of_mouse(Said::Copied(link.to_owned()));
    }

    fn ask_about_sender(&mut self, select: &mut Select) {
        let nick = self
            .buffer()
            .line(select.at)
            .map(|line| line.nick.to_string());
        match nick {
            Some(nick) if nick.is_empty() => {}
            Some(nick) if self.is_online() => self.actions.push(Action::Whois(nick)),
            Some(_) | None => select.said = Some("ui-needs-connection"),
        }
    }

    /// The message nearest to a line, before or after it.
    fn message_beside(&self, from: i64, is_older: bool) -> Option<i64> {
        let buffer = self.buffer();
        let is_said = |number: &i64| {
            buffer
                .line(*number)
                .is_some_and(|line| !line.nick.is_empty())
                || buffer.is_folded(*number)
        };
        match is_older {
            true => (buffer.first()..from).rev().find(is_said),
            false => (from + 1..buffer.end()).find(is_said),
        }
    }
}
