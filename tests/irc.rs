//! What an IRC client sees: a server in this process, clients on its duplex, PING as a barrier.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "irc/history.rs"]
mod history;
#[path = "irc/invitations.rs"]
mod invitations;
#[path = "irc/names.rs"]
mod names;
#[path = "irc/presence.rs"]
mod presence;

use std::time::Duration;

use chatroom::config::Config;
use chatroom::server::{Options, Running, start};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::time::timeout;

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(30);
/// Capabilities under which a client is told everything.
const ALL: &str = "account-notify account-tag away-notify batch draft/chathistory draft/multiline \
                   echo-message extended-join invite-notify labeled-response message-tags \
                   multi-prefix server-time standard-replies chatroom.invalid/nonce";

/// A server that ends with its test.
struct Server {
    running: Running,
    folder: TempDir,
}

impl Server {
    async fn start() -> Self {
        Self::start_with("").await
    }

    async fn start_with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let config = format!("server.name = \"chat\"\n{config}");
        let config = Config::parse(&file, &config).unwrap();
        let mut options = Options::from_config(&config, folder.path().join("data")).unwrap();
        options.listen = Vec::new();
        std::fs::create_dir_all(&options.folder).unwrap();
        Self {
            running: start(options).await.unwrap(),
            folder,
        }
    }

    /// Connects and says nothing yet.
    fn dial(&self) -> Client {
        Client::new(self.running.connect(None).unwrap())
    }

    /// Somebody without a key and without capabilities.
    async fn guest(&self, nick: &str) -> Client {
        self.guest_with(nick, "").await
    }

    async fn guest_with(&self, nick: &str, caps: &str) -> Client {
        let mut client = self.dial();
        client.register(nick, caps).await;
        client
    }

    /// Somebody who proves a key of their own, so that the name becomes theirs.
    async fn member(&self, nick: &str, caps: &str) -> Client {
        self.comes(nick, caps).await.0
    }

    /// The same, with what they were told when they came.
    async fn comes(&self, nick: &str, caps: &str) -> (Client, Vec<String>) {
        let key = format!("{:0>64}", hex_of(nick));
        let mut client = Client::new(self.running.connect(Some(&key)).unwrap());
        client.send("CAP LS 302").await;
        client.send(&format!("CAP REQ :sasl {caps}")).await;
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

fn hex_of(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn holds(lines: &[String], text: &str) -> bool {
    lines.iter().any(|line| line.contains(text))
}

/// One client, line by line.
struct Client {
    reader: BufReader<ReadHalf<DuplexStream>>,
    writer: WriteHalf<DuplexStream>,
    pings: u32,
}

impl Client {
    fn new(stream: DuplexStream) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader: BufReader::new(reader),
            writer,
            pings: 0,
        }
    }

    async fn register(&mut self, nick: &str, caps: &str) {
        if !caps.is_empty() {
            self.send(&format!("CAP REQ :{caps}")).await;
        }
        self.send(&format!("NICK {nick}")).await;
        self.send(&format!("USER {nick} 0 * :{nick}")).await;
        self.send("CAP END").await;
        let seen = self.settle().await;
        assert!(holds(&seen, " 001 "), "{seen:#?}");
    }

    async fn send(&mut self, line: &str) {
        self.send_bytes(format!("{line}\r\n").as_bytes()).await;
    }

    async fn send_bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).await.unwrap();
    }

    /// The next line; none when the connection has ended.
    async fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = timeout(DEADLINE, self.reader.read_line(&mut line));
        let count = read.await.expect("a line comes in time").unwrap();
        (count > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// All that came until everything asked before is done, as it came.
    async fn settle(&mut self) -> Vec<String> {
        self.pings += 1;
        let mark = format!("settled-{}", self.pings);
        self.send(&format!("PING {mark}")).await;
        let mut seen = Vec::new();
        loop {
            let line = self.next().await.expect("the connection stays");
            if line.ends_with(&mark) {
                return seen;
            }
            seen.push(line);
        }
    }

    /// The same without tags, addresses and the server's name, and without blank fields.
    async fn hears(&mut self) -> Vec<String> {
        self.settle().await.iter().map(|line| plain(line)).collect()
    }

    /// Sends a line and gives what is heard until it is done.
    async fn says(&mut self, line: &str) -> Vec<String> {
        self.send(line).await;
        self.hears().await
    }

    /// Sends a line and gives the same with tags, as it came.
    async fn asks(&mut self, line: &str) -> Vec<String> {
        self.send(line).await;
        self.settle().await
    }

    /// Does something whose answer is of no interest.
    async fn does(&mut self, line: &str) {
        self.says(line).await;
    }
}

/// A line without tags; `:bob JOIN #den` instead of `:bob!bob@cloak.ip JOIN #den`.
fn plain(line: &str) -> String {
    let line = match line.strip_prefix('@') {
        Some(tagged) => tagged.split_once(' ').unwrap().1,
        None => line,
    };
    let (source, rest) = line.split_once(' ').unwrap();
    match source.split_once('!') {
        Some((nick, _)) => format!("{nick} {rest}"),
        None => rest.to_owned(),
    }
}

/// The first word of a line that the server is the source of.
fn verb(line: &str) -> &str {
    line.split(' ').next().unwrap()
}

/// The value of a tag of a line.
fn tag(line: &str, name: &str) -> Option<String> {
    let (tags, _) = line.strip_prefix('@')?.split_once(' ')?;
    tags.split(';').find_map(|tag| {
        let (one, value) = tag.split_once('=').unwrap_or((tag, ""));
        (one == name).then(|| value.to_owned())
    })
}

/// The texts of the messages in some lines.
fn texts(lines: &[String]) -> Vec<String> {
    let messages = lines.iter().filter(|line| line.contains(" PRIVMSG "));
    messages
        .map(|line| line.rsplit_once(" :").unwrap().1.to_owned())
        .collect()
}

