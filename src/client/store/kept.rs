//! What is kept of conversations: each thing a small file of its own, by server, name and conversation.
//!
//! Unlike a key, none of it is worth waiting for the disk: it is moved into place and no more.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::{Store, file_name, make_folder, move_aside_unreadable, random_word, read, unwritten};
use crate::client::happening::{BufferName, Millis};
use crate::client::kept::{Kept, Notify, Spot};

/// Bytes of a draft that is kept; the editor takes no more.
const DRAFT_BYTES: usize = 64 * 1024;
/// Drafts and invitations that are looked at on a start.
const FILES_MAX: usize = 500;

/// What was kept in another run.
#[derive(Debug, Default)]
pub struct Remains {
    /// What could be read.
    pub kept: Vec<Kept>,
    /// Why something could not; of several one is enough.
    pub why_not_all: Option<anyhow::Error>,
}

impl Remains {
    fn take(&mut self, text: Result<Option<String>>) -> Option<String> {
        match text {
            Ok(text) => text,
            Err(error) => {
                self.why_not_all.get_or_insert(error);
                None
            }
        }
    }
}

impl Store {
    /// Keeps a thing; `fold` makes equal names equal.
    pub fn keep(
        &self,
        identity: &str,
        name: &str,
        kept: &Kept,
        fold: impl Fn(&str) -> String,
    ) -> Result<()> {
        let path = |kind, key: &str| self.kept_path(identity, name, kind, &fold(key));
        match kept {
            Kept::Read { buffer, at } => {
                let path = path("read", key(buffer));
                let before = read(&path).ok().flatten();
                let before = before.and_then(|text| text.trim().parse::<Millis>().ok());
                match before.is_some_and(|before| before >= *at) {
                    true => Ok(()),
                    false => put(&path, &at.to_string()),
                }
            }
            Kept::Unread { buffer, at } => put(&path("read", key(buffer)), &at.to_string()),
            Kept::Draft { buffer, text } => {
                let path = path("drafts", key(buffer));
                move_aside_unreadable(&path);
                match text.is_empty() || text.len() > DRAFT_BYTES {
                    true => remove(&path),
                    false => put(&path, &format!("{}\n{text}", key(buffer))),
                }
            }
            Kept::Notify { buffer, notify } => {
                let path = path("notify", key(buffer));
                match notify.to_words() {
                    words if words.is_empty() => remove(&path),
                    words => put(&path, &words),
                }
            }
            Kept::Scrolled { buffer, to } => {
                let path = path("scrolled", key(buffer));
                match to {
                    Some(spot) => put(&path, &spot.to_words()),
                    None => remove(&path),
                }
            }
            Kept::Open(buffer) => put(&self.person(identity, name).join("open"), key(buffer)),
            Kept::Invited { room, by, at } => {
                put(&path("invitations", room), &format!("{room}\n{by}\n{at}"))
            }
            Kept::Answered { room } => remove(&path("invitations", room)),
        }
    }

