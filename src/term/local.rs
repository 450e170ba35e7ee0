//! The terminal that the program was started at.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::Result;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::buffer::Buffer;
use rustix::process::kill_current_process_group;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, sleep_until};

use crate::client::happening::Happening;
use crate::client::key::TerminalInput;
use crate::client::terminal::{Drawn, Terminal, TerminalEvent, Urgency};
use crate::text::{Doubt, harmless};

use super::answers::{Answers, QUESTION};
use super::decoder::{Decoder, Heard};
use super::kind::Kind;
use super::mouse;
use super::probe::{self, Probe};
use super::restore;
use super::tty::{Tty, no_screen};
use super::{Colours, Painter};

/// The screen once more, after plain lines.
const SCREEN: &[u8] = b"\x1b[0m\x1b[?1049h\x1b[?7l\x1b[2J\x1b[H";
/// A terminal as other programs have it, but for how keys are read.
const BARE: &[u8] = b"\x1b[?2026l\x1b[r\x1b[0m\x1b[?7h\x1b[2J\x1b[H\x1b[?1049l\x1b[?25h\r\n";
/// Columns and rows at most: what is larger is no terminal.
const SIZE_MAX: u16 = 1_000;
/// How long the last frame may take before the terminal is given back.
const LAST_FRAME: Duration = Duration::from_millis(500);
/// How long the last answer may take: the shell would take it for something typed.
const LAST_ANSWER: Duration = Duration::from_millis(300);
/// How long what follows Esc may take where it belongs to it.
const ESC: Duration = Duration::from_millis(25);
/// How long a paste may stand still; then it has ended, since it would else swallow every key.
const PASTE: Duration = Duration::from_secs(5);
/// Bytes that are read at once.
const READ_BYTES: usize = 4096;

/// The local terminal in raw mode; dropping it gives it back as it was.
#[derive(Debug)]
pub struct LocalTerminal {
    tty: Tty,
    resized: Signal,
    decoder: Decoder,
    heard: VecDeque<Heard>,
    /// When what came last has ended: Esc is a key of its own then.
    open_until: Option<Instant>,
    painter: Painter,
    answers: Answers,
    kind: Kind,
    probe: Probe,
    /// What is still to be written.
    out: Vec<u8>,
    buffer: Box<[u8]>,
    is_closed: bool,
    /// Whether another program has the terminal.
    is_lent: bool,
    /// Whether plain lines stand there, until a key is pressed.
    is_bare: bool,
    has_mouse: bool,
    /// The title, and whether it waits for the next frame.
    title: Vec<u8>,
    is_title_new: bool,
}

/// What the terminal did.
enum Moved {
    In(std::io::Result<usize>),
    Out(std::io::Result<usize>),
    Resized,
    Ended,
    Silent,
}

impl LocalTerminal {
    /// Takes the terminal over.
    pub fn open() -> Result<Self> {
        let tty = Tty::open()?;
        let resized = signal(SignalKind::window_change()).map_err(|error| no_screen(&error))?;
        enable_raw_mode().map_err(|error| no_screen(&error))?;
        let (columns, rows) = tty.output.size();
        let mut terminal = Self {
            tty,
            resized,
            decoder: Decoder::default(),
            heard: VecDeque::new(),
            open_until: None,
            painter: Painter::new(clamp(columns), clamp(rows), Colours::from_env()),
            answers: Answers::default(),
            kind: Kind::from_env(),
            probe: Probe::default(),
            out: Vec::new(),
            buffer: vec![0; READ_BYTES].into_boxed_slice(),
            is_closed: false,
            is_lent: false,
            is_bare: false,
            has_mouse: false,
            title: Vec::new(),
            is_title_new: false,
        };
        terminal.take_over();
        terminal.probe();
        Ok(terminal)
    }

