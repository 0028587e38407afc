//! The book in `docs/`: its contents, and how it is made.

use std::{
    env::consts::EXE_SUFFIX,
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use rekey_core::{Rule, Subject, rules};

use crate::run::{Step, root};

/// The version that makes the book; it is installed where it is missing.
const MDBOOK: &str = "0.5.4";
/// Where tools are installed that nobody needs but this repository.
const TOOLS: &str = "target/tools";
/// The list of contents is written by hand up to this line.
const RULES: &str = "# Rules\n";

/// The rules of a subject, and the name of their page.
pub(crate) fn subjects() -> impl Iterator<Item = (Subject, String, Vec<&'static Rule>)> {
    Subject::ALL.iter().filter_map(|subject| {
        let of: Vec<_> = rules().filter(|rule| rule.subject() == *subject).collect();
        (!of.is_empty()).then(|| (*subject, format!("{}.md", subject.to_string().replace('_', "-")), of))
    })
}

/// The list of contents: the hand-written part of the file, and a line for each rule.
pub(crate) fn contents() -> Result<String, String> {
    let path = root().join("docs/SUMMARY.md");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (hand, _) = text.split_once(RULES).ok_or("docs/SUMMARY.md: expected a part `# Rules`, found none")?;
    let mut out = format!("{hand}{RULES}\n- [Every rule](rules/index.md)\n");
    for (subject, page, rules) in subjects() {
        let _ = writeln!(out, "  - [{subject}](rules/{page})");
        for rule in rules {
            let _ = writeln!(out, "    - [{id}](rules/{id}.md)", id = rule.id);
        }
    }
    Ok(out)
}

/// Makes the book, which is to have nothing to complain of.
pub(crate) fn build() -> Result<(), String> {
    let mdbook = mdbook()?;
    println!("\n> mdbook build docs");
    let run = Command::new(&mdbook)
        .args(["build", "docs"])
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

/// The program, at the version that is wanted.
fn mdbook() -> Result<PathBuf, String> {
    let path = root().join(TOOLS).join("bin").join(format!("mdbook{EXE_SUFFIX}"));
    let version = Command::new(&path).arg("--version").output();
    let right = version.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).trim().ends_with(MDBOOK));
    if !right {
        let wanted = ["install", "mdbook", "--version", MDBOOK, "--locked", "--quiet", "--root", TOOLS];
        let features = ["--no-default-features", "--features", "search"];
        Step::new(env!("CARGO"), &[&wanted[..], &features].concat()).run()?;
    }
    Ok(path)
}
