//! The order of all that is asked.
