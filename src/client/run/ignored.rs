//! Who is ignored outlasts the run, for each name on each server.

use super::super::happening::{BufferName, Happening};
use super::super::model::Input;
use super::super::terminal::Terminal;
use super::Client;

impl<T: Terminal> Client<'_, T> {
    /// Tells whom one ignored before.
    pub(super) fn tell_ignored(&mut self) {
        let Some(identity) = &self.identity else {
            return;
        };
        let ignored = self.store.ignored(identity, self.link.name());
        match ignored {
            Ok(names) if names.is_empty() => {}
            Ok(names) => self.update(Input::Happening(Happening::Ignoring(names))),
            Err(why) => self.told(BufferName::Server, (&why).into()),
        }
    }

    /// Keeps who is ignored now.
    pub(super) fn keep_ignored(&mut self, names: &[String]) {
        if let Some(identity) = &self.identity {
            let kept = self.store.set_ignored(identity, self.link.name(), names);
            if let Err(why) = kept {
                // Who is not kept is heard again another day.
                self.told(self.model.buffer().name.clone(), (&why).into());
            }
        }
    }
}
