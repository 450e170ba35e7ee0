//! Keys in, screens out: the model and the view, driven by what a session would tell.

#![allow(clippy::unwrap_used)]

use chatroom::client::action::Action;
use chatroom::client::happening::{
    BufferName, Happening, Limits, Message, MessageKind, Millis, Presence, Stretch, Who, WhoisField,
};
use chatroom::client::kept::{Kept, Level, Notify};
use chatroom::client::key::{Code, Key, TerminalInput};
use chatroom::client::model::{Input, Model, Settings};
use chatroom::client::rooms::{Member, Rooms};
use chatroom::client::view;
use chatroom::text::Language;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// 2025-11-22T09:41:00Z.
const MORNING: Millis = 1_763_804_460_000;
/// What is hard to draw.
const WIDE: &str = "大家好，我到了……“你好，世界！”——①②③ ❤\u{fe0f} ❤ 1\u{fe0f}\u{20e3} 👨\u{200d}👩\u{200d}👧 🏳\u{fe0f}\u{200d}🌈 👍🏽 🥲🏻 🇨🇳 🇨 e\u{30a}\u{301} 한글 \u{1112}\u{1161}\u{11ab} ｶﾞ 𠮷 ａｂｃ　全角空格 tab\there zero\u{200b}width \u{202e}rtl\u{202c} https://例子.测试/路径?q=中文，后面是标点。";

struct Ui {
    model: Model,
    rooms: Rooms,
    now: Millis,
    size: (u16, u16),
    actions: Vec<Action>,
    ids: u32,
}

impl Ui {
    fn new(language: Language, columns: u16, rows: u16) -> Self {
        let settings = Settings {
            nick: "alice".into(),
            language,
            zone: TimeZone::UTC,
            is_ascii: false,
            has_mouse: true,
            nonce_prefix: "n".into(),
        };
        let mut ui = Self {
            model: Model::new(settings),
            rooms: Rooms::default(),
            now: MORNING,
            size: (columns, rows),
            actions: Vec::new(),
            ids: 0,
        };
        ui.input(TerminalInput::Resize(columns, rows));
        ui
    }

    /// Online, in the lobby with bob, carol and 张三.
    fn online(language: Language, columns: u16, rows: u16) -> Self {
        let mut ui = Self::new(language, columns, rows);
        ui.gets_focus();
        ui.comes_online();
        let lobby = ui.rooms.open("#lobby");
        lobby.is_lobby = true;
        lobby.topic = "Friday LAN, be nice".into();
        for (nick, is_operator, away) in [
            ("alice", false, None),
            ("bob", true, None),
            ("carol", false, None),
            ("张三", false, Some("午饭")),
        ] {
            ui.comes_into("#lobby", nick, is_operator, away);
        }
        ui.opens("#lobby");
        ui.actions.clear();
        ui
    }

    fn comes_online(&mut self) {
        self.happens(Happening::Online {
            nick: "alice".into(),
            account: Some("alice".into()),
            lobby: Some("#lobby".into()),
            network: "LAN".into(),
        });
    }

    fn comes_into(&mut self, room: &str, nick: &str, is_operator: bool, away: Option<&str>) {
        let member = Member {
            nick: nick.into(),
            is_operator,
            has_voice: false,
            away: away.map(Into::into),
            account: Some(nick.into()),
        };
        let folded = self.rooms.fold(nick);
        self.rooms.open(room).members.insert(folded, member);
    }

    /// Oneself comes into a room, whose past is empty.
    fn opens(&mut self, room: &str) {
        self.happens(Happening::RoomOpened(room.into()));
        let buffer = BufferName::Room(room.into());
        if self.actions.contains(&Action::Past {
            buffer: buffer.clone(),
            which: Stretch::Newest,
        }) {
            self.past(room, Stretch::Newest, &[], true);
        }
    }

    fn past(&mut self, room: &str, which: Stretch, texts: &[(&str, Millis)], is_end: bool) {
        let messages = texts
            .iter()
            .map(|(text, at)| message("bob", text, *at, text))
            .collect();
        let buffer = BufferName::Room(room.into());
        self.happens(Happening::Past {
            buffer,
            which,
            messages,
            is_end,
        });
    }

    fn input(&mut self, input: TerminalInput) {
        let actions = self
            .model
            .update(Input::Terminal(input), &self.rooms, self.now);
        self.actions.extend(actions);
    }

    fn happens(&mut self, happening: Happening) {
        self.comes(Input::Happening(happening));
    }

    fn comes(&mut self, input: Input) {
        let actions = self.model.update(input, &self.rooms, self.now);
        self.actions.extend(actions);
    }

    fn says(&mut self, nick: &str, to: BufferName, text: &str) {
        self.ids += 1;
        let id = format!("m{}", self.ids);
        self.happens(Happening::Said {
            buffer: to,
            message: message(nick, text, self.now, &id),
        });
    }

    fn in_room(&mut self, nick: &str, room: &str, text: &str) {
        self.says(nick, BufferName::Room(room.into()), text);
    }

    /// Types a text; `<name>` is a key.
    fn types(&mut self, text: &str) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some((name, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                self.input(TerminalInput::Key(key(name)));
                rest = after;
            } else {
                self.input(TerminalInput::Key(plain(Code::Char(c))));
                rest = rest.strip_prefix(c).unwrap();
            }
        }
    }

    /// Time passes, with all that the model wants done meanwhile.
    fn time_passes(&mut self, millis: Millis) {
        let until = self.now + millis;
        while let Some(deadline) = self.model.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(deadline);
            let actions = self.model.update(Input::Tick, &self.rooms, self.now);
            self.actions.extend(actions);
        }
        self.now = until;
    }

    fn minutes_pass(&mut self, minutes: i64) {
        self.now += minutes * 60_000;
    }

    fn buffer(&self) -> (Buffer, Option<(u16, u16)>) {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        let mut buffer = Buffer::empty(area);
        let caret = view::draw(&self.model, &self.rooms, area, &mut buffer);
        (buffer, caret)
    }

    /// The screen as text, without blanks at the ends of rows; `_` where the caret is on a blank.
    fn screen(&self) -> String {
        let (buffer, caret) = self.buffer();
        let mut screen = String::new();
        for y in 0..self.size.1 {
            let mut row = String::new();
            let mut x = 0;
            while x < self.size.0 {
                let symbol = buffer[(x, y)].symbol();
                let is_caret = caret == Some((x, y)) && symbol == " ";
                row.push_str(if is_caret { "_" } else { symbol });
                x += u16::try_from(chatroom::text::width(symbol)).unwrap().max(1);
            }
            screen.push_str(row.trim_end());
            screen.push('\n');
        }
        screen
    }

    #[track_caller]
    fn sees(&self, text: &str) {
        let screen = self.screen();
        assert!(screen.contains(text), "no {text:?} on\n{screen}");
    }

    #[track_caller]
    fn sees_no(&self, text: &str) {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} on\n{screen}");
    }

    /// What is to be done since this was asked last.
    fn done(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// What is to be asked of the server since this was asked last.
    fn asked(&mut self) -> Vec<Action> {
        let mut done = self.done();
        done.retain(|action| !matches!(action, Action::Keep(_) | Action::Bell));
        done
    }

    fn bells(&mut self) -> usize {
        let done = self.done();
        done.iter()
            .filter(|action| **action == Action::Bell)
            .count()
    }

    fn loses_focus(&mut self) {
        self.input(TerminalInput::Focus(false));
    }

    fn gets_focus(&mut self) {
        self.input(TerminalInput::Focus(true));
    }

    /// Whether the row that holds a text has it dimmed.
    #[track_caller]
    fn is_dim(&self, text: &str) -> bool {
        let (buffer, _) = self.buffer();
        let first = text.chars().next().unwrap().to_string();
        for y in 0..self.size.1 {
            let row: String = (0..self.size.0).map(|x| buffer[(x, y)].symbol()).collect();
            if let Some(at) = row.find(text) {
                let x = u16::try_from(row.get(..at).unwrap().chars().count()).unwrap();
                assert_eq!(buffer[(x, y)].symbol(), first);
                return buffer[(x, y)].modifier.contains(Modifier::DIM);
            }
        }
        panic!("no {text:?} on\n{}", self.screen());
    }
}

