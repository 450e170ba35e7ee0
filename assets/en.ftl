# The texts of chatroom in English. A file of the same name in the folder `texts` of the config
# folder goes before them, with as many of them as one likes.

# The command line.
cli-password = Password:
cli-password-again = The same again:
cli-passwords-differ = the two passwords differ; nothing was done
cli-password-empty = a password cannot be empty
cli-cancelled = cancelled; nothing was done
config-file = config file: { $path }
config-none = no config file at { $path }; the defaults are in force
config-data = data folder: { $path }
config-right = { $path }: nothing is wrong
config-no-effect = { $key } has no effect in this release
config-acts-as = { $value } acts as { $other } in this release

# `chatroom serve`.
serve-ready = chatroom is ready on { $addresses }, key SHA256:{ $fingerprint }; others join with: { $command } --name NAME
serve-ending = the server is ending

# What the screen says.
ui-server = server
ui-connecting = connecting
ui-leaving = leaving as soon as all is confirmed
ui-offline = ! offline: { $why }
ui-offline-again = ! offline, trying again in { $seconds } s: { $why }
ui-state-offline = offline
ui-state-away = ~ away
ui-away-state = ~ away: { $text }
ui-away-default = away
ui-unread = { $count } unread
ui-below = { $count ->
    [0] scrolled up, { $key } for the newest
   *[other] { $count } new below, { $key }
}
ui-not-sent = ! { $count } not sent, { $key } sends again
ui-unsent = (not sent yet)
ui-failed = { $why }; { $key } sends it again
ui-new-messages = { $count } new
ui-members-count = { $count } in
ui-members = MEMBERS { $count }
ui-members-ops = OPS
ui-members-here = HERE
ui-members-away = AWAY
ui-members-title = Members
ui-rooms-title = Rooms and people
ui-guest = (guest)
ui-section-public = PUBLIC
ui-section-groups = GROUPS
ui-section-direct = DIRECT
ui-section-server = SERVER
ui-day = { $weekday } { $day } { $month }
ui-weekday-1 = Mon
ui-weekday-2 = Tue
ui-weekday-3 = Wed
ui-weekday-4 = Thu
ui-weekday-5 = Fri
ui-weekday-6 = Sat
ui-weekday-7 = Sun
ui-month-1 = Jan
ui-month-2 = Feb
ui-month-3 = Mar
ui-month-4 = Apr
ui-month-5 = May
ui-month-6 = Jun
ui-month-7 = Jul
ui-month-8 = Aug
ui-month-9 = Sep
ui-month-10 = Oct
ui-month-11 = Nov
ui-month-12 = Dec
ui-joined = { $who } joined
ui-many-joined = { $joined } joined ({ $names-joined })
ui-many-left = { $left } left ({ $names-left })
ui-many-renamed = { $renamed } renamed ({ $names-renamed })
ui-comings = { $joined } joined, { $left } left ({ $names-joined } / { $names-left })
ui-left = { $who } left
ui-quit = { $who } left the chat
ui-came-back = { $who } came back
ui-kicked = { $who } was removed by { $by }
ui-renamed = { $who } is now { $new }
ui-is-away = { $who } is away
ui-is-back = { $who } is back
ui-you-are-away = you are away; /back ends it
ui-you-are-back = you are back
ui-topic-changed = { $who } set the topic: { $topic }
ui-topic-removed = { $who } removed the topic
ui-topic-is = topic: { $topic }
ui-no-topic = no topic is set; /topic TEXT sets one
ui-modes-changed = { $who } { $changes }
ui-invited = { $who } invites you to { $room }: Enter joins, /part declines
ui-is-invited = invited
ui-muted = muted
ui-level-all = all
ui-level-none = quiet
ui-is-muted = muted: no bell rings, and only mentions are counted; /unmute ends it
ui-notify-all = every message here rings the bell; /notify mentions goes back to mentions alone
ui-notify-mentions = mentions here ring the bell
ui-notify-none = nothing here rings the bell; /notify mentions lets mentions ring again
ui-too-long = this is too long for one message: { $bytes } bytes in { $lines } lines, and this server takes { $bytes-max } in { $lines-max }; it stays written
ui-size-near = { $bytes } of { $bytes-max } bytes, { $lines } of { $lines-max } lines
ui-size-over = ! too long: { $bytes } of { $bytes-max } bytes, { $lines } of { $lines-max } lines
ui-parts = goes as { $count } messages
ui-invited-too = { $who } invites you to { $room }: /join { $room } comes in
ui-draft-waits = what you had begun to write here before waits until this is sent
ui-paste-broken = the end of what was pasted did not come within five seconds: look at what is there before you send it
ui-no-room = that is too much to paste: { $bytes } bytes, and { $max } fit; nothing was pasted
ui-too-many-lines = that is too many lines at once; they stay written
ui-room-closed = you are no longer in this room: { $why }
ui-names = { $count } here: { $names }
ui-and-more = and { $count } more
ui-many-talks = there are { $count } conversations already: what others begin stands here, with who says it; /part closes one
ui-empty-lobby = { $name } is the public screen; nobody has said anything yet.
ui-empty-lobby-who = Everybody on this server is in it and reads it.
ui-empty-group = { $name } is an open group; nobody has said anything yet.
ui-empty-group-who = Anybody can join it with /join { $name } or be invited with /invite NAME.
ui-empty-private = { $name } is a group by invitation; nobody has said anything since you came.
ui-empty-private-who = Only those can join whom you invite with /invite NAME.
ui-empty-direct = These are direct messages with { $name }; nothing has been said yet.
ui-empty-direct-who = Nobody else can read them.
ui-empty-help = F1 shows all keys and commands.
ui-usage = usage: { $usage }
ui-unknown-command = there is no command /{ $command }; /help lists them, //{ $command } says it
ui-unknown-command-like = there is no command /{ $command }; did you mean /{ $other }? //{ $command } says it
ui-nobody-here = nobody hears you here; /join ROOM or /query NAME first
ui-not-in-room = you are not in that room; /join it first
ui-not-a-room = this is not a room; name one
ui-needs-connection = this needs the connection, which is not up; /reconnect tries it now
ui-too-many-unsent = too many lines wait here already; /reconnect tries the connection now
ui-nothing-called = nothing here is called { $name }
ui-no-such-key = { $key } cannot be bound; write a key such as alt-a, ctrl-pageup or f2
ui-no-such-action = there is no action { $action }; F1 shows them in brackets
ui-ignored = ignored: { $names }
ui-ignored-nobody = nobody is ignored
ui-ignore-self = you cannot ignore yourself
ui-ignores = from now on nothing is shown that { $who } says; /unignore { $who } ends it
ui-ignores-no-more = what { $who } says is shown again
ui-ignored-not = { $who } is not ignored
ui-key-free = { $key } does nothing
ui-key-does = { $key } does { $action }
ui-key-bound = { $key } does { $action } until you leave; for always, put { $line } under [keys.any] in config.toml
ui-quit-title = Leave the chat?
ui-name-which = Which name do you want here?
ui-hosting = hosting
ui-cannot-pause = { $count ->
    [one] one other is in the room that you host; stopping this client would stop it
   *[other] { $count } others are in the room that you host; stopping this client would stop it
}
ui-farewell-title = { $count ->
    [one] You host this room, and one other is in it
   *[other] You host this room, and { $count } others are in it
}
ui-farewell-close = close the room
ui-farewell-stay = stay
ui-farewell-go-on = leave, and go on hosting without the screen
key-pause = back to the shell; fg returns
ui-quit-keys = { $key } leaves, any other key stays
ui-name-title = The name { $name } cannot be yours here
ui-name-keys = Enter takes the name above
ui-list-title = Rooms: { $count }
ui-whois-realname = name
ui-whois-mask = address
ui-whois-account = account
ui-whois-rooms = rooms
ui-whois-idle = idle
ui-whois-away = away
ui-whois-server = server
ui-whois-way = connected
ui-whois-secure = over TLS
ui-whois-other = more
ui-seconds = { $count } s
ui-minutes = { $count } min
ui-hours = { $count } h
ui-days = { $count } d
ui-hint-help = help
ui-hint-resend = send again
ui-hint-newest = newest
ui-hint-unread = next unread
ui-hint-send = send
ui-hint-complete = complete
ui-hint-newline = new line
ui-hint-rooms = rooms
ui-hint-panes = panes
ui-hint-quit = quit
ui-hint-whole = one message
ui-hint-lines = line by line
ui-hint-draft = as draft
ui-hint-make = make it
ui-hint-private = by invitation
ui-hint-join = join
ui-hint-decline = decline
ui-hint-close = close
ui-hint-scroll = scroll
ui-hint-leave = leave
ui-hint-stay = stay
ui-hint-take = take it
ui-hint-open = open
ui-hint-choose = choose
ui-goto-title = Go to: rooms, people, commands; > for commands and keys
ui-mentions-title = Mentions: { $count }
ui-find-none = nothing found
ui-find-prompt = find
ui-recall-prompt = entered before
ui-hint-goto = go to
ui-hint-find = find
ui-hint-older = older
ui-hint-find-newer = newer
ui-hint-find-stay = stay here
ui-hint-find-back = back
ui-copied = copied, if the terminal allows it
ui-bare-back = any key comes back
ui-mouse-drag = { $mouse } or Shift with the mouse selects text, { $plain } shows plain lines
ui-mouse-ours = the mouse clicks on rooms and links, and turns pages
ui-mouse-theirs = the mouse is the terminal's own
ui-link-copied = copied, if the terminal allows it: { $link }
ui-hint-copy = copy
ui-hint-link = link
ui-hint-profile = profile
ui-hint-unread-from = unread
ui-no-link = there is no link in this message
ui-nothing-unread = nobody else has said anything from here on
ui-links-title = Copy which link?

