//! Text: made harmless, measured, and in the reader's language.

mod harmless;
mod language;
mod width;

pub use harmless::harmless;
pub use language::{Language, Texts};
pub use width::{Ambiguous, clusters, head, width};
