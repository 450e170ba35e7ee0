# chatroom 的中文文本。配置目录下 `texts` 文件夹里的同名文件逐条优先于本文件。

# 命令行
cli-password = 密码：
cli-password-again = 再输入一次：
cli-passwords-differ = 两次输入的密码不一致，未做任何更改
cli-password-empty = 密码不能为空
cli-config-file = 配置文件：{ $path }
cli-config-none = 没有配置文件，以下是默认值