/// A server with two guests.
async fn two() -> (Server, Client, Client) {
    let server = Server::start().await;
    let bob = server.guest("bob").await;
    let alice = server.guest("alice").await;
    (server, bob, alice)
}

/// The same two in a room that bob made.
async fn two_in_the_den() -> (Server, Client, Client) {
    let (server, mut bob, mut alice) = two().await;
    bob.does("JOIN #den").await;
    alice.does("JOIN #den").await;
    bob.hears().await;
    (server, bob, alice)
}

#[tokio::test]
async fn who_registers_is_welcomed_and_told_the_truth_about_the_server() {
    let server = Server::start().await;
    let mut bob = server.dial();
    bob.send("NICK bob").await;
    bob.send("USER bob 0 * :Bob").await;
    let seen = bob.hears().await;
    let numerics: Vec<&str> = seen.iter().map(|line| verb(line)).collect();
    let expected = [
        "001", "002", "003", "004", "005", "005", "251", "252", "254", "255", "265", "266", "422",
    ];
    assert_eq!(numerics, expected);
    for token in [
        "CASEMAPPING=ascii",
        "CHANMODES=b,,,inst",
        "PREFIX=(ov)@+",
        "UTF8ONLY",
        "CHATHISTORY=",
        "NICKLEN=32",
    ] {
        assert!(holds(&seen, token), "{token}: {seen:#?}");
    }
    assert_eq!(
        bob.says("USER bob 0 * :Bob").await,
        ["462 bob :you have registered already"]
    );
}

#[tokio::test]
async fn nothing_is_done_before_registration() {
    let server = Server::start().await;
    let mut bob = server.dial();
    assert_eq!(
        bob.says("JOIN #den").await,
        ["451 * :register first: NICK and USER"]
    );
    assert_eq!(bob.says("NICK").await, ["431 * :no name given"]);
    assert_eq!(
        bob.says("USER bob 0 * :").await,
        ["461 * USER :the last parameter is your real name, or a word about you"]
    );
    bob.register("bob", "").await;
}

#[tokio::test]
async fn capabilities_are_listed_and_taken_all_or_none() {
    let server = Server::start().await;
    let mut bob = server.dial();
    let listed = bob.says("CAP LS 302").await.join(" ");
    for cap in ALL.split_whitespace() {
        assert!(listed.contains(cap), "{cap}: {listed}");
    }
    assert!(listed.contains("chatroom.invalid/lobby=#lobby"), "{listed}");
    assert!(listed.contains("draft/multiline=max-bytes="), "{listed}");
    // EXTERNAL is for who has shown a key.
    assert!(!listed.contains("sasl"), "{listed}");
    assert_eq!(
        bob.says("CAP REQ :batch no-such-thing").await,
        ["CAP * NAK :batch no-such-thing"]
    );
    assert_eq!(
        bob.says("CAP REQ :batch -cap-notify").await,
        ["CAP * NAK :batch -cap-notify"]
    );
    assert_eq!(bob.says("CAP LIST").await, ["CAP * LIST :cap-notify"]);
    assert_eq!(bob.says("CAP REQ :batch").await, ["CAP * ACK :batch"]);
    assert_eq!(bob.says("CAP LIST").await, ["CAP * LIST :batch cap-notify"]);
    assert!(holds(&bob.says("CAP DANCE").await, "410 * DANCE"));
}

#[tokio::test]
async fn a_name_says_what_is_wrong_with_it() {
    let server = Server::start().await;
    let _taken = server.guest("bob").await;
    let mut client = server.dial();
    client.send("USER x 0 * :x").await;
    for (name, answer) in [
        ("a*b", "432 * a*b :a name cannot contain '*'"),
        ("#a", "432 * #a :a name cannot contain '#'"),
        ("server", "432 * server :that name is reserved"),
        ("系统", "432 * 系统 :that name is reserved"),
        ("bob", "433 bob bob :somebody goes by that name now"),
        ("BOB", "433 BOB BOB :somebody goes by that name now"),
    ] {
        let seen = client.says(&format!("NICK {name}")).await;
        let seen: Vec<String> = seen
            .iter()
            .map(|line| line.replacen("433 *", &format!("433 {name}"), 1))
            .collect();
        assert_eq!(seen, [answer], "{name}");
    }
    client.send("NICK 张三").await;
    assert!(holds(&client.hears().await, "001 张三 "));
}

#[tokio::test]
async fn a_name_that_somebody_owns_is_refused_to_others_and_to_look_alikes() {
    let server = Server::start().await;
    let coco = server.member("coco", "").await;
    drop(coco);
    let mut guest = server.dial();
    guest.send("USER x 0 * :x").await;
    // The last one is written in Cyrillic letters.
    for name in ["coco", "Coco", "сосо"] {
        let seen = guest.says(&format!("NICK {name}")).await;
        assert!(holds(&seen, &format!(" {name} :")), "{seen:#?}");
        assert!(seen[0].starts_with("433 "), "{seen:#?}");
    }
    // The same person, from elsewhere, is let in.
    server.member("coco", "").await;
}

#[tokio::test]
async fn another_name_is_told_to_who_shares_a_room() {
    let (server, mut bob, mut alice) = two().await;
    let mut eve = server.guest("eve").await;
    bob.does("JOIN #den").await;
    alice.does("JOIN #den").await;
    bob.hears().await;
    assert_eq!(alice.says("NICK Alicia").await, [":alice NICK :Alicia"]);
    assert_eq!(bob.hears().await, [":alice NICK :Alicia"]);
    assert_eq!(eve.hears().await, [""; 0]);
    assert_eq!(
        alice.says("NICK bob").await,
        ["433 Alicia bob :somebody goes by that name now"]
    );
}

