//! One connection: moves bytes between a stream and the hub, and holds nothing while it is idle.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc::{self, OwnedPermit, error::TrySendError};
use tokio::time::Sleep;

use super::dialect::{Dialect, Peer};
use super::outbox::{End, Outbox};
use crate::core::SessionId;

/// Bytes that are read at once. All connections of a thread read into the same memory.
const READ_MAX: usize = 16 * 1024;
/// Pieces of one write.
const PIECES_MAX: usize = 64;
/// How long the last words of a connection may take.
const FINISH: Duration = Duration::from_secs(2);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_MAX]);
}

/// What a connection tells the hub.
pub(super) enum FromConn {
    /// It is there, and this is what it speaks.
    Opened {
        /// Which.
        session: SessionId,
        /// What is known of it.
        peer: Peer,
        /// Its language.
        dialect: Box<dyn Dialect>,
        /// Where its answers go.
        outbox: Arc<Outbox>,
    },
    /// It said something.
    Read {
        /// Which.
        session: SessionId,
        /// What.
        bytes: Bytes,
    },
    /// It has ended.
    Closed {
        /// Which.
        session: SessionId,
        /// Why, for the others.
        why: Arc<str>,
    },
}

/// Moves bytes until either side ends, then tells the hub.
pub(super) async fn run<S>(
    stream: S,
    session: SessionId,
    outbox: Arc<Outbox>,
    hub: mpsc::Sender<FromConn>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut conn = Conn {
        stream,
        session,
        outbox,
        hub,
        writing: Writing::default(),
        handing: None,
        deadline: None,
        is_shut: false,
        is_slow: false,
    };
    let why = poll_fn(|cx| conn.poll(cx)).await;
    // A hub that has ended needs no word of it.
    let _ = conn.hub.send(FromConn::Closed { session, why }).await;
}

/// Reads once into the memory that all connections share, and gives a copy; empty at the end.
pub(super) fn poll_read<S: AsyncRead + Unpin>(
    stream: &mut S,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Bytes>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut buf = ReadBuf::new(scratch);
        ready!(Pin::new(stream).poll_read(cx, &mut buf))?;
        Poll::Ready(Ok(Bytes::copy_from_slice(buf.filled())))
    })
}

struct Conn<S> {
    stream: S,
    session: SessionId,
    outbox: Arc<Outbox>,
    hub: mpsc::Sender<FromConn>,
    writing: Writing,
    /// What was read while the hub's queue was full.
    handing: Option<Box<Handing>>,
    /// When a connection that is to end ends in any case.
    deadline: Option<Pin<Box<Sleep>>>,
    /// Whether the client was told that nothing more comes.
    is_shut: bool,
    /// Whether the client is closed for reading too slowly.
    is_slow: bool,
}

struct Handing {
    bytes: Bytes,
    permit: Pin<Box<dyn Future<Output = Option<OwnedPermit<FromConn>>> + Send>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conn<S> {
    /// Gives why the connection has ended.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Arc<str>> {
        loop {
            let is_paused = match self.write(cx) {
                Ok(Go::On { is_paused }) => is_paused,
                Ok(Go::Finishing) => {
                    ready!(self.poll_rest(cx));
                    return Poll::Ready("Connection closed".into());
                }
                Ok(Go::Ended) => return Poll::Ready("Connection closed".into()),
                Err(error) => return Poll::Ready(why(&error)),
            };
            if let Some(handing) = &mut self.handing {
                let Some(permit) = ready!(handing.permit.as_mut().poll(cx)) else {
                    return Poll::Ready("Connection closed".into());
                };
                let bytes = std::mem::take(&mut handing.bytes);
                permit.send(FromConn::Read {
                    session: self.session,
                    bytes,
                });
                self.handing = None;
            }
            if is_paused {
                return Poll::Pending;
            }
            match ready!(poll_read(&mut self.stream, cx)) {
                Ok(bytes) if bytes.is_empty() => return Poll::Ready("Connection closed".into()),
                Ok(bytes) => self.hand(bytes),
                Err(error) => return Poll::Ready(why(&error)),
            }
        }
    }

