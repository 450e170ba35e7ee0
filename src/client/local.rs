//! What a client may touch on the machine it runs on, as one value. Who comes from far away has none.

/// What a client may touch on its machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The command of the editor for long drafts.
    pub editor: String,
}

impl Local {
    /// As the environment says: `VISUAL`, else `EDITOR`, else vi.
    pub fn from_env() -> Self {
        let named = ["VISUAL", "EDITOR"].into_iter();
        let mut named = named.filter_map(|name| std::env::var(name).ok());
        let editor = named.find(|command| !command.trim().is_empty());
        Self {
            editor: editor.unwrap_or_else(|| "vi".to_owned()),
        }
    }
}