#[tokio::test]
async fn who_makes_a_room_is_its_operator_and_who_comes_in_is_told_what_it_is_like() {
    let (_server, mut bob, mut alice) = two().await;
    assert_eq!(
        bob.says("JOIN #den").await,
        [
            ":bob JOIN #den",
            "353 bob = #den :@bob",
            "366 bob #den :end of the names"
        ]
    );
    bob.does("TOPIC #den :tea").await;
    let seen = alice.says("JOIN #DEN").await;
    assert_eq!(seen[0], ":alice JOIN #den");
    assert_eq!(seen[1], "332 alice #den :tea");
    assert!(seen[2].starts_with("333 alice #den bob!bob@"), "{seen:#?}");
    assert_eq!(
        seen[3..],
        [
            "353 alice = #den :@bob alice",
            "366 alice #den :end of the names"
        ]
    );
    assert_eq!(bob.hears().await, [":alice JOIN #den"]);
    // Coming in twice is nothing.
    assert_eq!(alice.says("JOIN #den").await, [""; 0]);
    assert_eq!(
        alice.says("JOIN den").await,
        ["476 alice den :the name of a room begins with '#'"]
    );
}

#[tokio::test]
async fn names_bear_all_prefixes_and_hosts_for_who_asked_for_them() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "multi-prefix").await;
    let mut alice = server.guest_with("alice", "userhost-in-names").await;
    bob.does("JOIN #den").await;
    bob.does("MODE #den +v bob").await;
    alice.does("JOIN #den").await;
    bob.hears().await;
    assert_eq!(
        bob.says("NAMES #den").await[0],
        "353 bob = #den :@+bob alice"
    );
    let seen = alice.says("NAMES #den").await;
    assert!(
        seen[0].starts_with("353 alice = #den :@bob!bob@"),
        "{seen:#?}"
    );
    assert!(seen[0].contains(" alice!alice@"), "{seen:#?}");
}

#[tokio::test]
async fn leaving_is_told_once_and_then_nothing_is_heard() {
    let (_server, mut bob, mut alice) = two_in_the_den().await;
    assert_eq!(
        alice.says("PART #den :bye").await,
        [":alice PART #den :bye"]
    );
    assert_eq!(bob.hears().await, [":alice PART #den :bye"]);
    bob.does("PRIVMSG #den :alone").await;
    assert_eq!(alice.hears().await, [""; 0]);
    assert_eq!(
        alice.says("PART #den").await,
        ["442 alice #den :you are not in that room"]
    );
    assert_eq!(
        alice.says("PART #Nowhere").await,
        ["403 alice #Nowhere :there is no such room"]
    );
}

#[tokio::test]
async fn only_an_operator_puts_somebody_out() {
    let (_server, mut bob, mut alice) = two_in_the_den().await;
    assert_eq!(
        alice.says("KICK #den bob").await,
        ["482 alice #den :only an operator of the room may"]
    );
    assert_eq!(
        bob.says("KICK #den Nobody").await,
        ["401 bob Nobody :there is nobody of that name"]
    );
    assert_eq!(
        bob.says("KICK #den alice :enough").await,
        [":bob KICK #den alice :enough"]
    );
    assert_eq!(alice.hears().await, [":bob KICK #den alice :enough"]);
    assert_eq!(
        bob.says("KICK #den alice").await,
        ["441 bob alice #den :they are not in that room"]
    );
}

#[tokio::test]
async fn an_invitation_lets_in_and_operators_with_invite_notify_see_it() {
    let server = Server::start().await;
    let mut bob = server.guest("bob").await;
    let mut kim = server.guest_with("kim", "invite-notify").await;
    let mut alice = server.guest("alice").await;
    bob.does("JOIN #den").await;
    kim.does("JOIN #den").await;
    bob.does("MODE #den +io kim").await;
    kim.hears().await;
    assert_eq!(
        alice.says("JOIN #den").await,
        ["473 alice #den :one needs an invitation (+i)"]
    );
    assert_eq!(bob.says("INVITE alice #den").await, ["341 bob alice #den"]);
    assert_eq!(alice.hears().await, [":bob INVITE alice #den"]);
    assert_eq!(
        alice.says("INVITE").await,
        ["336 alice #den", "337 alice :end of the invitations"]
    );
    assert_eq!(kim.hears().await, [":bob INVITE alice #den"]);
    assert_eq!(alice.says("JOIN #den").await[0], ":alice JOIN #den");
    bob.hears().await;
    assert_eq!(
        bob.says("INVITE alice #den").await,
        ["443 bob alice #den :is in that room already"]
    );
    assert_eq!(
        bob.says("INVITE Nobody #den").await,
        ["401 bob Nobody :there is nobody of that name"]
    );
}

#[tokio::test]
async fn modes_are_told_as_they_changed_and_can_be_asked_for() {
    let (_server, mut bob, mut alice) = two_in_the_den().await;
    assert_eq!(
        alice.says("MODE #den +s").await,
        ["482 alice #den :only an operator of the room may"]
    );
    assert_eq!(
        bob.says("MODE #den +sv-t Alice").await,
        [":bob MODE #den +sv-t alice"]
    );
    assert_eq!(alice.hears().await, [":bob MODE #den +sv-t alice"]);
    let seen = alice.says("MODE #den").await;
    assert_eq!(seen[0], "324 alice #den +ns");
    assert!(seen[1].starts_with("329 alice #den "));
    // What is unknown is answered; the rest is done.
    assert_eq!(
        bob.says("MODE #den +Zt").await,
        ["472 bob Z :no such mode of a room", ":bob MODE #den +t"]
    );
    assert_eq!(bob.says("MODE bob").await[0].split(' ').next(), Some("221"));
    assert!(bob.says("MODE alice").await[0].starts_with("502 bob"));
}

