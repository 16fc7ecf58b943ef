//! Shell patterns and POSIX regular expressions over bytes. Pure: no I/O, no async.