fn message(nick: &str, text: &str, at: Millis, id: &str) -> Message {
    let from = Who {
        nick: nick.into(),
        account: Some(nick.into()),
        is_self: nick == "alice",
    };
    let kind = MessageKind::Message;
    Message {
        id: Some(id.into()),
        at,
        from,
        kind,
        text: text.into(),
        nonce: None,
    }
}

fn plain(code: Code) -> Key {
    Key {
        code,
        ctrl: false,
        alt: false,
        shift: false,
    }
}

/// A key by its name: `c-n`, `a-1`, `enter`, `pageup`.
fn key(name: &str) -> Key {
    let (ctrl, name) = name
        .strip_prefix("c-")
        .map_or((false, name), |name| (true, name));
    let (alt, name) = name
        .strip_prefix("a-")
        .map_or((false, name), |name| (true, name));
    let code = match name {
        "enter" => Code::Enter,
        "tab" => Code::Tab,
        "esc" => Code::Esc,
        "up" => Code::Up,
        "down" => Code::Down,
        "pageup" => Code::PageUp,
        "pagedown" => Code::PageDown,
        "end" => Code::End,
        "f1" => Code::F(1),
        "f2" => Code::F(2),
        "f6" => Code::F(6),
        "f7" => Code::F(7),
        "f8" => Code::F(8),
        "f9" => Code::F(9),
        name => Code::Char(name.chars().next().unwrap()),
    };
    Key {
        code,
        ctrl,
        alt,
        shift: false,
    }
}

fn said(action: &Action) -> Option<(&str, &str)> {
    if let Action::Say { text, nonce, .. } = action {
        return Some((text, nonce));
    }
    None
}

fn room(name: &str) -> BufferName {
    BufferName::Room(name.into())
}

/// A morning in the lobby, with a group and direct talk beside it.
fn morning(language: Language, columns: u16, rows: u16) -> Ui {
    let mut ui = Ui::online(language, columns, rows);
    ui.comes_into("#设计组", "张三", true, None);
    ui.opens("#设计组");
    ui.in_room("bob", "#lobby", "morning! seat plan is pinned");
    ui.in_room("bob", "#lobby", "table 4 still has two free ports");
    ui.minutes_pass(3);
    ui.in_room(
        "张三",
        "#lobby",
        "大家好，我到了，坐在第四桌。谁有多余的网线？你们说“明天再来”是什么意思？",
    );
    ui.minutes_pass(1);
    ui.happens(Happening::Presence {
        buffers: vec![room("#lobby")],
        at: ui.now,
        who: Who {
            nick: "erin".into(),
            ..Who::default()
        },
        what: Presence::Joined,
    });
    ui.in_room("carol", "#lobby", "@alice can you review?");
    ui.in_room("张三", "#设计组", "新图好了");
    ui.in_room("张三", "#设计组", "alice看一下");
    ui.says("bob", BufferName::Person("bob".into()), "psst");
    ui.types("on it<enter>");
    ui.types("hello 世");
    ui
}

