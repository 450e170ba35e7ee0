//! The folder of a server belongs to one process.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::failure::{of_path, unwritten};

/// For how long, and after which pause each, a lock is asked for: who only looks at it holds it for a
/// moment, too.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(2);

/// Holds the folder while it lives, and says who holds it: `pid`, then each address, one a line.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

/// Somebody else serves the folder.
#[derive(Debug, thiserror::Error)]
#[error("somebody else serves the folder")]
pub struct InUse;

/// Who serves a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Nobody.
    Nobody,
    /// Somebody who does not say yet where; the process, as far as that is known.
    Starting(Option<u32>),
    /// Somebody who can be reached.
    At {
        /// The process.
        pid: u32,
        /// At these addresses, one at least.
        addresses: Vec<SocketAddr>,
    },
}

impl Lock {
    /// Takes the folder, which is made where there is none.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        make_folder(folder)
            .map_err(|error| of_path("store-no-folder", folder).with("why", &error))?;
        let path = folder.join("lock");
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| of_path("serve-folder-unwritten", folder).with("why", &error))?;
        let until = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => {
                    let mut lock = Self { file };
                    // What the one before said must not be taken for ours.
                    lock.tell(&[]).map_err(|error| unwritten(&path, &error))?;
                    return Ok(lock);
                }
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => break,
                Err(TryLockError::Error(error)) => {
                    return Err(of_path("serve-unlocked", &path).with("why", &error).into());
                }
            }
        }
        let mut holder = String::new();
        // The sentence says the same without the rest, too.
        let _ = file.read_to_string(&mut holder);
        let mut lines = holder.lines();
        let pid = lines.next().unwrap_or("unknown").to_owned();
        let addresses: Vec<_> = lines.collect();
        let key = match addresses.is_empty() {
            true => "serve-in-use",
            false => "serve-in-use-at",
        };
        let sentence = of_path(key, folder)
            .with("pid", pid)
            .with("addresses", addresses.join(", "));
        bail!(anyhow::Error::new(InUse).context(sentence))
    }

    /// Writes down who holds it.
    pub(super) fn tell(&mut self, addresses: &[SocketAddr]) -> std::io::Result<()> {
        let mut text = format!("{}\n", std::process::id());
        for address in addresses {
            text.push_str(&format!("{address}\n"));
        }
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }
}

/// Who serves a folder, and where.
pub fn holder_of(folder: &Path) -> Holder {
    let path = folder.join("lock");
    // A pipe in its place would be waited for.
    if !fs::metadata(&path).is_ok_and(|lock| lock.is_file()) {
        return Holder::Nobody;
    }
    let Ok(mut file) = File::open(path) else {
        return Holder::Nobody;
    };
    // Whoever can share the lock has found nobody who holds it.
    if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return Holder::Nobody;
    }
    let mut text = String::new();
    if file.read_to_string(&mut text).is_err() {
        return Holder::Starting(None);
    }
    // A line without its end may be half of one.
    let lines = text.split_inclusive('\n');
    let mut lines = lines.filter_map(|line| line.strip_suffix('\n'));
    let pid = lines.next().and_then(|line| line.parse().ok());
    let addresses: Vec<SocketAddr> = lines.filter_map(|line| line.parse().ok()).collect();
    match (pid, addresses.is_empty()) {
        (Some(pid), false) => Holder::At { pid, addresses },
        (pid, _) => Holder::Starting(pid),
    }
}

/// Makes a folder that nobody else may look into.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Sentence;

    #[test]
    fn a_folder_in_use_names_who_uses_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut lock = Lock::take(folder.path()).unwrap();
        lock.tell(&["127.0.0.1:6667".parse().unwrap()]).unwrap();
        let refused = Lock::take(folder.path()).unwrap_err();
        assert!(refused.is::<InUse>());
        let said = refused.downcast_ref::<Sentence>().unwrap().to_string();
        let holder = format!(
            "process {}, which listens on 127.0.0.1:6667",
            std::process::id()
        );
        assert!(said.contains(&holder), "{said}");
        let at = |address: &str| Holder::At {
            pid: std::process::id(),
            addresses: vec![address.parse().unwrap()],
        };
        assert_eq!(holder_of(folder.path()), at("127.0.0.1:6667"));
        drop(lock);
        assert_eq!(holder_of(folder.path()), Holder::Nobody);
        let _next = Lock::take(folder.path()).unwrap();
        let starting = Holder::Starting(Some(std::process::id()));
        assert_eq!(holder_of(folder.path()), starting);
    }

    #[test]
    fn half_an_address_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let _lock = Lock::take(folder.path()).unwrap();
        fs::write(folder.path().join("lock"), "7\n127.0.0.1:80").unwrap();
        assert_eq!(holder_of(folder.path()), Holder::Starting(Some(7)));
    }

    #[test]
    fn who_looks_at_a_lock_keeps_nobody_from_it() {
        let folder = tempfile::tempdir().unwrap();
        drop(Lock::take(folder.path()).unwrap());
        let path = folder.path().to_owned();
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let looker = std::thread::spawn(move || {
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                holder_of(&path);
            }
        });
        for _ in 0..200 {
            Lock::take(folder.path()).unwrap();
        }
        drop(stop);
        looker.join().unwrap();
    }
}
