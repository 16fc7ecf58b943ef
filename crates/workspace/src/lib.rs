//! Mirage, the facade.
