//! The real program, real sockets and a real pseudo-terminal, with deadlines instead of sleep.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its own part; a test that cannot go on panics"
)]

pub(crate) mod tutorial;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a test waits for what must come: far more than it takes on a slow machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// The program under test, with a home of its own.
pub(crate) fn chatroom(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatroom"));
    command.env_clear().envs(environment(home));
    command
}

fn environment(home: &Path) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("HOME", home.into()),
        ("USERPROFILE", home.into()),
        ("PATH", std::env::var_os("PATH").unwrap_or_default().into()),
        ("LANG", "C.UTF-8".into()),
        ("TERM", "xterm-256color".into()),
        ("TZ", "UTC".into()),
        // What a test puts there.
        ("EDITOR", home.join("editor")),
    ]
}

/// A `chatroom serve` that is killed with its test.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: String,
    /// What it printed when it was ready.
    pub(crate) ready: String,
    data: PathBuf,
    home: PathBuf,
}

impl Server {
    /// Starts one on a free port of loopback, its data in `folder`.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_on(folder, "127.0.0.1:0")
    }

    /// Starts one on an address.
    pub(crate) fn start_on(folder: &Path, listen: &str) -> Self {
        Self::spawn(folder, listen, |command| command)
    }

    /// Starts one by a command that is made of the usual one.
    fn spawn(folder: &Path, listen: &str, way: impl FnOnce(Command) -> Command) -> Self {
        let data = folder.join("data");
        let mut command = chatroom(folder);
        command
            .args(["serve", "--listen", listen, "--data"])
            .arg(&data);
        let mut command = way(command);
        command.stderr(Stdio::inherit());
        Self::run(command, folder)
    }

    /// Starts one by a command, and gives what it says on standard error too.
    pub(crate) fn start_by(mut command: Command, folder: &Path) -> (Self, Receiver<String>) {
        command.stderr(Stdio::piped());
        let mut server = Self::run(command, folder);
        let told = lines_of(server.child.stderr.take().unwrap());
        (server, told)
    }

    fn run(mut command: Command, folder: &Path) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        let ready = lines
            .recv_timeout(DEADLINE)
            .expect("the server says that it is ready");
        let address = ready
            .split_whitespace()
            .find_map(|word| {
                let port = word
                    .strip_prefix("127.0.0.1:")?
                    .trim_end_matches([',', ';', '.']);
                port.parse::<u16>()
                    .ok()
                    .map(|port| format!("127.0.0.1:{port}"))
            })
            .unwrap_or_else(|| panic!("no address in {ready:?}"));
        Self {
            child,
            address,
            ready,
            data: folder.join("data"),
            home: folder.into(),
        }
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Kills it without a word, and starts it again on the same port.
    pub(crate) fn killed_and_started_again(mut self) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let (home, address) = (self.home.clone(), self.address.clone());
        Self::start_on(&home, &address)
    }

    /// Asks it to end as `kill` does, and gives its exit code.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        wait_for("the server to end", || self.child.try_wait().unwrap()).code()
    }

    /// A client of plain IRC, signed on under a name.
    pub(crate) fn irc(&self, nick: &str) -> Irc {
        let mut irc = Irc::dial(&self.address);
        irc.send(&format!("NICK {nick}"));
        irc.send(&format!("USER {nick} 0 * :{nick}"));
        irc.until(" 001 ");
        irc.settle();
        irc
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks until there is something, for [`DEADLINE`] at most.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "waited in vain for {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// The lines of a stream, read by a thread of their own.
pub(crate) fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { return };
            if send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// A client that speaks plain IRC, line by line.
pub(crate) struct Irc {
    stream: TcpStream,
    lines: Receiver<String>,
    /// All that came since it was last asked about.
    seen: Vec<String>,
    pings: u32,
}

impl Irc {
    /// Connects and says nothing yet.
    pub(crate) fn dial(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        let lines = lines_of(stream.try_clone().unwrap());
        Self {
            stream,
            lines,
            seen: Vec::new(),
            pings: 0,
        }
    }

    /// Sends a line.
    pub(crate) fn send(&mut self, line: &str) {
        self.stream
            .write_all(format!("{line}\r\n").as_bytes())
            .unwrap();
    }

    /// Asks for capabilities.
    pub(crate) fn wants(&mut self, caps: &str) {
        self.send(&format!("CAP REQ :{caps}"));
        self.until(" ACK ");
    }

    /// The next line that holds a text; those before it are kept for [`Irc::has_seen`].
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> String {
        let until = Instant::now() + DEADLINE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let seen = &self.seen;
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("no {text:?} came, but {seen:#?}"),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the connection ended before {text:?}: {seen:#?}")
                }
            }
        }
    }

    /// Waits until all that was asked is done, and gives what came since the last time.
    #[track_caller]
    pub(crate) fn settle(&mut self) -> Vec<String> {
        self.pings += 1;
        let mark = format!("settle-{}", self.pings);
        self.send(&format!("PING {mark}"));
        self.until(&mark);
        let mut seen = std::mem::take(&mut self.seen);
        seen.pop();
        seen
    }

    /// Waits until the server closes the connection; gives all that came before.
    #[track_caller]
    pub(crate) fn until_closed(mut self) -> Vec<String> {
        while let Ok(line) = self.lines.recv_timeout(DEADLINE) {
            self.seen.push(line);
        }
        self.seen
    }
}

