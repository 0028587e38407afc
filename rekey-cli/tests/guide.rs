//! The examples of `docs/guide/tags.md` print what it says.

use std::fs;

mod harness;
use harness::{folder, reading, write};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide/tags.md");

/// What `tags.txt` holds, and what a registry lists in front of a pipe.
const PUBLISHED: &str = "1.4.2-1\n1.4.2-9\n1.4.20-30\n1.4.2\nlatest\n";

#[test]
fn every_example_prints_what_the_guide_says() {
    let tags = folder("guide").join("tags.txt");
    write(&tags, PUBLISHED);
    let guide = fs::read_to_string(GUIDE).unwrap();
    let mut ran = 0;
    for block in guide.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap().replace("\\\n", "");
        for example in block.split("$ ").skip(1) {
            let (command, expected) = example.split_once('\n').unwrap();
            if command.contains("< key") {
                continue; // Credentials are nothing for a guide to hold; `push.rs` judges some.
            }
            let (before, command) = command.split_once(" | ").unwrap_or(("", command));
            let input = if before.is_empty() { "" } else { PUBLISHED };
            let words = command.split_whitespace().map(|word| match word {
                "tags.txt" => tags.to_str().unwrap(),
                word => word,
            });
            let words: Vec<_> = words.collect();
            assert_eq!(words.first(), Some(&"rekey"), "{command}");
            let run = reading(&words[1..], input.as_bytes());
            assert_eq!((run.stdout.as_str(), run.status), (expected, 0), "{command}: {}", run.stderr);
            ran += 1;
        }
    }
    assert_eq!(ran, 5);
}
