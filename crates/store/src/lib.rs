//! Content-addressed blobs, small records and scratch space: the Store trait, in RAM and in a directory.
