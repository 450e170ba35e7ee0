//! The terminal that the program was started at.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use anyhow::{Context, Result};
use crossterm::event::EventStream;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};
use futures_util::StreamExt;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::time::timeout;

use crate::client::happening::Happening;
use crate::client::key::TerminalInput;
use crate::client::terminal::{Terminal, TerminalEvent};

use super::{Colours, Painter, keys};

/// Alternate screen, bracketed paste, focus events; of the kitty protocol, keys told apart.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[>1u\x1b[2J\x1b[H";
/// All of that undone, and the cursor shown.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[0m\x1b[<u\x1b[?1004l\x1b[?2004l\x1b[?1049l\x1b[?25h";
/// Columns and rows at most: what is larger is no terminal.
const SIZE_MAX: u16 = 1_000;
/// How long the last frame may take before the terminal is given back.
const LAST_FRAME: Duration = Duration::from_millis(500);

/// The local terminal in raw mode; dropping it gives it back as it was.
#[derive(Debug)]
pub struct LocalTerminal {
    events: EventStream,
    painter: Painter,
    frames: Option<SyncSender<Vec<u8>>>,
    written: mpsc::Receiver<()>,
    has_ended: Receiver<()>,
    is_writing: bool,
    is_closed: bool,
}

impl LocalTerminal {
    /// Takes the terminal over.
    pub fn open() -> Result<Self> {
        let (columns, rows) = size().context("the size of the terminal cannot be had")?;
        enable_raw_mode().context("the terminal cannot be switched to single keys")?;
        restore_on_panic();
        let (frames, to_write) = sync_channel::<Vec<u8>>(1);
        let (done, written) = mpsc::channel(1);
        let (ended, has_ended) = sync_channel(1);
        let spawned = std::thread::Builder::new()
            .name("screen".into())
            .spawn(move || {
                write_frames(&to_write, &done);
                // Nobody may be waiting for the end.
                let _ = ended.send(());
            });
        let mut terminal = Self {
            events: EventStream::new(),
            painter: Painter::new(clamp(columns), clamp(rows), Colours::from_env()),
            frames: Some(frames),
            written,
            has_ended,
            is_writing: false,
            is_closed: false,
        };
        spawned.context("no thread for the screen")?;
        terminal.write(ENTER.to_vec());
        Ok(terminal)
    }

    fn write(&mut self, bytes: Vec<u8>) {
        let Some(frames) = &self.frames else {
            return;
        };
        match frames.send(bytes) {
            Ok(()) => self.is_writing = true,
            Err(_gone) => self.frames = None,
        }
    }
}

impl Terminal for LocalTerminal {
    async fn event(&mut self) -> TerminalEvent {
        loop {
            tokio::select! {
                biased;
                event = self.events.next(), if !self.is_closed => match event {
                    Some(Ok(event)) => {
                        if let Some(input) = keys::input(event) {
                            return TerminalEvent::Input(self.noted(input));
                        }
                    }
                    Some(Err(_)) | None => {
                        self.is_closed = true;
                        return TerminalEvent::Input(TerminalInput::Closed);
                    }
                },
                done = self.written.recv(), if self.is_writing => {
                    self.is_writing = false;
                    if done.is_none() && !self.is_closed {
                        self.is_closed = true;
                        return TerminalEvent::Input(TerminalInput::Closed);
                    }
                    return TerminalEvent::Written;
                }
                else => std::future::pending::<()>().await,
            }
        }
    }

    fn size(&self) -> Option<(u16, u16)> {
        Some(self.painter.size())
    }

    fn is_ready(&self) -> bool {
        !self.is_writing && self.frames.is_some()
    }

    fn draw(&mut self, paint: &mut dyn FnMut(&mut Buffer) -> Option<(u16, u16)>) {
        let frame = self.painter.frame(paint);
        if !frame.is_empty() {
            self.write(frame);
        }
    }

    fn repaint(&mut self) {
        self.painter.forget();
    }

    fn bell(&mut self) {
        if self.is_ready() {
            self.write(b"\x07".to_vec());
        }
    }

    async fn pause(&mut self) {
        self.flush().await;
        if self.is_writing {
            // A terminal that stands still takes nothing back.
            return;
        }
        self.write(LEAVE.to_vec());
        self.flush().await;
        // What cannot be given back is taken again below.
        let _ = disable_raw_mode();
        stop_here();
        self.resume();
    }

    fn resume(&mut self) {
        // Off first: it is on as far as is known, but the terminal may have been given other modes.
        let _ = disable_raw_mode().and_then(|()| enable_raw_mode());
        if !self.is_writing {
            self.write(ENTER.to_vec());
        }
        self.painter.forget();
    }

    fn heard(&mut self, _happening: &Happening) {}
}

impl LocalTerminal {
    /// Waits a little until the frame that is on its way is out.
    async fn flush(&mut self) {
        if self.is_writing {
            let written = timeout(LAST_FRAME, self.written.recv()).await;
            self.is_writing = written.is_err();
        }
    }

    /// Takes note of another size.
    fn noted(&mut self, input: TerminalInput) -> TerminalInput {
        match input {
            TerminalInput::Resize(columns, rows) => {
                let (columns, rows) = (clamp(columns), clamp(rows));
                self.painter.resize(columns, rows);
                TerminalInput::Resize(columns, rows)
            }
            TerminalInput::Key(_)
            | TerminalInput::Paste(_)
            | TerminalInput::Focus(_)
            | TerminalInput::Closed => input,
        }
    }
}

impl Drop for LocalTerminal {
    fn drop(&mut self) {
        if let Some(frames) = self.frames.take() {
            // By the same way as the frames: whoever writes to a terminal that stands still never returns.
            let _ = frames.try_send(LEAVE.to_vec());
        }
        let _ = self.has_ended.recv_timeout(LAST_FRAME);
        let _ = disable_raw_mode();
    }
}

/// Writes each frame whole, and says when it is out.
fn write_frames(frames: &Receiver<Vec<u8>>, done: &mpsc::Sender<()>) {
    while let Ok(frame) = frames.recv() {
        let mut out = std::io::stdout().lock();
        if out.write_all(&frame).and_then(|()| out.flush()).is_err() {
            return;
        }
        // There is room for the one word that is waited for; who is leaving waits for none.
        if done.try_send(()) == Err(TrySendError::Closed(())) {
            return;
        }
    }
}

/// Stops the program as a shell does, and returns when it goes on.
fn stop_here() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, kill_current_process_group};
        // Where there is no shell to come back from, nothing is stopped.
        let _ = kill_current_process_group(Signal::TSTP);
    }
}

/// Gives the terminal back; doing it twice harms nothing.
fn restore() {
    let mut out = std::io::stdout().lock();
    // There is nobody left to tell a failure to.
    let _ = out.write_all(LEAVE).and_then(|()| out.flush());
    drop(out);
    let _ = disable_raw_mode();
}

/// Gives the terminal back before a panic says what happened.
fn restore_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            before(panic);
        }));
    });
}

fn clamp(size: u16) -> u16 {
    size.clamp(1, SIZE_MAX)
}
