//! What was cut, to be put back: one ring for all that is written anywhere.

/// How many cuts are kept.
const KEPT_MAX: usize = 60;

/// What was cut, the newest last.
#[derive(Clone, Debug, Default)]
pub struct Kills {
    texts: Vec<String>,
    /// Which was put back last, counted from the newest.
    turned: usize,
}

impl Kills {
    /// Keeps a cut.
    pub fn keep(&mut self, text: String) {
        if self.texts.len() >= KEPT_MAX {
            self.texts.remove(0);
        }
        self.texts.push(text);
    }

    /// Adds to the newest cut, at its end or at its start.
    pub fn extend(&mut self, text: &str, is_after: bool) {
        match self.texts.last_mut() {
            Some(last) if is_after => last.push_str(text),
            Some(last) => last.insert_str(0, text),
            None => self.keep(text.to_owned()),
        }
    }

    /// The newest cut.
    pub fn newest(&mut self) -> Option<&str> {
        self.turned = 0;
        self.texts.last().map(String::as_str)
    }

    /// The cut before the one that was given last; after the oldest the newest again.
    pub fn previous(&mut self) -> Option<&str> {
        self.turned = (self.turned + 1) % self.texts.len().max(1);
        let at = self.texts.len().checked_sub(self.turned + 1)?;
        self.texts.get(at).map(String::as_str)
    }
}
