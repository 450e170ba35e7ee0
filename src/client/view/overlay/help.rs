//! The rows of the help: keys and commands, from their tables.

use super::super::paint::{self, Span};
use crate::client::model::Model;
use crate::client::model::commands::COMMANDS;
use crate::client::model::keys::{Deed, Place, text_key};
use crate::client::model::overlay::help::{Help, deeds_in};

/// The columns of keys and commands, before what they do.
const LEFT_COLUMNS: usize = 26;

/// What is under one heading: the heading's text, and what stands left and right.
type Part = (&'static str, Vec<(String, String)>);

/// The rows that hold what is written. About an overlay: what keys do there.
pub(super) fn rows(model: &Model, help: &Help) -> Vec<Vec<Span>> {
    let parts = match &help.under {
        Some(under) => vec![(
            "help-keys-here",
            deeds_in(under)
                .iter()
                .map(|(deed, text)| {
                    (
                        model.keys().shown(*deed),
                        model.texts().get(text).into_owned(),
                    )
                })
                .collect(),
        )],
        None => vec![
            ("help-keys", keys(model, Place::Any)),
            ("help-keys-empty", keys(model, Place::Empty)),
            ("help-keys-input", keys(model, Place::Input)),
            ("help-keys-selection", keys(model, Place::Selection)),
            ("help-commands", commands(model)),
        ],
    };
    let filter = help
        .filter
        .text()
        .trim()
        .trim_start_matches(['/', '／', '、']);
    let filter = filter.to_lowercase();
    parts
        .into_iter()
        .flat_map(|part| part_rows(model, part, &filter))
        .collect()
}

fn part_rows(model: &Model, (heading, entries): Part, filter: &str) -> Vec<Vec<Span>> {
    let fits = |(left, right): &(String, String)| {
        format!("{left} {right}").to_lowercase().contains(filter)
    };
    let mut rows: Vec<Vec<Span>> = Vec::new();
    for (left, right) in entries.into_iter().filter(fits) {
        if rows.is_empty() {
            rows.push(vec![(model.texts().get(heading).into_owned(), paint::DIM)]);
        }
        let gap = " ".repeat(
            LEFT_COLUMNS
                .saturating_sub(crate::text::width(&left))
                .max(1),
        );
        rows.push(vec![
            (format!("{left}{gap}"), paint::PLAIN),
            (right, paint::DIM),
        ]);
    }
    rows
}

/// The keys of a place, what they do, and the name by which a config binds that.
fn keys(model: &Model, place: Place) -> Vec<(String, String)> {
    let rows = model.keys().rows().filter(|(other, _, _)| *other == place);
    let entry = |(_, keys, deed): (Place, &[_], Deed)| {
        let text = model.texts().get(&text_key(deed)).into_owned();
        (labels(keys, deed), format!("{text} [{}]", deed.name()))
    };
    rows.map(entry).collect()
}

fn labels(keys: &[crate::client::key::Key], deed: Deed) -> String {
    let labels: Vec<String> = keys.iter().map(|key| key.label()).collect();
    match (deed, labels.as_slice()) {
        (Deed::RoomByNumber, [first, .., last]) => format!("{first} - {last}"),
        (_, labels) => labels
            .iter()
            .take(2)
            .cloned()
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The commands with what they take, what they do, and their other names.
fn commands(model: &Model) -> Vec<(String, String)> {
    let entry = |command: &crate::client::model::commands::Command| {
        let text = model.texts().get(command.text).into_owned();
        let others: Vec<String> = command
            .others
            .iter()
            .map(|name| format!("/{name}"))
            .collect();
        let others = match others.is_empty() {
            true => String::new(),
            false => format!(" [{}]", others.join(" ")),
        };
        (command.usage(model.texts()), format!("{text}{others}"))
    };
    COMMANDS.iter().map(entry).collect()
}
