//! What lies over the screen, one thing at a time, and what keys do there.

pub mod emoji;
pub mod find;
pub mod goto;
pub mod help;
pub mod mentions;
mod panes;
pub mod person;
pub mod recall;
pub mod select;
pub mod topic;

use super::Model;
use super::editor::Editor;
use super::hosting::Farewell;
use super::input::edit;
use super::keys::{Deed, Place};
use super::question::Question;
use crate::client::action::Action;
use crate::client::happening::WhoisField;
use crate::client::key::{Code, Key};
use crate::client::rooms::Rooms;
use find::Find;
use goto::Goto;
use help::Help;
use mentions::Mentions;
use person::Person;
use recall::Recall;
use select::Select;
use topic::Topic;

/// What lies over the screen; Esc closes it.
#[derive(Debug)]
pub enum Overlay {
    /// Keys and commands, those that hold what is written.
    Help(Help),
    /// Where to go.
    Goto(Goto),
    /// Which emoji to write.
    Emoji(emoji::Choice),
    /// Finding in the open conversation: in the input's place, not over the talk.
    Find(Find),
    /// Finding among what was entered: in the input's place.
    Recall(Recall),
    /// A message that is chosen where it stands.
    Select(Select),
    /// All that calls oneself.
    Mentions(Mentions),
    /// The rooms there are: name, members, topic.
    List {
        /// The rooms.
        rooms: Vec<(String, usize, String)>,
        /// Which is chosen.
        selected: usize,
    },
    /// What is known of somebody.
    Whois {
        /// Who.
        nick: String,
        /// What.
        rows: Vec<(WhoisField, String)>,
    },
    /// Which of the links of a message to copy.
    Links {
        /// The links.
        links: Vec<String>,
        /// Which is chosen.
        selected: usize,
    },
    /// A question with its choices.
    Ask(Question),
    /// Whether to leave.
    Quit {
        /// The key that asked, which confirms.
        key: Key,
    },
    /// What becomes of the room that is hosted here, since others are in it.
    Farewell {
        /// How many.
        others: usize,
        /// What they are told of one's leaving.
        reason: Option<String>,
        /// Which is chosen.
        selected: usize,
    },
    /// Which name to go by, since the one wished for was refused.
    Name {
        /// Which was refused.
        refused: String,
        /// Why.
        why: String,
        /// The name being written.
        editor: Editor,
    },
    /// The rooms one is in: in the sidebar where there is one, else over the screen.
    Rooms {
        /// Which is chosen.
        selected: usize,
    },
    /// The members of the open room: in their column where there is one, else over the screen.
    Members {
        /// Which is chosen.
        selected: usize,
    },
    /// What to do with somebody.
    Person(Person),
    /// Which room to invite somebody to.
    Invite {
        /// Whom.
        nick: String,
        /// Which is chosen.
        selected: usize,
    },
    /// The topic of the open room, being written.
    Topic(Topic),
}

impl Overlay {
    /// What is written in it, where it has a field.
    pub fn field(&self) -> Option<&Editor> {
        match self {
            Self::Help(help) => Some(&help.filter),
            Self::Goto(goto) => Some(&goto.filter),
            Self::Emoji(choice) => Some(&choice.filter),
            Self::Find(find) => Some(&find.needle),
            Self::Recall(recall) => Some(&recall.needle),
            Self::Name { editor, .. } => Some(editor),
            Self::Topic(topic) => Some(&topic.editor),
            Self::Mentions(_)
            | Self::Select(_)
            | Self::List { .. }
            | Self::Links { .. }
            | Self::Whois { .. }
            | Self::Ask(_)
            | Self::Quit { .. }
            | Self::Farewell { .. }
            | Self::Rooms { .. }
            | Self::Members { .. }
            | Self::Person(_)
            | Self::Invite { .. } => None,
        }
    }

