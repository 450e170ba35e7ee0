# chatroom 的中文文本。配置目录下 `texts` 文件夹里的同名文件逐条优先于本文件。

# 命令行
cli-password = 密码：
cli-password-again = 再输入一次：
cli-passwords-differ = 两次输入的密码不一致，未做任何更改
cli-password-empty = 密码不能为空
cli-cancelled = 已取消，未做任何更改
config-file = 配置文件：{ $path }
config-none = 没有配置文件 { $path }，使用默认值
config-data = 数据目录：{ $path }
config-right = { $path }：没有问题
config-no-effect = { $key } 在此版本中不起作用
config-acts-as = { $value } 在此版本中等同于 { $other }

# `chatroom serve`
serve-ready = chatroom 已就绪：{ $addresses }，密钥 SHA256:{ $fingerprint }；加入命令：{ $command } --name 名字
serve-ending = 服务器正在关闭
# 界面文字
ui-server = 服务器
ui-connecting = 正在连接
ui-leaving = 全部确认后离开
ui-offline = ! 已断线：{ $why }
ui-offline-again = ! 已断线，{ $seconds } 秒后重试：{ $why }
ui-state-offline = 断线
ui-state-away = ~ 离席
ui-away-state = ~ 离席：{ $text }
ui-away-default = 离席
ui-unread = 未读 { $count }
ui-below = { $count ->
    [0] 正在看旧消息，{ $key } 回到最新
   *[other] 下面有 { $count } 条新消息，{ $key }
}
ui-not-sent = ! { $count } 条未发出，{ $key } 重发
ui-unsent = （尚未发出）
ui-failed = { $why }；{ $key } 重发
ui-new-messages = { $count } 条新消息
ui-members-count = { $count } 人
ui-members = 成员 { $count }
ui-members-ops = 管理员
ui-members-here = 在线
ui-members-away = 离席
ui-members-title = 成员
ui-rooms-title = 房间与私聊
ui-guest = （访客）
ui-section-public = 公屏
ui-section-groups = 群聊
ui-section-direct = 私聊
ui-section-server = 服务器
ui-day = { $month }{ $day }日 { $weekday }
ui-weekday-1 = 周一
ui-weekday-2 = 周二
ui-weekday-3 = 周三
ui-weekday-4 = 周四
ui-weekday-5 = 周五
ui-weekday-6 = 周六
ui-weekday-7 = 周日
ui-month-1 = 1月
ui-month-2 = 2月
ui-month-3 = 3月
ui-month-4 = 4月
ui-month-5 = 5月
ui-month-6 = 6月
ui-month-7 = 7月
ui-month-8 = 8月
ui-month-9 = 9月
ui-month-10 = 10月
ui-month-11 = 11月
ui-month-12 = 12月
ui-joined = { $who } 进来了
ui-many-joined = { $joined } 人进来了（{ $names-joined }）
ui-many-left = { $left } 人离开了（{ $names-left }）
ui-comings = { $joined } 人进来，{ $left } 人离开（{ $names-joined } / { $names-left }）
ui-left = { $who } 离开了
ui-quit = { $who } 下线了
ui-came-back = { $who } 又上线了
ui-kicked = { $who } 被 { $by } 请出
ui-renamed = { $who } 改名为 { $new }
ui-is-away = { $who } 离席
ui-is-back = { $who } 回来了
ui-you-are-away = 你已离席，/back 回来
ui-you-are-back = 你回来了
ui-topic-changed = { $who } 设话题：{ $topic }
ui-topic-removed = { $who } 去掉了话题
ui-topic-is = 话题：{ $topic }
ui-no-topic = 没有话题，/topic 文字 可以设
ui-modes-changed = { $who } 设置 { $changes }
ui-invited = { $who } 邀请你进 { $room }：/join { $room }
ui-room-closed = 你已不在这个房间：{ $why }
ui-names = { $count } 人在此：{ $names }
ui-empty-lobby = { $name } 是公屏，还没有人说话。
ui-empty-lobby-who = 这个服务器上的每个人都在这里，都看得到。
ui-empty-group = { $name } 是公开的群聊，还没有人说话。
ui-empty-group-who = 谁都可以用 /join { $name } 进来，也可以 /invite 名字 邀请。
ui-empty-private = { $name } 是邀请制的群聊，还没有人说话。
ui-empty-private-who = 只有你用 /invite 名字 邀请的人能进来。
ui-empty-direct = 这是与 { $name } 的私聊，还没有说过话。
ui-empty-direct-who = 别人看不到。
ui-empty-help = 按 F1 看所有按键和命令。
ui-usage = 用法：{ $usage }
ui-unknown-command = 没有命令 /{ $command }；/help 看全部，//{ $command } 原样说出
ui-unknown-command-like = 没有命令 /{ $command }；是 /{ $other } 吗？//{ $command } 原样说出
ui-nobody-here = 这里没有人听；先 /join 房间 或 /query 名字
ui-not-in-room = 你不在那个房间；先 /join
ui-not-a-room = 这里不是房间；请写明房间名
ui-needs-connection = 需要连接，而现在没有连上；/reconnect 立即重试
ui-too-many-unsent = 这里等着发的太多了；/reconnect 立即重试连接
ui-nothing-called = 没有叫 { $name } 的
ui-no-such-key = { $key } 不能绑定；请写 alt-a、ctrl-pageup 或 f2 这样的按键
ui-no-such-action = 没有叫 { $action } 的操作；F1 在方括号里列出了它们
ui-key-free = { $key } 没有作用
ui-key-does = { $key } 的作用是 { $action }
ui-key-bound = 在离开之前，{ $key } 的作用是 { $action }；要一直如此，把 { $line } 写到 config.toml 的 [keys.any] 下
ui-quit-title = 要离开吗？
ui-name-which = 在这里用什么名字？
ui-hosting = 主持中
ui-cannot-pause = 你开的聊天室里还有 { $count } 人；暂停本客户端会让它停下
ui-farewell-title = 聊天室由你来开，里面还有 { $count } 人
ui-farewell-close = 关闭聊天室
ui-farewell-stay = 留下
ui-farewell-go-on = 离开，但聊天室继续开着，不再显示界面
key-pause = 回到命令行；用 fg 返回
ui-quit-keys = { $key } 离开，其他键留下
ui-name-title = 这里不能用名字 { $name }
ui-name-keys = Enter 使用上面的名字
ui-list-title = 房间：{ $count }
ui-whois-realname = 名称
ui-whois-mask = 地址
ui-whois-account = 账号
ui-whois-rooms = 房间
ui-whois-idle = 空闲
ui-whois-away = 离席
ui-whois-other = 其他
ui-seconds = { $count } 秒
ui-minutes = { $count } 分钟
ui-hours = { $count } 小时
ui-days = { $count } 天
ui-hint-help = 帮助
ui-hint-resend = 重发
ui-hint-newest = 最新
ui-hint-unread = 下个未读
ui-hint-send = 发送
ui-hint-complete = 补全
ui-hint-newline = 换行
ui-hint-rooms = 房间
ui-hint-older = 更早
ui-hint-panes = 栏目
ui-hint-quit = 退出
ui-hint-close = 关闭
ui-hint-scroll = 滚动
ui-hint-leave = 离开
ui-hint-stay = 留下
ui-hint-take = 使用
ui-hint-open = 打开
ui-hint-choose = 选择
ui-goto-title = 前往：房间、人、命令；输入 > 只看命令和按键
ui-mentions-title = 提到我的：{ $count }
ui-find-none = 没有找到
ui-find-prompt = 查找
ui-recall-prompt = 以前输入过
ui-hint-goto = 前往
ui-hint-find = 查找
ui-hint-find-older = 更早
ui-hint-find-newer = 更新
ui-hint-find-stay = 停在这里
ui-hint-find-back = 返回

