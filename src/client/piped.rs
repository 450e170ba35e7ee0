//! Lines of a pipe, read on a thread of its own.

use std::io::{BufRead, Read};

use tokio::sync::mpsc;

/// Bytes of a line of input at most; what is longer goes as several lines.
const LINE_BYTES: usize = 64 * 1024;
/// Ends of input in a row after which a terminal is gone.
const TYPED_ENDS: usize = 3;

/// A line that was piped in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piped {
    /// What it says.
    pub(super) text: String,
    /// Whether it held what is no text, and says something else in its place.
    pub(super) is_changed: bool,
}

/// Reads the lines of a pipe on a thread of its own, so many ahead; empty ones are left out.
pub(super) fn lines_of(
    input: impl Read + Send + 'static,
    ahead: usize,
) -> std::io::Result<mpsc::Receiver<Piped>> {
    read_ahead(input, ahead, 1)
}

/// The same where somebody types them at a terminal: an end of the input is a key like others, after
/// which more may come, and is an empty line.
pub(super) fn typed_lines_of(
    input: impl Read + Send + 'static,
    ahead: usize,
) -> std::io::Result<mpsc::Receiver<Piped>> {
    read_ahead(input, ahead, TYPED_ENDS)
}

fn read_ahead(
    input: impl Read + Send + 'static,
    ahead: usize,
    ends: usize,
) -> std::io::Result<mpsc::Receiver<Piped>> {
    let (sender, lines) = mpsc::channel(ahead);
    std::thread::Builder::new()
        .name("input".into())
        .spawn(move || read_lines(input, ends, |line| sender.blocking_send(line).is_ok()))?;
    Ok(lines)
}

impl Piped {
    /// A line as it was typed.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end_matches(['\r', '\n']);
        Self {
            is_changed: std::str::from_utf8(bytes).is_err() || text.contains('\0'),
            text: text.replace('\0', "\u{fffd}"),
        }
    }
}

/// Reads until the input has ended so often in a row, or until nobody takes lines any more. Each end but
/// the last is an empty line.
fn read_lines(input: impl Read, ends: usize, mut take: impl FnMut(Piped) -> bool) {
    let mut input = std::io::BufReader::new(input);
    let mut begun = Vec::new();
    let mut ended = 0;
    loop {
        let room = u64::try_from(LINE_BYTES - begun.len()).unwrap_or(0);
        let mut line = std::mem::take(&mut begun);
        match input.by_ref().take(room).read_until(b'\n', &mut line) {
            Ok(0) if line.is_empty() && ended + 1 < ends => {
                ended += 1;
                if !take(Piped::new(b"")) {
                    return;
                }
                continue;
            }
            Ok(0) | Err(_) if line.is_empty() => return,
            Ok(_) | Err(_) => ended = 0,
        }
        if line.len() == LINE_BYTES && !line.ends_with(b"\n") {
            // A character that is cut belongs to the next line.
            let last = line.utf8_chunks().last();
            let cut = last.map_or(0, |chunk| chunk.invalid().len());
            begun = line.split_off(line.len() - cut);
        }
        let line = Piped::new(&line);
        if !line.text.is_empty() && !take(line) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<(String, bool)> {
        let mut lines = Vec::new();
        read_lines(bytes, 1, |line| {
            lines.push((line.text, line.is_changed));
            true
        });
        lines
    }

    #[test]
    fn a_line_says_whether_it_is_as_it_was_typed() {
        let one = |text: &str, is_changed| (text.to_owned(), is_changed);
        assert_eq!(
            lines(b"a\r\n\n\xe4\xbd\xa0\nb\xffc\nnul\0\nend \xe4"),
            [
                one("a", false),
                one("你", false),
                one("b\u{fffd}c", true),
                one("nul\u{fffd}", true),
                one("end \u{fffd}", true),
            ]
        );
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let text = "你".repeat(50_000);
        let lines = lines(text.as_bytes());
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|(_, is_changed)| !is_changed));
        let whole: String = lines.into_iter().map(|(text, _)| text).collect();
        assert_eq!(whole, text);
    }
}
