//! A pseudo-terminal with a program at it. It takes what the program writes as fast as it comes,
//! or no faster than a slow line does, and answers what a terminal answers.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// A question and its answer: what kind of terminal this is.
const QUESTION: &[u8] = b"\x1b[c";
const ANSWER: &[u8] = b"\x1b[?62;22c";

/// Bytes that are read at once from a terminal that is not slow.
const READ_BYTES: usize = 64 * 1024;
/// How often a slow terminal takes something.
const SIP: Duration = Duration::from_millis(10);

/// A program at a terminal; it ends with this value.
pub(crate) struct Screen {
    child: Box<dyn Child + Send + Sync>,
    keys: Keys,
    shared: Arc<Shared>,
    pid: u32,
    started_at: Instant,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

type Keys = Arc<Mutex<Box<dyn Write + Send>>>;

#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
    /// Bytes a second that the terminal takes; 0 for all.
    rate: AtomicU64,
}

/// What the terminal has taken.
struct Seen {
    bytes: u64,
    changed_at: Instant,
    /// When the first letter was on the screen.
    first_text: Option<Instant>,
    /// What stands on the screen, until then.
    parser: Option<vt100::Parser>,
    /// What is looked for, and when it came.
    wanted: Vec<u8>,
    found_at: Option<Instant>,
    /// The end of what came, in which the beginning of what is looked for may stand.
    tail: Vec<u8>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            bytes: 0,
            changed_at: Instant::now(),
            first_text: None,
            parser: Some(vt100::Parser::new(ROWS, COLUMNS, 0)),
            wanted: Vec::new(),
            found_at: None,
            tail: Vec::new(),
        }
    }
}

impl Screen {
    /// Starts a program.
    pub(crate) fn start(command: CommandBuilder) -> Result<Self> {
        let size = PtySize {
            rows: ROWS,
            cols: COLUMNS,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size)?;
        let reader = pair.master.try_clone_reader()?;
        let keys: Keys = Arc::new(Mutex::new(pair.master.take_writer()?));
        let shared = Arc::new(Shared::default());
        let (to_read, to_answer) = (Arc::clone(&shared), Arc::clone(&keys));
        thread::spawn(move || take(reader, &to_read, &to_answer));
        let started_at = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        let pid = child.process_id().context("the program has no process")?;
        Ok(Self {
            child,
            keys,
            shared,
            pid,
            started_at,
            _master: pair.master,
        })
    }

    /// The program's process.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Types keys as a terminal sends them.
    pub(crate) fn types(&self, keys: &[u8]) -> Result<()> {
        let mut out = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(keys)?;
        Ok(out.flush()?)
    }

    /// Takes so many bytes a second from now on.
    pub(crate) fn slow_down(&self, bytes_per_second: u64) {
        self.shared.rate.store(bytes_per_second, Ordering::Relaxed);
    }

    /// How many bytes the program has written, as far as the terminal has taken them.
    pub(crate) fn bytes(&self) -> u64 {
        self.seen().bytes
    }

    /// Looks for bytes in all that comes from now on.
    pub(crate) fn look_for(&self, wanted: &[u8]) {
        let mut seen = self.seen();
        seen.wanted = wanted.to_vec();
        seen.found_at = None;
        seen.tail.clear();
    }

    /// Waits until what is looked for comes, and gives when that was; none when it does not in time.
    pub(crate) fn found(&self, within: Duration) -> Option<Instant> {
        let seen = self.wait_until(within, |seen| seen.found_at.is_some());
        seen.found_at
    }

    /// Waits for the first letter on the screen, and gives how long it took from the start.
    pub(crate) fn first_text(&self, within: Duration) -> Option<Duration> {
        let seen = self.wait_until(within, |seen| seen.first_text.is_some());
        Some(seen.first_text?.duration_since(self.started_at))
    }

    /// Waits until nothing comes for some time; whether that was so within a minute.
    pub(crate) fn settles(&self, quiet: Duration) -> bool {
        let begun_at = Instant::now();
        loop {
            let last = self.seen().changed_at.max(begun_at);
            let rest = quiet.saturating_sub(last.elapsed());
            if rest.is_zero() {
                return true;
            }
            if begun_at.elapsed() > Duration::from_secs(60) {
                return false;
            }
            thread::sleep(rest);
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen()
    }

    fn wait_until(&self, within: Duration, is_so: impl Fn(&Seen) -> bool) -> MutexGuard<'_, Seen> {
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.seen(), within, |seen| !is_so(seen));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        // What a thread that panicked has counted is right all the same.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn take(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        self.bytes += bytes.len() as u64;
        self.changed_at = now;
        if let Some(mut parser) = self.parser.take() {
            parser.process(bytes);
            match parser.screen().contents().trim().is_empty() {
                true => self.parser = Some(parser),
                false => self.first_text = Some(now),
            }
        }
        self.tail.extend_from_slice(bytes);
        if self.found_at.is_none()
            && !self.wanted.is_empty()
            && memchr::memmem::find(&self.tail, &self.wanted).is_some()
        {
            self.found_at = Some(now);
        }
        let kept = self.wanted.len().max(QUESTION.len()) - 1;
        self.tail.drain(..self.tail.len().saturating_sub(kept));
    }
}

/// Takes all that a program writes until it ends.
fn take(mut reader: Box<dyn Read + Send>, shared: &Shared, keys: &Keys) {
    let mut buffer = vec![0; READ_BYTES];
    let mut asked = Vec::new();
    let mut next_sip = Instant::now();
    loop {
        let rate = shared.rate.load(Ordering::Relaxed);
        let room = match rate {
            0 => READ_BYTES,
            rate => {
                thread::sleep(next_sip.saturating_duration_since(Instant::now()));
                next_sip = (next_sip + SIP).max(Instant::now());
                let sip = rate * u64::try_from(SIP.as_millis()).unwrap_or(1) / 1_000;
                usize::try_from(sip).unwrap_or(READ_BYTES)
            }
        };
        let taken = buffer.get_mut(..room.min(READ_BYTES)).unwrap_or_default();
        let Ok(count @ 1..) = reader.read(taken) else {
            return;
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        shared.seen().take(bytes);
        shared.changed.notify_all();
        asked.extend_from_slice(bytes);
        let questions = memchr::memmem::find_iter(&asked, QUESTION).count();
        for _ in 0..questions {
            let mut keys = keys.lock().unwrap_or_else(PoisonError::into_inner);
            // A program that has ended waits for no answer.
            let _ = keys.write_all(ANSWER);
        }
        let rest = match questions {
            0 => asked.len().min(QUESTION.len() - 1),
            _ => 0,
        };
        asked.drain(..asked.len() - rest);
    }
}
