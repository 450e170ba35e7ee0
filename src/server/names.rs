//! Names of people and rooms: which are allowed, and the two forms that they are compared by.
//!
//! Letters of all scripts are: PRECIS UsernameCaseMapped (RFC 8265 §3.3) says what a name may hold
//! and what is the same name, UTS 39 which scripts may stand together and what looks alike.

use std::sync::Arc;
use std::sync::LazyLock;

use precis_core::Error;
use precis_core::profile::PrecisFastInvocation;
use precis_profiles::{UsernameCaseMapped, UsernameCasePreserved};
use unicode_normalization::UnicodeNormalization;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection, skeleton as full_skeleton};

use crate::core::Name;

/// Words of the interface, which nobody may be called, nor anything that looks like them.
const RESERVED: [&str; 8] = [
    "server",
    "system",
    "admin",
    "lobby",
    "系统",
    "公屏",
    "管理员",
    "服务器",
];

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// There is none.
    #[error("a name needs at least one letter")]
    Empty,
    /// It has more code points than this.
    #[error("a name has at most {0} letters")]
    TooLong(usize),
    /// It has something that no name may have.
    #[error("a name cannot contain {0:?}")]
    Forbidden(char),
    /// It begins with something that it may only have further on.
    #[error("a name cannot begin with {0:?}")]
    Begins(char),
    /// A room's name without its sign.
    #[error("the name of a room begins with '#'")]
    NoHash,
    /// Its letters are of scripts that are not written together, or of both directions.
    #[error("a name cannot mix letters of scripts that look alike")]
    Mixed,
    /// It is a word of the interface, or looks like one.
    #[error("that name is reserved")]
    Reserved,
}

/// The name of a person, of at most `max_code_points`.
pub fn person(text: &str, max_code_points: usize) -> Result<Name, NameError> {
    let name = parse(text, max_code_points, is_for_people)?;
    if let Some(first) = name.shown.chars().next().filter(|&c| c == '-') {
        return Err(NameError::Begins(first));
    }
    if is_reserved(&name.folded) {
        return Err(NameError::Reserved);
    }
    Ok(name)
}

/// The name of a room: `#` and a name, of at most `max_code_points` with the sign.
pub fn room(text: &str, max_code_points: usize) -> Result<Name, NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    let bare = text.strip_prefix('#').ok_or(NameError::NoHash)?;
    let name = match parse(bare, max_code_points.saturating_sub(1), is_for_rooms) {
        Err(NameError::TooLong(_)) => return Err(NameError::TooLong(max_code_points)),
        parsed => parsed?,
    };
    Ok(Name {
        shown: format!("#{}", name.shown).into(),
        folded: format!("#{}", name.folded).into(),
        skeleton: format!("#{}", name.skeleton).into(),
    })
}

/// The form that a name is looked up by, of a person or a room. It never fails: what is no name
/// gets its lower case, under which nothing can be found.
pub fn fold(text: &str) -> Arc<str> {
    if let Some(folded) = fold_ascii(text) {
        return folded;
    }
    match text.strip_prefix('#') {
        Some(bare) => format!("#{}", fold_bare(bare)).into(),
        None => fold_bare(text).into(),
    }
}

/// Most names that are looked up are plain ASCII, and no table is needed to fold those.
fn fold_ascii(text: &str) -> Option<Arc<str>> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let has_capitals = text.bytes().any(|byte| byte.is_ascii_uppercase());
    is_plain.then(|| match has_capitals {
        true => text.to_ascii_lowercase().into(),
        false => text.into(),
    })
}

fn fold_bare(text: &str) -> String {
    match UsernameCaseMapped::enforce(text) {
        Ok(folded) => folded.into_owned(),
        Err(_) => text.to_lowercase(),
    }
}

fn parse(text: &str, max: usize, is_allowed: fn(char) -> bool) -> Result<Name, NameError> {
    // Four code points of text can become one of a name at most.
    if text.chars().nth(max.saturating_mul(4)).is_some() {
        return Err(NameError::TooLong(max));
    }
    let shown = UsernameCasePreserved::enforce(text).map_err(|error| wrong(text, &error))?;
    if shown.chars().nth(max).is_some() {
        return Err(NameError::TooLong(max));
    }
    if let Some(bad) = shown.chars().find(|&c| !is_allowed(c)) {
        return Err(NameError::Forbidden(bad));
    }
    // Signs of ASCII belong to no script; UTS 39 does not know them in identifiers at all.
    let letters: String = shown.chars().filter(|c| !is_sign(*c)).collect();
    if !letters.check_restriction_level(RestrictionLevel::HighlyRestrictive) {
        return Err(NameError::Mixed);
    }
    let folded = UsernameCaseMapped::enforce(&*shown).map_err(|error| wrong(&shown, &error))?;
    let skeleton = skeleton(&folded);
    if is_disguised(&shown, &skeleton) {
        return Err(NameError::Mixed);
    }
    Ok(Name {
        skeleton: skeleton.into(),
        folded: folded.into(),
        shown: shown.into(),
    })
}

