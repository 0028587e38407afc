//! The pages about the interfaces of the Python and the Node package, generated from their type declarations.

mod node;
mod python;

use std::{fmt::Write as _, fs};

use crate::run::root;

/// The page of the Python package, from its stub.
pub(crate) fn python() -> String {
    let stub = text("rekey-py/python/rekey/_rekey.pyi");
    let errors = text("rekey-py/python/rekey/_errors.py");
    python::page(&stub, &errors)
}

/// The page of the Node package, from its declarations.
pub(crate) fn node() -> String {
    node::page(&text("rekey-node/index.d.cts"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The beginning of a generated page.
fn header(source: &str, title: &str) -> String {
    format!("<!-- Generated out of `{source}`; refresh with `cargo xtask generate`. -->\n\n# {title}\n\n")
}

/// A code block that is shown, and not run from this page.
fn block(out: &mut String, language: &str, code: &str) {
    let _ = write!(out, "```{language}\n{}\n```\n\n", code.trim_end());
}
