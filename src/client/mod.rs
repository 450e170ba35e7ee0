//! The client of any IRCv3 server: a session without I/O, a model, a view, and one loop.

pub mod action;
pub mod happening;
pub mod key;
pub mod model;
pub mod net;
pub mod rooms;
pub mod session;
pub mod store;
pub mod view;
