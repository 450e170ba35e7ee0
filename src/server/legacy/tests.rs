//! Clients of both protocols in one chat, byte for byte.

mod chat;

use std::collections::VecDeque;

use jiff::tz::TimeZone;
use proptest::prelude::{Strategy, any};
use proptest::{collection, prop_oneof, proptest};

use super::super::dialect::{Input, Step};
use super::super::names;
use super::text;
use crate::core::{self, Command, Flag, Kind, Millis, ModeChange, Role, Say, Target};
use chat::{Chat, NOW};

/// A frame of the second protocol; `about` is its target and its group.
fn json(name: &str, op: i64, msg: &str, about: &str) -> String {
    serde_json::json!({
        "name": name, "op": op, "msg": msg, "target": about, "group": about,
        "timestamp": 1_652_366_880, "area": "public_screen",
    })
    .to_string()
}

fn lobby() -> Target {
    Target::Room("#lobby".into())
}

fn person(name: &str) -> Target {
    Target::Person(name.into())
}

fn room(name: &str) -> core::Name {
    names::room(name, 64).unwrap()
}

#[test]
fn the_first_frame_of_a_name_logs_it_in() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.pipe(), chat.json());
    chat.send(bob, "bob|1|hello");
    chat.sees(bob, "TIME [bob]: I Login\nTIME [bob]: hello\n");
    chat.send(alice, &json("alice", 1, "hi", ""));
    chat.sees(
        alice,
        "【公屏】TIME [alice]: I Login\n【公屏】TIME [alice]: hi\n",
    );
    chat.sees(bob, "TIME [alice]: I Login\nTIME [alice]: hi\n");
}

#[test]
fn a_second_login_is_silent_and_another_name_is_refused() {
    let mut chat = Chat::new();
    let bob = chat.pipe();
    chat.send(bob, "bob|3|");
    chat.sees(bob, "TIME [bob]: I Login\n");
    chat.send(bob, "bob|3|");
    chat.send(bob, "BOB|3|");
    chat.sees(bob, "");
    chat.send(bob, "carol|3|");
    chat.sees(bob, "此连接已用名字 bob 登录，要用其他名字请先退出\n");
}

#[test]
fn glued_frames_all_count() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.pipe(), chat.json());
    chat.send(bob, "bob|3|bob|1|a|bbob|1|c");
    chat.sees(bob, "TIME [bob]: I Login\nTIME [bob]: a|b\nTIME [bob]: c\n");
    let glued = format!(
        "{}\0{}",
        json("alice", 3, "", ""),
        json("alice", 1, "x", "")
    );
    chat.send(alice, &glued);
    chat.sees(
        alice,
        "【公屏】TIME [alice]: I Login\n【公屏】TIME [alice]: x\n",
    );
}

#[test]
fn who_quits_hears_nothing_more_and_all_others_hear_it_once() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.pipe_as("bob"), chat.json_as("alice"));
    chat.send(bob, "bob|2|");
    chat.sees(bob, "");
    assert_eq!(chat.clients[bob].closed.as_deref(), Some("I Logout"));
    chat.sees(alice, "【公屏】TIME [bob]: I Logout\n");
    chat.send(alice, &json("alice", 2, "", ""));
    chat.sees(alice, "");
    assert!(chat.state.users().next().is_none());
}