    fn field_mut(&mut self) -> Option<&mut Editor> {
        match self {
            Self::Help(help) => Some(&mut help.filter),
            Self::Goto(goto) => Some(&mut goto.filter),
            Self::Emoji(choice) => Some(&mut choice.filter),
            Self::Find(find) => Some(&mut find.needle),
            Self::Recall(recall) => Some(&mut recall.needle),
            Self::Name { editor, .. } => Some(editor),
            Self::Topic(topic) => Some(&mut topic.editor),
            Self::Mentions(_)
            | Self::Select(_)
            | Self::List { .. }
            | Self::Links { .. }
            | Self::Whois { .. }
            | Self::Ask(_)
            | Self::Quit { .. }
            | Self::Farewell { .. }
            | Self::Rooms { .. }
            | Self::Members { .. }
            | Self::Person(_)
            | Self::Invite { .. } => None,
        }
    }

    /// Which of its rows is chosen, where rows are chosen.
    pub(super) fn selected_mut(&mut self) -> Option<&mut usize> {
        match self {
            Self::Goto(goto) => Some(&mut goto.selected),
            Self::Emoji(choice) => Some(&mut choice.selected),
            Self::Mentions(mentions) => Some(&mut mentions.selected),
            Self::Person(person) => Some(&mut person.selected),
            Self::List { selected, .. }
            | Self::Links { selected, .. }
            | Self::Farewell { selected, .. }
            | Self::Rooms { selected }
            | Self::Members { selected }
            | Self::Invite { selected, .. } => Some(selected),
            Self::Help(_)
            | Self::Find(_)
            | Self::Recall(_)
            | Self::Select(_)
            | Self::Whois { .. }
            | Self::Ask(_)
            | Self::Quit { .. }
            | Self::Name { .. }
            | Self::Topic(_) => None,
        }
    }

    /// Whether its field stands in the input's place and nothing lies over the talk.
    pub fn is_in_place(&self) -> bool {
        matches!(self, Self::Find(_) | Self::Recall(_) | Self::Select(_))
    }
}

impl Model {
    /// Ends finding and choosing where another conversation is open now.
    pub(super) fn end_find(&mut self) {
        if matches!(self.overlay, Some(Overlay::Find(_) | Overlay::Select(_))) {
            self.overlay = None;
        }
    }

    /// Takes a pasted text into an overlay: its first line, where there is a field.
    pub(super) fn paste_into_overlay(&mut self, text: &str, rooms: &Rooms) {
        let Some(mut overlay) = self.overlay.take() else {
            return;
        };
        if let Some(field) = overlay.field_mut() {
            field.insert(&super::clean(text.lines().next().unwrap_or("")));
            self.typed_into(&mut overlay, rooms);
        }
        self.overlay = Some(overlay);
    }

    /// What follows from another text in a field.
    fn typed_into(&mut self, overlay: &mut Overlay, rooms: &Rooms) {
        match overlay {
            Overlay::Help(help) => help.scrolled = 0,
            Overlay::Goto(goto) => goto.selected = 0,
            Overlay::Emoji(choice) => choice.selected = 0,
            Overlay::Find(find) => self.find_anew(find, rooms),
            Overlay::Recall(recall) => recall.search_anew(&self.entered),
            Overlay::Mentions(_)
            | Overlay::Select(_)
            | Overlay::List { .. }
            | Overlay::Links { .. }
            | Overlay::Whois { .. }
            | Overlay::Ask(_)
            | Overlay::Quit { .. }
            | Overlay::Farewell { .. }
            | Overlay::Name { .. }
            | Overlay::Rooms { .. }
            | Overlay::Members { .. }
            | Overlay::Person(_)
            | Overlay::Invite { .. }
            | Overlay::Topic(_) => {}
        }
    }