help-title = Help: type to narrow it down
help-keys = KEYS EVERYWHERE
help-commands = COMMANDS
help-keys-empty = KEYS IN AN EMPTY INPUT
help-keys-input = KEYS WHILE WRITING
help-keys-selection = KEYS ON A CHOSEN MESSAGE
help-keys-here = KEYS HERE

key-help = this help
key-room-next = next room
key-room-previous = previous room
key-room-number = room 1 to 10; also /go NUMBER
key-room-last = the room before
key-scroll-up = a page up
key-scroll-down = a page down
key-scroll-oldest = oldest message known
key-scroll-newest = newest message
key-pane-rooms = rooms on or off
key-pane-members = members on or off
key-room-mute = mute the room, or hear it again; also /mute
key-editor = write on in your own editor
key-resend = send again what failed
key-redraw = draw the screen anew
key-plain = show the room as plain lines, to copy by hand
key-mouse = leave the mouse to the terminal, or take it back
key-clear = clear the input; what was there can be put back
key-quit = quit
key-escape = close; go to the newest message
key-send = send
key-newline = new line
key-complete = complete a name, room or command
key-complete-back = the completion before
key-up = line up; older input
key-down = line down; newer input
key-left = left
key-right = right
key-word-left = a word left
key-word-right = a word right
key-line-start = start of the line
key-line-end = end of the line
key-delete-left = delete to the left
key-delete-right = delete to the right
key-delete-word-left = delete the word before
key-delete-word-right = delete the word after
key-kill-word = cut back to a blank
key-kill-start = cut to the start of the line
key-kill-end = cut to the end of the line
key-yank = put back what was cut
key-transpose = exchange two characters
key-undo = undo
key-redo = redo
key-goto = go to a room, a person or a command by some letters
key-room-next-activity = next room with something unread; then back
key-mention-next = next mention here
key-mention-previous = previous mention here
key-mentions = mentions in all rooms
key-unread-first = first unread message here
key-select-older = choose a message, or the one above
key-select-newer = the message below
key-copy = copy the message
key-link = copy its link; of several, the one you choose
key-profile = what is known about who said it
key-unread-mark = unread from here on, until you come back
key-find = find in this room
key-history-older = older input of all rooms
key-history-newer = newer input of all rooms
key-history-search = find in what was entered
key-history-argument = last word of what was entered; again: of the one before
key-yank-previous = replace what was put back by what was cut before it
key-transpose-words = exchange two words
key-word-upper = the word in capitals
key-word-lower = the word in small letters
key-word-capital = the word with a capital

