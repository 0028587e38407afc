//! The stub of the Python package.

use std::fmt::Write as _;

use super::{block, header};

/// The language of a block that shows a signature: the word after the comma excludes it from the blocks that
/// are run.
const SIGNATURE: &str = "python,signature";

pub(super) fn page(stub: &str, errors: &str) -> String {
    let (functions, classes): (Vec<_>, Vec<_>) =
        items(stub).into_iter().partition(|item| item.head.starts_with("def "));
    let mut out = header("rekey-py/python/rekey/_rekey.pyi", "The Python package");
    out.push_str(
        "`import rekey`. Every name here stands in the module itself. An example shows what an interpreter prints where everything \
         has been imported (`from rekey import *`); the tests of the package run them all.\n\n",
    );
    out.push_str("## Names in signatures\n\n");
    let aliases: Vec<&str> = stub.lines().filter(|line| line.contains(": TypeAlias = ")).collect();
    block(&mut out, SIGNATURE, &aliases.join("\n"));
    out.push_str("## Functions\n\n");
    for item in functions.iter().filter(|item| !item.name().starts_with('_')) {
        let _ = write!(out, "### {}\n\n", item.name());
        block(&mut out, SIGNATURE, &item.head);
        out.push_str(&prose(&item.doc));
    }
    out.push_str("## Classes\n\n");
    for item in classes.iter().filter(|item| !item.name().starts_with('_')) {
        class(&mut out, item);
    }
    out.push_str("## Errors\n\n");
    for item in items(errors).iter().filter(|item| item.head.starts_with("class ")) {
        let _ = write!(out, "### {}\n\n", item.name());
        block(&mut out, SIGNATURE, &item.head);
        out.push_str(&prose(&item.doc));
    }
    format!("{}\n", out.trim_end())
}

fn class(out: &mut String, item: &Item) {
    let _ = write!(out, "### {}\n\n{}", item.name(), prose(&item.doc));
    let members = items(&item.body);
    let made = members.iter().find(|member| member.name() == "__new__");
    if let Some(made) = made {
        block(out, SIGNATURE, &made.head.replacen("__new__", item.name(), 1).replacen("    cls,\n", "", 1));
    }
    let public: Vec<&Item> = members
        .iter()
        .filter(|member| member.head.contains("def ") && !member.name().starts_with('_'))
        .collect();
    let (fields, methods): (Vec<&Item>, Vec<&Item>) =
        public.into_iter().partition(|member| member.decorators.contains("@property"));
    if !fields.is_empty() {
        out.push_str("| attribute | type | |\n|---|---|---|\n");
        for field in fields {
            let kind = field.head.split_once("-> ").map_or("", |(_, kind)| kind);
            let text = prose(&field.doc).replace('\n', " ");
            let _ =
                writeln!(out, "| `{}` | `{}` | {} |", field.name(), kind.replace('|', "\\|"), text.trim());
        }
        out.push('\n');
    }
    for method in methods {
        block(out, SIGNATURE, &format!("{}{}", method.decorators, method.head));
        out.push_str(&prose(&method.doc));
    }
}

/// A class or a function: its decorators, one per line; its signature; its docstring; its other content,
/// without indentation.
#[derive(Default)]
struct Item {
    decorators: String,
    head: String,
    doc: String,
    body: String,
}

impl Item {
    fn name(&self) -> &str {
        let behind = self.head.split_once(' ').map_or("", |(_, rest)| rest);
        behind.split(['(', ':']).next().unwrap_or_default()
    }
}

/// The top-level classes and functions of a text in ruff's format.
fn items(text: &str) -> Vec<Item> {
    let mut found = Vec::new();
    let mut decorators = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with('@') {
            let _ = writeln!(decorators, "{line}");
        } else if line.starts_with("class ") || line.starts_with("def ") {
            let mut item = Item { decorators: std::mem::take(&mut decorators), ..Item::default() };
            let mut head = line.to_owned();
            while !ends(&head) {
                let _ = write!(head, "\n{}", lines.next().expect("a signature ends"));
            }
            head.trim_end_matches(" ...").trim_end_matches(':').clone_into(&mut item.head);
            let mut body = Vec::new();
            while let Some(next) = lines.next_if(|next| next.is_empty() || next.starts_with(' ')) {
                body.push(next.strip_prefix("    ").unwrap_or(next));
            }
            let body = body.join("\n");
            (item.doc, item.body) = documented(&body);
            found.push(item);
        } else if !line.trim().is_empty() {
            decorators.clear();
        }
    }
    found
}

/// Returns true if a signature is complete.
fn ends(head: &str) -> bool {
    head.ends_with(':') || head.ends_with(": ...")
}

/// Splits off a docstring.
fn documented(body: &str) -> (String, String) {
    const MARK: &str = "\"\"\"";
    let begun = body.trim_start().strip_prefix('r').unwrap_or(body.trim_start()).strip_prefix(MARK);
    match begun.and_then(|rest| rest.split_once(MARK)) {
        Some((doc, rest)) => (doc.trim().to_owned(), rest.to_owned()),
        None => (String::new(), body.to_owned()),
    }
}

/// A docstring as Markdown: interpreter sessions become blocks, and double backticks become single ones.
fn prose(doc: &str) -> String {
    let mut out = String::new();
    for part in doc.split("\n\n").filter(|part| !part.trim().is_empty()) {
        if part.starts_with(">>> ") {
            block(&mut out, "pycon", part);
        } else {
            let text = part.replace("``", "`").replace(":meth:", "");
            let _ = write!(out, "{text}\n\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_its_attributes_and_methods() {
        let stub = "@final\nclass Tag:\n    \"\"\"A tag, ``1.0-1``.\n\n    >>> 1\n    1\n    \"\"\"\n    @property\n    \
                    def version(self) -> str | None:\n        \"\"\"What comes first.\"\"\"\n    def next(\n        self,\n    \
                    ) -> Tag:\n        \"\"\"The next.\"\"\"\n    def __hash__(self) -> int: ...\n\ndef f() -> int: ...\n";
        let page = page(stub, "");
        for part in [
            "### f\n\n```python,signature\ndef f() -> int\n```",
            "### Tag\n\nA tag, `1.0-1`.\n\n```pycon\n>>> 1\n1\n```",
            "| `version` | `str \\| None` | What comes first. |",
            "```python,signature\ndef next(\n    self,\n) -> Tag\n```\n\nThe next.",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
        assert!(!page.contains("__hash__"));
    }
}