    /// Takes a key into the overlay that is open.
    pub(super) fn take_overlay_key(&mut self, key: Key, rooms: &Rooms) {
        let place = match self.overlay {
            Some(Overlay::Select(_)) => Place::Selection,
            Some(_) | None => Place::Input,
        };
        let deed = self.keys.deed_in(key, place);
        self.take_overlay_deed(deed, key, rooms);
    }

    /// Does what a key does in the overlay that is open.
    pub(super) fn take_overlay_deed(&mut self, deed: Option<Deed>, key: Key, rooms: &Rooms) {
        let Some(mut overlay) = self.overlay.take() else {
            return;
        };
        let is_kept = match (&overlay, deed) {
            (Overlay::Quit { key: asked }, _) => {
                let is_confirmed = *asked == key;
                return self.answer_quit(is_confirmed, key, rooms);
            }
            (_, Some(Deed::Escape | Deed::Clear)) => {
                return self.close_overlay(overlay, deed == Some(Deed::Clear), key);
            }
            (Overlay::Farewell { reason, .. }, Some(Deed::Quit)) => {
                return self.close_room(reason.clone());
            }
            (_, Some(Deed::Quit)) => return self.ask_to_leave(Some(key), None),
            (_, Some(Deed::Help)) if !matches!(overlay, Overlay::Help(_)) => {
                self.overlay = Some(Overlay::Help(Help::over(overlay)));
                return;
            }
            (pane, Some(Deed::Focus | Deed::CompleteBack)) if pane.is_pane() => {
                return self.focus_after(Some(&overlay), rooms);
            }
            (list, None) if list.is_left_by(key) => return self.take_key(key, rooms),
            (_, Some(Deed::Redraw)) => {
                self.actions.push(Action::Redraw);
                true
            }
            (_, _) => self.overlay_key(&mut overlay, key, deed, rooms),
        };
        if is_kept {
            self.overlay.get_or_insert(overlay);
        }
    }

    /// Closes an overlay without choosing: what it moved goes back.
    pub(super) fn close_overlay(&mut self, overlay: Overlay, is_clear: bool, key: Key) {
        match overlay {
            Overlay::Find(find) => self.leave_find(&find),
            Overlay::Help(help) => self.overlay = help.under.map(|under| *under),
            Overlay::Person(person) => {
                self.overlay = person.from.map(|selected| Overlay::Members { selected });
            }
            Overlay::Name { .. } if is_clear => self.ask_to_leave(Some(key), None),
            Overlay::Goto(_)
            | Overlay::Emoji(_)
            | Overlay::Recall(_)
            | Overlay::Select(_)
            | Overlay::Mentions(_)
            | Overlay::List { .. }
            | Overlay::Links { .. }
            | Overlay::Whois { .. }
            | Overlay::Ask(_)
            | Overlay::Quit { .. }
            | Overlay::Farewell { .. }
            | Overlay::Name { .. }
            | Overlay::Rooms { .. }
            | Overlay::Members { .. }
            | Overlay::Invite { .. }
            | Overlay::Topic(_) => {}
        }
    }

