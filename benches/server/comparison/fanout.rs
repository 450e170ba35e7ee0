//! Rooms in which some speak as fast as everybody reads: each speaker has a window of messages
//! on the way, and one leaves it when the last listener of the room has it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::client::{Client, Reader, command, sender};
use super::contestant::Server;
use super::crowd;
use super::process::Usage;
use super::report::{Figures, Metric};

/// Messages of one speaker on the way.
const WINDOW: usize = 16;
/// Bytes of a message's text.
const TEXT: usize = 64;

const RATE: Metric = Metric::more("k deliveries/s");
const CPU: Metric = Metric::less("CPU s per M deliveries");
const GENERATOR: Metric = Metric::aside("(cores of the generator)");
const OTHERS: Metric = Metric::aside("(cores of other programs)");

/// Who is where.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// How many rooms.
    pub(crate) rooms: usize,
    /// Members of each.
    pub(crate) members: usize,
    /// How many of them speak; the others listen.
    pub(crate) speakers: usize,
}

/// Fills the rooms, lets them get going, and measures for `time`.
pub(crate) async fn run(server: &Server, shape: Shape, time: Duration) -> Result<Figures> {
    let count = shape.rooms * shape.members;
    let room = |number: usize| format!("#r{}", number / shape.members);
    let clients = crowd::registered(server, count).await?;
    let mut clients = crowd::joined(server, clients, room).await?.into_iter();

    let deliveries = Rc::new(Cell::new(0));
    let mut tasks = JoinSet::new();
    for number in 0..shape.rooms {
        let members = clients.by_ref().take(shape.members).collect();
        open(&mut tasks, number, shape, members, &deliveries);
    }
    let measured = measure(server, &deliveries, time);
    tokio::select! {
        figures = measured => figures,
        Some(ended) = tasks.join_next() => match ended? {
            Ok(()) => bail!("a client ended"),
            Err(error) => Err(error.into()),
        },
    }
}

async fn measure(server: &Server, deliveries: &Cell<u64>, time: Duration) -> Result<Figures> {
    tokio::time::sleep(time / 4).await;
    let (start, before, usage) = (Instant::now(), deliveries.get(), Usage::now(server.pid())?);
    tokio::time::sleep(time).await;
    let seconds = start.elapsed().as_secs_f64();
    let used = Usage::now(server.pid())?.since(usage);
    let thousands = (deliveries.get() - before) as f64 / 1e3;
    ensure!(thousands > 0.0, "nothing was delivered any more");
    Ok(vec![
        (RATE, thousands / seconds),
        (CPU, used.server() * 1e3 / thousands),
        (GENERATOR, used.generator() / seconds),
        (OTHERS, used.others() / seconds),
    ])
}

type Tasks = JoinSet<io::Result<()>>;

/// Starts everybody in one room: the first members speak, the next one tells the order.
fn open(
    tasks: &mut Tasks,
    number: usize,
    shape: Shape,
    members: Vec<Client>,
    total: &Rc<Cell<u64>>,
) {
    let room = Rc::new(Room::new(number * shape.members, shape));
    for (place, Client { reader, writer }) in members.into_iter().enumerate() {
        if place < shape.speakers {
            tasks.spawn_local(speak(Rc::clone(&room), place, number, writer));
            tasks.spawn_local(count(reader, Rc::clone(total)));
            continue;
        }
        let is_first = place == shape.speakers;
        let room = Rc::clone(&room);
        tasks.spawn_local(listen(room, is_first, reader, writer, Rc::clone(total)));
    }
}

/// What is under way in a room. Everybody in it sees the same order, so one listener who reads
/// who spoke is enough; the others need only count.
struct Room {
    /// The number of its first member.
    first: usize,
    speakers: Vec<Speaker>,
    progress: RefCell<Progress>,
}

struct Progress {
    /// Who said what not every listener has, in order.
    order: VecDeque<usize>,
    /// How many messages every listener has.
    floor: u64,
    /// How many listeners are that far, one further, two further, and so on.
    at: VecDeque<usize>,
}

