//! The suites that every resource, layer, command and front end runs.
