//! The past, as asked for (IRCv3 draft/chathistory).

use std::sync::Arc;

use super::message::{Told, seq_of, time};
use super::reply::{answer_max, end_batch};
use super::{Irc, Turn};
use crate::core::{Millis, RoomId, Seq, UserId};
use crate::history::{Bound, Found, Place, Query, Row, Span, Target};
use crate::irc::caps::Cap;
use crate::irc::write::LineWriter;
use crate::server::dialect::{Around, Ask, Mark};
use crate::server::names;

/// The end of a stretch of the past from which messages are told when they are too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    /// The first ones.
    #[default]
    Oldest,
    /// The last ones.
    Newest,
}

/// Why a request is none.
struct Mistake {
    code: &'static str,
    text: &'static str,
}

const BAD_PARAMS: Mistake = Mistake {
    code: "INVALID_PARAMS",
    text: "CHATHISTORY LATEST|BEFORE|AFTER|AROUND|BETWEEN|TARGETS, a target, msgid= or timestamp=, a number",
};

const SWITCHED_OFF: Mistake = Mistake {
    code: "MESSAGE_ERROR",
    text: "this server keeps no history",
};

const BAD_TARGET: Mistake = Mistake {
    code: "INVALID_TARGET",
    text: "there is no such conversation, or you may not read it",
};

impl Irc {
    pub(super) fn chathistory(&mut self, turn: &mut Turn<'_, '_>) {
        let subcommand = turn.line.params.at(0).to_ascii_uppercase();
        let asked = match subcommand.as_str() {
            _ if !turn.around.settings.history => Err(SWITCHED_OFF),
            "TARGETS" => self.ask_targets(turn),
            "LATEST" | "BEFORE" | "AFTER" | "AROUND" | "BETWEEN" => {
                self.ask_messages(turn, &subcommand)
            }
            _ => Err(BAD_PARAMS),
        };
        if let Err(Mistake { code, text }) = asked {
            let around = turn.around;
            let context = format!("{subcommand} {}", turn.line.params.at(1));
            self.fail(&mut turn.out, around, "CHATHISTORY", code, &context, text);
        }
    }

    fn ask_messages(&mut self, turn: &mut Turn<'_, '_>, subcommand: &str) -> Result<(), Mistake> {
        let around = turn.around;
        let params = turn.line.params;
        let bound = |index| parse_bound(params.at(index), around);
        let (span, limit) = match subcommand {
            "LATEST" if params.at(2) == "*" => (Span::Latest(None), params.at(3)),
            "LATEST" => (Span::Latest(Some(bound(2)?)), params.at(3)),
            "BEFORE" => (Span::Before(bound(2)?), params.at(3)),
            "AFTER" => (Span::After(bound(2)?), params.at(3)),
            "AROUND" => (Span::Around(bound(2)?), params.at(3)),
            _ => (Span::Between(bound(2)?, bound(3)?), params.at(4)),
        };
        let end = match span {
            Span::Latest(_) | Span::Before(_) => End::Newest,
            Span::After(_) | Span::Around(_) | Span::Between(..) => End::Oldest,
        };
        let name = params.at(1);
        let limit = parse_limit(limit, around)?;
        let (place, from) = conversation(name, around).ok_or(BAD_TARGET)?;
        self.past = end;
        // The answer names it as it was asked for, by which the asker knows it.
        turn.ask(
            name,
            Ask::Query(Query::Messages {
                place,
                from,
                span,
                limit,
            }),
        );
        Ok(())
    }

    fn ask_targets(&self, turn: &mut Turn<'_, '_>) -> Result<(), Mistake> {
        let around = turn.around;
        let params = turn.line.params;
        let at = |index| match parse_bound(params.at(index), around) {
            Ok(Bound::At(at)) => Ok(at),
            Ok(Bound::Seq(_)) | Err(_) => Err(BAD_PARAMS),
        };
        let (a, b) = (at(1)?, at(2)?);
        let limit = parse_limit(params.at(3), around)?;
        let user = around
            .state
            .session_user(around.session)
            .ok_or(BAD_TARGET)?;
        let rooms = user.rooms.iter();
        let rooms: Vec<(RoomId, Seq)> = rooms
            .filter_map(|room| Some((*room, around.state.readable_from(user.id, *room)?)))
            .collect();
        let query = Query::Targets {
            user: user.id,
            rooms,
            after: a.min(b),
            before: a.max(b),
            limit,
        };
        turn.ask("", Ask::Query(query));
        Ok(())
    }

