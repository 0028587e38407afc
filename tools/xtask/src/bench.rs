//! What a call costs in the other languages, beside their own peers.

use std::{fs, path::Path};

use crate::run::{Step, root};

/// The peers, at the versions that are measured.
const PACKAGING: &str = "packaging==26.4";
const SEMVER: &str = "semver@7.8.6";

/// One benchmark, on packages as a user would install them.
pub(crate) fn run(name: &str) -> Result<(), String> {
    match name {
        "tags-python" => python(),
        "tags-node" => node(),
        other => Err(format!("expected `tags-python` or `tags-node`, found `{other}`")),
    }
}

fn python() -> Result<(), String> {
    let python = root().join("target/venv-bench/bin/python");
    if !python.exists() {
        Step::new("python3", &["-m", "venv", "target/venv-bench"]).run()?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let with = |more: &[&'static str]| [&install[..], more].concat();
    Step::new(&python, &with(&["--force-reinstall", "--no-deps", "./rekey-py"])).run()?;
    Step::new(&python, &with(&[PACKAGING])).run()?;
    Step::new(&python, &["tools/bench/languages/tags.py"]).run()
}

fn node() -> Result<(), String> {
    const FOLDER: &str = "target/bench-node";
    let folder = root().join(FOLDER);
    // What is installed of the same version would stay.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{FOLDER}: {error}"))?;
    Step::new("npm", &["ci", "--no-audit", "--no-fund"]).within("rekey-node").run()?;
    Step::new("npm", &["run", "build"]).within("rekey-node").run()?;
    let packed =
        Step::new("npm", &["pack", "--pack-destination", "../target/bench-node"]).within("rekey-node");
    let archive = packed.lines()?.pop().ok_or("`npm pack` named no archive")?;
    let archive = Path::new(".").join(archive).display().to_string();
    let install = ["install", "--prefix", ".", "--no-save", "--no-audit", "--no-fund", &archive, SEMVER];
    Step::new("npm", &install).within(FOLDER).run()?;
    Step::new("node", &["../../tools/bench/languages/tags.mjs"]).within(FOLDER).run()
}
