//! The examples in the documentation: the output of commands is what a page shows, and every block of code is
//! tested or has a reason not to be.
//!
//! A comment above a block describes it:
//!
//! ```text
//! <!-- file: NAME -->        the block is a file, which the commands of the page find where they run
//! <!-- exits with 1 -->      its commands end with this code instead of 0
//! <!-- not run: WHY -->      nobody runs it
//! ```
//!
//! `REKEY_REFRESH=1` updates the output in the pages.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::harness::{built_image, folder, preflight_run, write};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The content of `tags.txt`, and of the list that a registry returns.
const PUBLISHED: &str = "1.4.2-1\n1.4.2-9\n1.4.20-30\n1.4.2\nlatest\n";

/// The blocks that are run: a language and the prefix of the pages' names, the file that runs them, and the
/// words in it that show this.
const RUN: &[(&str, &str, &str, &str)] = &[
    ("console", "docs/guide/", "rekey-cli/tests/it/guide.rs", "{ROOT}/docs/guide"),
    ("python", "docs/guide/", "rekey-py/tests/test_docs.py", "\"docs/guide\").glob"),
    ("python", "README.md", "rekey-py/tests/test_docs.py", "parents[1] / \"README.md\""),
    ("python", "rekey-py/README.md", "rekey-py/tests/test_docs.py", "HERE.parent / \"README.md\""),
    ("js", "docs/guide/", "rekey-node/test/package.test.js", "'../docs/guide'"),
    ("js", "rekey-node/README.md", "rekey-node/test/package.test.js", "read('README.md')"),
    ("js", "README.md", "tools/xtask/src/packages.rs", "[\"README.md\", \"rekey-node/README.md\"]"),
    ("rust", "README.md", "rekey-core/src/lib.rs", "../../README.md"),
    ("rust", "docs/guide/keys.md", "rekey-core/src/lib.rs", "docs/guide/keys.md"),
    ("rust", "docs/guide/install.md", "rekey-core/src/lib.rs", "docs/guide/install.md"),
];

/// Languages of blocks that are not programs: data, and output.
const DATA: &[&str] = &["text", "dockerfile", "toml", "yaml", "diff"];