/// The program on a pseudo-terminal, and what its screen shows.
pub(crate) struct Screen {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    terminal: vt100::Parser,
    has_controls: bool,
    written: Vec<u8>,
    is_wide: bool,
}

impl Screen {
    /// Starts the program with arguments on a terminal of a size.
    pub(crate) fn start(home: &Path, arguments: &[&str], rows: u16, columns: u16) -> Self {
        Self::start_on("xterm-256color", home, arguments, rows, columns)
    }

    /// The same on a terminal of a kind.
    pub(crate) fn start_on(
        kind: &str,
        home: &Path,
        arguments: &[&str],
        rows: u16,
        columns: u16,
    ) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_chatroom"));
        command.args(arguments);
        Self::start_command(command, kind, home, rows, columns)
    }

    /// Starts any program so.
    pub(crate) fn start_program(
        program: &str,
        home: &Path,
        arguments: &[&str],
        rows: u16,
        columns: u16,
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        Self::start_command(command, "xterm-256color", home, rows, columns)
    }

    fn start_command(
        mut command: CommandBuilder,
        kind: &str,
        home: &Path,
        rows: u16,
        columns: u16,
    ) -> Self {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        for (name, value) in environment(home) {
            command.env(name, value);
        }
        command.env("TERM", kind);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (send, output) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if send.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let terminal = vt100::Parser::new(rows, columns, 0);
        Self {
            child,
            master: pair.master,
            keys,
            output,
            terminal,
            has_controls: false,
            written: Vec::new(),
            is_wide: false,
        }
    }

    /// Types keys as a terminal sends them: `\r` is Enter.
    pub(crate) fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.resize(size).unwrap();
        self.terminal.screen_mut().set_size(rows, columns);
    }

    /// What the screen shows now.
    pub(crate) fn text(&self) -> String {
        self.terminal.screen().contents()
    }

    /// Waits until the screen is as it must be.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + DEADLINE;
        loop {
            let text = self.text();
            if is_so(&text) {
                return text;
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.takes(&bytes),
                Err(why) => panic!("waited in vain for {what} ({why}); the screen:\n{text}"),
            }
        }
    }

    fn takes(&mut self, bytes: &[u8]) {
        let is_control = |byte: &u8| byte.is_ascii_control() && !b"\r\n".contains(byte);
        self.has_controls |= bytes.iter().any(is_control);
        self.written.extend_from_slice(bytes);
        // A terminal answers what it is and where its cursor is, in the order in which it is asked.
        let mut done = 0;
        for at in 0..bytes.len() {
            let asks_where = bytes[at..].starts_with(b"\x1b[6n");
            if !asks_where && !bytes[at..].starts_with(b"\x1b[c") {
                continue;
            }
            self.terminal.process(&bytes[done..at]);
            let is_open = ["│", "…"]
                .iter()
                .any(|c| bytes[..at].ends_with(c.as_bytes()));
            done = at;
            if asks_where {
                let (row, column) = self.terminal.screen().cursor_position();
                let column = column + 1 + u16::from(self.is_wide && is_open);
                self.types(&format!("\x1b[{};{column}R", row + 1));
            } else {
                self.types("\x1b[?62;22c");
            }
        }
        self.terminal.process(&bytes[done..]);
    }

    /// From now on it says that letters of ambiguous width take two columns.
    pub(crate) fn be_wide(&mut self) {
        self.is_wide = true;
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> String {
        self.until(text, |screen| screen.contains(text))
    }

    /// Waits until the program has ended, and gives its exit code.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> u32 {
        let status = wait_for("the program to end", || {
            while let Ok(bytes) = self.output.try_recv() {
                self.takes(&bytes);
            }
            self.child.try_wait().unwrap()
        });
        // The last that it wrote may still be on its way; the terminal then has no program any more.
        while let Ok(bytes) = self.output.recv_timeout(DEADLINE) {
            self.terminal.process(&bytes);
        }
        status.exit_code()
    }

    /// Sends a signal to the program.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = self.child.process_id().and_then(|id| id.try_into().ok());
        let pid = pid.and_then(rustix::process::Pid::from_raw).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
        if signal == rustix::process::Signal::STOP {
            // Its threads stop one after the other, and one that runs on still answers.
            rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::UNTRACED).unwrap();
        }
    }

    /// Takes in what the program has written meanwhile.
    pub(crate) fn look(&mut self) {
        while let Ok(bytes) = self.output.try_recv() {
            self.takes(&bytes);
        }
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Whether anything but text and line ends was written.
    pub(crate) fn has_controls(&self) -> bool {
        self.has_controls
    }

    /// How often a sequence was written.
    pub(crate) fn count(&self, sequence: &str) -> usize {
        let windows = self.written.windows(sequence.len());
        windows.filter(|some| *some == sequence.as_bytes()).count()
    }

    /// Whether the alternate screen is up.
    pub(crate) fn is_full_screen(&self) -> bool {
        self.terminal.screen().alternate_screen()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Irc {
    /// Sends a line; false when the connection has ended.
    pub(crate) fn try_send(&mut self, line: &str) -> bool {
        self.stream
            .write_all(format!("{line}\r\n").as_bytes())
            .is_ok()
    }

    /// The next line; none when the connection has ended.
    #[track_caller]
    pub(crate) fn next_line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(DEADLINE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came, nor the end"),
        }
    }
}

impl Server {
    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

#[cfg(target_os = "linux")]
impl Server {
    /// Starts one whose files can be kept from growing, as a disk that is full would.
    pub(crate) fn start_on_a_small_disk(folder: &Path) -> Self {
        Self::spawn(folder, "127.0.0.1:0", |command| {
            // Without the trap a write over the limit kills instead of failing. What an operator
            // must know goes to a file of that disk, too, where it cannot be written any more.
            let mut shell = Command::new("sh");
            let script = "trap '' XFSZ; head -c 8192 /dev/zero >\"$HOME/log\"; \
                          exec \"$0\" \"$@\" 2>>\"$HOME/log\"";
            shell.args(["-c", script]);
            shell.arg(command.get_program()).args(command.get_args());
            shell.env_clear().envs(environment(folder));
            shell
        })
    }

    /// Fills its disk, or gives it room again: no file of it may grow over so many bytes.
    pub(crate) fn lets_files_grow_to(&self, bytes: Option<u64>) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let limit = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit).unwrap();
    }
}