command-join = join a room
command-part = leave a room, close direct messages, or decline an invitation
command-new = make a group; --private: by invitation
command-msg = say something to one person
command-query = open direct messages with somebody
command-me = say what you do
command-say = say it as it stands, slash and all
command-nick = go by another name
command-names = who is here
command-whois = what is known about somebody
command-away = be away
command-back = be back
command-topic = show or set the topic
command-list = list the rooms
command-invite = invite somebody
command-kick = remove somebody from the room
command-mode = show or change the modes of a room
command-op = make somebody a moderator
command-voice = let somebody speak in a room where not everybody may
command-mute = mute what is open: no bell, and only mentions are counted
command-unmute = unmute it
command-notify = what rings the bell here
command-go = go to a room or person
command-ignore = show nothing that somebody says; without a name: who is ignored
command-unignore = show it again
command-clear = clear this view
command-reconnect = try the connection now
command-quote = send a line of IRC as it stands
command-help = this help
command-describe = say in another room what you do
command-shrug = say it with a shrug
command-tableflip = say it with a flipped table
command-ban = ban somebody and remove them; without a name: list the bans
command-unban = lift a ban
command-deop = take a moderator's rights away
command-devoice = take that right away again
command-search = find in what is loaded of this room
command-mentions = mentions in all rooms
command-bind = what a key does, or let it do something else
command-version = which chatroom this is
command-q = open direct messages; without a name: leave the chat
command-quit = leave the chat

