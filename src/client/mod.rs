//! The terminal client: a session with a server, a model of what is on screen, and its views.
