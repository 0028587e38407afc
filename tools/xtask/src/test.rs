//! Everything that CI runs.

use std::path::PathBuf;

use crate::{
    book, generate, links,
    run::{Step, root},
    version,
};

/// How many cases of the shared tables ran, by language.
type Cases = Vec<(&'static str, usize)>;

/// Every part, in the order in which a failure is told soonest.
pub(crate) fn everything() -> Result<(), String> {
    let mut cases = rust()?;
    docs()?;
    cases.extend(python()?);
    cases.extend(node()?);
    println!();
    for (language, count) in &cases {
        println!("{count} shared cases ran in {language}");
    }
    if cases.iter().any(|(_, count)| *count != cases[0].1) {
        return Err("the languages ran different numbers of shared cases".to_owned());
    }
    println!("everything passed");
    Ok(())
}

/// One part.
pub(crate) fn part(name: &str) -> Result<(), String> {
    match name {
        "rust" => rust().map(drop),
        "docs" => docs(),
        "python" => python().map(drop),
        "node" => node().map(drop),
        other => Err(format!("expected `rust`, `docs`, `python` or `node`, found `{other}`")),
    }
}

fn rust() -> Result<Cases, String> {
    cargo(&["fmt", "--all", "--check"]).run()?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]).run()?;
    cargo(&["test", "--workspace"]).run()?;
    cargo(&["test", "--package", "rekey-core", "--lib", "--features", "oci-spec,ssh-key", "interop"])
        .run()?;
    let lines = cargo(&["test", "--package", "rekey-core", "--test", "it", "cases::", "--", "--nocapture"])
        .lines()?;
    Ok(vec![("Rust", counted(&lines, "Rust")?)])
}

fn docs() -> Result<(), String> {
    generate::check()?;
    links::check()?;
    version::check()?;
    book::build()?;
    cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings").run()
}

/// Builds the package as a user would, into a virtual environment of its own, and tests what was installed.
fn python() -> Result<Cases, String> {
    let venv = root().join("target/venv");
    let inside = |name: &str| -> PathBuf { venv.join("bin").join(name) };
    if !inside("python").exists() {
        Step::new("python3", &["-m", "venv", "target/venv"]).run()?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let with = |more: &[&'static str]| [&install[..], more].concat();
    Step::new(inside("python"), &with(&["--force-reinstall", "--no-deps", "./rekey-py"])).run()?;
    Step::new(inside("python"), &with(&["--requirement", "rekey-py/tests/requirements.txt"])).run()?;
    let lines =
        Step::new(inside("python"), &["-m", "pytest", "-q", "-s", "tests"]).within("rekey-py").lines()?;
    Step::new(inside("python"), &["-m", "mypy.stubtest", "rekey", "--ignore-disjoint-bases"]).run()?;
    Step::new(inside("python"), &["-m", "mypy", "--strict", "rekey-py/tests/typing_checks.py"]).run()?;
    Ok(vec![("Python", counted(&lines, "Python")?)])
}

fn node() -> Result<Cases, String> {
    Step::new("npm", &["ci", "--no-audit", "--no-fund"]).within("rekey-node").run()?;
    Step::new("npm", &["run", "build"]).within("rekey-node").run()?;
    let lines = Step::new("npm", &["test"]).within("rekey-node").lines()?;
    Step::new("npx", &["tsc", "--project", "."]).within("rekey-node").run()?;
    Ok(vec![("Node", counted(&lines, "Node")?)])
}

fn cargo(args: &[&str]) -> Step {
    Step::new(env!("CARGO"), args)
}

/// The number in the line `N cases in LANGUAGE`.
fn counted(lines: &[String], language: &str) -> Result<usize, String> {
    let ending = format!(" cases in {language}");
    let number = lines.iter().find_map(|line| {
        let (before, _) = line.split_once(&ending)?;
        before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    });
    number.ok_or_else(|| format!("the tests in {language} did not say how many cases ran"))
}
