//! The book: the pages of `docs/`, and a page for each rule.

use std::{
    env::consts::EXE_SUFFIX,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    highlight::highlighted,
    rule_pages,
    run::{Step, root},
};

/// The version of mdbook, which is installed if it is missing.
const MDBOOK: &str = "0.5.4";
/// The folder for tools that only this repository needs.
const TOOLS: &str = "target/tools";
/// The folder for the book's pages.
const GATHERED: &str = "target/book-pages";
/// The pages of `docs`, and a page for each rule.
const PAGES: &str = "target/book-pages/docs";

/// Copies the pages of `docs`, and adds a page for each rule and for the rules of each subject.
fn gather() -> Result<(), String> {
    let (gathered, pages) = (root().join(GATHERED), root().join(PAGES));
    if gathered.exists() {
        fs::remove_dir_all(&gathered).map_err(|error| format!("{GATHERED}: {error}"))?;
    }
    copy(&root().join("docs"), &pages)?;
    let mut contents = String::new();
    for (subject, rules) in rule_pages::subjects() {
        let page = rule_pages::file_name(subject);
        let _ = writeln!(contents, "  - [{subject}](rules/{page})");
        write(&pages.join("rules").join(page), &rule_pages::table(subject.as_str(), &rules))?;
        for rule in rules {
            let _ = writeln!(contents, "    - [{id}](rules/{id}.md)", id = rule.id);
            write(&pages.join(format!("rules/{}.md", rule.id)), &highlighted(&rule_pages::page(rule)))?;
        }
    }
    let summary = pages.join("SUMMARY.md");
    let listed =
        fs::read_to_string(&summary).map_err(|error| format!("docs/SUMMARY.md: {error}"))? + &contents;
    write(&summary, &listed)
}

/// Copies a folder of pages. A link to a rule's line in the index becomes one to its page.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let fail = |error: io::Error| format!("{}: {error}", from.display());
    fs::create_dir_all(to).map_err(fail)?;
    for entry in fs::read_dir(from).map_err(fail)?.flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).map_err(fail)?;
            write(&target, &highlighted(&linked_to_pages(&text)))?;
        } else {
            fs::copy(&path, &target).map_err(fail)?;
        }
    }
    Ok(())
}

/// Replaces links to `rules/index.md#ID` by links to `rules/ID.md`.
fn linked_to_pages(text: &str) -> String {
    let mut parts = text.split("rules/index.md#");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once(')').unwrap_or((part, ""));
        let _ = write!(out, "rules/{id}.md){rest}");
    }
    out
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Gathers the pages, compares them with the list of contents, and builds the book if mdbook is installed.
pub(crate) fn check() -> Result<(), String> {
    gather()?;
    let pages = root().join(PAGES);
    let summary = pages.join("SUMMARY.md");
    let text = fs::read_to_string(&summary).map_err(|error| format!("{}: {error}", summary.display()))?;
    let links = text.lines().filter_map(|line| line.rsplit_once("](")?.1.strip_suffix(')'));
    let missing: Vec<_> = links.filter(|page| !pages.join(page).is_file()).collect();
    if !missing.is_empty() {
        return Err(format!("docs/SUMMARY.md names pages that are not there: {}", missing.join(", ")));
    }
    if installed() { build() } else { Ok(()) }
}

/// Builds the book, without warnings.
pub(crate) fn build() -> Result<(), String> {
    let mdbook = mdbook()?;
    gather()?;
    println!("\n> mdbook build {PAGES}");
    let run = Command::new(&mdbook)
        .args(["build", PAGES])
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", mdbook.display()))?;
    let said = String::from_utf8_lossy(&run.stderr);
    print!("{said}{}", String::from_utf8_lossy(&run.stdout));
    let complaint = said.lines().find(|line| line.contains("WARN") || line.contains("ERROR"));
    match complaint {
        Some(line) => Err(format!("the book is not made without complaint: {}", line.trim())),
        None if !run.status.success() => Err(format!("the book is not made: {}", run.status)),
        None => {
            println!("the book is in target/book");
            Ok(())
        }
    }
}

/// Returns true if the required version is installed.
fn installed() -> bool {
    let version = Command::new(program()).arg("--version").output();
    version.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim().ends_with(MDBOOK))
}

fn program() -> PathBuf {
    root().join(TOOLS).join("bin").join(format!("mdbook{EXE_SUFFIX}"))
}

/// Returns the required version, which is installed if it is missing.
fn mdbook() -> Result<PathBuf, String> {
    if !installed() {
        let wanted = ["install", "mdbook", "--version", MDBOOK, "--locked", "--quiet", "--root", TOOLS];
        let features = ["--no-default-features", "--features", "search"];
        Step::new(env!("CARGO"), &[&wanted[..], &features].concat()).run()?;
    }
    Ok(program())
}