help-title = 帮助：输入文字来筛选
help-keys = 随处可用的按键
help-commands = 命令
help-keys-empty = 输入框为空时的按键
help-keys-input = 输入时的按键
help-keys-here = 这里的按键

key-help = 本帮助
key-room-next = 下一个房间
key-room-previous = 上一个房间
key-room-number = 第 1 到 10 个房间；也可 /go 数字
key-room-last = 刚才的房间
key-scroll-up = 上翻一页
key-scroll-down = 下翻一页
key-scroll-oldest = 已知最早的消息
key-scroll-newest = 最新消息
key-pane-rooms = 显示或隐藏房间栏
key-pane-members = 显示或隐藏成员栏
key-resend = 重发没发出的
key-redraw = 重画屏幕
key-clear = 清空输入，清掉的可以放回
key-quit = 退出
key-escape = 关闭；回到最新消息
key-send = 发送
key-newline = 换行
key-complete = 补全名字、房间或命令
key-complete-back = 上一个候选
key-up = 上一行；更早的输入
key-down = 下一行；更晚的输入
key-left = 左移
key-right = 右移
key-word-left = 左移一词
key-word-right = 右移一词
key-line-start = 行首
key-line-end = 行尾
key-delete-left = 删左边
key-delete-right = 删右边
key-delete-word-left = 删前一词
key-delete-word-right = 删后一词
key-kill-word = 剪到空格为止
key-kill-start = 剪到行首
key-kill-end = 剪到行尾
key-yank = 粘回剪下的
key-transpose = 交换两个字
key-undo = 撤销
key-redo = 重做
key-goto = 输入几个字，前往房间、人或命令
key-room-next-activity = 下一个有未读的房间；看完后回到原处
key-mention-next = 这里下一条提到我的消息
key-mention-previous = 这里上一条提到我的消息
key-mentions = 所有房间里提到我的消息
key-unread-first = 这里第一条未读消息
key-find = 在这个房间里查找
key-history-older = 所有房间里更早的输入
key-history-newer = 所有房间里更新的输入
key-history-search = 在以前的输入中查找
key-history-argument = 上次输入的最后一个词；再按：再上一次的
key-yank-previous = 把刚放回的换成更早剪切的
key-transpose-words = 交换两个词
key-word-upper = 这个词改成大写
key-word-lower = 这个词改成小写
key-word-capital = 这个词首字母大写