/// Says what PRECIS found wrong, in our words.
fn wrong(text: &str, error: &Error) -> NameError {
    match error {
        Error::BadCodepoint(found) => match char::from_u32(found.cp) {
            Some(bad) => NameError::Forbidden(bad),
            None => NameError::Mixed,
        },
        Error::Invalid if text.is_empty() => NameError::Empty,
        Error::Invalid | Error::Unexpected(_) => NameError::Mixed,
    }
}

/// Beyond letters and digits people's names have what IRC's nicknames have (RFC 2812 §2.3.1), so
/// that none is taken for a room, a mask, a list or a server.
fn is_for_people(c: char) -> bool {
    !is_sign(c) || "-_[]\\`^{}|".contains(c)
}

/// Rooms may have all signs but those that end a parameter, a list or a mask.
fn is_for_rooms(c: char) -> bool {
    !",:!?*@".contains(c)
}

fn is_sign(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_alphanumeric()
}

/// The form of a folded name that look-alikes share (UTS 39 §4).
///
/// What is plain ASCII keeps its letters, so that `rn` and `m`, `1` and `l`, `0` and `o` stay
/// different names; letters of other scripts become the ASCII letter that they, or else their
/// capitals, look like, since a name may be written either way.
fn skeleton(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut out = String::with_capacity(folded.len());
    for c in folded.nfd() {
        let small = look(c);
        let mut capitals = c.to_uppercase();
        match (capitals.next(), capitals.next()) {
            (Some(capital), None) if !small.is_ascii() => {
                let large = look(capital);
                out.push_str(if large.is_ascii() { &large } else { &small });
            }
            _ => out.push_str(&small),
        }
    }
    out.nfd().collect()
}

/// Whether capitals make a name look like one of ASCII that its skeleton does not stand for, as
/// the Greek small ν looks like v and its capital like N.
fn is_disguised(shown: &str, skeleton: &str) -> bool {
    let mut looks = String::with_capacity(shown.len());
    for c in shown.nfd() {
        looks.push_str(&look(c));
    }
    looks.is_ascii() && looks != skeleton
}

/// What a letter looks like, in lower case.
fn look(c: char) -> String {
    if c.is_ascii() {
        return c.to_ascii_lowercase().to_string();
    }
    let mut utf8 = [0; 4];
    let like: String = full_skeleton(c.encode_utf8(&mut utf8)).collect();
    match &*like {
        // The table writes what looks like an m as rn, and a capital I as l; here these differ.
        "rn" => "m".to_owned(),
        "l" if c.is_uppercase() => "i".to_owned(),
        _ => like.to_lowercase(),
    }
}

/// Reserved words are compared by the whole table, ASCII's own look-alikes too.
fn is_reserved(folded: &str) -> bool {
    static WORDS: LazyLock<Vec<String>> =
        LazyLock::new(|| RESERVED.iter().map(|word| strict(word)).collect());
    WORDS.contains(&strict(folded))
}