#[tokio::test]
async fn a_ban_keeps_out_and_is_listed() {
    let (_server, mut bob, mut alice) = two().await;
    bob.does("JOIN #den").await;
    assert_eq!(
        bob.says("MODE #den +b alice").await,
        [":bob MODE #den +b alice!*@*"]
    );
    assert_eq!(
        alice.says("JOIN #den").await,
        ["474 alice #den :you are banned (+b)"]
    );
    let seen = bob.says("MODE #den b").await;
    assert!(
        seen[0].starts_with("367 bob #den alice!*@* bob"),
        "{seen:#?}"
    );
    assert_eq!(seen[1], "368 bob #den :end of the bans");
    bob.does("MODE #den -b alice!*@*").await;
    assert_eq!(alice.says("JOIN #den").await[0], ":alice JOIN #den");
}

#[tokio::test]
async fn a_topic_is_set_by_who_may_and_read_by_all() {
    let (_server, mut bob, mut alice) = two_in_the_den().await;
    assert_eq!(
        alice.says("TOPIC #den").await,
        ["331 alice #den :no topic is set"]
    );
    assert_eq!(
        alice.says("TOPIC #den :mine").await,
        ["482 alice #den :only an operator of the room may"]
    );
    assert_eq!(bob.says("TOPIC #den :茶").await, [":bob TOPIC #den :茶"]);
    assert_eq!(alice.hears().await, [":bob TOPIC #den :茶"]);
    assert_eq!(alice.says("TOPIC #den").await[0], "332 alice #den :茶");
    assert_eq!(bob.says("TOPIC #den :").await, [":bob TOPIC #den :"]);
}

#[tokio::test]
async fn a_secret_room_is_shown_to_nobody_outside() {
    let (_server, mut bob, mut alice) = two().await;
    bob.does("JOIN #den").await;
    bob.does("JOIN #pub").await;
    bob.does("MODE #den +s").await;
    assert_eq!(
        alice.says("LIST").await,
        [
            "321 alice Channel :Users  Name",
            "322 alice #lobby 0 :",
            "322 alice #pub 1 :",
            "323 alice :end of the list"
        ]
    );
    assert!(holds(&bob.says("LIST").await, "322 bob #den 1 :"));
    assert_eq!(
        alice.says("NAMES #den").await,
        ["366 alice #den :end of the names"]
    );
    assert_eq!(alice.says("WHO #den").await, ["315 alice #den :end of WHO"]);
    let whois = alice.says("WHOIS bob").await;
    assert!(holds(&whois, "319 alice bob :@#pub"), "{whois:#?}");
    assert!(!holds(&whois, "#den"), "{whois:#?}");
    assert_eq!(
        alice.says("PRIVMSG #den :psst").await,
        ["403 alice #den :there is no such room"]
    );
}

#[tokio::test]
async fn a_list_is_of_what_was_asked_for() {
    let (_server, mut bob, mut alice) = two().await;
    for room in ["#one", "#two"] {
        bob.does(&format!("JOIN {room}")).await;
    }
    alice.does("JOIN #two").await;
    let mut listed = async |words: &str| {
        let seen = bob.says(&format!("LIST {words}")).await;
        let rooms = seen.iter().filter(|line| line.starts_with("322 "));
        let names: Vec<String> = rooms
            .map(|line| line.split(' ').nth(2).unwrap().to_owned())
            .collect();
        names.join(" ")
    };
    assert_eq!(listed("#one").await, "#one");
    assert_eq!(listed(">1").await, "#two");
    assert_eq!(listed("<2").await, "#lobby #one");
    assert_eq!(listed("#*o*,!#lobby").await, "#one #two");
    assert_eq!(listed("*o*,>0,<2").await, "#one");
}

#[tokio::test]
async fn who_finds_by_room_by_name_and_by_mask_among_those_who_share_a_room() {
    let (server, mut bob, mut alice) = two().await;
    let _eve = server.guest("alicia").await;
    bob.does("JOIN #den").await;
    alice.does("JOIN #den").await;
    alice.does("AWAY :tea").await;
    bob.hears().await;
    let seen = bob.says("WHO #den").await;
    assert_eq!(seen.len(), 3);
    assert!(seen[0].ends_with(" chat bob H@ :0 bob"), "{seen:#?}");
    assert!(seen[1].ends_with(" chat alice G :0 alice"), "{seen:#?}");
    let seen = bob.says("WHO ALI*").await;
    assert_eq!(seen.len(), 2, "{seen:#?}");
    assert!(seen[0].contains(" alice G "), "{seen:#?}");
    let seen = bob.says("WHO alicia").await;
    assert!(seen[0].contains(" alicia H "), "{seen:#?}");
    assert_eq!(
        bob.says("WHO alice %tnfa,42").await[0],
        "354 bob 42 alice G 0"
    );
}

#[tokio::test]
async fn whois_tells_a_member_from_a_guest() {
    let server = Server::start().await;
    let mut bob = server.guest("bob").await;
    let _alice = server.member("alice", "").await;
    let seen = bob.says("WHOIS alice").await;
    assert!(seen[0].starts_with("311 bob alice alice "), "{seen:#?}");
    assert!(holds(&seen, "330 bob alice alice :"), "{seen:#?}");
    assert!(holds(&seen, "317 bob alice "), "{seen:#?}");
    let seen = bob.says("WHOIS bob").await;
    assert!(!holds(&seen, "330 "), "{seen:#?}");
    assert!(holds(&seen, "320 bob bob :is a guest"), "{seen:#?}");
    assert_eq!(
        bob.says("WHOIS nobody").await,
        [
            "401 bob nobody :there is nobody of that name",
            "318 bob nobody :end of WHOIS"
        ]
    );
}

