//! The bash language: bytes to syntax tree. Pure: no I/O, no async.