#[test]
fn a_morning_at_80x24() {
    insta::assert_snapshot!(morning(Language::En, 80, 24).screen(), @r#"
 alice          │ #lobby │ Friday LAN, be nice                             4 in
 PUBLIC         │
>#lobby         │
 GROUPS         │
 #设计组     @1 │
 DIRECT         │
 +bob        @1 │
                │
                │
                │
                │
                │
                │
                │
                │09:41   bob  morning! seat plan is pinned
                │             table 4 still has two free ports
                │09:44  张三  大家好，我到了，坐在第四桌。谁有多余的网线？你们说
                │             “明天再来”是什么意思？
                │09:45     *  erin joined
                │      carol  @alice can you review?
                │      alice  on it
                │                                                      3 unread
                │ alice> hello 世_
 F1 help  Alt+A next unread  Enter send  Tab complete  Ctrl+J new line
"#);
}

#[test]
fn a_morning_at_120x40_in_chinese() {
    insta::assert_snapshot!(morning(Language::Zh, 120, 40).screen(), @r#"
 alice              │ #lobby │ Friday LAN, be nice                                                   │ 成员 4
 公屏               │                                                                                │ 管理员
>#lobby             │                                                                                │  @bob
 群聊               │                                                                                │ 在线
 #设计组         @1 │                                                                                │  +alice
 私聊               │                                                                                │  +carol
 +bob            @1 │                                                                                │ 离席
                    │                                                                                │  ~张三 午饭
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │09:41   bob  morning! seat plan is pinned                                       │
                    │             table 4 still has two free ports                                   │
                    │09:44  张三  大家好，我到了，坐在第四桌。谁有多余的网线？你们说“明天再来”是什么 │
                    │             意思？                                                             │
                    │09:45     *  erin 进来了                                                        │
                    │      carol  @alice can you review?                                             │
                    │      alice  on it                                                              │
                    │                                                                         未读 3 │
                    │ alice> hello 世_                                                               │
 F1 帮助  Alt+A 下个未读  Enter 发送  Tab 补全  Ctrl+J 换行  Ctrl+N/P 房间  F7/F8 栏目  Ctrl+Q 退出
"#);
}

#[test]
fn a_morning_at_50x20() {
    insta::assert_snapshot!(morning(Language::En, 50, 20).screen(), @r#"
 #lobby  4 in │ Friday LAN, be…  设计组:@1 bob:@1






───────────────────── 09:41 ──────────────────────
 bob: morning! seat plan is pinned
   table 4 still has two free ports
───────────────────── 09:44 ──────────────────────
 张三: 大家好，我到了，坐在第四桌。谁有多余的网
   线？你们说“明天再来”是什么意思？
───────────────────── 09:45 ──────────────────────
 *: erin joined
 carol: @alice can you review?
 alice: on it

> hello 世_
 F1 help  Alt+A next unread  Enter send
"#);
}

#[test]
fn a_morning_at_10x3() {
    insta::assert_snapshot!(morning(Language::Zh, 10, 3).screen(), @r#"
 alice:
   on it
> _
"#);
}

#[test]
fn an_empty_lobby_says_what_it_is() {
    insta::assert_snapshot!(Ui::online(Language::En, 80, 12).screen(), @r#"
 alice          │ #lobby │ Friday LAN, be nice                             4 in
 PUBLIC         │
>#lobby         │
                │
                │
                │
                │ #lobby is the public screen; nobody has said anything yet.
                │ Everybody on this server is in it and reads it.
                │ F1 shows all keys and commands.
                │
                │ alice> _
 F1 help  Ctrl+G go to  Ctrl+S find  F7/F8 panes  Ctrl+Q quit
"#);
}

#[test]
fn an_empty_lobby_says_what_it_is_in_chinese() {
    insta::assert_snapshot!(Ui::online(Language::Zh, 80, 12).screen(), @r#"
 alice          │ #lobby │ Friday LAN, be nice                             4 人
 公屏           │
>#lobby         │
                │
                │
                │
                │ #lobby 是公屏，还没有人说话。
                │ 这个服务器上的每个人都在这里，都看得到。
                │ 按 F1 看所有按键和命令。
                │
                │ alice> _
 F1 帮助  Ctrl+G 前往  Ctrl+S 查找  F7/F8 栏目  Ctrl+Q 退出
"#);
}

#[test]
fn help_lies_over_the_screen_and_narrows_down() {
    let mut ui = morning(Language::En, 80, 16);
    ui.types("<f1>unread");
    insta::assert_snapshot!(ui.screen(), @r#"
 alice          │ #lobby │ Friday LAN, be nice                             4 in
 PUBLIC         │
>#lobby         │ Help: type to narrow it down
 GROUPS         │ > unread_
 #设计组     @1 │
 DIRECT         │ KEYS EVERYWHERE
 +bob        @1 │ Alt+A                     next room with something unread;
                │                           then back [room.next-activity]
                │ KEYS IN AN EMPTY INPUT
                │ Alt+U                     first unread message here
                │                           [unread.first]
                │ KEYS ON A CHOSEN MESSAGE
                │ m, ｍ                     unread from here on, until you come
                │                           back [unread.mark]
                │
 Up/Down scroll  Esc close
"#);
    ui.types("<esc>");
    ui.sees("hello 世");
}

#[test]
fn a_line_is_dimmed_only_when_its_echo_is_late() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.types("quick brown<enter>");
    assert!(!ui.is_dim("quick"));
    assert_eq!(ui.model.deadline(), Some(ui.now + 150));
    ui.now += 150;
    ui.model.update(Input::Tick, &ui.rooms, ui.now);
    assert_eq!(ui.model.deadline(), None);
    assert!(ui.is_dim("quick"));
    let mut echo = message("alice", "quick brown", ui.now, "m9");
    echo.nonce = Some("n1".into());
    ui.happens(Happening::Said {
        buffer: room("#lobby"),
        message: echo.clone(),
    });
    assert!(!ui.is_dim("quick"));
    ui.happens(Happening::Said {
        buffer: room("#lobby"),
        message: echo,
    });
    assert_eq!(ui.screen().matches("quick brown").count(), 1);
}

#[test]
fn a_refused_line_says_why_and_is_resent_by_the_same_mark() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.types("hello<enter>");
    assert_eq!(ui.done().iter().find_map(said), Some(("hello", "n1")));
    ui.happens(Happening::NotSent {
        nonce: "n1".into(),
        why: "the disk is full".into(),
    });
    ui.sees("!  the disk is full; Alt+R sends it again");
    ui.types("<a-r>");
    assert_eq!(ui.done().iter().find_map(said), Some(("hello", "n1")));
    ui.sees_no("disk");
}

#[test]
fn lines_entered_while_offline_go_out_in_order_when_the_room_is_back() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.in_room("bob", "#lobby", "old");
    ui.happens(Happening::Offline {
        why: "no route".into(),
        again_in_seconds: Some(5),
    });
    ui.sees("! offline, trying again in 5 s: no route");
    ui.types("one<enter>two<enter>");
    assert_eq!(ui.done().iter().find_map(said), None);
    ui.sees("(not sent yet)");
    ui.comes_online();
    ui.happens(Happening::RoomOpened("#lobby".into()));
    let done = ui.done();
    assert_eq!(
        done.iter().filter_map(said).collect::<Vec<_>>(),
        [("one", "n1"), ("two", "n2")]
    );
    assert!(done.contains(&Action::Past {
        buffer: room("#lobby"),
        which: Stretch::Missed
    }));
    ui.past("#lobby", Stretch::Missed, &[("missed", ui.now - 1)], true);
    ui.sees(" 1 new ");
    ui.sees("missed");
}

#[test]
fn an_unknown_command_is_never_said() {
    let mut ui = Ui::online(Language::En, 100, 24);
    ui.types("/jion #a<enter>");
    assert_eq!(ui.done(), []);
    ui.sees("there is no command /jion; did you mean /join?");
    ui.types("<c-c>//jion<enter>");
    assert_eq!(ui.done().iter().find_map(said), Some(("/jion", "n1")));
    ui.types("、加入 设计组<enter>／me waves<enter>、hm<enter>");
    let done = ui.done();
    assert!(done.contains(&Action::Look("#设计组".into())));
    assert_eq!(
        done.iter().filter_map(said).collect::<Vec<_>>(),
        [("waves", "n2"), ("、hm", "n3")]
    );
}

#[test]
fn tab_goes_through_who_spoke_last_then_the_others() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.comes_into("#lobby", "cat", false, None);
    ui.in_room("carol", "#lobby", "hi");
    ui.types("c<tab>");
    ui.sees("alice> carol: ");
    ui.types("<tab>");
    ui.sees("alice> cat: ");
    ui.types("<c-u>你好@张<tab>");
    ui.sees("你好@张三");
    ui.types("<c-u>/whoi<tab>");
    ui.sees("alice> /whois");
    ui.types("<c-u>go to #l<tab>");
    ui.sees("go to #lobby");
}

#[test]
fn unread_rooms_are_gone_through_by_their_urgency() {
    let mut ui = morning(Language::En, 80, 24);
    ui.sees("@1");
    ui.types("<c-u><a-a>");
    ui.sees(" 2 new ");
    ui.sees("新图好了");
    ui.types("<a-a>");
    ui.sees("psst");
    ui.types("<a-a>");
    ui.sees("morning!");
    ui.types("<a-2>");
    ui.sees_no("morning!");
    ui.types("<a-1>");
    ui.sees("morning!");
    ui.types("<c-n><a-/>");
    ui.sees("morning!");
}

#[test]
fn scrolling_to_the_top_asks_for_older_and_keeps_its_place() {
    let mut ui = Ui::new(Language::En, 80, 12);
    ui.comes_online();
    ui.rooms.open("#lobby").is_lobby = true;
    ui.happens(Happening::RoomOpened("#lobby".into()));
    assert!(ui.done().contains(&Action::Past {
        buffer: room("#lobby"),
        which: Stretch::Newest
    }));
    let texts: Vec<String> = (0..30).map(|n| format!("line {n:02}.")).collect();
    let newest: Vec<(&str, Millis)> = texts.iter().map(|t| (t.as_str(), MORNING)).collect();
    ui.past("#lobby", Stretch::Newest, &newest, false);
    ui.sees("line 29.");
    ui.types("<pageup><pageup>");
    let before = ui.screen();
    ui.in_room("bob", "#lobby", "fresh");
    let talk = |screen: &str| {
        let rows = screen.lines().take(9).filter_map(|row| row.split_once('│'));
        rows.map(|(_, talk)| talk.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(talk(&ui.screen()), talk(&before));
    ui.sees("1 new below, Alt+End");
    ui.types("<pageup><pageup>");
    ui.sees("line 00.");
    let older = Action::Past {
        buffer: room("#lobby"),
        which: Stretch::Older,
    };
    assert_eq!(
        ui.done().iter().filter(|action| **action == older).count(),
        1
    );
    ui.past(
        "#lobby",
        Stretch::Older,
        &[("older", MORNING - 60_000)],
        true,
    );
    ui.sees("line 00.");
    ui.types("<pageup>");
    ui.sees("older");
    ui.types("<pagedown><pagedown><pagedown><pagedown><pagedown><pagedown>");
    ui.sees("fresh");
    ui.types("<pageup><esc>");
    ui.sees("fresh");
}

#[test]
fn leaving_is_asked_first() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.types("draft<c-c>");
    ui.sees_no("Leave the chat?");
    ui.types("<c-c>");
    ui.sees("Leave the chat?");
    ui.sees("Ctrl+C leaves, any other key stays");
    ui.types("n<c-y>");
    ui.sees_no("Leave the chat?");
    ui.sees("alice> ndraft");
    ui.types("<c-q><esc>");
    ui.sees_no("Leave the chat?");
    ui.types("<c-q><enter>");
    assert_eq!(ui.done().iter().find_map(said), Some(("ndraft", "n1")));
    assert_eq!(ui.done(), []);
    ui.types("<c-q><c-c>");
    ui.sees("Leave the chat?");
    ui.types("<c-c>");
    assert_eq!(ui.done(), [Action::Quit(None)]);
}

#[test]
fn a_refused_name_asks_for_another() {
    let mut ui = Ui::new(Language::En, 80, 24);
    ui.happens(Happening::NameRefused {
        name: "alice".into(),
        why: "it belongs to somebody".into(),
        suggestion: Some("alice2".into()),
    });
    ui.sees("The name alice cannot be yours here");
    ui.types("x<enter>");
    assert_eq!(ui.done(), [Action::Nick("alice2x".into())]);
}

#[test]
fn without_a_name_one_is_asked_for() {
    let mut ui = Ui::new(Language::En, 80, 24);
    ui.happens(Happening::NameRefused {
        name: String::new(),
        why: "".into(),
        suggestion: Some("guest101".into()),
    });
    ui.sees("Which name do you want here?");
    ui.types("<enter>");
    assert_eq!(ui.done(), [Action::Nick("guest101".into())]);
}

#[test]
fn who_hosts_is_asked_what_becomes_of_the_room() {
    let choices: [(&str, &[Action]); 8] = [
        ("1", &[Action::Close(Some("bye".into()))]),
        ("2", &[]),
        ("3", &[Action::KeepHosting]),
        // To stay is what is chosen at first.
        ("<enter>", &[]),
        ("<up><enter>", &[Action::Close(Some("bye".into()))]),
        ("<down><enter>", &[Action::KeepHosting]),
        ("<esc>", &[]),
        ("<c-q>", &[Action::Close(Some("bye".into()))]),
    ];
    for (keys, expected) in choices {
        let mut ui = Ui::online(Language::En, 80, 24);
        ui.comes(Input::Reached {
            is_hosted: true,
            address: None,
        });
        ui.sees("hosting");
        ui.done();
        ui.comes(Input::AskLeaving {
            others: 2,
            reason: Some("bye".into()),
        });
        ui.sees("You host this room, and 2 others are in it");
        ui.types(keys);
        assert_eq!(ui.done(), expected, "{keys}");
        ui.sees_no("2 others");
    }
}

#[test]
fn a_narrow_screen_has_rooms_and_members_over_it() {
    let mut ui = morning(Language::En, 50, 20);
    ui.types("<f7><down><enter>");
    ui.sees("新图好了");
    ui.types("<a-1><f8>");
    ui.sees("@bob");
    ui.types("<enter>");
    ui.sees("bob in #lobby");
    ui.types("<down><enter>");
    assert!(ui.done().contains(&Action::Whois("bob".into())));
}

#[test]
fn a_moderator_sees_what_can_be_done_with_somebody_at_120x24() {
    let mut ui = morning(Language::En, 120, 24);
    ui.comes_into("#lobby", "alice", true, None);
    ui.types("<f8><f8><f6><f6><f6><down><down>");
    insta::assert_snapshot!(ui.screen(), @r#"
 alice              │ #lobby │ Friday LAN, be nice                                                   │ MEMBERS 4
 PUBLIC             │                                                                                │ OPS
>#lobby             │                                                                                │  @alice
 GROUPS             │                                                                                │  @bob
 #设计组         @1 │                                                                                │ HERE
 DIRECT             │                                                                                │  +carol
 +bob            @1 │                                                                                │ AWAY
                    │                                                                                │  ~张三 午饭
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │                                                                                │
                    │09:41   bob  morning! seat plan is pinned                                       │
                    │             table 4 still has two free ports                                   │
                    │09:44  张三  大家好，我到了，坐在第四桌。谁有多余的网线？你们说“明天再来”是什么 │
                    │             意思？                                                             │
                    │09:45     *  erin joined                                                        │
                    │      carol  @alice can you review?                                             │
                    │      alice  on it                                                              │
                    │                                                                       3 unread │
                    │ alice> hello 世                                                                │
 Enter open  Up/Down choose  F6 next pane  Esc close  F1 help
"#);
    ui.types("<enter>");
    ui.sees("carol in #lobby");
    ui.sees("remove from the room ...");
}

#[test]
fn who_closes_what_can_be_done_with_somebody_is_back_in_the_list_of_members() {
    let mut ui = Ui::online(Language::En, 50, 20);
    ui.types("<f8>");
    let list = ui.screen();
    ui.types("<enter>");
    assert_ne!(ui.screen(), list);
    ui.types("<esc>");
    assert_eq!(ui.screen(), list);
    ui.types("<esc>");
    assert_ne!(ui.screen(), list);
}

#[test]
fn what_can_be_done_with_somebody_at_50x20_in_chinese() {
    let mut ui = morning(Language::Zh, 50, 20);
    ui.comes_into("#lobby", "alice", true, None);
    ui.types("<f8><down><enter>");
    insta::assert_snapshot!(ui.screen(), @r#"
 #lobby  4 人 │ Friday LAN, be…  设计组:@1 bob:@1




          #lobby 里的 bob

          私聊
          资料
          邀请到别的房间
          给予发言权
          取消管理员
          屏蔽：不显示其所说的话
          请出房间……
          封禁……

 alice: on it

> hello 世
 Enter 使用  Up/Down 选择  Esc 关闭  F1 帮助
"#);
    ui.types("<end><enter>");
    ui.sees("封禁 bob，不得再进 #lobby？");
}

#[test]
fn an_emoji_is_chosen_at_50x20_in_chinese() {
    let mut ui = morning(Language::Zh, 50, 20);
    ui.types("<a-e>庆祝");
    insta::assert_snapshot!(ui.screen(), @r#"
 #lobby  4 人 │ Friday LAN, be…  设计组:@1 bob:@1






    表情：输入名字
    > 庆祝_

    🥳  :partying:          聚会笑脸 庆祝
    🎉  :tada:              拉炮彩带 庆祝 恭喜
    🎊  :confetti:          彩球 庆祝

 *: erin 进来了
 carol: @alice can you review?
 alice: on it

> hello 世
 Enter 使用  Up/Down 选择  Esc 关闭  F1 帮助
"#);
}

#[test]
fn the_topic_is_written_at_80x24() {
    let mut ui = morning(Language::En, 80, 24);
    ui.types("<f2>");
    insta::assert_snapshot!(ui.screen(), @r#"
 alice          │ #lobby │ Friday LAN, be nice                             4 in
 PUBLIC         │
>#lobby         │
 GROUPS         │
 #设计组     @1 │
 DIRECT         │
 +bob        @1 │
                │
                │
                │
                │      Topic of #lobby
                │      > Friday LAN, be nice_
                │
                │      everybody in the room is told; empty takes it away
                │
                │             table 4 still has two free ports
                │09:44  张三  大家好，我到了，坐在第四桌。谁有多余的网线？你们说
                │             “明天再来”是什么意思？
                │09:45     *  erin joined
                │      carol  @alice can you review?
                │      alice  on it
                │                                                      3 unread
                │ alice> hello 世
 Enter set  Esc close  F1 help
"#);
}

#[test]
fn nothing_harmful_reaches_the_screen() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.in_room("bob", "#lobby", "a\u{1b}[2Jb\u{9b}31m \u{202e}evil\u{7}");
    ui.rooms.open("#lobby").topic = "x\u{1b}]0;y\u{7}".into();
    let (buffer, _) = ui.buffer();
    let harmful = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(
        buffer
            .content()
            .iter()
            .all(|cell| !cell.symbol().contains(harmful))
    );
}

#[test]
fn no_size_panics_and_no_row_is_too_wide() {
    for language in [Language::En, Language::Zh] {
        let mut ui = morning(language, 80, 24);
        ui.in_room("bob", "#lobby", WIDE);
        ui.types("<c-u>");
        ui.input(TerminalInput::Paste(format!("{WIDE}\n{WIDE}")));
        let sizes = (1..=30).flat_map(|w| (1..=10).map(move |h| (w, h)));
        let more = [
            (59, 20),
            (60, 7),
            (61, 8),
            (99, 24),
            (100, 24),
            (101, 5),
            (200, 3),
            (7, 60),
        ];
        for (columns, rows) in sizes.chain(more) {
            ui.size = (columns, rows);
            ui.input(TerminalInput::Resize(columns, rows));
            for keys in [
                "",
                "<f1>",
                "<esc><f8>",
                "<esc><f7>",
                "<esc><c-q>",
                "<esc><c-g>大",
                "<esc><f9>",
                "<esc><c-s>大家",
                "<esc><a-up><a-up>y",
                "<c-s><f1>",
                "<esc><esc><c-r>x",
                "<esc>/help <tab><tab>",
                "<esc><pageup>",
                "<pagedown>",
            ] {
                ui.types(keys);
                let (buffer, caret) = ui.buffer();
                assert!(caret.is_none_or(|(x, y)| x < columns && y < rows));
                for y in 0..rows {
                    let last = buffer[(columns - 1, y)].symbol();
                    assert!(
                        chatroom::text::width(last) <= 1 || columns == 1,
                        "{columns}x{rows}: {last}"
                    );
                }
            }
            ui.types("<esc>");
        }
    }
}

#[test]
fn direct_talk_that_began_while_one_was_away_is_unread() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let (nick, at) = ("bob".into(), MORNING);
    let buffer = BufferName::Person(nick);
    ui.happens(Happening::Kept(vec![Kept::Read { buffer, at }]));
    ui.happens(Happening::DirectTalk(vec![("bob".into(), MORNING)]));
    assert_eq!(ui.done(), []);
    ui.happens(Happening::Offline {
        why: "no route".into(),
        again_in_seconds: None,
    });
    ui.comes_online();
    let people = vec![("bob".into(), MORNING), ("dave".into(), MORNING)];
    ui.happens(Happening::DirectTalk(people));
    let dave = BufferName::Person("dave".into());
    let missed = Action::Past {
        buffer: dave.clone(),
        which: Stretch::Since(0),
    };
    assert!(ui.done().contains(&missed));
    let messages = vec![message("dave", "are you there?", MORNING, "d1")];
    let which = Stretch::Since(0);
    ui.happens(Happening::Past {
        buffer: dave,
        which,
        messages,
        is_end: true,
    });
    ui.sees("  dave       @1");
}

#[test]
fn commands_do_what_they_say() {
    let mut ui = Ui::online(Language::En, 80, 24);
    for (typed, action) in [
        (
            "/create ops --private",
            Action::Create {
                room: "#ops".into(),
                private: true,
            },
        ),
        (
            "/part bye all",
            Action::Part {
                room: "#lobby".into(),
                reason: Some("bye all".into()),
            },
        ),
        (
            "/kick @bob",
            Action::Kick {
                nick: "bob".into(),
                room: "#lobby".into(),
                reason: None,
            },
        ),
        (
            "/invite bob ops",
            Action::Invite {
                nick: "bob".into(),
                room: "#ops".into(),
            },
        ),
        (
            "/op bob",
            Action::Mode {
                room: "#lobby".into(),
                changes: vec!["+o".into(), "bob".into()],
            },
        ),
        (
            "/mode #x +i",
            Action::Mode {
                room: "#x".into(),
                changes: vec!["+i".into()],
            },
        ),
        (
            "/topic 新话题",
            Action::Topic {
                room: "#lobby".into(),
                text: Some("新话题".into()),
            },
        ),
        ("/离席 午饭", Action::Away(Some("午饭".into()))),
        ("/back", Action::Away(None)),
        ("/always-on on", Action::AlwaysOn(Some(true))),
        ("/常驻 关", Action::AlwaysOn(Some(false))),
        ("/always-on", Action::AlwaysOn(None)),
        (
            "/join den s3cret",
            Action::JoinWith {
                room: "#den".into(),
                password: "s3cret".into(),
            },
        ),
        ("/list", Action::List(None)),
        ("/nick al", Action::Nick("al".into())),
        ("/quote PING x", Action::Raw("PING x".into())),
        ("/quit later", Action::Quit(Some("later".into()))),
    ] {
        ui.types(&format!("{typed}<enter>"));
        assert_eq!(ui.done(), [action], "{typed}");
    }
    ui.types("/query dave hi<enter>");
    assert!(
        ui.done()
            .iter()
            .any(|action| said(action) == Some(("hi", "n1")))
    );
    ui.sees(" dave");
    ui.types("/go 1<enter>");
    ui.sees("#lobby │ Friday");
    ui.happens(Happening::Offline {
        why: "x".into(),
        again_in_seconds: None,
    });
    ui.types("/list<enter>");
    ui.sees("this needs the connection");
}

#[test]
fn who_comes_and_goes_in_a_row_takes_one_line() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let comes = |ui: &mut Ui, nick: &str, what: Presence| {
        let who = Who {
            nick: nick.into(),
            ..Who::default()
        };
        ui.happens(Happening::Presence {
            buffers: vec![room("#lobby")],
            at: ui.now,
            who,
            what,
        });
    };
    comes(&mut ui, "erin", Presence::Joined);
    ui.sees("*  erin joined");
    comes(&mut ui, "frank", Presence::Joined);
    ui.sees("*  2 joined (erin, frank)");
    comes(&mut ui, "hal", Presence::Quit(Some("bye".into())));
    ui.sees("*  2 joined, 1 left (erin, frank / hal)");
    comes(&mut ui, "frank", Presence::Renamed("fred".into()));
    ui.sees("2 joined, 1 left (erin, fred / hal)");
    comes(&mut ui, "erin", Presence::Left(None));
    ui.sees("1 joined, 1 left (fred / hal), 1 here briefly (erin)");
    ui.in_room("bob", "#lobby", "hi");
    comes(&mut ui, "gao", Presence::Left(Some("lunch".into())));
    ui.sees("*  gao left (lunch)");
}

#[test]
fn what_was_told_on_the_way_is_read_in_the_lobby() {
    let mut ui = Ui::new(Language::En, 80, 12);
    let told = |text: &str, is_failure| Happening::Told {
        buffer: BufferName::Server,
        text: text.into(),
        is_failure,
    };
    ui.happens(told("nobody answers", true));
    ui.happens(told("Nobody hosted here, so this client does.", false));
    ui.comes_online();
    ui.rooms.open("#lobby").is_lobby = true;
    ui.opens("#lobby");
    ui.sees("*  Nobody hosted here");
    ui.sees("nobody has said anything yet");
    ui.sees("SERVER");
    ui.in_room("bob", "#lobby", "hello");
    ui.sees_no("nobody has said anything yet");
    ui.happens(told("the disk is full", true));
    ui.sees("!  the disk is full");
}

#[test]
fn a_command_that_is_refused_before_one_is_online_is_answered_in_the_lobby() {
    let mut ui = Ui::new(Language::En, 80, 12);
    ui.types("/list<enter>");
    ui.sees("!  ");
    ui.comes_online();
    ui.rooms.open("#lobby").is_lobby = true;
    ui.opens("#lobby");
    ui.sees("!  ");
    // What cannot be done stays written.
    ui.sees("alice> /list_");
    ui.sees_no("SERVER");
}

#[test]
fn what_answers_a_command_stands_where_it_was_typed() {
    let mut ui = Ui::online(Language::En, 80, 12);
    ui.happens(Happening::Told {
        buffer: BufferName::Server,
        text: "you are banned from #ops".into(),
        is_failure: true,
    });
    ui.sees("!  you are banned from #ops");
    ui.sees_no("SERVER");
    ui.happens(Happening::Told {
        buffer: BufferName::Person("zoe".into()),
        text: "zoe is away: lunch".into(),
        is_failure: false,
    });
    ui.sees("*  zoe is away: lunch");
    ui.sees_no("DIRECT");
}

#[test]
fn the_uppermost_line_in_view_says_whose_it_is() {
    let mut ui = Ui::online(Language::En, 80, 12);
    for number in 0..40 {
        ui.in_room("bob", "#lobby", &format!("line {number}"));
    }
    ui.sees("│09:41 bob  line 32");
    ui.types("<pageup>");
    ui.sees("│09:41 bob  line 25");
    ui.sees("│           line 26");
}

#[test]
fn help_says_all_of_it_in_a_narrow_terminal() {
    let mut ui = Ui::online(Language::En, 50, 20);
    ui.types("<f1>input;");
    ui.sees("clear the input; what");
    ui.sees("                           was there can be put");
}

#[test]
fn whois_says_for_how_long_somebody_is_idle() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let nick = "bob".to_owned();
    let rows = vec![(WhoisField::Idle, "7300".into())];
    ui.happens(Happening::Whois { nick, rows });
    ui.sees("idle        2 h");
}

#[test]
fn direct_talk_since_it_was_last_read_is_unread_after_a_restart() {
    let mut ui = Ui::online(Language::En, 80, 12);
    let nick = || "bob".to_owned();
    ui.happens(Happening::Kept(vec![Kept::Read {
        buffer: BufferName::Person(nick()),
        at: MORNING,
    }]));
    ui.happens(Happening::DirectTalk(vec![
        (nick(), MORNING + 2),
        ("dave".into(), MORNING),
    ]));
    let bob = BufferName::Person(nick());
    let missed = Action::Past {
        buffer: bob.clone(),
        which: Stretch::Since(MORNING),
    };
    assert!(ui.done().contains(&missed));
    ui.happens(Happening::Past {
        buffer: bob.clone(),
        which: Stretch::Since(MORNING),
        messages: vec![
            message("bob", "read", MORNING, "b1"),
            message("alice", "me too", MORNING + 1, "b2"),
            message("bob", "read me later", MORNING + 2, "b3"),
        ],
        is_end: true,
    });
    ui.sees("+bob        @1");
    ui.types("<a-a>");
    ui.sees("\u{2500} 1 new \u{2500}");
    let at = MORNING + 2;
    let read = Action::Keep(Kept::Read { buffer: bob, at });
    assert!(!ui.done().contains(&read));
    ui.time_passes(1_000);
    assert!(ui.done().contains(&read));
    ui.sees_no("@1");
}

#[test]
fn an_empty_room_says_all_of_it_in_a_narrow_terminal() {
    let ui = Ui::online(Language::En, 40, 12);
    ui.sees(" #lobby is the public screen; nobody\n has said anything yet.\n");
}

#[test]
fn an_empty_lobby_says_how_others_come_in() {
    let mut ui = Ui::online(Language::En, 50, 12);
    ui.comes(Input::Reached {
        is_hosted: false,
        address: Some("example.org:6667".into()),
    });
    ui.sees(" Others come in with:\n chatroom join example.org:6667\n F1 ");
}

#[test]
fn a_narrow_screen_shows_the_topic_where_there_is_room() {
    let ui = Ui::online(Language::En, 50, 12);
    ui.sees(" #lobby  4 in │ Friday LAN, be nice\n");
    let ui = Ui::online(Language::En, 30, 12);
    ui.sees(" #lobby  4 in │ Friday LAN, …\n");
    let ui = Ui::online(Language::En, 22, 12);
    ui.sees(" #lobby  4 in\n");
}

#[test]
fn a_long_name_in_a_narrow_terminal_hides_nothing_that_is_unread() {
    let mut ui = morning(Language::En, 50, 20);
    let room = "#一个名字特别特别长的设计讨论群组名称";
    ui.comes_into(room, "alice", true, None);
    ui.opens(room);
    ui.types(&format!("<c-u>/go {room}<enter>"));
    ui.in_room("bob", "#lobby", "one more");
    ui.sees(" #一个名字特别特别长的…  1 in  lobby:@1 设计组:@1\n");
    for columns in 1..50 {
        ui.input(TerminalInput::Resize(columns, 20));
        ui.screen();
    }
}

#[test]
fn a_tiny_screen_still_says_how_to_leave() {
    let mut ui = Ui::online(Language::En, 10, 3);
    ui.types("<c-q>");
    insta::assert_snapshot!(ui.screen(), @r#"
Leave the…
Ctrl+Q
leaves,
"#);
    ui.types("<esc><f1>");
    ui.sees(">");
    ui.sees("KEYS");
}

#[test]
fn a_room_is_read_when_its_end_was_in_view_for_a_second() {
    let mut ui = morning(Language::En, 80, 24);
    ui.done();
    ui.types("<c-u><c-n>");
    ui.sees(">#设计组     @1");
    ui.time_passes(900);
    ui.sees(">#设计组     @1");
    let read = |ui: &mut Ui| {
        let done = ui.done();
        done.iter()
            .any(|action| matches!(action, Action::Keep(Kept::Read { .. })))
    };
    assert!(!read(&mut ui));
    ui.time_passes(100);
    ui.sees(">#设计组        │");
    assert!(read(&mut ui));
    assert_eq!(ui.model.deadline(), None);
}

#[test]
fn passing_through_reads_nothing() {
    let mut ui = morning(Language::En, 80, 24);
    ui.types("<c-u><c-n><c-n><c-n>");
    ui.time_passes(5_000);
    ui.sees("#设计组     @1");
    ui.sees("+bob        @1");
    ui.types("<c-n>");
    ui.sees(" 2 new ");
}

#[test]
fn what_comes_while_one_does_not_look_is_unread() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.in_room("bob", "#lobby", "seen");
    ui.time_passes(1_000);
    ui.loses_focus();
    ui.in_room("bob", "#lobby", "unseen");
    ui.sees(">#lobby       1");
    ui.gets_focus();
    ui.sees("\u{2500} 1 new \u{2500}");
    ui.time_passes(1_000);
    ui.sees(">#lobby         │");
    ui.sees("\u{2500} 1 new \u{2500}");
    // Half a second is not enough to read.
    ui.in_room("bob", "#lobby", "glanced at");
    ui.sees(">#lobby         │");
    ui.time_passes(500);
    ui.loses_focus();
    ui.sees(">#lobby       1");
}

#[test]
fn a_terminal_that_tells_no_focus_is_left_after_a_while() {
    let mut ui = Ui::new(Language::En, 80, 24);
    ui.comes_online();
    ui.rooms.open("#lobby").is_lobby = true;
    ui.opens("#lobby");
    ui.types("x");
    ui.minutes_pass(3);
    ui.in_room("bob", "#lobby", "anybody?");
    ui.time_passes(5_000);
    ui.sees(">#lobby       1");
    ui.types("y");
    ui.time_passes(1_000);
    ui.sees(">#lobby         │");
}

#[test]
fn after_a_restart_counts_and_the_unread_line_are_as_they_were() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let ops = || room("#ops");
    let at = MORNING;
    ui.comes_into("#ops", "bob", true, None);
    ui.happens(Happening::Kept(vec![Kept::Read { buffer: ops(), at }]));
    ui.happens(Happening::RoomOpened("#ops".into()));
    let since = Stretch::Since(at);
    assert_eq!(
        ui.asked(),
        [Action::Past {
            buffer: ops(),
            which: since
        }]
    );
    let texts: Vec<String> = (0..100).map(|n| format!("line {n:02}")).collect();
    let times: Vec<(&str, Millis)> = texts.iter().map(|t| (t.as_str(), at + 50)).collect();
    ui.past("#ops", since, &times, false);
    ui.sees("#ops      100+");
    ui.types("<a-a>");
    ui.sees("line 99");
    ui.types("<pageup><pageup><pageup><pageup><pageup><pageup>");
    ui.sees(" 100+ new ");
    let older = Action::Past {
        buffer: ops(),
        which: Stretch::Older,
    };
    assert!(ui.asked().contains(&older));
    ui.past(
        "#ops",
        Stretch::Older,
        &[("read", at - 1), ("too", at), ("not", at + 1)],
        true,
    );
    ui.types("<pageup>");
    ui.sees(" 101 new ");
    let screen = ui.screen();
    let row = |text: &str| screen.lines().position(|row| row.contains(text)).unwrap();
    assert!(row("too") < row("101 new") && row("101 new") < row(" not"));
    ui.types("<a-1><a-2>");
    ui.sees("#ops       101");
}

#[test]
fn a_short_past_is_filled_up_with_what_was_read_before() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let at = MORNING;
    ui.comes_into("#ops", "bob", true, None);
    ui.happens(Happening::Kept(vec![
        Kept::Open(room("#ops")),
        Kept::Read {
            buffer: room("#ops"),
            at,
        },
    ]));
    ui.happens(Happening::RoomOpened("#ops".into()));
    ui.past("#ops", Stretch::Since(at), &[("news", at + 5)], true);
    let older = Action::Past {
        buffer: room("#ops"),
        which: Stretch::Older,
    };
    assert!(ui.asked().contains(&older));
    ui.past("#ops", Stretch::Older, &[("read before", at)], true);
    ui.sees("read before");
    ui.sees("\u{2500} 1 new \u{2500}");
    ui.sees(">#ops");
}

#[test]
fn what_was_open_is_open_again_unless_one_went_elsewhere() {
    let kept = || vec![Kept::Open(room("#ops"))];
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.happens(Happening::Kept(kept()));
    ui.types("hm");
    ui.comes_into("#ops", "bob", true, None);
    ui.happens(Happening::RoomOpened("#ops".into()));
    ui.sees(">#lobby");
}

#[test]
fn what_one_says_in_another_window_has_been_read_there() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.comes_into("#ops", "bob", true, None);
    ui.opens("#ops");
    ui.in_room("bob", "#ops", "ready?");
    ui.sees("#ops         1");
    ui.in_room("alice", "#ops", "ready");
    ui.sees_no("#ops         1");
}

#[test]
fn the_bell_rings_for_calls_that_come_in_now() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.comes_into("#ops", "bob", true, None);
    ui.opens("#ops");
    let dave = BufferName::Person("dave".into());
    ui.done();
    ui.in_room("bob", "#ops", "hello all");
    assert_eq!(ui.bells(), 0);
    ui.in_room("bob", "#ops", "Alice?");
    assert_eq!(ui.bells(), 1);
    ui.says("dave", dave, "psst");
    assert_eq!(ui.bells(), 1);
    ui.in_room("bob", "#lobby", "alice, look here");
    assert_eq!(ui.bells(), 0, "one looks at it");
    ui.time_passes(1_000);
    ui.past("#ops", Stretch::Missed, &[("alice!", MORNING)], true);
    assert_eq!(ui.bells(), 0, "it is not from now");
    assert_eq!(ui.model.title(), "chatroom (3) #lobby");
    ui.types("<a-2>");
    ui.time_passes(1_000);
    assert_eq!(ui.model.title(), "chatroom (1) #ops");
    ui.loses_focus();
    ui.done();
    ui.in_room("bob", "#ops", "问问alice吧");
    assert_eq!(ui.bells(), 1);
}

