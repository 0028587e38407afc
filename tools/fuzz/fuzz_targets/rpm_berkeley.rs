//! Any bytes as a Berkeley DB of packages.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Magic, page size and kind are set, or most inputs would be useless.
    let mut database = bytes.to_vec();
    if database.len() > 72 {
        database[12..16].copy_from_slice(&0x0006_1561_u32.to_le_bytes());
        database[20..24].copy_from_slice(&512_u32.to_le_bytes());
        (database[24], database[25]) = (0, 8);
    }
    for database in [bytes, &database] {
        if let Ok(packages) = rekey_image::rpmdb::packages(database) {
            let held: usize =
                packages.iter().flat_map(|package| &package.files).map(|file| file.path.len()).sum();
            // Each file has its own name in the database, and the name of its directory once more.
            assert!(held <= database.len().saturating_mul(database.len().max(4)));
        }
    }
});
