//! Every row of the table of keys and of the table of commands does something, under each of its
//! keys and names, and docs/keys-and-commands.md says where they come from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;

use chatroom::client::happening::Happening;
use chatroom::client::key::{Code, Key, TerminalInput};
use chatroom::client::model::commands::COMMANDS;
use chatroom::client::model::keys::{BINDINGS, Deed, Keymap, Place, text_key};
use chatroom::config::Config;
use chatroom::text::{Language, Texts};

#[path = "support/scene.rs"]
mod scene;
use scene::Scene;

/// What is done before a key has something to do there.
fn prelude(place: Place, deed: Deed) -> &'static str {
    match (place, deed) {
        (Place::Selection, _) => "<alt-up><alt-up>",
        (_, Deed::RoomByNumber | Deed::FirstUnread) => "",
        (_, Deed::LastRoom) => "<ctrl-n>",
        (_, Deed::NextMention) => "<alt-home>",
        (_, Deed::PageDown | Deed::Newest | Deed::Escape) => "<pageup><pageup>",
        (Place::Empty, _) => "",
        (_, Deed::CompleteBack) => "/b<tab>",
        (_, Deed::Complete) => "see ca",
        (_, Deed::NewerInput) => "<ctrl-up><ctrl-up>",
        (_, Deed::Up) => "",
        (_, Deed::Down) => "<up>",
        (_, Deed::YankPrevious) => "<ctrl-y>",
        (_, Deed::Redo) => "one<ctrl-_>",
        (_, _) => "one two thRee fOur<alt-b><alt-b>",
    }
}

#[test]
fn every_key_does_something_under_each_of_its_names() {
    for (place, keys, deed) in BINDINGS {
        let prelude = prelude(*place, *deed);
        for key in *keys {
            let mut scene = Scene::new();
            scene.types(prelude);
            if *deed == Deed::RoomByNumber {
                let is_third = key.code == Code::Char('3');
                scene.types(if is_third { "<alt-4>" } else { "<alt-3>" });
            }
            if *deed == Deed::FirstUnread {
                (0..20).for_each(|number| scene.says("#ops", &format!("more {number}")));
                scene.types("<alt-2>");
            }
            let before = scene.sight();
            scene.input(TerminalInput::Key(*key));
            assert!(
                scene.sight() != before,
                "{key} ({}) does nothing in\n{}",
                deed.name(),
                scene.screen()
            );
        }
    }
}

#[test]
fn every_key_has_a_sentence_in_both_languages() {
    for language in [Language::En, Language::Zh] {
        let texts = Texts::new(language);
        for deed in Deed::ALL {
            assert!(texts.has(&text_key(*deed)), "{}", deed.name());
        }
        for command in COMMANDS {
            assert!(texts.has(command.text), "/{}", command.name);
        }
    }
}

/// What follows a command's name when it is driven.
fn arguments(command: &str) -> &'static str {
    match command {
        "join" => "#dev",
        "disconnect" | "set" | "reload" | "part" | "list" | "names" | "back" | "clear"
        | "mentions" | "reconnect" | "version" | "help" | "quit" | "q" | "away" | "shrug"
        | "tableflip" | "topic" => "",
        "new" => "dev --private",
        "mute" | "unmute" => "",
        "notify" => "all",
        "msg" | "query" => "dave hello",
        "describe" => "carol waves",
        "me" | "say" => "waves",
        "nick" => "alicia",
        "whois" | "kick" | "ignore" | "unignore" | "ban" | "unban" | "op" | "deop" | "voice"
        | "devoice" => "bob",
        "invite" => "dave",
        "mode" => "+i",
        "connect" => "",
        "go" => "ops",
        "search" => "second",
        "bind" => "alt-a help",
        "quote" => "PING x",
        other => panic!("/{other} is driven by nothing: give it something to do here"),
    }
}

fn driven(sign: char, name: &str, arguments: &str) -> Scene {
    let mut scene = Scene::new();
    if matches!(name, "connect" | "连接") {
        scene.happens(Happening::Offline {
            why: "x".into(),
            again_in_seconds: None,
        });
    }
    scene.types(format!("{sign}{name} {arguments}").trim_end());
    scene.types("<enter>");
    scene
}