    /// Asks the terminal for all that a screen needs.
    fn take_over(&mut self) {
        self.write(self.kind.enter());
        // After the alternate screen: each of both has its own way of sending keys.
        if restore::taken() {
            self.write(self.kind.put_aside());
            self.is_title_new = !self.title.is_empty();
        }
    }

    /// Writes what is still to be written, and hears what is still answered, before the terminal is given
    /// back. It has no title then where ours cannot be taken from it.
    fn finish(&mut self) {
        if !self.title.is_empty() {
            let none = self.kind.to_window("\x1b]2;\x07");
            self.out.extend_from_slice(&none);
        }
        self.tty.output.write_within(&self.out, LAST_FRAME);
        self.out.clear();
        self.tty.output.rest();
        // What of a frame was to follow is not wanted any more.
        self.painter.forget();
        self.take_answers();
    }

    /// Writes bytes after what is still to be written.
    fn write(&mut self, bytes: &[u8]) {
        let written = match self.out.is_empty() {
            // A terminal that is gone says so where it is read.
            true => self.tty.output.write(bytes).unwrap_or(bytes.len()),
            false => 0,
        };
        self.out
            .extend_from_slice(bytes.get(written..).unwrap_or_default());
    }

    /// Waits for whatever comes first. Dropped, it has done nothing.
    async fn moved(&mut self) -> Moved {
        tokio::select! {
            biased;
            read = self.tty.input.read(&mut self.buffer), if !self.is_closed => Moved::In(read),
            _ = self.resized.recv() => Moved::Resized,
            written = self.tty.output.write_on(&self.out), if !self.out.is_empty() => Moved::Out(written),
            () = at(self.open_until) => Moved::Ended,
            () = at(self.answers.until()) => Moved::Silent,
        }
    }

    /// Asks how wide the terminal shows what terminals disagree on.
    fn probe(&mut self) {
        let (columns, rows) = self.painter.size();
        if columns >= probe::COLUMNS && rows >= 2 && self.kind != Kind::Console {
            self.write(&probe::question());
            self.probe.asked(Instant::now());
        }
    }

    /// The terminal has shown what was written before it was asked.
    fn answered(&mut self) {
        self.answers.answered(Instant::now());
        self.probe.is_over();
        self.go_on();
    }

    /// Writes more of a frame that goes out in pieces, once the one before was shown.
    fn go_on(&mut self) {
        let is_shown = self.answers.until().is_none() && self.out.is_empty();
        let is_ours = !self.is_closed && !self.is_lent && !self.is_bare;
        if self.painter.is_owing() && is_shown && is_ours {
            let most = self.answers.most(Instant::now());
            let frame = self.painter.piece(most);
            self.write_frame(frame, true);
        }
    }

    /// Writes a frame, and asks whether it was shown where that may be asked.
    fn write_frame(&mut self, mut frame: Vec<u8>, may_ask: bool) {
        if may_ask && self.answers.wants(frame.len()) {
            self.answers.asked(Instant::now(), frame.len());
            frame.extend_from_slice(QUESTION);
        }
        if !frame.is_empty() {
            self.write(&frame);
        }
    }

    /// The terminal said where its cursor is.
    fn measured(&mut self, column: u16) {
        let before = self.probe.widths();
        let Some(widths) = self.probe.answered(column) else {
            return;
        };
        // The painter sets the column behind other letters that terminals disagree on.
        if [Doubt::Ambiguous, Doubt::Emoji]
            .iter()
            .any(|&doubt| widths.has(doubt) != before.has(doubt))
        {
            self.painter.forget();
        }
        let measured = TerminalInput::Widths(widths);
        self.heard.push_back(Heard::Input(measured));
    }

    /// Shows the screen again, after plain lines.
    fn end_bare(&mut self) {
        self.is_bare = false;
        // What is still to be written of them is not wanted any more.
        self.out.clear();
        self.tty.output.rest();
        self.write(SCREEN);
        if self.has_mouse {
            self.write(mouse::ON);
        }
        self.painter.forget();
        let (columns, rows) = self.painter.size();
        let resized = TerminalInput::Resize(columns, rows);
        self.heard.push_back(Heard::Input(resized));
    }

