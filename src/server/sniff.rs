//! What a connection speaks, by its first bytes: pure, and decided once and for ever.

/// What a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// TLS, which holds one of the others.
    Tls,
    /// SSH.
    Ssh,
    /// HTTP, and what upgrades from it; never IRC, however it goes on.
    Http,
    /// The tutorial's second protocol.
    Json,
    /// The tutorial's first protocol.
    Pipe,
    /// IRC.
    Irc,
}

/// Bytes after which somebody who has not ended a word speaks IRC, and is told what is wrong.
const WORD_MAX: usize = 256;

const HTTP_VERBS: &[&[u8]] = &[
    b"GET", b"POST", b"PUT", b"HEAD", b"DELETE", b"OPTIONS", b"CONNECT", b"PATCH", b"TRACE", b"PRI",
];

/// Names the protocol a connection opens with, or `None` while `head` is too short to tell.
///
/// NUL bytes at the front decide nothing.
pub(super) fn sniff(head: &[u8]) -> Option<Protocol> {
    let start = head.iter().position(|byte| *byte != 0)?;
    let head = head.get(start..)?;
    match head {
        [0x16] => return None,
        [0x16, 3, ..] => return Some(Protocol::Tls),
        [b'{', ..] => return Some(Protocol::Json),
        [b'S', b'S', b'H', b'-', ..] => return Some(Protocol::Ssh),
        // What IRC begins with its tags or source may hold a `|` further on.
        [0x16 | b'@' | b':', ..] => return Some(Protocol::Irc),
        _ => {}
    }
    let ends = |byte: &u8| matches!(byte, b'|' | b' ' | b'\r' | b'\n');
    let word = head.iter().take(WORD_MAX).position(ends);
    match word.and_then(|end| Some((head.get(..end)?, head.get(end)?))) {
        Some((name, b'|')) if !name.is_empty() => Some(Protocol::Pipe),
        Some((verb, b' ')) if HTTP_VERBS.contains(&verb) => Some(Protocol::Http),
        Some(_) => Some(Protocol::Irc),
        None => (head.len() >= WORD_MAX).then_some(Protocol::Irc),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(head: &[u8], protocol: Option<Protocol>) {
        assert_eq!(sniff(head), protocol, "{:?}", String::from_utf8_lossy(head));
    }

    #[test]
    fn the_first_bytes_tell() {
        check(b"", None);
        check(b"\0\0", None);
        check(b"\x16", None);
        check(b"\x16\x03", Some(Protocol::Tls));
        check(b"\x16x", Some(Protocol::Irc));
        check(b"SSH", None);
        check(b"SSH-2.0-OpenSSH_9.2", Some(Protocol::Ssh));
        check(b"GET", None);
        check(b"GET / HTTP/1.1\r\n", Some(Protocol::Http));
        check(b"POST /#a|b HTTP/1.1\r\n", Some(Protocol::Http));
        check(b"{", Some(Protocol::Json));
        check(b"\0\0{\"type\"", Some(Protocol::Json));
        check(b"bob|Connect", Some(Protocol::Pipe));
        check("张三|".as_bytes(), Some(Protocol::Pipe));
        check(b"SSH|", Some(Protocol::Pipe));
        check(b"GET|", Some(Protocol::Pipe));
        check(b"|", Some(Protocol::Irc));
        check(b"NICK", None);
        check(b"NICK a|b", Some(Protocol::Irc));
        check(b"CAP LS 302\r\n", Some(Protocol::Irc));
        check(b"@a=b|c PING x", Some(Protocol::Irc));
        check(b":a|b PING x", Some(Protocol::Irc));
        check(b"\r\n", Some(Protocol::Irc));
        check(&[b'x'; WORD_MAX], Some(Protocol::Irc));
    }

    proptest! {
        #[test]
        fn no_prefix_decides_otherwise_than_the_whole(
            head in prop_oneof![
                "[\0\u{16}\u{3}{|SHG@: \r\n-ETPOST张]{0,12}".prop_map(String::into_bytes),
                proptest::collection::vec(any::<u8>(), 0..400),
                "[a-z]{250,260}[|{ ].{0,4}".prop_map(String::into_bytes),
            ]
        ) {
            let whole = sniff(&head);
            for end in 0..head.len() {
                let decided = sniff(&head[..end]);
                prop_assert!(decided.is_none() || decided == whole, "{end} bytes: {decided:?}, all: {whole:?}");
            }
        }
    }
}
