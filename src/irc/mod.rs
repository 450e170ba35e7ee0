//! The language of IRC, for both ends: lines, limits, capabilities, numerics.

pub mod caps;
pub mod fold;
pub mod framing;
pub mod isupport;
pub mod line;
pub mod numeric;
pub mod write;

/// The prefix of what is ours and no standard: a domain that cannot exist, until one is held.
pub const VENDOR: &str = "chatroom.invalid";
/// The tag and capability of a sender's own mark, by which a repeat is known as one.
pub const NONCE: &str = "chatroom.invalid/nonce";
/// The tag of a refused name that has one that is free.
pub const SUGGESTION: &str = "chatroom.invalid/suggestion";
/// The capability whose value is the name of the room that everybody is in.
pub const LOBBY: &str = "chatroom.invalid/lobby";
/// The tag of an `AWAY` that says that somebody's last session has ended ([`LEFT`]), that they have
/// one again ([`BACK`]), or that they have none while something is done in their name ([`ABSENT`]).
/// An `AWAY` without it is what somebody said by hand.
pub const PRESENCE: &str = "chatroom.invalid/presence";
/// A value of [`PRESENCE`].
pub const LEFT: &str = "left";
/// A value of [`PRESENCE`].
pub const BACK: &str = "back";
/// A value of [`PRESENCE`].
pub const ABSENT: &str = "absent";
