//! The generated files that are committed: the index of rules, the schemas of inputs and outputs, the table
//! of base images, the interfaces of the packages, separately and side by side, and the picture in the
//! README.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{api, base_images, parity, picture, rule_pages, run::root};

const REFRESH: &str = "cargo xtask generate";

/// Writes every generated file and removes obsolete ones.
pub(crate) fn write() -> Result<(), String> {
    let files = files()?;
    for stale in leftovers(&files) {
        fs::remove_file(&stale).map_err(|error| format!("{}: {error}", stale.display()))?;
    }
    for (path, text) in &files {
        let folder = path.parent().expect("a generated file stands in a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("{} generated files written", files.len());
    Ok(())
}

/// Reports stale generated files.
pub(crate) fn check() -> Result<(), String> {
    let files = files()?;
    let stale = files.iter().filter(|(path, text)| fs::read_to_string(path).ok().as_ref() != Some(*text));
    let stale: Vec<_> = stale.map(|(path, _)| path.clone()).chain(leftovers(&files)).collect();
    if stale.is_empty() {
        println!("{} generated files are fresh", files.len());
        return Ok(());
    }
    let names: Vec<_> = stale.iter().map(|path| path.display().to_string()).collect();
    Err(format!("stale, run `{REFRESH}`:\n{}", names.join("\n")))
}

/// Generated files that would no longer be written.
fn leftovers(files: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let folders = ["docs/api", "docs/rules", "docs/schema"].map(|folder| fs::read_dir(root().join(folder)));
    let there = folders.into_iter().flatten().flatten().flatten().map(|entry| entry.path());
    there.filter(|path| !files.contains_key(path)).collect()
}

fn files() -> Result<BTreeMap<PathBuf, String>, String> {
    let mut files = BTreeMap::new();
    files.insert(root().join("docs/rules/index.md"), header() + &rule_pages::index());
    files.insert(root().join("docs/api/python.md"), api::python());
    files.insert(root().join("docs/api/node.md"), api::node());
    let schema = |name: &str, schema: serde_json::Value| {
        (root().join("docs/schema").join(name), format!("{schema:#}\n"))
    };
    files.extend([
        schema("report.schema.json", rekey_core::report::schema()),
        schema("rekey.toml.schema.json", rekey_files::config::schema()),
        (root().join("docs/images/check.svg"), picture::svg()?),
    ]);
    files.insert(root().join("docs/guide/base-images.md"), header() + &base_images::page());
    files.insert(root().join("docs/guide/parity.md"), parity::page()?);
    let page = root().join("docs/guide/integration.md");
    let text = read(&page)?;
    files.insert(page, with_examples(&text, |name| read(&root().join("examples").join(name)))?);
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns a page with the files of `examples` in the blocks below the comments that name them, so that the page is complete
/// wherever it is read.
fn with_examples(page: &str, file: impl Fn(&str) -> Result<String, String>) -> Result<String, String> {
    const BEFORE: &str = "<!-- The file examples/";
    const AFTER: &str = ": -->\n```yaml\n";
    let mut parts = page.split(BEFORE);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) =
            part.split_once(AFTER).ok_or("a comment names an example, and no block follows")?;
        let (_, rest) = rest.split_once("```\n").ok_or_else(|| format!("the block of {name} has no end"))?;
        out.extend([BEFORE, name, AFTER, &file(name)?, "```\n", rest]);
    }
    Ok(out)
}

fn header() -> String {
    format!("<!-- Generated; refresh with `{REFRESH}`. -->\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_written_into_its_block() {
        let file = |name: &str| Ok(format!("name: {name}\n"));
        let page = "a\n<!-- The file examples/b.yml: -->\n```yaml\nold\n```\nc\n";
        let expected = "a\n<!-- The file examples/b.yml: -->\n```yaml\nname: b.yml\n```\nc\n";
        assert_eq!(with_examples(page, file).as_deref(), Ok(expected));
        assert_eq!(with_examples(expected, file).as_deref(), Ok(expected));
        assert!(with_examples("<!-- The file examples/b.yml: -->\nno block\n", file).is_err());
    }
}
