//! Names of people and rooms: what is allowed, and the forms they are compared by.