#[test]
fn a_muted_room_counts_calls_alone_and_says_that_it_is() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.comes_into("#ops", "bob", true, None);
    ui.opens("#ops");
    ui.types("<a-2><a-=>");
    let kept = |level, is_muted| {
        Action::Keep(Kept::Notify {
            buffer: room("#ops"),
            notify: Notify { level, is_muted },
        })
    };
    assert!(ui.done().contains(&kept(None, true)));
    ui.sees("muted: no bell rings");
    ui.types("<a-1>");
    ui.done();
    ui.in_room("bob", "#ops", "build failed");
    ui.sees("#ops     muted");
    ui.sees_no("unread");
    ui.in_room("bob", "#ops", "alice: look");
    assert_eq!(ui.bells(), 0);
    ui.sees("#ops        @1");
    ui.types("<a-2>/notify all<enter><a-1>");
    assert!(ui.done().contains(&kept(Some(Level::All), false)));
    ui.in_room("bob", "#ops", "build fixed");
    assert_eq!(ui.bells(), 1);
    ui.types("<a-2>/notify loud<enter>");
    ui.sees("usage: /notify all | mentions | none");
}

#[test]
fn a_group_that_is_not_there_is_made_when_one_says_so() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let looked = |ui: &mut Ui, is_there| {
        ui.happens(Happening::Looked {
            room: "#ops".into(),
            is_there,
        });
    };
    ui.types("/join ops<enter>");
    assert_eq!(ui.asked(), [Action::Look("#ops".into())]);
    looked(&mut ui, true);
    assert_eq!(ui.asked(), [Action::Join("#ops".into())]);
    ui.types("/join ops<enter>");
    looked(&mut ui, false);
    ui.sees("There is no group #ops in the list. Make it?");
    ui.sees("p      make it, by invitation only");
    ui.types("<esc>");
    assert_eq!(ui.asked(), [Action::Look("#ops".into())]);
    let made = |private| Action::Create {
        room: "#ops".into(),
        private,
    };
    for (keys, private) in [("<enter>", false), ("p", true)] {
        ui.types("/join ops<enter>");
        looked(&mut ui, false);
        ui.done();
        ui.types(keys);
        assert_eq!(ui.asked(), [made(private)]);
        ui.sees_no("Make it?");
    }
    // A server that does not say is not waited for.
    ui.types("/join quiet<enter>");
    ui.time_passes(3_000);
    assert!(ui.asked().contains(&Action::Join("#quiet".into())));
}