#[tokio::test]
async fn being_away_is_told_to_who_asked_for_it_and_to_who_talks_to_them() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "away-notify").await;
    let mut alice = server.guest("alice").await;
    let mut eve = server.guest("eve").await;
    for client in [&mut bob, &mut alice, &mut eve] {
        client.does("JOIN #den").await;
    }
    bob.hears().await;
    alice.hears().await;
    assert_eq!(
        alice.says("AWAY :tea").await,
        ["306 alice :you are away now"]
    );
    assert_eq!(bob.hears().await, [":alice AWAY :tea"]);
    assert_eq!(eve.hears().await, [""; 0]);
    assert_eq!(
        eve.says("PRIVMSG alice :there?").await,
        ["301 eve alice :tea"]
    );
    // Nothing answers a notice.
    assert_eq!(eve.says("NOTICE alice :there?").await, [""; 0]);
    alice.hears().await;
    assert_eq!(alice.says("AWAY").await, ["305 alice :you are back"]);
    assert_eq!(bob.hears().await, [":alice AWAY"]);
}

#[tokio::test]
async fn who_says_before_signing_on_that_they_are_away_is_away_from_the_start() {
    let server = Server::start().await;
    let mut bob = server.guest("bob").await;
    let mut alice = server.dial();
    alice.send("CAP REQ :draft/pre-away").await;
    assert_eq!(
        alice.says("AWAY :asleep").await,
        ["CAP * ACK :draft/pre-away", "306 * :you are away now"]
    );
    alice.send("NICK bob").await;
    alice.send("USER alice 0 * :alice").await;
    alice.send("CAP END").await;
    assert!(holds(&alice.hears().await, "433 "));
    alice.send("NICK alice").await;
    assert!(holds(&alice.hears().await, "001 alice"));
    assert_eq!(
        bob.says("PRIVMSG alice :hi").await,
        ["301 bob alice :asleep"]
    );
}

#[tokio::test]
async fn a_member_who_is_gone_is_said_to_be_and_reads_it_later() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "away-notify").await;
    let mut alice = server.member("alice", "").await;
    bob.does("JOIN #den").await;
    alice.does("JOIN #den").await;
    bob.hears().await;
    alice.send("QUIT :home").await;
    while alice.next().await.is_some() {}
    assert_eq!(bob.hears().await, [":alice AWAY :Quit: home"]);
    assert_eq!(
        bob.says("PRIVMSG alice :call me").await,
        ["301 bob alice :not here; messages wait"]
    );
    let mut alice = server.member("alice", "draft/chathistory").await;
    assert_eq!(bob.hears().await, [":alice AWAY"]);
    let past = alice.asks("CHATHISTORY LATEST bob * 10").await;
    assert_eq!(texts(&past), ["call me"]);
}

#[tokio::test]
async fn a_message_bears_its_time_its_id_and_the_account_for_who_asked_for_them() {
    let server = Server::start().await;
    let mut alice = server.member("alice", "echo-message message-tags").await;
    let mut bob = server
        .guest_with("bob", "server-time message-tags account-tag")
        .await;
    let mut eve = server.guest("eve").await;
    for client in [&mut alice, &mut bob, &mut eve] {
        client.does("JOIN #den").await;
    }
    alice.settle().await;
    bob.settle().await;
    let echo = alice.asks("@+x/y=1;label=z PRIVMSG #den :hi").await;
    let seen = bob.settle().await;
    assert_eq!(tag(&seen[0], "account").as_deref(), Some("alice"));
    assert_eq!(tag(&seen[0], "+x/y").as_deref(), Some("1"));
    assert_eq!(tag(&seen[0], "label"), None);
    assert!(tag(&seen[0], "time").unwrap().ends_with('Z'));
    let id = tag(&seen[0], "msgid");
    assert!(id.is_some());
    assert_eq!(tag(&echo[0], "msgid"), id);
    assert!(eve.settle().await[0].starts_with(":alice!"));
}

#[tokio::test]
async fn tags_alone_reach_who_knows_tags_and_typing_has_no_id() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "message-tags").await;
    let mut alice = server.guest_with("alice", "message-tags").await;
    let mut eve = server.guest("eve").await;
    for client in [&mut bob, &mut alice, &mut eve] {
        client.does("JOIN #den").await;
    }
    bob.settle().await;
    alice.settle().await;
    bob.does("@+draft/react=x TAGMSG #den").await;
    bob.does("@+typing=active TAGMSG #den").await;
    let seen = alice.settle().await;
    assert_eq!(tag(&seen[0], "+draft/react").as_deref(), Some("x"));
    assert!(tag(&seen[0], "msgid").is_some());
    assert_eq!(tag(&seen[1], "+typing").as_deref(), Some("active"));
    assert_eq!(tag(&seen[1], "msgid"), None);
    assert_eq!(eve.settle().await, [""; 0]);
}

#[tokio::test]
async fn an_echo_comes_to_who_asked_for_it_and_to_oneself_it_comes_twice() {
    let server = Server::start().await;
    let mut bob = server.guest("bob").await;
    let mut alice = server
        .guest_with("alice", "echo-message labeled-response batch")
        .await;
    assert_eq!(bob.says("PRIVMSG alice :hi").await, [""; 0]);
    assert_eq!(alice.hears().await, [":bob PRIVMSG alice :hi"]);
    assert_eq!(
        alice.says("PRIVMSG bob :ho").await,
        [":alice PRIVMSG bob :ho"]
    );
    let seen = alice.asks("@label=1 PRIVMSG alice :me").await;
    assert_eq!(seen.len(), 2, "{seen:#?}");
    assert_eq!(tag(&seen[0], "label").as_deref(), Some("1"));
    assert_eq!(tag(&seen[1], "label"), None);
    assert_eq!(plain(&seen[0]), plain(&seen[1]));
}