command-join = 进入房间
command-part = 离开房间
command-create = 建群聊；--private 为邀请制
command-msg = 对一个人说
command-query = 打开私聊
command-me = 说你在做什么
command-say = 原样说出，斜杠也算
command-nick = 改名
command-names = 谁在这里
command-whois = 某人的资料
command-away = 离席
command-back = 回来
command-topic = 看或设话题
command-list = 列出房间
command-invite = 邀请某人
command-kick = 请出某人
command-mode = 看或改房间模式
command-op = 设某人为管理员
command-voice = 让某人发言
command-go = 去某个房间或私聊
command-clear = 清空这里的显示
command-reconnect = 立即重试连接
command-quote = 原样发送一行 IRC
command-help = 本帮助
command-describe = 在别处说自己做了什么
command-shrug = 耸肩说
command-tableflip = 掀桌说
command-ban = 不让某人进这个房间；不写名字：看看有谁
command-unban = 让某人可以再进来
command-deop = 撤下某人的管理员
command-devoice = 收回某人的发言权
command-search = 在这个房间已载入的内容里查找
command-mentions = 所有房间里提到我的消息
command-bind = 看按键的作用，或换一个作用
command-version = 程序的版本
command-q = 私聊；不写名字：离开聊天
command-quit = 离开聊天

# 命令的参数
parameter-room = 房间
parameter-key = 按键
parameter-action = 操作
parameter-command = 命令
parameter-name = 名字
parameter-text = 文字
parameter-reason = 原因
parameter-pattern = 样式
parameter-changes = 变更
parameter-line = 行

# 没有屏幕时
plain-connected = 已连接，名字是 { $name }
plain-offline-again = { $why }；{ $seconds } 秒后重试
plain-in = 你进来了
plain-out = 你离开了
plain-place = 现在输入的都发到这里
plain-room = { $room }，{ $count } 人
plain-renamed = 你现在叫 { $name }
plain-away = 你已离席：{ $text }
plain-not-sent = 没有发出：{ $why }：{ $text }

