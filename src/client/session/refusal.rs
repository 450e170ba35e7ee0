//! What a refusal says: by its code a text of ours, else as the server put it.

use super::super::sentence::Sentence;

/// What refusals say by their code: a numeric, or the code of a `FAIL`. In the text `{ $name }` is
/// what the refusal is about and `{ $room }` what comes after it.
#[rustfmt::skip]
const BY_CODE: &[(&str, &str)] = &[
    ("401", "refused-nobody"),
    ("403", "refused-no-room"),
    ("404", "refused-may-not-talk"),
    ("405", "refused-too-many-rooms"),
    ("412", "refused-nothing"),
    ("417", "refused-line-too-long"),
    ("421", "refused-unknown-command"),
    ("431", "refused-no-name"),
    ("433", "refused-name-taken"),
    ("441", "refused-not-there"),
    ("442", "refused-not-in-room"),
    ("443", "refused-already-there"),
    ("461", "refused-parameters"),
    ("464", "refused-password"),
    ("465", "refused-banned-here"),
    ("471", "refused-room-full"),
    ("472", "refused-mode"),
    ("473", "refused-invite-only"),
    ("474", "refused-banned"),
    ("475", "refused-key"),
    ("477", "refused-members-only"),
    ("478", "refused-list-full"),
    ("481", "refused-operators-only"),
    ("482", "refused-not-operator"),
    ("501", "refused-mode"),
    ("502", "refused-others-modes"),
    ("INVALID_TARGET", "refused-past"),
];

/// What a `chatroom` server says beyond the code; `#` stands for a number.
#[rustfmt::skip]
const BY_WORDS: &[(&str, &str, &str)] = &[
    ("403", "a room of such a name exists", "refused-room-exists"),
    ("405", "there are as many rooms as there may be", "refused-no-more-rooms"),
    ("432", "a name needs at least one letter", "refused-name-empty"),
    ("432", "a name has at most # letters", "refused-name-long"),
    ("432", "a name cannot mix letters of scripts that look alike", "refused-name-mixed"),
    ("432", "that name is reserved", "refused-name-reserved"),
    ("432", "that name is a word of the interface", "refused-name-reserved"),
    ("433", "somebody goes by that name now", "refused-name-in-use"),
    ("433", "that name, or one that looks like it, belongs to somebody", "refused-name-taken"),
    ("433", "that name belongs to another key", "refused-name-key"),
    ("433", "names cannot be claimed here", "refused-names-closed"),
    ("433", "an account may have # names", "refused-many-names"),
    ("433", "there are as many accounts as there may be", "refused-many-accounts"),
    ("433", "an account may have # sessions at once", "refused-many-sessions"),
    ("482", "the room of everybody cannot be closed", "refused-lobby"),
    ("MULTILINE_MAX_BYTES", "a message may be # bytes long", "refused-many-bytes"),
    ("MULTILINE_MAX_LINES", "a message may have # lines", "refused-many-lines"),
];

/// Why somebody is gone, as a `chatroom` server says it; `#` stands for a number.
#[rustfmt::skip]
const GONE: &[(&str, &str)] = &[
    ("Connection closed", "gone-closed"),
    ("Connection reset", "gone-reset"),
    ("Connection failed", "gone-reset"),
    ("Ping timeout: # seconds", "gone-silent"),
    ("You read too slowly", "gone-slow"),
    ("Registration timeout", "gone-unregistered"),
    ("The server is stopping", "gone-stopping"),
    ("the server is ending", "gone-stopping"),
    ("the host has left", "gone-host"),
    ("the password is not right", "refused-password"),
    ("not here", "gone-away"),
    ("not here; messages wait", "gone-waits"),
    ("not here, and messages are not kept", "gone-unkept"),
];

/// Why somebody is gone: a reason of a server's in our words, a person's as it stands.
pub(in crate::client) fn gone(text: &str) -> Sentence {
    let (words, number) = without_number(text);
    match GONE.iter().find(|(said, _)| *said == words) {
        Some((_, key)) => Sentence::text(key).with("count", number),
        None => text.into(),
    }
}

/// Why something was refused. `about` is what stands between the code and the text.
pub(super) fn why(code: &str, about: &[&str], text: &str) -> Sentence {
    let (words, number) = without_number(text);
    let said = BY_WORDS
        .iter()
        .find(|(known, said, _)| *known == code && *said == words);
    let known = BY_CODE.iter().find(|(known, _)| *known == code);
    let key = said.map(|(_, _, key)| key).or(known.map(|(_, key)| key));
    let Some(key) = key else {
        return match code {
            "432" | "476" => Sentence::text("refused-name").with("why", text),
            "TRY_AGAIN" => Sentence::text("refused-not-stored").with("why", text),
            _ => text.into(),
        };
    };
    let at = |index: usize| about.get(index).copied().unwrap_or("?");
    Sentence::text(key)
        .with("name", at(0))
        .with("room", at(1))
        .with("count", number)
}

/// A text with `#` for its number, and the number.
fn without_number(text: &str) -> (String, String) {
    let is_digit = |c: char| c.is_ascii_digit();
    let number: String = text.chars().filter(|c| is_digit(*c)).collect();
    match number.is_empty() {
        true => (text.to_owned(), number),
        false => (text.replacen(&number, "#", 1), number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, Texts};

    #[test]
    fn every_code_has_its_text() {
        let texts = Texts::new(Language::En);
        let by_words = BY_WORDS.iter().map(|(_, _, key)| key);
        let gone = GONE.iter().map(|(_, key)| key);
        let by_code = BY_CODE.iter().map(|(_, key)| key);
        for key in by_code.chain(by_words).chain(gone) {
            assert!(texts.has(key), "{key}");
        }
    }

    #[test]
    fn who_is_not_here_is_said_to_be_so_in_the_readers_language() {
        let chinese = Texts::new(Language::Zh);
        for text in [
            "not here",
            "not here; messages wait",
            "not here, and messages are not kept",
        ] {
            let said = gone(text).say(&chinese);
            assert!(said.contains("不在"), "{said}");
            assert!(!said.contains(|c: char| c.is_ascii_alphabetic()), "{said}");
        }
        assert_eq!(gone("out for lunch"), "out for lunch".into());
    }

    #[test]
    fn a_refusal_is_said_in_the_readers_language() {
        let check = |code, about: &[&str], text, english: &str, chinese: &str| {
            let why = why(code, about, text);
            assert_eq!(why.say(&Texts::new(Language::En)), english);
            assert_eq!(why.say(&Texts::new(Language::Zh)), chinese);
        };
        check(
            "401",
            &["zoe"],
            "No such nick",
            "there is nobody called zoe",
            "没有叫 zoe 的人",
        );
        check(
            "433",
            &["bob"],
            "an account may have 12 sessions at once",
            "one person may have 12 sessions at once",
            "一个人最多同时有 12 个连接",
        );
        let slow = gone("Ping timeout: 240 seconds").say(&Texts::new(Language::Zh));
        assert_eq!(slow, "240 秒没有音讯");
        check(
            "999",
            &["x"],
            "as it stands",
            "as it stands",
            "as it stands",
        );
    }
}
