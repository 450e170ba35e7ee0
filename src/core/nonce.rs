//! Senders' own marks of their messages, by which a repeat is known as one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::id::{Millis, Seq, UserId};

/// How long a mark is kept.
const KEPT: Millis = Millis(24 * 60 * 60 * 1000);
/// How many marks of one sender are kept; with more, the oldest one goes before its time.
const MARKS_MAX: usize = 4096;

/// The marks of all members' messages of late.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Nonces {
    said: BTreeMap<(UserId, Arc<str>), (Seq, Millis)>,
    by_user: BTreeMap<UserId, BTreeMap<Seq, Arc<str>>>,
    by_age: BTreeSet<(Millis, Seq, UserId)>,
}

impl Nonces {
    /// The place and the time of the message that has a mark.
    pub(super) fn first(&self, user: UserId, nonce: &Arc<str>) -> Option<(Seq, Millis)> {
        self.said.get(&(user, nonce.clone())).copied()
    }

    /// Keeps a mark that is not known.
    pub(super) fn keep(&mut self, user: UserId, nonce: &Arc<str>, seq: Seq, at: Millis) {
        self.said.insert((user, nonce.clone()), (seq, at));
        self.by_age.insert((at, seq, user));
        let marks = self.by_user.entry(user).or_default();
        marks.insert(seq, nonce.clone());
        if marks.len() > MARKS_MAX
            && let Some(oldest) = marks.keys().next().copied()
        {
            self.drop_mark(user, oldest);
        }
    }

    /// Forgets what is older than a day.
    pub(super) fn forget(&mut self, now: Millis) {
        while let Some((at, seq, user)) = self.by_age.first().copied() {
            if now.0.saturating_sub(at.0) < KEPT.0 {
                return;
            }
            self.by_age.pop_first();
            self.drop_mark(user, seq);
        }
    }

    fn drop_mark(&mut self, user: UserId, seq: Seq) {
        let Some(marks) = self.by_user.get_mut(&user) else {
            return;
        };
        let nonce = marks.remove(&seq);
        if marks.is_empty() {
            self.by_user.remove(&user);
        }
        let place = nonce.and_then(|nonce| self.said.remove(&(user, nonce)));
        if let Some((seq, at)) = place {
            self.by_age.remove(&(at, seq, user));
        }
    }

    /// All marks, oldest first: whose, which, and the place and time of the message.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UserId, &Arc<str>, Seq, Millis)> {
        self.by_age.iter().filter_map(|(at, seq, user)| {
            let nonce = self.by_user.get(user)?.get(seq)?;
            Some((*user, nonce, *seq, *at))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_senders_marks_are_bounded_and_nobody_elses_go_for_them() {
        let mut nonces = Nonces::default();
        let (ann, bob) = (UserId(1), UserId(2));
        nonces.keep(ann, &"a".into(), Seq(1), Millis(1));
        for seq in 2..=5000 {
            nonces.keep(bob, &seq.to_string().into(), Seq(seq), Millis(7));
        }
        let marks: Vec<u64> = nonces.iter().map(|(_, _, seq, _)| seq.0).collect();
        assert_eq!(marks.len(), 1 + MARKS_MAX);
        assert_eq!(marks[..2], [1, 5001 - 4096]);
        assert_eq!(nonces.first(bob, &"904".into()), None);
        assert_eq!(
            nonces.first(bob, &"905".into()),
            Some((Seq(905), Millis(7)))
        );
        nonces.forget(Millis(KEPT.0 + 1));
        assert_eq!(nonces.first(ann, &"a".into()), None);
        assert_eq!(nonces.iter().count(), MARKS_MAX);
        nonces.forget(Millis(KEPT.0 + 7));
        assert_eq!(nonces, Nonces::default());
    }
}
