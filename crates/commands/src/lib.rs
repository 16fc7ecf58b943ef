//! The commands the shell can run, one folder each.
