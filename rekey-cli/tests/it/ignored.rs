//! Files that git ignores are not found; git is the judge, on random trees.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Output},
};

use crate::harness::{folder, rekey, write};

const TREES: u32 = 60;
const FOLDERS: &[&str] = &["", "a/", "b/", "a/b/", "a/c/", "a/b/c/", "x y/", "build/"];
const PATTERNS: &[&str] = &[
    "a",
    "/a",
    "a/",
    "b/",
    "/b/",
    "*",
    "!*",
    "*/",
    "!*/",
    "**/c",
    "a/**",
    "a/*/c",
    "/a/b",
    "!a/b",
    "!b/",
    "c",
    "!c/Dockerfile",
    "Dockerfile",
    "!Dockerfile",
    "*.ubi",
    "!Dockerfile.ubi",
    "Dockerfile.*",
    "build",
    "!build/",
    "x\\ y/",
    "x y",
    "# a",
    "\\#",
    "[ab]/",
    "[!a]/",
    "?",
    "**",
    "**/",
    "/**/Dockerfile",
    "Docker*file",
    "a/b/c/Dockerfile",
    "b/c/",
    "",
    "  ",
    "b ",
    "\u{feff}a",
];

fn git(path: &Path, args: &[&str]) -> Option<Output> {
    let git = Command::new("git")
        .args(["-c", "core.excludesFile="])
        .args(args)
        .current_dir(path)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output();
    git.ok().filter(|output| output.status.success())
}

#[test]
fn files_that_git_ignores_are_not_found() {
    let mut state = 7_u32;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let (mut ignored, mut found) = (0, 0);
    for number in 0..TREES {
        let path = folder("what_git_ignores");
        if git(&path, &["init", "--quiet"]).is_none() {
            return crate::skip::lacks_program("git");
        }
        let mut files = BTreeSet::new();
        for folder in FOLDERS {
            for name in ["Dockerfile", "Dockerfile.ubi"] {
                write(&path.join(folder).join(name), "FROM scratch\n");
                files.insert(format!("{folder}{name}"));
            }
        }
        let mut rules = Vec::new();
        for place in [".gitignore", "a/.gitignore", "a/b/.gitignore", ".git/info/exclude"] {
            let lines: Vec<_> = (0..draw(4)).map(|_| PATTERNS[draw(PATTERNS.len())]).collect();
            let text = lines.join(if draw(4) == 0 { "\r\n" } else { "\n" });
            rules.push(format!("{place}: {lines:?}"));
            write(&path.join(place), text);
        }
        let listed = git(&path, &["ls-files", "-z", "--others", "--exclude-standard"]).unwrap().stdout;
        let listed = String::from_utf8(listed).unwrap();
        let expected: BTreeSet<_> =
            listed.split('\0').filter(|file| files.contains(*file)).map(str::to_owned).collect();
        let run = rekey(&["dockerfile", path.to_str().unwrap(), "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap_or_default();
        let reports = report["reports"].as_array().map(Vec::as_slice).unwrap_or_default();
        let start = format!("{}/", path.display());
        let ours = reports.iter().filter_map(|report| report["source"].as_str()?.strip_prefix(&start));
        let ours: BTreeSet<_> = ours.map(str::to_owned).collect();
        assert_eq!(ours, expected, "tree {number}:\n{rules:#?}");
        found += ours.len();
        ignored += files.len() - ours.len();
    }
    assert!(found > 50 && ignored > 50, "{found} found, {ignored} ignored");
}

#[test]
fn the_files_in_force_have_a_limit() {
    let path = folder("many_ignore_files");
    let mut below = path.clone();
    for number in 0..=100 {
        write(&below.join(".gitignore"), format!("Dockerfile.{number}\n"));
        below.push("a");
    }
    // The last file exceeds the limit, so the files that it excludes are found.
    let below = below.parent().unwrap();
    write(&below.join("Dockerfile.99"), "FROM scratch\n");
    assert_eq!(rekey(&["dockerfile", path.to_str().unwrap()]).status, 2);
    write(&below.join("Dockerfile.100"), "FROM scratch\n");
    let run = rekey(&["dockerfile", path.to_str().unwrap()]);
    let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("more than 100 ignore files"), "{}", run.everything());
    write(&path.join("Dockerfile"), "FROM scratch\n");
    for (text, message) in [
        ("x\n".repeat(10_001), "more than 10,000 patterns"),
        ("*".repeat(20_001), "more than 20,000 wildcards"),
    ] {
        write(&path.join(".gitignore"), text);
        let run = rekey(&["dockerfile", path.to_str().unwrap()]);
        assert!(
            run.stdout.split_whitespace().collect::<Vec<_>>().join(" ").contains(message),
            "{}",
            run.everything()
        );
    }
}
