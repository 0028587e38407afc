//! All tests that CI runs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::{
    book, generate, links,
    run::{Step, root},
    version,
};

/// A step of the tests, by the name that is shown while it runs.
type Task = (&'static str, fn(&mut Outcome) -> Result<(), String>);

/// The steps of each part, ordered so that failures are reported early.
const PARTS: &[(&str, &[Task])] = &[("rust", RUST), ("docs", DOCS), ("python", PYTHON), ("node", NODE)];

const RUST: &[Task] = &[
    ("Rust: format", |_| cargo(&["fmt", "--all", "--check"]).quietly().map(drop)),
    ("Rust: lints", |_| {
        cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]).quietly().map(drop)
    }),
    ("Rust: tests", |outcome| {
        outcome
            .recording_skips(|report| cargo(&["test", "--workspace"]).env("REKEY_SKIPPED", report).quietly())
    }),
    ("Rust: features", |outcome| {
        let features = ["--lib", "--features", "oci-spec,ssh-key", "interop"];
        outcome.tested(&cargo(&[&["test", "--package", "rekey-core"], &features[..]].concat()).quietly()?)?;
        // The command without registries.
        let without = ["--no-default-features", "--", "--deny", "warnings"];
        cargo(&[&["clippy", "--package", "rekey-cli"], &without[..]].concat()).quietly().map(drop)
    }),
    ("Rust: shared cases", |outcome| {
        let cases = ["--test", "it", "cases::", "--", "--nocapture"];
        outcome
            .counted("Rust", &cargo(&[&["test", "--package", "rekey-core"], &cases[..]].concat()).quietly()?)
    }),
];

const DOCS: &[Task] = &[
    ("Documentation: generated files", |_| generate::check()),
    ("Documentation: links", |_| links::check()),
    ("Documentation: versions", |_| version::check()),
    ("Documentation: the book", |_| book::check()),
    ("Documentation: pages of the crates", |_| {
        let docs = cargo(&["doc", "--workspace", "--no-deps"]);
        docs.env("RUSTDOCFLAGS", "--deny warnings").quietly().map(drop)
    }),
];

/// The package is built like a user's, into its own virtual environment, and the installed package is tested.
const PYTHON: &[Task] = &[
    ("Python: package", |_| {
        if !in_venv("python").exists() {
            Step::new("python3", &["-m", "venv", "target/venv"]).quietly()?;
        }
        pip(&["--force-reinstall", "--no-deps", "./rekey-py"])
    }),
    ("Python: tools", |_| pip(&["--requirement", "rekey-py/tests/requirements.txt"])),
    ("Python: tests", |outcome| {
        let lines = python(&["-m", "pytest", "-q", "-s", "-rs", "tests"]).within("rekey-py").quietly()?;
        outcome.tested(&lines)?;
        outcome.counted("Python", &lines)
    }),
    ("Python: types", |_| {
        python(&["-m", "mypy.stubtest", "rekey", "--ignore-disjoint-bases"]).quietly()?;
        python(&["-m", "mypy", "--strict", "rekey-py/tests/typing_checks.py"]).quietly().map(drop)
    }),
];

const NODE: &[Task] = &[
    ("Node: tools", |_| npm(&["ci", "--no-audit", "--no-fund"]).quietly().map(drop)),
    ("Node: package", |_| npm(&["run", "build"]).quietly().map(drop)),
    ("Node: tests", |outcome| {
        let lines = npm(&["test"]).quietly()?;
        outcome.tested(&lines)?;
        outcome.counted("Node", &lines)
    }),
    ("Node: types", |_| {
        Step::new("npx", &["tsc", "--project", "."]).within("rekey-node").quietly().map(drop)
    }),
];

/// Tests that measure growth, call another program or read thousands of files: minutes, while the others take
/// seconds.
const SLOW: &[&str] = &["growth", "judge", "corpus", "mutations", "linear", "rpm_order", "killed", "repairs"];