    /// Tells what was found.
    pub(super) fn tell_past(
        &mut self,
        mark: &Mark,
        found: Found,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let has_batches = self.has(Cap::Batch);
        let (kind, target) = match &found {
            Found::Messages(_) => ("chathistory", &*mark.about),
            Found::Targets(_) => ("draft/chathistory-targets", ""),
        };
        let reference = self.next_batch();
        if has_batches {
            let line = LineWriter::new(out)
                .source(&around.settings.name)
                .command("BATCH");
            let line = line.param(&format!("+{reference}")).param(kind);
            if target.is_empty() {
                line.end()
            } else {
                line.param(target).end()
            }
        }
        let batch = has_batches.then_some(&*reference);
        match found {
            Found::Messages(rows) => {
                for row in self.tell_rows(&rows, batch, around) {
                    out.extend_from_slice(&row);
                }
            }
            Found::Targets(targets) => {
                for target in targets {
                    self.tell_target(&target, batch, around, out);
                }
            }
        }
        if has_batches {
            end_batch(&reference, None, around, out);
        }
    }

    /// Tells messages, oldest first, as many from the end that was asked for as fit one answer;
    /// who wants the others asks again.
    fn tell_rows(
        &self,
        rows: &[Arc<Row>],
        batch: Option<&str>,
        around: &Around<'_>,
    ) -> Vec<Vec<u8>> {
        let order: Vec<&Arc<Row>> = match self.past {
            End::Oldest => rows.iter().collect(),
            End::Newest => rows.iter().rev().collect(),
        };
        let (mut all, mut bytes) = (Vec::new(), 0);
        for row in order {
            let mut out = Vec::new();
            self.tell_row(row, batch, around, &mut out);
            bytes += out.len();
            if bytes > answer_max(around) && !all.is_empty() {
                break;
            }
            all.push(out);
        }
        if self.past == End::Newest {
            all.reverse();
        }
        all
    }

    fn tell_row(&self, row: &Row, batch: Option<&str>, around: &Around<'_>, out: &mut Vec<u8>) {
        let told = Told {
            seq: row.seq,
            at: row.at,
            nick: &row.nick,
            username: &row.username,
            host: &row.host,
            account: row.account.as_deref(),
            to: &row.to,
            kind: row.kind,
            text: &row.text,
            tags: row.tags.as_deref(),
            nonce: None,
            batch,
        };
        self.tell(&told, around, out);
    }

    fn tell_target(
        &self,
        target: &Target,
        batch: Option<&str>,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) {
        let viewer = around
            .state
            .session_user(around.session)
            .map(|user| user.id);
        let Some(name) = viewer.and_then(|viewer| name_of(target.place, viewer, around)) else {
            return;
        };
        let line = LineWriter::new(out);
        let line = match batch {
            Some(batch) => line.tag("batch", batch),
            None => line,
        };
        let line = line
            .source(&around.settings.name)
            .command("CHATHISTORY")
            .param("TARGETS");
        line.param(&name).param(&time(target.at)).end();
    }
}

/// A conversation of the asker, from where they may read it; the membership check is the core's.
fn conversation(name: &str, around: &Around<'_>) -> Option<(Place, Seq)> {
    let user = around.state.session_user(around.session)?;
    if name.starts_with('#') {
        let room = around.state.room_named(&names::fold(name))?;
        let from = around.state.readable_from(user.id, room.id)?;
        return Some((Place::Room(room.id), from));
    }
    let other = around.state.user_named(&names::fold(name))?;
    Some((Place::direct(user.id, other.id), Seq(0)))
}

fn name_of(place: Place, viewer: UserId, around: &Around<'_>) -> Option<Arc<str>> {
    match place {
        Place::Room(room) => around.state.room(room).map(|room| room.name.shown.clone()),
        Place::Direct(a, b) => {
            let other = if a == viewer { b } else { a };
            around
                .state
                .user(other)
                .map(|user| user.person.name.shown.clone())
        }
    }
}

fn parse_bound(text: &str, around: &Around<'_>) -> Result<Bound, Mistake> {
    let unknown = Mistake {
        code: "INVALID_MSGREFTYPE",
        text: "give msgid=… or timestamp=…",
    };
    match text.split_once('=') {
        Some(("msgid", id)) => seq_of(around.epoch, id).map(Bound::Seq).ok_or(BAD_PARAMS),
        Some(("timestamp", at)) => {
            let at: jiff::Timestamp = at.parse().ok().ok_or(BAD_PARAMS)?;
            Ok(Bound::At(Millis(at.as_millisecond())))
        }
        Some(_) => Err(unknown),
        None if text.is_empty() => Err(BAD_PARAMS),
        None => Err(unknown),
    }
}

fn parse_limit(text: &str, around: &Around<'_>) -> Result<usize, Mistake> {
    let limit: usize = text.parse().ok().ok_or(BAD_PARAMS)?;
    let max = around.settings.limits.chathistory_max;
    Ok(if limit == 0 { max } else { limit.min(max) })
}
