//! What lies over the screen: one thing at a time.

use super::editor::Editor;
use crate::client::happening::WhoisField;

/// What lies over the screen; Esc closes it.
#[derive(Debug)]
pub enum Overlay {
    /// Keys and commands, those that hold what is written.
    Help {
        /// What narrows them down.
        filter: Editor,
        /// How many rows are scrolled away.
        scrolled: usize,
    },
    /// The rooms there are: name, members, topic.
    List {
        /// The rooms.
        rooms: Vec<(String, usize, String)>,
        /// Which is chosen.
        selected: usize,
    },
    /// What is known of somebody.
    Whois {
        /// Who.
        nick: String,
        /// What.
        rows: Vec<(WhoisField, String)>,
    },
    /// Whether to leave.
    Quit,
    /// What becomes of the room that is hosted here, since others are in it.
    Farewell {
        /// How many.
        others: usize,
        /// What they are told of one's leaving.
        reason: Option<String>,
        /// Which is chosen.
        selected: usize,
    },
    /// Which name to go by, since the one wished for was refused.
    Name {
        /// Which was refused.
        refused: String,
        /// Why.
        why: String,
        /// The name being written.
        editor: Editor,
    },
    /// The rooms one is in, where there is no sidebar.
    Rooms {
        /// Which is chosen.
        selected: usize,
    },
    /// The members of the open room, where there is no list of them.
    Members {
        /// Which is chosen.
        selected: usize,
    },
}
