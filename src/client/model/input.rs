//! Keys, pasted text and the terminal's size, taken into the model.

use super::Model;
use super::buffer::LineKind;
use super::completion::Completion;
use super::editor::{Case, Editor, Entered, Kills, Reach};
use super::keys::Deed;
use super::overlay::Overlay;
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::key::{Code, Key, TerminalInput};
use crate::client::rooms::Rooms;
use crate::client::view::timeline::Direction;
use crate::client::view::{NARROW_BELOW, has_member_list};
use crate::text::Doubt;

impl Model {
    /// Takes in what comes from the terminal.
    pub(super) fn take_input(&mut self, input: TerminalInput, rooms: &Rooms) {
        self.touched();
        match input {
            TerminalInput::Key(key) => self.take_key(key, rooms),
            TerminalInput::Mouse(mouse) => self.take_mouse(mouse, rooms),
            TerminalInput::Paste(text) => self.paste(&text, rooms),
            TerminalInput::PastedTooMuch(bytes) => self.refuse_paste(bytes),
            TerminalInput::PasteBroken => {
                let text = self.text("ui-paste-broken");
                self.note_here(LineKind::Failure, &text);
            }
            TerminalInput::Line(text) => self.take_line(&text, rooms),
            TerminalInput::Resize(columns, rows) => {
                self.size = (columns, rows);
                self.looking.has_screen = true;
            }
            TerminalInput::Focus(has_focus) => self.focused(has_focus),
            TerminalInput::Widths(widths) => {
                self.widths = widths;
                // Lines and corners are of that kind.
                self.settings.is_ascii |= widths.has(Doubt::Ambiguous);
            }
            TerminalInput::Closed => self.leave(None),
        }
        self.note_draft();
    }