#[tokio::test]
async fn a_label_comes_back_once_whatever_the_answer_is() {
    let server = Server::start().await;
    let mut bob = server
        .guest_with("bob", "labeled-response batch echo-message message-tags")
        .await;
    // One line.
    let seen = bob.asks("@label=a TOPIC #nowhere").await;
    assert_eq!(tag(&seen[0], "label").as_deref(), Some("a"));
    // None.
    let seen = bob.asks("@label=b PONG x").await;
    assert_eq!(seen, ["@label=b :chat ACK"]);
    // Several, of which the first is told at once and the others come back from the log.
    let seen = bob.asks("@label=c JOIN b@d,#den").await;
    assert_eq!(tag(&seen[0], "label").as_deref(), Some("c"));
    assert!(seen[0].ends_with(" labeled-response"), "{seen:#?}");
    let inner = &seen[1..seen.len() - 1];
    assert!(inner.iter().all(|line| tag(line, "batch").is_some()));
    assert!(holds(inner, " 476 ") && holds(inner, " JOIN #den") && holds(inner, " 366 "));
    assert_eq!(
        seen.iter().filter(|line| line.contains("label=")).count(),
        1
    );
    // A line that is none.
    let seen = bob.asks("@label=d NO_SUCH_THING").await;
    assert_eq!(tag(&seen[0], "label").as_deref(), Some("d"));
    assert!(seen[0].contains(" 421 "));
}

#[tokio::test]
async fn a_message_of_several_lines_is_one_message() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", ALL).await;
    let mut alice = server
        .guest_with("alice", "batch draft/multiline message-tags")
        .await;
    let mut eve = server.guest_with("eve", "message-tags").await;
    for client in [&mut bob, &mut alice, &mut eve] {
        client.does("JOIN #den").await;
    }
    for client in [&mut bob, &mut alice, &mut eve] {
        client.settle().await;
    }
    bob.send("@label=l BATCH +1 draft/multiline #den").await;
    bob.send("@batch=1 PRIVMSG #den :one").await;
    bob.send("@batch=1 PRIVMSG #den :").await;
    bob.send("@batch=1 PRIVMSG #den :two ").await;
    bob.send("@batch=1;draft/multiline-concat PRIVMSG #den :more")
        .await;
    let echo = bob.asks("BATCH -1").await;
    assert_eq!(tag(&echo[0], "label").as_deref(), Some("l"));
    assert_eq!(texts(&echo), ["one", "", "two more"]);
    let seen = alice.settle().await;
    assert!(seen[0].ends_with(" draft/multiline #den"), "{seen:#?}");
    assert_eq!(tag(&seen[0], "msgid"), tag(&echo[0], "msgid"));
    assert_eq!(texts(&seen), ["one", "", "two more"]);
    assert!(seen[1..4].iter().all(|line| tag(line, "msgid").is_none()));
    let seen = eve.settle().await;
    assert_eq!(texts(&seen), ["one", "two more"]);
    assert_eq!(tag(&seen[0], "msgid"), tag(&echo[0], "msgid"));
    assert_eq!(tag(&seen[1], "msgid"), None);
}

#[tokio::test]
async fn a_message_of_several_lines_that_cannot_be_is_refused_once() {
    let server = Server::start_with("limits.multiline_max_lines = 2\n").await;
    let mut bob = server.guest_with("bob", ALL).await;
    bob.does("JOIN #den").await;
    bob.send("@label=l BATCH +1 draft/multiline #den").await;
    for _ in 0..5 {
        bob.send("@batch=1 PRIVMSG #den :x").await;
    }
    let seen = bob.asks("BATCH -1").await;
    assert_eq!(seen.len(), 1, "{seen:#?}");
    assert!(seen[0].contains("FAIL BATCH MULTILINE_MAX_LINES 2 :"));
    assert_eq!(tag(&seen[0], "label").as_deref(), Some("l"));
    bob.send("BATCH +2 draft/multiline #den").await;
    bob.send("@batch=2 PRIVMSG #other :x").await;
    let seen = bob.says("BATCH -2").await;
    assert!(holds(&seen, "FAIL BATCH MULTILINE_INVALID_TARGET"));
    assert!(holds(
        &bob.says("BATCH -3").await,
        "FAIL BATCH MULTILINE_INVALID"
    ));
}

#[tokio::test]
async fn the_past_is_read_by_every_subcommand() {
    let server = Server::start().await;
    let mut bob = server
        .guest_with(
            "bob",
            "batch message-tags server-time echo-message draft/chathistory",
        )
        .await;
    bob.does("JOIN #den").await;
    let mut ids = Vec::new();
    for number in 1..=5 {
        let echo = bob.asks(&format!("PRIVMSG #den :{number}")).await;
        ids.push(tag(&echo[0], "msgid").unwrap());
    }
    let mut found = async |words: String| {
        let seen = bob.asks(&format!("CHATHISTORY {words}")).await;
        assert!(seen[0].ends_with(" chathistory #den"), "{seen:#?}");
        texts(&seen).join(" ")
    };
    assert_eq!(found("LATEST #den * 3".into()).await, "3 4 5");
    assert_eq!(found(format!("LATEST #den msgid={} 9", ids[3])).await, "5");
    assert_eq!(
        found(format!("BEFORE #den msgid={} 2", ids[3])).await,
        "2 3"
    );
    assert_eq!(found(format!("AFTER #den msgid={} 2", ids[0])).await, "2 3");
    assert_eq!(
        found(format!("AROUND #den msgid={} 3", ids[2])).await,
        "2 3 4"
    );
    let between = format!("BETWEEN #den msgid={} msgid={} 9", ids[0], ids[4]);
    assert_eq!(found(between).await, "2 3 4");
    let back = format!("BETWEEN #den msgid={} msgid={} 2", ids[4], ids[0]);
    assert_eq!(found(back).await, "3 4");
    let since = "AFTER #den timestamp=2001-01-01T00:00:00.000Z 2";
    assert_eq!(found(since.into()).await, "1 2");
    // Who asked by another way of writing the name knows the answer by that.
    let seen = bob.asks("CHATHISTORY LATEST #Den * 1").await;
    assert!(seen[0].ends_with(" chathistory #Den"), "{seen:#?}");
    assert_eq!(texts(&seen), ["5"]);
}