# What a command takes: each stands for a word of capitals in the table of commands.
parameter-level = all | mentions | none
parameter-room = ROOM
parameter-key = KEY
parameter-action = ACTION
parameter-command = COMMAND
parameter-name = NAME
parameter-text = TEXT
parameter-reason = REASON
parameter-pattern = PATTERN
parameter-changes = CHANGES
parameter-line = LINE

# Without a screen.
plain-invited = { $who } invites you to { $room }; /join { $room }
plain-connected = connected as { $name }
plain-offline-again = { $why }; trying again in { $seconds } s
plain-in = you are in this room now
plain-out = you are no longer in this room
plain-place = what you type goes here now
plain-room = { $room }, { $count } in
plain-renamed = you are { $name } now
plain-away = you are away: { $text }
plain-changed = the next line held bytes that are no text (UTF-8): it is sent with � in their place: { $text }
plain-not-sent = not sent: { $why }: { $text }

# What is told of what was asked for.
note-is-away = { $name } is away: { $text }
note-invited = you have invited { $name }
note-invited-by = { $who } has invited { $name }
note-too-many-rooms = you are in { $count } rooms already, so { $room } is not shown: leave one
note-more-rooms = and { $count } more rooms, which do not fit in a list: ask for some of them, as in /list design*
note-message-cut = { $count } more lines of what { $who } said are not shown: a message is taken up to { $lines } lines and { $bytes } bytes
note-past-cut = { $count } more messages of the past are not shown: the server sent more than was asked for
note-put-out = { $who } removed you
note-put-out-because = { $who } removed you: { $why }

# Why something was refused.
refused-nobody = there is nobody called { $name }
refused-no-room = there is no room { $name }
refused-may-not-talk = you may not talk there
refused-too-many-rooms = you are in as many rooms as you may; leave one first
refused-no-more-rooms = there are as many rooms here as there may be
refused-room-exists = there is a room whose name looks like { $name }
refused-nothing = there is nothing to send
refused-line-too-long = the line is too long
refused-too-long = the message is too long: { $bytes } bytes in { $lines } lines, and this server takes { $most-bytes } in { $most-lines }
refused-many-bytes = the message is too long; one may have { $count } bytes
refused-many-lines = the message is too long; one may have { $count } lines
refused-unknown-command = the server has no command { $name }
refused-no-name = no name was given
refused-name = this cannot be a name: { $why }
refused-name-empty = a name needs at least one letter
refused-name-long = a name has at most { $count } letters
refused-name-mixed = a name cannot mix letters of scripts that look alike
refused-name-reserved = that name is a word of the interface
refused-name-taken = that name, or one that looks like it, belongs to somebody else
refused-name-in-use = somebody goes by that name now
refused-name-key = that name belongs to somebody with another key
refused-names-closed = names cannot be claimed on this server
refused-many-names = one person may have { $count } names
refused-many-accounts = there are as many members on this server as there may be
refused-many-sessions = one person may have { $count } sessions at once
refused-not-there = { $name } is not in { $room }
refused-not-in-room = you are not in { $name }
refused-already-there = { $name } is in { $room } already
refused-parameters = { $name } needs more than that
refused-password = the server asks for a password, and this is not it; the variable CHATROOM_PASSWORD has it
refused-banned-here = you are banned from this server
refused-room-full = { $name } is full
refused-mode = there is no such mode: { $name }
refused-invite-only = { $name } is by invitation; ask somebody in it for one
refused-banned = you are banned from { $name }
refused-key = { $name } asks for a key
refused-members-only = { $name } takes in only who has an account
refused-list-full = the list of { $name } is full
refused-operators-only = only an operator of the server may do that
refused-not-operator = only a moderator of { $name } may do that
refused-lobby = the public screen cannot be closed
refused-past = there is no such conversation, or you may not read it
refused-not-stored = the server could not store it: { $why }

