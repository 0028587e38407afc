//! The `rekey` command.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Runs the command; the first argument is the program's name.
#[pyfunction]
pub(crate) fn _main(py: Python<'_>, args: Vec<OsString>) -> i32 {
    py.detach(|| rekey_cli::run(args))
}
