//! Identifiers and the forms that names are compared by.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// The place of an entry in the log: from 1 upwards, never restarted, never reused.
    Seq
}
id! {
    /// Somebody, with an account or a guest: the place of the entry that first told of them.
    UserId
}
id! {
    /// A room: the place of the entry that made it. A name used again is another room.
    RoomId
}
id! {
    /// One connected client. The hub numbers them; a start of the server begins anew.
    SessionId
}

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

/// The SHA-256 of a public key's SubjectPublicKeyInfo, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub Arc<str>);

/// A name as it is shown, with the two forms that it is compared by.
///
/// Both forms are made before the entry is (`server::names`), since Unicode's tables change from
/// version to version and an old entry must mean the same for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// What people read.
    pub shown: Arc<str>,
    /// Equal for names that differ by case or width only (RFC 8265 §3.3).
    pub folded: Arc<str>,
    /// Equal for names that look alike (UTS 39 §4).
    pub skeleton: Arc<str>,
}
