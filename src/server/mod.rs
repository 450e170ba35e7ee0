//! The server: sockets, dialects and the hub that owns the state.

pub mod names;
