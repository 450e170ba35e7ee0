//! What was entered before, to be had again.

/// How many entered texts are kept.
const KEPT_MAX: usize = 500;

/// Entered texts, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Entered(Vec<String>);

impl Entered {
    /// Keeps a text, unless it is empty or the newest already.
    pub fn keep(&mut self, text: &str) {
        if text.is_empty() || self.0.last().is_some_and(|last| last == text) {
            return;
        }
        if self.0.len() >= KEPT_MAX {
            self.0.remove(0);
        }
        self.0.push(text.to_owned());
    }

    /// A text by its place; the oldest is the first.
    pub fn get(&self, at: usize) -> Option<&str> {
        self.0.get(at).map(String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The place of the newest text before another place that holds a needle, however it is
    /// capitalized.
    pub fn find_before(&self, before: usize, needle: &str) -> Option<usize> {
        let needle = needle.to_lowercase();
        let texts = self.0.get(..before.min(self.0.len()))?;
        texts
            .iter()
            .rposition(|text| text.to_lowercase().contains(&needle))
    }

    /// The place of the oldest text after another place that holds a needle.
    pub fn find_after(&self, after: usize, needle: &str) -> Option<usize> {
        let needle = needle.to_lowercase();
        let texts = self.0.get(after + 1..)?;
        let found = texts
            .iter()
            .position(|text| text.to_lowercase().contains(&needle));
        found.map(|at| after + 1 + at)
    }
}
