//! The command line in the reader's language: what each command and argument is for.
//!
//! The parser knows names and kinds alone. The rest is found here by them: `cli-about-COMMAND`,
//! `cli-after-COMMAND` where there is more to say, `cli-COMMAND-ARGUMENT` or, for those of several
//! commands, `cli-arg-ARGUMENT`, and `cli-value-KIND` for what an argument takes.

use std::io::IsTerminal;

use clap::{Arg, Command, CommandFactory};

use super::Cli;
use crate::text::{Texts, width};

/// Columns that help takes at most.
const COLUMNS_MAX: usize = 100;
/// Columns before what an argument is for, where its name leaves so many.
const INDENT: usize = 30;

const HEADING: &str = "\u{1b}[1m\u{1b}[4m";
const NAME: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// The whole command line, with all of its texts.
pub fn localized(texts: &Texts) -> Command {
    let mut command = Cli::command().bin_name("chatroom");
    // What the parser adds by itself has to be worded, too.
    command.build();
    worded(command, "", texts)
}

fn worded(command: Command, parent: &str, texts: &Texts) -> Command {
    let name = command.get_name().to_owned();
    let path = format!("{parent}{name}");
    let about = texts.get(&format!("cli-about-{name}")).into_owned();
    let command = command
        .about(about)
        .mut_args(|arg| worded_argument(arg, &name, texts))
        .mut_subcommands(|command| worded(command, &format!("{path} "), texts));
    let usage = usage(&command, &path, texts);
    let help = help(&command, &usage, texts);
    command.override_usage(usage).override_help(help)
}

fn worded_argument(arg: Arg, command: &str, texts: &Texts) -> Arg {
    let id = arg.get_id().as_str().replace('_', "-");
    let own = format!("cli-{command}-{id}");
    let key = match texts.has(&own) {
        true => own,
        false => format!("cli-arg-{id}"),
    };
    let mut help = texts.get(&key).into_owned();
    let takes_value = arg.get_action().takes_values();
    let kinds = arg.get_value_names().unwrap_or_default();
    let kind = kinds.first().filter(|_| takes_value);
    let kind = kind.map(|kind| kind.to_lowercase().replace(':', "-"));
    let default = arg.get_default_values().first();
    if let Some(default) = default.and_then(|value| value.to_str())
        && takes_value
    {
        help.push(' ');
        help.push_str(&texts.with("cli-default", &[("value", default)]));
    }
    let allowed: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if takes_value && !allowed.is_empty() {
        help.push(' ');
        help.push_str(&texts.with("cli-allowed", &[("values", &allowed.join(", "))]));
    }
    let arg = arg.help(help);
    match kind {
        Some(kind) => arg.value_name(texts.get(&format!("cli-value-{kind}")).into_owned()),
        None => arg,
    }
}

/// How a command is called.
fn usage(command: &Command, path: &str, texts: &Texts) -> String {
    let mut usage = path.to_owned();
    if command.get_opts().count() > 0 {
        usage.push_str(&format!(" [{}]", texts.get("cli-options-word")));
    }
    for arg in command.get_positionals() {
        usage.push_str(&format!(" {}", spelled(arg)));
    }
    if command.has_subcommands() {
        usage.push_str(&format!(" <{}>", texts.get("cli-value-command")));
    }
    usage
}

/// What stands after a heading on the same line: nothing after a wide colon, which has its own room.
pub(super) fn blank_after(heading: &str) -> &'static str {
    match heading.ends_with('：') {
        true => "",
        false => " ",
    }
}

fn help(command: &Command, usage: &str, texts: &Texts) -> String {
    let columns = columns();
    let name = command.get_name();
    let about = command.get_about().map(ToString::to_string);
    let mut help = wrapped(&about.unwrap_or_default(), 0, columns);
    let heading = |key: &str| format!("{HEADING}{}{PLAIN}", texts.get(key));
    let blank = blank_after(&texts.get("cli-usage"));
    help.push_str(&format!("\n\n{}{blank}{usage}\n", heading("cli-usage")));
    let commands = command.get_subcommands().map(|command| {
        let about = command.get_about().map(ToString::to_string);
        (command.get_name().to_owned(), about)
    });
    let row = |arg: &Arg| (spelled(arg), arg.get_help().map(ToString::to_string));
    let arguments = command.get_positionals().map(row);
    let options = command.get_arguments().filter(|arg| !arg.is_positional());
    for (key, rows) in [
        ("cli-commands", commands.collect::<Vec<_>>()),
        ("cli-arguments", arguments.collect()),
        ("cli-options", options.map(row).collect()),
    ] {
        if !rows.is_empty() {
            help.push_str(&format!("\n{}\n", heading(key)));
            rows.iter()
                .for_each(|(name, text)| help.push_str(&line(name, text.as_deref(), columns)));
        }
    }
    let after = format!("cli-after-{name}");
    if texts.has(&after) {
        help.push_str(&format!("\n{}\n", wrapped(&texts.get(&after), 0, columns)));
    }
    help
}

/// An argument as it is written on a command line.
fn spelled(arg: &Arg) -> String {
    let kind = arg.get_value_names().and_then(<[_]>::first);
    let kind = kind.filter(|_| arg.get_action().takes_values());
    match (kind, arg.is_positional(), arg.is_required_set()) {
        (Some(kind), true, true) => return format!("<{kind}>"),
        (Some(kind), true, false) => return format!("[{kind}]"),
        (_, _, _) => {}
    }
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let mut spelled = match (short, long) {
        (Some(short), Some(long)) => format!("{short}, {long}"),
        (None, Some(long)) => format!("    {long}"),
        (Some(short), None) => short,
        (None, None) => String::new(),
    };
    if let Some(kind) = kind {
        spelled.push_str(&format!(" <{kind}>"));
    }
    spelled
}

