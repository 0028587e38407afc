//! The packages as users get them: built, installed into an empty environment, and tested with the examples
//! of their READMEs.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::run::{Step, root};

/// The working folder.
const FOLDER: &str = "target/packages";
/// The maximum size of the wheel and of the Node addon in bytes.
const MOST: u64 = 5_000_000;
const PIP: &[&str] = &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];

/// Tests all packages; missing build tools are installed.
pub(crate) fn check() -> Result<(), String> {
    let folder = root().join(FOLDER);
    for part in ["dist", "python", "node"] {
        let part = folder.join(part);
        if part.exists() {
            fs::remove_dir_all(&part).map_err(|error| format!("{}: {error}", part.display()))?;
        }
        fs::create_dir_all(&part).map_err(|error| format!("{}: {error}", part.display()))?;
    }
    let mut sizes = python()?;
    sizes.extend(node()?);
    println!();
    let mut large = Vec::new();
    for (name, size, limited) in sizes {
        println!(
            "{name}: {size} bytes{}",
            if limited { format!(", of at most {MOST}") } else { String::new() }
        );
        if limited && size > MOST {
            large.push(name);
        }
    }
    if large.is_empty() { Ok(()) } else { Err(format!("too large: {}", large.join(", "))) }
}

/// A file's name, its size, and true if the size is limited.
type Size = (String, u64, bool);

/// The wheel and the sdist, each in a fresh environment of every available interpreter.
fn python() -> Result<Vec<Size>, String> {
    let interpreters = interpreters();
    if interpreters.is_empty() {
        return Err("expected a CPython of 3.10 or later, found none".to_owned());
    }
    let tools = root().join(FOLDER).join("tools");
    if !tools.exists() {
        Step::new(&interpreters[0], &["-m", "venv", &shown(&tools)]).run()?;
    }
    let maturin = ["maturin>=1.9,<2"];
    Step::new(tools.join("bin/python"), &[PIP, &maturin].concat()).run()?;
    let dist = format!("{FOLDER}/dist");
    let manifest = ["--manifest-path", "rekey-py/Cargo.toml", "--out", &dist];
    let maturin = |words: &[&str]| Step::new(tools.join("bin/maturin"), &[words, &manifest].concat());
    maturin(&["build", "--release", "--locked", "--quiet"]).run()?;
    maturin(&["sdist"]).run()?;
    let wheel = found(&root().join(&dist), ".whl")?;
    let sdist = found(&root().join(&dist), ".tar.gz")?;

    for (number, interpreter) in interpreters.iter().enumerate() {
        for (kind, archive) in [("wheel", &wheel), ("sdist", &sdist)] {
            let venv = root().join(FOLDER).join(format!("python/{kind}-{number}"));
            Step::new(interpreter, &["-m", "venv", &shown(&venv)]).run()?;
            let python = venv.join("bin/python");
            // The sdist is only tested to build: without optimization, and with its dependencies built once.
            let step = Step::new(&python, &[PIP, &[&shown(archive)]].concat())
                .env("CARGO_TARGET_DIR", &shown(&root().join(FOLDER).join("sdist-target")))
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
            step.run()?;
            for readme in ["README.md", "rekey-py/README.md"] {
                for example in examples(readme, "python")? {
                    Step::new(&python, &["-c", &example]).named(&format!("the example of {readme}")).run()?;
                }
            }
            Step::new(venv.join("bin/rekey"), &["tag", "1.0-1"]).run()?;
        }
    }
    let unpacked = Step::new(tools.join("bin/python"), &["-c", UNPACKED, &shown(&wheel)]).lines()?;
    let unpacked = unpacked.first().and_then(|line| line.parse().ok()).ok_or("the wheel has no library")?;
    Ok(vec![named(&wheel, true)?, ("its library, unpacked".to_owned(), unpacked, false)])
}

/// Prints the size of the library in a wheel.
const UNPACKED: &str =
    "import sys, zipfile; print(max(one.file_size for one in zipfile.ZipFile(sys.argv[1]).infolist()))";

