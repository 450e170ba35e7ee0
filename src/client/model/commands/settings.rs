//! Commands about settings: which there are, what they are, and the config file read again.

use super::super::Model;
use super::super::buffer::LineKind;
use super::split;
use crate::client::action::Action;
use crate::client::rooms::Rooms;
use crate::client::source::{LANGUAGE, MOUSE, NAME, Origin, Origins};
use crate::text::{Language, Texts};

/// A setting: its key in the config, its value now, and how it is changed in this run.
struct Setting {
    key: &'static str,
    value: fn(&Model) -> String,
    set: fn(&mut Model, &str) -> Result<(), String>,
}

/// All settings of the client that are not keys of the keyboard.
const SETTINGS: &[Setting] = &[
    Setting {
        key: NAME,
        value: |model| model.nick().to_owned(),
        set: |model, _| Err(model.text("ui-set-name")),
    },
    Setting {
        key: LANGUAGE,
        value: |model| model.texts.language().tag().to_owned(),
        set: set_language,
    },
    Setting {
        key: MOUSE,
        value: |model| model.has_mouse().to_string(),
        set: set_mouse,
    },
];

/// The keys of the settings that `/set` knows.
pub fn keys() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|setting| setting.key)
}

/// Lists the settings, or one; changes one until one leaves.
pub(super) fn set(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let (key, value) = split(rest);
    let value = value
        .trim()
        .trim_start_matches('=')
        .trim()
        .trim_matches('"');
    let is_it =
        |setting: &&Setting| setting.key == key || setting.key.strip_prefix("client.") == Some(key);
    if key.is_empty() {
        for setting in SETTINGS {
            model.tell_setting(setting);
        }
        let text = model.text("ui-set-keys");
        model.answer(LineKind::Note, &text);
        return Ok(());
    }
    let Some(setting) = SETTINGS.iter().find(is_it) else {
        let keys: Vec<&str> = keys().collect();
        let values = [("key", key), ("keys", &keys.join(", "))];
        return Err(model.texts.with("ui-set-unknown", &values));
    };
    if value.is_empty() {
        model.tell_setting(setting);
        return Ok(());
    }
    (setting.set)(model, value)?;
    model.origins.of.insert(setting.key, Origin::Session);
    let (section, name) = setting
        .key
        .split_once('.')
        .unwrap_or(("client", setting.key));
    let line = match value.parse::<bool>() {
        Ok(_) => format!("{name} = {value}"),
        Err(_) => format!("{name} = \"{value}\""),
    };
    let values = [
        ("key", setting.key),
        ("value", value),
        ("section", section),
        ("line", &line),
    ];
    let text = model.texts.with("ui-set-done", &values);
    model.answer(LineKind::Note, &text);
    Ok(())
}

/// Reads the config file again.
pub(super) fn reload(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    model.actions.push(Action::Reload);
    Ok(())
}

fn set_language(model: &mut Model, value: &str) -> Result<(), String> {
    match Language::parse(value) {
        Some(language) => model.actions.push(Action::Speak(language)),
        None => return Err(model.texts.with("ui-set-value", &[("values", "en, zh")])),
    }
    Ok(())
}

fn set_mouse(model: &mut Model, value: &str) -> Result<(), String> {
    let Ok(is_used) = value.parse::<bool>() else {
        let values = [("values", "true, false")];
        return Err(model.texts.with("ui-set-value", &values));
    };
    model.use_mouse(is_used);
    model.actions.push(Action::Mouse(is_used));
    Ok(())
}

impl Model {
    /// Takes where the values of settings come from.
    pub fn set_origins(&mut self, origins: Origins) {
        self.origins = origins;
    }

    /// Says what it says by other texts from now on.
    pub fn speak(&mut self, texts: std::sync::Arc<Texts>) {
        self.texts = texts;
    }

    fn tell_setting(&mut self, setting: &Setting) {
        let origin = self.origins.of.get(setting.key);
        let origin = match origin.copied().unwrap_or(Origin::Default) {
            Origin::Default => self.text("origin-default"),
            Origin::Environment => self.text("origin-environment"),
            Origin::File => self
                .texts
                .with("origin-file", &[("path", &self.origins.file)]),
            Origin::CommandLine => self.text("origin-command-line"),
            Origin::Session => self.text("origin-session"),
        };
        let value = (setting.value)(self);
        let values = [
            ("key", setting.key),
            ("value", value.as_str()),
            ("origin", origin.as_str()),
        ];
        let text = self.texts.with("ui-setting", &values);
        self.answer(LineKind::Note, &text);
    }
}
