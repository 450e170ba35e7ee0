//! A server that keeps no history.

use super::{DEADLINE, Server, holds, texts};
use chatroom::config::Config;
use chatroom::server::{Options, start};
use tokio::time::timeout;

#[tokio::test]
async fn where_the_history_is_off_what_was_kept_before_is_nobodys_to_read() {
    let caps = "draft/chathistory batch standard-replies server-time";
    let mut server = Server::start().await;
    let mut bob = server.guest_with("bob", caps).await;
    bob.does("JOIN #den").await;
    bob.does("PRIVMSG #den :kept").await;
    let ask = "CHATHISTORY LATEST #den * 10";
    assert_eq!(texts(&bob.asks(ask).await), ["kept"]);
    for is_on in [false, true] {
        server.running.stop("again");
        timeout(DEADLINE, server.running.wait())
            .await
            .unwrap()
            .unwrap();
        let config = format!("server.name = \"chat\"\nhistory.enabled = {is_on}");
        let file = server.folder.path().join("config.toml");
        let config = Config::parse(&file, &config).unwrap();
        let data = server.folder.path().join("data");
        let mut options = Options::from_config(&config, data).unwrap();
        options.listen = Vec::new();
        server.running = start(options).await.unwrap();
        if is_on {
            let mut bob = server.guest_with("bob", caps).await;
            bob.does("JOIN #den").await;
            assert_eq!(texts(&bob.asks(ask).await), ["kept"]);
            continue;
        }
        let mut bob = server.dial();
        let offered = bob.asks("CAP LS 302").await;
        assert!(!holds(&offered, "chathistory"), "{offered:#?}");
        assert!(holds(&bob.asks(&format!("CAP REQ :{caps}")).await, " NAK "));
        bob.send("CAP REQ :batch standard-replies server-time")
            .await;
        bob.register("bob", "").await;
        let told = bob.asks("VERSION").await;
        assert!(!holds(&told, "CHATHISTORY") && !holds(&told, "MSGREFTYPES"));
        bob.does("JOIN #den").await;
        bob.does("PRIVMSG #den :not kept").await;
        for ask in [
            ask,
            "CHATHISTORY TARGETS timestamp=2000-01-01T00:00:00.000Z timestamp=2100-01-01T00:00:00.000Z 10",
        ] {
            let told = bob.says(ask).await;
            assert_eq!(told.len(), 1, "{told:#?}");
            assert!(
                told[0].starts_with("FAIL CHATHISTORY MESSAGE_ERROR"),
                "{told:#?}"
            );
        }
        let mut alice = server.member("alice", "").await;
        alice.send("QUIT").await;
        while alice.next().await.is_some() {}
        assert_eq!(
            bob.says("PRIVMSG alice :hi").await,
            ["301 bob alice :not here, and messages are not kept"]
        );
    }
}
