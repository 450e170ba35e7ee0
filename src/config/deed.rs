//! What keys do, each under its stable name.

use serde::{Deserialize, Serialize};

/// Makes [`Deed`] of a table: a deed and its stable name.
macro_rules! deeds {
    ($($deed:ident = $name:literal,)*) => {
        /// What a key does. What each is for is said where keys are bound, in the reader's language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each has a sentence in the texts")]
        pub enum Deed {
            $(#[serde(rename = $name)] $deed,)*
        }

        impl Deed {
            /// All deeds.
            pub const ALL: &'static [Self] = &[$(Self::$deed,)*];

            /// Its stable name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$deed => $name,)*
                }
            }
        }
    };
}

deeds! {
    Help = "help",
    Goto = "goto",
    NextRoom = "room.next",
    PreviousRoom = "room.previous",
    RoomByNumber = "room.number",
    NextActivity = "room.next-activity",
    LastRoom = "room.last",
    NextMention = "mention.next",
    PreviousMention = "mention.previous",
    Mentions = "mentions",
    FirstUnread = "unread.first",
    SelectOlder = "select.older",
    SelectNewer = "select.newer",
    Copy = "copy",
    Link = "link",
    Profile = "profile",
    MarkUnread = "unread.mark",
    PageUp = "scroll.up",
    PageDown = "scroll.down",
    Oldest = "scroll.oldest",
    Newest = "scroll.newest",
    Find = "find",
    Sidebar = "pane.rooms",
    Members = "pane.members",
    Focus = "pane.next",
    Topic = "topic",
    Mute = "room.mute",
    Bare = "plain",
    Mouse = "mouse",
    Resend = "resend",
    Redraw = "redraw",
    Pause = "pause",
    Clear = "clear",
    Quit = "quit",
    Escape = "escape",
    Send = "send",
    NewLine = "newline",
    Complete = "complete",
    CompleteBack = "complete.back",
    Up = "up",
    Down = "down",
    OlderInput = "history.older",
    NewerInput = "history.newer",
    SearchInput = "history.search",
    Editor = "editor",
    Emoji = "emoji",
    LastArgument = "history.argument",
    Left = "left",
    Right = "right",
    WordLeft = "word.left",
    WordRight = "word.right",
    LineStart = "line.start",
    LineEnd = "line.end",
    DeleteLeft = "delete.left",
    DeleteRight = "delete.right",
    DeleteWordLeft = "delete.word.left",
    DeleteWordRight = "delete.word.right",
    KillBlankLeft = "kill.word",
    KillLineStart = "kill.start",
    KillLineEnd = "kill.end",
    Yank = "yank",
    YankPrevious = "yank.previous",
    Transpose = "transpose",
    TransposeWords = "transpose.words",
    UpperWord = "word.upper",
    LowerWord = "word.lower",
    CapitalWord = "word.capital",
    Undo = "undo",
    Redo = "redo",
}