#[test]
fn a_flood_of_invitations_ends() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let invited = |ui: &mut Ui, number: usize| {
        let by = Who {
            nick: "bob".into(),
            ..Who::default()
        };
        let (room, at) = (format!("#r{number}"), ui.now);
        ui.happens(Happening::Invited { room, by, at });
    };
    let kept = |ui: &mut Ui| {
        let done = ui.done();
        let kept = |action: &&Action| matches!(action, Action::Keep(Kept::Invited { .. }));
        done.iter().filter(kept).count()
    };
    for number in 0..300 {
        invited(&mut ui, number);
    }
    assert_eq!(kept(&mut ui), 200);
    // Where one was answered there is room for another.
    ui.types("<a-2>/part<enter>");
    invited(&mut ui, 999);
    assert_eq!(kept(&mut ui), 1);
}

#[test]
fn an_invitation_is_a_row_until_it_is_answered() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let invited = |ui: &mut Ui| {
        let by = Who {
            nick: "bob".into(),
            ..Who::default()
        };
        let (room, at) = ("#ops".into(), ui.now);
        ui.happens(Happening::Invited { room, by, at });
    };
    invited(&mut ui);
    assert_eq!(ui.bells(), 1);
    ui.sees(" #ops        @1");
    invited(&mut ui);
    assert_eq!(ui.bells(), 0, "it is the same invitation");
    ui.types("<a-2>");
    ui.sees("bob invites you to #ops: Enter joins");
    ui.sees("Enter join");
    ui.time_passes(1_000);
    ui.sees(">#ops   invited");
    ui.done();
    ui.types("hello<enter>");
    assert_eq!(ui.asked(), []);
    ui.types("<c-u><enter>");
    assert_eq!(ui.asked(), [Action::Join("#ops".into())]);
    ui.comes_into("#ops", "bob", true, None);
    ui.happens(Happening::RoomOpened("#ops".into()));
    let answered = Action::Keep(Kept::Answered {
        room: "#ops".into(),
    });
    assert!(ui.done().contains(&answered));
    ui.sees_no("invite");

    let mut ui = Ui::online(Language::En, 80, 24);
    ui.happens(Happening::Kept(vec![Kept::Invited {
        room: "#ops".into(),
        by: "bob".into(),
        at: MORNING,
    }]));
    invited(&mut ui);
    assert_eq!(ui.bells(), 0, "it was known before");
    ui.types("<a-2>/part<enter>");
    assert!(ui.done().contains(&answered));
    ui.sees_no("#ops");
}

