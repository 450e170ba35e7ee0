//! What the chat means, as scripts: lines that people enter, and what the last one tells.

mod script;

use super::*;
use script::Chat;

/// Obeys lines, parted by `;`, and compares what is told of the last one.
#[track_caller]
fn check(script: &str, told: &str) {
    let mut chat = Chat::new();
    let mut last = String::new();
    for line in script.split(';') {
        last = chat.obey(line.trim());
        chat.obey("snapshot");
    }
    assert_eq!(last, told, "after: {script}");
}

#[test]
fn a_free_name_is_claimed_by_the_first_key_and_nobody_else_gets_it() {
    check("1 member bob", "1: on as bob in 0 rooms, arrived");
    check(
        "1 member bob; 2 guest bob",
        r#"2: refused NameOwned("bob")"#,
    );
    check(
        "1 member bob; 2 guest BOB",
        r#"2: refused NameOwned("BOB")"#,
    );
    check(
        "1 member bob; 2 guest b0b",
        r#"2: refused NameOwned("b0b")"#,
    );
    check(
        "1 member bob; 2 member eve as bob",
        r#"2: refused KeyUnknown("bob")"#,
    );
    check(
        "1 member bob; 2 member eve as b0b",
        r#"2: refused NameOwned("b0b")"#,
    );
    check(
        "1 member bob; 2 guest eve; 2 nick bob",
        r#"2: refused NameOwned("bob")"#,
    );
    check(
        "1 member bob; 1 off; 2 guest bob",
        r#"2: refused NameOwned("bob")"#,
    );
}

