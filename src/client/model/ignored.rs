//! Who is ignored: nothing that they say is shown or told.

use super::Model;
use crate::client::action::Action;
use crate::client::happening::{Happening, Who};
use crate::client::rooms::Rooms;

/// How many can be ignored.
const IGNORED_MAX: usize = 200;

impl Model {
    /// A happening without what those say who are ignored; none when nothing is left of it.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever else happens is not said by anybody"
    )]
    pub fn heed(&self, happening: Happening, rooms: &Rooms) -> Option<Happening> {
        if self.ignored.is_empty() {
            return Some(happening);
        }
        match happening {
            Happening::Said { message, .. } if self.ignores(&message.from, rooms) => None,
            Happening::Invited { by, .. } if self.ignores(&by, rooms) => None,
            Happening::Past {
                buffer,
                which,
                mut messages,
                is_end,
            } => {
                messages.retain(|message| !self.ignores(&message.from, rooms));
                Some(Happening::Past {
                    buffer,
                    which,
                    messages,
                    is_end,
                })
            }
            Happening::DirectTalk(mut people) => {
                people.retain(|(nick, _)| !self.is_ignored(nick, rooms));
                Some(Happening::DirectTalk(people))
            }
            other => Some(other),
        }
    }

    fn ignores(&self, who: &Who, rooms: &Rooms) -> bool {
        let account = who.account.as_deref();
        !who.is_self
            && (self.is_ignored(&who.nick, rooms)
                || account.is_some_and(|account| self.is_ignored(account, rooms)))
    }

    fn is_ignored(&self, name: &str, rooms: &Rooms) -> bool {
        self.ignored.iter().any(|other| rooms.same(other, name))
    }

    /// Whether somebody is ignored, under this or another of their names.
    pub(super) fn has_ignored(&self, nick: &str, rooms: &Rooms) -> bool {
        let account = rooms
            .anywhere(nick)
            .and_then(|member| member.account.as_deref());
        let mut names = std::iter::once(nick).chain(account);
        names.any(|name| self.is_ignored(name, rooms))
    }

    /// Who is ignored, by name or account.
    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Takes who was ignored before.
    pub(super) fn set_ignored(&mut self, names: Vec<String>) {
        self.ignored = names;
        self.ignored.truncate(IGNORED_MAX);
    }

    /// Ignores somebody, or no more; whether that is news. Who has an account is ignored under all
    /// of their names.
    pub(super) fn ignore(&mut self, nick: &str, is_on: bool, rooms: &Rooms) -> bool {
        let account = rooms
            .anywhere(nick)
            .and_then(|member| member.account.clone());
        let name = account.unwrap_or_else(|| nick.to_owned());
        let before = self.ignored.len();
        let is_same = |other: &String| rooms.same(other, nick) || rooms.same(other, &name);
        match is_on {
            true if !self.ignored.iter().any(is_same) && before < IGNORED_MAX => {
                self.ignored.push(name);
            }
            true => {}
            false => self.ignored.retain(|other| !is_same(other)),
        }
        let is_news = self.ignored.len() != before;
        if is_news {
            self.actions.push(Action::Ignore(self.ignored.clone()));
        }
        is_news
    }
}