#[test]
fn a_profile_is_told_to_who_set_it() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.pipe_as("bob"), chat.json_as("alice"));
    chat.send(bob, r#"bob|4|{"Age":"20","Sex":"m"}"#);
    chat.sees(bob, "TIME 用户[bob]: 用户信息 {20 m} \n");
    chat.send(alice, &json("alice", 4, r#"{"age":"21","sex":"f"}"#, ""));
    chat.sees(alice, "【公屏】TIME 用户[alice]: 用户信息 {21 f} \n");
    let bob_user = chat.state.user_named("bob").unwrap();
    assert_eq!(bob_user.profile.get("age").map(|age| &**age), Some("20"));
    chat.send(alice, &json("alice", 4, "21 f", ""));
    chat.sees(
        alice,
        "【公屏】无法识别的用户信息: 应为 {\"age\":\"20\",\"sex\":\"m\"}，每项最多 100 字节\n",
    );
}

#[test]
fn private_talk_reaches_both() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.json_as("bob"), chat.json_as("alice"));
    let carol = chat.pipe_as("carol");
    chat.forget();
    chat.send(bob, &json("bob", 5, "hi", "Alice"));
    chat.sees(bob, "【私聊】TIME [bob -> alice]: hi\n");
    chat.sees(alice, "【私聊】TIME [bob -> alice]: hi\n");
    chat.sees(carol, "");
    chat.send(bob, &json("bob", 5, "hi", "carol"));
    chat.sees(carol, "TIME [bob -> carol]: hi\n");
    chat.forget();
    chat.send(bob, &json("bob", 5, "hi", "dave"));
    chat.sees(bob, "【私聊】用户 dave 不在线或不存在\n");
    chat.send(carol, "carol|2|");
    chat.forget();
    chat.send(bob, &json("bob", 5, "hi", "carol"));
    chat.sees(bob, "【私聊】用户 carol 不在线或不存在\n");
    chat.send(bob, &json("bob", 5, "hi", ""));
    chat.sees(bob, "【私聊】用户  不在线或不存在\n");
}

#[test]
fn a_member_who_is_away_gets_private_talk_later() {
    let mut chat = Chat::new();
    let alice = chat.member("alice");
    let bob = chat.json_as("bob");
    let text = Some("午饭".into());
    chat.does(alice, Command::SetAway { text });
    chat.sees(bob, "【公屏】TIME 用户[alice]: 暂时离开: 午饭\n");
    chat.send(bob, &json("bob", 5, "hi", "alice"));
    chat.sees(
        bob,
        "【私聊】TIME [bob -> alice]: hi\n【私聊】用户 alice 暂时离开: 午饭\n",
    );
    chat.does(alice, Command::SetAway { text: None });
    chat.sees(bob, "【公屏】TIME 用户[alice]: 回来了\n");
    let reason = "bye".into();
    chat.does(alice, Command::SignOff { reason });
    chat.sees(bob, "【公屏】TIME [alice]: I Logout\n");
    chat.send(bob, &json("bob", 5, "hi", "alice"));
    chat.sees(bob, "【私聊】TIME [bob -> alice]: hi\n");
    chat.send(bob, &json("bob", 9, "", ""));
    chat.sees(bob, "【公屏】当前在线用户列表:\n- bob\n");
    let id = chat.state.user_named("alice").unwrap().id;
    chat.other("alice", Some(id));
    chat.sees(bob, "【公屏】TIME [alice]: I Login\n");
}

#[test]
fn groups_are_made_listed_and_entered_by_talking() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.json_as("bob"), chat.json_as("alice"));
    chat.send(bob, &json("bob", 8, "", ""));
    chat.sees(bob, "【公屏】当前没有可用的群组\n");
    chat.send(bob, &json("bob", 7, "design", ""));
    chat.sees(bob, "【公屏】成功创建群组 design 并加入该群组\n");
    chat.sees(alice, "");
    chat.send(alice, &json("alice", 7, "Design", ""));
    chat.sees(alice, "【公屏】群组 Design 已存在\n");
    chat.send(alice, &json("alice", 6, "hi", "design"));
    let told = "【群聊】TIME [design]: alice 加入了群组\n【群聊】TIME [design]-alice: hi\n";
    chat.sees(alice, told);
    chat.sees(bob, told);
    chat.send(alice, &json("alice", 6, "again", "design"));
    chat.sees(alice, "【群聊】TIME [design]-alice: again\n");
    chat.send(alice, &json("alice", 6, "hi", "nobody"));
    chat.sees(alice, "【群聊】群组 nobody 不存在\n");
    chat.send(alice, &json("alice", 7, "设计", ""));
    chat.sees(alice, "【公屏】成功创建群组 设计 并加入该群组\n");
    chat.send(alice, &json("alice", 8, "", ""));
    chat.sees(alice, "【公屏】当前群组列表:\n- design\n- 设计\n");
    chat.send(alice, &json("alice", 9, "", ""));
    chat.sees(alice, "【公屏】当前在线用户列表:\n- bob\n- alice\n");
    let room = chat.state.room_named("#design").unwrap();
    assert_eq!(room.members.len(), 2);
}