#[tokio::test]
async fn an_answer_is_never_more_than_may_wait_for_who_asks() {
    let server = Server::start_with("limits.outbox_bytes = 65536\n").await;
    let mut bob = server.guest_with("bob", ALL).await;
    bob.does("JOIN #den").await;
    for number in 0..5 {
        bob.send("BATCH +1 draft/multiline #den").await;
        bob.send(&format!("@batch=1 PRIVMSG #den :{number}")).await;
        for _ in 0..30 {
            let line = format!("@batch=1 PRIVMSG #den :{}", "x".repeat(400));
            bob.send(&line).await;
        }
        bob.does("BATCH -1").await;
    }
    let numbers = |seen: Vec<String>| {
        let mut texts = texts(&seen);
        texts.retain(|text| !text.starts_with('x'));
        texts.join(" ")
    };
    let newest = bob.asks("CHATHISTORY LATEST #den * 9").await;
    assert_eq!(numbers(newest), "3 4");
    let since = "CHATHISTORY AFTER #den timestamp=2001-01-01T00:00:00.000Z 9";
    assert_eq!(numbers(bob.asks(since).await), "0 1");
}

#[tokio::test]
async fn targets_are_the_conversations_with_something_new() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "batch draft/chathistory").await;
    let mut alice = server.guest("alice").await;
    bob.does("JOIN #den").await;
    bob.does("PRIVMSG #den :hi").await;
    alice.does("PRIVMSG bob :hi").await;
    bob.settle().await;
    let all = "CHATHISTORY TARGETS timestamp=2001-01-01T00:00:00.000Z \
               timestamp=2101-01-01T00:00:00.000Z 10";
    let seen = bob.asks(all).await;
    assert!(seen[0].ends_with(" draft/chathistory-targets"), "{seen:#?}");
    assert!(holds(&seen, "CHATHISTORY TARGETS #den ") && holds(&seen, "TARGETS alice "));
    assert_eq!(seen.len(), 4, "{seen:#?}");
}

#[tokio::test]
async fn a_mistake_in_a_question_about_the_past_is_said() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", ALL).await;
    bob.does("JOIN #den").await;
    for (words, code) in [
        ("LATEST #nowhere * 5", "INVALID_TARGET LATEST #nowhere"),
        ("LATEST nobody * 5", "INVALID_TARGET LATEST nobody"),
        ("LATEST #den * many", "INVALID_PARAMS LATEST #den"),
        ("BEFORE #den yesterday 5", "INVALID_MSGREFTYPE BEFORE #den"),
        ("BEFORE #den msgid=rubbish 5", "INVALID_PARAMS BEFORE #den"),
        ("LATEST", "INVALID_PARAMS LATEST"),
        ("DANCE #den", "INVALID_PARAMS DANCE #den"),
    ] {
        let seen = bob.says(&format!("CHATHISTORY {words}")).await;
        assert!(
            seen[0].starts_with(&format!("FAIL CHATHISTORY {code} :")),
            "{words}: {seen:#?}"
        );
    }
}

#[tokio::test]
async fn a_guest_reads_an_open_room_from_its_beginning_and_a_closed_one_from_coming_in() {
    let server = Server::start().await;
    let mut bob = server.guest("bob").await;
    bob.does("JOIN #open").await;
    bob.does("JOIN #shut").await;
    bob.does("MODE #shut +i").await;
    bob.does("PRIVMSG #open :before").await;
    bob.does("PRIVMSG #shut :before").await;
    let mut eve = server.guest_with("eve", "batch draft/chathistory").await;
    for room in ["#open", "#shut"] {
        let seen = eve.says(&format!("CHATHISTORY LATEST {room} * 9")).await;
        assert!(
            !holds(&seen, "before") && !holds(&seen, "BATCH"),
            "{seen:#?}"
        );
    }
    bob.does("INVITE eve #shut").await;
    eve.does("JOIN #open,#shut").await;
    bob.does("PRIVMSG #open :after").await;
    bob.does("PRIVMSG #shut :after").await;
    let open = eve.asks("CHATHISTORY LATEST #open * 9").await;
    assert!(
        texts(&open).join(" ").ends_with("before after"),
        "{open:#?}"
    );
    eve.settle().await;
    let shut = eve.asks("CHATHISTORY LATEST #shut * 9").await;
    assert_eq!(texts(&shut), ["after"]);
    // Who has left reads nothing.
    eve.does("PART #shut").await;
    let gone = eve.asks("CHATHISTORY LATEST #shut * 9").await;
    assert_eq!(texts(&gone), [""; 0]);
}

#[tokio::test]
async fn messages_of_several_lines_are_nested_in_the_past() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", ALL).await;
    bob.does("JOIN #den").await;
    bob.send("BATCH +1 draft/multiline #den").await;
    bob.send("@batch=1 PRIVMSG #den :one").await;
    bob.send("@batch=1 PRIVMSG #den :two").await;
    bob.does("BATCH -1").await;
    bob.does("PRIVMSG #den :three").await;
    let seen = bob.asks("@label=l CHATHISTORY LATEST #den * 9").await;
    assert_eq!(tag(&seen[0], "label").as_deref(), Some("l"));
    assert!(seen[0].ends_with(" chathistory #den"), "{seen:#?}");
    let outer = seen[0].split(" +").nth(1).unwrap().split(' ').next();
    let inner = seen[1].split(" +").nth(1).unwrap().split(' ').next();
    let batches: Vec<Option<String>> = seen.iter().map(|line| tag(line, "batch")).collect();
    let batches: Vec<Option<&str>> = batches.iter().map(Option::as_deref).collect();
    assert_eq!(
        batches,
        [None, outer, inner, inner, outer, outer, None],
        "{seen:#?}"
    );
    assert_eq!(texts(&seen), ["one", "two", "three"]);
}

