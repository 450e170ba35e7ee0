//! Who came and went without anything else between: one row that says what became of each of them.
//!
//! Somebody who came and left again is not counted as one who came and one who left. The row names the
//! first; all of them are shown when the row is chosen.

use std::collections::VecDeque;

use super::buffer::{Buffer, Line, LineKind};
use super::{Model, clean};
use crate::client::happening::{BufferName, Millis};
use crate::client::rooms::Rooms;
use crate::text::Texts;

/// How many names are told of those of one kind.
const NAMES_MAX: usize = 12;
/// People of one row; whoever comes after them begins another.
const PEOPLE_MAX: usize = 500;
/// Rows of a conversation of which all names are known.
const ROWS_MAX: usize = 20;

/// What is told in one row where it happens often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming<'a> {
    /// Somebody came.
    Joined,
    /// A member who had gone is here again.
    CameBack,
    /// Somebody went.
    Left,
    /// Somebody goes by this name now.
    Renamed(&'a str),
}

/// Somebody of whom a row tells.
#[derive(Debug)]
struct Person {
    name: String,
    /// The name when the row began; none for who was not there.
    was: Option<String>,
    is_here: bool,
    has_left: bool,
    /// Whether they are a member who had gone before.
    came_back: bool,
}

/// What became of somebody while nobody said anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Joined,
    /// Had gone before the row began, and is here again.
    CameBack,
    Left,
    /// Came, and left again.
    Passed,
    /// Left, and came back.
    Returned,
    Renamed,
    /// Took another name, and the old one again.
    Reverted,
}

/// How each is told: of one person, and of more.
const FATES: [(Fate, &str, &str); 7] = [
    (Fate::Joined, "ui-joined", "ui-many-joined"),
    (Fate::CameBack, "ui-came-back", "ui-many-came-back"),
    (Fate::Left, "ui-left", "ui-many-left"),
    (Fate::Passed, "ui-passed", "ui-many-passed"),
    (Fate::Returned, "ui-returned", "ui-many-returned"),
    (Fate::Renamed, "ui-renamed", "ui-many-renamed"),
    (Fate::Reverted, "ui-reverted", "ui-many-reverted"),
];

impl Person {
    fn fate(&self) -> Fate {
        match (&self.was, self.is_here) {
            (None, true) if self.came_back => Fate::CameBack,
            (None, true) => Fate::Joined,
            (None, false) => Fate::Passed,
            (Some(_), false) => Fate::Left,
            (Some(_), true) if self.has_left => Fate::Returned,
            (Some(was), true) if *was != self.name => Fate::Renamed,
            (Some(_), true) => Fate::Reverted,
        }
    }

    /// The name that who reads the row knows.
    fn known_as(&self) -> &str {
        match (&self.was, self.is_here) {
            (Some(was), false) => was,
            (Some(_) | None, _) => &self.name,
        }
    }
}

/// A row: the number of its line, and whom it is about.
#[derive(Debug)]
struct Comings {
    number: i64,
    people: Vec<Person>,
}

impl Comings {
    fn add(&mut self, nick: &str, coming: Coming<'_>) {
        let is_leaving = coming == Coming::Left;
        let is_joining = matches!(coming, Coming::Joined | Coming::CameBack);
        let is_it = |one: &&mut Person| one.name == nick && one.is_here != is_joining;
        let known = self.people.iter_mut().find(is_it);
        let name = match coming {
            Coming::Renamed(new) => new,
            Coming::Joined | Coming::CameBack | Coming::Left => nick,
        };
        match known {
            Some(person) => {
                name.clone_into(&mut person.name);
                person.is_here = !is_leaving;
                person.has_left |= is_leaving;
            }
            None => self.people.push(Person {
                name: name.to_owned(),
                was: (!is_joining).then(|| nick.to_owned()),
                is_here: !is_leaving,
                has_left: is_leaving,
                came_back: coming == Coming::CameBack,
            }),
        }
    }

    fn of(&self, fate: Fate) -> Vec<&Person> {
        let all = self.people.iter();
        all.filter(|person| person.fate() == fate).collect()
    }

    /// Whether the row names not all of them.
    fn has_more(&self) -> bool {
        let mut fates = FATES.iter();
        fates.any(|(fate, ..)| self.of(*fate).len() > NAMES_MAX)
    }