#[test]
fn what_moderators_do_is_said_in_words() {
    let mut ui = Ui::online(Language::En, 80, 24);
    let by = || Who {
        nick: "bob".into(),
        ..Who::default()
    };
    ui.happens(Happening::Modes {
        room: "#lobby".into(),
        at: ui.now,
        by: by(),
        changes: "+o-b alice dave!*@*".into(),
    });
    ui.sees("bob made alice a moderator, lifted the ban of dave");
    ui.done();
    ui.types("/ban bob flooding<enter>");
    let mode = |change: &str, mask: &str| Action::Mode {
        room: "#lobby".into(),
        changes: vec![change.into(), mask.into()],
    };
    let kick = Action::Kick {
        nick: "bob".into(),
        room: "#lobby".into(),
        reason: Some("flooding".into()),
    };
    assert_eq!(ui.asked(), [mode("+b", "bob!*@*"), kick]);
    ui.types("/unban bob<enter>/deop bob<enter>/ban *@evil.example<enter>");
    assert_eq!(
        ui.asked(),
        [
            mode("-b", "bob!*@*"),
            mode("-o", "bob"),
            mode("+b", "*@evil.example")
        ]
    );
}

fn pastes(ui: &mut Ui, lines: usize) {
    let lines: Vec<String> = (1..=lines).map(|n| format!("/etc/line{n}")).collect();
    ui.input(TerminalInput::Paste(lines.join("\r\n") + "\n"));
}

