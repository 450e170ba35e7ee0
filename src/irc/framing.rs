//! Bytes to lines, with limits (RFC 1459 §2.3, IRCv3 message-tags «Size limit»).

/// A line without its tags, with its line end, in bytes.
pub const REST_MAX: usize = 512;
/// The tags that a client may send, with `@` and the blank, in bytes.
pub const CLIENT_TAGS_MAX: usize = 4096;
/// What a client takes from a server in one line, in bytes: some send more than 8,191 + 512.
pub const SERVER_LINE_MAX: usize = 16 * 1024;

/// What is kept of the beginning of a line from a server that is longer than that, in bytes.
const HEAD_MAX: usize = 4 * 1024;

/// One line of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A line without its line end.
    Line(&'a str),
    /// A line over the limit, of which a client has the beginning.
    TooLong(&'a [u8]),
    /// A line that is not UTF-8.
    NotUtf8(&'a [u8]),
}

/// Collects lines. It holds no memory while no line is begun.
#[derive(Debug)]
pub struct Framer {
    begun: Vec<u8>,
    /// The beginning of a line that is being skipped.
    head: Vec<u8>,
    skipping: bool,
    head_max: usize,
    tags_max: usize,
    rest_max: usize,
}

impl Framer {
    /// For what a client sends to a server.
    pub fn client_to_server() -> Self {
        Self {
            begun: Vec::new(),
            head: Vec::new(),
            skipping: false,
            head_max: 0,
            tags_max: CLIENT_TAGS_MAX,
            rest_max: REST_MAX,
        }
    }

    /// For what a server sends to a client.
    pub fn server_to_client() -> Self {
        let max = SERVER_LINE_MAX;
        Self {
            begun: Vec::new(),
            head: Vec::new(),
            skipping: false,
            head_max: HEAD_MAX,
            tags_max: max,
            rest_max: max,
        }
    }

    /// Adds what came and hands over the lines that it completes.
    pub fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(Frame<'_>)) {
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(at);
            rest = after.get(1..).unwrap_or_default();
            if self.begun.is_empty() {
                self.take(line, take);
            } else {
                self.begun.extend_from_slice(line);
                let whole = std::mem::take(&mut self.begun);
                self.take(&whole, take);
            }
        }
        if !rest.is_empty() && !self.skipping {
            self.begun.extend_from_slice(rest);
            if self.is_too_long(&self.begun) {
                let mut head = std::mem::take(&mut self.begun);
                head.truncate(self.head_max);
                head.shrink_to_fit();
                self.head = head;
                self.skipping = true;
            }
        }
    }

    fn take(&mut self, line: &[u8], take: &mut dyn FnMut(Frame<'_>)) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if std::mem::take(&mut self.skipping) {
            take(Frame::TooLong(&std::mem::take(&mut self.head)));
        } else if self.is_too_long(line) {
            take(Frame::TooLong(line.get(..self.head_max).unwrap_or(line)));
        } else {
            take(std::str::from_utf8(line).map_or(Frame::NotUtf8(line), Frame::Line));
        }
    }

    fn is_too_long(&self, line: &[u8]) -> bool {
        let tags = match line.first() {
            Some(b'@') => memchr::memchr(b' ', line).map_or(line.len(), |at| at + 1),
            _ => 0,
        };
        // The line end counts towards the rest.
        tags > self.tags_max || line.len() - tags + 2 > self.rest_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(framer: &mut Framer, bytes: &[u8]) -> Vec<String> {
        let mut all = Vec::new();
        framer.push(bytes, &mut |frame| {
            all.push(match frame {
                Frame::Line(line) => line.to_owned(),
                Frame::TooLong(_) => "<too long>".into(),
                Frame::NotUtf8(_) => "<not utf-8>".into(),
            });
        });
        all
    }

    #[test]
    fn lines_come_out_the_same_however_the_bytes_are_split() {
        let bytes = "NICK bob\r\nUSER b 0 * :张三\n\r\nPING :x\r\n".as_bytes();
        let whole = lines(&mut Framer::client_to_server(), bytes);
        assert_eq!(whole, ["NICK bob", "USER b 0 * :张三", "", "PING :x"]);
        for at in 0..=bytes.len() {
            let mut framer = Framer::client_to_server();
            let mut both = lines(&mut framer, &bytes[..at]);
            both.extend(lines(&mut framer, &bytes[at..]));
            assert_eq!(both, whole, "split at {at}");
        }
    }

    #[test]
    fn a_line_over_the_limit_is_skipped_and_the_next_one_is_read() {
        let long = format!("PRIVMSG #a :{}\r\nPING x\r\n", "y".repeat(510));
        assert_eq!(
            lines(&mut Framer::client_to_server(), long.as_bytes()),
            ["<too long>", "PING x"]
        );
        let fits = format!("{}\r\n", "y".repeat(510));
        assert_eq!(
            lines(&mut Framer::client_to_server(), fits.as_bytes()).len(),
            1
        );
        let tags = format!("@a={} PING x\r\nPING y\r\n", "y".repeat(4096));
        assert_eq!(
            lines(&mut Framer::client_to_server(), tags.as_bytes()),
            ["<too long>", "PING y"]
        );
    }

    #[test]
    fn a_long_line_in_pieces_holds_no_more_than_its_limit() {
        let mut framer = Framer::client_to_server();
        for _ in 0..1000 {
            assert!(lines(&mut framer, &[b'x'; 100]).is_empty());
            assert!(framer.begun.len() <= REST_MAX + 100);
        }
        assert_eq!(lines(&mut framer, b"\nPING x\n"), ["<too long>", "PING x"]);
    }

    #[test]
    fn a_client_has_the_beginning_of_a_line_over_the_limit_however_it_comes() {
        let line = format!(":a PRIVMSG #b :{}\r\n", "y".repeat(SERVER_LINE_MAX));
        for at in [0, 9, SERVER_LINE_MAX - 1, SERVER_LINE_MAX + 9] {
            let mut framer = Framer::server_to_client();
            let mut heads = Vec::new();
            let (first, rest) = line.as_bytes().split_at(at);
            for bytes in [first, rest] {
                framer.push(bytes, &mut |frame| {
                    let Frame::TooLong(head) = frame else {
                        panic!("not too long: {frame:?}");
                    };
                    heads.push(head.to_vec());
                });
            }
            assert_eq!(heads, [&line.as_bytes()[..HEAD_MAX]], "split at {at}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_told_apart() {
        assert_eq!(
            lines(&mut Framer::client_to_server(), b"PING \xff\r\nPING x\r\n"),
            ["<not utf-8>", "PING x"]
        );
    }
}
