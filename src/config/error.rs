//! What is wrong with a config file, and where.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::key::Key;

/// What is wrong with a config file.
#[derive(Debug)]
pub struct ConfigError {
    file: PathBuf,
    line: Option<usize>,
    key: Option<String>,
    message: String,
}

impl ConfigError {
    /// A mistake that toml found in `source`, placed.
    pub(super) fn found(file: &Path, source: &str, mut error: toml::de::Error) -> Self {
        let start = error.span().map(|span| span.start);
        let line = start.map(|start| line_of(source, start));
        let mut message = in_our_words(error.message());
        if let (Some(span), true) = (error.span(), message.contains("duplicate key"))
            && let Some(first) = first_line(source, span)
        {
            message.push_str(&format!("; line {first} has it already"));
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
            message,
        }
    }

    /// A key of the keyboard that is bound twice, in these places of `source`.
    pub(super) fn twice(file: &Path, source: &str, key: Key, first: usize, second: usize) -> Self {
        let first = line_of(source, first);
        let message =
            format!("{key} is bound twice: line {first} binds it already; remove one of them");
        Self {
            file: file.to_owned(),
            line: Some(line_of(source, second)),
            key: Some("keys".to_owned()),
            message,
        }
    }

    /// A mistake that concerns several keys, or the whole file.
    pub(super) fn whole(file: &Path, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            key: None,
            message: message.into(),
        }
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ", {key}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// What serde calls a field and a variant is a key and a value to who writes the file.
fn in_our_words(message: &str) -> String {
    let message = message.replacen("unknown field", "unknown key", 1);
    message.replacen("unknown variant", "unknown value", 1)
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