    fn paste(&mut self, text: &str, rooms: &Rooms) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.completion = None;
        if matches!(
            self.overlay,
            Some(Overlay::Quit { .. } | Overlay::Select(_))
        ) {
            self.overlay = None;
        }
        if self.overlay.is_some() {
            self.paste_into_overlay(&text, rooms);
        } else {
            let text = super::clean(&text);
            match super::limits::about_paste(&text) {
                Some(question) if self.looking.has_screen => {
                    self.overlay = Some(Overlay::Ask(question));
                }
                Some(_) | None => {
                    self.write_here(&text);
                }
            }
        }
    }

    /// Takes a key: into the overlay that is open, else by the table, else as a character.
    pub(super) fn take_key(&mut self, key: Key, rooms: &Rooms) {
        self.settle();
        self.forget_mouse();
        if self.overlay.is_some() {
            return self.take_overlay_key(key, rooms);
        }
        let deed = self.keys.deed(key, self.buffer().editor.is_empty());
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

    /// Does what a key does.
    pub(super) fn perform(&mut self, deed: Deed, key: Key, rooms: &Rooms) {
        match deed {
            Deed::Help => self.show_help(""),
            Deed::Goto => self.show_goto(),
            Deed::NextRoom => self.step(1),
            Deed::PreviousRoom => self.step(-1),
            Deed::RoomByNumber => self.show_by_number(key),
            Deed::NextActivity => self.show_next_activity(rooms),
            Deed::LastRoom => self.show_last(rooms),
            Deed::NextMention => self.jump_to_mention(false, rooms),
            Deed::PreviousMention => self.jump_to_mention(true, rooms),
            Deed::Mentions => self.show_mentions(),
            Deed::FirstUnread => self.jump_to_unread(rooms),
            // A message is chosen first; then keys of its own do something with it.
            Deed::SelectOlder
            | Deed::SelectNewer
            | Deed::Copy
            | Deed::Link
            | Deed::Profile
            | Deed::MarkUnread => self.show_select(rooms),
            Deed::PageUp => self.scroll(Direction::Up, rooms),
            Deed::PageDown => self.scroll(Direction::Down, rooms),
            Deed::Oldest => self.scroll(Direction::Top, rooms),
            Deed::Newest => self.go_to_newest(),
            Deed::Find => self.show_find("", rooms),
            Deed::Sidebar => self.toggle_sidebar(),
            Deed::Members => self.toggle_members(),
            Deed::Focus => self.focus_after(None, rooms),
            Deed::Topic => self.show_topic(rooms),
            Deed::Mute => self.toggle_muted(),
            Deed::Bare => self.show_bare(),
            Deed::Mouse => self.toggle_mouse(),
            Deed::Resend => self.resend(),
            Deed::Redraw => self.actions.push(Action::Redraw),
            Deed::Pause => self.actions.push(Action::Pause),
            Deed::Clear => self.with_editor(Editor::kill_all),
            Deed::Quit => self.ask_to_leave(Some(key), None),
            Deed::Escape => {
                self.go_to_newest();
                let buffer = self.buffer_mut();
                buffer.unread_line = None;
                buffer.is_held = false;
            }
            Deed::Send => self.enter(rooms),
            Deed::Complete => self.complete(false, rooms),
            Deed::CompleteBack if self.completion.is_some() => self.complete(true, rooms),
            Deed::CompleteBack => self.focus_after(None, rooms),
            Deed::SearchInput => self.show_recall(),
            Deed::Editor => self.open_editor(),
            Deed::Emoji => self.show_emoji(),
            Deed::NewLine
            | Deed::Up
            | Deed::Down
            | Deed::OlderInput
            | Deed::NewerInput
            | Deed::LastArgument
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
            | Deed::YankPrevious
            | Deed::Transpose
            | Deed::TransposeWords
            | Deed::UpperWord
            | Deed::LowerWord
            | Deed::CapitalWord
            | Deed::Undo
            | Deed::Redo => {
                let entered = std::mem::take(&mut self.entered);
                self.with_editor(|editor, kills| edit(editor, deed, kills, &entered));
                self.entered = entered;
            }
        }
    }

    /// Changes what is written in the open conversation.
    pub(super) fn with_editor(&mut self, change: impl FnOnce(&mut Editor, &mut Kills)) {
        let mut kills = std::mem::take(&mut self.kills);
        change(&mut self.buffer_mut().editor, &mut kills);
        self.kills = kills;
    }

    /// Shows the rooms: in their column where there is room for one, else over the screen.
    fn toggle_sidebar(&mut self) {
        if self.size.0 >= NARROW_BELOW {
            self.hides_sidebar = !self.hides_sidebar;
            return;
        }
        self.choose_room();
    }

    /// Shows the members: in their column where there is room for one, else over the screen.
    fn toggle_members(&mut self) {
        if has_member_list(self.size.0) {
            self.hides_members = !self.hides_members;
        } else {
            self.overlay = Some(Overlay::Members { selected: 0 });
        }
    }

    /// Sends what is written, or does what it commands. What cannot be done stays written.
    fn enter(&mut self, rooms: &Rooms) {
        if self.buffer().editor.text().trim().is_empty() {
            self.come_in();
            return;
        }
        self.jumped_to = None;
        let at = self.open;
        let name = self.buffer().name.clone();
        let text = self.buffer_mut().editor.take();
        self.entered.keep(&text);
        let outcome = match self.as_command(&text) {
            Some(command) => self.run_command(&command, rooms),
            None => {
                let literal = text.strip_prefix('/').filter(|rest| rest.starts_with('/'));
                self.say(at, literal.unwrap_or(&text), false)
            }
        };
        if let Err(why) = outcome {
            let at = self.find(&name, rooms).unwrap_or(self.open);
            self.note(at, LineKind::Failure, self.now, &why);
            self.refused_here(at, &why);
            if let Some(buffer) = self.buffers.get_mut(at) {
                buffer.editor.set(&text);
                buffer.to_bottom();
            }
        }
    }

    /// Says why something could not be done, where that is so.
    pub(super) fn tell_outcome(&mut self, outcome: Result<(), String>) {
        if let Err(why) = outcome {
            self.note_here(LineKind::Failure, &why);
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
}

/// What a key does in an editor; nothing where it does not edit.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "all other deeds are none of an editor"
)]
pub(super) fn edit(editor: &mut Editor, deed: Deed, kills: &mut Kills, entered: &Entered) {
    match deed {
        Deed::NewLine => editor.insert("\n"),
        Deed::Up => editor.up(),
        Deed::Down => editor.down(),
        Deed::OlderInput => editor.older_of_all(entered),
        Deed::NewerInput => editor.newer_of_all(entered),
        Deed::LastArgument => editor.last_argument(entered),
        Deed::Left => editor.go(Reach::Left),
        Deed::Right => editor.go(Reach::Right),
        Deed::WordLeft => editor.go(Reach::WordLeft),
        Deed::WordRight => editor.go(Reach::WordRight),
        Deed::LineStart => editor.go(Reach::LineStart),
        Deed::LineEnd => editor.go(Reach::LineEnd),
        Deed::DeleteLeft => editor.delete(Reach::Left),
        Deed::DeleteRight => editor.delete(Reach::Right),
        Deed::DeleteWordLeft => editor.kill(Reach::WordLeft, kills),
        Deed::DeleteWordRight => editor.kill(Reach::WordRight, kills),
        Deed::KillBlankLeft => editor.kill(Reach::BlankLeft, kills),
        Deed::KillLineStart => editor.kill(Reach::LineStart, kills),
        Deed::KillLineEnd => editor.kill(Reach::LineEnd, kills),
        Deed::Yank => editor.yank(kills),
        Deed::YankPrevious => editor.yank_previous(kills),
        Deed::Transpose => editor.transpose(),
        Deed::TransposeWords => editor.transpose_words(),
        Deed::UpperWord => editor.change_case(Case::Upper),
        Deed::LowerWord => editor.change_case(Case::Lower),
        Deed::CapitalWord => editor.change_case(Case::Capital),
        Deed::Undo => editor.undo(),
        Deed::Redo => editor.redo(),
        _ => {}
    }
}