#[test]
fn every_command_does_something_under_each_of_its_names() {
    let before = Scene::new();
    for command in COMMANDS {
        let arguments = arguments(command.name);
        let first = driven('/', command.name, arguments);
        let is_something = first.sight() != before.sight();
        assert!(is_something, "/{} does nothing", command.name);
        let failures = |scene: &Scene| scene.screen().matches(" !  ").count();
        assert!(
            failures(&first) <= failures(&before),
            "/{} fails:\n{}",
            command.name,
            first.screen()
        );
        let names = std::iter::once(&command.name).chain(command.others);
        for (sign, name) in names.flat_map(|name| ['/', '／', '、'].map(|sign| (sign, name))) {
            let other = driven(sign, name, arguments);
            assert!(
                other.sight() == first.sight(),
                "{sign}{name} is not /{}:\n{}",
                command.name,
                other.screen()
            );
        }
    }
}

#[test]
fn a_command_that_takes_something_says_so_when_it_is_missing() {
    for command in COMMANDS {
        let is_needed = !command.parameters.is_empty() && !command.parameters.starts_with('[');
        if is_needed {
            let scene = driven('/', command.name, "");
            let usage = command.usage(scene.model.texts());
            let said = format!("usage: {usage}");
            assert!(scene.screen().contains(&said), "{said}\n{}", scene.screen());
            assert_eq!(scene.actions, []);
        }
    }
}

#[test]
fn keys_of_a_config_go_before_those_of_the_table() {
    let source =
        "[keys.any]\n\"alt-a\" = \"help\"\n\"f9\" = \"\"\n[keys.empty]\n\"ctrl-t\" = \"find\"\n";
    let config = Config::parse("config.toml".as_ref(), source).unwrap();
    let mut scene = Scene::new();
    scene.model.bind(Keymap::new(&config.keys));
    let before = scene.sight();
    scene.types("<f9>");
    assert!(scene.sight() == before);
    scene.types("<alt-a>");
    assert!(scene.screen().contains("Help: type"));
    scene.types("alt+a");
    assert!(scene.screen().contains("[help]"));
    scene.types("<esc><ctrl-t>");
    assert!(scene.screen().contains(" find>"), "{}", scene.screen());
}

/// The rows of the tables in the document: their cells.
fn documented() -> Vec<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys-and-commands.md");
    let document = std::fs::read_to_string(path).unwrap();
    let rows = document.lines().filter_map(|line| {
        let cells = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some(
            cells
                .split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect(),
        )
    });
    rows.collect()
}

/// The words between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Whether a key does something of its own in a place, or everywhere.
fn is_bound(key: Key, place: Place) -> bool {
    let mut rows = BINDINGS.iter();
    rows.any(|(other, keys, _)| *other == place && keys.contains(&key))
}

#[test]
fn the_document_says_where_each_key_comes_from_and_which_wait() {
    let places = [
        ("any", Place::Any),
        ("input", Place::Input),
        ("empty", Place::Empty),
        ("selection", Place::Selection),
    ];
    let mut told = BTreeSet::new();
    for row in documented() {
        let [place, keys, origin] = row.as_slice() else {
            continue;
        };
        let Some((_, place)) = places.into_iter().find(|(name, _)| name == place) else {
            continue;
        };
        for written in quoted(keys) {
            let key = Key::parse(written).unwrap_or_else(|why| panic!("{why}"));
            let waits = origin.starts_with("waits");
            assert_eq!(is_bound(key, place), !waits, "{written} {origin}");
            told.extend(Keymap::default().deed_in(key, place));
        }
    }
    for deed in Deed::ALL {
        assert!(told.contains(deed), "{} comes from nowhere", deed.name());
    }
}

#[test]
fn the_document_says_where_each_command_comes_from_and_which_wait() {
    let (mut told, mut waiting) = (BTreeSet::new(), BTreeSet::new());
    let rows = documented();
    for row in &rows {
        let [names, origin] = row.as_slice() else {
            continue;
        };
        let names = quoted(names).into_iter();
        let names = names.filter_map(|name| name.strip_prefix('/'));
        match origin.starts_with("waits") {
            true => waiting.extend(names),
            false => told.extend(names),
        }
    }
    let is_latin = |name: &&str| name.is_ascii();
    let names = COMMANDS
        .iter()
        .flat_map(|c| std::iter::once(&c.name).chain(c.others));
    let all: BTreeSet<&str> = names.copied().collect();
    // The Chinese names are the words themselves.
    let latin: BTreeSet<&str> = all.iter().copied().filter(is_latin).collect();
    assert_eq!(told, latin);
    assert!(waiting.is_disjoint(&all), "{waiting:?} wait no more");
    assert!(!waiting.is_empty());
}
