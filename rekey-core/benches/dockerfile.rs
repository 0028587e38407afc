//! How fast Dockerfiles are read, on one core: the real files of the corpus beside the checkout.
//!
//! `cargo bench -p rekey-core --bench dockerfile`

#![allow(clippy::cast_precision_loss, reason = "speeds are rounded anyway")]

use std::hint::black_box;
use std::io::Read as _;
use std::time::Instant;

use rekey_core::dockerfile::{Dockerfile, Options, Syntax};

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/dockerfiles-open.tar.gz");
const ROUNDS: usize = 15;

/// What is done with each file.
type Work = fn(&[u8]);

/// What is measured, by the word on the command line that selects it alone.
const WORKS: [(&str, Work); 2] = [("parse", parse), ("evaluate", evaluate)];

fn main() {
    let Some(files) = files() else {
        println!("skipped: no corpus of Dockerfiles in `shared/corpus` beside the checkout");
        return;
    };
    let only = std::env::args().find(|argument| WORKS.iter().any(|(name, _)| name == argument));
    for (name, work) in WORKS.into_iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name)) {
        report(name, &files, work);
    }
}

fn parse(file: &[u8]) {
    black_box(Syntax::scan(file).instructions.len());
}

/// Parses as well.
fn evaluate(file: &[u8]) {
    black_box(Dockerfile::parse(file, &Options::default()).steps.len());
}

fn files() -> Option<Vec<Vec<u8>>> {
    let archive = std::fs::File::open(ARCHIVE).ok()?;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    let mut files = Vec::new();
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        if entry.path().ok()?.to_string_lossy().contains("files/") {
            let mut file = Vec::new();
            entry.read_to_end(&mut file).ok()?;
            files.push(file);
        }
    }
    Some(files)
}

/// The median of some rounds over all files.
fn report(what: &str, files: &[Vec<u8>], work: Work) {
    let bytes: usize = files.iter().map(Vec::len).sum();
    let rounds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let mut speeds: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Clock::start();
            for file in files {
                work(file);
            }
            bytes as f64 / start.seconds() / 1e6
        })
        .collect();
    speeds.sort_by(f64::total_cmp);
    println!("{what}: {:.0} MB/s ({} files, {bytes} bytes)", speeds[rounds / 2], files.len());
}

/// The time this thread has had on a core where Linux tells it, else the time that has passed.
struct Clock {
    start: Instant,
    on_core: Option<u64>,
}

impl Clock {
    fn start() -> Self {
        Self { start: Instant::now(), on_core: Self::on_core() }
    }

    fn on_core() -> Option<u64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok()
    }

    fn seconds(&self) -> f64 {
        match (self.on_core, Self::on_core()) {
            (Some(start), Some(end)) => (end - start) as f64 / 1e9,
            _ => self.start.elapsed().as_secs_f64(),
        }
    }
}
