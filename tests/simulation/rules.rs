//! What holds of every state and every notice.

use std::collections::{BTreeMap, BTreeSet};

use chatroom::core::*;

/// Applies an entry and checks what it tells and what it leaves.
pub(crate) fn apply(state: &mut State, entry: &Entry) -> Vec<Notice> {
    let before = state.clone();
    let notices = state.apply(entry);
    for notice in &notices {
        check_notice(notice, entry, &before, state);
    }
    for (at, notice) in notices.iter().enumerate() {
        // Each of several modes may be refused for the same reason.
        let is_refusal = matches!(*notice.event, Event::Refused(_));
        assert!(
            is_refusal || !notices[at + 1..].contains(notice),
            "told twice: {notice:?}"
        );
    }
    let is_refusal = |notice: &Notice| matches!(*notice.event, Event::Refused(_));
    if !notices.is_empty() && notices.iter().all(is_refusal) {
        assert_eq!(
            lasting(&before),
            lasting(state),
            "refused, yet something changed"
        );
    }
    check_state(state);
    assert_eq!(state.apply(entry), [], "a second time tells something");
    notices
}

/// All that no refusal may change.
fn lasting(state: &State) -> Vec<Record> {
    let is_lasting = |record: &Record| matches!(record, Record::User(_) | Record::Room(_));
    state.snapshot().into_iter().filter(is_lasting).collect()
}

fn check_notice(notice: &Notice, entry: &Entry, before: &State, after: &State) {
    let room_was = |id: RoomId| before.room(id).is_some() || after.room(id).is_some();
    let user_was = |id: UserId| before.user(id).is_some() || after.user(id).is_some();
    let is_valid = match &notice.to {
        Audience::Session(session) => entry.session == Some(*session),
        Audience::User(id) => after.user(*id).is_some(),
        Audience::Users(a, b) => after.user(*a).is_some() && after.user(*b).is_some(),
        Audience::Room(id) => after.room(*id).is_some(),
        Audience::Operators(id) => after.room(*id).is_some(),
        Audience::RoomAnd(id, who) => room_was(*id) && user_was(*who),
        Audience::Sharing(rooms, who) => rooms.iter().all(|id| room_was(*id)) && user_was(*who),
    };
    assert!(is_valid, "nobody can hear {notice:?}");
    match &*notice.event {
        Event::Said(said) => check_said(said, &notice.to, entry, after),
        Event::Joined { room, person, .. } => {
            let room = after.room(room.id).unwrap();
            assert!(
                room.members.contains_key(&person.id),
                "joined and not in it"
            );
        }
        Event::Quit { person, .. } => {
            let user = after.user(person.id);
            assert!(user.is_none_or(|user| user.rooms.is_empty() && user.sessions.is_empty()));
        }
        Event::WentAway { person, .. } => assert!(!after.user(person.id).unwrap().is_present()),
        Event::CameBack { person, .. } => assert!(after.user(person.id).unwrap().is_present()),
        _ => {}
    }
}

fn check_said(said: &Said, to: &Audience, entry: &Entry, state: &State) {
    assert_eq!(entry.session, Some(said.session));
    let speaker = state.session_user(said.session).unwrap();
    assert_eq!(speaker.person, said.from);
    match (&said.to, to) {
        (SaidTo::Room(room), Audience::Room(id)) => {
            let room = state.room(room.id).unwrap();
            assert_eq!(room.id, *id);
            let is_member = room.members.contains_key(&speaker.id);
            assert!(is_member || !room.flags.contains(&Flag::NoExternal));
            assert!(is_member || !room.is_secret(), "talk into a secret room");
        }
        (SaidTo::Person(person), Audience::Users(from, to)) => {
            assert_eq!((speaker.id, person.id), (*from, *to));
        }
        other => panic!("said to one and told to another: {other:?}"),
    }
}

/// Checks what holds at every place of the log.
pub(crate) fn check_state(state: &State) {
    let (mut folded, mut skeletons) = (BTreeMap::new(), BTreeMap::new());
    let mut keys = BTreeSet::new();
    let mut sessions = BTreeSet::new();
    for user in state.users() {
        assert_eq!(user.id, user.person.id);
        for name in user.names().chain([&user.person.name]) {
            let other = folded.insert(name.folded.clone(), user.id);
            assert!(other.is_none_or(|id| id == user.id), "one name, two people");
            let other = skeletons.insert(name.skeleton.clone(), user.id);
            assert!(
                other.is_none_or(|id| id == user.id),
                "two people look alike"
            );
            let found = state.user_named(&name.folded).map(|user| user.id);
            assert_eq!(found, Some(user.id), "a name leads to its user");
        }
        match &user.account {
            Some(account) => {
                assert_eq!(user.person.account.as_ref(), Some(&account.names[0].shown));
                assert!(account.keys.iter().all(|key| keys.insert(key.clone())));
            }
            None => assert!(!user.sessions.is_empty(), "a guest without a session"),
        }
        for session in user.sessions.keys() {
            assert!(sessions.insert(*session), "one session, two people");
            assert_eq!(state.session_user(*session).unwrap().id, user.id);
        }
        for id in &user.rooms {
            let room = state.room(*id).unwrap();
            assert!(
                room.members.contains_key(&user.id),
                "in a room that does not know"
            );
            assert!(!user.invited.contains_key(id), "invited to where they are");
        }
        for id in user.invited.keys() {
            assert!(state.room(*id).unwrap().invited.contains(&user.id));
        }
    }
    check_rooms(state);
}

fn check_rooms(state: &State) {
    let mut folded = BTreeSet::new();
    let lobby = state.settings().map(|settings| &settings.lobby.folded);
    for room in state.rooms() {
        assert!(
            folded.insert(room.name.folded.clone()),
            "one name, two rooms"
        );
        assert_eq!(state.room(room.id).unwrap(), room);
        assert_eq!(state.room_named(&room.name.folded).unwrap().id, room.id);
        for id in room.members.keys() {
            assert!(state.user(*id).unwrap().rooms.contains(&room.id));
        }
        for id in &room.invited {
            assert!(state.user(*id).unwrap().invited.contains_key(&room.id));
        }
        let stays = room.touched && !room.is_by_invitation();
        assert!(
            stays || !room.members.is_empty(),
            "a room that should have ended"
        );
        if lobby == Some(&room.name.folded) {
            assert!(
                !room.is_by_invitation() && !room.is_secret(),
                "a closed lobby"
            );
        }
    }
    assert!(lobby.is_none_or(|lobby| folded.contains(lobby)), "no lobby");
}
