//! Rooms in which some speak as fast as everybody reads: each speaker has a window of messages
//! on the way, and one leaves it when the last listener of the room has it.

use std::cell::Cell;
use std::future::pending;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::client::{Client, Reader};
use super::contestant::Server;
use super::crowd;
use super::process::Usage;
use super::report::{Figures, Metric};
use super::room::Room;

/// Messages of one speaker on the way.
pub(crate) const WINDOW: usize = 16;
/// How long the last messages may be on the way.
const PATIENCE: Duration = Duration::from_secs(10);
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

    let hall = Rc::new(Hall::default());
    let mut tasks = JoinSet::new();
    let mut rooms = Vec::new();
    for number in 0..shape.rooms {
        let members = clients.by_ref().take(shape.members).collect();
        rooms.push(open(&mut tasks, number, shape, members, &hall));
    }
    let measured = async {
        let figures = measure(server, &hall, time).await?;
        hall.is_over.set(true);
        let arrival = timeout(PATIENCE, all_arrived(&rooms)).await;
        arrival.context("messages were lost: not every listener has all that was said")?;
        Ok(figures)
    };
    tokio::select! {
        figures = measured => figures,
        Some(ended) = tasks.join_next() => match ended? {
            Ok(()) => bail!("a client ended"),
            Err(error) => Err(error.into()),
        },
    }
}

/// What all rooms share.
#[derive(Default)]
struct Hall {
    /// Messages that reached somebody.
    deliveries: Cell<u64>,
    /// Nobody says anything more.
    is_over: Cell<bool>,
}

impl Hall {
    fn delivered(&self, new: u64) {
        self.deliveries.set(self.deliveries.get() + new);
    }
}

async fn measure(server: &Server, hall: &Hall, time: Duration) -> Result<Figures> {
    tokio::time::sleep(time / 4).await;
    let (start, before) = (Instant::now(), hall.deliveries.get());
    let usage = Usage::now(server.pid())?;
    tokio::time::sleep(time).await;
    let seconds = start.elapsed().as_secs_f64();
    let used = Usage::now(server.pid())?.since(usage);
    let thousands = (hall.deliveries.get() - before) as f64 / 1e3;
    ensure!(thousands > 0.0, "nothing was delivered");
    Ok(vec![
        (RATE, thousands / seconds),
        (CPU, used.server() * 1e3 / thousands),
        (GENERATOR, used.generator() / seconds),
        (OTHERS, used.others() / seconds),
    ])
}

async fn all_arrived(rooms: &[Rc<Room>]) {
    while !rooms.iter().all(|room| room.has_all_that_was_said()) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

type Tasks = JoinSet<io::Result<()>>;

/// Starts everybody in one room: the first members speak, the next one tells the order.
fn open(
    tasks: &mut Tasks,
    number: usize,
    shape: Shape,
    members: Vec<Client>,
    hall: &Rc<Hall>,
) -> Rc<Room> {
    let room = Rc::new(Room::new(
        number * shape.members,
        shape.speakers,
        shape.members - shape.speakers,
    ));
    for (place, Client { reader, writer }) in members.into_iter().enumerate() {
        if place < shape.speakers {
            tasks.spawn_local(speak(
                Rc::clone(&room),
                place,
                number,
                writer,
                Rc::clone(hall),
            ));
            tasks.spawn_local(count(reader, Rc::clone(hall)));
            continue;
        }
        let is_first = place == shape.speakers;
        let room = Rc::clone(&room);
        tasks.spawn_local(listen(room, is_first, reader, writer, Rc::clone(hall)));
    }
    room
}

/// Sends as many messages as the window has room for, in one write.
async fn speak(
    room: Rc<Room>,
    place: usize,
    number: usize,
    mut writer: OwnedWriteHalf,
    hall: Rc<Hall>,
) -> io::Result<()> {
    let line = format!("PRIVMSG #r{number} :{}\r\n", "x".repeat(TEXT));
    let burst = line.repeat(WINDOW);
    while !hall.is_over.get() {
        let free = room.window(place).await;
        let bytes = burst.as_bytes().get(..free * line.len());
        writer.write_all(bytes.unwrap_or_default()).await?;
    }
    // The connection stays until the last message has arrived.
    pending().await
}

/// Reads all that comes. The first listener of a room also tells who said it.
async fn listen(
    room: Rc<Room>,
    is_first: bool,
    mut reader: Reader,
    _writer: OwnedWriteHalf,
    hall: Rc<Hall>,
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
        hall.delivered(new);
        room.advance(has, has + new);
        has += new;
    }
}

/// Reads what a speaker hears of the others.
async fn count(mut reader: Reader, hall: Rc<Hall>) -> io::Result<()> {
    loop {
        let new = reader.bytes(line_ends).await?;
        hall.delivered(new);
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}
