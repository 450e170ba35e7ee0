//! What answers at an address, found out as a client would before it joins.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::verify::Shown;
use super::{Address, LIMIT, config, server_name};
use crate::client::store::{hex, public_key_hash};
use crate::irc::line::Line;

/// How long what does not speak TLS may take to say what it is.
const SECOND_LIMIT: Duration = Duration::from_secs(1);
/// Bytes of a first answer that are looked at.
const HEAD_BYTES: usize = 512;
/// What a browser would say.
const WEB_HELLO: &[u8] = b"GET / HTTP/1.0\r\n\r\n";

/// What answers at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nobody takes a connection.
    Nobody,
    /// A chat, whose server has a key with this fingerprint.
    Chat {
        /// As clients pin it.
        identity: String,
    },
    /// Something that is no chat, or none that a client joins over TLS.
    Other(Stranger),
}

/// What is no chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// A web server.
    Web,
    /// An SSH server.
    Ssh,
    /// A chat without TLS.
    PlainIrc,
    /// It says nothing.
    Silent,
    /// Anything else.
    Unknown,
}

/// Finds out what answers at an address; it takes a few seconds at most.
pub async fn probe(address: &Address) -> Answer {
    let stream = match timeout(LIMIT, open(address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(_refused)) => return Answer::Nobody,
        Err(_late) => return Answer::Other(Stranger::Silent),
    };
    let heard = Arc::default();
    if let Ok(Ok(answer)) = timeout(LIMIT, talk(address, stream, &heard)).await {
        return answer;
    }
    // What was said instead of TLS tells most; some say nothing until they are asked their way.
    let head = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    if let Some(stranger) = stranger(&head) {
        return Answer::Other(stranger);
    }
    let asked = timeout(SECOND_LIMIT, ask_as_a_browser(address)).await;
    let answer = asked.ok().and_then(Result::ok).unwrap_or_default();
    Answer::Other(
        stranger(&answer).unwrap_or(match head.is_empty() && answer.is_empty() {
            true => Stranger::Silent,
            false => Stranger::Unknown,
        }),
    )
}

async fn open(address: &Address) -> io::Result<TcpStream> {
    TcpStream::connect((address.host.as_str(), address.port)).await
}

/// Speaks TLS, and IRC inside; what comes first is kept in `heard`.
async fn talk(address: &Address, stream: TcpStream, heard: &Heard) -> Result<Answer> {
    let shown = Arc::new(Shown::default());
    let connector = TlsConnector::from(Arc::new(config(shown.clone(), None)?));
    let stream = Overheard {
        stream,
        heard: heard.clone(),
    };
    let mut stream = connector.connect(server_name(address)?, stream).await?;
    stream.write_all(b"CAP LS 302\r\n").await?;
    stream.flush().await?;
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < HEAD_BYTES {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    if !is_irc(&head) {
        let stranger = stranger(&head).unwrap_or(Stranger::Unknown);
        return Ok(Answer::Other(stranger));
    }
    // It may be closed already.
    let _ = stream.write_all(b"QUIT\r\n").await;
    let _ = stream.shutdown().await;
    let Some((certificate, _)) = shown.take() else {
        return Ok(Answer::Other(Stranger::Unknown));
    };
    let identity = hex(&public_key_hash(&certificate)?);
    Ok(Answer::Chat { identity })
}

async fn ask_as_a_browser(address: &Address) -> io::Result<Vec<u8>> {
    let mut stream = open(address).await?;
    stream.write_all(WEB_HELLO).await?;
    let mut head = Vec::new();
    while stranger(&head).is_none() && head.len() < HEAD_BYTES {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    Ok(head)
}

/// Whether the first line is one of IRC.
fn is_irc(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next();
    let line = line.and_then(|line| std::str::from_utf8(line).ok());
    let Some(Ok(line)) = line.map(|line| Line::parse(line.trim_end_matches('\r'))) else {
        return false;
    };
    let is_numeric = line.command.len() == 3 && line.command.bytes().all(|b| b.is_ascii_digit());
    is_numeric || ["CAP", "NOTICE", "ERROR", "PING"].contains(&line.command)
}

/// What speaks like this; none when its words do not tell.
fn stranger(head: &[u8]) -> Option<Stranger> {
    let begins = |words: &[&str]| words.iter().any(|word| head.starts_with(word.as_bytes()));
    if begins(&["HTTP/", "<!DOCTYPE", "<html", "<HTML"]) {
        return Some(Stranger::Web);
    }
    if begins(&["SSH-"]) {
        return Some(Stranger::Ssh);
    }
    is_irc(head).then_some(Stranger::PlainIrc)
}

type Heard = Arc<Mutex<Vec<u8>>>;

/// A stream whose first bytes are kept.
struct Overheard {
    stream: TcpStream,
    heard: Heard,
}

impl AsyncRead for Overheard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let read = buffer.filled().get(before..).unwrap_or_default();
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let room = HEAD_BYTES.saturating_sub(heard.len());
        heard.extend(read.iter().take(room));
        polled
    }
}

impl AsyncWrite for Overheard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Says something to everybody who comes: at once, or once it was told a line.
    async fn stranger_at(says: &'static [u8], is_asked: bool) -> Address {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = Vec::new();
                while is_asked && !head.starts_with(b"GET ") {
                    if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
                        break;
                    }
                }
                let _ = stream.write_all(says).await;
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
            }
        });
        format!("127.0.0.1:{port}").parse().unwrap()
    }

    #[track_caller]
    fn check(says: &'static [u8], is_asked: bool, expected: Stranger) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let answer = runtime.block_on(async {
            let address = stranger_at(says, is_asked).await;
            probe(&address).await
        });
        assert_eq!(answer, Answer::Other(expected));
    }

    #[test]
    fn what_is_no_chat_is_told_by_what_it_says() {
        check(b"HTTP/1.1 400 Bad Request\r\n\r\n", false, Stranger::Web);
        check(b"<!DOCTYPE HTML>\n<html>", false, Stranger::Web);
        check(b"SSH-2.0-OpenSSH_9.9\r\n", false, Stranger::Ssh);
        check(b":irc.test NOTICE * :hello\r\n", false, Stranger::PlainIrc);
        check(b"\x00\x01\x02\x03\x04\x05", false, Stranger::Unknown);
    }

    #[test]
    fn a_web_server_that_waits_to_be_asked_is_asked() {
        check(b"HTTP/1.0 200 OK\r\n\r\nhello", true, Stranger::Web);
    }

    #[test]
    fn silence_is_no_chat() {
        check(b"", false, Stranger::Silent);
    }

    #[tokio::test]
    async fn where_nobody_listens_nobody_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let address = format!("127.0.0.1:{port}").parse().unwrap();
        assert_eq!(probe(&address).await, Answer::Nobody);
    }
}
