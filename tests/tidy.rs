//! What holds across the whole tree: who imports whom, what the core may not know, how long files
//! are, and that the texts beside the code tell the truth.

#![allow(clippy::unwrap_used, clippy::string_slice)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chatroom::text::{Language, Texts};

/// Which part may import which; a part that is not named here may import nothing of ours.
const IMPORTS: [(&str, &[&str]); 11] = [
    ("core", &[]),
    ("irc", &[]),
    ("text", &[]),
    ("log", &["core"]),
    ("history", &["core", "log"]),
    ("config", &["text"]),
    ("cli", &["config", "text"]),
    (
        "server",
        &["core", "log", "history", "irc", "config", "text"],
    ),
    ("client", &["irc", "config", "text"]),
    ("term", &["client", "text"]),
    (
        "main",
        &["cli", "config", "server", "client", "term", "text"],
    ),
];

/// What belongs to `main`: the program itself, which joins the parts.
const PROGRAM: [&str; 4] = ["main", "serve", "join", "errand"];

/// What the core may not know: I/O, clocks, chance, threads and unordered maps.
const FORBIDDEN_IN_CORE: [&str; 13] = [
    "tokio",
    "Instant",
    "SystemTime",
    "jiff",
    "rand",
    "ring",
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "thread",
    "HashMap",
    "HashSet",
];

/// Lines of code that a file may have, tests at its end not counted.
const LINES_MAX: usize = 550;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file of ours under a folder whose name ends so, with its path from the root.
fn files(folder: &str, ending: &str) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(root()).unwrap().to_owned(), text);
            }
        }
    }
    found
}

/// The part that a source file belongs to: the folder or the file right under `src`.
fn part(path: &Path) -> String {
    let first = path.components().nth(1).unwrap();
    let name = Path::new(first.as_os_str()).file_stem().unwrap();
    whole(&name.to_string_lossy())
}

/// The part that a name right under `crate` stands for.
fn whole(name: &str) -> String {
    let is_program = PROGRAM.contains(&name);
    if is_program { "main" } else { name }.to_owned()
}

/// Whether a file holds tests alone: its module is declared for tests, or lies in one that is.
fn is_tests(path: &Path) -> bool {
    let mut names = path.iter().map(|name| name.to_string_lossy());
    if names.any(|name| name == "tests" || name == "tests.rs") {
        return true;
    }
    let module = path.file_stem().unwrap().to_string_lossy();
    let declared = format!("#[cfg(test)]\nmod {module};");
    let beside = path.with_file_name("mod.rs");
    fs::read_to_string(root().join(beside)).is_ok_and(|text| text.contains(&declared))
}

/// The code of a file without comments and without the tests at its end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let lines = text[..end].lines();
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    lines.filter(is_code).collect::<Vec<_>>().join("\n")
}

/// The words of code: runs of letters, digits and underscores.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// The parts that code names right after `crate::`, or in braces after it.
fn imported(code: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for root in ["crate::", "chatroom::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let after = &code[at + root.len()..];
            match after.strip_prefix('{') {
                Some(list) => {
                    let end = list.find(';').unwrap_or(list.len());
                    let mut depth = 0;
                    for item in list[..end].split_inclusive(['{', '}', ',']) {
                        if depth == 0 {
                            parts.extend(words(item).next().map(str::to_owned));
                        }
                        depth += item.matches('{').count();
                        depth = depth.saturating_sub(item.matches('}').count());
                    }
                }
                None => parts.extend(words(after).next().map(str::to_owned)),
            }
        }
    }
    parts.sort();
    parts.dedup();
    parts
}

#[test]
fn imports_are_found_however_they_are_written() {
    let check = |code: &str, parts: &[&str]| assert_eq!(imported(code), parts, "{code}");
    check("use crate::core::{Name, Seq};", &["core"]);
    check(
        "use crate::{core, log::{Log, Start}, text};",
        &["core", "log", "text"],
    );
    check(
        "let x = crate::irc::fold(a) + chatroom::server::b;",
        &["irc", "server"],
    );
    check("use mycrate::core;", &[]);
}

