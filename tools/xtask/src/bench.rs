//! The cost of calls in the other languages, compared with their own peers; the report of all benchmarks;
//! counts of instructions.

mod instructions;
mod report;

use std::fs;

use crate::{
    packages,
    run::{Step, root},
};

/// The measured version of the peer packaging.
const PACKAGING: &str = "packaging==26.4";
const SEMVER: &[&str] = &["semver@7.8.6"];
const NODE_URLS: &[&str] = &["git-url-parse@16.1.0", "hosted-git-info@9.0.3"];
/// Python peers that share a module name, each with its dependencies and its own folder.
const PYTHON_URLS: &[(&str, &[&str])] = &[
    ("target/bench-peers/giturlparse", &["giturlparse==0.16.0"]),
    ("target/bench-peers/git-url-parse", &["git-url-parse==1.2.2", "pbr==7.1.3"]),
];
/// All Python peers, for the report.
const PYTHON_PEERS: &[&str] = &[PACKAGING, "giturlparse==0.16.0", "git-url-parse==1.2.2"];
const NODE_PEERS: &[&[&str]] = &[SEMVER, NODE_URLS];
/// The packages of `docs/guide/data.md`.
const ENGINES: &[&str] =
    &["duckdb==2.0.1", "numpy==2.4.6", "pandas==2.3.3", "pyarrow==26.0.1", "pyspark==4.3.0"];
/// The interpreter, in its own environment.
const PYTHON: &str = "target/venv-bench/bin/python";
const INSTALL: &[&str] = &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];

/// Runs a benchmark, or all, on packages as users install them.
pub(crate) fn run(words: &[&str]) -> Result<(), String> {
    match words {
        ["report", subjects @ ..] => report::run(subjects),
        ["instructions"] => instructions::run(false),
        ["instructions", "check"] => instructions::run(true),
        [name] => one(name),
        _ => Err("expected the name of a benchmark".to_owned()),
    }
}

fn one(name: &str) -> Result<(), String> {
    match name {
        "calls" => tags_in_python().and_then(|()| node("tags.mjs", SEMVER)),
        "threads" => threads(),
        "engines" => engines(),
        "tags-python" => tags_in_python(),
        "urls-python" => urls_in_python(),
        "tags-node" => node("tags.mjs", SEMVER),
        "urls-node" => node("urls.mjs", NODE_URLS),
        other => {
            let known = "`report`, `instructions`, `calls`, `threads`, `engines`, `tags-python`, `urls-python`, `tags-node` or `urls-node`";
            Err(format!("expected {known}, found `{other}`"))
        }
    }
}

fn tags_in_python() -> Result<(), String> {
    python(&[PACKAGING])?;
    in_python(&["tools/bench/languages/tags.py"])
}

fn threads() -> Result<(), String> {
    python(&[])?;
    in_python(&["tools/bench/languages/threads.py"])?;
    node("threads.mjs", &[])
}

fn engines() -> Result<(), String> {
    python(ENGINES)?;
    let interpreter = root().join(PYTHON).display().to_string();
    Step::new(root().join(PYTHON), &["tools/bench/languages/engines.py"])
        .env("PYSPARK_PYTHON", &interpreter)
        .run()
}

fn urls_in_python() -> Result<(), String> {
    python(&[])?;
    for (folder, packages) in PYTHON_URLS {
        let apart = ["--no-deps", "--upgrade", "--target", folder];
        in_python(&[INSTALL, &apart, packages].concat())?;
    }
    in_python(&["tools/bench/languages/urls.py"])
}

/// Creates an environment with rekey and these peers.
fn python(peers: &[&str]) -> Result<(), String> {
    if !root().join(PYTHON).exists() {
        Step::new("python3", &["-m", "venv", "target/venv-bench"]).run()?;
    }
    in_python(&[INSTALL, &["--force-reinstall", "--no-deps", "./rekey-py"]].concat())?;
    if peers.is_empty() { Ok(()) } else { in_python(&[INSTALL, peers].concat()) }
}

fn in_python(args: &[&str]) -> Result<(), String> {
    Step::new(root().join(PYTHON), args).run()
}

fn node(script: &str, peers: &[&str]) -> Result<(), String> {
    const FOLDER: &str = "target/bench-node";
    let folder = root().join(FOLDER);
    // An installed package with the same version would not be replaced.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    let archive = format!("./{}", packages::pack(FOLDER)?);
    let install = ["install", "--prefix", ".", "--no-save", "--no-audit", "--no-fund", &archive];
    Step::new("npm", &[&install, peers].concat()).within(FOLDER).run()?;
    let script = format!("../../tools/bench/languages/{script}");
    Step::new("node", &[&script]).within(FOLDER).run()
}
