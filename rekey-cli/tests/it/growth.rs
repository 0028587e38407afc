//! Work and memory are linear in every repeatable part of every grammar.
//!
//! Work is the number of instructions that callgrind counts, so it does not depend on the load of the
//! machine. Nothing is timed.
#![cfg(target_os = "linux")]

use crate::harness;
use std::{
    env, fs,
    hint::black_box,
    path::Path,
    process::{Command, Stdio},
    thread::{self, JoinHandle},
};

mod dockerfile;
mod files;
mod memory;
mod texts;

/// A family of inputs: the repeated part, and a function that prepares the work for a number of repetitions.
struct Shape {
    name: String,
    /// The minimum size of the smaller input in bytes.
    size: usize,
    prepare: Box<dyn Fn(usize) -> Work>,
}

/// Work that is ready to be counted.
struct Work {
    /// The size of the input in bytes.
    size: usize,
    run: Box<dyn FnOnce()>,
}

impl Shape {
    fn new(name: impl Into<String>, prepare: impl Fn(usize) -> Work + 'static) -> Self {
        Self { name: name.into(), size: SIZE, prepare: Box::new(prepare) }
    }

    /// A shape with one text; `check` is counted.
    fn of_text(
        name: impl Into<String>,
        make: impl Fn(usize) -> Vec<u8> + 'static,
        check: impl Fn(&[u8]) + Copy + 'static,
    ) -> Self {
        Self::new(name, move |n| {
            let text = make(n);
            Work { size: text.len(), run: Box::new(move || check(&text)) }
        })
    }
}

/// Every shape that is counted.
fn shapes() -> Vec<Shape> {
    let mut shapes = dockerfile::shapes();
    shapes.extend(texts::shapes());
    shapes.extend(files::shapes());
    shapes
}

/// The size of inputs in bytes: enough for superlinear work to dominate.
const SIZE: usize = 4 << 10;
/// The maximum number of parts of the smaller input: a limit on the size of an input may come first.
const MOST: usize = 1 << 13;
/// The maximum ratio of work if the number of parts doubles. Sorting and growing maps add to two.
const RATIO: f64 = 2.25;
/// The minimum number of instructions: below it, an input has a limit on its size, and the count shows only copies of memory.
const SIGNIFICANT: u64 = 500_000;
/// The number of programs that count at the same time.
const PROGRAMS: usize = 2;

/// The number of parts of the smaller input.
fn parts(shape: &Shape) -> usize {
    let mut n = 4;
    while n < MOST && (shape.prepare)(n).size < shape.size {
        n *= 2;
    }
    n
}

/// The environment variable with a part of the names of the shapes to count; without it, all are counted.
const ONLY: &str = "REKEY_GROWTH";
/// The environment variable with the number of a program, which counts every shape with that number modulo
/// [`PROGRAMS`].
const PROGRAM: &str = "REKEY_GROWTH_PROGRAM";

/// The shapes that one of the programs counts.
fn shapes_of(program: usize) -> Vec<Shape> {
    let is_asked = |shape: &Shape| env::var(ONLY).map_or(true, |name| shape.name.contains(&name));
    let asked = shapes().into_iter().filter(is_asked);
    asked.enumerate().filter(|(number, _)| number % PROGRAMS == program).map(|(_, shape)| shape).collect()
}

#[test]
fn work_is_linear() {
    let valgrind = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    assert!(
        valgrind.is_ok_and(|status| status.success()),
        "valgrind is not installed, so no work was counted: `apt-get install valgrind`"
    );
    let counting = (0..PROGRAMS).map(|program| thread::spawn(move || count(program)));
    let counted: Vec<_> = counting.collect::<Vec<_>>().into_iter().map(JoinHandle::join).collect();
    let mut wrong = Vec::new();
    for (program, counts) in counted.into_iter().enumerate() {
        let (shapes, counts) = (shapes_of(program), counts.expect("the works were counted"));
        assert_eq!(counts.len(), 3 * shapes.len(), "each shape is counted three times");
        for (shape, counts) in shapes.iter().zip(counts.chunks(3)) {
            let [one, once, twice] = counts else { unreachable!("chunks of three") };
            let (once, twice) = (once.saturating_sub(*one), twice.saturating_sub(*one));
            let n = parts(shape);
            // The work with one part is subtracted from both, so linear work doubles if n - 1 doubles.
            #[allow(clippy::cast_precision_loss, reason = "a ratio is rounded anyway")]
            let ratio = (twice * (2 * n as u64 - 2)) as f64 / (once.max(1) * (2 * n as u64 - 1)) as f64;
            let line = format!("{:64} {n:6} {once:12} {twice:12} {ratio:5.2}", shape.name);
            println!("{line}");
            if ratio > RATIO && twice > SIGNIFICANT {
                wrong.push(line);
            }
        }
    }
    assert!(wrong.is_empty(), "twice the parts take more than {RATIO} times the work:\n{}", wrong.join("\n"));
}

/// The instructions of each piece of work of a program.
fn count(program: usize) -> Vec<u64> {
    let folder = harness::folder(&format!("growth {program}"));
    let mut valgrind = Command::new("valgrind");
    valgrind.args([
        "--tool=callgrind",
        "--toggle-collect=it::growth::counted",
        "--dump-after=it::growth::counted",
    ]);
    valgrind.arg(format!("--callgrind-out-file={}", folder.join("out").display()));
    valgrind.arg(env::current_exe().expect("the test is a program"));
    valgrind.args(["--exact", "growth::counted_works", "--ignored", "--nocapture", "--test-threads=1"]);
    let done = valgrind.env(PROGRAM, program.to_string()).output().expect("valgrind was started before");
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    let part = |number: usize| Some(folder.join(format!("out.{number}"))).filter(|path| path.exists());
    (1..).map_while(part).map(|path| total(&path)).collect()
}

/// The number of instructions in a callgrind file.
fn total(path: &Path) -> u64 {
    let text = fs::read_to_string(path).expect("callgrind wrote the file");
    let total = text.lines().find_map(|line| line.strip_prefix("summary:").or(line.strip_prefix("totals:")));
    total
        .and_then(|number| number.trim().parse().ok())
        .unwrap_or_else(|| panic!("no total in {}", path.display()))
}

/// Does each piece of work with one part, with the full number, and with twice as many.
#[test]
#[ignore = "callgrind runs it"]
fn counted_works() {
    let program = env::var(PROGRAM).expect("the program has a number").parse().expect("it is a number");
    for shape in shapes_of(program) {
        let n = parts(&shape);
        println!("{} {n}", shape.name);
        for n in [1, n, 2 * n] {
            counted((shape.prepare)(n).run);
        }
    }
}

/// The count of callgrind.
#[inline(never)]
fn counted(run: Box<dyn FnOnce()>) {
    black_box(run)();
    black_box(());
}