    /// Writes what there is, as far as it goes.
    fn write(&mut self, cx: &mut Context<'_>) -> io::Result<Go> {
        loop {
            let look = self.outbox.look(cx, self.writing.is_empty());
            if look.end == End::Dropped {
                return Ok(Go::Ended);
            }
            if look.end == End::Finishing && self.is_late(cx) {
                return Ok(Go::Ended);
            }
            let on = match look.end {
                End::Finishing => Go::Finishing,
                End::Open | End::Dropped => Go::On {
                    is_paused: look.is_paused,
                },
            };
            if look.is_cut {
                self.writing.end_line();
                self.is_slow = true;
            }
            if self.writing.is_empty() {
                self.writing = Writing {
                    pieces: look.pieces,
                    ..Writing::default()
                };
            }
            let is_done = self.writing.is_empty();
            let stream = Pin::new(&mut self.stream);
            if is_done && look.end == End::Finishing {
                if self.is_shut {
                    return Ok(on);
                }
                match stream.poll_shutdown(cx) {
                    Poll::Ready(Ok(())) => self.is_shut = true,
                    Poll::Ready(Err(_)) => return Ok(Go::Ended),
                    Poll::Pending => {}
                }
                return Ok(on);
            }
            if is_done {
                // TLS keeps what the socket did not take.
                return match stream.poll_flush(cx) {
                    Poll::Ready(Err(error)) => Err(error),
                    Poll::Ready(Ok(())) | Poll::Pending => Ok(on),
                };
            }
            match self.writing.poll(&mut self.stream, cx) {
                Poll::Ready(result) => result?,
                Poll::Pending => return Ok(on),
            }
        }
    }

    /// Reads what the client still sends and throws it away: a connection that is closed with
    /// something unread in it takes with it what is not delivered yet. Of a slow reader that may be
    /// much, so the end is the client's.
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match poll_read(&mut self.stream, cx) {
                Poll::Ready(Ok(bytes)) if !bytes.is_empty() => {}
                Poll::Ready(_) if self.is_shut => return Poll::Ready(()),
                Poll::Pending if self.is_shut && !self.is_slow => return Poll::Ready(()),
                // One that sends no more may still read.
                Poll::Ready(_) | Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(FINISH)));
        deadline.as_mut().poll(cx).is_ready()
    }

    fn hand(&mut self, bytes: Bytes) {
        let session = self.session;
        let Err(TrySendError::Full(FromConn::Read { bytes, .. })) =
            self.hub.try_send(FromConn::Read { session, bytes })
        else {
            return;
        };
        let hub = self.hub.clone();
        let permit = Box::pin(async move { hub.reserve_owned().await.ok() });
        self.handing = Some(Box::new(Handing { bytes, permit }));
    }
}

enum Go {
    On { is_paused: bool },
    Finishing,
    Ended,
}

/// Pieces that are being written.
#[derive(Default)]
struct Writing {
    pieces: Vec<Bytes>,
    /// Pieces that are written.
    done: usize,
}

impl Writing {
    fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Forgets all but the rest of the line that is being written.
    fn end_line(&mut self) {
        let Some(piece) = self.pieces.get_mut(self.done) else {
            return;
        };
        if let Some(end) = memchr::memchr(b'\n', piece) {
            piece.truncate(end + 1);
            self.pieces.truncate(self.done + 1);
        }
    }

    /// Writes once.
    fn poll<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = Pin::new(stream);
        let written = match self.pieces.get(self.done..).unwrap_or_default() {
            // The system has less to do for one than for a list of one.
            [piece] => ready!(stream.poll_write(cx, piece))?,
            pieces => {
                let mut slices = [IoSlice::new(&[]); PIECES_MAX];
                for (slice, piece) in slices.iter_mut().zip(pieces) {
                    *slice = IoSlice::new(piece);
                }
                let count = pieces.len().min(PIECES_MAX);
                let slices = slices.get(..count).unwrap_or_default();
                ready!(stream.poll_write_vectored(cx, slices))?
            }
        };
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.advance(written);
        Poll::Ready(Ok(()))
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(piece) = self.pieces.get_mut(self.done) {
            if written < piece.len() {
                let _ = piece.split_to(written);
                return;
            }
            written -= piece.len();
            *piece = Bytes::new();
            self.done += 1;
        }
        // Its memory, too: most connections are idle most of the time.
        *self = Self::default();
    }
}

