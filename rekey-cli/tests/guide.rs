//! The examples of the guide print what it says.

use std::{fs, path::Path};

mod harness;
use harness::{folder, preflight_run, reading, write};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The pages with examples, how many each has, and the exit code of these.
const PAGES: &[(&str, usize, i32)] = &[
    ("tags.md", 5, 0),
    ("keys.md", 3, 0),
    ("git-urls.md", 3, 0),
    ("dockerfile.md", 1, 0),
    ("dockerfile-policy.md", 1, 0),
    ("explain.md", 2, 1),
];

/// What `tags.txt` holds, and what a registry lists in front of a pipe.
const PUBLISHED: &str = "1.4.2-1\n1.4.2-9\n1.4.20-30\n1.4.2\nlatest\n";

#[test]
fn every_example_prints_what_the_guide_says() {
    let folder = folder("guide");
    write(&folder.join("tags.txt"), PUBLISHED);
    write(&folder.join("id_rsa"), fs::read(format!("{ROOT}/tests/keys/openssh.pem")).unwrap());
    preflight_run(&folder, &["amd64"]);
    for (page, count, status) in PAGES {
        let text = fs::read_to_string(format!("{ROOT}/docs/guide/{page}")).unwrap();
        if *page == "explain.md" {
            write(&folder.join("Dockerfile"), dockerfile(&text));
        }
        assert_eq!(run(&text, &folder, *status), *count, "{page}");
    }
}

/// Runs the examples of a page, whose files stand in the folder.
fn run(page: &str, folder: &Path, status: i32) -> usize {
    let mut ran = 0;
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for example in block.split("$ ").skip(1) {
            // A command may go on in the next line.
            let ends = example.match_indices('\n').map(|(at, _)| at);
            let end = ends.into_iter().find(|at| !example[..*at].ends_with('\\')).unwrap();
            let (command, expected) = (example[..end].replace("\\\n", ""), &example[end + 1..]);
            if command.contains("< key") {
                continue; // Credentials are nothing for a guide to hold; `push.rs` judges some.
            }
            let (before, command) = command.split_once(" | ").unwrap_or(("", &command));
            let input = match before {
                "" => "",
                "cat Dockerfile" => dockerfile(page),
                _ => PUBLISHED,
            };
            let in_folder = |word: &str| match word {
                "tags.txt" | "id_rsa" | "project_key.pem" | "artifacts" | "Dockerfile" => {
                    folder.join(word).to_str().unwrap().to_owned()
                }
                word => word.to_owned(),
            };
            let words: Vec<_> = command.split_whitespace().map(in_folder).collect();
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            assert_eq!(words.first(), Some(&"rekey"), "{command}");
            let run = reading(&words[1..], input.as_bytes());
            let stdout = run.stdout.replace(&format!("{}/", folder.display()), "");
            assert_eq!((stdout.as_str(), run.status), (expected, status), "{command}: {}", run.stderr);
            ran += 1;
        }
    }
    ran
}

/// The Dockerfile that a page shows.
fn dockerfile(page: &str) -> &str {
    let (_, block) = page.split_once("```dockerfile\n").unwrap();
    block.split("```").next().unwrap()
}