# How a connection was not made, or lost.
lost-closed = the server closed the connection
lost-stuck = the server takes in nothing any more
lost-connection = the connection is lost: { $why }
lost-stopped = the server here has stopped
lost-silent = the server does not answer any more
lost-no-chat = what answers there is no chat: it said nothing that is IRC within { $seconds } seconds; is the address right?
lost-another-server = another server answers there now; what was not sent stays unsent; start again to talk there
lost-name = the name { $name } cannot be used: { $why }; --name takes another one
left-unconfirmed = { $count ->
    [one] left before one line was confirmed; say it again to be sure
   *[other] left before { $count } lines were confirmed; say them again to be sure
}
left-unsent = { $unsent ->
    [one] left with one line that was not sent; say it again
   *[other] left with { $unsent } lines that were not sent; say them again
}
left-both = left with { $unsent } lines that were not sent and { $count } that were not confirmed; say them again
net-another = another server than last time answers at { $address }
net-first-time = first time at { $address }: its key is SHA256:{ $key } and is asked for from now on
net-other-key = the server at { $address } is not the one that was there before: its key was SHA256:{ $known } and is SHA256:{ $shown } now; somebody may be in between; if its owner confirms the new key, accept it by: rm '{ $path }'
net-no-certificate = the server at { $address } shows no certificate
net-no-authority = this machine trusts no authority, and { $address } needs one
net-not-vouched = the server at { $address } was vouched for by an authority before: { $why }
net-unreachable = cannot reach { $address }: { $why }; is the server running, and is the address right?
net-late = cannot reach { $address }: no answer within { $seconds } seconds; is the address right?
net-no-tls = what answers at { $address } does not speak TLS as a chat does ({ $why }); for IRC in plain text: { $plain }
net-silent = what answers at { $address } is no chat: it said nothing within { $seconds } seconds
net-no-host-name = "{ $host }" is not the name of a host
net-address-no-host = "{ $text }" names no host; write host, host:port, ircs://host or irc://host
net-address-port = "{ $text }" is no port; a port is a number from 1 to 65535
net-address-scheme = "{ $text }" is not spoken here; write host, host:port, ircs://host or irc://host

# What the system says.
io-no-such-host = there is no host of that name
io-refused = nothing listens there
io-reset = the connection was cut off
io-unreachable = there is no way to that address from here
io-timed-out = there was no answer in time
io-not-allowed = it is not allowed
io-not-found = it is not there
io-full = the disk is full
io-read-only = nothing can be written there
io-no-file = it is no file
io-too-large = it is too large
io-no-text = it is no text

# What a client keeps.
store-no-key = { $path } holds no key; move it away to get a new one
store-unreadable = cannot read { $path }: { $why }
store-unwritten = cannot write { $path }: { $why }
store-no-folder = cannot make the folder { $path }: { $why }; --data names another one

