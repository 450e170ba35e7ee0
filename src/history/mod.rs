//! Messages as rows: a projection of what was said.