    /// What of that concerns the loop.
    fn took(&mut self, moved: Moved) -> Option<TerminalEvent> {
        match moved {
            Moved::In(Ok(count @ 1..)) => {
                let bytes = self.buffer.get(..count).unwrap_or_default();
                self.decoder.push(bytes, &mut self.heard);
                self.open_until = match (self.decoder.is_open(), self.decoder.is_pasting()) {
                    (true, _) => Some(Instant::now() + ESC),
                    (false, true) => Some(Instant::now() + PASTE),
                    (false, false) => None,
                };
                self.ready_unless_heard()
            }
            Moved::In(Ok(0) | Err(_)) | Moved::Out(Err(_)) => {
                self.out.clear();
                let was_closed = std::mem::replace(&mut self.is_closed, true);
                (!was_closed).then_some(TerminalEvent::Input(TerminalInput::Closed))
            }
            Moved::Out(Ok(count)) => {
                self.out.drain(..count.min(self.out.len()));
                if !self.out.is_empty() {
                    return None;
                }
                self.tty.output.rest();
                self.go_on();
                Some(TerminalEvent::Ready)
            }
            Moved::Resized => {
                let (columns, rows) = self.tty.output.size();
                let (columns, rows) = (clamp(columns), clamp(rows));
                self.painter.resize(columns, rows);
                Some(TerminalEvent::Input(TerminalInput::Resize(columns, rows)))
            }
            Moved::Ended => {
                self.open_until = None;
                self.decoder.close(&mut self.heard);
                None
            }
            Moved::Silent => {
                self.answers.give_up();
                self.go_on();
                Some(TerminalEvent::Ready)
            }
        }
    }

    /// Says that an answer came, unless a key did, which says it by itself.
    fn ready_unless_heard(&mut self) -> Option<TerminalEvent> {
        let was_awaited = self.answers.until().is_some();
        while let Some(Heard::Answer | Heard::Cursor(_)) = self.heard.front() {
            match self.heard.pop_front() {
                Some(Heard::Cursor(column)) => self.measured(column),
                Some(Heard::Answer | Heard::Input(_)) | None => self.answered(),
            }
        }
        let is_ready = was_awaited && self.answers.until().is_none();
        (is_ready && self.heard.is_empty()).then_some(TerminalEvent::Ready)
    }

    /// Takes what the last question is answered with, before the shell does.
    fn take_answers(&mut self) {
        let until = std::time::Instant::now() + LAST_ANSWER;
        while self.answers.until().is_some() || self.probe.is_awaited(Instant::now()) {
            let count = self.tty.input.read_until(&mut self.buffer, until);
            let Some(bytes @ [_, ..]) = self.buffer.get(..count) else {
                return;
            };
            self.decoder.push(bytes, &mut self.heard);
            while self.next_input().is_some() {}
        }
    }
}

impl Terminal for LocalTerminal {
    async fn event(&mut self) -> TerminalEvent {
        loop {
            if let Some(input) = self.next_input() {
                return TerminalEvent::Input(input);
            }
            let moved = self.moved().await;
            if let Some(event) = self.took(moved) {
                return event;
            }
        }
    }

    fn next_input(&mut self) -> Option<TerminalInput> {
        while let Some(heard) = self.heard.pop_front() {
            match heard {
                Heard::Input(TerminalInput::Key(_)) if self.is_bare => self.end_bare(),
                Heard::Input(input) => return Some(input),
                Heard::Answer => self.answered(),
                Heard::Cursor(column) => self.measured(column),
            }
        }
        None
    }

    fn size(&self) -> Option<(u16, u16)> {
        Some(self.painter.size())
    }

