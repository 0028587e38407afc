//! The `rekey` command as a library.
#![forbid(unsafe_code)]