#[test]
fn every_example_prints_the_output_in_the_guide() {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        let blocks = blocks(&page);
        let folder = folder(&format!("guide-{}", page.file_stem().unwrap().to_str().unwrap()));
        write(&folder.join("tags.txt"), PUBLISHED);
        write(&folder.join("id_rsa"), fs::read(format!("{ROOT}/tests/keys/openssh.pem")).unwrap());
        preflight_run(&folder, &["amd64"]);
        built_image(&folder);
        for block in &blocks {
            if let Some(name) = block.mark("file: ") {
                write(&folder.join(name), &block.text);
            }
            if block.language != "console" || block.mark("not run: ").is_some() {
                continue;
            }
            let status = block.mark("exits with ").map_or(0, |code| code.parse().unwrap());
            for example in examples(&block.text) {
                let found = run(&example.command, &folder);
                if (settled(&found.0), found.1) == (settled(&example.printed), status) {
                    // The exit code is as stated in the page.
                } else if found.1 == status && std::env::var_os("REKEY_REFRESH").is_some() {
                    let text = fs::read_to_string(&page).unwrap();
                    let [old, new] =
                        [&example.printed, &found.0].map(|printed| format!("{}{printed}", example.typed));
                    write(&page, text.replacen(&old, &new, 1));
                } else {
                    wrong.push(format!(
                        "{}:{}: {} ends with {} and prints\n{}",
                        page.display(),
                        block.line,
                        example.command,
                        found.1,
                        found.0
                    ));
                }
                ran += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 20, "only {ran} examples");
}

#[test]
fn every_block_is_run_or_has_a_reason_not_to_be() {
    let readmes = ["README.md", "rekey-py/README.md", "rekey-node/README.md"];
    let mut wrong = Vec::new();
    for page in pages().into_iter().chain(readmes.map(|name| Path::new(ROOT).join(name))) {
        let name = page.strip_prefix(ROOT).unwrap().to_str().unwrap();
        for block in blocks(&page) {
            let is_excused = block.mark("not run: ").is_some();
            let is_run = RUN.iter().any(|(language, pages, runner, words)| {
                *language == block.language
                    && name.starts_with(pages)
                    && fs::read_to_string(format!("{ROOT}/{runner}")).unwrap().contains(words)
            });
            let is_data = DATA.contains(&block.language.as_str());
            if !(is_run || is_data || is_excused) {
                wrong.push(format!(
                    "{name}:{}: nothing runs this `{}`, and no comment says why",
                    block.line, block.language
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The handwritten pages.
fn pages() -> Vec<PathBuf> {
    let found = fs::read_dir(format!("{ROOT}/docs/guide")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<_> = found.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    pages.sort();
    assert!(pages.len() > 20);
    pages
}

/// A block of code: the word after its fence, its lines without the indentation of the fence, and the
/// comments above it.
struct Block {
    line: usize,
    language: String,
    text: String,
    marks: Vec<String>,
}

impl Block {
    fn mark(&self, begin: &str) -> Option<&str> {
        self.marks.iter().find_map(|mark| mark.strip_prefix(begin))
    }
}

fn blocks(page: &Path) -> Vec<Block> {
    let text = fs::read_to_string(page).unwrap();
    let (mut found, mut marks) = (Vec::new(), Vec::new());
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let bare = line.trim_start();
        if let Some(language) = bare.strip_prefix("```") {
            let indent = line.len() - bare.len();
            let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start() != "```");
            let text = inside.flat_map(|line| [line.get(indent..).unwrap_or_default(), "\n"]).collect();
            let marks = std::mem::take(&mut marks);
            found.push(Block { line: at + 1, language: language.to_owned(), text, marks });
        } else if let Some(mark) = bare.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            marks.push(mark.to_owned());
        } else {
            marks.clear();
        }
    }
    found
}

/// A command after `$`, its lines, and its expected output.
struct Example {
    command: String,
    typed: String,
    printed: String,
}

fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let begun = line.strip_prefix("$ ");
        let part = begun.or(goes_on.then_some(line));
        if begun.is_some() {
            found.push(Example { command: String::new(), typed: String::new(), printed: String::new() });
        }
        let example = found.last_mut().expect("a block begins with a command");
        goes_on = part.is_some_and(|part| part.ends_with('\\'));
        match part {
            Some(part) => {
                example.command.push_str(part.trim_end_matches('\\'));
                example.typed.extend([line, "\n"]);
            }
            None => example.printed.extend([line, "\n"]),
        }
    }
    found
}

/// Runs a command in a folder, and returns its output and exit code. The command in front of a pipe provides
/// the input; `skopeo` lists the published tags.
fn run(command: &str, folder: &Path) -> (String, i32) {
    let (before, command) = command.split_once(" | ").unwrap_or(("", command));
    let input = match before.split_once(' ') {
        None => String::new(),
        Some(("cat", name)) => fs::read_to_string(folder.join(name)).unwrap(),
        Some(("skopeo", _)) => PUBLISHED.to_owned(),
        Some(_) => panic!("{before}: only `cat` and `skopeo` may stand before a pipe"),
    };
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("rekey"), "{command}");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rekey"))
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    // A command that needs no input may have closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    (String::from_utf8(done.stdout).unwrap(), done.status.code().unwrap())
}

/// The output without the version and the date in the first line of a report.
fn settled(printed: &str) -> String {
    match printed.split_once(": flow ") {
        Some((before, rest)) if before.starts_with("rekey ") && !before.contains('\n') => {
            let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = line.rsplit_once(", ").map_or(line, |(line, _)| line);
            format!("rekey: flow {line}\n{rest}")
        }
        _ => {
            const TOOL: &str = "\"name\":\"rekey\",\"version\":\"";
            let Some((before, rest)) = printed.split_once(TOOL) else { return printed.to_owned() };
            format!("{before}{TOOL}{}", rest.split_once('"').map_or(rest, |(_, rest)| rest))
        }
    }
}
