//! The trademark rule, compared with preflight's own code.
//!
//! The code cannot be redistributed: `PREFLIGHT_AT` names a checkout of openshift-preflight. If Go is
//! installed, its `trademark_validator.go` checks generated texts, and rekey must agree on each. Tests with
//! missing inputs print that they were skipped.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rekey_core::preflight::infringes_trademark;

/// Pieces of text that decide the rule, and similar ones.
const PIECES: &[&str] = &[
    "red",
    "Red",
    "RED",
    "re",
    "d",
    "hat",
    "Hat",
    "HAT",
    "ha",
    "t",
    "for",
    "For",
    "fo",
    "r",
    " ",
    "  ",
    "-",
    ".",
    "\t",
    "\n",
    "_",
    "/",
    "@",
    "x",
    "z",
    "0",
    "9",
    "red hat",
    "Red-Hat",
    "for Red Hat",
    "redhat",
    "hund",
    "s",
    "by",
    "on",
    "Inc",
    ",",
    "®",
    "é",
    "İ",
    "K",
    "ſ",
    "ß",
    "中",
    "\u{301}",
];

/// Reads one JSON string per line and answers with one word per line.
const MAIN: &str = r#"package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		violates, err := violatesRedHatTrademark(text)
		if err != nil {
			panic(err)
		}
		fmt.Println(violates)
	}
}
"#;

#[test]
fn preflights_own_code_agrees_on_every_text() {
    let Some(validator) = validator() else { return };
    let folder = std::env::temp_dir().join(format!("rekey-trademark-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("go.mod"), "module judge\n\ngo 1.21\n").unwrap();
    fs::write(folder.join("main.go"), MAIN).unwrap();
    fs::write(folder.join("validator.go"), validator.replacen("package container", "package main", 1))
        .unwrap();

    let texts = texts(30_000);
    let verdicts = judge(&folder, &texts);
    fs::remove_dir_all(&folder).unwrap();
    let Some(verdicts) = verdicts else { return };
    assert_eq!(verdicts.len(), texts.len());
    let ours = |text: &String| infringes_trademark(text);
    let different: Vec<_> = texts
        .iter()
        .zip(&verdicts)
        .filter(|(text, theirs)| ours(text) != **theirs)
        .map(|(text, _)| text)
        .collect();
    let infringing = verdicts.iter().filter(|verdict| **verdict).count();
    println!("{} texts, {infringing} of them infringe: {} different", texts.len(), different.len());
    assert!(infringing > 1000 && verdicts.len() - infringing > 1000, "both verdicts are to be seen");
    assert!(different.is_empty(), "{different:#?}");
}

/// Preflight's file; `None` if no checkout is named.
fn validator() -> Option<String> {
    let Some(checkout) = std::env::var_os("PREFLIGHT_AT").map(PathBuf::from) else {
        crate::skip::lacks("openshift-preflight", "set `PREFLIGHT_AT` to a checkout");
        return None;
    };
    let file = checkout.join("internal/policy/container/trademark_validator.go");
    Some(fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

/// Preflight's verdicts; `None` if Go is not installed.
fn judge(folder: &Path, texts: &[String]) -> Option<Vec<bool>> {
    let mut go = Command::new("go");
    go.args(["run", "."]).current_dir(folder).env("GOFLAGS", "-mod=mod").env("GOPROXY", "off");
    let Ok(mut go) = go.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        crate::skip::lacks_program("go");
        return None;
    };
    let mut stdin = go.stdin.take().unwrap();
    let lines: String = texts.iter().map(|text| serde_json::to_string(text).unwrap() + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = go.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{:?}", output.status);
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| line == "true").collect())
}

/// Texts of up to twelve pieces, the same in every run.
fn texts(count: usize) -> Vec<String> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    (0..count).map(|_| (0..=below(12)).map(|_| PIECES[below(PIECES.len())]).collect()).collect()
}
