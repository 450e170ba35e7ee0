//! What is said: lines of about 95 bytes by 200 people, the same in each run.

use std::fmt::Write as _;

const WORDS: &[&str] = &[
    "after",
    "again",
    "always",
    "answer",
    "before",
    "better",
    "branch",
    "build",
    "change",
    "client",
    "could",
    "deploy",
    "either",
    "error",
    "every",
    "faster",
    "figure",
    "first",
    "from",
    "going",
    "have",
    "into",
    "later",
    "maybe",
    "merge",
    "never",
    "night",
    "often",
    "people",
    "please",
    "queue",
    "reason",
    "release",
    "server",
    "should",
    "small",
    "some",
    "test",
    "that",
    "then",
    "there",
    "thing",
    "think",
    "three",
    "today",
    "tomorrow",
    "under",
    "version",
    "what",
    "where",
    "while",
    "with",
    "works",
    "would",
    "write",
    "yesterday",
];
const PHRASES: &[&str] = &[
    "大家好",
    "服务器",
    "明天见",
    "没有问题",
    "请看一下",
    "已经好了",
];

/// Who speaks.
const SPEAKERS: u64 = 200;
/// Bytes of a text, on average.
const BYTES: u64 = 95;

/// An endless talk.
pub(crate) struct Talk {
    state: u64,
    said: u64,
    has_tags: bool,
}

impl Talk {
    /// The talk from its beginning; with time, id and account in front of each line, if so.
    pub(crate) fn new(has_tags: bool) -> Self {
        Self {
            state: 1,
            said: 0,
            has_tags,
        }
    }

    /// Writes lines of it into a room, as a server sends them.
    pub(crate) fn lines(&mut self, room: &str, count: usize) -> String {
        let mut all = String::with_capacity(count * 160);
        for _ in 0..count {
            let who = self.below(SPEAKERS);
            self.said += 1;
            if self.has_tags {
                self.tags(&mut all, who);
            }
            // A string takes all that is written.
            let _ = write!(
                all,
                ":user{who}!u{who}@host{who}.example.net PRIVMSG {room} :"
            );
            self.text(&mut all);
            all.push_str("\r\n");
        }
        all
    }

    /// As our own server writes them.
    fn tags(&self, out: &mut String, who: u64) {
        let (second, milli) = (self.said / 1_000, self.said % 1_000);
        let (hour, minute, second) = (second / 3_600 % 24, second / 60 % 60, second % 60);
        let _ = write!(
            out,
            "@time=2026-11-25T{hour:02}:{minute:02}:{second:02}.{milli:03}Z;msgid=1b4e28ba2fa1d3f8-{};account=user{who} ",
            self.said
        );
    }

    fn text(&mut self, out: &mut String) {
        let from = out.len();
        let bytes = BYTES / 2 + self.below(BYTES);
        let is_chinese = self.below(10) == 0;
        loop {
            let words = if is_chinese { PHRASES } else { WORDS };
            let at = usize::try_from(self.below(words.len() as u64)).unwrap_or(0);
            out.push_str(words.get(at).copied().unwrap_or("word"));
            if (out.len() - from) as u64 >= bytes {
                return;
            }
            out.push(' ');
        }
    }

    fn below(&mut self, limit: u64) -> u64 {
        // Knuth's linear congruence; its upper bits are the better ones.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % limit
    }
}
