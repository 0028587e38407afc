//! Any bytes as the header of a package.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(package) = rekey_image::rpmdb::package(bytes) {
        assert!(package.files.len() <= bytes.len());
        // Four texts, possibly the same one; each byte may be replaced by three.
        assert!(package.nvra().len() <= 12 * bytes.len() + 3);
    }
});
