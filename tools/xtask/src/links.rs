//! Links between the project's own pages.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::run::root;

/// Pages outside of the book.
const OUTSIDE: &[&str] = &[
    "README.md",
    "CONTRIBUTING.md",
    "DESIGN.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "rekey-py/README.md",
    "rekey-node/README.md",
    "tools/bench/README.md",
    "tools/fuzz/README.md",
];

/// Reports broken links in the documentation, and pages that are missing in the book's contents.
pub(crate) fn check() -> Result<(), String> {
    let book = root().join("docs");
    let pages = pages(&book);
    let contents =
        fs::read_to_string(book.join("SUMMARY.md")).map_err(|error| format!("docs/SUMMARY.md: {error}"))?;
    let listed: BTreeSet<PathBuf> = targets(&contents).map(|(file, _)| book.join(file)).collect();
    let mut wrong: Vec<String> = pages
        .iter()
        .filter(|page| !listed.contains(*page) && !page.ends_with("SUMMARY.md"))
        .map(|page| format!("{}: not in docs/SUMMARY.md", page.display()))
        .collect();
    let mut count = 0;
    for page in pages.iter().cloned().chain(OUTSIDE.iter().map(|name| root().join(name))) {
        let text = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
        let folder = page.parent().expect("a page stands in a folder");
        for (file, heading) in targets(&text) {
            count += 1;
            let target = if file.is_empty() { page.clone() } else { folder.join(file) };
            if let Err(why) = leads(&target, heading, page.starts_with(&book).then_some(&book)) {
                wrong.push(format!("{}: {file}#{heading} {why}", page.display()));
            }
        }
    }
    println!("{count} links of {} pages followed", pages.len() + OUTSIDE.len());
    if wrong.is_empty() { Ok(()) } else { Err(format!("links that lead nowhere:\n{}", wrong.join("\n"))) }
}

/// Checks that a file with this heading exists, within the book if the link is in the book.
fn leads(target: &Path, heading: &str, book: Option<&PathBuf>) -> Result<(), &'static str> {
    let found = target.canonicalize().map_err(|_| "is not there")?;
    if let Some(book) = book.and_then(|book| book.canonicalize().ok())
        && !found.starts_with(book)
    {
        return Err("leaves the book, which is read without the repository");
    }
    if heading.is_empty() {
        return Ok(());
    }
    let text = fs::read_to_string(found).map_err(|_| "has no headings")?;
    let is_there = headings(&text).any(|title| anchor(title) == heading)
        || text.contains(&format!("<a id=\"{heading}\">"));
    if is_there { Ok(()) } else { Err("has no such heading") }
}

pub(crate) fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let inside = |path: PathBuf| {
        let page = path.extension().is_some_and(|extension| extension == "md");
        if page { vec![path] } else { pages(&path) }
    };
    entries.flat_map(inside).collect()
}

/// The files that a page links to, each with the heading after `#`.
fn targets(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let own = links.filter(|link| !link.is_empty() && !link.contains("://") && !link.contains(' '));
    own.map(|link| link.split_once('#').unwrap_or((link, "")))
}

/// The headings of a page, outside of code blocks.
fn headings(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.lines().filter_map(move |line| {
        inside ^= line.trim_start().starts_with("```");
        let title = line.trim_start_matches('#').strip_prefix(' ')?;
        (!inside && line.starts_with('#')).then_some(title.trim())
    })
}

/// The anchor of a heading.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_has_the_anchor_of_its_page() {
        assert_eq!(anchor("The commands of a push"), "the-commands-of-a-push");
        assert_eq!(anchor("`rekey check`, again"), "rekey-check-again");
    }

    #[test]
    fn a_link_may_name_a_heading_alone() {
        let found: Vec<_> = targets("[a](b.md#c) [d](#e) [f](https://g/h) [i](j.md)").collect();
        assert_eq!(found, [("b.md", "c"), ("", "e"), ("j.md", "")]);
    }

    #[test]
    fn a_code_block_has_no_headings() {
        let found: Vec<_> = headings("# One\n```sh\n# two\n```\n## Three\n").collect();
        assert_eq!(found, ["One", "Three"]);
    }
}
