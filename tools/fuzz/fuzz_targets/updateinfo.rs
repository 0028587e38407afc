//! Any bytes as an `updateinfo.xml`, and in an index that is written and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rekey_advisories::{Cpe, Limits, updateinfo};
use rekey_fuzz::statements_are_kept;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { document_bytes: 1 << 20, ..Limits::default() };
    let product = Cpe::parse("cpe:/o:redhat:enterprise_linux:9").expect("a product");
    if let Ok(document) = updateinfo::parse(bytes, &product, &limits) {
        statements_are_kept(bytes, &document);
    }
});