fn all_said(done: &[Action]) -> Vec<&str> {
    done.iter().filter_map(said).map(|(text, _)| text).collect()
}

#[test]
fn a_paste_of_over_five_lines_asks() {
    let mut ui = Ui::online(Language::En, 80, 24);
    pastes(&mut ui, 5);
    ui.sees_no("pasted");
    ui.types("<c-c>");
    let whole = "/etc/line1\n/etc/line2\n/etc/line3\n/etc/line4\n/etc/line5\n/etc/line6";
    pastes(&mut ui, 6);
    ui.sees("6 lines were pasted (65 bytes). Send them?");
    ui.sees("l      send each line by itself");
    ui.types("<enter>");
    assert_eq!(all_said(&ui.done()), [whole]);
    pastes(&mut ui, 6);
    ui.types("l");
    assert_eq!(all_said(&ui.done()), whole.split('\n').collect::<Vec<_>>());
    ui.types("see: ");
    pastes(&mut ui, 6);
    ui.types("d");
    ui.sees("see: /etc/line1");
    assert_eq!(all_said(&ui.done()), [""; 0]);
    ui.types("<c-c>");
    pastes(&mut ui, 6);
    ui.types("<esc>");
    ui.sees("alice> _");
    pastes(&mut ui, 600);
    ui.types("l");
    ui.sees("that is too many lines at once; they stay written");
    ui.sees("/etc/line600");
}

