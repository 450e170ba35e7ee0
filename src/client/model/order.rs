//! The order of the conversations, by which they are found, and how many there may be.

use super::buffer::{Buffer, LineKind};
use super::{Model, clean};
use crate::client::happening::{BufferName, Message};
use crate::client::rooms::Rooms;

/// Groups, and people, with whom others may begin to talk here: what further ones say stands in the
/// server's own conversation. Who types has no limit.
pub const TALKS_MAX: usize = 1_000;
/// Bytes that the lines of all conversations may take.
const LINES_BYTES_MAX: usize = 192 * 1024 * 1024;

/// Under which heading a conversation stands, in the order of the sidebar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// The room that everybody is in.
    Public,
    /// Rooms that people make.
    Groups,
    /// People.
    Direct,
    /// The server itself.
    #[default]
    Server,
}

/// Where a conversation stands: under its heading, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    section: Section,
    folded: String,
}

impl Model {
    /// Under which heading a conversation stands.
    pub fn section(&self, name: &BufferName, rooms: &Rooms) -> Section {
        match name {
            BufferName::Server => Section::Server,
            BufferName::Person(_) => Section::Direct,
            BufferName::Room(room) => {
                let is_lobby = self
                    .lobby
                    .as_ref()
                    .is_some_and(|lobby| rooms.same(lobby, room));
                if is_lobby {
                    Section::Public
                } else {
                    Section::Groups
                }
            }
        }
    }

    pub(super) fn find(&self, name: &BufferName, rooms: &Rooms) -> Option<usize> {
        self.place(name, rooms).ok()
    }

    /// The place of a conversation, which is new when it is not known yet.
    pub(super) fn ensure(&mut self, name: &BufferName, rooms: &Rooms) -> usize {
        let at = match self.place(name, rooms) {
            Ok(at) => return at,
            Err(at) => at,
        };
        let mut buffer = Buffer::new(name.clone());
        buffer.order = self.order(name, rooms);
        self.buffers.insert(at, buffer);
        if at <= self.open {
            self.open += 1;
        }
        at
    }

    /// The same for one that somebody else begins; none when there are as many as there may be.
    pub(super) fn admit(&mut self, name: &BufferName, rooms: &Rooms) -> Option<usize> {
        if let Ok(at) = self.place(name, rooms) {
            return Some(at);
        }
        let section = self.section(name, rooms);
        let ends = |is_before: &dyn Fn(Section) -> bool| {
            let buffers = &self.buffers;
            buffers.partition_point(|buffer| is_before(buffer.order.section))
        };
        let count = ends(&|one| one <= section) - ends(&|one| one < section);
        (count < TALKS_MAX).then(|| self.ensure(name, rooms))
    }

    /// The place of a room that one is in now: where there are as many as there may be, one that is
    /// left and holds nothing of one's own makes room.
    pub(super) fn admit_room(&mut self, room: String, rooms: &Rooms) -> usize {
        let name = BufferName::Room(room);
        if let Some(at) = self.admit(&name, rooms) {
            return at;
        }
        let open = self.open;
        let is_left = |(at, buffer): (usize, &Buffer)| {
            let is_room = matches!(buffer.name, BufferName::Room(_)) && !buffer.is_joined;
            let is_empty = buffer.editor.is_empty() && buffer.outgoing.is_empty();
            at != open && is_room && is_empty && buffer.invitation.is_none()
        };
        if let Some(at) = self.buffers.iter().enumerate().position(is_left) {
            self.remove(at);
        }
        self.ensure(&name, rooms)
    }

    /// What somebody says in a conversation beyond those that there may be.
    pub(super) fn said_elsewhere(&mut self, name: &BufferName, message: &Message, rooms: &Rooms) {
        let at = self.ensure(&BufferName::Server, rooms);
        if !std::mem::replace(&mut self.has_told_of_many, true) {
            let count = TALKS_MAX.to_string();
            let text = self.texts.with("ui-many-talks", &[("count", &count)]);
            self.note(at, LineKind::Failure, self.now, &text);
        }
        let heard = self.heard(message, name);
        let text = match name {
            BufferName::Room(room) => format!("{} {}", clean(room), heard.line().text),
            BufferName::Person(_) | BufferName::Server => heard.line().text.to_owned(),
        };
        let line = super::buffer::Line {
            text: &text,
            is_mention: false,
            ..heard.line()
        };
        let is_open = at == self.open;
        if let Some(buffer) = self.buffers.get_mut(at)
            && let Some(number) = buffer.push(line)
            && !is_open
        {
            buffer.count_unread(number, 1, 0);
        }
    }

    /// Lets the oldest lines of the longest conversation go where all together take too much.
    pub(super) fn shed(&mut self) {
        let bytes: usize = self.buffers.iter().map(Buffer::bytes).sum();
        if bytes > LINES_BYTES_MAX {
            let longest = self.buffers.iter_mut().max_by_key(|buffer| buffer.bytes());
            let over = bytes - LINES_BYTES_MAX;
            longest.into_iter().for_each(|buffer| buffer.shed(over));
        }
    }

    /// Puts the conversations in order, after a name, the lobby or the rule for names has changed.
    pub(super) fn sort(&mut self, rooms: &Rooms) {
        self.folding = rooms.mapping();
        let open = self.buffer().name.clone();
        let mut buffers = std::mem::take(&mut self.buffers);
        for buffer in &mut buffers {
            buffer.order = self.order(&buffer.name, rooms);
        }
        buffers.sort_by(|a, b| a.order.place().cmp(&b.order.place()));
        self.buffers = buffers;
        self.open = self.find(&open, rooms).unwrap_or(0);
    }

    /// Where a conversation is, or else where it would be.
    fn place(&self, name: &BufferName, rooms: &Rooms) -> Result<usize, usize> {
        let folded = match name {
            BufferName::Server => "".into(),
            BufferName::Room(name) | BufferName::Person(name) => rooms.folded(name),
        };
        let wanted = (self.section(name, rooms), &*folded);
        let buffers = &self.buffers;
        buffers.binary_search_by(|buffer| buffer.order.place().cmp(&wanted))
    }

    fn order(&self, name: &BufferName, rooms: &Rooms) -> Order {
        let folded = match name {
            BufferName::Server => String::new(),
            BufferName::Room(name) | BufferName::Person(name) => rooms.fold(name),
        };
        Order {
            section: self.section(name, rooms),
            folded,
        }
    }
}

impl Order {
    fn place(&self) -> (Section, &str) {
        (self.section, &self.folded)
    }
}

/// Whether two names are of one conversation.
pub(super) fn is_same(a: &BufferName, b: &BufferName, rooms: &Rooms) -> bool {
    match (a, b) {
        (BufferName::Server, BufferName::Server) => true,
        (BufferName::Room(a), BufferName::Room(b))
        | (BufferName::Person(a), BufferName::Person(b)) => rooms.same(a, b),
        (BufferName::Server | BufferName::Room(_) | BufferName::Person(_), _) => false,
    }
}
