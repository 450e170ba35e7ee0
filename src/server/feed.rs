//! Who hears which room, and what each is given at the end of a turn.
//!
//! What a whole room hears is rendered once for each class of sessions into the class's buffer;
//! at the end of the turn the buffer becomes one shared batch, and each listener gets the slice of
//! it that it has not had. Before a session gets anything else, it gets its slices up to there.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::Arc;
use std::task::Waker;

use bytes::Bytes;

use super::dialect::Class;
use super::outbox::Outbox;
use crate::core::{RoomId, SessionId};

/// A buffer that has grown over this is given back.
const KEPT_MAX: usize = 64 * 1024;
/// Places for wakers that are kept.
const WAKES_KEPT_MAX: usize = 1024;

/// A map whose keys are numbers of our own, which nobody else chooses.
pub(super) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// Spreads numbers that follow each other.
#[derive(Default)]
pub(super) struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Who hears which room, and what waits for each until the turn ends.
#[derive(Default)]
pub(super) struct Feed {
    rooms: NumberMap<RoomId, Vec<Stream>>,
    /// Rooms in which something was rendered in this turn.
    dirty: Vec<RoomId>,
    ears: NumberMap<SessionId, Ear>,
    /// Sessions that were told something in this turn that is not for a whole room.
    told: Vec<SessionId>,
    /// Connections that have something to write and do not know it yet.
    to_wake: VecDeque<Waker>,
    /// How many of them are woken together, one room after the other.
    crowds: VecDeque<usize>,
    /// How many of them were left when some were woken last.
    left: usize,
}

/// One class of the listeners of a room. Its index holds until the turn ends.
struct Stream {
    class: Class,
    /// By session.
    listeners: Vec<Listener>,
    /// What was rendered in this turn.
    buf: Vec<u8>,
    /// The same, once the turn ends.
    batch: Bytes,
}

struct Listener {
    session: SessionId,
    /// How much of the buffer it has had.
    sent: usize,
    outbox: Arc<Outbox>,
}

/// A session that hears.
struct Ear {
    class: Class,
    rooms: Vec<RoomId>,
    pieces: Vec<Piece>,
    outbox: Arc<Outbox>,
}

/// What waits for one session.
enum Piece {
    Own(Bytes),
    Slice {
        room: RoomId,
        stream: usize,
        range: Range<usize>,
    },
}

impl Feed {
    /// Adds a session, which hears no room yet.
    pub(super) fn open(&mut self, session: SessionId, class: Class, outbox: Arc<Outbox>) {
        let ear = Ear {
            class,
            rooms: Vec::new(),
            pieces: Vec::new(),
            outbox,
        };
        self.ears.insert(session, ear);
    }

    /// Takes a session out, and gives it what waits for it.
    pub(super) fn close(&mut self, session: SessionId) {
        self.catch_up(session);
        let Some(ear) = self.ears.remove(&session) else {
            return;
        };
        for room in &ear.rooms {
            self.take_out(*room, ear.class, session);
        }
        let copy = |piece| match piece {
            Piece::Own(bytes) => bytes,
            Piece::Slice {
                room,
                stream,
                range,
            } => {
                let stream = self.rooms.get(&room).and_then(|all| all.get(stream));
                let bytes = stream.and_then(|stream| stream.buf.get(range));
                Bytes::copy_from_slice(bytes.unwrap_or_default())
            }
        };
        ear.outbox.push(ear.pieces.into_iter().map(copy));
    }

    /// Says that a session is told as another class is, from here on.
    pub(super) fn reclass(&mut self, session: SessionId, class: Class) {
        match self.ears.get(&session) {
            Some(ear) if ear.class != class => {}
            _ => return,
        }
        self.catch_up(session);
        let Some(ear) = self.ears.get_mut(&session) else {
            return;
        };
        let before = std::mem::replace(&mut ear.class, class);
        let (rooms, outbox) = (ear.rooms.clone(), ear.outbox.clone());
        for room in rooms {
            self.take_out(room, before, session);
            self.put_in(room, class, session, outbox.clone());
        }
    }

