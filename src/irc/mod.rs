//! The language of IRC, for both ends.
