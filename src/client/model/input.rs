//! Keys, pasted text and the terminal's size, taken into the model.

use super::buffer::{LineKind, Past};
use super::completion::Completion;
use super::editor::{Editor, Reach};
use super::keys::{Deed, deed};
use super::overlay::Overlay;
use super::{Connection, Model};
use crate::client::action::Action;
use crate::client::happening::{BufferName, Stretch};
use crate::client::key::{Code, Key, TerminalInput};
use crate::client::rooms::Rooms;
use crate::client::view::timeline::{self, Direction};
use crate::client::view::{NARROW_BELOW, has_member_list};

impl Model {
    /// Takes in what comes from the terminal.
    pub(super) fn take_input(&mut self, input: TerminalInput, rooms: &Rooms) {
        match input {
            TerminalInput::Key(key) => self.take_key(key, rooms),
            TerminalInput::Paste(text) => self.paste(&text),
            TerminalInput::Line(text) => self.take_line(&text, rooms),
            TerminalInput::Resize(columns, rows) => self.size = (columns, rows),
            TerminalInput::Focus(has_focus) => {
                self.has_focus = has_focus;
                if has_focus {
                    self.mark_read();
                }
            }
            TerminalInput::Closed => self.leave(None),
        }
    }

    /// Ends, after the echoes that are awaited.
    pub(super) fn leave(&mut self, why: Option<String>) {
        self.is_leaving = true;
        self.overlay = None;
        self.actions.push(Action::Quit(why));
    }

    fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.completion = None;
        match &mut self.overlay {
            Some(Overlay::Help { filter: editor, .. } | Overlay::Name { editor, .. }) => {
                editor.insert(text.lines().next().unwrap_or(""));
            }
            Some(
                Overlay::List { .. }
                | Overlay::Whois { .. }
                | Overlay::Quit
                | Overlay::Farewell { .. }
                | Overlay::Rooms { .. }
                | Overlay::Members { .. },
            ) => {}
            None => self.buffer_mut().editor.insert(&super::clean(&text)),
        }
    }

    fn take_key(&mut self, key: Key, rooms: &Rooms) {
        if self.overlay.is_some() {
            return self.take_overlay_key(key, rooms);
        }
        let deed = deed(key);
        if !matches!(deed, Some(Deed::Complete | Deed::CompleteBack)) {
            self.completion = None;
        }
        match (deed, key.code) {
            (Some(deed), _) => self.perform(deed, key, rooms),
            (None, Code::Char(c)) if !key.ctrl && !key.alt && !c.is_control() => {
                self.buffer_mut().editor.insert(c.encode_utf8(&mut [0; 4]));
            }
            (None, _) => {}
        }
    }

    fn perform(&mut self, deed: Deed, key: Key, rooms: &Rooms) {
        match deed {
            Deed::Help => self.show_help(""),
            Deed::NextRoom => self.step(1),
            Deed::PreviousRoom => self.step(-1),
            Deed::RoomByNumber => self.show_by_number(key),
            Deed::NextUnread => self.show_next_unread(rooms),
            Deed::LastRoom => self.show_last(rooms),
            Deed::PageUp => self.scroll(Direction::Up, rooms),
            Deed::PageDown => self.scroll(Direction::Down, rooms),
            Deed::Oldest => self.scroll(Direction::Top, rooms),
            Deed::Newest => self.buffer_mut().to_bottom(),
            Deed::Sidebar if self.size.0 < NARROW_BELOW => {
                let selected = self
                    .shown()
                    .iter()
                    .position(|&at| at == self.open)
                    .unwrap_or(0);
                self.overlay = Some(Overlay::Rooms { selected });
            }
            Deed::Sidebar => self.hides_sidebar = !self.hides_sidebar,
            Deed::Members => self.toggle_members(),
            Deed::Redraw => self.actions.push(Action::Redraw),
            Deed::Pause => self.actions.push(Action::Pause),
            Deed::Resend => self.resend(),
            Deed::ClearOrQuit if self.buffer().editor.is_empty() => {
                self.overlay = Some(Overlay::Quit);
            }
            Deed::ClearOrQuit => self.buffer_mut().editor.kill_all(),
            Deed::Quit => self.overlay = Some(Overlay::Quit),
            Deed::Escape => {
                let buffer = self.buffer_mut();
                buffer.to_bottom();
                buffer.unread_line = None;
            }
            Deed::Send => self.enter(rooms),
            Deed::Complete => self.complete(false, rooms),
            Deed::CompleteBack => self.complete(true, rooms),
            Deed::NewLine
            | Deed::Up
            | Deed::Down
            | Deed::Left
            | Deed::Right
            | Deed::WordLeft
            | Deed::WordRight
            | Deed::LineStart
            | Deed::LineEnd
            | Deed::DeleteLeft
            | Deed::DeleteRight
            | Deed::DeleteWordLeft
            | Deed::DeleteWordRight
            | Deed::KillBlankLeft
            | Deed::KillLineStart
            | Deed::KillLineEnd
            | Deed::Yank
            | Deed::Transpose
            | Deed::Undo
            | Deed::Redo => edit(&mut self.buffer_mut().editor, deed),
        }
    }

    /// Opens the help, narrowed down to what holds a text.
    pub(super) fn show_help(&mut self, text: &str) {
        let mut filter = Editor::default();
        filter.set(text);
        self.overlay = Some(Overlay::Help {
            filter,
            scrolled: 0,
        });
    }

    /// Shows the members: in their column where there is room for one, else over the screen.
    pub(super) fn toggle_members(&mut self) {
        if has_member_list(self.size.0) {
            self.hides_members = !self.hides_members;
        } else {
            self.overlay = Some(Overlay::Members { selected: 0 });
        }
    }

    /// Sends what is written, or does what it commands. What cannot be done stays written.
    fn enter(&mut self, rooms: &Rooms) {
        if self.buffer().editor.text().trim().is_empty() {
            return;
        }
        let at = self.open;
        let name = self.buffer().name.clone();
        let text = self.buffer_mut().editor.take();
        let outcome = match self.as_command(&text) {
            Some(command) => self.run_command(&command, rooms),
            None => {
                let literal = if text.starts_with("//") {
                    text.get(1..)
                } else {
                    None
                };
                self.say(at, literal.unwrap_or(&text), false)
            }
        };
        if let Err(why) = outcome {
            let at = self.find(&name, rooms).unwrap_or(self.open);
            self.note(at, LineKind::Failure, self.now, &why);
            if let Some(buffer) = self.buffers.get_mut(at) {
                buffer.editor.set(&text);
                buffer.to_bottom();
            }
        }
    }

    fn complete(&mut self, is_back: bool, rooms: &Rooms) {
        let mut completion = match self.completion.take() {
            Some(mut completion) => {
                completion.turn(is_back);
                completion
            }
            None => match Completion::of(self, rooms) {
                Some(completion) => completion,
                None => return,
            },
        };
        completion.apply(self.buffer_mut());
        self.completion = Some(completion);
    }

    fn step(&mut self, by: isize) {
        let shown = self.shown();
        let here = shown.iter().position(|&at| at == self.open).unwrap_or(0);
        let count = shown.len();
        let there = if by < 0 { here + count - 1 } else { here + 1 };
        if let Some(&at) = shown.get(there % count.max(1)) {
            self.show(at);
        }
    }

    fn show_by_number(&mut self, key: Key) {
        let Code::Char(c) = key.code else { return };
        let number = c
            .to_digit(10)
            .map_or(0, |digit| if digit == 0 { 9 } else { digit - 1 });
        let number = usize::try_from(number).unwrap_or(0);
        if let Some(&at) = self.shown().get(number) {
            self.show(at);
        }
    }

    /// Mentions first, then people, then rooms; when all is read, back to where one began.
    fn show_next_unread(&mut self, rooms: &Rooms) {
        let urgency = |at: usize| {
            let buffer = self.buffers.get(at)?;
            let rank = match (&buffer.name, buffer.mentions) {
                (BufferName::Person(_), _) => 1,
                (BufferName::Room(_) | BufferName::Server, 0) => 2,
                (BufferName::Room(_) | BufferName::Server, _) => 0,
            };
            (buffer.unread > 0).then_some((rank, at))
        };
        let next = (0..self.buffers.len())
            .filter(|&at| at != self.open)
            .filter_map(urgency)
            .min();
        match next {
            Some((_, at)) => {
                if self.unread_home.is_none() {
                    self.unread_home = Some(self.buffer().name.clone());
                }
                self.show(at);
            }
            None => {
                let home = self.unread_home.take();
                if let Some(at) = home.and_then(|name| self.find(&name, rooms)) {
                    self.show(at);
                }
            }
        }
    }

    fn show_last(&mut self, rooms: &Rooms) {
        let last = self.last_open.clone();
        if let Some(at) = last.and_then(|name| self.find(&name, rooms)) {
            self.show(at);
        }
    }

    fn scroll(&mut self, direction: Direction, rooms: &Rooms) {
        let scrolled = timeline::scroll(self, rooms, direction);
        let is_online = self.connection == Connection::Online;
        let buffer = self.buffer_mut();
        buffer.anchor = scrolled.anchor;
        if scrolled.anchor.is_none() {
            buffer.below = 0;
        }
        let is_wanted = scrolled.is_near_top && direction != Direction::Down;
        if is_wanted && is_online && buffer.past == Past::Partial {
            buffer.past = Past::Asked;
            let name = buffer.name.clone();
            self.actions.push(Action::Past {
                buffer: name,
                which: Stretch::Older,
            });
        }
    }

    fn take_overlay_key(&mut self, key: Key, rooms: &Rooms) {
        let Some(mut overlay) = self.overlay.take() else {
            return;
        };
        let deed = deed(key);
        if deed == Some(Deed::Escape) {
            return;
        }
        if deed == Some(Deed::Quit) && !matches!(overlay, Overlay::Quit | Overlay::Farewell { .. })
        {
            self.overlay = Some(Overlay::Quit);
            return;
        }
        if deed == Some(Deed::Redraw) {
            self.actions.push(Action::Redraw);
        }
        let is_kept = match &mut overlay {
            Overlay::Help { filter, scrolled } => help_key(filter, scrolled, key, deed),
            Overlay::List {
                rooms: list,
                selected,
            } => {
                if choose(selected, list.len(), deed) {
                    if let Some((name, _, _)) = list.get(*selected) {
                        self.join(name.clone(), rooms);
                    }
                    false
                } else {
                    deed != Some(Deed::ClearOrQuit)
                }
            }
            Overlay::Whois { .. } => !matches!(deed, Some(Deed::Send | Deed::ClearOrQuit)),
            Overlay::Quit => self.quit_key(key, deed),
            Overlay::Farewell {
                reason, selected, ..
            } => self.farewell_key(selected, reason, key, deed),
            Overlay::Name { editor, .. } => self.name_key(editor, key, deed),
            Overlay::Rooms { selected } => {
                let shown = self.shown();
                if choose(selected, shown.len(), deed) {
                    if let Some(&at) = shown.get(*selected) {
                        self.show(at);
                    }
                    false
                } else {
                    !matches!(deed, Some(Deed::ClearOrQuit | Deed::Sidebar))
                }
            }
            Overlay::Members { selected } => {
                let nicks = self.member_nicks(rooms);
                if choose(selected, nicks.len(), deed) {
                    if let Some(nick) = nicks.get(*selected) {
                        self.actions.push(Action::Whois(nick.clone()));
                    }
                    false
                } else {
                    !matches!(deed, Some(Deed::ClearOrQuit | Deed::Members))
                }
            }
        };
        if is_kept {
            self.overlay.get_or_insert(overlay);
        }
    }

    /// The members of the open room, in the order of their list.
    pub(super) fn member_nicks(&self, rooms: &Rooms) -> Vec<String> {
        match &self.buffer().name {
            BufferName::Room(name) => rooms.get(name).map_or_else(Vec::new, |room| {
                room.sorted_members()
                    .into_iter()
                    .map(|member| member.nick.clone())
                    .collect()
            }),
            BufferName::Server | BufferName::Person(_) => Vec::new(),
        }
    }

    fn quit_key(&mut self, key: Key, deed: Option<Deed>) -> bool {
        let says = |letters: &[char]| {
            !key.ctrl && letters.iter().any(|letter| key.code == Code::Char(*letter))
        };
        let is_yes = says(&['y', 'Y', 'ｙ', '是'])
            || matches!(deed, Some(Deed::Send | Deed::Quit | Deed::ClearOrQuit));
        if is_yes {
            self.leave(None);
            return false;
        }
        !says(&['n', 'N', 'ｎ', '否'])
    }

    fn name_key(&mut self, editor: &mut Editor, key: Key, deed: Option<Deed>) -> bool {
        match deed {
            Some(Deed::Send) => {
                let name = editor.text().trim().to_owned();
                if name.is_empty() {
                    return true;
                }
                self.actions.push(Action::Nick(name));
                false
            }
            Some(Deed::ClearOrQuit) => {
                self.overlay = Some(Overlay::Quit);
                false
            }
            _ => {
                type_into(editor, key, deed);
                true
            }
        }
    }
}

