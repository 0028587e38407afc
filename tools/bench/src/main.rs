//! The same work by rekey and its peers, in one run: `cargo run --release -p bench -- tags`.
//!
//! Contenders alternate in batches, many times; the medians of the batches and of the ratios within a turn
//! are printed. Ratios are what counts: times are those of one core of an arbitrary machine.
#![forbid(unsafe_code)]
#![allow(clippy::cast_precision_loss, reason = "figures are rounded anyway")]

mod command;
mod corpus;
mod dockerfiles;
mod first;
mod helper;
mod images;
mod keys;
mod measure;
mod programs;
mod rows;
mod tags;
mod urls;
mod works;

use std::process::ExitCode;

use works::WORKS;

/// The subjects of measurements: a name, and a function that prints its tables. A new subject adds a file and
/// a row.
const SUBJECTS: &[(&str, fn())] = &[
    ("dockerfiles", dockerfiles::run),
    ("tags", tags::run),
    ("urls", urls::run),
    ("keys", keys::run),
    ("command", command::run),
    ("images", images::run),
];

/// The work for measuring first calls, each in its own process.
const ONCE: &[(&str, fn())] = tags::ONCE;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let named = |table: &'static [(&'static str, fn())], name: &str| {
        table.iter().find(|(known, _)| *known == name).map(|(_, run)| *run)
    };
    match words.as_slice() {
        [] => SUBJECTS.iter().for_each(|(_, run)| run()),
        [first::FLAG, name] => named(ONCE, name).into_iter().for_each(first::report),
        [command::PEAK, command @ ..] => command::report_peak(command),
        ["--instructions", asked @ ..] if repeat(asked) => {}
        [name] if named(SUBJECTS, name).is_some() => named(SUBJECTS, name).into_iter().for_each(|run| run()),
        _ => {
            let names: Vec<_> = SUBJECTS.iter().map(|(name, _)| *name).collect();
            eprintln!("cargo run --release -p bench -- [{}]", names.join("|"));
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Repeats a hot path so that an instrument can count the cost of one call, as
/// `cargo xtask bench instructions` does: `--instructions NAME TIMES`. Without a name it prints the names.
fn repeat(words: &[&str]) -> bool {
    match words {
        [] => WORKS.iter().for_each(|(name, _)| println!("{name}")),
        [name, times] => {
            let work = WORKS.iter().find(|(known, _)| known == name);
            let (Some((_, work)), Ok(times)) = (work, times.parse::<u32>()) else { return false };
            (0..times).for_each(|_| work());
        }
        _ => return false,
    }
    true
}
