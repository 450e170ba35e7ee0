//! Texts in the reader's language.

use std::borrow::Cow;
use std::path::Path;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Chinese, in simplified characters.
    #[serde(rename = "zh")]
    Zh,
}

impl Language {
    /// The language of a tag or a locale such as `zh`, `zh_CN.UTF-8` or `en-GB`; `None` for one
    /// that there are no texts in.
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        match tag.split(['-', '_', '.', '@']).next()? {
            "en" | "c" | "posix" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG`
    /// that is set decides, and English is spoken where it names another.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty())
            .and_then(|value| Self::parse(&value))
            .unwrap_or_default()
    }

    /// Its tag, which `--lang` takes.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    fn id(self) -> LanguageIdentifier {
        // Both tags are well formed; with the default only plurals would be those of no language.
        self.tag().parse().unwrap_or_default()
    }

    fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../../assets/en.ftl"),
            Self::Zh => include_str!("../../assets/zh.ftl"),
        }
    }
}

/// All texts of one language, English where it lacks one.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.language.tag())
    }
}

impl Texts {
    /// The texts that are compiled in.
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.id()]);
        // The isolates around arguments that Fluent adds by default are no letters of a terminal.
        bundle.set_use_isolating(false);
        let mut texts = Self { language, bundle };
        texts.add(Language::En.source());
        texts.add(language.source());
        texts
    }

    /// The texts that are compiled in, but those that `en.ftl` or `zh.ftl` in `dir` has otherwise.
    pub fn with_dir(language: Language, dir: &Path) -> Self {
        let mut texts = Self::new(language);
        let path = dir.join(format!("{}.ftl", language.tag()));
        if let Ok(source) = std::fs::read_to_string(path) {
            texts.add(&source);
        }
        texts
    }

    /// The language asked for.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a text of that id.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// The text of an id; the id itself where there is none.
    pub fn get<'a>(&'a self, id: &'a str) -> Cow<'a, str> {
        self.format(id, None).unwrap_or(Cow::Borrowed(id))
    }

    /// The text of an id, with arguments. One that is a number chooses between plurals; all go in
    /// as they are.
    pub fn with(&self, id: &str, arguments: &[(&str, &str)]) -> String {
        let mut args = FluentArgs::with_capacity(arguments.len());
        for &(name, text) in arguments {
            // 007 is somebody's name and stays what it is.
            let number = text.parse().ok().filter(|n: &u32| n.to_string() == text);
            let value = number.map_or_else(|| FluentValue::from(text), FluentValue::from);
            args.set(name, value);
        }
        match self.format(id, Some(&args)) {
            Some(text) => text.into_owned(),
            None => id.to_owned(),
        }
    }

    fn format<'a>(&'a self, id: &str, args: Option<&'a FluentArgs<'_>>) -> Option<Cow<'a, str>> {
        let pattern = self.bundle.get_message(id)?.value()?;
        // An argument that is missing shows as its name in braces, which tells as much.
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, args, &mut errors))
    }

    /// Adds texts over those that are there. What cannot be read in `source` is left out.
    fn add(&mut self, source: &str) {
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        self.bundle.add_resource_overriding(resource);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Ids of a language's file with the arguments that each text names.
    fn ids(language: Language) -> BTreeMap<String, Vec<String>> {
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut last = String::new();
        for line in language.source().lines() {
            if let Some((id, _)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                assert!(
                    ids.insert(id.to_owned(), Vec::new()).is_none(),
                    "{id} twice"
                );
                id.clone_into(&mut last);
            }
            for (_, after) in line.match_indices('$').map(|(at, _)| line.split_at(at + 1)) {
                let name = after.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
                let names = ids.entry(last.clone()).or_default();
                names.extend(name.take(1).map(str::to_owned));
                names.sort();
                names.dedup();
            }
        }
        ids
    }

    #[test]
    fn every_text_exists_in_both_languages_with_the_same_arguments() {
        let (english, chinese) = (ids(Language::En), ids(Language::Zh));
        assert!(english.contains_key("cli-password"));
        for (id, arguments) in &english {
            assert_eq!(chinese.get(id), Some(arguments), "{id} in zh.ftl");
        }
        assert_eq!(english.len(), chinese.len());
    }

    #[test]
    fn no_line_of_the_texts_is_broken() {
        for language in [Language::En, Language::Zh] {
            let read = FluentResource::try_new(language.source().to_owned());
            let errors = read.err().map(|(_, errors)| errors).unwrap_or_default();
            assert!(errors.is_empty(), "{}: {errors:?}", language.tag());
        }
    }

    #[test]
    fn an_argument_goes_in_as_it_is_and_a_number_chooses_the_plural() {
        let mut texts = Texts::new(Language::En);
        texts
            .add("hail = hi { $name }!\npeople = { $count ->\n [one] one\n *[other] { $count }\n}");
        assert_eq!(texts.with("hail", &[("name", "007")]), "hi 007!");
        assert_eq!(texts.with("hail", &[("name", "1234567")]), "hi 1234567!");
        assert_eq!(texts.with("people", &[("count", "1")]), "one");
        assert_eq!(texts.with("people", &[("count", "2")]), "2");
        assert_eq!(texts.get("no-such-text"), "no-such-text");
    }

    #[test]
    fn a_file_of_the_reader_goes_before() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("zh.ftl"), "cli-password = 口令：\n").unwrap();
        let texts = Texts::with_dir(Language::Zh, dir.path());
        assert_eq!(texts.get("cli-password"), "口令：");
        assert_eq!(
            Texts::with_dir(Language::En, dir.path()).get("cli-password"),
            Texts::new(Language::En).get("cli-password")
        );
    }

    #[test]
    fn the_environment_chooses_by_the_first_that_is_set() {
        let check = |variables: &[(&str, &str)], language| {
            let found = Language::from_variables(|asked| {
                let mut known = variables.iter();
                known
                    .find(|(name, _)| *name == asked)
                    .map(|(_, value)| (*value).to_owned())
            });
            assert_eq!(found, language, "{variables:?}");
        };
        check(&[], Language::En);
        check(&[("LANG", "zh_CN.UTF-8")], Language::Zh);
        check(&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], Language::En);
        check(&[("LC_ALL", ""), ("LANG", "zh")], Language::Zh);
        check(&[("LANG", "de_DE")], Language::En);
    }
}