fn strict(folded: &str) -> String {
    let once: String = full_skeleton(folded).collect();
    full_skeleton(&once.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, NameError>) {
        let name = person(text, 32);
        assert_eq!(
            name.as_ref().map(|name| &*name.shown),
            expected.as_ref().copied()
        );
    }

    #[track_caller]
    fn check_room(text: &str, expected: Result<&str, NameError>) {
        let name = room(text, 64);
        assert_eq!(
            name.as_ref().map(|name| &*name.shown),
            expected.as_ref().copied()
        );
    }

    #[test]
    fn people_are_called_as_they_are() {
        for name in [
            "bob",
            "张三",
            "Ольга",
            "さくら",
            "김철수",
            "José",
            "bob_[away]|^`{}\\-",
            "007",
        ] {
            check(name, Ok(name));
        }
        check("王Bob", Ok("王Bob"));
        check("ＢＯＢ", Ok("BOB"));
        check("Jose\u{301}", Ok("José"));
    }

    #[test]
    fn a_name_says_what_is_wrong_with_it() {
        check("", Err(NameError::Empty));
        check(&"a".repeat(33), Err(NameError::TooLong(32)));
        check(&"张".repeat(33), Err(NameError::TooLong(32)));
        check(&"张".repeat(9000), Err(NameError::TooLong(32)));
        for bad in [
            ' ', '!', '@', ',', '*', '?', ':', '.', '#', '+', '~', '&', '$', '%', '/',
        ] {
            check(&format!("b{bad}b"), Err(NameError::Forbidden(bad)));
        }
        for bad in [
            '\u{202e}', '\u{200b}', '\x1b', '\n', '\u{85}', '\u{3000}', '😀', '\u{fffd}',
        ] {
            assert!(person(&format!("b{bad}b"), 32).is_err(), "{bad:?}");
        }
        check("＃bob", Err(NameError::Forbidden('#')));
        check("-bob", Err(NameError::Begins('-')));
    }

    #[test]
    fn scripts_that_look_alike_are_not_mixed() {
        check("p\u{430}ypal", Err(NameError::Mixed));
        check("\u{440}\u{430}ypal", Err(NameError::Mixed));
        check("αlpha", Err(NameError::Mixed));
    }

    #[test]
    fn words_of_the_interface_belong_to_nobody() {
        for name in [
            "server",
            "System",
            "系统",
            "公屏",
            "LOBBY",
            "admin",
            "adrnin",
            "1obby",
            "ＬＯＢＢＹ",
        ] {
            let refused = person(name, 32);
            assert_eq!(refused.err(), Some(NameError::Reserved), "{name}");
        }
        check("administrator", Ok("administrator"));
    }

    #[test]
    fn rooms_have_their_sign() {
        check_room("#设计组", Ok("#设计组"));
        check_room("#c++", Ok("#c++"));
        check_room("#node.js/en", Ok("#node.js/en"));
        check_room("#lobby", Ok("#lobby"));
        check_room("##two", Ok("##two"));
        check_room("", Err(NameError::Empty));
        check_room("#", Err(NameError::Empty));
        check_room("room", Err(NameError::NoHash));
        check_room("#a b", Err(NameError::Forbidden(' ')));
        check_room("#a,b", Err(NameError::Forbidden(',')));
        check_room(&format!("#{}", "a".repeat(64)), Err(NameError::TooLong(64)));
        assert!(room(&format!("#{}", "a".repeat(63)), 64).is_ok());
        check_room("#p\u{430}ypal", Err(NameError::Mixed));
    }

    #[test]
    fn case_and_width_make_no_other_name() {
        let folded = |text: &str| person(text, 32).unwrap().folded;
        for text in ["Bob", "bob", "ＢＯＢ"] {
            assert_eq!(&*folded(text), "bob");
            assert_eq!(&*fold(text), "bob");
        }
        assert_eq!(fold("#Дом"), room("#дом", 64).unwrap().folded);
        assert_eq!(fold("ÄRZTE"), person("ärzte", 32).unwrap().folded);
        assert_eq!(&*fold("No Name"), "no name");
        assert_eq!(&*fold(""), "");
        assert_eq!(&*fold("#"), "#");
    }

    #[test]
    fn look_alikes_share_a_skeleton() {
        let skeleton = |text: &str| person(text, 32).unwrap().skeleton;
        assert_eq!(skeleton("\u{441}\u{43e}\u{440}\u{430}"), skeleton("copa"));
        assert_eq!(skeleton("\u{405}"), skeleton("s"));
        assert_eq!(skeleton("ВОВ"), skeleton("Bob"));
        assert_eq!(skeleton("вов"), skeleton("Bob"));
        assert_eq!(skeleton("Іра"), skeleton("ipa"));
        assert_ne!(skeleton("modern"), skeleton("modem"));
        assert_ne!(skeleton("bob1"), skeleton("bobl"));
        assert_ne!(skeleton("user0"), skeleton("usero"));
        assert_ne!(skeleton("张三"), skeleton("张四"));
    }

    #[test]
    fn capitals_disguise_nothing() {
        check("ΝΙΚ", Err(NameError::Mixed));
        check("νικ", Ok("νικ"));
        check("ΝΙΚΟΣ", Ok("ΝΙΚΟΣ"));
        check("Straße", Ok("Straße"));
        check("ΑΘΗΝΑ", Ok("ΑΘΗΝΑ"));
    }

    #[test]
    fn a_name_made_of_a_name_is_the_same() {
        for text in ["Bob", "张三", "ＢＯＢ", "Jose\u{301}", "Ольга", "\u{405}am"] {
            let Ok(once) = person(text, 32) else { continue };
            assert_eq!(person(&once.shown, 32), Ok(once.clone()));
            assert_eq!(fold(&once.shown), once.folded);
        }
    }
}
