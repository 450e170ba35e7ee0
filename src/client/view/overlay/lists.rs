//! The rows of the lists that lie over the screen.

use super::super::paint::{self, Span};
use super::super::{clock, label, sidebar};
use crate::client::happening::{BufferName, WhoisField};
use crate::client::model::hosting::Farewell;
use crate::client::model::overlay::emoji;
use crate::client::model::overlay::goto::{self, Target};
use crate::client::model::overlay::mentions::Mentions;
use crate::client::model::overlay::person::{self, Person};
use crate::client::model::{Model, clean};
use crate::client::rooms::Rooms;
use crate::client::words;
use crate::text::Language;

/// What one can do with the room that is hosted here.
pub(super) fn farewells(model: &Model) -> Vec<Vec<Span>> {
    let numbered = Farewell::ALL.iter().zip(1..);
    let rows = numbered.map(|((_, text), number)| {
        let text = format!("{number}  {}", model.texts().get(text));
        vec![(text, paint::PLAIN)]
    });
    rows.collect()
}

/// Where one can go: rooms and people as the sidebar has them, commands and keys with what they do.
pub(super) fn found(model: &Model, rooms: &Rooms, text: &str) -> Vec<Vec<Span>> {
    let found = goto::found(model, rooms, text).into_iter();
    let row = |found: goto::Found<'_>| match found.target {
        Target::Buffer(at) => match model.buffers().get(at) {
            Some(buffer) => vec![
                (format!("{} ", label(&buffer.name, model)), paint::PLAIN),
                sidebar::badge(model, buffer),
            ],
            None => Vec::new(),
        },
        Target::Person(nick) => vec![(clean(nick).replace('\n', " "), paint::PLAIN)],
        Target::Command(_) | Target::Deed(_) => {
            let gap = " ".repeat(
                22_usize
                    .saturating_sub(crate::text::width(&found.name))
                    .max(1),
            );
            vec![
                (format!("{}{gap}", found.name), paint::PLAIN),
                (found.about, paint::DIM),
            ]
        }
    };
    let rows: Vec<Vec<Span>> = found.map(row).collect();
    match rows.is_empty() {
        true => vec![nothing(model)],
        false => rows,
    }
}

/// Lines that call oneself: where, when, by whom, what.
pub(super) fn mentions(model: &Model, mentions: &Mentions) -> Vec<Vec<Span>> {
    let rows = mentions.found.iter().map(|mention| {
        let place = label(&mention.buffer, model);
        vec![
            (format!("{} {place} ", clock(model, mention.at)), paint::DIM),
            (format!("{}  ", mention.nick), paint::hue(&mention.nick)),
            (mention.text.clone(), paint::PLAIN),
        ]
    });
    rows.collect()
}

/// The rooms of a server: name, members, topic.
pub(super) fn rooms_there_are(rooms: &[(String, usize, String)]) -> Vec<Vec<Span>> {
    let row = |(name, count, topic): &(String, usize, String)| {
        vec![
            (format!("{} ", clean(name)), paint::PLAIN),
            (
                format!("{count}  {}", clean(topic).replace('\n', " ")),
                paint::DIM,
            ),
        ]
    };
    rooms.iter().map(row).collect()
}

/// What one can do with somebody.
pub(super) fn deeds_with(model: &Model, rooms: &Rooms, person: &Person) -> Vec<Vec<Span>> {
    let deeds = person::deeds_with(model, rooms, person).into_iter();
    let text = |deed: person::PersonDeed| model.texts().get(deed.text()).into_owned();
    deeds.map(|deed| vec![(text(deed), paint::PLAIN)]).collect()
}

/// The rooms that somebody can be invited to.
pub(super) fn rooms_for(model: &Model, rooms: &Rooms, nick: &str) -> Vec<Vec<Span>> {
    let names = person::rooms_for(model, rooms, nick).into_iter();
    let row = |name: String| vec![(clean(&name).replace('\n', " "), paint::PLAIN)];
    names.map(row).collect()
}

/// The emoji that a text finds: each with its name and what it shows.
pub(super) fn emoji(model: &Model, text: &str) -> Vec<Vec<Span>> {
    let is_chinese = model.texts().language() == Language::Zh;
    let row = |emoji: &'static emoji::Emoji| {
        let name = format!(":{}:", emoji.name());
        let gap = " ".repeat(20_usize.saturating_sub(name.len()).max(1));
        vec![
            (format!("{}  {name}{gap}", emoji.character), paint::PLAIN),
            (emoji.about(is_chinese).to_owned(), paint::DIM),
        ]
    };
    let rows: Vec<Vec<Span>> = emoji::found(text).into_iter().map(row).collect();
    match rows.is_empty() {
        true => vec![nothing(model)],
        false => rows,
    }
}

fn nothing(model: &Model) -> Vec<Span> {
    vec![(model.texts().get("ui-find-none").into_owned(), paint::DIM)]
}

/// The links of a message.
pub(super) fn links(links: &[String]) -> Vec<Vec<Span>> {
    let rows = links.iter().map(|link| vec![(link.clone(), paint::PLAIN)]);
    rows.collect()
}

/// What is known of somebody; a name that stands above already is not repeated.
pub(super) fn whois(model: &Model, rows: &[(WhoisField, String)]) -> Vec<Vec<Span>> {
    let mut above = String::new();
    let row = |(field, value): &(WhoisField, String)| {
        let (name, value) = words::whois(model.texts(), field, value);
        let shown = if name == above { "" } else { name.as_str() };
        let gap = " ".repeat(12_usize.saturating_sub(crate::text::width(shown)).max(1));
        let head = (format!("{shown}{gap}"), paint::DIM);
        above = name;
        vec![head, (clean(&value).replace('\n', " "), paint::PLAIN)]
    };
    rows.iter().map(row).collect()
}

/// The conversations, with what is unread.
pub(super) fn rooms(model: &Model) -> Vec<Vec<Span>> {
    let buffers = model
        .shown()
        .into_iter()
        .filter_map(|at| model.buffers().get(at));
    let row = |buffer: &crate::client::model::buffer::Buffer| {
        let style = if buffer.counted() > 0 {
            paint::BOLD
        } else {
            paint::PLAIN
        };
        let name = (label(&buffer.name, model), style);
        vec![
            name,
            (" ".to_owned(), paint::PLAIN),
            sidebar::badge(model, buffer),
        ]
    };
    buffers.map(row).collect()
}

/// The members of the open room.
pub(super) fn members(model: &Model, rooms: &Rooms) -> Vec<Vec<Span>> {
    let BufferName::Room(name) = &model.buffer().name else {
        return Vec::new();
    };
    let room = rooms.get(name);
    let members = room.map(|room| room.sorted_members()).unwrap_or_default();
    let unlisted = room.map_or(0, |room| room.unlisted).to_string();
    let more = model.texts().with("ui-and-more", &[("count", &unlisted)]);
    let row = |member: &&crate::client::rooms::Member| {
        vec![(
            sidebar::member_text(member, model.texts()),
            sidebar::member_style(model, member),
        )]
    };
    let more = (unlisted != "0").then(|| vec![(more, paint::DIM)]);
    members.iter().map(row).chain(more).collect()
}
