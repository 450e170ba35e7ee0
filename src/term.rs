//! The local terminal: its keys in, its screen out.