/// A name, and what it is for beside it.
fn line(name: &str, text: Option<&str>, columns: usize) -> String {
    let text = wrapped(text.unwrap_or_default(), INDENT, columns);
    let used = 2 + width(name);
    let gap = match used + 2 <= INDENT {
        true => " ".repeat(INDENT - used),
        false => format!("\n{}", " ".repeat(INDENT)),
    };
    format!("  {NAME}{name}{PLAIN}{gap}{text}\n")
}

/// A text in lines of so many columns, all but the first after an indent. It is broken at blanks,
/// and between Chinese characters where no sign must begin the line.
fn wrapped(text: &str, indent: usize, columns: usize) -> String {
    let room = columns.saturating_sub(indent).max(20);
    let mut lines = String::new();
    let mut used = 0;
    for piece in pieces(text) {
        let wide = width(piece.trim_end());
        if used > 0 && used + wide > room {
            let end = lines.trim_end().len();
            lines.truncate(end);
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            used = 0;
        }
        lines.push_str(piece);
        used += width(piece);
    }
    lines
}

/// The pieces of a text that no line breaks.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut rest, mut at) = (text, 0);
    let mut before = None;
    while let Some(c) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        let may_break = before.is_some_and(|before| match before {
            ' ' => c != ' ',
            _ => {
                (is_chinese(before) || is_chinese(c))
                    && !"，。；：、）”".contains(c)
                    && before != '（'
                    && before != '“'
                    && c != ' '
            }
        });
        if may_break {
            let (piece, after) = rest.split_at(at);
            pieces.push(piece);
            (rest, at) = (after, 0);
        }
        at += c.len_utf8();
        before = Some(c);
    }
    pieces.push(rest);
    pieces
}

fn is_chinese(c: char) -> bool {
    c >= '\u{2e80}'
}

/// Columns of the terminal that help goes to.
fn columns() -> usize {
    let size = std::io::stdout()
        .is_terminal()
        .then(|| crossterm::terminal::size().ok())
        .flatten();
    size.map_or(COLUMNS_MAX, |(columns, _)| {
        usize::from(columns).min(COLUMNS_MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    /// Every command of the tree.
    fn all(command: &Command) -> Vec<&Command> {
        let below = command.get_subcommands().flat_map(all);
        std::iter::once(command).chain(below).collect()
    }

    #[test]
    fn every_command_and_argument_has_a_text_in_both_languages() {
        for language in [Language::En, Language::Zh] {
            let command = localized(&Texts::new(language));
            let commands = all(&command);
            assert!(commands.len() > 8);
            for command in commands {
                let name = command.get_name();
                let about = command.get_about().unwrap().to_string();
                assert!(!about.starts_with("cli-"), "{name}: {about}");
                for arg in command.get_arguments() {
                    let help = arg.get_help().unwrap().to_string();
                    assert!(!help.starts_with("cli-"), "{name}: {help}");
                    let kinds = arg.get_value_names().unwrap_or_default();
                    assert!(kinds.iter().all(|kind| !kind.starts_with("cli-")), "{name}");
                }
            }
        }
    }

    /// Words of a Chinese help that are the same in every language: what is typed, names and
    /// formats.
    const SAME: &[&str] = &[
        "chatroom",
        "serve",
        "join",
        "send",
        "tail",
        "config",
        "check",
        "show",
        "hash",
        "password",
        "completions",
        "help",
        "version",
        "listen",
        "data",
        "verbose",
        "lang",
        "name",
        "room",
        "plain",
        "ascii",
        "mouse",
        "no",
        "to",
        "json",
        "host",
        "port",
        "irc",
        "ircs",
        "tls",
        "lobby",
        "en",
        "zh",
        "id",
        "utc",
        "null",
        "shell",
    ];

    #[test]
    fn no_english_is_left_in_the_chinese_help() {
        let command = localized(&Texts::new(Language::Zh));
        let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
        let json = [
            "time", "from", "account", "kind", "text", "message", "notice", "action",
        ];
        for command in all(&command) {
            let help = command.clone().render_help().to_string();
            let words = help.split(|c: char| !c.is_ascii_alphabetic());
            for word in words.filter(|word| word.len() > 1 && *word != "m") {
                let small = word.to_lowercase();
                let small = small.as_str();
                let is_known = SAME.contains(&small) || shells.contains(&small);
                let is_json = command.get_name() == "tail" && json.contains(&small);
                let is_format = matches!(
                    word,
                    "JSON" | "ASCII" | "CHATROOM_PASSWORD" | "CHATROOM" | "PASSWORD"
                );
                assert!(is_known || is_json || is_format, "{word} in:\n{help}");
            }
        }
    }

    #[test]
    fn help_is_laid_out_in_columns_and_breaks_no_word() {
        let text = "one two three four five six seven";
        assert_eq!(wrapped(text, 2, 24), "one two three four\n  five six seven");
        let text = "一个很长的说明，没有任何空格，也会在二十列处换行";
        assert_eq!(
            wrapped(text, 0, 20),
            "一个很长的说明，没有\n任何空格，也会在二十\n列处换行"
        );
        assert_eq!(
            wrapped("没有任何空格的一句说明，", 0, 22),
            "没有任何空格的一句说\n明，"
        );
        assert_eq!(
            line("--x", Some("y"), 80),
            format!("  {NAME}--x{PLAIN}{}y\n", " ".repeat(25))
        );
    }
}
