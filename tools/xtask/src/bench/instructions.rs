//! The number of instructions of the hot paths, stored in a file: it does not depend on the load of the
//! machine.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::run::{Step, root};

const FILE: &str = "tools/bench/instructions.toml";
/// The maximum deviation from the stored count in percent: hash maps are seeded differently in each process.
const TOLERANCE: f64 = 3.0;
/// Each piece of work is run this many times, and twice as many: the difference excludes the start of the
/// process.
const TIMES: u64 = 20;

/// Writes the counts, or reports those that differ from the stored ones.
pub(super) fn run(check: bool) -> Result<(), String> {
    if !Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        return Err("not counted: valgrind is not installed".to_owned());
    }
    Step::new(env!("CARGO"), &["build", "--release", "--quiet", "--package", "bench"]).run()?;
    let program = root().join("target/release/bench");
    let names = output(Command::new(&program).arg("--instructions"))?;
    let mut counts = BTreeMap::new();
    for name in names.lines() {
        let [once, twice] = [TIMES, 2 * TIMES].map(|times| count(&program, name, times));
        let each = twice?.saturating_sub(once?) / TIMES;
        println!("  {name:34} {each:10}");
        counts.insert(name.to_owned(), each);
    }
    let compiler = compiler()?;
    if check { compare(&counts, &compiler) } else { write(&counts, &compiler) }
}

/// All instructions of one process.
fn count(program: &PathBuf, name: &str, times: u64) -> Result<u64, String> {
    let times = times.to_string();
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    let said = command.args(["--instructions", name, &times]).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&said.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let number = collected.and_then(|(_, number)| number.trim().parse().ok());
    number.ok_or_else(|| format!("valgrind did not say how many instructions `{name}` takes:\n{said}"))
}

/// The compiler and its target processor: counts with others are not comparable.
fn compiler() -> Result<String, String> {
    let said = output(Command::new("rustc").arg("-vV"))?;
    let field = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    Ok(format!("{} {}", field("release: "), field("host: ")))
}

fn write(counts: &BTreeMap<String, u64>, compiler: &str) -> Result<(), String> {
    let mut text = format!(
        "# Instructions of one call, as callgrind counts them; refresh with `cargo xtask bench instructions`.\n\
         # `cargo xtask bench instructions check` says which differ by more than {TOLERANCE} %.\n\
         compiler = \"{compiler}\"\n\n[instructions]\n"
    );
    for (name, count) in counts {
        let _ = writeln!(text, "{name} = {count}");
    }
    fs::write(root().join(FILE), text).map_err(|error| format!("{FILE}: {error}"))
}

fn compare(counts: &BTreeMap<String, u64>, compiler: &str) -> Result<(), String> {
    let text = fs::read_to_string(root().join(FILE)).map_err(|error| format!("{FILE}: {error}"))?;
    let kept: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(" = ")).collect();
    if kept.get("compiler").map(|known| known.trim_matches('"')) != Some(compiler) {
        println!("not compared: the counts that are kept are of another compiler than {compiler}");
        return Ok(());
    }
    let mut wrong = Vec::new();
    for (name, count) in counts {
        let Some(known) = kept.get(name.as_str()).and_then(|known| known.parse::<u64>().ok()) else {
            wrong.push(format!("{name} is not there"));
            continue;
        };
        #[allow(clippy::cast_precision_loss, reason = "a difference of per cents")]
        let change = (*count as f64 / known as f64 - 1.0) * 100.0;
        if change.abs() > TOLERANCE {
            wrong.push(format!("{name}: {count}, {change:+.1} % beside {known}"));
        }
    }
    if wrong.is_empty() {
        println!("{} counts are within {TOLERANCE} %", counts.len());
        return Ok(());
    }
    Err(format!("{FILE}, where `cargo xtask bench instructions` writes what is meant:\n{}", wrong.join("\n")))
}

fn output(command: &mut Command) -> Result<String, String> {
    let done = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    String::from_utf8(done.stdout).map_err(|error| format!("{command:?}: {error}"))
}
