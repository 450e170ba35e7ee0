//! The folder of a server belongs to one process.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Holds the folder while it lives, and says who holds it: `pid`, then each address, one a line.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the folder, which is made where there is none.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        let shown = folder.display();
        make_folder(folder).with_context(|| {
            format!("cannot make the folder {shown}; choose another one with --data")
        })?;
        let path = folder.join("lock");
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .with_context(|| {
                format!("cannot write in {shown}; choose another folder with --data")
            })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The sentence says the same without the rest, too.
                let _ = file.read_to_string(&mut holder);
                let mut lines = holder.lines();
                let pid = lines.next().unwrap_or("unknown");
                let addresses: Vec<_> = lines.collect();
                let at = if addresses.is_empty() {
                    String::new()
                } else {
                    format!(" and listens on {}", addresses.join(", "))
                };
                bail!(
                    "{shown} is used by process {pid}{at}; join that server, or choose another folder with --data"
                )
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// Writes down who holds it.
    pub(super) fn tell(&mut self, addresses: &[SocketAddr]) -> Result<()> {
        let mut text = format!("{}\n", std::process::id());
        for address in addresses {
            text.push_str(&format!("{address}\n"));
        }
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())?;
        Ok(())
    }
}

/// Where the server of a folder listens; nowhere when none runs.
pub fn addresses_of(folder: &Path) -> Vec<SocketAddr> {
    let Ok(mut file) = File::open(folder.join("lock")) else {
        return Vec::new();
    };
    // Whoever can share the lock has found nobody who holds it.
    if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
        return Vec::new();
    }
    let mut holder = String::new();
    match file.read_to_string(&mut holder) {
        Ok(_) => holder
            .lines()
            .skip(1)
            .filter_map(|line| line.parse().ok())
            .collect(),
        Err(_) => Vec::new(),
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

    #[test]
    fn a_folder_in_use_names_who_uses_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut lock = Lock::take(folder.path()).unwrap();
        lock.tell(&["127.0.0.1:6667".parse().unwrap()]).unwrap();
        let refused = Lock::take(folder.path()).unwrap_err().to_string();
        let holder = format!(
            "process {} and listens on 127.0.0.1:6667",
            std::process::id()
        );
        assert!(refused.contains(&holder), "{refused}");
        assert_eq!(
            addresses_of(folder.path()),
            ["127.0.0.1:6667".parse().unwrap()]
        );
        drop(lock);
        assert!(addresses_of(folder.path()).is_empty());
        Lock::take(folder.path()).unwrap();
    }
}