    /// Lets a session hear a room from here on.
    pub(super) fn listen(&mut self, room: RoomId, session: SessionId) {
        let Some(ear) = self.ears.get_mut(&session) else {
            return;
        };
        if ear.rooms.contains(&room) {
            return;
        }
        ear.rooms.push(room);
        let (class, outbox) = (ear.class, ear.outbox.clone());
        self.put_in(room, class, session, outbox);
    }

    /// Lets a session hear a room up to here.
    pub(super) fn unlisten(&mut self, room: RoomId, session: SessionId) {
        if !self.listens(room, session) {
            return;
        }
        self.catch_up(session);
        if let Some(ear) = self.ears.get_mut(&session) {
            ear.rooms.retain(|one| *one != room);
            let class = ear.class;
            self.take_out(room, class, session);
        }
    }

    /// Lets a session hear all its rooms up to here.
    pub(super) fn unlisten_all(&mut self, session: SessionId) {
        let rooms = self.ears.get(&session).map(|ear| ear.rooms.clone());
        for room in rooms.unwrap_or_default() {
            self.unlisten(room, session);
        }
    }

    /// Whether a session hears a room.
    pub(super) fn listens(&self, room: RoomId, session: SessionId) -> bool {
        self.ears
            .get(&session)
            .is_some_and(|ear| ear.rooms.contains(&room))
    }

    /// The class of a session.
    pub(super) fn class(&self, session: SessionId) -> Option<Class> {
        self.ears.get(&session).map(|ear| ear.class)
    }

