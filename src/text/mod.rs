//! Text: made harmless, measured, wrapped, and in the reader's language.
