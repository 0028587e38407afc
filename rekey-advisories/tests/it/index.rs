//! The index as a file: what it keeps, which document is in force, and damage.

use rekey_advisories::{Cpe, DataForm, Error, Impact, Index, IndexBuilder, Limits};

use crate::{
    corpus::Corpus,
    oracles::of_vex,
    readers::{UPDATEINFO, line},
};

fn vex(id: &str, day: &str, status: &str, release: &str) -> String {
    format!(
        r#"{{"document": {{"category": "csaf_vex", "tracking": {{"id": "{id}", "status": "{status}", "current_release_date": "{day}"}}}},
        "product_tree": {{"branches": [
            {{"product": {{"product_id": "r", "product_identification_helper": {{"cpe": "cpe:/o:redhat:enterprise_linux:9"}}}}}},
            {{"product": {{"product_id": "a", "product_identification_helper": {{"purl": "pkg:rpm/redhat/a@1-{release}?arch=x86_64"}}}}}}],
        "relationships": [{{"product_reference": "a", "relates_to_product_reference": "r", "full_product_name": {{"product_id": "ra"}}}}]}},
        "vulnerabilities": [{{"cve": "{id}", "product_status": {{"fixed": ["ra"]}},
            "remediations": [{{"category": "vendor_fix", "url": "https://a.example/RHSA-2026:1", "product_ids": ["ra"]}}]}}]}}"#
    )
}

fn build(documents: &[String]) -> Index {
    let mut builder = IndexBuilder::new(Limits::default());
    for document in documents {
        builder.add_csaf(document.as_bytes()).unwrap();
    }
    builder.build().unwrap()
}

/// Returns the fixed releases of the package `a` with the flaws.
fn releases(index: &Index) -> Vec<String> {
    index.statements("a").map(|statement| format!("{} {}", statement.cves, statement.evr.unwrap())).collect()
}

