//! Who is ignored outlasts the run, for each name on each server.

use super::super::happening::Happening;
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
        if let Ok(names) = ignored
            && !names.is_empty()
        {
            self.update(Input::Happening(Happening::Ignoring(names)));
        }
    }

    /// Keeps who is ignored now.
    pub(super) fn keep_ignored(&mut self, names: &[String]) {
        if let Some(identity) = &self.identity {
            // Who is not kept is heard again another day.
            let _ = self.store.set_ignored(identity, self.link.name(), names);
        }
    }
}
