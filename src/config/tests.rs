use std::path::Path;

use super::*;
use crate::text::{Language, Texts};

const EXAMPLE: &str = include_str!("../../config.example.toml");

fn parse(source: &str) -> Result<Config, String> {
    Config::parse(Path::new("/etc/chat/config.toml"), source).map_err(|error| error.to_string())
}

#[track_caller]
fn check(source: &str, error: &str) {
    assert_eq!(parse(source).unwrap_err(), error);
}

/// The example with the keys that have no default written out too.
fn whole_example() -> String {
    let uncommented = EXAMPLE.lines().map(|line| match line.strip_prefix("#: ") {
        Some(key) => key,
        None => line,
    });
    uncommented.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_holds_the_defaults() {
    let example = parse(EXAMPLE).unwrap();
    let mut defaults = Config::default();
    defaults.file.clone_from(&example.file);
    defaults.given.clone_from(&example.given);
    assert_eq!(example, defaults);
}

#[test]
fn the_example_shows_every_key_and_no_other() {
    let whole = parse(&whole_example()).unwrap();
    let shown: toml::Table = toml::from_str(&whole.show()).unwrap();
    assert_eq!(given(&shown), whole.given);
    let defaults: toml::Table = toml::from_str(&Config::default().show()).unwrap();
    assert_eq!(given(&defaults), parse(EXAMPLE).unwrap().given);
}

#[test]
fn every_key_without_effect_is_a_key() {
    let whole = parse(&whole_example()).unwrap();
    assert_eq!(whole.without_effect(), WITHOUT_EFFECT);
}

#[test]
fn every_key_refuses_a_value_of_another_kind() {
    let whole: toml::Table = toml::from_str(&whole_example()).unwrap();
    for (section, value) in &whole {
        let Some(table) = value.as_table() else {
            continue;
        };
        for key in table.keys() {
            let error = parse(&format!("[{section}]\n\n{key} = 1.5\n")).unwrap_err();
            let place = format!("config.toml, line 3, {section}.{key}: ");
            assert!(error.contains(&place), "{error}");
        }
    }
}

#[test]
fn a_mistake_is_told_with_its_place_and_what_is_allowed() {
    check(
        "[limits]\nnick_length = 0\n",
        "/etc/chat/config.toml, line 2, limits.nick_length: 0 is not from 1 to 64",
    );
    check(
        "[server]\nlisten = [\"127.0.0.1:8000\", \"8000\"]\n",
        "/etc/chat/config.toml, line 2, server.listen: \"8000\" is no address with a port, such as \
         127.0.0.1:8000 or [::1]:8000",
    );
    check(
        "[accounts]\n\nregistration = \"maybe\"\n",
        "/etc/chat/config.toml, line 3, accounts.registration: unknown value `maybe`, expected one of \
         open, closed",
    );
    check(
        "[tls]\ncertificate = \"a.pem\"\n",
        "/etc/chat/config.toml: tls.certificate and tls.private_key go together; one of them is \
         missing",
    );
    let error = parse("[history]\nkeep = true\n").unwrap_err();
    assert!(
        error.contains("line 2, history: unknown key `keep`, expected one of enabled"),
        "{error}"
    );
    let error = parse("[server]\nname = \"a\n").unwrap_err();
    assert!(error.contains("config.toml, line 2"), "{error}");
    assert!(parse("server = 3\n").unwrap_err().contains("line 1"));
}

#[test]
fn a_password_is_printed_by_no_mistake_and_no_list() {
    let error = parse("[server]\npassword = \"hunter2\"\n").unwrap_err();
    assert!(error.contains("line 2, server.password: "), "{error}");
    assert!(error.contains("chatroom hash-password"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    let whole = parse(&whole_example()).unwrap();
    for printed in [whole.show(), format!("{whole:?}")] {
        assert!(!printed.contains("$argon2"), "{printed}");
    }
}

#[test]
fn paths_start_at_the_file() {
    let config = parse("").unwrap();
    assert_eq!(config.path(Path::new("data")), Path::new("/etc/chat/data"));
    assert_eq!(config.path(Path::new("/data")), Path::new("/data"));
    assert_eq!(Config::default().path(Path::new("data")), Path::new("data"));
}

#[test]
fn a_folder_without_a_file_means_the_defaults() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Config::find(dir.path()).unwrap(), Config::default());
    assert!(Config::load(&dir.path().join(FILE)).is_err());
    std::fs::write(dir.path().join(FILE), "[client]\nname = \"bob\"\n").unwrap();
    let found = Config::find(dir.path()).unwrap();
    assert_eq!(found.client.name.as_deref(), Some("bob"));
}

#[test]
fn what_would_keep_somebody_out_stops_the_start() {
    assert_eq!(Config::default().refusal(), None);
    let open = parse("[server]\nlisten = [\"[::1]:1\", \"0.0.0.0:6667\"]\n").unwrap();
    assert!(
        open.refusal()
            .unwrap()
            .to_string()
            .contains("cannot listen on 0.0.0.0:6667")
    );
}

#[test]
fn a_key_can_be_bound_to_another_deed_or_to_none() {
    let config = parse(
        "[keys.any]\n\"alt-a\" = \"help\"\n\"F9\" = \"\"\n[keys.empty]\n\"alt-a\" = \"quit\"\n",
    )
    .unwrap();
    let key = |name: &str| name.parse::<Key>().unwrap();
    assert_eq!(config.keys.any.0[&key("alt-a")], Some(Deed::Help));
    assert_eq!(config.keys.any.0[&key("f9")], None);
    assert_eq!(config.keys.empty.0[&key("alt-a")], Some(Deed::Quit));
    assert_eq!(parse(&config.show()).unwrap().keys, config.keys);
}

#[test]
fn a_wrong_binding_is_told_with_its_place_and_what_is_allowed() {
    let error = parse("[keys.any]\n\n\"alt-a\" = \"room.nxt\"\n").unwrap_err();
    assert!(
        error.contains("line 3, keys.any.alt-a: unknown value `room.nxt`, expected one of help"),
        "{error}"
    );
    let error = parse("[keys.input]\n\"meta-a\" = \"help\"\n").unwrap_err();
    assert!(error.contains("line 2, keys.input"), "{error}");
    assert!(error.contains("\"meta-a\" is no key; write"), "{error}");
    let error = parse("[keys.selction]\n\"alt-a\" = \"help\"\n").unwrap_err();
    assert!(
        error.contains("expected one of any, input, empty, selection"),
        "{error}"
    );
    let error = parse("[keys.any]\nf5 = \"room.number\"\n").unwrap_err();
    assert!(
        error.contains("bind it to one such as \"alt-1\""),
        "{error}"
    );
}

#[test]
fn a_key_that_is_bound_twice_is_told_with_both_lines() {
    check(
        "[keys.any]\n\"alt-a\" = \"help\"\n\n[keys.input]\n\"Alt+A\" = \"quit\"\n",
        "/etc/chat/config.toml, line 5, keys: Alt+A is bound twice: line 2 binds it already; remove one of them",
    );
    let error = parse("[keys.any]\n\"alt-a\" = \"help\"\n\"alt-a\" = \"quit\"\n").unwrap_err();
    assert!(error.contains("line 3"), "{error}");
    assert!(error.contains("line 2 has it already"), "{error}");
}

/// The mistake of a config in Chinese, without its place.
fn chinese(source: &str) -> String {
    let error = Config::parse(Path::new("/etc/chat/config.toml"), source).unwrap_err();
    let said = error.sentence().say(&Texts::new(Language::Zh));
    said.split_once('：').unwrap().1.to_owned()
}

#[test]
fn a_mistake_is_told_in_the_readers_language() {
    let error = Config::parse(Path::new("/c.toml"), "[limits]\n\nnick_length = 0\n").unwrap_err();
    assert_eq!(
        error.sentence().say(&Texts::new(Language::Zh)),
        "/c.toml 第 3 行，limits.nick_length：0 不在 1 到 64 之间"
    );
    for (source, said) in [
        (
            "accounts.registration = \"maybe\"\n",
            "没有 `maybe` 这个值，可以写的是 open, closed",
        ),
        ("server = 3\n", "这里写的是数字 3，应该写由若干项组成的小节"),
        (
            "server.name = true\n",
            "这里写的是 true，应该写引号之间的文字",
        ),
        (
            "server.listen = 7\n",
            "这里写的是数字 7，应该写 [ 和 ] 之间的列表",
        ),
        (
            "history.enabled = \"no\"\n",
            "这里写的是文字 \"no\"，应该写 true 或 false",
        ),
        (
            "accounts.always_on = {}\n",
            "这里写的是一个小节，应该写引号之间的文字",
        ),
        ("limits.rooms = []\n", "这里写的是一个列表，应该写整数"),
        ("[[operators]]\nname = \"a\"\n", "缺少 `password` 这一项"),
        (
            "[server]\nname = \"a\n",
            "这段文字不合 TOML 的写法；结尾是不是少了引号？",
        ),
        ("[server\n", "小节的名字缺少 ]"),
        ("server.name =\n", "这里要写值，文字要写在两个引号之间"),
        (
            "[server]\nname = a b\n",
            "这里要写值，文字要写在两个引号之间",
        ),
        (
            "[server]\nname = \"a\"\nname = \"b\"\n",
            "这一项写了两次，第 2 行已经写过",
        ),
        (
            "tls.private_key = \"x\"\n",
            "tls.certificate 和 tls.private_key 要一起写，现在缺一个",
        ),
    ] {
        assert_eq!(chinese(source), said, "{source}");
    }
}

#[test]
fn every_key_refuses_a_value_of_another_kind_in_words_of_the_reader() {
    let whole: toml::Table = toml::from_str(&whole_example()).unwrap();
    for (section, value) in &whole {
        for key in value.as_table().into_iter().flat_map(toml::Table::keys) {
            let said = chinese(&format!("[{section}]\n{key} = 1.5\n"));
            // What may be written is quoted.
            let said = said.split('"').step_by(2).collect::<String>();
            let words = said.split(|c: char| !c.is_ascii_alphabetic());
            let english: Vec<_> = words
                .filter(|word| !["", "true", "false"].contains(word))
                .collect();
            assert!(english.is_empty(), "{section}.{key}: {said}");
        }
    }
}