/// Every CPython from 3.10 on: on the path by version, or installed by pyenv.
fn interpreters() -> Vec<PathBuf> {
    let names = (10..30).map(|minor| PathBuf::from(format!("python3.{minor}")));
    let pyenv =
        env::var_os("PYENV_ROOT").map(PathBuf::from).or(env::home_dir().map(|home| home.join(".pyenv")));
    let kept =
        pyenv.and_then(|folder| fs::read_dir(folder.join("versions")).ok()).into_iter().flatten().flatten();
    let kept = kept.map(|version| version.path().join("bin/python3"));
    let mut versions: Vec<(u32, PathBuf)> =
        names.chain(kept).filter_map(|one| Some((minor(&one)?, one))).collect();
    versions.sort();
    versions.dedup_by_key(|(minor, _)| *minor);
    versions.into_iter().filter(|(minor, _)| *minor >= 10).map(|(_, path)| path).collect()
}

/// The minor version of an interpreter, if it is a CPython 3 that runs.
fn minor(interpreter: &Path) -> Option<u32> {
    let script = "import sys; print(sys.implementation.name, sys.version_info.minor)";
    let output = Command::new(interpreter)
        .args(["-c", script])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.trim().strip_prefix("cpython ")?.parse().ok()
}

/// The package, installed into an empty folder.
fn node() -> Result<Vec<Size>, String> {
    let folder = format!("{FOLDER}/node");
    let archive = pack(&folder)?;
    Step::new("npm", &["init", "--yes", "--silent"]).within(&folder).run()?;
    Step::new("npm", &["install", "--no-audit", "--no-fund", &format!("./{archive}")])
        .within(&folder)
        .run()?;
    for readme in ["README.md", "rekey-node/README.md"] {
        for example in examples(readme, "js")? {
            for (name, example) in [("example.mjs", example.clone()), ("example.cjs", required(&example))] {
                fs::write(root().join(&folder).join(name), example)
                    .map_err(|error| format!("{name}: {error}"))?;
                Step::new("node", &[name]).within(&folder).run()?;
            }
        }
    }
    Step::new("npx", &["--no-install", "rekey", "tag", "1.0-1"]).within(&folder).run()?;
    let installed = root().join(&folder).join("node_modules/rekey-node");
    let addon = found(&installed, ".node")?;
    Ok(vec![named(&root().join(&folder).join(archive), false)?, named(&addon, true)?])
}

/// Builds the Node package and packs it into a folder; returns the name of the archive.
pub(crate) fn pack(folder: &str) -> Result<String, String> {
    Step::new("npm", &["ci", "--no-audit", "--no-fund"]).within("rekey-node").run()?;
    Step::new("npm", &["run", "build"]).within("rekey-node").run()?;
    let into = format!("../{folder}");
    let packed =
        Step::new("npm", &["pack", "--silent", "--pack-destination", &into]).within("rekey-node").lines()?;
    packed.into_iter().next_back().ok_or_else(|| "`npm pack` named no archive".to_owned())
}

/// The code blocks of a language in a page.
fn examples(page: &str, language: &str) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(root().join(page)).map_err(|error| format!("{page}: {error}"))?;
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    let blocks: Vec<_> = blocks.filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect();
    if blocks.is_empty() { Err(format!("{page}: no example in {language}")) } else { Ok(blocks) }
}

/// The example with `require` in place of `import`.
fn required(example: &str) -> String {
    example.replace("import {", "const {").replace("} from 'rekey-node'", "} = require('rekey-node')")
}

/// The one file of a folder with this suffix.
pub(crate) fn found(folder: &Path, ending: &str) -> Result<PathBuf, String> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files = files.filter(|path| path.to_string_lossy().ends_with(ending));
    files.next().ok_or_else(|| format!("{}: no file that ends with {ending}", folder.display()))
}

fn named(file: &Path, limited: bool) -> Result<Size, String> {
    let size = fs::metadata(file).map_err(|error| format!("{}: {error}", file.display()))?.len();
    Ok((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), size, limited))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
