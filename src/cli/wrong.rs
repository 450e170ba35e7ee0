//! What is wrong with a command line, in the reader's language.

use std::error::Error as _;
use std::io::Write;
use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help::blank_after;
use crate::text::{Sentence, Texts, harmless};

/// What can be wrong with a line that names what it is about.
const KINDS: [(ErrorKind, &str, &str); 9] = [
    (
        ErrorKind::MissingSubcommand,
        "cli-wrong-no-command",
        "cli-wrong-no-command",
    ),
    (
        ErrorKind::InvalidValue,
        "cli-wrong-value",
        "cli-wrong-value-like",
    ),
    (
        ErrorKind::UnknownArgument,
        "cli-wrong-argument",
        "cli-wrong-argument-like",
    ),
    (
        ErrorKind::InvalidSubcommand,
        "cli-wrong-command",
        "cli-wrong-command-like",
    ),
    (
        ErrorKind::ValueValidation,
        "cli-wrong-format",
        "cli-wrong-format",
    ),
    (
        ErrorKind::ArgumentConflict,
        "cli-wrong-twice",
        "cli-wrong-twice",
    ),
    (
        ErrorKind::MissingRequiredArgument,
        "cli-wrong-missing",
        "cli-wrong-missing",
    ),
    (
        ErrorKind::TooManyValues,
        "cli-wrong-unwanted",
        "cli-wrong-unwanted",
    ),
    (
        ErrorKind::InvalidUtf8,
        "cli-wrong-letters",
        "cli-wrong-letters",
    ),
];

/// Tells what is wrong with a line, or the help or version that it asks for; gives the exit code.
pub fn tell(error: &Error, texts: &Texts) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        // Nobody is left to tell when it cannot be printed.
        let _ = error.print();
    } else {
        let mut said = format!("chatroom: {}\n", sentence(error).say(texts));
        if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
            let usage = usage.to_string();
            let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
            let heading = texts.get("cli-usage");
            said.push_str(&format!("{heading}{}{usage}\n", blank_after(&heading)));
        }
        said.push_str(&texts.get("cli-wrong-help"));
        let lines: Vec<_> = said.lines().map(harmless).collect();
        let _ = writeln!(std::io::stderr(), "{}", lines.join("\n"));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn sentence(error: &Error) -> Sentence {
    let kind = error.kind();
    let Some((_, plain, like)) = KINDS.iter().find(|(known, _, _)| *known == kind) else {
        return Sentence::text("cli-wrong-line");
    };
    let text = |kind| error.get(kind).map(joined).unwrap_or_default();
    let value = text(ContextKind::InvalidValue);
    let similar = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let other = similar.into_iter().find_map(|kind| error.get(kind));
    let key = match (kind == ErrorKind::InvalidValue && value.is_empty(), other) {
        (true, _) => "cli-wrong-no-value",
        (false, Some(_)) => like,
        (false, None) => plain,
    };
    // Whatever else is read is a number.
    let ours = error
        .source()
        .and_then(|why| why.downcast_ref::<Sentence>());
    let why = ours.cloned();
    Sentence::text(key)
        .with("argument", text(ContextKind::InvalidArg))
        .with("command", text(ContextKind::InvalidSubcommand))
        .with("value", value)
        .with("allowed", text(ContextKind::ValidValue))
        .with("other", other.map(joined).unwrap_or_default())
        .with(
            "why",
            why.unwrap_or_else(|| Sentence::text("cli-wrong-number")),
        )
}

fn joined(value: &ContextValue) -> String {
    if let ContextValue::Strings(all) = value {
        return all.join(", ");
    }
    value.to_string()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::text::Language;

    #[track_caller]
    fn check(line: &str, english: &str, chinese: &str) {
        for (language, said) in [(Language::En, english), (Language::Zh, chinese)] {
            let texts = Texts::new(language);
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let error = super::super::parse(&words, &texts).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert_eq!(sentence(&error).say(&texts), said);
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_the_readers_language() {
        check(
            "chatroom jion",
            "there is no command jion; did you mean join?",
            "没有命令 jion；是 join 吗？",
        );
        check(
            "chatroom nonsense",
            "there is no command nonsense",
            "没有命令 nonsense",
        );
        check(
            "chatroom serve --verbos",
            "there is no argument --verbos here; did you mean --verbose?",
            "这里没有参数 --verbos；是 --verbose 吗？",
        );
        check(
            "chatroom serve now",
            "there is no argument now here",
            "这里没有参数 now",
        );
        check(
            "chatroom serve --listen",
            "--listen <ADDR:PORT> needs a value",
            "--listen <地址:端口> 后面要写值",
        );
        check(
            "chatroom serve --listen 8000",
            "8000 cannot be --listen <ADDR:PORT>: \"8000\" is no address with a port, such as \
             127.0.0.1:8000 or [::1]:8000",
            "--listen <地址:端口> 不能是 8000：\"8000\" 不是带端口的地址，应写成 127.0.0.1:8000 \
             或 [::1]:8000 这样",
        );
        check(
            "chatroom tail -n many lobby",
            "many cannot be -n <LINES>: it must be a whole number",
            "-n <行数> 不能是 many：应是整数",
        );
        check(
            "chatroom join --lang fr",
            "fr cannot be --lang <LANG>: it must be one of en, zh",
            "--lang <语言> 不能是 fr：可以是 en, zh",
        );
        check("chatroom send", "<ROOM> is missing", "缺少 <房间>");
        check("chatroom --lang en", "a command is missing", "缺少命令");
        check(
            "chatroom join --name a --name b",
            "--name <NAME> can be given once",
            "--name <名字> 只能写一次",
        );
    }
}