#[test]
fn what_is_too_long_is_counted_refused_and_stays_written() {
    let mut ui = Ui::online(Language::En, 100, 24);
    ui.types(&"a".repeat(500));
    ui.sees("goes as 2 messages");
    ui.types("<c-c>");
    ui.happens(Happening::Limits(Limits {
        line: 512,
        whole: Some((1_000, 10)),
    }));
    ui.types(&"a".repeat(500));
    ui.sees_no("bytes");
    ui.types(&"b".repeat(400));
    ui.sees("900 of 1000 bytes, 3 of 10 lines");
    ui.types(&"c".repeat(101));
    ui.sees("! too long: 1001 of 1000 bytes, 3 of 10 lines");
    ui.types("<enter>");
    assert_eq!(all_said(&ui.done()), [""; 0]);
    ui.sees("this is too long for one message");
    ui.types("<c-h><enter>");
    assert_eq!(all_said(&ui.done()).len(), 1);
    for _ in 0..11 {
        ui.types("x<c-j>");
    }
    ui.sees("! too long: 22 of 1000 bytes, 12 of 10 lines");
    let mut ui = Ui::online(Language::En, 100, 24);
    ui.input(TerminalInput::Paste("y".repeat(70_000)));
    ui.sees("that is too much to paste: 70000 bytes, and 65536");
}

#[test]
fn drafts_are_kept_for_each_room() {
    let mut ui = Ui::online(Language::En, 80, 24);
    ui.comes_into("#ops", "bob", true, None);
    ui.opens("#ops");
    ui.done();
    let draft = |name: &str, text: &str| {
        Action::Keep(Kept::Draft {
            buffer: room(name),
            text: text.into(),
        })
    };
    let drafts = |ui: &mut Ui| {
        let mut done = ui.done();
        done.retain(|action| matches!(action, Action::Keep(Kept::Draft { .. })));
        done
    };
    ui.types("half a<a-2>other");
    ui.time_passes(2_000);
    assert_eq!(drafts(&mut ui), []);
    ui.time_passes(1_000);
    assert_eq!(
        drafts(&mut ui),
        [draft("#lobby", "half a"), draft("#ops", "other")]
    );
    // What was said is a draft no more, at once.
    ui.types("<enter>");
    ui.time_passes(0);
    assert_eq!(drafts(&mut ui), [draft("#ops", "")]);
    ui.types("<a-1>x");
    let kept = ui.model.take_drafts();
    assert_eq!(kept.len(), 1);
    assert!(ui.model.take_drafts().is_empty());

    let mut ui = Ui::online(Language::En, 80, 24);
    let buffer = room("#lobby");
    let text = "one\ntwo".into();
    ui.happens(Happening::Kept(vec![Kept::Draft { buffer, text }]));
    ui.sees("alice> one");
    let buffer = BufferName::Person("dave".into());
    let text = "to dave".into();
    ui.happens(Happening::Kept(vec![Kept::Draft { buffer, text }]));
    ui.types("<c-n>");
    ui.sees("alice> to dave");
    ui.time_passes(5_000);
    assert_eq!(drafts(&mut ui), []);
}
