//! `docs/benchmarks.md`: every benchmark in one run, and the goals with the results.

mod goals;
mod machine;

use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    packages,
    run::{Step, root},
};

const PAGE: &str = "docs/benchmarks.md";
const ROWS: &str = "target/bench-rows";
/// The variable that limits the number of turns, for a trial run.
const TURNS: &str = "REKEY_BENCH_TURNS";

/// A subject: its name, its title, a note about its figures, and the program that measures it.
struct Subject {
    name: &'static str,
    title: &'static str,
    note: &'static str,
    by: By,
}

/// The program that measures a subject.
enum By {
    /// The program `bench`.
    Bench,
    /// A task of this program.
    Task,
    /// The sizes of the packages.
    Sizes,
}

const SUBJECTS: &[Subject] = &[
    Subject {
        name: "dockerfiles",
        title: "Dockerfiles in Rust",
        note: "One thread. parse-dockerfile reads faster and less: it stops at the first error, splits no `LABEL`, `ENV` or `ARG`, and keeps \
               no comments. hadolint and tally have ShellCheck or rules about style look at every command, which rekey has not; they \
               are programs, so their start counts.",
        by: By::Bench,
    },
    Subject {
        name: "keys",
        title: "Private keys",
        note: "Fresh keys of `ssh-keygen`. Nobody's check looks at the same: rekey without primality leaves out whether p and q are prime beyond \
               small factors; ring leaves out primes and d; rsa computes the CRT values anew instead of comparing them; pyca and OpenSSL test \
               primes with 64 rounds or more of random bases, rekey with Baillie–PSW; pyca with validation skipped, Node and `ssh-keygen -y` \
               look at no number. None of them says what is wrong with a text, and where.",
        by: By::Bench,
    },
    Subject {
        name: "tags",
        title: "Tags and references in Rust",
        note: "Readers of versions know no release behind a dash, and judge nothing. rpm-version borrows its text and checks nothing.",
        by: By::Bench,
    },
    Subject {
        name: "urls",
        title: "Git URLs in Rust",
        note: "The values differ: `url` knows no scp form, and none of the three judges anything.",
        by: By::Bench,
    },
    Subject {
        name: "command",
        title: "The command",
        note: "Whole processes with their start, by the clock on the wall. preflight is not measured: it needs an image in a registry, and Red \
               Hat's catalog.",
        by: By::Bench,
    },
    Subject {
        name: "images",
        title: "Built images",
        note: "Whole processes. `tar t` lists names and checks nothing; rekey verifies the digests of the layer as it is stored and as it is \
               unpacked, and judges what it holds. preflight reads images out of registries only.",
        by: By::Bench,
    },
    Subject {
        name: "tags-python",
        title: "Tags in Python",
        note: "`re` is what a script would have: it knows the grammar and splits at the last dash, and says nothing of what is wrong.",
        by: By::Task,
    },
    Subject {
        name: "urls-python",
        title: "Git URLs in Python",
        note: "`urlsplit` reads any URL, knows no `git@host:path`, and remembers its last answers.",
        by: By::Task,
    },
    Subject { name: "tags-node", title: "Tags in Node", note: "As in Python.", by: By::Task },
    Subject {
        name: "urls-node",
        title: "Git URLs in Node",
        note: "`URL` knows no `git@host:path`; hosted-git-info reads those of the services it knows, and is asked so that it meets none of \
               its last answers again.",
        by: By::Task,
    },
    Subject {
        name: "sizes",
        title: "Sizes",
        note: "What a user downloads, or has on disk. The Python wheel and the addon of Node hold the command, too.",
        by: By::Sizes,
    },
];

