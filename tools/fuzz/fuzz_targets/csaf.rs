//! Any bytes as a CSAF document, and in an index that is written and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rekey_advisories::{Limits, csaf};
use rekey_fuzz::statements_are_kept;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { document_bytes: 1 << 20, ..Limits::default() };
    if let Ok(document) = csaf::parse(bytes, &limits) {
        statements_are_kept(bytes, &document);
    }
});