    fn is_ready(&self, urgency: Urgency) -> bool {
        let is_shown = match urgency {
            Urgency::Key => true,
            Urgency::Talk => self.answers.until().is_none() && !self.painter.is_owing(),
        };
        is_shown && self.out.is_empty() && !self.is_closed && !self.is_lent && !self.is_bare
    }

    fn draw(&mut self, urgency: Urgency, paint: &mut dyn FnMut(&mut Buffer) -> Drawn) {
        let widths = self.probe.widths();
        let now = Instant::now();
        let most = match urgency {
            Urgency::Key => None,
            Urgency::Talk => self.answers.most(now),
        };
        let mut frame = widths.measure(|| self.painter.frame_in_pieces(most, paint));
        if std::mem::take(&mut self.is_title_new) {
            frame.extend_from_slice(&self.title);
        }
        // A key's frame was not waited for; who waits is the next one of the talk, for its own answer.
        let may_ask = urgency == Urgency::Talk || self.probe.is_awaited(now);
        self.write_frame(frame, may_ask);
    }

    fn repaint(&mut self) {
        self.painter.forget();
    }

    fn bell(&mut self) {
        // Between two frames, never within one.
        if !self.is_closed && !self.is_lent {
            self.write(b"\x07");
        }
    }

    fn title(&mut self, text: &str) {
        let title = format!("\x1b]2;{}\x07", harmless(text));
        self.title = self.kind.to_window(&title);
        self.is_title_new = true;
    }

    fn lend(&mut self) -> bool {
        self.finish();
        self.answers = Answers::default();
        restore::restore();
        self.is_lent = true;
        true
    }

    fn take_back(&mut self) {
        self.is_lent = false;
        let (columns, rows) = self.tty.output.size();
        let (columns, rows) = (clamp(columns), clamp(rows));
        self.painter.resize(columns, rows);
        self.resume();
        let resized = TerminalInput::Resize(columns, rows);
        self.heard.push_back(Heard::Input(resized));
    }

    async fn pause(&mut self) {
        self.finish();
        restore::restore();
        stop_here();
    }

    fn resume(&mut self) {
        // Off first: it is on as far as is known, but the terminal may have been given other modes.
        let _ = disable_raw_mode().and_then(|()| enable_raw_mode());
        self.out.clear();
        self.answers = Answers::default();
        self.is_bare = false;
        self.take_over();
        if self.has_mouse {
            self.write(mouse::ON);
        }
        self.painter.forget();
    }

    fn mouse(&mut self, is_used: bool) {
        if self.has_mouse != is_used {
            self.has_mouse = is_used;
            self.write(if is_used { mouse::ON } else { mouse::OFF });
        }
    }

    fn show_bare(&mut self, text: &str) {
        if self.is_closed || self.is_lent {
            return;
        }
        self.is_bare = true;
        if self.has_mouse {
            self.write(mouse::OFF);
        }
        self.write(BARE);
        // Whoever asked has made it harmless; in raw mode a line feed alone goes down.
        self.write(text.replace('\n', "\r\n").as_bytes());
    }

    fn copy(&mut self, text: &str) {
        if !self.is_closed {
            let text = BASE64.encode(text);
            let sequence = format!("\x1b]52;c;{text}\x07");
            self.write(&self.kind.to_window(&sequence));
        }
    }

    fn heard(&mut self, _happening: &Happening) {}
}

impl Drop for LocalTerminal {
    fn drop(&mut self) {
        if restore::is_ours() {
            // A terminal that stands still is left as it is: waiting longer would help nobody.
            self.finish();
        }
        restore::restore();
    }
}

/// Stops the program as a shell does, and returns when it goes on.
fn stop_here() {
    // Where there is no shell to come back from, nothing is stopped.
    let _ = kill_current_process_group(rustix::process::Signal::TSTP);
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

fn clamp(size: u16) -> u16 {
    size.clamp(1, SIZE_MAX)
}