/// What one speaker may send now.
#[derive(Default)]
struct Speaker {
    free: Cell<usize>,
    notify: Notify,
}

impl Room {
    fn new(first: usize, shape: Shape) -> Self {
        let speaker = || Speaker {
            free: Cell::new(WINDOW),
            notify: Notify::new(),
        };
        Self {
            first,
            speakers: std::iter::repeat_with(speaker)
                .take(shape.speakers)
                .collect(),
            progress: RefCell::new(Progress {
                order: VecDeque::new(),
                floor: 0,
                at: VecDeque::from([shape.members - shape.speakers]),
            }),
        }
    }

    /// Notes that a listener has `to` messages now and had `from`, and frees what all have.
    fn advance(&self, from: u64, to: u64) {
        let progress = &mut *self.progress.borrow_mut();
        for (count, step) in [(from, -1), (to, 1)] {
            let index = usize::try_from(count - progress.floor).unwrap_or(usize::MAX);
            if progress.at.len() <= index {
                progress.at.resize(index + 1, 0);
            }
            if let Some(at) = progress.at.get_mut(index) {
                *at = at.saturating_add_signed(step);
            }
        }
        while progress.at.len() > 1 && progress.at.front() == Some(&0) {
            progress.at.pop_front();
            progress.floor += 1;
            let speaker = progress.order.pop_front();
            if let Some(speaker) = speaker.and_then(|speaker| self.speakers.get(speaker)) {
                speaker.free.set(speaker.free.get() + 1);
                speaker.notify.notify_one();
            }
        }
    }

    /// Notes who said the next message.
    fn heard(&self, line: &[u8]) -> io::Result<()> {
        let speaker = sender(line).and_then(|number| number.checked_sub(self.first));
        match speaker.filter(|speaker| *speaker < self.speakers.len()) {
            Some(speaker) if command(line) == b"PRIVMSG" => {
                self.progress.borrow_mut().order.push_back(speaker);
                Ok(())
            }
            _ => {
                let line = String::from_utf8_lossy(line);
                let reason = format!("an unexpected line: {}", line.trim_end());
                Err(io::Error::other(reason))
            }
        }
    }
}

/// Sends as many messages as the window has room for, in one write.
async fn speak(
    room: Rc<Room>,
    place: usize,
    number: usize,
    mut writer: OwnedWriteHalf,
) -> io::Result<()> {
    let line = format!("PRIVMSG #r{number} :{}\r\n", "x".repeat(TEXT));
    let burst = line.repeat(WINDOW);
    let Some(speaker) = room.speakers.get(place) else {
        return Ok(());
    };
    loop {
        let free = speaker.free.take();
        if free == 0 {
            speaker.notify.notified().await;
            continue;
        }
        let bytes = burst.as_bytes().get(..free * line.len());
        writer.write_all(bytes.unwrap_or_default()).await?;
    }
}

/// Reads all that comes. The first listener of a room also tells who said it.
async fn listen(
    room: Rc<Room>,
    is_first: bool,
    mut reader: Reader,
    _writer: OwnedWriteHalf,
    total: Rc<Cell<u64>>,
) -> io::Result<()> {
    let mut has = 0;
    loop {
        let new = if is_first {
            let (mut new, mut result) = (0, Ok(()));
            reader
                .lines(|line| {
                    new += 1;
                    if result.is_ok() {
                        result = room.heard(line);
                    }
                })
                .await?;
            result.map(|()| new)?
        } else {
            reader.bytes(line_ends).await?
        };
        total.set(total.get() + new);
        room.advance(has, has + new);
        has += new;
    }
}

/// Reads what a speaker hears of the others.
async fn count(mut reader: Reader, total: Rc<Cell<u64>>) -> io::Result<()> {
    loop {
        let new = reader.bytes(line_ends).await?;
        total.set(total.get() + new);
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
