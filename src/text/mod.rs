//! Text: made harmless, measured, and in the reader's language.

mod harmless;
mod language;
mod terminal;
mod width;

pub use harmless::harmless;
pub use language::{Language, Texts};
pub use terminal::{Doubt, Widths};
pub use width::{clusters, head, width};
