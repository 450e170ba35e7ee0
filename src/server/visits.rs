//! Who comes and goes, told to an operator who asked for it (`chatroom serve -v`).
//!
//! Names and reasons are somebody else's words and made harmless; addresses are told nowhere.

use tracing::info;

use super::dialect::{Class, Peer};
use super::ending::Ending;
use crate::core::{Event, SessionId};
use crate::text::harmless;

/// A connection has said what it speaks.
pub(super) fn opened(SessionId(id): SessionId, class: Class, peer: &Peer) {
    let language = match class {
        Class::Irc(_) => "IRC",
        Class::Pipe => "the tutorial's pipes",
        Class::Json => "the tutorial's JSON",
    };
    let way = if peer.is_secure { "TLS" } else { "no TLS" };
    info!("connection {id}: {language}, {way}");
}

/// A connection has ended; `who` had signed on over it.
pub(super) fn ended(SessionId(id): SessionId, who: Option<&str>, ending: Ending<'_>) {
    let why = ending.words();
    let why = harmless(&why);
    match who {
        Some(who) => info!("connection {id}: {} left: {why}", harmless(who)),
        None => info!("connection {id}: ended: {why}"),
    }
}

/// Something became true that was asked for over a connection.
pub(super) fn happened(session: Option<SessionId>, event: &Event) {
    match event {
        Event::SignedOn { person, .. } => {
            let SessionId(id) = session.unwrap_or_default();
            let name = harmless(&person.name.shown);
            match &person.account {
                Some(account) => info!("connection {id}: {name} came, account {account}"),
                None => info!("connection {id}: {name} came, a guest"),
            }
        }
        Event::Renamed { before, after } => info!(
            "{} is {} now",
            harmless(&before.name.shown),
            harmless(&after.name.shown)
        ),
        Event::Joined { room, person, .. } => info!(
            "{} came into {}",
            harmless(&person.name.shown),
            harmless(&room.name)
        ),
        Event::Parted { room, person, .. } => info!(
            "{} left {}",
            harmless(&person.name.shown),
            harmless(&room.name)
        ),
        Event::Kicked {
            room, by, person, ..
        } => info!(
            "{} was put out of {} by {}",
            harmless(&person.name.shown),
            harmless(&room.name),
            harmless(&by.name.shown)
        ),
        Event::Identified { .. }
        | Event::Quit { .. }
        | Event::WentAway { .. }
        | Event::CameBack { .. }
        | Event::AwayChanged { .. }
        | Event::ProfileSet { .. }
        | Event::AlwaysOnSet { .. }
        | Event::Created { .. }
        | Event::Invited { .. }
        | Event::InviteSeen { .. }
        | Event::InviteSent { .. }
        | Event::TopicSet { .. }
        | Event::ModesSet { .. }
        | Event::Said(_)
        | Event::Repeated { .. }
        | Event::Refused(_) => {}
    }
}
