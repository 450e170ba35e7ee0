//! Configuration: one schema for client and server.
