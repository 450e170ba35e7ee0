//! What is wrong with a config file, and where.

use std::fmt;
use std::path::{Path, PathBuf};

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
        let message = in_our_words(error.message());
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
