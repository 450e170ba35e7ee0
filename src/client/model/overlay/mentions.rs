//! All that calls oneself, from all conversations, the newest first.

use super::super::Model;
use super::super::keys::Deed;
use super::{Outcome, Overlay, choose};
use crate::client::happening::{BufferName, Millis};
use crate::client::rooms::Rooms;

/// How many are listed.
const LISTED_MAX: usize = 200;

/// A line that calls oneself.
#[derive(Debug)]
pub struct Mention {
    /// Where it was said.
    pub buffer: BufferName,
    /// The number of the line.
    number: i64,
    /// When.
    pub at: Millis,
    /// By whom.
    pub nick: String,
    /// What.
    pub text: String,
}

/// What calls oneself.
#[derive(Debug)]
pub struct Mentions {
    /// The lines, the newest first.
    pub found: Vec<Mention>,
    /// Which is chosen.
    pub selected: usize,
}

impl Model {
    /// Lists what calls oneself.
    pub(in super::super) fn show_mentions(&mut self) {
        let mut found: Vec<Mention> = Vec::new();
        for buffer in &self.buffers {
            let numbers = (buffer.first()..buffer.end()).rev();
            let called = numbers.filter_map(|number| {
                let line = buffer.line(number).filter(|line| line.is_mention)?;
                Some(Mention {
                    buffer: buffer.name.clone(),
                    number,
                    at: line.at,
                    nick: line.nick.to_string(),
                    text: line.text.lines().next().unwrap_or("").to_owned(),
                })
            });
            found.extend(called.take(LISTED_MAX));
        }
        found.sort_by_key(|mention| std::cmp::Reverse(mention.at));
        found.truncate(LISTED_MAX);
        self.overlay = Some(Overlay::Mentions(Mentions { found, selected: 0 }));
    }

    pub(super) fn mentions_key(
        &mut self,
        mentions: &mut Mentions,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        let Some(at) = choose(&mut mentions.selected, mentions.found.len(), deed) else {
            return match deed {
                Some(Deed::Mentions) => Outcome::Done,
                _ => Outcome::Stays,
            };
        };
        if let Some(mention) = mentions.found.get(at)
            && let Some(at) = self.find(&mention.buffer, rooms)
        {
            self.show(at);
            self.jump_to(mention.number, rooms);
        }
        Outcome::Done
    }
}