    /// The sessions that hear any of some rooms, each once, in order.
    pub(super) fn listeners(&self, rooms: &[RoomId]) -> Vec<SessionId> {
        let streams = rooms.iter().filter_map(|room| self.rooms.get(room));
        let listeners = streams.flatten().flat_map(|stream| &stream.listeners);
        let mut all: Vec<SessionId> = listeners.map(|listener| listener.session).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Renders for a whole room, once for each class of its listeners. A class that is `except`
    /// alone is left out. The first argument of `render` is a session of the class. `except`, who
    /// was given all before ([`Self::catch_up`]), gets nothing of it: it is told apart.
    pub(super) fn render(
        &mut self,
        room: RoomId,
        except: Option<SessionId>,
        render: &mut dyn FnMut(SessionId, &mut Vec<u8>),
    ) {
        let Some(streams) = self.rooms.get_mut(&room) else {
            return;
        };
        let was_dirty = streams.iter().any(|stream| !stream.buf.is_empty());
        for stream in streams.iter_mut() {
            let first = stream
                .listeners
                .iter()
                .map(|listener| listener.session)
                .find(|session| Some(*session) != except);
            if let Some(first) = first {
                render(first, &mut stream.buf);
            }
            let len = stream.buf.len();
            if let Some(listener) = except.and_then(|one| stream.listener(one)) {
                listener.sent = len;
            }
        }
        let is_dirty = streams.iter().any(|stream| !stream.buf.is_empty());
        if is_dirty && !was_dirty {
            self.dirty.push(room);
        }
    }

    /// Gives a session its slices of all its rooms up to here.
    pub(super) fn catch_up(&mut self, session: SessionId) {
        let Self {
            rooms, ears, told, ..
        } = self;
        let Some(ear) = ears.get_mut(&session) else {
            return;
        };
        for room in &ear.rooms {
            let Some((stream, listener, len)) = find(rooms, *room, ear.class, session) else {
                continue;
            };
            let range = listener.sent..len;
            listener.sent = len;
            if range.is_empty() {
                continue;
            }
            if ear.pieces.is_empty() {
                told.push(session);
            }
            match ear.pieces.last_mut() {
                Some(Piece::Slice {
                    room: last,
                    stream: of,
                    range: before,
                }) if (&*last, *of, before.end) == (room, stream, range.start) => {
                    before.end = range.end;
                }
                _ => ear.pieces.push(Piece::Slice {
                    room: *room,
                    stream,
                    range,
                }),
            }
        }
    }

    /// Tells one session alone, after all that its rooms have heard.
    pub(super) fn tell(&mut self, session: SessionId, bytes: Bytes) {
        if bytes.is_empty() {
            return;
        }
        self.catch_up(session);
        if let Some(ear) = self.ears.get_mut(&session) {
            if ear.pieces.is_empty() {
                self.told.push(session);
            }
            ear.pieces.push(Piece::Own(bytes));
        }
    }

    /// Ends the turn: gives each outbox what is for it, and names those that had no room. The
    /// connections are told by [`Self::wake`].
    pub(super) fn flush(&mut self) -> Vec<SessionId> {
        let mut over = Vec::new();
        let told = std::mem::take(&mut self.told);
        for session in &told {
            self.catch_up(*session);
        }
        for room in &self.dirty {
            for stream in self.rooms.get_mut(room).into_iter().flatten() {
                stream.batch = Bytes::copy_from_slice(&stream.buf);
                stream.buf.clear();
                stream.buf.shrink_to(KEPT_MAX);
            }
        }
        for session in told {
            if !self.give_pieces(session) {
                over.push(session);
            }
        }
        for room in std::mem::take(&mut self.dirty) {
            let Some(streams) = self.rooms.get_mut(&room) else {
                continue;
            };
            let before = self.to_wake.len();
            for stream in streams.iter_mut() {
                let batch = std::mem::take(&mut stream.batch);
                for listener in &mut stream.listeners {
                    let sent = std::mem::take(&mut listener.sent);
                    if sent == batch.len() {
                        continue;
                    }
                    let piece = [batch.slice(sent..)];
                    if !listener.outbox.lay(piece, &mut self.to_wake) {
                        over.push(listener.session);
                    }
                }
            }
            self.crowds.push_back(self.to_wake.len() - before);
            streams.retain(|stream| !stream.listeners.is_empty());
            if streams.is_empty() {
                self.rooms.remove(&room);
            }
        }
        over
    }

    /// Lets the next connections write what turns have given them, at least so many and the last
    /// room whole; false when none is left. Who comes into the queue meanwhile does not put that
    /// off: so many more are woken.
    pub(super) fn wake(&mut self, least: usize) -> bool {
        let before = match self.left {
            0 => self.to_wake.len(),
            left => left,
        };
        let most_left = before.saturating_sub(least);
        let mut count = 0;
        while self.to_wake.len() - count > most_left {
            let Some(crowd) = self.crowds.pop_front() else {
                break;
            };
            count += crowd;
        }
        self.to_wake.drain(..count).for_each(Waker::wake);
        self.left = self.to_wake.len();
        if self.left == 0 {
            // After a rush it goes back, too.
            self.to_wake.shrink_to(WAKES_KEPT_MAX);
            self.crowds.clear();
            self.crowds.shrink_to(WAKES_KEPT_MAX);
        }
        self.left > 0
    }

    fn give_pieces(&mut self, session: SessionId) -> bool {
        let Some(ear) = self.ears.get_mut(&session) else {
            return true;
        };
        let pieces = std::mem::take(&mut ear.pieces);
        let rooms = &self.rooms;
        let share = |piece| match piece {
            Piece::Own(bytes) => bytes,
            Piece::Slice {
                room,
                stream,
                range,
            } => {
                let stream = rooms.get(&room).and_then(|all| all.get(stream));
                stream.map_or(Bytes::new(), |stream| stream.batch.slice(range))
            }
        };
        let pieces = pieces.into_iter().map(share);
        let before = self.to_wake.len();
        let has_room = ear.outbox.lay(pieces, &mut self.to_wake);
        self.crowds.push_back(self.to_wake.len() - before);
        has_room
    }

    fn put_in(&mut self, room: RoomId, class: Class, session: SessionId, outbox: Arc<Outbox>) {
        let streams = self.rooms.entry(room).or_default();
        let at = streams.iter().position(|stream| stream.class == class);
        let at = at.unwrap_or_else(|| {
            streams.push(Stream {
                class,
                listeners: Vec::new(),
                buf: Vec::new(),
                batch: Bytes::new(),
            });
            streams.len() - 1
        });
        let Some(stream) = streams.get_mut(at) else {
            return;
        };
        let listener = Listener {
            session,
            sent: stream.buf.len(),
            outbox,
        };
        let found = stream
            .listeners
            .binary_search_by_key(&session, |one| one.session);
        if let Err(at) = found {
            stream.listeners.insert(at, listener);
        }
    }

    fn take_out(&mut self, room: RoomId, class: Class, session: SessionId) {
        let Some(streams) = self.rooms.get_mut(&room) else {
            return;
        };
        for stream in streams.iter_mut().filter(|stream| stream.class == class) {
            stream.listeners.retain(|one| one.session != session);
        }
        // In a turn that has rendered something, indices must hold until it ends.
        if streams.iter().all(|stream| stream.buf.is_empty()) {
            streams.retain(|stream| !stream.listeners.is_empty());
            if streams.is_empty() {
                self.rooms.remove(&room);
            }
        }
    }
}

impl Stream {
    fn listener(&mut self, session: SessionId) -> Option<&mut Listener> {
        let listeners = &mut self.listeners;
        let at = listeners.binary_search_by_key(&session, |one| one.session);
        listeners.get_mut(at.ok()?)
    }
}

/// A session as a listener of a room: the index of its stream, itself, the length of the buffer.
fn find(
    rooms: &mut NumberMap<RoomId, Vec<Stream>>,
    room: RoomId,
    class: Class,
    session: SessionId,
) -> Option<(usize, &mut Listener, usize)> {
    let streams = rooms.get_mut(&room)?;
    let (at, stream) = streams
        .iter_mut()
        .enumerate()
        .find(|(_, stream)| stream.class == class)?;
    let len = stream.buf.len();
    Some((at, stream.listener(session)?, len))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Wake, Waker};

