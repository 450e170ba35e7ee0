//! Finding among what was entered anywhere, as a shell does by Ctrl+R.

use super::super::Model;
use super::super::editor::{Editor, Entered};
use super::super::keys::Deed;
use super::{Outcome, Overlay};

/// What is being found among what was entered.
#[derive(Debug, Default)]
pub struct Recall {
    /// What is written.
    pub needle: Editor,
    /// The place of the text that was found.
    pub at: Option<usize>,
}

impl Recall {
    /// The text has changed: the newest entered text that holds it.
    pub(super) fn search_anew(&mut self, entered: &Entered) {
        self.at = entered.find_before(entered.len(), self.needle.text());
    }
}

impl Model {
    /// Begins to find among what was entered.
    pub(in super::super) fn show_recall(&mut self) {
        let mut recall = Recall::default();
        recall.search_anew(&self.entered);
        self.overlay = Some(Overlay::Recall(recall));
    }

    /// The entered text that was found.
    pub fn recalled(&self) -> Option<&str> {
        match &self.overlay {
            Some(Overlay::Recall(recall)) => self.entered.get(recall.at?),
            _ => None,
        }
    }

    pub(super) fn recall_key(&mut self, recall: &mut Recall, deed: Option<Deed>) -> Outcome {
        let needle = recall.needle.text().to_owned();
        let found = match (deed, recall.at) {
            (Some(Deed::SearchInput | Deed::Up | Deed::OlderInput), Some(at)) => {
                self.entered.find_before(at, &needle)
            }
            (Some(Deed::Find | Deed::Down | Deed::NewerInput), Some(at)) => {
                self.entered.find_after(at, &needle)
            }
            (Some(Deed::Goto), _) => return Outcome::Done,
            (Some(Deed::Send | Deed::Complete), at) => {
                self.take_recalled(at);
                return Outcome::Done;
            }
            (_, _) => return Outcome::Types,
        };
        recall.at = found.or(recall.at);
        Outcome::Stays
    }

    fn take_recalled(&mut self, at: Option<usize>) {
        let text = at.and_then(|at| self.entered.get(at)).map(str::to_owned);
        if let Some(text) = text {
            self.buffer_mut().editor.set(&text);
        }
    }
}