/// `cargo xtask seeds` runs it.
#[test]
#[ignore = "it writes the first inputs of the fuzzer"]
fn seeds_for_the_fuzzer() {
    let folder = std::env::var_os("REKEY_SEEDS").expect("`cargo xtask seeds` sets REKEY_SEEDS");
    let folder = std::path::PathBuf::from(folder);
    let put = |target: &str, name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(folder.join(target)).unwrap();
        std::fs::write(folder.join(target).join(name), bytes).unwrap();
    };
    let document = vex("CVE-2026-1", "2026-01-02T00:00:00Z", "final", "2.el9");
    put("csaf", "vex", document.as_bytes());
    put("csaf", "advisory", document.replace("csaf_vex", "csaf_security_advisory").as_bytes());
    put("updateinfo", "full", UPDATEINFO.as_bytes());
    put("advisory_index", "sets", br#"{"content_sets": ["ubi-9-baseos-rpms"]}"#);
    put("advisory_index", "map", br#"{"data": {"a": {"cpes": ["cpe:/o:redhat:enterprise_linux:9"]}}}"#);
    // The target adds the magic and the version, and the digest.
    let index = build(&[document]);
    let bytes = index.as_bytes();
    put("advisory_index", "index", &bytes[12..bytes.len() - 32]);
}

#[test]
fn the_newest_document_of_an_id_is_in_force() {
    let [old, new, same, other, gone] = [
        vex("CVE-2026-1", "2026-01-01T00:00:00Z", "final", "1"),
        vex("CVE-2026-1", "2026-01-02T00:00:00Z", "final", "2"),
        vex("CVE-2026-1", "2026-01-02T00:00:00Z", "final", "3"),
        vex("CVE-2026-2", "2026-01-01T00:00:00Z", "final", "4"),
        vex("CVE-2026-1", "2026-01-03T00:00:00Z", "deleted", "5"),
    ];
    for (documents, expected) in [
        (vec![&old], &["CVE-2026-1 1-1"][..]),
        (vec![&old, &new], &["CVE-2026-1 1-2"]),
        (vec![&new, &old], &["CVE-2026-1 1-2"]),
        (vec![&new, &same], &["CVE-2026-1 1-3"]),
        (vec![&old, &other], &["CVE-2026-1 1-1", "CVE-2026-2 1-4"]),
        (vec![&old, &gone, &other], &["CVE-2026-2 1-4"]),
        (vec![&gone, &old], &[]),
    ] {
        let documents: Vec<String> = documents.into_iter().cloned().collect();
        assert_eq!(releases(&build(&documents)), expected);
    }
    let (forward, backward) = (build(&[old.clone(), other.clone()]), build(&[other, old]));
    assert_eq!(forward.as_bytes(), backward.as_bytes());
}

#[test]
fn the_day_and_the_impact_of_an_advisory_are_its_own() {
    let product = Cpe::parse("cpe:/o:redhat:enterprise_linux:9").unwrap();
    let updateinfo = "<updates><update type='security'><id>RHSA-2026:1</id><issued date='2026-02-03'/><severity>Important</severity></update></updates>";
    let vex = vex("CVE-2026-1", "2026-01-01", "final", "2");
    let of_index = |index: &Index| {
        let advisory = index.advisory("RHSA-2026:1").unwrap();
        (advisory.issued.map(|day| day.to_string()), advisory.impact.map(Impact::as_str))
    };
    assert_eq!(of_index(&build(std::slice::from_ref(&vex))), (None, None));
    for is_first in [true, false] {
        let mut builder = IndexBuilder::new(Limits::default());
        if is_first {
            builder.add_updateinfo(updateinfo.as_bytes(), &product).unwrap();
        }
        let dated = vex.replace("\"product_ids\"", "\"date\": \"2026-01-31T00:00:00Z\", \"product_ids\"");
        builder.add_csaf(dated.as_bytes()).unwrap();
        if !is_first {
            builder.add_updateinfo(updateinfo.as_bytes(), &product).unwrap();
        }
        assert_eq!(of_index(&builder.build().unwrap()), (Some("2026-02-03".into()), Some("Important")));
    }
}

#[test]
fn damage_is_found() {
    let index = build(&[vex("CVE-2026-1", "2026-01-02", "final", "2")]);
    let bytes = index.as_bytes();
    assert_eq!(Index::from_bytes(bytes.to_vec()).unwrap().as_bytes(), bytes);
    let mut count = 0;
    for place in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut damaged = bytes.to_vec();
            damaged[place] ^= bit;
            let error = Index::from_bytes(damaged).unwrap_err();
            assert_eq!(error, if place < 12 { Error::NotAnIndex(1) } else { Error::Damaged }, "byte {place}");
            count += 1;
        }
        let error = Index::from_bytes(bytes[..place].to_vec()).unwrap_err();
        assert!(matches!(error, Error::NotAnIndex(1) | Error::Damaged), "cut at {place}");
    }
    let longer = [bytes, b"\0"].concat();
    assert_eq!(Index::from_bytes(longer).unwrap_err(), Error::Damaged);
    assert_eq!(count, 2 * bytes.len());
}

#[test]
fn limits_hold() {
    let document = vex("CVE-2026-1", "2026-01-02", "final", "2");
    for (limits, expected) in [
        (Limits { statements: 0, ..Limits::default() }, Error::Statements(0)),
        (Limits { text_bytes: 20, ..Limits::default() }, Error::Text(20)),
        (Limits { document_bytes: 100, ..Limits::default() }, Error::TooLarge(100)),
    ] {
        let mut builder = IndexBuilder::new(limits);
        assert_eq!(builder.add_csaf(document.as_bytes()), Err(expected));
        let index = builder.build().unwrap();
        assert_eq!((index.unreadable(), index.is_empty()), (1, true));
    }
}

#[test]
fn an_index_keeps_all_statements_of_the_corpus() {
    let Some(corpus) = Corpus::read() else { return };
    let index = of_vex(&corpus);
    let again = Index::from_bytes(index.as_bytes().to_vec()).unwrap();
    assert_eq!(again.documents() as usize, corpus.vex().len());
    assert_eq!(again.updated().unwrap().to_string().len(), 10);
    assert_eq!(again.inputs_digest().len(), 64);
    let mut kept = 0;
    for (_, bytes) in corpus.vex() {
        let document = rekey_advisories::csaf::parse(bytes, &Limits::default()).unwrap();
        // Two documents of the corpus have one id; the newer one is in force.
        if document.id() == "CVE-2026-27142" {
            continue;
        }
        assert_eq!(document.form(), DataForm::Vex);
        for statement in document.statements() {
            let expected = line(&statement);
            assert!(again.statements(statement.name).any(|found| line(&found) == expected), "{expected}");
            kept += 1;
        }
    }
    println!("{kept} statements, an index of {} bytes", again.as_bytes().len());
    assert!(again.len() >= kept);
}