# 所问之事的答复
note-is-away = { $name } 离席：{ $text }
note-invited = 已邀请 { $name }
note-invited-by = { $who } 邀请了 { $name }
note-put-out = { $who } 把你请了出去
note-put-out-because = { $who } 把你请了出去：{ $why }

# 为什么被拒绝
refused-nobody = 没有叫 { $name } 的人
refused-no-room = 没有 { $name } 这个房间
refused-may-not-talk = 你不能在那里发言
refused-too-many-rooms = 你进的房间已到上限；先离开一个
refused-no-more-rooms = 这里的房间数已到上限
refused-room-exists = 已有一个名字与 { $name } 相像的房间
refused-nothing = 没有可发的内容
refused-line-too-long = 这一行太长
refused-too-long = 消息太长：{ $lines } 行共 { $bytes } 字节，本服务器最多 { $most-lines } 行、{ $most-bytes } 字节
refused-many-bytes = 消息太长，一条最多 { $count } 字节
refused-many-lines = 消息太长，一条最多 { $count } 行
refused-unknown-command = 服务器没有命令 { $name }
refused-no-name = 没有给出名字
refused-name = 不能作名字：{ $why }
refused-name-empty = 名字至少要有一个字
refused-name-long = 名字最多 { $count } 个字
refused-name-mixed = 名字不能混用容易看错的文字
refused-name-reserved = 那个名字是界面用语
refused-name-taken = 那个名字或与它相像的名字已有主人
refused-name-in-use = 现在有人用着那个名字
refused-name-key = 那个名字属于持另一把密钥的人
refused-names-closed = 本服务器不接受登记名字
refused-many-names = 一个人最多有 { $count } 个名字
refused-many-accounts = 本服务器的成员数已到上限
refused-many-sessions = 一个人最多同时有 { $count } 个连接
refused-not-there = { $name } 不在 { $room }
refused-not-in-room = 你不在 { $name }
refused-already-there = { $name } 已经在 { $room }
refused-parameters = { $name } 还缺内容
refused-password = 服务器要密码，而现在的不对；请把密码放在变量 CHATROOM_PASSWORD 里
refused-banned-here = 你已被本服务器封禁
refused-room-full = { $name } 已满
refused-mode = 没有这个模式：{ $name }
refused-invite-only = { $name } 是邀请制的；请里面的人邀请你
refused-banned = 你已被 { $name } 封禁
refused-key = 进 { $name } 要口令
refused-members-only = { $name } 只让有账号的人进
refused-list-full = { $name } 的名单已满
refused-operators-only = 只有服务器管理员可以这样做
refused-not-operator = 只有 { $name } 的管理员可以这样做
refused-lobby = 公屏不能关闭
refused-past = 没有这个会话，或者你不能看
refused-not-stored = 服务器没能保存：{ $why }

# 连接没有建立或断了
lost-closed = 服务器关闭了连接
lost-stuck = 服务器不再接收
lost-connection = 连接断了：{ $why }
lost-stopped = 这里的服务器已停止
lost-silent = 服务器不再应答
lost-no-chat = 那里应答的不是聊天服务器：{ $seconds } 秒内没有说出任何 IRC；地址对吗？
lost-another-server = 那里现在是另一个服务器；没发出的仍未发出；要在那里聊天请重新启动
lost-name = 不能用名字 { $name }：{ $why }；用 --name 换一个
left-unconfirmed = { $count ->
   *[other] 离开时有 { $count } 条没有得到确认；为保险请再说一次
}
left-unsent = { $unsent ->
   *[other] 离开时有 { $unsent } 条没有发出；请再说一次
}
left-both = 离开时有 { $unsent } 条没有发出，{ $count } 条没有得到确认；请再说一次
net-another = { $address } 现在是另一个服务器，不是上次的
net-first-time = 第一次连接 { $address }：它的密钥是 SHA256:{ $key }，以后都会核对
net-other-key = { $address } 的服务器不是以前的那个：以前的密钥是 SHA256:{ $known }，现在是 SHA256:{ $shown }；可能有人在中间；若主人确认了新密钥，用 rm '{ $path }' 接受
net-no-certificate = { $address } 的服务器没有出示证书
net-no-authority = 本机不信任任何证书机构，而 { $address } 需要
net-not-vouched = { $address } 的服务器以前有证书机构担保：{ $why }
net-unreachable = 连不上 { $address }：{ $why }；服务器在运行吗？地址对吗？
net-late = 连不上 { $address }：{ $seconds } 秒内没有应答；地址对吗？
net-no-tls = { $address } 那里不像聊天服务器那样说 TLS（{ $why }）；明文 IRC 请写 { $plain }
net-silent = { $address } 那里不是聊天服务器：{ $seconds } 秒内什么也没说
net-no-host-name = “{ $host }”不是主机名
net-address-no-host = “{ $text }”里没有主机；请写 host、host:port、ircs://host 或 irc://host
net-address-port = “{ $text }”不是端口；端口是 1 到 65535 的数字
net-address-scheme = 这里不说“{ $text }”；请写 host、host:port、ircs://host 或 irc://host

