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

# `chatroom serve`
serve-ready = chatroom 已就绪：{ $addresses }，密钥 SHA256:{ $fingerprint }；加入命令：{ $command } --name 名字
serve-ending = 服务器正在关闭
