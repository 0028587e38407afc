//! The declarations of the Node package.

use std::fmt::Write as _;

use super::{block, header};

pub(super) fn page(declarations: &str) -> String {
    let items = items(declarations);
    let is_value = |item: &&Item| ["function", "const"].contains(&item.kind.as_str());
    let mut out = header("rekey-node/index.d.cts", "The Node package");
    out.push_str(
        "`import { … } from 'rekey-node'`, or `require('rekey-node')`: both give the same. A comment behind an expression is what it \
         gives; the tests of the package hold it to that.\n\n## Functions and constants\n\n",
    );
    items.iter().filter(is_value).for_each(|item| written(&mut out, item));
    out.push_str("## Types\n\n");
    items.iter().filter(|item| !is_value(item)).for_each(|item| written(&mut out, item));
    format!("{}\n", out.trim_end())
}

fn written(out: &mut String, item: &Item) {
    let _ = write!(out, "### {}\n\n", item.name);
    block(out, "ts", &item.code);
    out.push_str(&prose(&item.doc));
}

/// An export: its doc comment and its declaration; overloads are one item.
struct Item {
    kind: String,
    name: String,
    doc: String,
    code: String,
}

fn items(text: &str) -> Vec<Item> {
    let mut found: Vec<Item> = Vec::new();
    let (mut doc, mut code) = (Vec::new(), String::new());
    let mut in_doc = false;
    for line in text.lines() {
        if code.is_empty() && (in_doc || line.starts_with("/**")) {
            if !in_doc {
                doc.clear();
            }
            in_doc = !line.ends_with("*/");
            let bare = line.trim_start_matches("/**").trim_end_matches("*/");
            doc.push(bare.strip_prefix(" *").unwrap_or(bare).trim_end().to_owned());
        } else if !code.is_empty() || line.starts_with("export ") {
            let _ = writeln!(code, "{line}");
        }
        if !code.is_empty() && is_whole(&code) {
            let mut words =
                code.strip_prefix("export ").unwrap_or(&code).split(|c: char| !c.is_alphanumeric());
            let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            match found.last_mut().filter(|last| last.name == name) {
                Some(last) => last.code.push_str(&code),
                None if !name.is_empty() => found.push(Item {
                    kind: kind.to_owned(),
                    name: name.to_owned(),
                    doc: std::mem::take(&mut doc).join("\n").trim().to_owned(),
                    code: code.clone(),
                }),
                None => {}
            }
            code.clear();
        }
    }
    found
}

/// Returns true if a declaration is complete: every bracket is closed, and it is not continued on the next
/// line.
fn is_whole(code: &str) -> bool {
    let opened = code.matches(['{', '(', '[']).count();
    let closed = code.matches(['}', ')', ']']).count();
    opened == closed && !code.trim_end().ends_with(['=', '|', '&', ','])
}

/// The comment above a declaration as Markdown.
fn prose(doc: &str) -> String {
    let mut text = String::new();
    for line in doc.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        let line = match line.strip_prefix("@throws {") {
            Some(rest) => format!("Throws `{}", rest.replacen('}', "`", 1)),
            None => line.replace("```js", "```js,example"),
        };
        let _ = writeln!(text, "{line}");
    }
    while let Some((before, rest)) = text.split_once("{@link ") {
        let (name, after) = rest.split_once('}').expect("a link ends");
        text = format!("{before}`{name}`{after}");
    }
    if text.trim().is_empty() { String::new() } else { format!("{}\n\n", text.trim()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_has_its_prose_and_its_name() {
        let declarations = "/** A {@link Tag}, or\n * none. */\nexport interface Made {\n  /** A part. */\n  part: string\n}\n\n/**\n * \
                            Reads.\n *\n * @throws {RekeyError} when it fails\n */\nexport function read(\n  text: string,\n): Made\n\
                            export function read(text: Buffer): Made\n";
        let page = page(declarations);
        for part in [
            "### Made\n\n```ts\nexport interface Made {\n  /** A part. */\n  part: string\n}\n```\n\nA `Tag`, or\nnone.",
            "### read\n\n```ts\nexport function read(\n  text: string,\n): Made\nexport function read(text: Buffer): Made\n```\n\n\
             Reads.\n\nThrows `RekeyError` when it fails",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
    }
}
