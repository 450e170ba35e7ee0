//! Changes of a room's modes in words: who did what.

use super::happening::Who;
use crate::text::Texts;

/// Modes whose change is said in words of its own; the others are told as they stand.
const KNOWN: &str = "ovbistnmkl";
/// Modes that come with a parameter whenever they change.
const WITH_PARAMETER: &str = "qaohvbeIk";
/// Modes that come with one when they are set.
const WITH_PARAMETER_SET: &str = "lfj";

/// What somebody changed: `bob made alice a moderator, made it by invitation only`.
pub(super) fn in_words(texts: &Texts, by: &Who, changes: &str) -> String {
    let mut words = changes.split_whitespace();
    let letters = words.next().unwrap_or_default();
    let mut said: Vec<String> = Vec::new();
    let mut is_set = true;
    for letter in letters.chars() {
        match letter {
            '+' | '-' => is_set = letter == '+',
            letter => {
                let takes = WITH_PARAMETER.contains(letter)
                    || is_set && WITH_PARAMETER_SET.contains(letter);
                let parameter = if takes { words.next() } else { None };
                said.push(one(texts, letter, is_set, parameter));
            }
        }
    }
    let separator = texts.get("mode-separator");
    let values = [
        ("who", by.nick.as_str()),
        ("changes", &said.join(&separator)),
    ];
    texts
        .with("ui-modes-changed", &values)
        .trim_end()
        .to_owned()
}

fn one(texts: &Texts, letter: char, is_set: bool, parameter: Option<&str>) -> String {
    let sign = if is_set { '+' } else { '-' };
    if !KNOWN.contains(letter) {
        let raw = match parameter {
            Some(parameter) => format!("{sign}{letter} {parameter}"),
            None => format!("{sign}{letter}"),
        };
        return texts.with("mode-other", &[("change", &raw)]);
    }
    let end = if is_set { "set" } else { "unset" };
    let name = parameter.unwrap_or_default();
    // Whoever bears a name is meant, wherever they come from.
    let name = name.strip_suffix("!*@*").unwrap_or(name);
    texts.with(&format!("mode-{letter}-{end}"), &[("name", name)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[track_caller]
    fn check(changes: &str, said: &str) {
        let by = Who {
            nick: "bob".into(),
            ..Who::default()
        };
        let texts = Texts::new(Language::En);
        assert_eq!(in_words(&texts, &by, changes), said);
    }

    #[test]
    fn what_was_changed_is_said_in_words() {
        check("+o alice", "bob made alice a moderator");
        check(
            "+is",
            "bob made it by invitation only, took it out of the list",
        );
        check(
            "-o+b carol dave!*@*",
            "bob took the moderator's rights from carol, banned dave",
        );
        check(
            "+l-k 30 secret",
            "bob limited it to 30 people, removed the key",
        );
        check("+z", "bob set +z");
        check("+q root", "bob set +q root");
        check("", "bob");
    }

    #[test]
    fn every_known_mode_has_its_words_in_every_language() {
        for language in [Language::En, Language::Zh] {
            let texts = Texts::new(language);
            for letter in KNOWN.chars() {
                for end in ["set", "unset"] {
                    let key = format!("mode-{letter}-{end}");
                    assert_ne!(texts.with(&key, &[("name", "x")]), key);
                }
            }
        }
    }
}