/// What the others are told of a connection that broke.
fn why(error: &io::Error) -> Arc<str> {
    let kind = error.kind();
    // Who leaves without TLS's good-bye has left all the same.
    if kind == io::ErrorKind::UnexpectedEof {
        "Connection closed".into()
    } else if kind == io::ErrorKind::ConnectionReset || kind == io::ErrorKind::BrokenPipe {
        "Connection reset".into()
    } else {
        "Connection failed".into()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    #[test]
    fn an_idle_connection_is_small() {
        fn size_of_run(stream: fn() -> TcpStream) -> usize {
            let start = || {
                let (hub, _) = mpsc::channel(1);
                run(stream(), SessionId(1), Arc::new(Outbox::new(1)), hub)
            };
            size_of_result(&start)
        }
        fn size_of_result<T>(_: &impl Fn() -> T) -> usize {
            size_of::<T>()
        }
        let size = size_of_run(|| unreachable!("it is only measured"));
        println!("an idle connection: {size} bytes");
        assert!(size < 1024, "{size}");
    }

    fn over(stream: tokio::io::DuplexStream) -> (Arc<Outbox>, mpsc::Receiver<FromConn>) {
        let outbox = Arc::new(Outbox::new(1 << 20));
        let (hub, from_conn) = mpsc::channel(1);
        tokio::spawn(run(stream, SessionId(7), outbox.clone(), hub));
        (outbox, from_conn)
    }

    #[tokio::test]
    async fn many_pieces_come_out_whole_through_a_narrow_stream() {
        let (mut client, server) = tokio::io::duplex(5);
        let (outbox, _from_conn) = over(server);
        let pieces: Vec<Bytes> = (0..200)
            .map(|n| Bytes::from(format!("line {n}\n")))
            .collect();
        let whole = pieces.concat();
        assert!(outbox.push(pieces));
        outbox.finish();
        let mut read = Vec::new();
        client.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, whole);
    }

    #[tokio::test]
    async fn what_is_read_while_the_hub_is_busy_comes_later_in_order_then_the_end() {
        let (mut client, server) = tokio::io::duplex(4);
        let (_outbox, mut from_conn) = over(server);
        let said = tokio::spawn(async move {
            client.write_all(b"one two three four").await.unwrap();
        });
        let mut heard = Vec::new();
        loop {
            match from_conn.recv().await.unwrap() {
                FromConn::Read { bytes, .. } => heard.extend_from_slice(&bytes),
                FromConn::Closed { session, why } => {
                    assert_eq!((session, &*why), (SessionId(7), "Connection closed"));
                    break;
                }
                FromConn::Opened { .. } => panic!("it does not open itself"),
            }
        }
        said.await.unwrap();
        assert_eq!(heard, b"one two three four");
    }

    /// Gives a client that does not read more than may wait, and then the reason why it is closed.
    async fn fill(outbox: &Outbox) {
        let line = format!("{}\n", "x".repeat(60));
        let piece = Bytes::from(line.repeat(1 << 10));
        while outbox.push([piece.clone()]) {
            tokio::task::yield_now().await;
        }
        assert!(outbox.push([Bytes::from_static(b"ERROR :too slow\r\n")]));
        outbox.finish();
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_reads_ends_at_the_limit() {
        let (_client, server) = tokio::io::duplex(8);
        let (outbox, mut from_conn) = over(server);
        fill(&outbox).await;
        assert!(matches!(
            from_conn.recv().await,
            Some(FromConn::Closed { .. })
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_too_slowly_reads_why_it_is_closed_after_a_whole_line() {
        let (mut client, server) = tokio::io::duplex(100);
        let (outbox, mut from_conn) = over(server);
        fill(&outbox).await;
        // What it still sends takes nothing of that away.
        client.write_all(b"PING 1\r\n").await.unwrap();
        let mut read = String::new();
        client.read_to_string(&mut read).await.unwrap();
        let (before, last) = read.rsplit_once("ERROR").unwrap();
        assert_eq!(last, " :too slow\r\n");
        assert!(
            before.lines().all(|line| line == "x".repeat(60)),
            "{before}"
        );
        assert!(before.len() < 1000, "{}", before.len());
        drop(client);
        assert!(matches!(
            from_conn.recv().await,
            Some(FromConn::Closed { .. })
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_no_more_still_reads_the_last_words() {
        let (client, server) = tokio::io::duplex(4);
        let (outbox, _from_conn) = over(server);
        assert!(outbox.push([Bytes::from_static(b"ERROR :bye\r\n")]));
        outbox.finish();
        let (mut reader, mut writer) = tokio::io::split(client);
        writer.shutdown().await.unwrap();
        let mut read = String::new();
        reader.read_to_string(&mut read).await.unwrap();
        assert_eq!(read, "ERROR :bye\r\n");
    }
}