/// Runs all parts.
pub(crate) fn everything() -> Result<(), String> {
    let tasks: Vec<Task> = PARTS.iter().flat_map(|(_, tasks)| tasks.iter().copied()).collect();
    run(&tasks)
}

/// Runs one part.
pub(crate) fn part(name: &str) -> Result<(), String> {
    let part = PARTS.iter().find(|(known, _)| *known == name);
    let (_, tasks) = part.ok_or_else(|| {
        let names: Vec<_> = PARTS.iter().map(|(known, _)| format!("`{known}`")).collect();
        format!("expected {} or `--fast`, found `{name}`", names.join(", "))
    })?;
    run(tasks)
}

/// Runs the Rust tests that take seconds.
pub(crate) fn fast() -> Result<(), String> {
    run(&[
        RUST[0],
        ("Rust: fast tests", |outcome| {
            let skipped: Vec<&str> = SLOW.iter().flat_map(|name| ["--skip", name]).collect();
            let tests = ["test", "--workspace", "--lib", "--bins", "--tests", "--"];
            let words = [&tests[..], &skipped].concat();
            outcome.recording_skips(|report| cargo(&words).env("REKEY_SKIPPED", report).quietly())
        }),
    ])
}

fn run(tasks: &[Task]) -> Result<(), String> {
    let begun = Instant::now();
    let mut outcome = Outcome::default();
    for (number, (name, task)) in (1..).zip(tasks) {
        println!("{number:2} of {}  {name}", tasks.len());
        let (started, before) = (Instant::now(), outcome.passed);
        task(&mut outcome)?;
        let passed = outcome.passed - before;
        let passed = if passed > 0 { format!("{passed} passed, ") } else { String::new() };
        println!("          {passed}{}", shown(started.elapsed()));
    }
    outcome.finish(begun.elapsed())
}

/// The results of the tests that ran.
#[derive(Default)]
struct Outcome {
    passed: usize,
    skipped: usize,
    /// Tests that lack something, and how to get it.
    lacking: Vec<Lacking>,
    /// The number of cases of the shared tables that ran, by language.
    cases: Vec<(&'static str, usize)>,
}

/// A test that was skipped.
struct Lacking {
    test: String,
    /// The missing part and the way to get it, or the runner's reason.
    reason: String,
}

impl Outcome {
    /// Runs tests that write the names of those that they skip into a report, and counts all of them.
    fn recording_skips(
        &mut self,
        run: impl FnOnce(&str) -> Result<Vec<String>, String>,
    ) -> Result<(), String> {
        let report = root().join("target/skipped-tests.txt");
        let fail = |error: std::io::Error| format!("{}: {error}", report.display());
        fs::write(&report, "").map_err(fail)?;
        self.tested(&run(&report.to_string_lossy())?)?;
        let lacking = lacking(&fs::read_to_string(&report).map_err(fail)?);
        // For the runner, a test that lacks something has passed.
        self.passed = self.passed.saturating_sub(lacking.len());
        self.skipped += lacking.len();
        self.lacking.extend(lacking);
        Ok(())
    }

    /// Adds the counts in the closing lines of a test runner: cargo's, pytest's or Node's.
    fn tested(&mut self, lines: &[String]) -> Result<(), String> {
        let before = self.passed;
        for line in lines {
            let words: Vec<&str> = line.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
            if line.starts_with("test result: ") || line.contains(" passed") && line.contains(" in ") {
                self.passed += number_before(&words, "passed");
                self.skipped += number_before(&words, "ignored") + number_before(&words, "skipped");
            } else if let [_, what @ ("pass" | "skipped"), count] = words.as_slice() {
                let count = count.parse().unwrap_or(0);
                if *what == "pass" { self.passed += count } else { self.skipped += count }
            }
            self.lacking.extend(skipped_by_pytest(line));
        }
        if self.passed == before { Err("no test ran".to_owned()) } else { Ok(()) }
    }

