//! `chatroom config`.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;

use super::{Place, Start};
use crate::text::Texts;

/// Says what is wrong in the config file; when nothing is, which keys have no effect yet.
pub fn check(place: &Place, texts: &Arc<Texts>, out: &mut impl Write) -> Result<()> {
    let start = Start::new(place, None, texts)?;
    if let Some(why) = start.config.refusal() {
        anyhow::bail!(why);
    }
    for key in start.config.without_effect() {
        writeln!(out, "{}", texts.with("config-no-effect", &[("key", key)]))?;
    }
    if !start.config.history.enabled {
        writeln!(out, "{}", texts.get("config-history-off"))?;
    }
    match start.config.file() {
        Some(file) => {
            let path = file.display().to_string();
            writeln!(out, "{}", texts.with("config-right", &[("path", &path)]))?;
        }
        None => writeln!(out, "{}", nowhere(&start))?,
    }
    Ok(())
}

/// Shows what is in force, as a config file. Hashes of passwords are not shown.
pub fn show(place: &Place, texts: &Arc<Texts>, out: &mut impl Write) -> Result<()> {
    let start = Start::new(place, None, texts)?;
    match start.config.file() {
        Some(file) => {
            let path = file.display().to_string();
            let line = start.texts.with("config-file", &[("path", &path)]);
            writeln!(out, "# {line}")?;
        }
        None => writeln!(out, "# {}", nowhere(&start))?,
    }
    let data = start.dirs.data.display().to_string();
    let line = start.texts.with("config-data", &[("path", &data)]);
    writeln!(out, "# {line}\n\n{}", start.config.show().trim_end())?;
    Ok(())
}

fn nowhere(start: &Start) -> String {
    let file = start.dirs.config.join(crate::config::FILE);
    let path = file.display().to_string();
    start.texts.with("config-none", &[("path", &path)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn english() -> Arc<Texts> {
        Arc::new(Texts::new(Language::En))
    }

    fn place(source: &str) -> (tempfile::TempDir, Place) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("chat.toml");
        std::fs::write(&file, source).unwrap();
        let config = Some(file);
        (dir, Place { config })
    }

    #[test]
    fn a_check_names_what_has_no_effect() {
        let (_dir, place) = place("[limits]\nrate_limits = false\n[client]\nlanguage = \"en\"\n");
        let mut out = Vec::new();
        check(&place, &english(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("limits.rate_limits"), "{out}");
        assert!(out.contains("chat.toml"), "{out}");
    }

    #[test]
    fn a_check_says_what_becomes_of_a_history_that_is_off() {
        let said = |source| {
            let (_dir, place) = place(source);
            let mut out = Vec::new();
            check(&place, &english(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let off = said("[history]\nenabled = false\n");
        assert!(off.contains("what was kept before stays"), "{off}");
        assert!(!said("[history]\nenabled = true\n").contains("kept before"));
    }

    #[test]
    fn a_check_fails_where_the_start_would() {
        let (_dir, broken) = place("[server]\nnick = 3\n");
        assert!(check(&broken, &english(), &mut Vec::new()).is_err());
        let (_dir, public) = place("[server]\nlisten = [\"0.0.0.0:1\"]\n");
        assert!(check(&public, &english(), &mut Vec::new()).is_err());
    }

    #[test]
    fn what_is_shown_is_a_config_file() {
        let (_dir, place) = place("[limits]\nrooms = 5\n[server]\ndata_dir = \"d\"\n");
        let mut out = Vec::new();
        show(&place, &english(), &mut out).unwrap();
        let shown: toml::Table = toml::from_str(&String::from_utf8(out).unwrap()).unwrap();
        assert_eq!(shown["limits"]["rooms"].as_integer(), Some(5));
        assert_eq!(shown["server"]["data_dir"].as_str(), Some("d"));
    }
}
