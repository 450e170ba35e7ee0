//! Mistakes of a config in the words of who wrote it.
//!
//! What reads TOML hands on no more of a mistake than a line of English. Ours are kept beside it
//! until the place is known; those of the reader itself are known by how they begin.

use std::cell::Cell;

use serde::de::Error;

use crate::text::Sentence;

thread_local! {
    /// The mistake that this thread has found last.
    static LAST: Cell<Option<Sentence>> = const { Cell::new(None) };
}

/// What a value is, as the reader of TOML puts it, and how we do.
const FOUND: [(&str, &str); 6] = [
    ("boolean ", "config-found-boolean"),
    ("integer ", "config-found-number"),
    ("floating point ", "config-found-number"),
    ("string ", "config-found-string"),
    ("sequence", "config-found-list"),
    ("map", "config-found-table"),
];

/// What a value must be, as the reader of TOML puts it, and how we do.
const EXPECTED: [(&str, &str); 8] = [
    ("i64", "config-expected-number"),
    ("a boolean", "config-expected-boolean"),
    ("a string", "config-expected-string"),
    ("path string", "config-expected-string"),
    ("string or table", "config-expected-string"),
    ("a sequence", "config-expected-list"),
    ("struct ", "config-expected-table"),
    ("keys and what they do", "config-expected-keys"),
];

/// What is wrong with the TOML itself, where that says more than the line.
const SYNTAX: [(&str, &str); 13] = [
    ("duplicate key", "config-twice"),
    ("missing opening quote", "config-unquoted"),
    ("string values must be quoted", "config-unquoted"),
    ("invalid basic string", "config-unclosed-string"),
    ("invalid literal string", "config-unclosed-string"),
    ("invalid multi-line", "config-unclosed-string"),
    ("missing comma", "config-no-comma"),
    ("missing assignment", "config-no-value"),
    ("missing value", "config-no-value"),
    ("key with no value", "config-no-value"),
    ("unclosed array", "config-unclosed-list"),
    ("unclosed table", "config-unclosed-section"),
    ("unclosed inline table", "config-unclosed-table"),
];

/// An error of the reader of a config that says this.
pub(super) fn mistake<E: Error>(why: Sentence) -> E {
    let english = why.to_string();
    LAST.set(Some(why));
    E::custom(english)
}

/// What an error of the reader says.
pub(super) fn said(message: &str) -> Sentence {
    let ours = LAST.take().filter(|why| why.to_string() == message);
    ours.or_else(|| unknown(message))
        .or_else(|| wrong_kind(message))
        .unwrap_or_else(|| syntax(message))
}

/// A key or a value that is none, with those that are allowed.
fn unknown(message: &str) -> Option<Sentence> {
    let kinds = [
        ("unknown field `", "config-unknown-key"),
        ("unknown variant `", "config-unknown-value"),
        ("missing field `", "config-missing-key"),
    ];
    let (key, rest) = kinds
        .iter()
        .find_map(|(begins, key)| Some((key, message.strip_prefix(begins)?)))?;
    let (name, rest) = rest.split_once('`')?;
    let allowed: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let allowed = allowed.join(", ");
    Some(
        Sentence::text(key)
            .with("name", name)
            .with("allowed", allowed),
    )
}

/// A value of another kind than its key has.
fn wrong_kind(message: &str) -> Option<Sentence> {
    // A choice between texts.
    if message.starts_with("wanted ") {
        let sentence = Sentence::text("config-wrong-kind");
        let found = match message.starts_with("wanted exactly") {
            true => Sentence::text("config-found-table"),
            false => Sentence::text("config-found-other"),
        };
        let expected = Sentence::text("config-expected-string");
        return Some(sentence.with("found", found).with("expected", expected));
    }
    let rest = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|begins| message.strip_prefix(begins))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let known = FOUND
        .iter()
        .find_map(|(begins, key)| Some((key, found.strip_prefix(begins)?)));
    let found = match known {
        Some((key, value)) => Sentence::text(key).with("value", value.trim_matches('`')),
        None => Sentence::text("config-found-other"),
    };
    let known = EXPECTED
        .iter()
        .find(|(begins, _)| expected.starts_with(begins));
    let expected = match known {
        Some((_, key)) => Sentence::text(key),
        None => expected.into(),
    };
    let sentence = Sentence::text("config-wrong-kind");
    Some(sentence.with("found", found).with("expected", expected))
}

fn syntax(message: &str) -> Sentence {
    let known = SYNTAX
        .iter()
        .find(|(begins, _)| message.starts_with(begins));
    Sentence::text(known.map_or("config-no-toml", |(_, key)| key))
}
