//! The tutorial's clients, both generations, as blocking as they are: bytes written as frames
//! without an end, text read as it comes.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use serde_json::json;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a client writes its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// `Name|Op|Msg`.
    Pipes,
    /// JSON objects.
    Json,
}

/// One client of the tutorial.
pub(crate) struct Tutorial {
    name: String,
    generation: Generation,
    stream: TcpStream,
    /// What has come and was not looked at.
    come: Vec<u8>,
    /// All that has ever come, to be shown when a test fails.
    all: Vec<u8>,
}

impl Tutorial {
    /// A client that has dialled and says nothing yet.
    pub(crate) fn dial(server: impl ToSocketAddrs, generation: Generation, name: &str) -> Self {
        let stream = TcpStream::connect(server).expect("the server listens");
        stream.set_nodelay(true).expect("a socket takes options");
        Self {
            name: name.into(),
            generation,
            stream,
            come: Vec::new(),
            all: Vec::new(),
        }
    }

    /// A client that has dialled, logged in and heard of it.
    pub(crate) fn log_in(server: impl ToSocketAddrs, generation: Generation, name: &str) -> Self {
        let mut client = Self::dial(server, generation, name);
        client.sends(3, "", "");
        client.sees(&format!("[{name}]: I Login"));
        client
    }

    /// A frame of this client; `about` is the target and the group of the second generation.
    pub(crate) fn frame(&self, op: i64, msg: &str, about: &str) -> String {
        let name = &self.name;
        match self.generation {
            Generation::Pipes => format!("{name}|{op}|{msg}"),
            Generation::Json => json!({
                "name": name, "op": op, "msg": msg, "target": about, "group": about,
                "timestamp": 1_652_366_880, "area": "public_screen",
            })
            .to_string(),
        }
    }

    /// Writes a frame, in one write.
    pub(crate) fn sends(&mut self, op: i64, msg: &str, about: &str) {
        let frame = self.frame(op, msg, about);
        self.writes(frame.as_bytes());
    }

    /// Writes bytes, in one write.
    pub(crate) fn writes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server reads");
    }

    /// The next line that has this in it; those before it are passed over.
    #[track_caller]
    pub(crate) fn sees(&mut self, part: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(line) = self.line() {
                if line.contains(part) {
                    return line;
                }
            }
            assert!(
                self.reads(deadline),
                "{} never saw {part:?} but: {}",
                self.name,
                String::from_utf8_lossy(&self.all)
            );
        }
    }

    /// All lines that the server had for this client up to now. The answer to a mistake, which
    /// nobody else hears, says that there are no more; the client must have logged in.
    #[track_caller]
    pub(crate) fn all_lines(&mut self) -> Vec<String> {
        self.sends(0, "", "");
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        loop {
            while let Some(line) = self.line() {
                if line.contains("无效OP 0:") {
                    return lines;
                }
                lines.push(line);
            }
            assert!(
                self.reads(deadline),
                "{} got no answer but: {lines:?}",
                self.name
            );
        }
    }

    /// All that still comes until the server closes the connection.
    #[track_caller]
    pub(crate) fn sees_the_end(&mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        while self.reads(deadline) {}
        assert!(
            Instant::now() < deadline,
            "the connection of {} stays open",
            self.name
        );
        String::from_utf8_lossy(&std::mem::take(&mut self.come)).into_owned()
    }

    /// Closes the connection without a word.
    pub(crate) fn goes(self) {
        // One that is closed already is closed.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    fn line(&mut self) -> Option<String> {
        let end = self.come.iter().position(|byte| *byte == b'\n')?;
        let line: Vec<u8> = self.come.drain(..=end).collect();
        let line = String::from_utf8(line).expect("the server writes UTF-8");
        Some(line.trim_end_matches('\n').to_owned())
    }

    /// Reads once; false at the end of the stream and after the deadline.
    fn reads(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        self.stream
            .set_read_timeout(Some(left))
            .expect("a socket takes options");
        // The tutorial's clients read so many bytes at a time.
        let mut bytes = [0; 255];
        match self.stream.read(&mut bytes) {
            Ok(0) => false,
            Ok(count) => {
                let bytes = bytes.iter().take(count);
                self.come.extend(bytes.clone());
                self.all.extend(bytes);
                true
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => true,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                false
            }
            Err(error) => panic!("{} cannot read: {error}", self.name),
        }
    }
}