#[test]
fn the_name_of_a_group_is_refused_with_a_suggestion() {
    let mut chat = Chat::new();
    let bob = chat.json_as("bob");
    for (name, told) in [
        ("a b", "不能创建群组 a b: 名字不能有空格，可以改用 a-b"),
        ("a,b", "不能创建群组 a,b: 名字不能包含 ','，请换一个"),
        ("", "不能创建群组 : 名字不能为空，请换一个"),
        ("lobby", "群组 lobby 已存在"),
    ] {
        chat.send(bob, &json("bob", 7, name, ""));
        chat.sees(bob, &format!("【公屏】{told}\n"));
    }
    assert_eq!(chat.state.rooms().count(), 1);
}

#[test]
fn a_group_by_invitation_needs_one() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.json_as("bob"), chat.pipe_as("alice"));
    let carol = chat.other("carol", None);
    chat.does(
        carol,
        Command::Join {
            room: room("#team"),
        },
    );
    let flag = |flag| ModeChange::Flag { flag, on: true };
    let set = |changes| Command::SetModes {
        room: "#team".into(),
        changes,
    };
    chat.does(carol, set(vec![flag(Flag::InviteOnly)]));
    chat.forget();
    chat.send(bob, &json("bob", 6, "hi", "team"));
    chat.sees(bob, "【群聊】群组 team 需要邀请才能加入\n");
    chat.does(carol, set(vec![flag(Flag::Secret)]));
    chat.send(bob, &json("bob", 6, "hi", "team"));
    chat.sees(bob, "【群聊】群组 team 不存在\n");
    chat.send(bob, &json("bob", 8, "", ""));
    chat.sees(bob, "【公屏】当前没有可用的群组\n");
    for (target, who, told) in [
        (
            "bob",
            bob,
            "【群聊】TIME [team]: carol 邀请您加入，向该群组发送消息即可加入\n",
        ),
        (
            "alice",
            alice,
            "TIME [team]: carol 邀请您加入，但此客户端不支持群组\n",
        ),
    ] {
        let invite = Command::Invite {
            room: "#team".into(),
            target: target.into(),
        };
        chat.does(carol, invite);
        chat.sees(who, told);
    }
    chat.send(bob, &json("bob", 6, "hi", "team"));
    chat.sees(
        bob,
        "【群聊】TIME [team]: bob 加入了群组\n【群聊】TIME [team]-bob: hi\n",
    );
    chat.send(bob, &json("bob", 8, "", ""));
    chat.sees(bob, "【公屏】当前群组列表:\n- team\n");
}

#[test]
fn who_is_banned_is_told_once() {
    let mut chat = Chat::new();
    let bob = chat.json_as("bob");
    let carol = chat.other("carol", None);
    chat.does(
        carol,
        Command::Join {
            room: room("#team"),
        },
    );
    let ban = ModeChange::Ban {
        on: true,
        mask: "bob!*@*".into(),
    };
    let set = Command::SetModes {
        room: "#team".into(),
        changes: vec![ban],
    };
    chat.does(carol, set);
    chat.forget();
    for _ in 0..2 {
        chat.send(bob, &json("bob", 6, "hi", "team"));
        chat.sees(bob, "【群聊】您被禁止进入 team\n");
    }
}

