//! Invitations that wait for who is away.

use super::{Client, DEADLINE, Server, holds, tag};
use chatroom::config::Config;
use chatroom::server::{Options, start};
use tokio::time::timeout;

const CAPS: &str = "invite-notify server-time";

impl Server {
    /// Ends it in order, and starts it on the same data.
    async fn starts_again(&mut self) {
        self.running.stop("again");
        let ended = timeout(DEADLINE, self.running.wait());
        ended.await.unwrap().unwrap();
        let config = Config::parse("config.toml".as_ref(), "server.name = \"chat\"").unwrap();
        let data = self.folder.path().join("data");
        let mut options = Options::from_config(&config, data).unwrap();
        options.listen = Vec::new();
        self.running = start(options).await.unwrap();
    }

    /// The invitations that a member's new session is told of, each as who invites, the room, and
    /// when.
    async fn waiting(&self, nick: &str, caps: &str) -> (Client, Vec<(String, String, String)>) {
        let (client, told) = self.comes(nick, caps).await;
        let told = told.iter().filter(|line| line.contains(" INVITE "));
        let waiting = told
            .map(|line| {
                let (before, room) = line.split_once(" INVITE bob ").unwrap();
                let by = before.rsplit_once(':').unwrap().1;
                let by = by.split('!').next().unwrap();
                let at = tag(line, "time").unwrap_or_default();
                (by.to_owned(), room.to_owned(), at)
            })
            .collect();
        (client, waiting)
    }
}

async fn leaves(mut client: Client) {
    client.send("QUIT").await;
    while client.next().await.is_some() {}
}

#[tokio::test]
async fn an_invitation_waits_for_who_is_away_until_it_is_used_or_its_room_is_gone() {
    let mut server = Server::start().await;
    let (bob, none) = server.waiting("bob", CAPS).await;
    assert_eq!(none, []);
    leaves(bob).await;
    let mut alice = server.member("alice", CAPS).await;
    for room in ["#den", "#tea"] {
        alice.does(&format!("JOIN {room}")).await;
        alice.does(&format!("MODE {room} +i")).await;
        let told = alice.asks(&format!("INVITE bob {room}")).await;
        assert!(holds(&told, " 341 "), "{told:#?}");
    }
    let (bob, first) = server.waiting("bob", CAPS).await;
    let rooms: Vec<_> = first.iter().map(|(by, room, _)| (&**by, &**room)).collect();
    assert_eq!(rooms, [("alice", "#den"), ("alice", "#tea")]);
    assert!(first.iter().all(|(_, _, at)| at.starts_with("20")));
    leaves(bob).await;
    leaves(alice).await;
    server.starts_again().await;
    let (bob, again) = server.waiting("bob", CAPS).await;
    assert_eq!(again, first, "with the time when they were made");
    let (other, _) = server.waiting("bob", "").await;
    drop(other);
    let mut bob = bob;
    bob.does("JOIN #den").await;
    leaves(bob).await;
    let (bob, rest) = server.waiting("bob", CAPS).await;
    assert_eq!(rest.len(), 1, "{rest:?}");
    leaves(bob).await;
    let mut alice = server.member("alice", "").await;
    alice.does("PART #tea").await;
    let (_bob, none) = server.waiting("bob", CAPS).await;
    assert_eq!(none, []);
}

#[tokio::test]
async fn who_asks_for_no_invitations_or_is_no_presence_is_told_of_none() {
    let server = Server::start().await;
    let (bob, _) = server.waiting("bob", CAPS).await;
    leaves(bob).await;
    let mut alice = server.member("alice", "").await;
    alice.does("JOIN #den").await;
    alice.does("INVITE bob #den").await;
    let (_bob, none) = server.waiting("bob", "server-time").await;
    assert_eq!(none, []);
    let (mut bob, told) = server.comes_absent("bob", CAPS).await;
    assert!(!holds(&told, " INVITE "), "{told:#?}");
    assert!(holds(&bob.asks("INVITE").await, "#den"));
}

#[tokio::test]
async fn of_a_great_many_invitations_the_newest_are_told() {
    let server = Server::start_with("limits.proposals_in_flight = 512\n").await;
    let (bob, _) = server.waiting("bob", CAPS).await;
    leaves(bob).await;
    let mut alice = server.member("alice", "").await;
    for number in 0..130 {
        alice.send(&format!("JOIN #r{number}")).await;
        alice.send(&format!("INVITE bob #r{number}")).await;
    }
    alice.settle().await;
    let (_bob, waiting) = server.waiting("bob", CAPS).await;
    let rooms: Vec<_> = waiting.iter().map(|(_, room, _)| room.clone()).collect();
    let newest: Vec<_> = (30..130).map(|number| format!("#r{number}")).collect();
    assert_eq!(rooms, newest);
}
