//! Giving the terminal back as it was: at the end, and before a panic says what happened.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crossterm::terminal::disable_raw_mode;
use rustix::event::PollFlags;
use rustix::termios::QueueSelector;

use super::kind::Kind;
use super::tty::is_ready;

/// How long the terminal may take over that.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a terminal takes to answer what it was asked.
const ANSWERS: Duration = Duration::from_millis(50);

/// Whether the terminal is ours now.
static IS_OURS: AtomicBool = AtomicBool::new(false);
/// Which thread has it.
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);
/// What panics of other threads said meanwhile.
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes that the terminal was taken over by this thread: a panic gives it back. False where it had not
/// been given back.
pub(super) fn taken() -> bool {
    static ONCE: Once = Once::new();
    *OWNER.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
    let was_ours = IS_OURS.swap(true, Ordering::SeqCst);
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let owner = *OWNER.lock().unwrap_or_else(PoisonError::into_inner);
            if is_ours() && owner != Some(thread::current().id()) {
                // The screen stands, and the thread that has it goes on: this is said afterwards.
                let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
                return said.push(panic.to_string());
            }
            if is_ours() {
                forget_answers();
            }
            restore();
            before(panic);
        }));
    });
    !was_ours
}

/// Lets come what the terminal still answers, and forgets it: the shell would take it for typing.
fn forget_answers() {
    thread::sleep(ANSWERS);
    // There may be no terminal any more.
    let _ = rustix::termios::tcflush(std::io::stdin(), QueueSelector::IFlush);
}

/// Whether the terminal is taken over.
pub(super) fn is_ours() -> bool {
    IS_OURS.load(Ordering::SeqCst)
}

/// Gives the terminal back, once.
pub(super) fn restore() {
    if !IS_OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let out = std::io::stdout();
    // There is nobody left to tell a failure to, and a terminal that stands still is not waited for.
    if is_ready(&out, PollFlags::OUT, Instant::now() + PATIENCE) {
        let _ = rustix::io::write(&out, Kind::from_env().leave());
    }
    let _ = disable_raw_mode();
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    for text in said.drain(..) {
        eprintln!("{text}");
    }
}