    /// Adds the number in the line `N cases in LANGUAGE`.
    fn counted(&mut self, language: &'static str, lines: &[String]) -> Result<(), String> {
        let ending = format!(" cases in {language}");
        let number = lines.iter().find_map(|line| {
            let (before, _) = line.split_once(&ending)?;
            before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        });
        let number =
            number.ok_or_else(|| format!("the tests in {language} did not say how many cases ran"))?;
        self.cases.push((language, number));
        Ok(())
    }

    fn finish(self, time: Duration) -> Result<(), String> {
        println!();
        for (language, count) in &self.cases {
            println!("{count} shared cases ran in {language}");
        }
        if self.cases.iter().any(|(_, count)| *count != self.cases[0].1) {
            return Err("the languages ran different numbers of shared cases".to_owned());
        }
        for (reason, tests) in by_reason(&self.lacking) {
            println!("skipped, since {reason}: {}", tests.join(", "));
        }
        println!("everything passed in {}", shown(time));
        if self.passed > 0 {
            println!("{} passed, 0 failed, {} skipped", self.passed, self.skipped);
        }
        Ok(())
    }
}

/// Reads the report of skipped tests: lines of a test, what it lacks and how to get it.
fn lacking(report: &str) -> Vec<Lacking> {
    let lines: BTreeSet<&str> = report.lines().collect();
    let mut all: Vec<Lacking> = Vec::new();
    for line in lines {
        let [test, what, how] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        // A test may lack more than one thing; it is skipped once.
        if all.iter().all(|known| known.test != test) {
            all.push(Lacking { test: test.to_owned(), reason: format!("{what} is missing ({how})") });
        }
    }
    all
}

/// Reads a line of pytest's summary, `SKIPPED [1] tests/test_memory.py:53: only Linux …`.
fn skipped_by_pytest(line: &str) -> Option<Lacking> {
    let (test, reason) = line.strip_prefix("SKIPPED [")?.split_once("] ")?.1.split_once(": ")?;
    Some(Lacking { test: format!("rekey-py {test}"), reason: reason.to_owned() })
}

/// The skipped tests of each reason.
fn by_reason(lacking: &[Lacking]) -> BTreeMap<&str, Vec<&str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Lacking { test, reason } in lacking {
        reasons.entry(reason).or_default().push(test);
    }
    reasons
}

fn number_before(words: &[&str], what: &str) -> usize {
    let pair = words.windows(2).find(|pair| pair[1] == what);
    pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

fn cargo(args: &[&str]) -> Step {
    Step::new(env!("CARGO"), args)
}

fn in_venv(name: &str) -> PathBuf {
    root().join("target/venv/bin").join(name)
}

fn python(args: &[&str]) -> Step {
    Step::new(in_venv("python"), args)
}

fn pip(more: &[&str]) -> Result<(), String> {
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    python(&[&install[..], more].concat()).quietly().map(drop)
}

fn npm(args: &[&str]) -> Step {
    Step::new("npm", args).within("rekey-node")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_tests_are_named_once_by_their_reason() {
        let report = "rekey-core a::b\t`rpm`\tapt-get install rpm\nrekey-core c\t`rpm`\tapt-get install rpm\n\
                      rekey-core a::b\t`rpm`\tapt-get install rpm\nrekey-core a::b\t`go`\tapt-get install golang-go\n";
        let mut all = lacking(report);
        all.extend(skipped_by_pytest("SKIPPED [1] tests/test_memory.py:53: only Linux tells it"));
        all.extend(skipped_by_pytest("1410 passed, 1 skipped in 104.93s"));
        let reasons = by_reason(&all);
        assert_eq!(
            reasons.keys().copied().collect::<Vec<_>>(),
            [
                "`go` is missing (apt-get install golang-go)",
                "`rpm` is missing (apt-get install rpm)",
                "only Linux tells it",
            ]
        );
        assert_eq!(reasons["`rpm` is missing (apt-get install rpm)"], ["rekey-core c"]);
        assert_eq!(reasons["only Linux tells it"], ["rekey-py tests/test_memory.py:53"]);
    }
}
