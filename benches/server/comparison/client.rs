//! One connection of the load generator. It keeps no buffer of its own while it waits, so that
//! thousands of them fit in the cache.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Poll, ready};

use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

thread_local! {
    /// Where every connection reads to.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]);
}

/// A connection to a server.
pub(crate) struct Client {
    /// What the server says.
    pub(crate) reader: Reader,
    /// What is said to it.
    pub(crate) writer: OwnedWriteHalf,
}

/// The reading half of a connection.
pub(crate) struct Reader {
    half: OwnedReadHalf,
    lines: Lines,
}

impl Client {
    /// Connects, and returns once the server has greeted `nick` to the end.
    pub(crate) async fn register(address: SocketAddr, nick: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (half, writer) = stream.into_split();
        let lines = Lines::default();
        let reader = Reader { half, lines };
        let mut client = Self { reader, writer };
        client
            .send(format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n"))
            .await?;
        client.wait_for(&["376", "422"]).await?;
        Ok(client)
    }

    /// Joins a room, and returns once its members have been told.
    pub(crate) async fn join(&mut self, room: &str) -> io::Result<()> {
        self.send(format!("JOIN {room}\r\n")).await?;
        self.wait_for(&["366"]).await
    }

    /// Returns once everything that the server had for this client has been read.
    pub(crate) async fn barrier(&mut self) -> io::Result<()> {
        self.send("PING :barrier\r\n".to_owned()).await?;
        self.wait_for(&["PONG"]).await
    }

    async fn send(&mut self, lines: String) -> io::Result<()> {
        self.writer.write_all(lines.as_bytes()).await
    }

    /// Reads until a line with one of `commands`, answering the server's pings meanwhile.
    async fn wait_for(&mut self, commands: &[&str]) -> io::Result<()> {
        loop {
            let mut found = false;
            let mut answers = Vec::new();
            let mut refusal = None;
            self.reader
                .lines(|line| match command(line) {
                    b"PING" => answers.extend_from_slice(&pong(line)),
                    b"ERROR" | b"432" | b"433" | b"437" | b"464" | b"465" | b"471" | b"405" => {
                        refusal = Some(String::from_utf8_lossy(line).trim_end().to_owned());
                    }
                    other => found |= commands.iter().any(|wanted| wanted.as_bytes() == other),
                })
                .await?;
            if let Some(line) = refusal {
                return Err(io::Error::other(format!("the server said: {line}")));
            }
            if !answers.is_empty() {
                self.writer.write_all(&answers).await?;
            }
            if found {
                return Ok(());
            }
        }
    }
}

impl Reader {
    /// Waits for bytes and hands over what has come, lines or not.
    pub(crate) async fn bytes<T>(&mut self, mut take: impl FnMut(&[u8]) -> T) -> io::Result<T> {
        read(&mut self.half, &mut take).await
    }

    /// Waits for bytes and hands over each line that they complete.
    pub(crate) async fn lines(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let Self { half, lines } = self;
        read(half, &mut |bytes: &[u8]| lines.feed(bytes, &mut each)).await
    }
}

/// One read: a short one tells tokio at once that the socket is empty, which saves a call.
async fn read<T>(half: &mut OwnedReadHalf, take: &mut impl FnMut(&[u8]) -> T) -> io::Result<T> {
    poll_fn(|context| {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            match ready!(Pin::new(&mut *half).poll_read(context, &mut buffer)) {
                Ok(()) if buffer.filled().is_empty() => {
                    let reason = "the server closed a connection";
                    Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason)))
                }
                Ok(()) => Poll::Ready(Ok(take(buffer.filled()))),
                Err(error) => Poll::Ready(Err(error)),
            }
        })
    })
    .await
}

/// Cuts what comes into lines.
#[derive(Default)]
struct Lines {
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
}

impl Lines {
    fn feed(&mut self, mut bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (line, after) = bytes.split_at(end + 1);
            if self.rest.is_empty() {
                each(line);
            } else {
                self.rest.extend_from_slice(line);
                each(&self.rest);
                self.rest = Vec::new();
            }
            bytes = after;
        }
        self.rest.extend_from_slice(bytes);
    }
}

/// The command of a line, which may begin with its source.
pub(crate) fn command(line: &[u8]) -> &[u8] {
    let mut words = line
        .split(|byte| matches!(byte, b' ' | b'\r' | b'\n'))
        .filter(|word| !word.is_empty());
    match words.next() {
        Some([b':', ..]) => words.next().unwrap_or_default(),
        other => other.unwrap_or_default(),
    }
}

/// The number in the nickname `u12` that a line came from.
pub(crate) fn sender(line: &[u8]) -> Option<usize> {
    let digits = line.strip_prefix(b":u")?.split(|byte| *byte == b'!').next();
    std::str::from_utf8(digits?).ok()?.parse().ok()
}

/// The text after the last parameter's colon.
pub(crate) fn text(line: &[u8]) -> &[u8] {
    let start = memchr::memmem::find(line, b" :").map_or(line.len(), |at| at + 2);
    line.get(start..).unwrap_or_default()
}

/// The answer to a ping.
fn pong(line: &[u8]) -> Vec<u8> {
    let token = memchr::memmem::find(line, b"PING ").map_or(0, |at| at + 5);
    [b"PONG ", line.get(token..).unwrap_or_default()].concat()
}
