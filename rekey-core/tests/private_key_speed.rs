//! How long keys take: `cargo test --release -p rekey-core --test private_key_speed -- --ignored --nocapture`.

use std::{fs, hint::black_box, path::PathBuf, time::Instant};

use rekey_core::{
    Policy, check_private_key,
    private_key::{Primality, PrivateKey, scan},
};

/// The least of several rounds, in microseconds: what else the machine does only adds to it.
fn time<T>(rounds: u32, mut work: impl FnMut() -> T) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..9 {
        let begin = Instant::now();
        for _ in 0..rounds {
            black_box(work());
        }
        best = best.min(begin.elapsed().as_secs_f64() * 1e6 / f64::from(rounds));
    }
    best
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    for name in ["right.pem", "bits_3072.pem", "bits_4096.pem"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/keys").join(name);
        let text = fs::read(path).unwrap();
        let key = PrivateKey::parse(&text).unwrap();
        let audit = |primality| move |key: &PrivateKey| key.audit(primality);
        println!(
            "{} bits: parse {:.1} µs, arithmetic {:.1} µs, with base 2 {:.0} µs, with Baillie-PSW {:.0} µs, \
             check {:.0} µs",
            key.bits(),
            time(500, || scan(&text)),
            time(200, || audit(Primality::Skip)(&key)),
            time(5, || audit(Primality::Quick)(&key)),
            time(3, || audit(Primality::Full)(&key)),
            time(3, || check_private_key(&text, &Policy::default())),
        );
    }
}
