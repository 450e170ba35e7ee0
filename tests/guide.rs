//! The tables of docs/using.md and docs/using.zh-CN.md are the program's own tables of keys and
//! commands, in the words of the interface.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fmt::Write;

use chatroom::client::model::commands::{COMMANDS, Command};
use chatroom::client::model::keys::{Keymap, Place, text_key};
use chatroom::text::{Language, Texts};

#[path = "support/document.rs"]
mod document;
use document::{hold, shape};

const GUIDES: [(&str, Language); 2] = [
    ("docs/using.md", Language::En),
    ("docs/using.zh-CN.md", Language::Zh),
];

/// A cell of a table: nothing in it ends the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn columns(table: &mut String, names: &[&str]) {
    let rule = vec!["---"; names.len()].join(" | ");
    writeln!(table, "| {} |\n| {rule} |", names.join(" | ")).unwrap();
}

/// The keys of each place, under the headings that the help has.
fn keys(language: Language) -> String {
    let texts = Texts::new(language);
    let headings = match language {
        Language::En => ["keys", "what it does", "name in the config"],
        Language::Zh => ["按键", "作用", "配置中的名字"],
    };
    let places = [
        (Place::Any, "help-keys", "any"),
        (Place::Empty, "help-keys-empty", "empty"),
        (Place::Input, "help-keys-input", "input"),
        (Place::Selection, "help-keys-selection", "selection"),
    ];
    let map = Keymap::default();
    let mut made = String::new();
    for (place, heading, section) in places {
        writeln!(made, "**{}** `[keys.{section}]`\n", texts.get(heading)).unwrap();
        columns(&mut made, &headings);
        for (_, keys, deed) in map.rows().filter(|(at, _, _)| *at == place) {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let (keys, name) = (keys.join(" "), deed.name());
            let text = cell(&texts.get(&text_key(deed)));
            writeln!(made, "| {} | {text} | `{name}` |", cell(&keys)).unwrap();
        }
        made.push('\n');
    }
    made.trim_end().to_owned() + "\n"
}

fn commands(language: Language) -> String {
    let texts = Texts::new(language);
    let headings = match language {
        Language::En => ["command", "other names", "what it does"],
        Language::Zh => ["命令", "别名", "作用"],
    };
    let mut made = String::new();
    columns(&mut made, &headings);
    for command in COMMANDS {
        let (usage, others) = (cell(&command.usage(&texts)), others(command));
        let text = cell(&texts.get(command.text));
        writeln!(made, "| `{usage}` | {others} | {text} |").unwrap();
    }
    made
}

fn others(command: &Command) -> String {
    let names: Vec<String> = command
        .others
        .iter()
        .map(|name| format!("`/{name}`"))
        .collect();
    names.join(" ")
}

#[test]
fn the_guides_have_every_key_and_command_and_what_it_does() {
    for (guide, language) in GUIDES {
        hold(guide, "keys", &keys(language));
        hold(guide, "commands", &commands(language));
    }
}

#[test]
fn both_guides_say_the_same() {
    assert_eq!(shape("docs/using.md"), shape("docs/using.zh-CN.md"));
}
