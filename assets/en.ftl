# The texts of chatroom in English. A file of the same name in the folder `texts` of the config
# folder goes before this one, text by text.

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

# `chatroom serve`.
serve-ready = chatroom is ready on { $addresses }, key SHA256:{ $fingerprint }; others join with: { $command } --name NAME
serve-ending = the server is ending
