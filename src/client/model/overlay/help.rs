//! Help: keys and commands, those that hold what is written.

use super::super::Model;
use super::super::commands::COMMANDS;
use super::super::editor::Editor;
use super::super::keys::{Deed, Keymap};
use super::{Outcome, Overlay};

/// The help that is open.
#[derive(Debug, Default)]
pub struct Help {
    /// What narrows it down.
    pub filter: Editor,
    /// How many rows are scrolled away.
    pub scrolled: usize,
    /// What it was asked about, which comes back when it is closed; none for the whole.
    pub under: Option<Box<Overlay>>,
}

impl Help {
    /// Help about what keys do in an overlay.
    pub(super) fn over(overlay: Overlay) -> Self {
        Self {
            under: Some(Box::new(overlay)),
            ..Self::default()
        }
    }

    pub(super) fn key(&mut self, deed: Option<Deed>) -> Outcome {
        let page = 10;
        match deed {
            Some(Deed::Help | Deed::Send) => return Outcome::Done,
            Some(Deed::Up | Deed::PreviousRoom) => self.scrolled = self.scrolled.saturating_sub(1),
            Some(Deed::Down | Deed::NextRoom) => self.scrolled += 1,
            Some(Deed::PageUp) => self.scrolled = self.scrolled.saturating_sub(page),
            Some(Deed::PageDown) => self.scrolled += page,
            _ => return Outcome::Types,
        }
        // A row may go on below itself, so this is a bound and not the end.
        let rows = Keymap::default().rows().count() + COMMANDS.len();
        self.scrolled = self.scrolled.min(2 * rows);
        Outcome::Stays
    }
}

/// What keys do in an overlay: deeds, and the key of the text that says what each is there.
pub fn deeds_in(overlay: &Overlay) -> &'static [(Deed, &'static str)] {
    const LIST: &[(Deed, &str)] = &[
        (Deed::Send, "ui-hint-open"),
        (Deed::Up, "ui-hint-choose"),
        (Deed::Down, "ui-hint-choose"),
        (Deed::Escape, "ui-hint-close"),
    ];
    const PANE: &[(Deed, &str)] = &[
        (Deed::Send, "ui-hint-open"),
        (Deed::Up, "ui-hint-choose"),
        (Deed::Down, "ui-hint-choose"),
        (Deed::Focus, "ui-hint-pane"),
        (Deed::Escape, "ui-hint-close"),
    ];
    match overlay {
        Overlay::Find(_) => &[
            (Deed::Up, "ui-hint-older"),
            (Deed::Find, "ui-hint-older"),
            (Deed::Down, "ui-hint-find-newer"),
            (Deed::Send, "ui-hint-find-stay"),
            (Deed::Escape, "ui-hint-find-back"),
        ],
        Overlay::Recall(_) => &[
            (Deed::SearchInput, "ui-hint-older"),
            (Deed::Up, "ui-hint-older"),
            (Deed::Down, "ui-hint-find-newer"),
            (Deed::Send, "ui-hint-take"),
            (Deed::Escape, "ui-hint-close"),
        ],
        Overlay::Select(_) => &[
            (Deed::SelectOlder, "ui-hint-older"),
            (Deed::SelectNewer, "ui-hint-find-newer"),
            (Deed::Copy, "ui-hint-copy"),
            (Deed::Link, "ui-hint-link"),
            (Deed::Profile, "ui-hint-profile"),
            (Deed::MarkUnread, "ui-hint-unread-from"),
            (Deed::Escape, "ui-hint-close"),
        ],
        Overlay::Name { .. } => &[
            (Deed::Send, "ui-hint-take"),
            (Deed::Escape, "ui-hint-close"),
        ],
        Overlay::Topic(_) => &[(Deed::Send, "ui-hint-set"), (Deed::Escape, "ui-hint-close")],
        Overlay::Rooms { .. } | Overlay::Members { .. } => PANE,
        Overlay::Ask(_) | Overlay::Whois { .. } => &[(Deed::Escape, "ui-hint-close")],
        Overlay::Quit { .. } => &[(Deed::Quit, "ui-hint-leave")],
        Overlay::Help(_) => &[
            (Deed::Up, "ui-hint-scroll"),
            (Deed::Down, "ui-hint-scroll"),
            (Deed::Escape, "ui-hint-close"),
        ],
        Overlay::Farewell { .. } => &[
            (Deed::Send, "ui-hint-take"),
            (Deed::Up, "ui-hint-choose"),
            (Deed::Down, "ui-hint-choose"),
            (Deed::Escape, "ui-hint-stay"),
        ],
        Overlay::Links { .. } => &[
            (Deed::Send, "ui-hint-copy"),
            (Deed::Up, "ui-hint-choose"),
            (Deed::Down, "ui-hint-choose"),
            (Deed::Escape, "ui-hint-close"),
        ],
        Overlay::Emoji(_) | Overlay::Person(_) | Overlay::Invite { .. } => &[
            (Deed::Send, "ui-hint-take"),
            (Deed::Up, "ui-hint-choose"),
            (Deed::Down, "ui-hint-choose"),
            (Deed::Escape, "ui-hint-close"),
        ],
        Overlay::Goto(_) | Overlay::Mentions(_) | Overlay::List { .. } => LIST,
    }
}

impl Model {
    /// Opens the help, narrowed down to what holds a text.
    pub(in super::super) fn show_help(&mut self, text: &str) {
        let mut help = Help::default();
        help.filter.insert(text);
        self.overlay = Some(Overlay::Help(help));
    }
}
