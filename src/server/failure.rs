//! What keeps a server from starting or from going on, as sentences.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use super::names::NameError;
use crate::history::HistoryError;
use crate::log::{LogError, Unconfirmed};
use crate::text::Sentence;

/// Failures of SQLite that people meet.
const OF_SQLITE: [(ErrorCode, &str); 9] = [
    (ErrorCode::CannotOpen, "io-not-allowed"),
    (ErrorCode::PermissionDenied, "io-not-allowed"),
    (ErrorCode::ReadOnly, "io-read-only"),
    (ErrorCode::DiskFull, "io-full"),
    (ErrorCode::SystemIoFailure, "io-broken"),
    (ErrorCode::DatabaseCorrupt, "io-damaged"),
    (ErrorCode::NotADatabase, "io-no-database"),
    (ErrorCode::DatabaseBusy, "io-busy"),
    (ErrorCode::DatabaseLocked, "io-busy"),
];

/// A sentence about a file or a folder.
pub(super) fn of_path(key: &'static str, path: &Path) -> Sentence {
    Sentence::text(key).with("path", path.display().to_string())
}

/// A file cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Sentence {
    of_path("store-unreadable", path).with("why", error)
}

/// A file cannot be written.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> Sentence {
    of_path("store-unwritten", path).with("why", error)
}

/// Why the log cannot be opened.
pub(super) fn of_log(error: &LogError) -> Sentence {
    match error {
        LogError::File { path, source } => unusable(path, source),
        LogError::Newer { path, found, known } => newer(path, *found, *known),
        LogError::Damaged { path, at, .. } => {
            of_path("serve-log-damaged", path).with("at", at.to_string())
        }
    }
}

/// Why the history cannot be opened.
pub(super) fn of_history(error: &HistoryError) -> Sentence {
    match error {
        HistoryError::File { path, source } => unusable(path, source),
        HistoryError::OtherLog(path) => of_path("serve-history-other", path),
        HistoryError::Newer { path, found, known } => newer(path, *found, *known),
        HistoryError::Gap { path, ends, begins } => of_path("serve-history-gap", path)
            .with("ends", ends.0)
            .with("begins", begins.0),
        HistoryError::Thread(error) => Sentence::text("system-no-thread").with("why", error),
    }
}

/// A disk that could not confirm what was written.
pub(super) fn of_unconfirmed(error: &Unconfirmed) -> Sentence {
    of_path("serve-unconfirmed", &error.path).with("why", error.why.as_str())
}

/// What is wrong with a name.
pub(super) fn of_name(error: NameError) -> Sentence {
    let sign = |key, sign: char| Sentence::text(key).with("sign", sign.to_string());
    match error {
        NameError::Empty => Sentence::text("refused-name-empty"),
        NameError::TooLong(max) => Sentence::text("refused-name-long").with("count", max),
        NameError::Forbidden(c) => sign("name-forbidden", c),
        NameError::Begins(c) => sign("name-begins", c),
        NameError::NoHash => Sentence::text("config-no-room"),
        NameError::Mixed => Sentence::text("refused-name-mixed"),
        NameError::Reserved => Sentence::text("refused-name-reserved"),
    }
}

fn unusable(path: &Path, error: &rusqlite::Error) -> Sentence {
    let code = error.sqlite_error_code();
    let known = OF_SQLITE.iter().find(|(known, _)| Some(*known) == code);
    let why = match known {
        Some((_, key)) => Sentence::text(key),
        None => error.to_string().into(),
    };
    of_path("serve-unusable", path).with("why", why)
}

fn newer(path: &Path, found: i64, known: i64) -> Sentence {
    of_path("serve-newer", path)
        .with("found", found.to_string())
        .with("known", known.to_string())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::text::{Language, Texts};

    #[test]
    fn a_file_that_is_no_database_is_told_in_the_readers_language() {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("log.sqlite");
        std::fs::write(&path, "no database, but long enough to be one".repeat(40)).unwrap();
        let durability = crate::log::sqlite::Durability::Full;
        let error = crate::log::sqlite::open(&path, durability, crate::log::Epoch(1)).unwrap_err();
        let sentence = of_log(&error);
        let shown = path.display();
        assert_eq!(
            sentence.to_string(),
            format!("cannot use {shown}: it is no database; see to it, or restore a backup")
        );
        assert_eq!(
            sentence.say(&Texts::new(Language::Zh)),
            format!("不能使用 {shown}：它不是数据库；请查看它，或恢复备份")
        );
    }
}