#[test]
fn a_refused_name_comes_with_one_that_is_free() {
    let mut chat = Chat::new();
    chat.pipe_as("bob");
    chat.pipe_as("bob2");
    chat.member("alice");
    for (name, told) in [
        ("bob", "名字 bob 正在被使用，可以改用 bob3"),
        ("BOB", "名字 BOB 正在被使用，可以改用 BOB3"),
        ("alice", "名字 alice 属于已验证的用户，可以改用 alice2"),
        ("系统", "名字 系统 不能使用: 这是保留的名字，可以改用 系统2"),
        ("b ob", "名字 b ob 不能使用: 名字不能有空格，可以改用 b-ob"),
        ("@@", "名字 @@ 不能使用: 名字不能包含 '@'，可以改用 guest"),
    ] {
        let (pipe, json_client) = (chat.pipe(), chat.json());
        chat.send(pipe, &format!("{name}|3|"));
        chat.sees(pipe, &format!("{told}\n"));
        chat.send(json_client, &json(name, 1, "hi", ""));
        let undone = "【公屏】没有登录，刚才的操作没有执行\n";
        chat.sees(json_client, &format!("【公屏】{told}\n{undone}"));
        chat.send(json_client, &json(name, 9, "", ""));
        chat.sees(json_client, &format!("【公屏】{told}\n{undone}"));
    }
    let late = chat.pipe();
    chat.send(late, "bob|3|");
    chat.forget();
    chat.send(late, "bob3|1|hi");
    chat.sees(late, "TIME [bob3]: I Login\nTIME [bob3]: hi\n");
}

#[test]
fn a_name_that_looks_like_an_owned_one_is_refused() {
    let mut chat = Chat::new();
    chat.member("copa");
    let late = chat.pipe();
    chat.send(late, "сора|3|");
    chat.sees(late, "名字 сора 属于已验证的用户，可以改用 сора2\n");
}

#[test]
fn mistakes_are_answered_and_hurt_nothing() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.pipe(), chat.json());
    chat.send(bob, "bob|7|x");
    chat.sees(bob, "无效OP 7: 可用的操作是 1 到 4\n");
    chat.send(bob, "rubbish\n");
    chat.sees(bob, "无法识别的消息: 格式应为 名字|操作|内容\n");
    chat.send(bob, "|1|hi");
    chat.sees(bob, "请先用名字登录\n");
    chat.send_bytes(bob, b"bob|1|\xff!");
    chat.sees(bob, "消息不是 UTF-8 编码，没有处理\n");
    chat.send(alice, "rubbish{\"op\":42}");
    chat.sees(
        alice,
        "【公屏】无法识别的消息: 应为一个 JSON 对象\n\
         【公屏】无效OP 42: 可用的操作是 1 到 9\n",
    );
    assert!(chat.state.users().next().is_none());
    chat.send(bob, "bob|3|");
    chat.forget();
    for empty in ["bob|1|", "bob|1|\r\n"] {
        chat.send(bob, empty);
        chat.sees(bob, "消息不能为空\n");
    }
}

#[test]
fn what_is_over_the_limits_is_refused_with_them() {
    let mut chat = Chat::new();
    let bob = chat.json_as("bob");
    let told = "【公屏】消息太长: 一条消息最多 4096 字节、24 行，一帧最多 65536 字节\n";
    for text in ["x".repeat(4097), "x\n".repeat(24) + "x", "x".repeat(70_000)] {
        chat.send(bob, &json("bob", 1, &text, ""));
        chat.sees(bob, told);
    }
    let most = "好".repeat(1365);
    chat.send(bob, &json("bob", 1, &most, ""));
    chat.sees(bob, &format!("【公屏】TIME [bob]: {most}\n"));
}