    /// Takes what is kept under one name along to a further one, where nothing is kept yet.
    pub fn copy_kept(&self, identity: &str, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.person(identity, from), self.person(identity, to));
        for kind in ["", "read", "notify", "scrolled", "drafts", "invitations"] {
            let Ok(files) = fs::read_dir(from.join(kind)) else {
                continue;
            };
            for file in files.flatten().take(FILES_MAX) {
                let path = to.join(kind).join(file.file_name());
                if let Ok(Some(text)) = read(&file.path())
                    && !path.exists()
                {
                    put(&path, &text)?;
                }
            }
        }
        Ok(())
    }

    /// What is kept of one conversation.
    pub fn kept_of(
        &self,
        identity: &str,
        name: &str,
        buffer: &BufferName,
        fold: impl Fn(&str) -> String,
    ) -> Remains {
        let mut remains = Remains::default();
        let mut take = |kind| {
            let path = self.kept_path(identity, name, kind, &fold(key(buffer)));
            remains.take(read(&path))
        };
        let (at, words, draft) = (take("read"), take("notify"), take("drafts"));
        let spot = take("scrolled").and_then(|words| Spot::from_words(&words));
        if let Some(at) = at.and_then(|text| text.trim().parse().ok()) {
            let buffer = buffer.clone();
            remains.kept.push(Kept::Read { buffer, at });
        }
        if let Some(words) = words {
            let (buffer, notify) = (buffer.clone(), Notify::from_words(&words));
            remains.kept.push(Kept::Notify { buffer, notify });
        }
        if let Some((_, text)) = draft.as_deref().and_then(first_line) {
            let (buffer, text) = (buffer.clone(), text.to_owned());
            remains.kept.push(Kept::Draft { buffer, text });
        }
        if spot.is_some() {
            let (buffer, to) = (buffer.clone(), spot);
            remains.kept.push(Kept::Scrolled { buffer, to });
        }
        remains
    }

    /// What is kept beside conversations that are there by themselves: what people are being
    /// written, invitations, what was open.
    pub fn kept_apart(&self, identity: &str, name: &str) -> Remains {
        let mut remains = Remains::default();
        for text in self.kept_files(identity, name, "drafts", &mut remains) {
            if let Some((buffer, text)) = first_line(&text)
                && let buffer @ BufferName::Person(_) = named(buffer)
            {
                let text = text.to_owned();
                remains.kept.push(Kept::Draft { buffer, text });
            }
        }
        for text in self.kept_files(identity, name, "invitations", &mut remains) {
            let mut lines = text.lines();
            if let (Some(room), Some(by), Some(at)) = (lines.next(), lines.next(), lines.next())
                && let Ok(at) = at.parse()
            {
                let (room, by) = (room.to_owned(), by.to_owned());
                remains.kept.push(Kept::Invited { room, by, at });
            }
        }
        let open = read(&self.person(identity, name).join("open"));
        if let Some(open) = remains.take(open) {
            remains.kept.push(Kept::Open(named(open.trim())));
        }
        remains
    }

    fn kept_path(&self, identity: &str, name: &str, kind: &str, key: &str) -> PathBuf {
        let person = self.person(identity, name);
        person.join(kind).join(file_name(key))
    }

    /// The texts of the files of a kind.
    fn kept_files(
        &self,
        identity: &str,
        name: &str,
        kind: &str,
        remains: &mut Remains,
    ) -> Vec<String> {
        let folder = self.person(identity, name).join(kind);
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let paths = files.map(|file| file.path());
        let whole = paths.filter(|path| path.extension().is_none());
        let texts = whole.filter_map(|path| remains.take(read(&path)));
        texts.take(FILES_MAX).collect()
    }
}

/// The name of a conversation as it is written down.
fn key(buffer: &BufferName) -> &str {
    match buffer {
        BufferName::Server => "",
        BufferName::Room(name) | BufferName::Person(name) => name,
    }
}

/// The conversation that was written down.
fn named(key: &str) -> BufferName {
    match key.chars().next() {
        None => BufferName::Server,
        Some('#' | '&') => BufferName::Room(key.to_owned()),
        Some(_) => BufferName::Person(key.to_owned()),
    }
}

fn first_line(text: &str) -> Option<(&str, &str)> {
    text.split_once('\n')
}

/// Writes a file by moving it into place.
fn put(path: &std::path::Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let beside = path.with_extension(format!("{}.new", random_word()?));
    let written = || -> std::io::Result<()> {
        use std::io::Write;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&beside)?.write_all(text.as_bytes())?;
        fs::rename(&beside, path)
    };
    written().map_err(|error| {
        // The half that may be there is of no use.
        let _ = fs::remove_file(&beside);
        unwritten(path, &error)
    })
}

