//! Names that are refused, and those that are offered instead.

use super::{Server, holds};

#[tokio::test]
async fn a_refused_name_comes_with_one_that_is_free_for_who_reads_tags() {
    let server = Server::start().await;
    let _taken = server.guest("bob").await;
    server.member("bob2", "").await;
    let mut client = server.dial();
    client.send("CAP REQ message-tags").await;
    client.send("USER x 0 * :x").await;
    client.send("NICK bob").await;
    let seen = client.asks("CAP END").await;
    let is_offered = |line: &String| {
        line.starts_with("@chatroom.invalid/suggestion=bob3 ") && line.contains(" 433 ")
    };
    assert!(seen.iter().any(is_offered), "{seen:#?}");
    client.send("NICK bob3").await;
    assert!(holds(&client.hears().await, "001 bob3 "));
}
