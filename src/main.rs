//! The command line of `chatroom`.

fn main() {}
