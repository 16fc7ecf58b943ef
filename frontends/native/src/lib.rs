//! The native Host.
