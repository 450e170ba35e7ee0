//! A room that talks at a steady pace: how long a message is on its way.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::client::{Client, Reader, text};
use super::contestant::Server;
use super::crowd;
use super::report::{Figures, Metric};

const MEMBERS: usize = 200;
const SPEAKERS: usize = 10;
/// Between two messages: 200 a second.
const PAUSE: Duration = Duration::from_millis(5);

const HALF: Metric = Metric::less("ms, p50");
const MOST: Metric = Metric::less("ms, p99");

/// Lets the room talk for `time`, and takes the times of all deliveries.
pub(crate) async fn run(server: &Server, time: Duration) -> Result<Figures> {
    let clients = crowd::registered(server, MEMBERS).await?;
    let clients = crowd::joined(server, clients, |_| "#r".to_owned()).await?;

    let start = Instant::now();
    let times = Rc::new(RefCell::new(Vec::new()));
    let mut readers = JoinSet::new();
    let mut writers = Vec::new();
    for Client { reader, writer } in clients {
        readers.spawn_local(listen(start, reader, Rc::clone(&times)));
        writers.push(writer);
    }
    let sent = talk(start, &mut writers, time).await?;
    let expected = sent * (MEMBERS - 1);
    let arrive = async {
        while times.borrow().len() < expected {
            tokio::time::sleep(PAUSE).await;
        }
    };
    let arrived = timeout(Duration::from_secs(5), arrive).await.is_ok();
    let mut times = times.take();
    ensure!(arrived, "{} of {expected} deliveries came", times.len());
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get(times.len() * share / 100).copied();
    let figures = [(HALF, at(50)), (MOST, at(99))];
    Ok(figures
        .into_iter()
        .filter_map(|(metric, value)| Some((metric, value?)))
        .collect())
}

/// Has the speakers take turns, each telling when it spoke, and gives how often they did.
async fn talk(start: Instant, writers: &mut [OwnedWriteHalf], time: Duration) -> Result<usize> {
    let mut ticks = interval(PAUSE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut sent = 0;
    while start.elapsed() < time {
        ticks.tick().await;
        if let Some(writer) = writers.get_mut(sent % SPEAKERS) {
            let line = format!("PRIVMSG #r :{:064}\r\n", start.elapsed().as_micros());
            writer.write_all(line.as_bytes()).await?;
            sent += 1;
        }
    }
    Ok(sent)
}

async fn listen(
    start: Instant,
    mut reader: Reader,
    times: Rc<RefCell<Vec<f64>>>,
) -> io::Result<()> {
    loop {
        reader
            .lines(|line| {
                let now = start.elapsed().as_secs_f64() * 1e3;
                let said = std::str::from_utf8(text(line)).ok();
                if let Some(micros) = said.and_then(|said| said.trim().parse::<f64>().ok()) {
                    times.borrow_mut().push(now - micros / 1e3);
                }
            })
            .await?;
    }
}