    /// What a key does in an overlay; whether it stays.
    fn overlay_key(
        &mut self,
        overlay: &mut Overlay,
        key: Key,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> bool {
        let outcome = match overlay {
            Overlay::Help(help) => help.key(deed),
            Overlay::Goto(goto) => self.goto_key(goto, key, deed, rooms),
            Overlay::Emoji(choice) => self.emoji_key(choice, deed),
            Overlay::Find(find) => self.find_key(find, deed, rooms),
            Overlay::Recall(recall) => self.recall_key(recall, deed),
            Overlay::Select(select) => self.select_key(select, deed, rooms),
            Overlay::Mentions(mentions) => self.mentions_key(mentions, deed, rooms),
            Overlay::Links { links, selected } => self.links_key(links, selected, deed),
            Overlay::List {
                rooms: list,
                selected,
            } => match choose(selected, list.len(), deed) {
                Some(at) => {
                    if let Some((name, _, _)) = list.get(at) {
                        self.join(name.clone(), rooms);
                    }
                    Outcome::Done
                }
                None => Outcome::Stays,
            },
            Overlay::Whois { .. } if deed == Some(Deed::Send) => Outcome::Done,
            Overlay::Whois { .. } | Overlay::Quit { .. } => Outcome::Stays,
            Overlay::Ask(question) => self.question_key(question, key, deed, rooms),
            Overlay::Farewell {
                reason, selected, ..
            } => {
                match Farewell::by_key(key).or_else(|| choose(selected, Farewell::ALL.len(), deed))
                {
                    Some(at) => {
                        self.part_with_room(at, reason.take());
                        Outcome::Done
                    }
                    None => Outcome::Stays,
                }
            }
            Overlay::Name { editor, .. } => match (deed, editor.text().trim()) {
                (Some(Deed::Send), "") => Outcome::Stays,
                (Some(Deed::Send), name) => {
                    self.actions.push(Action::Nick(name.to_owned()));
                    Outcome::Done
                }
                (_, _) => Outcome::Types,
            },
            Overlay::Rooms { selected } => self.rooms_key(selected, deed),
            Overlay::Members { selected } => self.members_key(selected, deed, rooms),
            Overlay::Person(person) => self.person_key(person, deed, rooms),
            Overlay::Invite { nick, selected } => self.invite_key(nick, selected, deed, rooms),
            Overlay::Topic(topic) => self.topic_key(topic, deed, rooms),
        };
        if outcome == Outcome::Types && self.type_into(overlay, key, deed) {
            self.typed_into(overlay, rooms);
        }
        outcome != Outcome::Done
    }

    /// What a key answers.
    fn question_key(
        &mut self,
        question: &Question,
        key: Key,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        let answer = match (deed, key.code) {
            (Some(Deed::Send), _) => question.enter_answer().map(Some),
            (None, Code::Char(letter)) if !key.ctrl && !key.alt => question.answer_of(letter),
            (Some(_) | None, _) => None,
        };
        match answer {
            Some(answer) => {
                if let Some(answer) = answer {
                    self.answered(question, answer, rooms);
                }
                Outcome::Done
            }
            None => Outcome::Stays,
        }
    }

    /// Types into the field of an overlay; whether its text has changed.
    fn type_into(&mut self, overlay: &mut Overlay, key: Key, deed: Option<Deed>) -> bool {
        let Some(editor) = overlay.field_mut() else {
            return false;
        };
        let before = editor.text().to_owned();
        match (deed, key.code) {
            (Some(Deed::NewLine), _) => {}
            (Some(deed), _) => edit(editor, deed, &mut self.kills, &self.entered),
            (None, Code::Char(c)) if !key.ctrl && !key.alt && !c.is_control() => {
                editor.insert(c.encode_utf8(&mut [0; 4]));
            }
            (None, _) => {}
        }
        editor.text() != before
    }
}

/// What becomes of an overlay after a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// It stays.
    Stays,
    /// It stays, and the key goes into its field.
    Types,
    /// It is closed.
    Done,
}

/// Moves a choice among so many; gives it when it is made.
fn choose(selected: &mut usize, count: usize, deed: Option<Deed>) -> Option<usize> {
    let last = count.saturating_sub(1);
    match deed {
        Some(Deed::Up | Deed::PreviousRoom | Deed::CompleteBack) => {
            *selected = selected.saturating_sub(1);
        }
        Some(Deed::Down | Deed::NextRoom | Deed::Complete) => *selected = (*selected + 1).min(last),
        Some(Deed::PageUp) => *selected = selected.saturating_sub(10),
        Some(Deed::PageDown) => *selected = (*selected + 10).min(last),
        Some(Deed::LineStart | Deed::Oldest) => *selected = 0,
        Some(Deed::LineEnd | Deed::Newest) => *selected = last,
        Some(Deed::Send) => return Some(*selected),
        _ => {}
    }
    None
}