    /// The row with so many names of each kind: `3 joined, 1 left (erin, frank, gao / hal)`.
    fn text(&self, texts: &Texts, names_max: usize) -> String {
        let names = |people: &[&Person]| {
            let shown = people.iter().take(names_max);
            let mut names: Vec<String> = shown.map(|one| told(texts, one)).collect();
            if people.len() > names_max {
                names.push("...".to_owned());
            }
            names.join(", ")
        };
        if let [person] = self.people.as_slice() {
            return alone(texts, person);
        }
        let (joined, left) = (self.of(Fate::Joined), self.of(Fate::Left));
        let mut said = Vec::new();
        let are_both = !joined.is_empty() && !left.is_empty();
        if are_both {
            let values = [
                ("joined", joined.len().to_string()),
                ("left", left.len().to_string()),
                ("names-joined", names(&joined)),
                ("names-left", names(&left)),
            ];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            said.push(texts.with("ui-comings", &values));
        }
        for (fate, _, many) in FATES {
            let people = self.of(fate);
            let is_said = are_both && matches!(fate, Fate::Joined | Fate::Left);
            if !people.is_empty() && !is_said {
                let (count, names) = (people.len().to_string(), names(&people));
                let values = [("count", count.as_str()), ("names", names.as_str())];
                said.push(texts.with(many, &values));
            }
        }
        said.join(&texts.get("mode-separator"))
    }
}

/// What became of somebody as a sentence.
fn alone(texts: &Texts, person: &Person) -> String {
    let fate = person.fate();
    let one = FATES.iter().find(|(other, ..)| *other == fate);
    let one = one.map_or("ui-joined", |(_, one, _)| one);
    let was = person.was.as_deref().unwrap_or_default();
    let values = match fate {
        Fate::Renamed => [("who", was), ("new", person.name.as_str())],
        Fate::Joined
        | Fate::CameBack
        | Fate::Left
        | Fate::Passed
        | Fate::Returned
        | Fate::Reverted => [("who", person.known_as()), ("new", "")],
    };
    texts.with(one, &values)
}

/// Somebody among others.
fn told(texts: &Texts, person: &Person) -> String {
    match person.fate() {
        Fate::Renamed => alone(texts, person),
        Fate::Joined
        | Fate::CameBack
        | Fate::Left
        | Fate::Passed
        | Fate::Returned
        | Fate::Reverted => person.known_as().to_owned(),
    }
}

/// The rows of a conversation that tell of several people.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: VecDeque<Comings>,
    /// The row that shows all names, and what it says.
    unfolded: Option<(i64, String)>,
}

impl Rows {
    /// A line was put in: the numbers of those after it grow.
    pub(super) fn shift(&mut self, inserted: i64) {
        for row in self.rows.iter_mut().filter(|row| row.number >= inserted) {
            row.number += 1;
        }
        if let Some((number, _)) = &mut self.unfolded
            && *number >= inserted
        {
            *number += 1;
        }
    }
}

impl Buffer {
    /// Takes in that somebody came or went. Gives whether the newest line says that of others already, so
    /// that it is to be said anew.
    fn come(&mut self, nick: &str, coming: Coming<'_>) -> bool {
        let last = self.end() - 1;
        let newest = self.line(last);
        let is_note = newest.is_some_and(|line| line.kind == LineKind::Note);
        let newest = self.comings.rows.back_mut();
        let newest = newest.filter(|row| is_note && row.number == last);
        if let Some(row) = newest.filter(|row| row.people.len() < PEOPLE_MAX) {
            row.add(nick, coming);
            return true;
        }
        let mut row = Comings {
            number: last + 1,
            people: Vec::new(),
        };
        row.add(nick, coming);
        self.comings.rows.push_back(row);
        if self.comings.rows.len() > ROWS_MAX {
            self.comings.rows.pop_front();
        }
        false
    }

    fn row(&self, number: i64) -> Option<&Comings> {
        let mut rows = self.comings.rows.iter();
        rows.find(|row| row.number == number)
    }

    /// Whether a line tells of more people than it names.
    pub fn is_folded(&self, number: i64) -> bool {
        self.row(number).is_some_and(Comings::has_more)
    }