fn help_key(filter: &mut Editor, scrolled: &mut usize, key: Key, deed: Option<Deed>) -> bool {
    match deed {
        Some(Deed::Help | Deed::ClearOrQuit | Deed::Send) => return false,
        Some(Deed::Up) => *scrolled = scrolled.saturating_sub(1),
        Some(Deed::Down) => *scrolled += 1,
        Some(Deed::PageUp) => *scrolled = scrolled.saturating_sub(10),
        Some(Deed::PageDown) => *scrolled += 10,
        _ => {
            *scrolled = 0;
            type_into(filter, key, deed);
        }
    }
    *scrolled = (*scrolled).min(super::keys::BINDINGS.len() + super::commands::COMMANDS.len());
    true
}

fn type_into(editor: &mut Editor, key: Key, deed: Option<Deed>) {
    match (deed, key.code) {
        (Some(deed), _) if deed != Deed::NewLine => edit(editor, deed),
        (None, Code::Char(c)) if !key.ctrl && !key.alt && !c.is_control() => {
            editor.insert(c.encode_utf8(&mut [0; 4]));
        }
        (Some(_) | None, _) => {}
    }
}

/// Moves a choice among so many; says whether it is made.
pub(super) fn choose(selected: &mut usize, count: usize, deed: Option<Deed>) -> bool {
    let last = count.saturating_sub(1);
    match deed {
        Some(Deed::Up | Deed::PreviousRoom) => *selected = selected.saturating_sub(1),
        Some(Deed::Down | Deed::NextRoom) => *selected = (*selected + 1).min(last),
        Some(Deed::PageUp) => *selected = selected.saturating_sub(10),
        Some(Deed::PageDown) => *selected = (*selected + 10).min(last),
        Some(Deed::LineStart) => *selected = 0,
        Some(Deed::LineEnd) => *selected = last,
        Some(Deed::Send) => return true,
        _ => {}
    }
    false
}

