//! The time of each hot path alone: `cargo bench -p bench`, or `cargo bench -p bench -- url` for some of
//! them.
#![forbid(unsafe_code)]

#[path = "../src/works.rs"]
mod works;

use std::fmt;

use works::{WORKS, Work};

/// A hot path, displayed by its name.
struct Named(Work);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.0)
    }
}

fn main() {
    divan::main();
}

#[divan::bench(args = WORKS.iter().copied().map(Named), min_time = 0.5)]
fn work(bencher: divan::Bencher<'_, '_>, Named((_, work)): &Named) {
    bencher.bench(work);
}
