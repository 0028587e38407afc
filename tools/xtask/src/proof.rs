//! Occasional tasks that take long: the coverage of core by its tests, a run in an interpreter, a comparison
//! of its interface with the last release; and the seeds for fuzzing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use rekey_core::{Subject, rules};

use crate::run::{Step, root};

/// The minimum coverage of core's lines by its tests, in percent.
const COVERED: f64 = 95.0;

/// Reports the coverage of core's lines by its tests, and where uncovered lines are.
///
/// Lines of tests are excluded: they all run.
pub(crate) fn coverage() -> Result<(), String> {
    const REPORT: &str = "target/coverage.lcov";
    let wanted =
        ["llvm-cov", "--package", "rekey-core", "--profile", "mutants", "--lcov", "--output-path", REPORT];
    Step::new("cargo", &wanted).run()?;
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let mut files = Vec::new();
    for record in read(&root().join(REPORT))?.split("end_of_record") {
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

/// The executable lines of a file, without those of its tests.
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

/// Tests of core that an interpreter runs in reasonable time: those of texts, not of keys with their large
/// numbers.
const INTERPRETED: &[&str] =
    &["tag::", "git_url::", "reference::", "text::", "fix::", "mask::", "preflight::"];

/// Runs these tests in an interpreter that detects undefined behavior, including that of dependencies.
pub(crate) fn miri() -> Result<(), String> {
    let wanted = ["+nightly", "miri", "test", "--package", "rekey-core", "--lib", "--", "--skip", "any_"];
    Step::new("cargo", &[&wanted[..], INTERPRETED].concat())
        .env("MIRIFLAGS", "-Zmiri-strict-provenance")
        .run()
}

/// Compares the interface of the libraries with that of a commit, or of the last release.
///
/// Source: "SemVer Compatibility" in the Cargo book, as cargo-semver-checks reads it.
pub(crate) fn semver(baseline: Option<&str>) -> Result<(), String> {
    let Some(baseline) = baseline.map(ToOwned::to_owned).or_else(last_release) else {
        println!("there is no release yet with which the interface could be compared");
        return Ok(());
    };
    let packages = ["semver-checks", "--package", "rekey-core", "--package", "rekey-image"];
    Step::new("cargo", &[&packages[..], &["--baseline-rev", &baseline]].concat()).run()
}

/// The latest version tag, if there is one.
fn last_release() -> Option<String> {
    let described = Command::new("git")
        .args(["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])
        .current_dir(root())
        .output()
        .ok()?;
    let tag = String::from_utf8(described.stdout).ok()?;
    described.status.success().then(|| tag.trim().to_owned())
}

/// Writes the seeds for fuzzing: the examples of the rules, the keys of the tests, small images and
/// databases.
pub(crate) fn seeds(folder: Option<&str>) -> Result<(), String> {
    let corpus = folder.map_or_else(|| root().join("tools/fuzz/corpus"), PathBuf::from);
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = corpus.join(target);
        let path = folder.join(name);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|error| format!("{}: {error}", path.display()))
    };
    for rule in rules() {
        let target = match rule.subject {
            Subject::GitUrl => "git_url",
            Subject::Dockerfile => "dockerfile",
            Subject::Tag => "tag",
            Subject::Reference => "image_reference",
            _ => continue,
        };
        for (number, example) in rule.examples.iter().enumerate() {
            put(target, &format!("{}-{number}", rule.id), example.input.as_bytes())?;
        }
    }
    let keys = root().join("tests/keys");
    let wrong = |error: std::io::Error| format!("{}: {error}", keys.display());
    for entry in fs::read_dir(&keys).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        put("private_key", &entry.file_name().to_string_lossy(), &fs::read(entry.path()).map_err(wrong)?)?;
    }
    let seeds = ["--test", "it", "seeds_for_the_fuzzer", "--", "--ignored"];
    for package in ["rekey-image", "rekey-advisories"] {
        Step::new("cargo", &[&["test", "--quiet", "--package", package], &seeds[..]].concat())
            .env("REKEY_SEEDS", &corpus.display().to_string())
            .run()?;
    }
    Ok(())
}