/// What a key does in an editor; nothing where it does not edit.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all other deeds are none of an editor"
)]
fn edit(editor: &mut Editor, deed: Deed) {
    match deed {
        Deed::NewLine => editor.insert("\n"),
        Deed::Up => editor.up(),
        Deed::Down => editor.down(),
        Deed::Left => editor.go(Reach::Left),
        Deed::Right => editor.go(Reach::Right),
        Deed::WordLeft => editor.go(Reach::WordLeft),
        Deed::WordRight => editor.go(Reach::WordRight),
        Deed::LineStart => editor.go(Reach::LineStart),
        Deed::LineEnd => editor.go(Reach::LineEnd),
        Deed::DeleteLeft => editor.delete(Reach::Left),
        Deed::DeleteRight => editor.delete(Reach::Right),
        Deed::DeleteWordLeft => editor.kill(Reach::WordLeft),
        Deed::DeleteWordRight => editor.kill(Reach::WordRight),
        Deed::KillBlankLeft => editor.kill(Reach::BlankLeft),
        Deed::KillLineStart => editor.kill(Reach::LineStart),
        Deed::KillLineEnd => editor.kill(Reach::LineEnd),
        Deed::Yank => editor.yank(),
        Deed::Transpose => editor.transpose(),
        Deed::Undo => editor.undo(),
        Deed::Redo => editor.redo(),
        _ => {}
    }
}