fn remove(path: &std::path::Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unwritten(path, &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::kept::Level;

    #[test]
    fn what_is_kept_of_a_conversation_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let fold = str::to_lowercase;
        let (room, person) = (
            BufferName::Room("#Ops".into()),
            BufferName::Person("Zoë".into()),
        );
        let notify = Notify {
            level: Some(Level::None),
            is_muted: true,
        };
        let draft = |buffer: &BufferName, text: &str| Kept::Draft {
            buffer: buffer.clone(),
            text: text.into(),
        };
        let read = |at| Kept::Read {
            buffer: room.clone(),
            at,
        };
        let invited = Kept::Invited {
            room: "#Ops".into(),
            by: "bob".into(),
            at: 7,
        };
        let spot = Spot {
            id: "m7".into(),
            at: 7,
            row_from_end: 1,
        };
        let scrolled = |buffer: &BufferName, to| Kept::Scrolled {
            buffer: buffer.clone(),
            to,
        };
        for kept in [
            scrolled(&room, Some(spot.clone())),
            scrolled(&person, Some(spot.clone())),
            scrolled(&person, None),
            read(7),
            read(5),
            draft(&room, "one\ntwo\n"),
            draft(&person, "hi"),
            Kept::Notify {
                buffer: room.clone(),
                notify,
            },
            Kept::Open(person.clone()),
            invited.clone(),
        ] {
            store.keep("s", "bob", &kept, fold).unwrap();
        }
        let other = BufferName::Room("#ops".into());
        let kept = store.kept_of("s", "bob", &other, fold).kept;
        assert_eq!(
            kept,
            [
                Kept::Read {
                    buffer: other.clone(),
                    at: 7
                },
                Kept::Notify {
                    buffer: other.clone(),
                    notify
                },
                draft(&other, "one\ntwo\n"),
                scrolled(&other, Some(spot)),
            ]
        );
        let apart = store.kept_apart("s", "bob").kept;
        assert_eq!(
            apart,
            [draft(&person, "hi"), invited, Kept::Open(person.clone())]
        );
        assert!(store.kept_apart("s", "alice").kept.is_empty());
        store
            .keep("s", "rob", &draft(&person, "newer"), fold)
            .unwrap();
        store.copy_kept("s", "bob", "rob").unwrap();
        assert_eq!(store.kept_of("s", "rob", &other, fold).kept, kept);
        let newer = draft(&person, "newer");
        assert!(store.kept_apart("s", "rob").kept.contains(&newer));
        let answered = Kept::Answered {
            room: "#OPS".into(),
        };
        store.keep("s", "bob", &answered, fold).unwrap();
        store.keep("s", "bob", &draft(&person, ""), fold).unwrap();
        let apart = store.kept_apart("s", "bob").kept;
        assert_eq!(apart, [Kept::Open(person)]);
    }

    #[test]
    fn what_is_marked_as_unread_is_unread_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let fold = str::to_lowercase;
        let buffer = BufferName::Room("#ops".into());
        let read = |at| Kept::Read {
            buffer: buffer.clone(),
            at,
        };
        let unread = Kept::Unread {
            buffer: buffer.clone(),
            at: 4,
        };
        for kept in [read(7), unread, read(3)] {
            store.keep("s", "bob", &kept, fold).unwrap();
        }
        let kept = store.kept_of("s", "bob", &buffer, fold).kept;
        assert_eq!(kept, [read(4)]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_or_too_large_is_not_taken_along_to_a_further_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let fold = str::to_lowercase;
        let buffer = BufferName::Room("#ops".into());
        let read = Kept::Read {
            buffer: buffer.clone(),
            at: 7,
        };
        store.keep("s", "bob", &read, fold).unwrap();
        let path = |kind| store.kept_path("s", "bob", kind, "#ops");
        fs::create_dir_all(store.person("s", "bob").join("drafts")).unwrap();
        // A read of it all would never end.
        std::os::unix::fs::symlink("/dev/tty", path("drafts")).unwrap();
        fs::create_dir_all(store.person("s", "bob").join("notify")).unwrap();
        fs::write(path("notify"), "x".repeat(2 << 20)).unwrap();
        store.copy_kept("s", "bob", "rob").unwrap();
        assert_eq!(store.kept_of("s", "rob", &buffer, fold).kept, [read]);
        assert!(!store.kept_path("s", "rob", "notify", "#ops").exists());
    }

    #[test]
    fn a_file_that_cannot_be_read_hides_no_other_and_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let fold = |name: &str| name.to_lowercase();
        let room = BufferName::Room("#ops".into());
        let draft = |text: &str| Kept::Draft {
            buffer: room.clone(),
            text: text.into(),
        };
        store.keep("s", "bob", &draft("hi"), fold).unwrap();
        let path = |kind| store.kept_path("s", "bob", kind, "#ops");
        fs::create_dir_all(path("read")).unwrap();
        let remains = store.kept_of("s", "bob", &room, fold);
        assert_eq!(remains.kept, [draft("hi")]);
        let why = remains.why_not_all.unwrap().to_string();
        assert!(why.contains("cannot read"), "{why}");

        fs::write(path("drafts"), b"#ops\nhi \xff").unwrap();
        store.keep("s", "bob", &draft("new"), fold).unwrap();
        assert_eq!(store.kept_of("s", "bob", &room, fold).kept, [draft("new")]);
        let aside = fs::read(path("drafts").with_extension("unreadable")).unwrap();
        assert_eq!(aside, b"#ops\nhi \xff");
        assert!(store.kept_apart("s", "bob").why_not_all.is_none());
    }
}
