//! Any bytes as an SQLite database of packages.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first bytes are set, or most inputs would be useless.
    let mut database = b"SQLite format 3\0".to_vec();
    database.extend_from_slice(bytes);
    let database = &database;
    if let Ok(packages) = rekey_image::rpmdb::packages(database) {
        let held: usize =
            packages.iter().flat_map(|package| &package.files).map(|file| file.path.len()).sum();
        // Each file has its own name in the database, and the name of its directory once more.
        assert!(held <= database.len().saturating_mul(database.len().max(4)));
    }
});