    use super::*;

    const LOBBY: RoomId = RoomId(1);
    const DEN: RoomId = RoomId(2);
    const BOB: SessionId = SessionId(10);
    const EVE: SessionId = SessionId(11);
    const KIM: SessionId = SessionId(12);

    /// A feed with three sessions, of which kim speaks another language.
    struct Scene {
        feed: Feed,
        outboxes: HashMap<SessionId, Arc<Outbox>>,
    }

    impl Scene {
        fn new() -> Self {
            let mut feed = Feed::default();
            let mut outboxes = HashMap::new();
            for session in [BOB, EVE, KIM] {
                let outbox = Arc::new(Outbox::new(1000));
                let class = if session == KIM {
                    Class::Pipe
                } else {
                    Class::Json
                };
                feed.open(session, class, outbox.clone());
                outboxes.insert(session, outbox);
            }
            Self { feed, outboxes }
        }

        fn says(&mut self, room: RoomId, text: &str) {
            self.says_but_to(None, room, text);
        }

        fn says_but_to(&mut self, except: Option<SessionId>, room: RoomId, text: &str) {
            let classes: HashMap<_, _> = [BOB, EVE, KIM]
                .iter()
                .filter_map(|one| Some((*one, self.feed.class(*one)?)))
                .collect();
            self.feed.render(room, except, &mut |session, buf| {
                buf.extend_from_slice(text.as_bytes());
                if classes.get(&session) == Some(&Class::Pipe) {
                    buf.push(b'|');
                }
            });
        }

        fn tells(&mut self, session: SessionId, text: &str) {
            self.feed
                .tell(session, Bytes::copy_from_slice(text.as_bytes()));
        }

