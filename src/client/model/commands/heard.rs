//! Commands that say what makes itself heard.

use super::Model;
use crate::client::kept::{Level, Notify};
use crate::client::rooms::Rooms;

pub(super) fn mute(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    set_muted(model, true)
}

pub(super) fn unmute(model: &mut Model, _: &Rooms, _: &str) -> Result<(), String> {
    set_muted(model, false)
}

fn set_muted(model: &mut Model, is_muted: bool) -> Result<(), String> {
    let notify = model.buffer().notify;
    model.set_notify(model.open, Notify { is_muted, ..notify });
    Ok(())
}

pub(super) fn notify(model: &mut Model, _: &Rooms, rest: &str) -> Result<(), String> {
    let Some(level) = Level::of_word(rest.trim()) else {
        return Err(model.usage("notify"));
    };
    let level = Some(level);
    model.set_notify(
        model.open,
        Notify {
            level,
            is_muted: false,
        },
    );
    Ok(())
}
