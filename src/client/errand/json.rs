//! A message as JSON: one object a line, whose fields stay as they are.

use serde::Serialize;

use crate::client::happening::{BufferName, Message, MessageKind};
use crate::text::harmless;

/// The fields, as docs/json.md has them.
#[derive(Serialize)]
struct Row<'a> {
    id: Option<&'a str>,
    time: String,
    room: String,
    from: &'a str,
    account: Option<&'a str>,
    kind: &'static str,
    text: &'a str,
}

/// A message as one line. What a terminal would obey is escaped, so that it reads the same and does
/// nothing.
pub(super) fn line(buffer: &BufferName, message: &Message) -> String {
    let row = Row {
        id: message.id.as_deref(),
        time: format!(
            "{:.3}",
            jiff::Timestamp::from_millisecond(message.at).unwrap_or_default()
        ),
        room: match buffer {
            BufferName::Server => String::new(),
            BufferName::Room(name) => name.clone(),
            BufferName::Person(name) => format!("@{name}"),
        },
        from: &message.from.nick,
        account: message.from.account.as_deref(),
        kind: match message.kind {
            MessageKind::Message => "message",
            MessageKind::Notice => "notice",
            MessageKind::Action => "action",
        },
        text: &message.text,
    };
    // Strings and a map with names of ours: nothing in it cannot be written.
    let json = serde_json::to_string(&row).unwrap_or_default();
    escaped(&json)
}

/// Writes as `\u202e` what is not harmless as it stands; outside of strings there is no such thing.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if harmless(c.encode_utf8(&mut [0; 4])).contains(c) {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::happening::Who;

    #[test]
    fn a_message_is_one_line_with_fields_that_stay() {
        let message = Message {
            id: Some("7".into()),
            at: 1_763_804_460_007,
            from: Who {
                nick: "张三".into(),
                account: None,
                is_self: false,
            },
            kind: MessageKind::Action,
            text: "one\n\"two\"\u{1b}[2J\u{9b}\u{202e}".into(),
            nonce: None,
        };
        let line = line(&BufferName::Person("zoe".into()), &message);
        let fields = concat!(
            r#"{"id":"7","time":"2025-11-22T09:41:00.007Z","room":"@zoe","from":"张三","#,
            r#""account":null,"kind":"action","text":"one\n\"two\"\u001b[2J\u009b\u202e"}"#
        );
        assert_eq!(line, fields);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["text"], message.text);
    }
}