        #[track_caller]
        fn heard(&self, session: SessionId, expected: &str) {
            let look = self.outboxes[&session].look(&Context::from_waker(Waker::noop()), true);
            let text = String::from_utf8(look.pieces.concat()).unwrap();
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn what_is_private_comes_after_what_the_room_heard_before_it() {
        let mut scene = Scene::new();
        for session in [BOB, EVE, KIM] {
            scene.feed.listen(LOBBY, session);
        }
        scene.says(LOBBY, "1");
        scene.tells(BOB, "[to bob]");
        scene.says(LOBBY, "2");
        scene.says(LOBBY, "3");
        scene.tells(KIM, "[to kim]");
        scene.says(LOBBY, "4");
        assert!(scene.feed.flush().is_empty());
        scene.heard(BOB, "1[to bob]234");
        scene.heard(EVE, "1234");
        scene.heard(KIM, "1|2|3|[to kim]4|");
        scene.says(LOBBY, "5");
        scene.feed.flush();
        scene.heard(BOB, "5");
    }

    #[test]
    fn a_room_is_heard_from_coming_in_to_going_out() {
        let mut scene = Scene::new();
        scene.feed.listen(LOBBY, EVE);
        scene.says(LOBBY, "1");
        scene.feed.listen(LOBBY, BOB);
        scene.says(LOBBY, "2");
        scene.feed.unlisten(LOBBY, BOB);
        scene.says(LOBBY, "3");
        scene.feed.flush();
        scene.heard(BOB, "2");
        scene.heard(EVE, "123");
        scene.says(LOBBY, "4");
        scene.feed.flush();
        scene.heard(BOB, "");
    }

    #[test]
    fn what_a_session_was_told_privately_is_skipped_in_the_room() {
        let mut scene = Scene::new();
        scene.feed.listen(LOBBY, BOB);
        scene.feed.listen(LOBBY, EVE);
        scene.says(LOBBY, "1");
        scene.feed.catch_up(BOB);
        scene.says_but_to(Some(BOB), LOBBY, "2");
        scene.tells(BOB, "[2]");
        scene.says(LOBBY, "3");
        scene.feed.flush();
        scene.heard(BOB, "1[2]3");
        scene.heard(EVE, "123");
    }

    #[test]
    fn another_class_is_told_from_the_change_on() {
        let mut scene = Scene::new();
        scene.feed.listen(LOBBY, BOB);
        scene.says(LOBBY, "1");
        scene.feed.reclass(BOB, Class::Pipe);
        scene.says(LOBBY, "2");
        scene.feed.flush();
        scene.heard(BOB, "12|");
    }

    #[test]
    fn who_leaves_in_the_middle_of_a_turn_has_all_up_to_there() {
        let mut scene = Scene::new();
        scene.feed.listen(LOBBY, BOB);
        scene.feed.listen(DEN, BOB);
        scene.says(LOBBY, "1");
        scene.tells(BOB, "[bye]");
        scene.says(DEN, "2");
        scene.feed.close(BOB);
        scene.heard(BOB, "1[bye]2");
        scene.says(LOBBY, "3");
        scene.feed.flush();
        scene.heard(BOB, "");
        assert!(scene.feed.rooms.is_empty());
    }

    #[test]
    fn who_has_no_room_is_named_and_the_others_go_on() {
        let mut scene = Scene::new();
        scene.feed.listen(LOBBY, BOB);
        scene.feed.listen(LOBBY, EVE);
        // Bob takes the first and never gets it written.
        for (text, over) in [("x", None), ("y", None), ("z", Some(BOB))] {
            scene.says(LOBBY, &text.repeat(1100));
            assert_eq!(scene.feed.flush(), Vec::from_iter(over));
            scene.heard(EVE, &text.repeat(1100));
            scene.heard(EVE, "");
            if text == "x" {
                scene.heard(BOB, &text.repeat(1100));
            }
        }
    }

    #[test]
    fn who_is_to_write_is_woken_a_few_at_a_time_in_order() {
        struct Count(AtomicUsize);
        impl Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let mut scene = Scene::new();
        let counts = [BOB, EVE, KIM].map(|session| {
            scene.feed.listen(LOBBY, session);
            let count = Arc::new(Count(AtomicUsize::new(0)));
            let waker = Waker::from(count.clone());
            scene.outboxes[&session].look(&Context::from_waker(&waker), true);
            count
        });
        let woken = || {
            counts
                .each_ref()
                .map(|count| count.0.load(Ordering::Relaxed))
        };
        scene.feed.unlisten(LOBBY, KIM);
        scene.feed.listen(DEN, KIM);
        scene.says(LOBBY, "1");
        scene.says(DEN, "2");
        scene.feed.flush();
        assert_eq!(woken(), [0, 0, 0], "they wait until the hub says so");
        assert!(scene.feed.wake(1), "one is left");
        assert_eq!(woken(), [1, 1, 0], "a room is woken whole");
        // Bob writes, and is told again before it is kim's turn, who is told again, too.
        scene.heard(BOB, "1");
        let waker = Waker::from(counts[0].clone());
        scene.outboxes[&BOB].look(&Context::from_waker(&waker), true);
        scene.says(DEN, "3");
        scene.says(LOBBY, "4");
        scene.feed.flush();
        assert!(!scene.feed.wake(1), "what comes meanwhile puts off nothing");
        assert_eq!(woken(), [2, 1, 1]);
        scene.heard(KIM, "2|3|");
        scene.heard(BOB, "4");
    }
}
