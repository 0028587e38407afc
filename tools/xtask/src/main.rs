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

  generate        write what is made out of the code: pages of rules, schemas, the picture on the first page
  generate check  say what of it is stale
  test            everything that CI runs: format, lints, tests in three languages, generated files, documentation
  test rust|python|node|docs   one part of it
  test --fast     format, and the tests of Rust that take seconds
  coverage        how many of core's lines its tests run, and which ones they do not; asks for cargo-llvm-cov
  miri            the tests of text, in an interpreter that notices undefined behaviour; asks for a nightly compiler
  semver [COMMIT] whether the libraries' interface is compatible with that of the last release; asks for cargo-semver-checks
  seeds [FOLDER]  write what fuzzing begins with into tools/fuzz/corpus, or there
  docs            the book in target/book and the crates' pages in target/doc, once nothing in them is stale or leads nowhere
  packages        wheel, sdist and npm package, installed where nothing else is and tried; how large they are
  version         the version, if all packages have the same
  version X.Y.Z   sets it everywhere, and begins its section in the changelog
  suites [FOLDER…]  every private key of public test suites, through rekey, ssh-keygen and openssl
  bench report [SUBJECT…]  every benchmark, or these, into docs/benchmarks.md with machine, versions and goals
  bench instructions [check]  what the hot paths cost in instructions, into tools/bench/instructions.toml, or what changed
  bench tags-python|urls-python|tags-node|urls-node  what a call costs there, beside the peers of the language
  bench calls     the two about tags, one after the other
  bench engines   how many tags DuckDB and Spark judge a second, by the programs of docs/guide/data.md
  bench threads   what two threads gain in Python and two workers in Node, on Dockerfiles";

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
