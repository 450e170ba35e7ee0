//! The model's part of the loop: inputs go in, and what it wants done is done.

use super::{Client, now};
use crate::client::action::Action;
use crate::client::model::Input;
use crate::client::terminal::Terminal;
use crate::client::view::Parts;

impl<T: Terminal> Client<'_, T> {
    /// Changes the model, has drawn what that changes, and does what it asks for.
    pub(super) fn update(&mut self, input: Input) {
        let before = self.before(&input);
        let actions = self.model.update(input, self.session.rooms(), now());
        self.mark(before, !actions.is_empty());
        for action in actions {
            self.act(action);
        }
        if self.is_plain {
            self.tell_place();
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Reload => self.reload(),
            Action::Speak(language) => self.speak(language),
            Action::Disconnect(reason) => self.disconnect(reason),
            Action::Reconnect => {
                self.is_off = false;
                self.link.again();
            }
            Action::Redraw => {
                self.terminal.repaint();
                self.pace.hurry(Parts::ALL);
            }
            Action::Bell => self.terminal.bell(),
            Action::Copy(text) => self.terminal.copy(&text),
            Action::Mouse(is_used) => self.terminal.mouse(is_used),
            Action::Bare(text) => self.terminal.show_bare(&text),
            Action::Ignore(names) => self.keep_ignored(&names),
            Action::Edit(text) => self.edit(&text),
            Action::Keep(kept) => self.keep(kept),
            Action::Quit(reason) => self.quit(reason),
            Action::AskQuit(key) => self.ask_quit(key),
            Action::Close(reason) => self.close(reason),
            Action::KeepHosting => self.keep_hosting(),
            Action::Pause => self.pause(),
            Action::Tell {
                buffer,
                text,
                is_failure,
            } => {
                self.has_failed |= is_failure && self.is_plain;
                self.terminal.told(&buffer, &text, is_failure);
            }
            Action::Nick(name) if !self.is_online() => self.take_name(&name),
            Action::Say { .. }
            | Action::Join(_)
            | Action::Create { .. }
            | Action::Part { .. }
            | Action::Past { .. }
            | Action::List(_)
            | Action::Look(_)
            | Action::Whois(_)
            | Action::Invite { .. }
            | Action::Kick { .. }
            | Action::Topic { .. }
            | Action::Mode { .. }
            | Action::Nick(_)
            | Action::Away(_)
            | Action::Raw(_) => {
                if let Action::Say {
                    buffer,
                    text,
                    nonce,
                    ..
                } = &action
                {
                    let line = (buffer.clone(), text.clone());
                    self.unconfirmed.insert(nonce.clone(), line);
                }
                if self.is_online() {
                    for happening in self.session.perform(&action, now()) {
                        self.happened(happening);
                    }
                    self.performed(&action);
                }
            }
        }
    }
}