#[test]
fn a_long_list_counts_what_it_leaves_out() {
    let mut chat = Chat::new();
    let bob = chat.json_as("bob");
    for number in 10..90 {
        chat.other(&format!("{}{number}", "u".repeat(28)), None);
    }
    chat.forget();
    chat.send(bob, &json("bob", 9, "", ""));
    let out = String::from_utf8(chat.clients[bob].out.clone()).unwrap();
    assert!(out.ends_with("- 以及另外 49 个\n"), "{out}");
    assert!(out.len() < 1200);
}

#[test]
fn what_others_do_is_told_harmless_and_line_by_line() {
    let mut chat = Chat::new();
    let (bob, alice) = (chat.pipe_as("bob"), chat.json_as("alice"));
    let carol = chat.other("carol", None);
    chat.forget();
    for (text, shown) in [
        ("one\ntwo", vec!["[carol]: one", "[carol]: two"]),
        ("\u{1}ACTION waves\u{1}", vec!["[carol]: * carol waves"]),
        ("\x1b[2J\u{9b}1m\tx", vec!["[carol]: [2J1m x"]),
        (
            "\u{2}a\u{f} \u{3}04,12red\u{3} \u{3}1, b",
            vec!["[carol]: a red , b"],
        ),
        ("a\u{202e}b\r", vec!["[carol]: ab "]),
    ] {
        chat.says(carol, lobby(), text);
        let lines = |head: &str| -> String {
            shown
                .iter()
                .map(|line| format!("{head}TIME {line}\n"))
                .collect()
        };
        chat.sees(bob, &lines(""));
        chat.sees(alice, &lines("【公屏】"));
    }
    chat.says(carol, person("alice"), "a\nb");
    chat.sees(
        alice,
        "【私聊】TIME [carol -> alice]: a\n【私聊】TIME [carol -> alice]: b\n",
    );
    let tags = Say {
        to: lobby(),
        kind: Kind::Tags,
        text: "".into(),
        nonce: None,
        tags: Some("+typing=active".into()),
    };
    chat.does(carol, Command::Say(tags));
    chat.sees(bob, "");
}

#[test]
fn what_happens_to_people_and_rooms_is_told_in_one_line() {
    let mut chat = Chat::new();
    let bob = chat.json_as("bob");
    let carol = chat.other("carol", None);
    chat.does(
        carol,
        Command::Join {
            room: room("#team"),
        },
    );
    chat.forget();
    chat.send(bob, &json("bob", 6, "hi", "team"));
    chat.forget();
    let rename = |name: &str| Command::Rename {
        name: names::person(name, 32).unwrap(),
    };
    chat.does(carol, rename("Caro"));
    chat.sees(bob, "【公屏】TIME 用户[carol]: 改名为 Caro\n");
    let topic = |text: &str| Command::SetTopic {
        room: "#team".into(),
        text: text.into(),
    };
    chat.does(carol, topic("plans"));
    chat.sees(bob, "【群聊】TIME [team]: Caro 将主题改为: plans\n");
    chat.does(carol, topic(""));
    chat.sees(bob, "【群聊】TIME [team]: Caro 清除了主题\n");
    let modes = Command::SetModes {
        room: "#team".into(),
        changes: vec![
            ModeChange::Role {
                role: Role::Voice,
                on: true,
                target: "bob".into(),
            },
            ModeChange::Flag {
                flag: Flag::OpsTopic,
                on: false,
            },
        ],
    };
    chat.does(carol, modes);
    chat.sees(
        bob,
        "【群聊】TIME [team]: Caro 更改了设置: 授予 bob 的发言权限，所有成员可以改主题\n",
    );
    let kick = Command::Kick {
        room: "#team".into(),
        target: "bob".into(),
        reason: Some("enough".into()),
    };
    chat.does(carol, kick);
    chat.sees(bob, "【群聊】TIME [team]: Caro 将 bob 移出了群组: enough\n");
    let part = Command::Part {
        room: "#lobby".into(),
        reason: None,
    };
    chat.does(carol, part);
    chat.sees(bob, "【公屏】TIME Caro 离开了公屏\n");
}