    /// What a line says with all names, where it is to show them.
    pub fn unfolded(&self, number: i64) -> Option<&str> {
        let (shown, text) = self.comings.unfolded.as_ref()?;
        (*shown == number).then_some(text.as_str())
    }

    /// What a line says with all names, where it tells of people.
    pub(super) fn in_full(&self, number: i64, texts: &Texts) -> Option<String> {
        let row = self.row(number).filter(|row| row.has_more())?;
        Some(clean(&row.text(texts, usize::MAX)).into_owned())
    }
}

impl Model {
    /// Somebody came or went: a row, or more of the row that says so of others.
    pub(super) fn come(
        &mut self,
        name: &BufferName,
        when: Millis,
        nick: &str,
        coming: Coming<'_>,
        text: &str,
        rooms: &Rooms,
    ) {
        let Some(at) = self.find(name, rooms) else {
            return;
        };
        let Some(buffer) = self.buffers.get_mut(at) else {
            return;
        };
        if !buffer.come(nick, coming) {
            return self.note(at, LineKind::Note, when, text);
        }
        let number = buffer.end() - 1;
        let Some(row) = buffer.row(number) else {
            return;
        };
        let text = row.text(&self.texts, NAMES_MAX);
        let full = row.text(&self.texts, usize::MAX);
        buffer.rewrite_newest(Line::note(when, &clean(&text)));
        if let Some((shown, text)) = &mut buffer.comings.unfolded
            && *shown == number
        {
            *text = clean(&full).into_owned();
        }
    }

    /// Shows all names of a row of the open conversation, or the first alone again; whether it is such
    /// a row.
    pub(super) fn unfold(&mut self, number: i64) -> bool {
        let Some(text) = self.buffer().in_full(number, &self.texts) else {
            return false;
        };
        let is_shown = self.buffer().unfolded(number).is_some();
        self.buffer_mut().comings.unfolded = (!is_shown).then_some((number, text));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[track_caller]
    fn check(told: &[(&str, Coming<'_>)], expected: &str) {
        let mut row = Comings {
            number: 0,
            people: Vec::new(),
        };
        for (nick, coming) in told {
            row.add(nick, *coming);
        }
        assert_eq!(row.text(&Texts::new(Language::En), NAMES_MAX), expected);
    }

    #[test]
    fn a_row_says_what_became_of_each() {
        use Coming::{Joined, Left, Renamed};
        check(&[("bob", Joined), ("bob", Left)], "bob was here briefly");
        check(
            &[("bob", Joined), ("bob", Left), ("bob", Joined)],
            "bob joined",
        );
        check(&[("bob", Left), ("bob", Joined)], "bob left and came back");
        check(&[("bob", Renamed("rob"))], "bob is now rob");
        check(
            &[("bob", Renamed("rob")), ("rob", Renamed("bob"))],
            "bob went by another name briefly",
        );
        check(&[("bob", Joined), ("bob", Renamed("rob"))], "rob joined");
        check(&[("bob", Renamed("rob")), ("rob", Left)], "bob left");
        check(
            &[("al", Joined), ("bob", Joined), ("bob", Left), ("cy", Left)],
            "1 joined, 1 left (al / cy), 1 here briefly (bob)",
        );
        check(
            &[("al", Left), ("bob", Renamed("rob")), ("al", Joined)],
            "1 left and came back (al), 1 renamed (bob is now rob)",
        );
    }

    #[test]
    fn members_who_are_here_again_have_not_joined() {
        use Coming::{CameBack, Joined, Left};
        check(&[("al", CameBack)], "al came back");
        check(
            &[("al", CameBack), ("张三", CameBack), ("cy", Joined)],
            "1 joined (cy), 2 came back (al, 张三)",
        );
        check(
            &[("al", CameBack), ("al", Left), ("al", CameBack)],
            "al came back",
        );
    }

    #[test]
    fn a_name_that_two_people_bore_is_told_of_both() {
        use Coming::{Joined, Left, Renamed};
        let told = [("bob", Renamed("rob")), ("bob", Joined), ("bob", Left)];
        check(&told, "1 here briefly (bob), 1 renamed (bob is now rob)");
    }
}
