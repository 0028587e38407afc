//! Any bytes as an index whose digest is right, and packages compared with it; and any bytes as the smaller inputs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rekey_advisories::{ContentSets, Cpe, Evr, Index, Installed, Limits, Products, RepositoryMap};
use sha2::{Digest as _, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { document_bytes: 1 << 20, ..Limits::default() };
    let _ = ContentSets::parse(bytes, &limits);
    let _ = RepositoryMap::parse(bytes, &limits);
    // The digest is set, or no input would be read further.
    let mut file = b"RKADVIS\0\x01\0\0\0".to_vec();
    file.extend_from_slice(bytes);
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    let Ok(index) = Index::from_bytes(file) else { return };
    assert!(index.len() <= bytes.len());
    let products = ["cpe:/o:redhat:enterprise_linux:9", "cpe:/a:redhat:openshift:4.13::el9"];
    let products = Products::given(products.iter().filter_map(|cpe| Cpe::parse(cpe)).collect());
    let text = String::from_utf8_lossy(bytes);
    let packages: Vec<_> = text
        .split_whitespace()
        .take(16)
        .filter_map(|word| {
            let evr = Evr::parse(word).or_else(|| Evr::parse("1-1"))?;
            Some(Installed::new(word, evr, "x86_64").source_rpm(word).module(word))
        })
        .collect();
    let assessment = index.assess(&packages, Some(&products));
    assert!(assessment.matches().iter().all(|found| found.package < packages.len()));
    assert_eq!(assessment.compared() + assessment.not_covered().len(), packages.len());
    if let Ok(grade) = assessment.grade("2026-01-31".parse().expect("a day")) {
        let (best, worst) = grade.range();
        assert!(best <= worst);
        assert!(grade.best().windows(2).all(|pair| matches!(pair, [a, b] if a.letter < b.letter)));
    }
});