#[test]
fn a_server_with_a_password_is_closed_to_these_clients() {
    let mut chat = Chat::new();
    chat.settings.password = Some("hash".into());
    let bob = chat.pipe();
    chat.send(bob, "bob|3|");
    chat.sees(
        bob,
        "此服务器需要密码，而此客户端不支持密码\n连接已关闭: 需要密码\n",
    );
    assert!(chat.state.users().next().is_none());
}

#[test]
fn what_is_not_stored_is_told_and_ends_the_wait() {
    let mut chat = Chat::new();
    let bob = chat.pipe();
    let mut inputs = VecDeque::new();
    chat.clients[bob].dialect.read(b"bob|1|hi", &mut inputs);
    let mut step = Step::default();
    chat.with(bob, |dialect, around| {
        dialect.act(&inputs[0], around, &mut step);
    });
    let asks = std::mem::take(&mut step.asks);
    assert_eq!(asks.len(), 3);
    for (mark, _) in asks {
        chat.with(bob, |dialect, around| {
            dialect.not_stored(&mark, "磁盘已满", around, &mut step);
        });
    }
    chat.take(bob, step);
    chat.sees(bob, &"操作没有成功: 磁盘已满\n".repeat(3));
    chat.send(bob, "bob|1|hi");
    chat.sees(bob, "TIME [bob]: I Login\nTIME [bob]: hi\n");
}

#[test]
fn only_talk_of_who_takes_part_need_not_wait() {
    let mut chat = Chat::new();
    let fresh = chat.json();
    let bob = chat.json_as("bob");
    let asks = |chat: &Chat, who: usize, frame: String| {
        chat.clients[who].dialect.only_proposes(&Input::Text(frame))
    };
    assert!(!asks(&chat, fresh, json("al", 1, "hi", "")));
    for op in 1..=9 {
        let expected = op == 1 || op == 5;
        assert_eq!(asks(&chat, bob, json("bob", op, "hi", "x")), expected);
    }
    assert!(!asks(&chat, bob, json("bob", 1, "", "")));
    assert!(!asks(&chat, bob, json("carol", 1, "hi", "")));
    assert!(!asks(&chat, bob, "rubbish".into()));
    assert!(!chat.clients[bob].dialect.ping(&mut Vec::new()));
}

#[test]
fn time_is_written_as_the_tutorial_does() {
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    assert_eq!(text::time(NOW, &zone), "2022-05-12 22:48:00");
    assert_eq!(text::time(Millis(i64::MAX), &zone), "1970-01-01 08:00:00");
}

/// Bytes that nearly are frames.
fn nearly_frames() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        collection::vec(any::<u8>(), 0..20),
        (0_u8..12).prop_map(|op| format!("bob|{op}|hi").into_bytes()),
        (0_i64..12).prop_map(|op| json("bob", op, "x y", "bob").into_bytes()),
        "[{}\\[\\]\":,|0-9a-z你\\\\ \n]{0,20}".prop_map(String::into_bytes),
    ];
    collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_harm_anybody(bytes in nearly_frames(), cut in 1_usize..40) {
        for is_json in [false, true] {
            let mut chat = Chat::new();
            let (eve, bob) = if is_json {
                (chat.json(), chat.json_as("alice"))
            } else {
                (chat.pipe(), chat.pipe_as("alice"))
            };
            for read in bytes.chunks(cut) {
                if chat.clients[eve].closed.is_none() {
                    chat.send_bytes(eve, read);
                }
            }
            chat.forget();
            let hello = if is_json { json("alice", 1, "hello", "") } else { "alice|1|hello".into() };
            chat.send(bob, &hello);
            let head = if is_json { "【公屏】" } else { "" };
            chat.sees(bob, &format!("{head}TIME [alice]: hello\n"));
        }
    }
}
