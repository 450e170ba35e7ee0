//! Writing the topic of the open room where it can be seen whole.

use super::super::Model;
use super::super::editor::Editor;
use super::super::keys::Deed;
use super::{Outcome, Overlay};
use crate::client::action::Action;
use crate::client::happening::BufferName;
use crate::client::model::buffer::LineKind;
use crate::client::rooms::Rooms;

/// The topic that is being written.
#[derive(Debug)]
pub struct Topic {
    /// Of which room.
    pub room: String,
    /// The topic.
    pub editor: Editor,
}

impl Model {
    /// Lets the topic of the open room be written anew.
    pub(in super::super) fn show_topic(&mut self, rooms: &Rooms) {
        let BufferName::Room(room) = &self.buffer().name else {
            let why = self.text("ui-not-a-room");
            return self.note_here(LineKind::Failure, &why);
        };
        let mut editor = Editor::default();
        let before = rooms.get(room).map_or("", |room| room.topic.as_str());
        editor.set(&super::super::clean(before));
        let room = room.clone();
        self.overlay = Some(Overlay::Topic(Topic { room, editor }));
    }

    pub(super) fn topic_key(
        &mut self,
        topic: &Topic,
        deed: Option<Deed>,
        rooms: &Rooms,
    ) -> Outcome {
        match deed {
            Some(Deed::Send) => {}
            Some(Deed::Topic) => return Outcome::Done,
            _ => return Outcome::Types,
        }
        let room = topic.room.clone();
        let text = topic.editor.text().trim();
        if rooms.get(&room).is_some_and(|known| known.topic == text) {
            return Outcome::Done;
        }
        // Where it is refused, it can be had back as it would be typed.
        self.entered.keep(&format!("/topic {text}"));
        let text = Some(text.to_owned());
        let outcome = self.act(Action::Topic { room, text });
        self.tell_outcome(outcome);
        Outcome::Done
    }
}
