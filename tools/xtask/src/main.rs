//! The project's own tasks; `cargo xtask` without arguments lists them.
#![forbid(unsafe_code)]

mod api;
mod base_images;
mod bench;
mod book;
mod generate;
mod highlight;
mod links;
mod packages;
mod parity;
mod picture;
mod proof;
mod rule_pages;
mod run;
mod sources;
mod suites;
mod test;
mod version;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask TASK

  generate        write the generated files: pages of rules, schemas, the picture in the README
  generate check  report stale generated files
  test            everything that CI runs: format, lints, tests in three languages, generated files, documentation
  test rust|python|node|docs   one part of it
  test --fast     format, and the Rust tests that take seconds
  coverage        the coverage of core's lines by its tests, and the uncovered lines; needs cargo-llvm-cov
  miri            the tests of texts, in an interpreter that detects undefined behavior; needs a nightly compiler
  semver [COMMIT] the compatibility of the libraries' interface with the last release; needs cargo-semver-checks
  seeds [FOLDER]  write the seeds for fuzzing into tools/fuzz/corpus, or into the folder
  docs            build the book in target/book and the crates' pages in target/doc, if nothing in them is stale or broken
  packages        build wheel, sdist and npm package, test them in empty environments, and report their sizes
  version         print the version, if all packages have the same
  version X.Y.Z   set the version everywhere, and begin its section in the changelog
  suites [FOLDER…]  check every private key of public test suites with rekey, ssh-keygen and openssl
  bench report [SUBJECT…]  run all benchmarks, or these, and write docs/benchmarks.md with machine, versions and goals
  bench instructions [check]  write the instruction counts of the hot paths into tools/bench/instructions.toml, or compare them
  bench tags-python|urls-python|tags-node|urls-node  the cost of calls, compared with the peers of the language
  bench calls     the two about tags, one after the other
  bench engines   the throughput of DuckDB and Spark with tags, in the programs of docs/guide/data.md
  bench threads   the speedup with two threads in Python and two workers in Node, on Dockerfiles";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["generate"] => generate::write(),
        ["generate", "check"] => generate::check(),
        ["test"] => test::everything(),
        ["test", "--fast"] => test::fast(),
        ["test", part] => test::part(part),
        ["coverage"] => proof::coverage(),
        ["miri"] => proof::miri(),
        ["semver"] => proof::semver(None),
        ["semver", baseline] => proof::semver(Some(baseline)),
        ["seeds"] => proof::seeds(None),
        ["seeds", folder] => proof::seeds(Some(folder)),
        ["docs"] => test::part("docs").and_then(|()| book::build()),
        ["packages"] => packages::check(),
        ["version"] => version::check(),
        ["version", wanted] => version::set(wanted),
        ["suites", folders @ ..] => suites::compare(folders),
        ["bench", words @ ..] => bench::run(words),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