# `chatroom send` and `chatroom tail`.
send-unconfirmed = { $count ->
    [one] one line is not confirmed; say it again to be sure: { $why }
   *[other] { $count } lines are not confirmed; say them again to be sure: { $why }
}
send-refused = { $count ->
    [one] not sent: { $why }
   *[other] { $count } lines are not sent; the first: { $why }
}
send-changed = { $count ->
    [one] one line held bytes that are no text (UTF-8): it was sent with � in their place
   *[other] { $count } lines held bytes that are no text (UTF-8): they were sent with � in their place
}
tail-unwritten = cannot write what is said: { $why }
tail-lost = { $why }; trying again
errand-no-server = no server runs here; `chatroom serve` starts one, --to names another

# What the system does not give.
system-no-sockets = the system gives no timers or sockets: { $why }
system-no-screen = this terminal cannot show the screen: { $why }; --plain does without
system-no-tls = TLS cannot be set up: { $why }
system-no-key = cannot make a key: { $why }
system-no-chance = the system gives no random bytes

# Why somebody is gone.
gone-closed = the connection was closed
gone-reset = the connection was cut off
gone-silent = no sign of life for { $count } s
gone-slow = they read too slowly
gone-unregistered = no name was given in time
gone-stopping = the server is ending
gone-host = the host has left

# Hosting from a client.
client-hosting = Nobody hosted here, so this client does, for as long as it runs. Only people on this machine can reach it.
client-hosts-on = The host has gone, so this client hosts now, for as long as it runs. Only people on this machine can reach it.
client-others-join = They join with: { $command }
client-port-web = { $address } answers, but it is a web server.
client-port-ssh = { $address } answers, but it is an SSH server.
client-port-irc = { $address } answers, but it is a chat without TLS; chatroom join irc://{ $address } would join that one.
client-port-silent = { $address } is taken by something that says nothing.
client-port-unknown = { $address } answers, but not as a chat does.
client-port-other-chat = { $address } is another chat than the one that this client was in.
client-port-taken = { $address } is taken by something that takes no connections.
client-room-at = This room is at { $address } instead.
name-needed = a name is needed here; --name gives one
client-no-port = { $address } and what lies above it, { $count } ports in all, are taken; set server.listen
client-waits-for-host = nobody hosts it now; to host one of your own leave and join again ({ $address })
client-host-broke = The server here has ended: { $why }
client-goes-on = hosting on { $address } without a screen; others join with: { $command }; Ctrl+C ends it

# Modes in words, after the name of who changed them.
mode-separator = {", "}
mode-other = set { $change }
mode-o-set = made { $name } a moderator
mode-o-unset = took the moderator's rights from { $name }
mode-v-set = gave voice to { $name }
mode-v-unset = took voice from { $name }
mode-b-set = banned { $name }
mode-b-unset = lifted the ban of { $name }
mode-i-set = made it by invitation only
mode-i-unset = opened it to everybody
mode-s-set = took it out of the list
mode-s-unset = put it into the list
mode-t-set = kept the topic to moderators
mode-t-unset = let everybody set the topic
mode-n-set = closed it to words from outside
mode-n-unset = opened it to words from outside
mode-m-set = let only those with voice speak
mode-m-unset = let everybody speak
mode-k-set = set a key
mode-k-unset = removed the key
mode-l-set = limited it to { $name } people
mode-l-unset = lifted the limit of people

# Questions with choices.
ask-no = no
ask-make = There is no group { $room } in the list. Make it?
ask-make-open = make it, open to everybody
ask-make-private = make it, by invitation only
ask-paste = { $lines } lines were pasted ({ $bytes } bytes). Send them?
ask-paste-whole = send them as one message
ask-paste-lines = send each line by itself
ask-paste-draft = write them into the input, to go on there

