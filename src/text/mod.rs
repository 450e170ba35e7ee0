//! Text: made harmless, measured, and said in the reader's language.

mod harmless;
mod language;
mod sentence;
mod terminal;
mod width;

pub use harmless::harmless;
pub use language::{Language, Texts};
pub use sentence::Sentence;
pub use terminal::{Doubt, Widths};
pub use width::{clusters, head, width};
