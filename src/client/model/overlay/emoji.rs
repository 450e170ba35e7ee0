//! Choosing an emoji by its names, in English and Chinese.

use std::sync::LazyLock;

use super::super::Model;
use super::super::editor::Editor;
use super::super::keys::Deed;
use super::{Outcome, Overlay, choose};

/// The table: a character, its names, English words, Chinese words.
const TABLE: &str = include_str!("../../../../assets/emoji.txt");

/// The emoji there are, in the order of their table.
static ALL: LazyLock<Vec<Emoji>> = LazyLock::new(|| TABLE.lines().filter_map(Emoji::of).collect());

/// An emoji.
#[derive(Debug)]
pub struct Emoji {
    /// The character itself.
    pub character: &'static str,
    /// Its names, as they stand between colons.
    names: Vec<&'static str>,
    /// Words for what it shows.
    words: &'static str,
    /// The same in Chinese.
    chinese: &'static str,
}

impl Emoji {
    fn of(row: &'static str) -> Option<Self> {
        let mut parts = row.split('|');
        let mut names = parts.next()?.split_whitespace();
        let character = names.next().filter(|first| *first != "#")?;
        Some(Self {
            character,
            names: names.collect(),
            words: parts.next()?.trim(),
            chinese: parts.next()?.trim(),
        })
    }

    /// The name by which it is known first.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// What it shows.
    pub fn about(&self, is_chinese: bool) -> &'static str {
        if is_chinese { self.chinese } else { self.words }
    }

    /// How well a text in small letters fits; the less the better, none when it does not.
    fn rank(&self, text: &str) -> Option<u8> {
        let begins = |name: &&str| name.starts_with(text);
        let is_word = |word: &str| word.split_whitespace().any(|one| one.starts_with(text));
        let fits = [
            self.names.contains(&text),
            self.names.iter().any(begins),
            is_word(self.words) || is_word(self.chinese),
            self.names.iter().any(|name| name.contains(text)) || self.chinese.contains(text),
        ];
        let place = fits.iter().position(|fits| *fits)?;
        u8::try_from(place).ok()
    }
}

/// The emoji that a text finds, the likeliest first; several words must all fit.
pub fn found(text: &str) -> Vec<&'static Emoji> {
    let text = text.trim().trim_matches(':').to_lowercase();
    let rank = |emoji: &'static Emoji| {
        let mut ranks = text.split_whitespace().map(|word| emoji.rank(word));
        ranks.try_fold(0, |worst: u8, rank| Some(worst.max(rank?)))
    };
    let mut found: Vec<(u8, &Emoji)> = ALL
        .iter()
        .filter_map(|emoji| Some((rank(emoji)?, emoji)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, emoji)| emoji).collect()
}

/// The emoji whose names begin so.
pub(in super::super) fn named(prefix: &str) -> impl Iterator<Item = &'static str> {
    let found = found(prefix).into_iter();
    let prefix = prefix.to_lowercase();
    let is_named = move |emoji: &&Emoji| emoji.names.iter().any(|name| name.starts_with(&prefix));
    found.filter(is_named).map(|emoji| emoji.character)
}

/// The choice that is open.
#[derive(Debug, Default)]
pub struct Choice {
    /// What is written.
    pub filter: Editor,
    /// Which is chosen.
    pub selected: usize,
}

impl Model {
    /// Lets an emoji be chosen, which is written where the caret is.
    pub(in super::super) fn show_emoji(&mut self) {
        self.overlay = Some(Overlay::Emoji(Choice::default()));
    }

    pub(super) fn emoji_key(&mut self, choice: &mut Choice, deed: Option<Deed>) -> Outcome {
        // Home and End are the field's.
        let moves = deed.filter(|deed| !matches!(deed, Deed::LineStart | Deed::LineEnd));
        let found = found(choice.filter.text());
        match choose(&mut choice.selected, found.len(), moves) {
            Some(at) => {
                let Some(emoji) = found.get(at) else {
                    return Outcome::Stays;
                };
                self.write_here(emoji.character);
                Outcome::Done
            }
            None if deed == Some(Deed::Emoji) => Outcome::Done,
            None => Outcome::Types,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[track_caller]
    fn first(text: &str, character: &str) {
        assert_eq!(
            found(text).first().map(|emoji| emoji.character),
            Some(character)
        );
    }

    #[test]
    fn an_emoji_is_found_by_its_names_in_two_languages() {
        first("tada", "🎉");
        first(":tad", "🎉");
        first("rocket", "🚀");
        first("鼓掌", "👏");
        first("thumbs down", "👎");
        first("car", "🚗");
        assert!(found("no such thing").is_empty());
    }

    #[test]
    fn every_emoji_is_there_once_with_its_names_and_words() {
        let (mut characters, mut names) = (BTreeSet::new(), BTreeSet::new());
        let rows = TABLE.lines().filter(|row| !row.starts_with('#'));
        assert_eq!(rows.count(), ALL.len());
        for emoji in ALL.iter() {
            assert!(characters.insert(emoji.character), "{}", emoji.character);
            assert_eq!(
                crate::text::width(emoji.character),
                2,
                "{}",
                emoji.character
            );
            for name in &emoji.names {
                assert!(names.insert(*name), "{name}");
            }
            assert!(!emoji.name().is_empty() && !emoji.words.is_empty());
            assert!(!emoji.chinese.is_empty(), "{}", emoji.character);
        }
    }
}
