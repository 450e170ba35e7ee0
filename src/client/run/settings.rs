//! Settings that change while the client runs: the config file is read again.

use super::{Client, now};
use crate::client::action::Action;
use crate::client::happening::Happening;
use crate::client::model::keys::{Deed, Keymap};
use crate::client::sentence::Sentence;
use crate::client::source::{LANGUAGE, MOUSE, Source};
use crate::client::terminal::Terminal;
use crate::client::view::Parts;
use crate::config::Keys;
use crate::text::Language;

impl<T: Terminal> Client<'_, T> {
    /// Takes where the settings come from.
    pub(super) fn take_source(&mut self, source: Option<Source>) {
        if let Some(source) = source {
            self.model.set_origins(source.origins());
            self.source = Some(source);
        }
    }

    /// Takes the keys of a config, but for what cannot be done here.
    pub(super) fn bind(&mut self, keys: &Keys) {
        let mut keys = Keymap::new(keys);
        if self.local.is_none() {
            keys.forget(Deed::Editor);
            keys.forget(Deed::Pause);
        }
        self.model.bind(keys);
    }

    /// Reads the config file again: what can change while the client runs changes, what cannot is said.
    pub(super) fn reload(&mut self) {
        let Some(mut source) = self.source.take() else {
            return self.answer(Sentence::text("ui-reload-no-file"), true);
        };
        let read = source.read();
        let path = source.file.display().to_string();
        match read {
            Err(error) => {
                let why = Sentence::text("ui-reload-failed").with("why", error.to_string());
                self.answer(why, true);
            }
            Ok(changed) => {
                let (current, later): (Vec<String>, Vec<String>) = changed
                    .into_iter()
                    .partition(|key| self.follow(&source, key));
                self.model.set_origins(source.origins());
                self.say_reloaded(path, &current, &later);
            }
        }
        self.source = Some(source);
        self.terminal.repaint();
        self.pace.hurry(Parts::ALL);
    }

    /// Does what a key of the config says now; false where only the next start can.
    fn follow(&mut self, source: &Source, key: &str) -> bool {
        match key {
            MOUSE => {
                self.model.use_mouse(source.config.client.mouse);
                self.terminal.mouse(source.config.client.mouse);
            }
            LANGUAGE if !self.is_plain => {
                let texts = source.texts(source.language());
                self.model.speak(texts);
            }
            key if key.starts_with("keys.") => self.bind(&source.config.keys),
            _ => return false,
        }
        true
    }

    fn say_reloaded(&mut self, path: String, current: &[String], later: &[String]) {
        let text = match current.is_empty() && later.is_empty() {
            true => Sentence::text("ui-reloaded-same").with("path", path),
            false if current.is_empty() => Sentence::text("ui-reloaded-none").with("path", path),
            false => Sentence::text("ui-reloaded")
                .with("path", path)
                .with("keys", current.join(", ")),
        };
        self.answer(text, false);
        if !later.is_empty() {
            let text = Sentence::text("ui-reload-later").with("keys", later.join(", "));
            self.answer(text, false);
        }
    }

    /// Speaks another language in this run.
    pub(super) fn speak(&mut self, language: Language) {
        let texts = match &self.source {
            Some(source) => source.texts(language),
            None => std::sync::Arc::new(crate::text::Texts::new(language)),
        };
        self.model.speak(texts);
        self.terminal.repaint();
        self.pace.hurry(Parts::ALL);
    }

    /// Says what came of a command, where it was typed.
    fn answer(&mut self, text: Sentence, is_failure: bool) {
        self.happened(Happening::Told {
            buffer: self.model.buffer().name.clone(),
            text,
            is_failure,
        });
    }

    /// Goes off line, and stays there until told otherwise.
    pub(super) fn disconnect(&mut self, reason: Option<String>) {
        if self.is_online() {
            // The server takes leave by closing the connection, for which nothing waits.
            self.session.perform(&Action::Quit(reason), now());
            self.send();
        } else {
            self.link.stop();
        }
        self.is_off = true;
        self.first_word = None;
        self.happened(Happening::Offline {
            why: Sentence::text("lost-by-hand"),
            again_in_seconds: None,
        });
    }
}
