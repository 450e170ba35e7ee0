//! Many clients, brought in as fast as a server takes them.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::client::Client;
use super::contestant::Server;

/// How long a crowd may take to come in.
const PATIENCE: Duration = Duration::from_secs(120);

/// Registers `count` clients, named `u0` and on.
pub(crate) async fn registered(server: &Server, count: usize) -> Result<Vec<Client>> {
    let address = server.address();
    let begin = |number: usize| async move {
        let nick = format!("u{number}");
        Ok(Client::register(address, &nick).await?)
    };
    let clients = all(server.arrivals(), (0..count).map(begin)).await;
    clients.with_context(|| format!("{count} clients could not register"))
}

/// Has every client join the room that `room` names for its number. Afterwards all is quiet:
/// everybody has read of everybody's coming.
pub(crate) async fn joined(
    server: &Server,
    clients: Vec<Client>,
    room: impl Fn(usize) -> String,
) -> Result<Vec<Client>> {
    let join = |(number, mut client): (usize, Client)| {
        let room = room(number);
        async move {
            client.join(&room).await?;
            Ok(client)
        }
    };
    let clients = all(server.arrivals(), clients.into_iter().enumerate().map(join)).await;
    quiet(clients.context("not all clients could join")?).await
}

/// Returns once all that was under way to these clients has arrived.
pub(crate) async fn quiet(clients: Vec<Client>) -> Result<Vec<Client>> {
    let barrier = |mut client: Client| async move {
        client.barrier().await?;
        Ok(client)
    };
    let at_once = clients.len().max(1);
    let clients = all(at_once, clients.into_iter().map(barrier)).await;
    clients.context("not all clients got an answer to PING")
}

/// Runs all of `works`, `at_once` at a time, and gives what they made in their order.
async fn all<W>(at_once: usize, works: impl Iterator<Item = W>) -> Result<Vec<Client>>
where
    W: Future<Output = Result<Client>> + 'static,
{
    let places = Rc::new(Semaphore::new(at_once));
    let mut tasks = JoinSet::new();
    for (number, work) in works.enumerate() {
        let places = Rc::clone(&places);
        tasks.spawn_local(async move {
            let _place = places.acquire().await?;
            work.await.map(|client| (number, client))
        });
    }
    let collect = async {
        let mut done = Vec::with_capacity(tasks.len());
        while let Some(result) = tasks.join_next().await {
            done.push(result??);
        }
        done.sort_by_key(|(number, _)| *number);
        Ok(done.into_iter().map(|(_, client)| client).collect())
    };
    timeout(PATIENCE, collect)
        .await
        .with_context(|| format!("gave up after {} s", PATIENCE.as_secs()))?
}
