//! What is asked now and then, for it takes long: how much of core the tests reach, and what an interpreter says of it.

use std::{fs, path::Path};

use crate::run::{Step, root};

/// The share of core's lines that its tests have to run, in percent.
const COVERED: f64 = 95.0;

/// Says how many of core's lines its tests run, and where the others are.
///
/// Lines of tests do not count: they all run.
pub(crate) fn coverage() -> Result<(), String> {
    let report = root().join("target/coverage.lcov");
    let wanted = ["llvm-cov", "--package", "rekey-core", "--profile", "mutants", "--lcov", "--output-path"];
    Step::new("cargo", &[&wanted[..], &["target/coverage.lcov"]].concat()).run()?;
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let mut files = Vec::new();
    for record in read(&report)?.split("end_of_record") {
        let Some(path) = record.lines().find_map(|line| line.strip_prefix("SF:")) else { continue };
        files.push(File::new(path, record, &read(Path::new(path))?));
    }
    let (lines, run) = files.iter().fold((0, 0), |(lines, run), file| (lines + file.lines, run + file.run));
    files.sort_by_key(|file| std::cmp::Reverse(file.missed.len()));
    println!();
    for file in files.iter().filter(|file| !file.missed.is_empty()).take(40) {
        let missed: Vec<_> = file.missed.iter().map(ToString::to_string).collect();
        println!("{}: {} of {} lines; not {}", file.path, file.run, file.lines, missed.join(" "));
    }
    let share = 100.0 * f64::from(run) / f64::from(lines.max(1));
    println!("\n{share:.2} % of core's lines: {run} of {lines} in {} files", files.len());
    if share < COVERED {
        Err(format!("less than {COVERED} % of core's lines are run by its tests"))
    } else {
        Ok(())
    }
}

/// The lines of one file that could run, without those of its tests.
struct File {
    path: String,
    lines: u32,
    run: u32,
    missed: Vec<u32>,
}

impl File {
    fn new(path: &str, record: &str, text: &str) -> Self {
        let tests = text.lines().position(|line| line == "mod tests {");
        let before = |line: u32| tests.is_none_or(|tests| (line as usize) <= tests);
        let counts = record.lines().filter_map(|line| {
            let (line, count) = line.strip_prefix("DA:")?.split_once(',')?;
            Some((line.parse::<u32>().ok()?, count != "0"))
        });
        let (run, missed): (Vec<_>, Vec<_>) =
            counts.filter(|(line, _)| before(*line)).partition(|(_, run)| *run);
        let root = root();
        let path = Path::new(path);
        Self {
            path: path.strip_prefix(&root).unwrap_or(path).display().to_string(),
            lines: (run.len() + missed.len()) as u32,
            run: run.len() as u32,
            missed: missed.into_iter().map(|(line, _)| line).collect(),
        }
    }
}

/// Tests of core that an interpreter runs in reasonable time: those of text, not of keys, whose numbers are large.
const INTERPRETED: &[&str] =
    &["tag::", "git_url::", "image::reference", "text::", "fix::", "mask::", "preflight::"];

/// Runs these tests in an interpreter that notices undefined behaviour, of our dependencies too.
pub(crate) fn miri() -> Result<(), String> {
    let wanted = ["+nightly", "miri", "test", "--package", "rekey-core", "--lib", "--", "--skip", "any_"];
    Step::new("cargo", &[&wanted[..], INTERPRETED].concat())
        .env("MIRIFLAGS", "-Zmiri-strict-provenance")
        .run()
}
