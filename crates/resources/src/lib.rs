//! The services that can be mounted, one folder and one feature each.
