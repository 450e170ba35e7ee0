//! Who is here: leaving and coming back, being away by hand, and sessions that are no presence.

use super::{Client, Server, hex_of, holds, tag};

const CAPS: &str = "away-notify message-tags";
const PRESENCE: &str = "chatroom.invalid/presence";

impl Server {
    /// A member's session that is no presence.
    async fn absent(&self, nick: &str, caps: &str) -> Client {
        self.comes_absent(nick, caps).await.0
    }

    /// The same, with what it was told when it came.
    pub(super) async fn comes_absent(&self, nick: &str, caps: &str) -> (Client, Vec<String>) {
        let key = format!("{:0>64}", hex_of(nick));
        let mut client = Client::new(self.running.connect(Some(&key)).unwrap());
        client
            .send(&format!("CAP REQ :sasl draft/pre-away {caps}"))
            .await;
        client.send("AWAY *").await;
        client.send(&format!("NICK {nick}")).await;
        client.send("AUTHENTICATE EXTERNAL").await;
        client.send("AUTHENTICATE +").await;
        client.send(&format!("USER {nick} 0 * :{nick}")).await;
        client.send("CAP END").await;
        let seen = client.settle().await;
        assert!(holds(&seen, " 903 ") && holds(&seen, " 001 "), "{seen:#?}");
        (client, seen)
    }
}

impl Client {
    async fn leaves(mut self, line: &str) {
        self.send(line).await;
        while self.next().await.is_some() {}
    }
}

/// The text of each `AWAY`, and what its tag says.
fn aways(lines: &[String]) -> Vec<(String, Option<String>)> {
    let lines = lines.iter().filter(|line| line.contains(" AWAY"));
    lines
        .map(|line| {
            let text = line.split_once(" AWAY").unwrap().1;
            let text = text.trim_start().trim_start_matches(':');
            (text.to_owned(), tag(line, PRESENCE))
        })
        .collect()
}

#[track_caller]
fn check(lines: &[String], expected: &[(&str, Option<&str>)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(text, what)| ((*text).to_owned(), what.map(str::to_owned)))
        .collect();
    assert_eq!(aways(lines), expected, "{lines:#?}");
}

#[tokio::test]
async fn who_leaves_is_told_from_who_says_that_they_are_away() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", CAPS).await;
    let mut alice = server.member("alice", "").await;
    bob.does("JOIN #den").await;
    alice.does("JOIN #den").await;
    bob.settle().await;
    alice.does("AWAY :tea").await;
    alice.does("AWAY").await;
    check(&bob.settle().await, &[("tea", None), ("", None)]);
    alice.leaves("QUIT :home").await;
    check(&bob.settle().await, &[("Quit: home", Some("left"))]);
    let mut alice = server.member("alice", "").await;
    check(&bob.settle().await, &[("", Some("back"))]);
    // What was said by hand holds until it is taken back by hand.
    alice.does("AWAY :tea").await;
    alice.leaves("QUIT").await;
    let _alice = server.member("alice", "").await;
    let told = bob.settle().await;
    let expected = [("tea", None), ("Quit", Some("left")), ("tea", Some("back"))];
    check(&told, &expected);
}

#[tokio::test]
async fn a_session_that_is_no_presence_announces_its_first_coming_into_a_room_and_no_more() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", CAPS).await;
    bob.does("JOIN #den").await;
    let mut tail = server.absent("alice", "").await;
    tail.does("JOIN #den").await;
    let told = bob.settle().await;
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[0].contains(" JOIN #den"), "{told:#?}");
    check(&told, &[("not here; messages wait", Some("absent"))]);
    tail.does("PRIVMSG #den :from a script").await;
    assert_eq!(bob.hears().await, [":alice PRIVMSG #den :from a script"]);
    tail.leaves("QUIT").await;
    let mut tail = server.absent("alice", "").await;
    tail.does("JOIN #den").await;
    assert_eq!(bob.hears().await, [""; 0]);
    assert!(holds(&bob.asks("WHO #den %nf").await, "alice G"));
    assert_eq!(
        bob.says("PRIVMSG alice :there?").await,
        ["301 bob alice :not here; messages wait"]
    );
    // It hears what is said all the same, the whole room and directly.
    bob.does("PRIVMSG #den :hi").await;
    assert_eq!(
        tail.hears().await,
        [":bob PRIVMSG alice :there?", ":bob PRIVMSG #den :hi"]
    );
}

#[tokio::test]
async fn a_presence_comes_and_goes_beside_a_session_that_is_none() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", CAPS).await;
    bob.does("JOIN #den").await;
    let mut tail = server.absent("alice", "").await;
    tail.does("JOIN #den").await;
    bob.settle().await;
    let alice = server.member("alice", "").await;
    check(&bob.settle().await, &[("", Some("back"))]);
    tail.does("PING x").await;
    alice.leaves("QUIT :home").await;
    check(&bob.settle().await, &[("Quit: home", Some("left"))]);
    // It becomes one, and none again, by saying so.
    tail.does("AWAY").await;
    tail.does("AWAY *").await;
    let told = bob.settle().await;
    check(&told, &[("", Some("back")), ("away", Some("left"))]);
    tail.leaves("QUIT").await;
    assert_eq!(bob.hears().await, [""; 0]);
}

#[tokio::test]
async fn a_text_of_being_away_is_no_longer_than_it_may_and_a_star_needs_its_capability() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", CAPS).await;
    let mut alice = server.member("alice", "").await;
    bob.does("JOIN #den").await;
    alice.does("JOIN #den").await;
    bob.settle().await;
    alice.does(&format!("AWAY :{}", "张".repeat(150))).await;
    let told = aways(&bob.settle().await);
    assert_eq!(told, [("张".repeat(66), None)]);
    alice.does("AWAY *").await;
    check(&bob.settle().await, &[("*", None)]);
    let mut guest = server.dial();
    assert!(holds(&guest.asks("AWAY *").await, " 451 "));
}