#[tokio::test]
async fn extended_join_tells_the_account_and_the_real_name() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "extended-join").await;
    let mut alice = server.member("alice", "").await;
    let mut eve = server.guest("eve").await;
    assert_eq!(bob.says("JOIN #den").await[0], ":bob JOIN #den * :bob");
    alice.does("JOIN #den").await;
    eve.does("JOIN #den").await;
    assert_eq!(
        bob.hears().await,
        [":alice JOIN #den alice :alice", ":eve JOIN #den * :eve"]
    );
}

#[tokio::test]
async fn a_quit_is_told_once_to_who_shares_several_rooms() {
    let (_server, mut bob, mut alice) = two().await;
    for client in [&mut bob, &mut alice] {
        client.does("JOIN #den,#pub").await;
    }
    bob.hears().await;
    alice.send("QUIT :home").await;
    assert_eq!(alice.next().await.as_deref(), Some("ERROR :Quit: home"));
    assert_eq!(alice.next().await, None);
    assert_eq!(bob.hears().await, [":alice QUIT :Quit: home"]);
}

#[tokio::test]
async fn a_repeat_is_told_nobody_and_answered_by_the_first_echo() {
    let server = Server::start().await;
    let mut alice = server.member("alice", ALL).await;
    let mut bob = server.guest("bob").await;
    alice.does("JOIN #den").await;
    bob.does("JOIN #den").await;
    alice.settle().await;
    let line = "@chatroom.invalid/nonce=n1 PRIVMSG #den :once";
    let first = alice.asks(line).await;
    let again = alice.asks(line).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        tag(&first[0], "chatroom.invalid/nonce").as_deref(),
        Some("n1")
    );
    assert_eq!(first, again);
    assert_eq!(bob.hears().await, [":alice PRIVMSG #den :once"]);
}

#[tokio::test]
async fn what_one_session_does_the_other_of_the_same_person_shows() {
    let server = Server::start().await;
    let mut here = server.member("alice", "echo-message").await;
    let mut bob = server.guest("bob").await;
    here.does("JOIN #den").await;
    bob.does("JOIN #den").await;
    // A new session is in the rooms already.
    let mut there = server.member("alice", "").await;
    assert_eq!(bob.hears().await, [""; 0]);
    here.hears().await;
    here.does("PRIVMSG #den :hi").await;
    here.does("PRIVMSG bob :psst").await;
    assert_eq!(
        there.hears().await,
        [":alice PRIVMSG #den :hi", ":alice PRIVMSG bob :psst"]
    );
    // What one comes into the other is told of in full.
    here.does("JOIN #new").await;
    assert_eq!(
        there.hears().await,
        [
            ":alice JOIN #new",
            ":chat MODE #new +o alice",
            "353 alice = #new :@alice",
            "366 alice #new :end of the names"
        ]
        .map(|line| line.trim_start_matches(":chat ").to_owned())
    );
    // Ending one tells nobody anything.
    bob.hears().await;
    there.send("QUIT").await;
    while there.next().await.is_some() {}
    here.does("PRIVMSG #den :still here").await;
    let heard = bob.hears().await;
    assert_eq!(heard, [":alice PRIVMSG #den :still here"]);
}

#[tokio::test]
async fn lines_that_are_no_lines_are_answered_and_harm_nobody() {
    let server = Server::start().await;
    let mut bob = server.guest("bob").await;
    bob.send_bytes(b"PRIVMSG bob :\xff\xfe\r\n").await;
    assert_eq!(
        bob.hears().await,
        ["FAIL * INVALID_UTF8 :lines must be UTF-8"]
    );
    let long = format!("PRIVMSG bob :{}", "x".repeat(600));
    assert!(holds(&bob.says(&long).await, "417 bob :"));
    let tags = format!("@+x={} PING y", "x".repeat(5_000));
    assert!(holds(&bob.says(&tags).await, "417 bob :"));
    // It fits the sender's line and not that of who reads it.
    let nearly = format!("PRIVMSG bob :{}", "x".repeat(495));
    assert!(holds(&bob.says(&nearly).await, "417 bob :"));
    bob.send_bytes(b"PING a\0b\r\n\r\n   \r\n:::\r\n@\r\n")
        .await;
    assert_eq!(
        bob.says("VERSION").await.last().map(|line| verb(line)),
        Some("005")
    );
}

#[tokio::test]
async fn a_line_has_no_more_targets_than_it_may() {
    let server = Server::start_with("limits.targets = 2\n").await;
    let mut bob = server.guest_with("bob", "echo-message").await;
    let _alice = server.guest("alice").await;
    assert_eq!(
        bob.says("PRIVMSG alice,nobody,third :hi").await,
        [
            "407 bob third :one line may have 2 targets",
            ":bob PRIVMSG alice :hi",
            "401 bob nobody :there is nobody of that name"
        ]
    );
}

#[tokio::test]
async fn lines_take_effect_in_the_order_sent() {
    let server = Server::start().await;
    let mut bob = server.guest_with("bob", "echo-message").await;
    bob.send_bytes(
        b"JOIN #den\r\nTOPIC #den :tea\r\nPRIVMSG #den :1\r\nTOPIC #den\r\nPRIVMSG #den :2\r\n",
    )
    .await;
    let seen = bob.hears().await;
    let verbs: Vec<&str> = seen
        .iter()
        .map(|line| line.trim_start_matches(":bob ").split(' ').next().unwrap())
        .collect();
    assert_eq!(
        verbs,
        [
            "JOIN", "353", "366", "TOPIC", "PRIVMSG", "332", "333", "PRIVMSG"
        ]
    );
}
