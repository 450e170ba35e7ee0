//! The files of the terminal, opened anew: what reads and writes without waiting would otherwise do so
//! to the shell, too, which shares them.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use tokio::net::unix::pipe::{Receiver, Sender};

use crate::client::Sentence;

/// Where whoever controls this process sits.
const CONTROLLING: &str = "/dev/tty";
/// Columns and rows of a terminal that does not say.
const SIZE: (u16, u16) = (80, 24);

/// What is typed at a terminal: it reads as a pipe does.
#[derive(Debug)]
pub(super) struct Input(Receiver);

/// What a terminal shows.
#[derive(Debug)]
pub(super) struct Output {
    file: OwnedFd,
    /// The same while it takes nothing: at other times each byte that the terminal shows would wake us.
    full: Option<Sender>,
}

/// A terminal's two sides.
#[derive(Debug)]
pub(super) struct Tty {
    pub(super) input: Input,
    pub(super) output: Output,
}

/// Why there is no screen, with the way out.
pub(super) fn no_screen(error: &std::io::Error) -> Sentence {
    Sentence::text("system-no-screen").with("why", error)
}

impl Tty {
    /// Opens the terminals that standard input and output are.
    pub(super) fn open() -> Result<Self> {
        let input = again(std::io::stdin(), OFlags::RDONLY).map_err(|error| no_screen(&error))?;
        let output = again(std::io::stdout(), OFlags::WRONLY).map_err(|error| no_screen(&error))?;
        let input = Receiver::from_owned_fd_unchecked(input).map_err(|error| no_screen(&error))?;
        Ok(Self {
            input: Input(input),
            output: Output {
                file: output,
                full: None,
            },
        })
    }
}

impl Input {
    /// Reads what was typed, once something is; 0 when the terminal is gone.
    pub(super) async fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            self.0.readable().await?;
            match self.0.try_read(bytes) {
                Err(error) if is_passing(&error) => {}
                read => return read,
            }
        }
    }

    /// Reads what is typed until a time, while nothing else happens; 0 when nothing is.
    pub(super) fn read_until(&self, bytes: &mut [u8], until: Instant) -> usize {
        match is_ready(&self.0, PollFlags::IN, until) {
            true => rustix::io::read(&self.0, bytes).unwrap_or(0),
            false => 0,
        }
    }
}

impl Output {
    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        match rustix::termios::tcgetwinsize(&self.file) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            Ok(_) | Err(_) => SIZE,
        }
    }

    /// Writes what the terminal takes at once, maybe nothing.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match rustix::io::write(&self.file, bytes) {
                Ok(count) => return Ok(count),
                Err(Errno::AGAIN) => return Ok(0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Writes some bytes, once the terminal takes any. Dropped before, it has written none.
    pub(super) async fn write_on(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let full = match self.full.take() {
            Some(full) => full,
            None => Sender::from_owned_fd_unchecked(self.file.try_clone()?)?,
        };
        let full = self.full.insert(full);
        loop {
            full.writable().await?;
            match full.try_write(bytes) {
                Err(error) if is_passing(&error) => {}
                written => return written,
            }
        }
    }

    /// All is written: how much more the terminal would take is not asked.
    pub(super) fn rest(&mut self) {
        self.full = None;
    }

    /// Writes all of it in at most so long, while nothing else happens.
    pub(super) fn write_within(&self, mut bytes: &[u8], patience: Duration) {
        let until = Instant::now() + patience;
        while !bytes.is_empty() && is_ready(&self.file, PollFlags::OUT, until) {
            match self.write(bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(_) => return,
            }
        }
    }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
    )
}

/// Waits until a file is ready; false when it is not in time.
pub(super) fn is_ready(file: impl AsFd, what: PollFlags, until: Instant) -> bool {
    let left = until.saturating_duration_since(Instant::now());
    let Ok(left) = Timespec::try_from(left) else {
        return false;
    };
    let mut files = [PollFd::new(&file, what)];
    matches!(poll(&mut files, Some(&left)), Ok(1..))
}

/// Opens a terminal again, by its name, or as the one that controls this process.
fn again(file: impl AsFd, how: OFlags) -> io::Result<OwnedFd> {
    let how = how | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let named = rustix::termios::ttyname(file, Vec::new())
        .and_then(|name| open(name.as_c_str(), how, Mode::empty()));
    match named {
        Ok(file) => Ok(file),
        Err(_) => Ok(open(CONTROLLING, how, Mode::empty())?),
    }
}
