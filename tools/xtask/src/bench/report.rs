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
        note: "All contenders use one thread. parse-dockerfile is faster and does less: it stops at the first error, does not split `LABEL`, `ENV` or `ARG`, and drops comments. hadolint and tally check every command with ShellCheck or rules about style, which rekey does not do. They are programs, so their times include their start.",
        by: By::Bench,
    },
    Subject {
        name: "keys",
        title: "Private keys",
        note: "The inputs are new keys of `ssh-keygen`. Each contender checks different properties. rekey without primality tests p and q only for small factors; ring does not check primes and d; rsa recomputes the CRT values instead of comparing them; pyca and OpenSSL test primes with 64 or more rounds of random bases, rekey with Baillie–PSW; pyca without validation, Node and `ssh-keygen -y` check no numbers. Only rekey reports the place and cause of a defect in the text.",
        by: By::Bench,
    },
    Subject {
        name: "tags",
        title: "Tags and references in Rust",
        note: "Parsers of versions do not know a release after a dash, and check no rules. rpm-version borrows its text and does not validate it.",
        by: By::Bench,
    },
    Subject {
        name: "urls",
        title: "Git URLs in Rust",
        note: "The values differ: `url` does not parse the scp form, and the three peers check no rules.",
        by: By::Bench,
    },
    Subject {
        name: "command",
        title: "The command",
        note: "The table shows the wall-clock time of whole processes, including their start. preflight is not included, because it needs an image in a registry and Red Hat's catalog.",
        by: By::Bench,
    },
    Subject {
        name: "images",
        title: "Built images",
        note: "The table shows whole processes. `tar t` only lists names; rekey verifies the digests of the compressed and the uncompressed layer, and checks its contents. preflight is not included, because it reads images only from registries.",
        by: By::Bench,
    },
    Subject {
        name: "tags-python",
        title: "Tags in Python",
        note: "`re` shows what a script would do: it knows the grammar and splits at the last dash, but does not explain mistakes.",
        by: By::Task,
    },
    Subject {
        name: "urls-python",
        title: "Git URLs in Python",
        note: "`urlsplit` parses any URL but not `git@host:path`, and caches its last results.",
        by: By::Task,
    },
    Subject {
        name: "tags-node",
        title: "Tags in Node",
        note: "The regex contender does the same as `re` in Python.",
        by: By::Task,
    },
    Subject {
        name: "urls-node",
        title: "Git URLs in Node",
        note: "`URL` does not parse `git@host:path`. hosted-git-info parses only the URLs of services that it knows; the benchmark avoids its cached results.",
        by: By::Task,
    },
    Subject {
        name: "sizes",
        title: "Sizes",
        note: "The sizes are those of the downloads or of the installed files. The Python wheel and the Node addon include the command.",
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
         In one run, rekey and every comparable tool that can be installed from a package do the same work on the same inputs. The contenders take turns, one batch each, many times. The tables show the median time of a contender's batches, for one input, and the median of its ratios to the first contender within a turn. Compare the ratios: the absolute figures are those of one core of one machine. `tools/bench` describes the method.\n\n",
    );
    if let Ok(turns) = env::var(TURNS) {
        let _ = write!(out, "**A trial with {turns} turns of each, not a measurement.**\n\n");
    }
    out.push_str(&machine::table());
    out.push_str("\n## Goals\n\nThe table compares the project's goals with the results of this run.\n\n");
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
