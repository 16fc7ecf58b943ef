//! Paths, entries, resources, the tree and its layers.
