//! Links between the project's own pages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::run::root;

/// Says which links of the documentation lead nowhere.
pub(crate) fn check() -> Result<(), String> {
    let mut pages: Vec<PathBuf> = pages(&root().join("docs"));
    pages.extend(["README.md", "CONTRIBUTING.md", "DESIGN.md"].map(|name| root().join(name)));
    let mut broken = Vec::new();
    let mut count = 0;
    for page in &pages {
        let text = fs::read_to_string(page).map_err(|error| format!("{}: {error}", page.display()))?;
        let folder = page.parent().expect("a page stands in a folder");
        for target in targets(&text) {
            count += 1;
            if !folder.join(target).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    println!("{count} links of {} pages followed", pages.len());
    if broken.is_empty() { Ok(()) } else { Err(format!("links that lead nowhere:\n{}", broken.join("\n"))) }
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let inside = |path: PathBuf| {
        let page = path.extension().is_some_and(|extension| extension == "md");
        if page { vec![path] } else { pages(&path) }
    };
    entries.flat_map(inside).collect()
}

/// The files that a page links to, without anchors.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = links.filter_map(|link| link.split('#').next());
    files.filter(|link| !link.is_empty() && !link.contains("://") && !link.contains(' '))
}