#[test]
fn no_part_imports_what_it_may_not_know() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        let part = part(&path);
        if part == "lib" {
            continue;
        }
        let allowed = IMPORTS.iter().find(|(name, _)| *name == part);
        let Some((_, allowed)) = allowed else {
            wrong.push(format!("{}: {part} is not in the table", path.display()));
            continue;
        };
        for import in imported(&code(&text)) {
            let import = whole(&import);
            if import != part && !allowed.contains(&&*import) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_core_knows_no_outside_world() {
    let mut wrong = Vec::new();
    for (path, text) in files("src/core", ".rs") {
        let code = code(&text);
        for forbidden in FORBIDDEN_IN_CORE {
            let is_there = if forbidden.contains("::") {
                code.contains(forbidden)
            } else {
                words(&code).any(|word| word == forbidden)
            };
            if is_there {
                wrong.push(format!("{}: {forbidden}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_is_a_book() {
    let mut long = Vec::new();
    for (path, text) in files("src", ".rs") {
        let lines = code(&text).lines().count();
        if lines > LINES_MAX && !is_tests(&path) {
            long.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_file_begins_with_what_it_is() {
    for (path, text) in files("src", ".rs") {
        assert!(
            is_tests(&path) || text.starts_with("//! "),
            "{}",
            path.display()
        );
    }
}

#[test]
fn nothing_is_left_to_do_later() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, ".rs") {
            for mark in marks {
                assert!(!text.contains(mark), "{}: {mark}", path.display());
            }
        }
    }
}

/// Every text that the code asks for by a literal id.
fn asked_texts() -> Vec<(PathBuf, String)> {
    let mut asked = Vec::new();
    for (path, text) in files("src", ".rs") {
        let code = code(&text);
        for call in [
            "texts.get(\"",
            "texts.with(\"",
            "texts\n            .with(\"",
            "chinese(\"",
        ] {
            for (at, _) in code.match_indices(call) {
                let id = code[at + call.len()..].split('"').next().unwrap();
                asked.push((path.clone(), id.to_owned()));
            }
        }
    }
    asked
}

#[test]
fn every_text_that_is_asked_for_is_there() {
    let texts = chatroom::text::Texts::new(chatroom::text::Language::En);
    let asked = asked_texts();
    assert!(asked.len() > 5);
    for (path, id) in asked {
        assert!(texts.has(&id), "{}: {id}", path.display());
    }
}

/// Every text that the code makes the id of from a table.
fn made_texts() -> Vec<String> {
    use chatroom::client::model::{commands::COMMANDS, keys};

    let deeds = keys::Deed::ALL.iter().map(|deed| keys::text_key(*deed));
    let parameters = COMMANDS.iter().flat_map(|command| {
        let words = words(command.parameters).filter(|word| word.chars().all(char::is_uppercase));
        words.map(|word| format!("parameter-{}", word.to_lowercase()))
    });
    let modes = read("src/client/modes.rs");
    let (_, modes) = modes.split_once("const KNOWN: &str = \"").unwrap();
    let modes = modes.chars().take_while(|letter| *letter != '"');
    let modes = modes.flat_map(|letter| ["set", "unset"].map(|end| format!("mode-{letter}-{end}")));
    let days = (1..=7).map(|day| format!("ui-weekday-{day}"));
    let months = (1..=12).map(|month| format!("ui-month-{month}"));
    let made = deeds.chain(parameters).chain(modes);
    made.chain(days)
        .chain(months)
        .chain(command_line_texts())
        .collect()
}

/// The texts of the command line, of which one for several commands stands for those of its own.
fn command_line_texts() -> BTreeSet<String> {
    fn walk(command: &clap::Command, texts: &Texts, made: &mut BTreeSet<String>) {
        let name = command.get_name();
        made.insert(format!("cli-about-{name}"));
        made.extend(Some(format!("cli-after-{name}")).filter(|id| texts.has(id)));
        for arg in command.get_arguments() {
            let id = arg.get_id().as_str().replace('_', "-");
            let own = format!("cli-{name}-{id}");
            let own = Some(own).filter(|id| texts.has(id));
            made.insert(own.unwrap_or_else(|| format!("cli-arg-{id}")));
            if arg.get_action().takes_values() {
                let kind = arg.get_value_names().and_then(<[_]>::first).unwrap();
                made.insert(format!(
                    "cli-value-{}",
                    kind.to_lowercase().replace(':', "-")
                ));
            }
        }
        command
            .get_subcommands()
            .for_each(|command| walk(command, texts, made));
    }
    let texts = Texts::new(Language::En);
    let mut made = BTreeSet::new();
    walk(&chatroom::cli::localized(&texts), &texts, &mut made);
    made
}

#[test]
fn every_text_is_asked_for() {
    let code: String = files("src", ".rs")
        .values()
        .map(|text| code(text))
        .collect();
    let made = made_texts();
    let texts = read("assets/en.ftl");
    let ids = texts.lines().filter_map(|line| line.split_once(" ="));
    let ids = ids.filter(|(id, _)| id.starts_with(|c: char| c.is_ascii_lowercase()));
    let ids: Vec<&str> = ids.map(|(id, _)| id).collect();
    for id in &made {
        assert!(ids.contains(&id.as_str()), "{id}");
    }
    let is_asked =
        |id: &&str| made.iter().any(|made| made == id) || code.contains(&format!("\"{id}\""));
    let idle: Vec<&str> = ids.into_iter().filter(|id| !is_asked(id)).collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

#[test]
fn no_text_is_given_twice() {
    for file in ["assets/en.ftl", "assets/zh.ftl"] {
        let mut seen = std::collections::BTreeSet::new();
        for line in read(file).lines() {
            if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| !id.contains(' ')) {
                assert!(seen.insert(id.to_owned()), "{file}: {id}");
            }
        }
    }
}

/// The lines of a document that stand in blocks of shell commands.
fn commands(document: &str) -> Vec<&str> {
    let mut commands = Vec::new();
    let mut is_shell = false;
    for line in document.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            is_shell = kind == "sh";
        } else if is_shell {
            commands.push(line);
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_is_one() {
    use clap::Parser;

    let readme = read("README.md");
    let commands = commands(&readme);
    assert!(commands.contains(&"cargo run --release -- join --name bob"));
    assert!(commands.contains(&"cargo test"));
    for command in commands {
        // What follows a comment sign, or another program in a pipe, is not ours.
        let mut parts = command.split(" # ").flat_map(|part| part.split(" | "));
        let ours = parts.find_map(|part| {
            let typed = part.strip_prefix("cargo run --release -- ");
            typed.or_else(|| part.strip_prefix("chatroom "))
        });
        let Some(ours) = ours else { continue };
        let words = std::iter::once("chatroom").chain(ours.split_whitespace());
        let parsed = chatroom::cli::Cli::try_parse_from(words);
        assert!(parsed.is_ok(), "{command}: {}", parsed.unwrap_err());
    }
}

#[test]
fn every_file_that_the_readme_links_to_is_there() {
    let readme = read("README.md");
    for link in readme.split("](").skip(1) {
        let target = link.split(')').next().unwrap();
        if !target.starts_with("http") && !target.starts_with('#') {
            assert!(root().join(target).exists(), "{target}");
        }
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = read("Cargo.toml");
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies") && line.contains('=') {
            assert!(line.contains(" # "), "{line}");
        }
    }
}

#[test]
fn the_example_of_a_config_is_one() {
    let path = Path::new("config.example.toml");
    let config = chatroom::config::Config::parse(path, &read("config.example.toml")).unwrap();
    assert_eq!(config.show(), chatroom::config::Config::default().show());
}