/// A figure, identified by its subject, the beginning of its table's title, and its name.
pub(super) type Place = (&'static str, &'static str, &'static str);

/// The output of a benchmark: a line of its file of rows.
struct Measured {
    tables: Vec<Value>,
    missing: Vec<String>,
}

/// Measures everything, or the named subjects, and writes the page. Earlier results of other subjects are
/// kept.
pub(super) fn run(names: &[&str]) -> Result<(), String> {
    if let Some(unknown) = names.iter().find(|name| SUBJECTS.iter().all(|subject| subject.name != **name)) {
        let known: Vec<_> = SUBJECTS.iter().map(|subject| subject.name).collect();
        return Err(format!("expected one of {}, found `{unknown}`", known.join(", ")));
    }
    let begun = Instant::now();
    fs::create_dir_all(root().join(ROWS)).map_err(|error| format!("{ROWS}: {error}"))?;
    if let Err(why) =
        Step::new(env!("CARGO"), &["build", "--release", "--package", "rekey-cli", "--package", "bench"])
            .run()
    {
        return Err(format!("nothing can be measured: {why}"));
    }
    for subject in SUBJECTS.iter().filter(|subject| names.is_empty() || names.contains(&subject.name)) {
        let rows = rows_of(subject.name);
        let _ = fs::remove_file(&rows);
        if let Err(why) = measure(subject, &rows) {
            let why = why.lines().next().unwrap_or_default();
            add(&rows, &json!({ "missing": format!("{}: {why}", subject.title) }))?;
        }
    }
    let measured: BTreeMap<&str, Measured> =
        SUBJECTS.iter().map(|subject| (subject.name, read(&rows_of(subject.name)))).collect();
    fs::write(root().join(PAGE), page(&measured)).map_err(|error| format!("{PAGE}: {error}"))?;
    println!("\nwrote {PAGE} after {:.0} minutes", begun.elapsed().as_secs_f64() / 60.0);
    Ok(())
}

/// Measures a subject, which appends one line per table to a file.
fn measure(subject: &Subject, rows: &Path) -> Result<(), String> {
    let step = match subject.by {
        By::Bench => Step::new(root().join("target/release/bench"), &[subject.name]),
        By::Task => {
            let this = env::current_exe().map_err(|error| error.to_string())?;
            Step::new(this, &["bench", subject.name])
        }
        By::Sizes => return sizes(rows),
    };
    step.env("REKEY_BENCH_ROWS", &rows.display().to_string()).run()
}

/// Measures the sizes of the packages.
fn sizes(rows: &Path) -> Result<(), String> {
    const FOLDER: &str = "target/bench-sizes";
    let folder = root().join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    let wheel = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", FOLDER, "./rekey-py"];
    Step::new("python3", &wheel).run()?;
    let archive = packages::pack(FOLDER)?;
    let wheel = packages::found(&folder, ".whl")?;
    let addon = packages::found(&root().join("rekey-node"), ".node")?;
    let files = [
        ("Python wheel", wheel),
        ("Node addon", addon),
        ("Node package", folder.join(archive)),
        ("the command", root().join("target/release/rekey")),
    ];
    let mut table = Vec::new();
    for (name, file) in files {
        let size = fs::metadata(&file).map_err(|error| format!("{}: {error}", file.display()))?.len();
        #[allow(clippy::cast_precision_loss, reason = "no file is that large")]
        let megabytes = size as f64 / 1e6;
        table.push(json!({ "name": name, "value": megabytes, "unit": "MB", "ratio": null }));
    }
    add(rows, &json!({ "table": "what users get", "inputs": "release builds", "rows": table }))
}

fn rows_of(subject: &str) -> PathBuf {
    root().join(ROWS).join(format!("{subject}.jsonl"))
}

fn add(rows: &Path, line: &Value) -> Result<(), String> {
    let file = OpenOptions::new().create(true).append(true).open(rows);
    file.and_then(|mut file| writeln!(file, "{line}")).map_err(|error| format!("{}: {error}", rows.display()))
}

fn read(rows: &Path) -> Measured {
    let text = fs::read_to_string(rows).unwrap_or_default();
    let lines: Vec<Value> = text.lines().flat_map(serde_json::from_str).collect();
    let (tables, missing): (Vec<Value>, Vec<Value>) =
        lines.into_iter().partition(|line| line["table"].is_string());
    let missing = missing.iter().filter_map(|line| line["missing"].as_str()).map(str::to_owned).collect();
    Measured { tables, missing }
}

fn page(measured: &BTreeMap<&str, Measured>) -> String {
    let mut out = String::from(
        "<!-- Written by `cargo xtask bench report`. -->\n\n# Benchmarks\n\n\
         The same work through rekey and every peer that installs from a package, on the same inputs, in one run. Every contender does a \
         batch in turn, many times over: given are the median of its batches, for one input, and the median of its ratios to the first \
         one within a turn. Ratios can be compared; figures are one machine's, on one core. `tools/bench` says how it is done.\n\n",
    );
    if let Ok(turns) = env::var(TURNS) {
        let _ = write!(out, "**A trial with {turns} turns of each, not a measurement.**\n\n");
    }
    out.push_str(&machine::table());
    out.push_str("\n## Goals\n\nWhat DESIGN.md sets as goals, beside what this run reached.\n\n");
    out.push_str(&goals::table(|place, unit| figure(measured, place, unit)));
    for subject in SUBJECTS {
        let Measured { tables, missing } = &measured[subject.name];
        let _ = write!(out, "\n## {}\n\n{}\n", subject.title, subject.note);
        for table in tables {
            written(&mut out, table);
        }
        if tables.is_empty() && missing.is_empty() {
            out.push_str("\nNot measured in this run.\n");
        }
        for what in missing {
            let _ = write!(out, "\nNot measured: {what}.\n");
        }
    }
    out
}

fn written(out: &mut String, table: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = table["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    let _ = write!(
        out,
        "\n| {} ({}) | | ratio |\n|---|---:|---:|\n",
        text(&table["table"]),
        text(&table["inputs"])
    );
    for row in rows {
        let ratio = row["ratio"].as_f64().map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        let value = row["value"].as_f64().unwrap_or(f64::NAN);
        let name = text(&row["name"]).replace('|', "\\|");
        let _ = writeln!(out, "| {name} | {} | {ratio} |", shown(value, &text(&row["unit"])));
    }
}

/// A figure with three significant digits.
fn shown(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        size if size >= 100.0 || size.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

/// The figure at a place, with its unit; or its ratio to another figure, if requested.
fn figure(
    measured: &BTreeMap<&str, Measured>,
    (subject, table, name): Place,
    unit: &str,
) -> Option<(f64, String)> {
    let is_asked = |found: &&Value| found["table"].as_str().is_some_and(|title| title.starts_with(table));
    let table = measured.get(subject)?.tables.iter().find(is_asked)?;
    let row = table["rows"].as_array()?.iter().find(|row| row["name"] == name)?;
    if unit == goals::TIMES {
        return Some((1.0 / row["ratio"].as_f64()?, unit.to_owned()));
    }
    Some((row["value"].as_f64()?, row["unit"].as_str()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured() -> BTreeMap<&'static str, Measured> {
        let line = json!({ "table": "a tag's check, nothing found", "inputs": "3 inputs", "rows": [
            { "name": "rekey check_tag", "value": 81.25, "unit": "ns", "ratio": 1.0 },
        ] });
        let none = || Measured { tables: Vec::new(), missing: Vec::new() };
        let mut all: BTreeMap<&str, Measured> =
            SUBJECTS.iter().map(|subject| (subject.name, none())).collect();
        all.insert(
            "tags",
            Measured { tables: vec![line], missing: vec!["semver, which is not installed".to_owned()] },
        );
        all
    }

    #[test]
    fn the_page_has_measured_and_missing_figures() {
        let page = page(&measured());
        for part in [
            "| a tag's check, nothing found (3 inputs) | | ratio |",
            "| rekey check_tag | 81.2 ns | 1.00 |",
            "Not measured: semver, which is not installed.",
            "Not measured in this run.",
            "| tag check, nothing found | ≤ 100 ns | 81.2 ns | reached |",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
    }

    #[test]
    fn every_goal_names_a_subject() {
        for goal in goals::GOALS {
            for (subject, _, _) in goal.reached.iter().chain(goal.peers) {
                assert!(SUBJECTS.iter().any(|known| known.name == *subject), "{subject}");
            }
        }
    }
}
