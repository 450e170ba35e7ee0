//! Where a conversation is scrolled to, from one run to the next.
//!
//! A spot is a message and a row of it. In the next run the past is asked for page by page until that
//! message is known; where it is gone the one nearest in time stands for it.

use super::buffer::{Anchor, Buffer, Id, Past};
use super::{Connection, Model};
use crate::client::action::Action;
use crate::client::happening::{Millis, Stretch};
use crate::client::kept::{Kept, Spot};

/// How many pages of the past are asked for at most on the way back to where one was.
const PAGES_MAX: usize = 100;

/// The way back to where a conversation was scrolled to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    spot: Spot,
    /// How many pages were asked for.
    pages: usize,
}

/// What is known of where a spot is.
enum Seen {
    /// It is there.
    Here(Option<Anchor>),
    /// It is further back than what is known.
    Further,
}

impl Buffer {
    /// Where it is scrolled to, as it is found again; none at its end. A line that is no message is not
    /// there in another run, so the message before it stands for it.
    fn spot(&self) -> Option<Spot> {
        let anchor = self.anchor?;
        let number = anchor.number.clamp(self.first(), self.end());
        let found = self.nearest_with_id(number)?;
        let line = self.line(found)?;
        Some(Spot {
            id: line.id?.to_string(),
            at: line.at,
            row_from_end: match found == anchor.number {
                true => anchor.row_from_end,
                false => 0,
            },
        })
    }

    /// Looks for where it was scrolled to.
    fn look_for(&self, spot: &Spot) -> Seen {
        if let Some(number) = self.find(Id::new(&spot.id)) {
            let row_from_end = spot.row_from_end;
            return Seen::Here(self.anchor_at(number, row_from_end));
        }
        let oldest = self.line(self.first());
        match oldest.is_some_and(|oldest| oldest.at < spot.at) {
            true => Seen::Here(self.nearest(spot.at)),
            false => Seen::Further,
        }
    }

    /// The line nearest to a time.
    fn nearest(&self, at: Millis) -> Option<Anchor> {
        let after = self.first_after(at);
        let apart = |number: &i64| self.line(*number).map(|line| line.at.abs_diff(at));
        let near = [after - 1, after].into_iter();
        let near = near.filter(|number| apart(number).is_some());
        self.anchor_at(near.min_by_key(apart)?, 0)
    }

    /// A row as the last one in view; none where that is the end.
    fn anchor_at(&self, number: i64, row_from_end: usize) -> Option<Anchor> {
        let is_end = number + 1 >= self.end() && row_from_end == 0;
        (!is_end).then_some(Anchor {
            number,
            row_from_end,
        })
    }
}

impl Model {
    /// Has kept where conversations are scrolled to, when that has changed; done after each update.
    pub(super) fn keep_places(&mut self) {
        let mut kept = Vec::new();
        for buffer in &mut self.buffers {
            if buffer.anchor != buffer.kept_anchor && buffer.returning.is_none() {
                buffer.kept_anchor = buffer.anchor;
                let (to, buffer) = (buffer.spot(), buffer.name.clone());
                kept.push(Action::Keep(Kept::Scrolled { buffer, to }));
            }
        }
        self.actions.extend(kept);
    }

    /// Takes where a conversation was scrolled to in another run.
    pub(super) fn take_spot(&mut self, at: usize, spot: Option<Spot>) {
        if let Some(buffer) = self.buffers.get_mut(at)
            && buffer.anchor.is_none()
        {
            buffer.returning = spot.map(|spot| Return { spot, pages: 0 });
        }
        if at == self.open {
            self.return_to_spot();
        }
    }

    /// Scrolls the open conversation to where it was in the last run, or asks for more of its past on
    /// the way there. Whoever scrolls or says something meanwhile stays where they are.
    pub(super) fn return_to_spot(&mut self) {
        let is_online = self.connection == Connection::Online;
        let buffer = self.buffer_mut();
        let Some(Return { spot, pages }) = buffer.returning.clone() else {
            return;
        };
        let anchor = match (buffer.look_for(&spot), buffer.past) {
            (Seen::Here(anchor), _) => anchor,
            (Seen::Further, Past::Unasked | Past::Asked) => return,
            (Seen::Further, Past::Partial) if pages < PAGES_MAX => {
                if is_online {
                    buffer.past = Past::Asked;
                    let pages = pages + 1;
                    buffer.returning = Some(Return { spot, pages });
                    let buffer = buffer.name.clone();
                    let which = Stretch::Further;
                    self.actions.push(Action::Past { buffer, which });
                }
                return;
            }
            (Seen::Further, Past::Partial | Past::Complete) => buffer.nearest(spot.at),
        };
        buffer.returning = None;
        buffer.anchor = anchor;
        buffer.below = match anchor {
            Some(_) => buffer.unread,
            None => 0,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::buffer::Line;
    use super::*;
    use crate::client::happening::BufferName;

    #[test]
    fn a_time_before_or_after_all_times_has_a_line_that_is_nearest() {
        // Servers tell times before 1970, too.
        for (line, at) in [(7, Millis::MIN), (-377_705_023_201_000, Millis::MAX)] {
            let mut buffer = Buffer::new(BufferName::Room("#lobby".into()));
            buffer.push(Line::note(line, "hi"));
            buffer.push(Line::note(line, "ho"));
            let nearest = buffer.nearest(at).map(|anchor| anchor.number);
            // The end is no place to stay at.
            let expected = (at == Millis::MIN).then_some(buffer.first());
            assert_eq!(nearest, expected);
        }
    }
}
