//! How fast Dockerfiles are read, on one core: the real files of the corpus beside the checkout.
//!
//! `cargo bench -p rekey-core --bench dockerfile`

use std::hint::black_box;
use std::io::Read as _;
use std::time::Instant;

use rekey_core::dockerfile::{Dockerfile, Options, Syntax};

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/dockerfiles-open.tar.gz");
const ROUNDS: usize = 9;

fn main() {
    let Some(files) = files() else {
        println!("skipped: no corpus of Dockerfiles in `shared/corpus` beside the checkout");
        return;
    };
    let options = Options::default();
    report("parse", &files, |file| {
        black_box(Syntax::scan(file).instructions.len());
    });
    report("parse and evaluate", &files, |file| {
        black_box(Dockerfile::parse(file, &options).steps.len());
    });
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
fn report(what: &str, files: &[Vec<u8>], work: impl Fn(&[u8])) {
    let bytes: usize = files.iter().map(Vec::len).sum();
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            files.iter().for_each(|file| work(file));
            bytes as f64 / start.elapsed().as_secs_f64() / 1e6
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{what}: {:.0} MB/s ({} files, {bytes} bytes)", rounds[ROUNDS / 2], files.len());
}