#[test]
fn a_guests_name_is_in_use_while_they_are_here() {
    check("1 guest eve; 2 guest EVE", r#"2: refused NameInUse("EVE")"#);
    check(
        "1 guest eve; 2 member eve",
        r#"2: refused NameInUse("eve")"#,
    );
    check(
        "1 guest eve; 1 off; 2 guest eve",
        "2: on as eve in 0 rooms, arrived",
    );
    check(
        "1 guest eve; 1 nick ann; 2 guest eve",
        "2: on as eve in 0 rooms, arrived",
    );
    check(
        "1 guest eve; restart; 2 guest eve",
        "2: on as eve in 0 rooms, arrived",
    );
    check("1 guest eve; 1 nick EVE", "+EVE: eve now EVE");
    check(
        "1 guest bob; 1 nick b0b; 2 guest bob",
        r#"2: refused NameInUse("bob")"#,
    );
}

#[test]
fn a_member_may_take_further_names_and_keeps_them() {
    check("1 member bob; 1 nick rob", "+rob: bob now rob");
    check(
        "1 member bob; 1 nick rob; 2 guest bob",
        r#"2: refused NameOwned("bob")"#,
    );
    check("1 member bob; 1 nick b0b", "+b0b: bob now b0b");
    check(
        "1 member bob; 1 nick BOB; 1 nick rob; 1 nick ro; 1 nick r",
        r#"1: refused TooManyNames(3)"#,
    );
    check("1 member bob; 1 nick rob; 1 nick bob", "+bob: rob now bob");
    check(
        "1 member bob; 1 nick BOB; 2 guest b0b",
        r#"2: refused NameOwned("b0b")"#,
    );
}

#[test]
fn a_member_who_comes_under_another_name_of_theirs_goes_by_it_and_all_hear_it() {
    let away = "1 member bob; 1 join #lobby; 1 nick rob; 1 off;";
    check(
        &format!("{away} 1 member bob"),
        "1: on as bob in 1 rooms, arrived | #lobby+bob: rob now bob | #lobby+bob: bob is back",
    );
    // Who is no presence announces nothing.
    check(&format!("{away} 1 tail bob"), "1: on as rob in 1 rooms");
    check(
        &format!("{away} 1 tail bob; 2 member bob"),
        "2: on as bob in 1 rooms, arrived | #lobby+bob: rob now bob | #lobby+bob: bob is back",
    );
    // Beside a session that is there, the one name that all know stays.
    check(
        "1 member bob; 2 member bob as rob",
        "2: on as bob in 0 rooms",
    );
}

#[test]
fn sessions_of_one_account_come_and_go_without_a_word() {
    check(
        "1 member bob; 1 join #a; 2 member bob",
        "2: on as bob in 1 rooms",
    );
    check("1 member bob; 1 join #a; 2 member bob; 1 off", "");
    check(
        "1 member bob; 1 join #a; 2 member bob; 1 off; 2 off",
        "#a+bob: bob goes",
    );
    check(
        "1 member bob; 1 join #a; 1 off; 3 tail bob",
        "3: on as bob in 1 rooms",
    );
    check(
        "1 member bob; 1 join #a; 3 tail bob; 1 off",
        "#a+bob: bob goes",
    );
    check("1 member bob; 1 join #a; 3 tail bob; 1 off; 3 off", "");
    check("1 member bob; 1 join #a; 1 absent", "#a+bob: bob goes");
    check(
        "1 member bob; 1 join #a; 1 absent; 1 present",
        "#a+bob: bob is back",
    );
    check(
        "1 member bob; 1 join #a; 1 off; 2 member bob",
        "2: on as bob in 1 rooms, arrived | #a+bob: bob is back",
    );
    check(
        "1 member bob; 1 join #a; 1 away lunch; 1 off; 2 member bob",
        "2: on as bob in 1 rooms, arrived | #a+bob: bob is back, away: lunch",
    );
    check(
        "1 member bob; 1 join #a; restart; 2 member bob",
        "2: on as bob in 1 rooms, arrived | #a+bob: bob is back",
    );
    check(
        "1 member bob; 2 member bob; 3 member bob; 4 member bob",
        "4: refused TooManySessions(3)",
    );
}

#[test]
fn nobody_is_told_of_a_coming_back_that_concerns_nobody() {
    check("1 member bob", "1: on as bob in 0 rooms, arrived");
    check(
        "1 member bob; 1 off; 2 member bob",
        "2: on as bob in 0 rooms, arrived",
    );
    check(
        "1 member bob; 1 nick rob; 1 off; 2 member bob",
        "2: on as bob in 0 rooms, arrived",
    );
    check(
        "1 tail bob; 2 member bob",
        "2: on as bob in 0 rooms, arrived | +bob: bob is back",
    );
}

#[test]
fn a_guest_is_out_of_all_rooms_with_the_session() {
    check(
        "1 member bob; 1 join #a; 2 guest eve; 2 join #a; 2 off bye",
        "#a+eve: eve quits",
    );
    check(
        "2 guest eve; 2 join #a; 2 off; 2 guest eve; 2 say #a hi",
        r##"2: refused NoSuchRoom("#a")"##,
    );
    check(
        "2 guest eve; 2 join #a; 2 say #a hi; restart; 2 guest eve; 2 say #a hi",
        r##"2: refused CannotSpeak("#a")"##,
    );
}

#[test]
fn where_membership_ends_with_the_last_session_a_member_leaves_as_a_guest_does() {
    let chat = "restart never on; 1 member bob; 1 join #lobby;";
    check(&format!("{chat} 1 off"), "#lobby+bob: bob quits");
    check(
        &format!("{chat} 1 off; 2 member bob"),
        "2: on as bob in 0 rooms, arrived",
    );
    check(&format!("{chat} 2 tail bob; 1 off"), "#lobby+bob: bob goes");
    check(
        &format!("{chat} 2 tail bob; 1 off; 2 off"),
        "#lobby+bob: bob quits",
    );
    check(
        &format!("{chat} restart; 2 member bob; 2 say #lobby x"),
        r##"2: refused CannotSpeak("#lobby")"##,
    );
}

#[test]
fn a_room_that_was_talked_in_stays_and_is_managed_by_who_comes_into_it_empty() {
    check("1 guest eve; 1 join #a", "1: made #a | #a: @eve in #a");
    check(
        "1 guest eve; 1 join #a; 1 part #a; 1 join #a",
        "1: made #a | #a: @eve in #a",
    );
    check(
        "1 guest eve; 1 join #a; 1 say #a x; 1 part #a; 2 guest ann; 2 join #a",
        "#a: @ann in #a",
    );
    check(
        "1 member bob; 1 join #a; 1 say #a x; 1 part #a; 2 guest ann; 2 join #a; 3 guest cid; 3 join #a",
        "#a: cid in #a",
    );
    // The founder stays one.
    check(
        "1 member bob; 1 join #a; 1 say #a x; 1 part #a; 2 guest ann; 2 join #a; 1 join #a",
        "#a: @bob in #a",
    );
    check(
        "1 guest eve; 1 join #a; 2 guest ann; 2 create #a",
        r##"2: refused RoomExists("#a")"##,
    );
    check(
        "1 guest eve; 1 join #bob; 1 join #b0b",
        r##"1: refused RoomExists("#b0b")"##,
    );
    check(
        "1 guest eve; 1 join #bob; 1 part #bob; 1 join #b0b",
        "1: made #b0b | #b0b: @eve in #b0b",
    );
}

#[test]
fn a_room_by_invitation_lets_in_who_is_invited_once_and_ends_with_its_last_member() {
    let group = "1 member bob; 2 member ann; 1 private #a; 1 say #a secret;";
    check(
        &format!("{group} 2 join #a"),
        r##"2: refused InviteOnly("#a")"##,
    );
    check(
        &format!("{group} 2 say #a x"),
        r##"2: refused NoSuchRoom("#a")"##,
    );
    check(
        &format!("{group} 1 invite #a ann"),
        "1: invited ann to #a | ann: invited to #a by bob | @#a: ann is invited to #a",
    );
    check(
        &format!("{group} 1 invite #a ann; 2 join #a"),
        "#a: ann in #a",
    );
    check(
        &format!("{group} 2 off; 1 invite #a ann; restart; 2 member ann; 2 join #a"),
        "#a: ann in #a",
    );
    check(
        &format!("{group} 1 invite #a ann; 2 join #a; 2 part #a; 2 join #a"),
        r##"2: refused InviteOnly("#a")"##,
    );
    check(
        &format!("{group} 1 invite #a ann; 2 join #a; 2 invite #a bob"),
        r##"2: refused NotOperator("#a")"##,
    );
    check(
        &format!("{group} 1 invite #a ann; 1 part #a; 2 join #a"),
        "2: made #a | #a: @ann in #a",
    );
    check(
        &format!("{group} 1 invite #a bob"),
        r##"1: refused AlreadyInRoom { target: "bob", room: "#a" }"##,
    );
    check(
        &format!("{group} 1 invite #a ann; 2 join #a; 1 kick #a ann; 2 join #a"),
        r##"2: refused InviteOnly("#a")"##,
    );
}

#[test]
fn a_full_list_of_invitations_lets_the_oldest_go_and_nobody_fills_it_alone() {
    // Two invitations may wait in a room of these tests.
    let room =
        "1 member bob; 1 join #a; 2 member ann; 2 join #a; 3 member cy; 4 member di; 5 member ed;";
    let refused = |session: u8| format!(r##"{session}: refused InviteOnly("#a")"##);
    let invited = format!("{room} 1 invite #a cy; 1 invite #a di");
    check(
        &format!("{invited}; 1 invite #a cy"),
        "1: invited cy to #a | cy: invited to #a by bob | @#a: cy is invited to #a",
    );
    check(
        &format!("{invited}; 1 invite #a ed; 1 mode #a +i; 3 join #a"),
        &refused(3),
    );
    for (session, name) in [(4, "di"), (5, "ed")] {
        check(
            &format!("{invited}; 1 invite #a ed; 1 mode #a +i; {session} join #a"),
            &format!("#a: {name} in #a"),
        );
    }
    // Who does not manage the room has a share of it.
    let shared = format!("{room} 1 invite #a cy; 2 invite #a di; 2 invite #a ed; 1 mode #a +i");
    check(&format!("{shared}; 3 join #a"), "#a: cy in #a");
    check(&format!("{shared}; 4 join #a"), &refused(4));
    check(&format!("{shared}; 5 join #a"), "#a: ed in #a");
}

#[test]
fn one_by_invitation_is_read_from_when_one_came_in_and_an_open_one_from_its_beginning() {
    let mut chat = Chat::new();
    for line in [
        "1 member bob",
        "2 member ann",
        "1 private #a",
        "1 invite #a ann",
        "2 join #a",
    ] {
        chat.obey(line);
    }
    let room = chat.state.room_named("#a").unwrap();
    let (id, ann) = (room.id, chat.state.user_named("ann").unwrap().id);
    let joined = room.members.get(&ann).unwrap().joined;
    assert_eq!(chat.state.readable_from(ann, id), Some(joined));
    assert_eq!(joined, chat.state.seq());
    chat.obey("1 mode #a -i");
    assert_eq!(chat.state.readable_from(ann, id), Some(Seq(0)));
    chat.obey("2 part #a");
    assert_eq!(chat.state.readable_from(ann, id), None);
}

#[test]
fn a_ban_keeps_out_and_silent_and_only_an_operators_invitation_goes_over_it() {
    let room = "1 member bob; 1 join #a; 2 guest eve; 3 guest ann; 3 join #a;";
    check(
        &format!("{room} 1 mode #a +b eve!*@*; 2 join #a"),
        r##"2: refused Banned("#a")"##,
    );
    check(
        &format!("{room} 2 join #a; 1 mode #a +b eve!*@*; 2 say #a x"),
        r##"2: refused CannotSpeak("#a")"##,
    );
    check(
        &format!("{room} 2 join #a; 1 mode #a +b eve!*@*; 1 mode #a +v eve; 2 say #a x"),
        "#a: eve: x",
    );
    check(
        &format!("{room} 1 mode #a +b eve!*@*; 1 invite #a eve; 2 join #a"),
        "#a: eve in #a",
    );
    check(
        &format!("{room} 1 mode #a +b eve!*@*; 3 invite #a eve"),
        r##"3: refused NotOperator("#a")"##,
    );
    check(
        &format!("{room} 3 invite #a eve; 1 mode #a +b eve!*@*; 2 join #a"),
        r##"2: refused Banned("#a")"##,
    );
    check(
        &format!("{room} 1 mode #a +b eve!*@*; 1 mode #a -b eve!*@*; 2 join #a"),
        "#a: eve in #a",
    );
    check(
        &format!("{room} 1 mode #a +b a; 1 mode #a +b b; 1 mode #a +b c"),
        r##"1: refused ListFull("#a")"##,
    );
    check(
        &format!("{room} 3 mode #a +i"),
        r##"3: refused NotOperator("#a")"##,
    );
    check(&format!("{room} 1 mode #a -n; 2 say #a x"), "#a: eve: x");
}

#[test]
fn the_lobby_is_always_open_and_nobodys() {
    check("1 member bob; 1 join #lobby", "#lobby: bob in #lobby");
    check(
        "1 member bob; 1 join #lobby; 1 topic #lobby x",
        r##"1: refused NotOperator("#lobby")"##,
    );
    check(
        "1 member bob; 1 join #lobby; 1 part #lobby; 1 join #lobby",
        "#lobby: bob in #lobby",
    );
    check(
        "1 guest a; 1 join #lobby; 2 guest b; 2 join #lobby; 3 guest c; 3 join #lobby; 4 guest d; 4 join #lobby",
        "#lobby: d in #lobby",
    );
    check(
        "1 guest a; 1 join #1; 1 join #2; 1 join #3; 1 join #4",
        r##"1: refused TooManyRooms("#4")"##,
    );
    check(
        "1 guest a; 1 join #1; 1 join #2; 1 join #3; 1 join #lobby",
        "#lobby: a in #lobby",
    );
}

#[test]
fn a_room_that_becomes_the_lobby_is_opened_but_not_what_was_said_in_it_behind_closed_doors() {
    let group = "1 member bob; 2 member eve; 1 private #tea; 1 say #tea secret; 1 mode #tea +b *!*@*; restart with lobby #tea; 2 member eve; 1 member bob;";
    check(&format!("{group} 2 join #tea"), "#tea: eve in #tea");
    check(
        &format!("{group} 1 mode #tea +i"),
        r##"1: refused LobbyOpen("#tea")"##,
    );
    check(
        &format!("{group} 1 mode #tea +b *!*@*"),
        r##"1: refused LobbyOpen("#tea")"##,
    );
    let mut chat = Chat::new();
    for line in group.trim_end_matches(';').split(';') {
        chat.obey(line.trim());
    }
    let started = chat.state.room_named("#tea").unwrap().open_from;
    chat.obey("2 join #tea");
    let eve = chat.state.user_named("eve").unwrap().id;
    let tea = chat.state.room_named("#tea").unwrap().id;
    assert!(started > Seq(0));
    assert_eq!(chat.state.readable_from(eve, tea), Some(started));
    // The former lobby is a room as others are.
    check(
        "1 member bob; restart with lobby #tea; 1 member bob; 1 join #lobby",
        "#lobby: @bob in #lobby",
    );
}

#[test]
fn a_direct_message_reaches_a_member_who_is_away_but_no_guest_who_has_gone() {
    check(
        "1 member bob; 2 member ann; 2 off; 1 say ann hi",
        "bob+ann: bob: hi",
    );
    check(
        "1 member bob; 2 guest eve; 1 say eve hi",
        "bob+eve: bob: hi",
    );
    check(
        "1 member bob; 2 guest eve; 2 off; 1 say eve hi",
        r#"1: refused NoSuchPerson("eve")"#,
    );
    check("1 member bob; 1 say bob note", "bob+bob: bob: note");
    check(
        "1 member bob; 1 nick rob; 2 guest eve; 2 say bob hi",
        "eve+rob: eve: hi",
    );
    check("1 say bob hi", "1: refused NotSignedOn");
}

#[test]
fn a_message_sent_again_is_answered_by_the_first_one() {
    let sent = "1 member bob; 2 member ann; 1 join #a; 2 join #a; 1 send n1 #a hi;";
    check(&format!("{sent} 1 send n1 #a hi"), "1: said before, 8: hi");
    check(&format!("{sent} 2 send n1 #a hi"), "#a: ann: hi");
    check(
        &format!("{sent} restart; 5 member bob; 5 send n1 #a hi"),
        "5: said before, 8: hi",
    );
    check(
        &format!("{sent} a day goes by; 1 send n1 #a hi"),
        "#a: bob: hi",
    );
    // What was said was said, although it could not be said now.
    check(
        &format!("{sent} 1 part #a; 1 send n1 #a hi"),
        "1: said before, 8: hi",
    );
    check(
        &format!(
            "{sent} 1 mode #a +o ann; 1 mode #a -o bob; 2 mode #a +b bob!*@*; 1 send n1 #a hi"
        ),
        "1: said before, 8: hi",
    );
    // A guest has no marks.
    check(
        "1 guest eve; 1 join #a; 1 send n1 #a hi; 1 send n1 #a hi",
        "#a: eve: hi",
    );
}

#[test]
fn who_says_again_that_they_are_away_is_answered_alone() {
    check(
        "1 guest eve; 1 join #a; 1 away tea",
        "#a+eve: eve away: tea",
    );
    check(
        "1 guest eve; 1 join #a; 1 away tea; 1 away tea",
        "1: eve away: tea",
    );
    check("1 guest eve; 1 join #a; 1 back", "1: eve not away");
    check(
        "1 guest eve; 1 field a b; 1 field c d; 1 field e f",
        "1: refused ProfileFull(2)",
    );
}

#[test]
fn look_alike_rooms_are_known_as_such_after_one_of_them_has_gone() {
    // The lobby is made whatever it looks like.
    let chat = "1 member bob; 1 join #t00l; restart with lobby #tool; 1 member bob;";
    check(
        &format!("{chat} 1 part #t00l; 1 join #to0l"),
        r##"1: refused RoomExists("#to0l")"##,
    );
    check(
        &format!("{chat} 1 part #t00l; snapshot; 1 join #tools; 1 part #tools; 1 join #t0ols"),
        "1: made #t0ols | #t0ols: @bob in #t0ols",
    );
}

#[test]
fn clocks_that_went_wrong_harm_nothing() {
    let mut chat = Chat::new();
    chat.obey("1 member bob");
    chat.obey("1 join #a");
    for at in [i64::MAX - 10, i64::MIN, 0, i64::MAX - 10] {
        chat.at = at;
        assert_ne!(chat.obey("1 send n1 #a hi"), "");
        chat.obey("snapshot");
    }
}