# 系统所说
io-no-such-host = 没有这个主机
io-refused = 那里没有程序在监听
io-reset = 连接被切断
io-unreachable = 从这里到不了那个地址
io-timed-out = 没有及时得到应答
io-not-allowed = 没有权限
io-not-found = 那里没有
io-full = 磁盘已满
io-read-only = 那里不能写

# 客户端保存的东西
store-no-key = { $path } 里没有密钥；把它移走就会得到新的
store-unreadable = 不能读 { $path }：{ $why }
store-unwritten = 不能写 { $path }：{ $why }
store-no-folder = 不能创建目录 { $path }：{ $why }；用 --data 换一个

# `chatroom send` 和 `chatroom tail`
send-unconfirmed = { $count ->
   *[other] 有 { $count } 行没有得到确认；为保险请再发一次：{ $why }
}
send-refused = { $count ->
    [one] 没有发出：{ $why }
   *[other] 有 { $count } 行没有发出；第一行：{ $why }
}
tail-unwritten = 写不出所说的话：{ $why }
tail-lost = { $why }；正在重试
errand-no-server = 这里没有服务器在运行；`chatroom serve` 开一个，或用 --to 指定

# 系统给不了的
system-no-sockets = 系统给不了定时器或套接字：{ $why }
system-no-screen = 这个终端给不了屏幕：{ $why }；可用 --plain
system-no-tls = 不能建立 TLS：{ $why }
system-no-key = 不能生成密钥：{ $why }
system-no-chance = 系统给不了随机字节

# 由客户端开聊天室

# Hosting from a client.
client-hosting = 这里还没有人开聊天室，所以由本客户端来开；本客户端运行多久，聊天室就开多久。只有本机上的人能进来。
client-hosts-on = 原来的主持者已离开，现在由本客户端来开；本客户端运行多久，聊天室就开多久。只有本机上的人能进来。
client-others-join = 他们这样加入：{ $command }
client-port-web = { $address } 有应答，但那是网页服务器。
client-port-ssh = { $address } 有应答，但那是 SSH 服务器。
client-port-irc = { $address } 有应答，但那个聊天室不用 TLS；可以用 chatroom join irc://{ $address } 加入它。
client-port-silent = { $address } 已被占用，而且没有任何应答。
client-port-unknown = { $address } 有应答，但不是聊天室。
client-port-other-chat = { $address } 是另一个聊天室，不是原来的那个。
client-port-taken = { $address } 已被占用，而且不接受连接。
client-room-at = 所以这个聊天室在 { $address }。
name-needed = 需要一个名字；用 --name 指定
client-no-port = 从 { $address } 起的 { $count } 个端口都被占用；请设置 server.listen
client-waits-for-host = { $address } 上的聊天室没人开了，它属于另一个数据目录；要自己开一个，请离开后重新加入
client-host-left = 主持者已离开
client-host-broke = 这里的服务器已停止：{ $why }
client-goes-on = 继续在 { $address } 开着聊天室，不再显示界面；其他人这样加入：{ $command }；按 Ctrl+C 结束
