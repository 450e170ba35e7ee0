//! What is wrong with a config file, and where.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::key::Key;
use super::mistake;
use crate::text::Sentence;

/// What is wrong with a config file.
#[derive(Debug)]
pub struct ConfigError {
    file: PathBuf,
    line: Option<usize>,
    key: Option<String>,
    why: Sentence,
}

impl ConfigError {
    /// A mistake that toml found in `source`, placed.
    pub(super) fn found(file: &Path, source: &str, mut error: toml::de::Error) -> Self {
        let start = error.span().map(|span| span.start);
        let line = start.map(|start| line_of(source, start));
        let mut why = mistake::said(error.message());
        if let (Some(span), true) = (error.span(), why.is("config-twice"))
            && let Some(first) = first_line(source, span)
        {
            why = Sentence::text("config-twice-first").with("line", first);
        }
        // Without the text, and only then, what it prints tells the key.
        error.set_input(None);
        let printed = error.to_string();
        let key = printed
            .lines()
            .find_map(|line| line.strip_prefix("in `")?.strip_suffix('`'))
            .map(str::to_owned);
        Self {
            file: file.to_owned(),
            line,
            key,
            why,
        }
    }

    /// A key of the keyboard that is bound twice, in these places of `source`.
    pub(super) fn twice(file: &Path, source: &str, key: Key, first: usize, second: usize) -> Self {
        let first = line_of(source, first);
        let why = Sentence::text("config-bound-twice").with("key", key.label());
        Self {
            file: file.to_owned(),
            line: Some(line_of(source, second)),
            key: Some("keys".to_owned()),
            why: why.with("line", first),
        }
    }

    /// A mistake that concerns several keys, or the whole file.
    pub(super) fn whole(file: &Path, why: Sentence) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            key: None,
            why,
        }
    }
}

impl ConfigError {
    /// What it says, with its place.
    pub fn sentence(&self) -> Sentence {
        let mut place = Sentence::from(self.file.display().to_string());
        if let Some(line) = self.line {
            let at = Sentence::text("config-place-line").with("place", place);
            place = at.with("line", line);
        }
        if let Some(key) = &self.key {
            let at = Sentence::text("config-place-key").with("place", place);
            place = at.with("key", key.as_str());
        }
        let whole = Sentence::text("config-mistake").with("place", place);
        whole.with("why", self.why.clone())
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

fn line_of(source: &str, start: usize) -> usize {
    let before = source.bytes().take(start);
    before.filter(|&byte| byte == b'\n').count() + 1
}

/// The line before a stretch of the source that begins with the same key in the same section.
fn first_line(source: &str, second: Range<usize>) -> Option<usize> {
    let key = source.get(second.clone())?;
    let before: Vec<&str> = source.get(..second.start)?.lines().collect();
    let begins = |line: &str| {
        let rest = line.trim_start().strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let mut lines = before.iter().enumerate().rev();
    let first = lines.find(|(_, line)| begins(line) || line.trim_start().starts_with('['));
    first.filter(|(_, line)| begins(line)).map(|(at, _)| at + 1)
}
