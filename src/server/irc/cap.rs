//! Capabilities: listed, asked for, switched (IRCv3 capability-negotiation).

use super::reply::packed;
use super::{Irc, Turn};
use crate::irc::caps::{self, CAPS, Cap, CapSet, Values};
use crate::irc::numeric::*;
use crate::irc::write::LineWriter;
use crate::server::dialect::Around;

/// Bytes of capability names in one line of an answer.
const CAPS_PER_LINE_MAX: usize = 380;

impl Irc {
    pub(super) fn cap(&mut self, turn: &mut Turn<'_, '_>) {
        let subcommand = turn.line.params.at(0).to_ascii_uppercase();
        match subcommand.as_str() {
            "LS" => self.list_caps(turn),
            "LIST" => {
                let names: Vec<String> =
                    self.caps.iter().map(|cap| cap.name().to_owned()).collect();
                self.write_caps(turn, "LIST", &names);
            }
            "REQ" => self.request_caps(turn),
            "END" => {
                self.registration.is_negotiating = false;
                self.go_on(turn.around, turn.step);
            }
            other => self.reply(
                turn,
                ERR_INVALIDCAPCMD,
                &[other],
                "no such subcommand of CAP",
            ),
        }
    }

    fn list_caps(&mut self, turn: &mut Turn<'_, '_>) {
        self.registration.is_negotiating = !self.registration.is_over();
        let version: u32 = turn.line.params.at(1).parse().unwrap_or(301);
        self.registration.knows_302 |= version >= 302;
        if version >= 302 {
            self.caps.insert(Cap::CapNotify);
        }
        let settings = turn.around.settings;
        let values = Values {
            sasl: &["EXTERNAL"],
            multiline_bytes: settings.limits.multiline_max_bytes,
            multiline_lines: settings.limits.multiline_max_lines,
            lobby: &settings.core.lobby.shown,
        };
        let around = turn.around;
        let offered = CAPS
            .iter()
            .filter(|row| is_offered(row.cap, around))
            .map(
                |row| match row.cap.value(&values).filter(|_| version >= 302) {
                    Some(value) => format!("{}={value}", row.name),
                    None => row.name.to_owned(),
                },
            );
        let names: Vec<String> = offered.collect();
        self.write_caps(turn, "LS", &names);
    }

    fn write_caps(&self, turn: &mut Turn<'_, '_>, subcommand: &str, names: &[String]) {
        let lines = if self.registration.knows_302 {
            packed(names.iter().cloned(), CAPS_PER_LINE_MAX)
        } else {
            vec![names.join(" ")]
        };
        // An empty list is told, too.
        let lines = if lines.is_empty() {
            vec![String::new()]
        } else {
            lines
        };
        let target = self.target(turn.around);
        let count = lines.len();
        for (index, caps) in lines.iter().enumerate() {
            let line = LineWriter::new(&mut turn.out)
                .source(&turn.around.settings.name)
                .command("CAP");
            let line = line.param(&target).param(subcommand);
            let line = if index + 1 < count {
                line.param("*")
            } else {
                line
            };
            line.trailing(caps).end();
        }
    }

    /// Switches capabilities, all of one request or none.
    fn request_caps(&mut self, turn: &mut Turn<'_, '_>) {
        self.registration.is_negotiating |= !self.registration.is_over();
        let wanted = turn.line.params.at(1);
        let answer = match self.switched(wanted, turn.around) {
            Some(caps) => {
                self.caps = caps;
                "ACK"
            }
            None => "NAK",
        };
        let target = self.target(turn.around);
        let line = LineWriter::new(&mut turn.out)
            .source(&turn.around.settings.name)
            .command("CAP");
        line.param(&target).param(answer).trailing(wanted).end();
    }

    fn switched(&self, wanted: &str, around: &Around<'_>) -> Option<CapSet> {
        let mut caps = self.caps;
        for word in wanted.split(' ').filter(|word| !word.is_empty()) {
            match word.strip_prefix('-') {
                // Who knows 302 is told of changes, wanted or not (capability-negotiation).
                Some(name) => {
                    let cap = caps::find(name)?;
                    if cap == Cap::CapNotify && self.registration.knows_302 {
                        return None;
                    }
                    caps.remove(cap);
                }
                None => caps.insert(caps::find(word).filter(|cap| is_offered(*cap, around))?),
            }
        }
        Some(caps)
    }
}

fn is_offered(cap: Cap, around: &Around<'_>) -> bool {
    let is_in_table = CAPS.iter().any(|row| row.cap == cap && row.offered);
    is_in_table
        && (cap != Cap::Sasl || around.peer.key.is_some())
        && (cap != Cap::ChatHistory || around.settings.history)
}