# What the tutorial's clients are told. They always get the Chinese texts; these say what those mean.
tutorial-not-done = not logged in, so nothing of that was done
tutorial-more = and { $count } more
tutorial-no-pipe = not understood: it must be name|operation|text
tutorial-no-json = not understood: it must be a JSON object
tutorial-no-op = no operation { $op }: there are 1 to { $last }
tutorial-too-long = too long: a message may have { $bytes } bytes and { $lines } lines, a frame { $frame } bytes
tutorial-not-utf8 = that is not UTF-8 and was passed over
tutorial-empty = a message cannot be empty
tutorial-name-empty = a name cannot be empty
tutorial-name-long = a name may have { $number } characters
tutorial-name-blank = a name cannot have blanks
tutorial-name-sign = a name cannot contain '{ $sign }'
tutorial-name-begins = a name cannot begin with '{ $sign }'
tutorial-name-mixed = a name cannot mix scripts that look alike
tutorial-name-reserved = that name is reserved
tutorial-name-in-use = the name { $name } is in use
tutorial-name-owned = the name { $name } belongs to somebody who has proved it
tutorial-bad-name = the name { $name } cannot be used: { $why }
tutorial-bad-group = the group { $group } cannot be made: { $why }
tutorial-bad-profile = not understood: a profile is { $example }, each value { $max } bytes at most
tutorial-use-instead = { $why }; { $free } is free
tutorial-use-another = { $why }; take another one
tutorial-other-name = this connection is logged in as { $name }; leave first to use another name
tutorial-log-in-first = log in with a name first
tutorial-no-password = this server asks for a password, which this client cannot give
tutorial-password-needed = a password is needed
tutorial-tls-only = this server speaks TLS only (on this same port), which this client cannot
tutorial-not-stored = that was not done: { $why }
tutorial-closed = names cannot be claimed here
tutorial-names-max = an account may have { $number } names
tutorial-accounts-max = there are as many accounts as there may be
tutorial-sessions-max = an account may have { $number } connections
tutorial-invite-only = one needs an invitation to the group { $group }
tutorial-banned = you are banned from { $group }
tutorial-group-full = the group { $group } is full
tutorial-own-groups-max = you are in as many groups as you may, and cannot come into { $group }
tutorial-groups-max = there are as many groups as there may be, and { $group } cannot be made
tutorial-not-in-group = you are not in { $group }
tutorial-they-are-not-in = { $who } is not in { $group }
tutorial-they-are-in = { $who } is in { $group } already
tutorial-no-operator = you do not manage { $group }
tutorial-cannot-speak = you may not talk in { $group } now
tutorial-lobby-open = the public screen cannot be closed
tutorial-list-full = the list of { $group } is full
tutorial-profile-full = a profile may have { $number } fields
tutorial-farewell = the connection is closed: { $why }
tutorial-too-slow = you read too slowly
tutorial-silent = no answer for { $number } seconds
tutorial-unregistered = you did not log in in time
tutorial-public = public screen
tutorial-group = group
tutorial-server = the server
tutorial-away = is away: { $text }
tutorial-back = is back
tutorial-is-away = { $who } is away: { $text }
tutorial-renamed = is { $name } now
tutorial-joined = { $who } came into the group
tutorial-left = { $who } left the { $place }
tutorial-kicked = { $by } put { $who } out of the { $place }
tutorial-invited = { $by } invites you; { $way }
tutorial-invited-lobby = log in again to come in
tutorial-invited-pipe = but this client knows no groups
tutorial-invited-json = send something to the group to come in
tutorial-invite-seen = { $by } invited { $who }
tutorial-invite-sent = { $who } is invited
tutorial-topic-removed = { $by } removed the topic
tutorial-topic-changed = { $by } set the topic: { $topic }
tutorial-modes = { $by } changed the settings: { $changes }
tutorial-invite-only-on = by invitation only
tutorial-invite-only-off = open to all
tutorial-no-external-on = only members may talk
tutorial-no-external-off = others may talk too
tutorial-secret-on = not shown outside
tutorial-secret-off = shown outside
tutorial-ops-topic-on = only who manages it sets the topic
tutorial-ops-topic-off = every member sets the topic
tutorial-operator-on = { $who } manages it
tutorial-operator-off = { $who } manages it no more
tutorial-voice-on = { $who } may always talk
tutorial-voice-off = { $who } may not always talk any more
tutorial-ban-on = banned { $mask }
tutorial-ban-off = no longer banned { $mask }

# The reader's own editor.
editor-cannot-start = the editor cannot be started: { $why }; VISUAL or EDITOR names another one
editor-failed = the editor ended with { $code }; the draft is as it was
editor-unfit = what the editor left is no text of at most { $max } bytes; the draft is as it was, and that is kept in { $path }
