//! Clients that come and stay: what each costs while idle, and how long many take to join one
//! room.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::client::{Client, command};
use super::contestant::Server;
use super::crowd;
use super::process::{Usage, resident_kib};
use super::report::{Figures, Metric};

/// Members of each room in which idle clients sit.
const IDLE_ROOM: usize = 100;
/// How long everybody may take to join one room.
const PATIENCE: Duration = Duration::from_secs(60);

const MEMORY: Metric = Metric::less("KiB per idle connection");
const IDLE_CPU: Metric = Metric::aside("(idle CPU ms per s)");
const SECONDS: Metric = Metric::less("s until all know all");
const CPU: Metric = Metric::less("CPU s");

/// Measures what `count` clients who registered, joined a room and say nothing cost.
pub(crate) async fn idle(server: &Server, count: usize) -> Result<Figures> {
    let before = resident_kib(server.pid())?;
    let clients = crowd::registered(server, count).await?;
    let room = |number: usize| format!("#r{}", number / IDLE_ROOM);
    let clients = crowd::joined(server, clients, room).await?;
    // Let what was only needed for the coming be given back, and the background become quiet.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (start, usage) = (Instant::now(), Usage::now(server.pid())?);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let used = Usage::now(server.pid())?.since(usage);
    let growth = resident_kib(server.pid())? - before;
    let figures = vec![
        (MEMORY, growth / clients.len() as f64),
        (
            IDLE_CPU,
            used.server() * 1e3 / start.elapsed().as_secs_f64(),
        ),
    ];
    Ok(figures)
}

/// Has `count` registered clients join one room at once, and measures until each has the list
/// of members and has been told of everybody who came after it.
pub(crate) async fn join(server: &Server, count: usize) -> Result<Figures> {
    let clients = crowd::registered(server, count).await?;
    let clients = crowd::quiet(clients).await?;
    let room = Rc::new(Awaited::new(count));
    let mut tasks = JoinSet::new();
    let (start, usage) = (Instant::now(), Usage::now(server.pid())?);
    for client in clients {
        tasks.spawn_local(join_one(client, Rc::clone(&room)));
    }
    let everybody = async {
        tokio::select! {
            () = room.complete.notified() => Ok(()),
            Some(ended) = tasks.join_next() => match ended? {
                Ok(()) => bail!("a client ended"),
                Err(error) => Err(error.into()),
            },
        }
    };
    let joined = timeout(PATIENCE, everybody).await;
    joined.with_context(|| {
        format!(
            "{} notices and {} lists were missing",
            room.joins.get(),
            room.lists.get()
        )
    })??;
    let seconds = start.elapsed().as_secs_f64();
    let used = Usage::now(server.pid())?.since(usage);
    Ok(vec![(SECONDS, seconds), (CPU, used.server())])
}

/// What has not come yet.
struct Awaited {
    /// Notices of somebody's joining: everybody gets the own one and those of all who come after.
    joins: Cell<usize>,
    /// Ends of a list of members.
    lists: Cell<usize>,
    complete: Notify,
}

impl Awaited {
    fn new(count: usize) -> Self {
        Self {
            joins: Cell::new(count * (count + 1) / 2),
            lists: Cell::new(count),
            complete: Notify::new(),
        }
    }

    fn came(&self, line: &[u8]) {
        let awaited = match command(line) {
            b"JOIN" => &self.joins,
            b"366" => &self.lists,
            _ => return,
        };
        awaited.set(awaited.get().saturating_sub(1));
        if self.joins.get() == 0 && self.lists.get() == 0 {
            self.complete.notify_one();
        }
    }
}

async fn join_one(client: Client, room: Rc<Awaited>) -> io::Result<()> {
    let Client {
        mut reader,
        mut writer,
    } = client;
    writer.write_all(b"JOIN #r\r\n").await?;
    loop {
        reader.lines(|line| room.came(line)).await?;
    }
}
