//! The readers: documents of our own, damaged ones, and the real ones of the corpus.

use rekey_advisories::{Cpe, DataForm, Document, Error, Limits, Statement, csaf, updateinfo};

use crate::corpus::Corpus;

/// Returns a statement as one line.
pub(crate) fn line(statement: &Statement<'_>) -> String {
    let Statement { cves, advisory, status, impact, name, is_source, evr, arches, module, product, .. } =
        statement;
    let evr = evr.map(|evr| evr.to_string()).unwrap_or_default();
    let source = if *is_source { " source" } else { "" };
    let arches: Vec<_> = arches.names().collect();
    format!(
        "{status} {cves} {advisory} {impact} {name}{source} {evr} [{}] {module} {product}",
        arches.join(" ")
    )
    .replace("  ", " ")
}

fn lines(document: &Document) -> Vec<String> {
    document.statements().map(|statement| line(&statement)).collect()
}

/// A VEX document with one product, these packages (id and package URL) and these parts of the vulnerability.
fn vex(packages: &[(&str, &str)], vulnerability: &str) -> String {
    let of = |(id, purl): &(&str, &str)| {
        format!(
            r#"{{"category": "product_version", "name": "{id}", "product": {{"name": "{id}", "product_id": "{id}", "product_identification_helper": {{"purl": "{purl}"}}}}}}"#
        )
    };
    let branches: Vec<_> = packages.iter().map(of).collect();
    let relationship = |(id, _): &(&str, &str)| {
        format!(
            r#"{{"category": "default_component_of", "full_product_name": {{"name": "", "product_id": "rhel:{id}"}}, "product_reference": "{id}", "relates_to_product_reference": "rhel"}}"#
        )
    };
    let relationships: Vec<_> = packages.iter().map(relationship).collect();
    format!(
        r#"{{"document": {{"category": "csaf_vex", "tracking": {{"id": "CVE-2026-1", "status": "final", "current_release_date": "2026-03-01T23:30:00-01:00"}}}},
        "product_tree": {{"branches": [{{"category": "vendor", "branches": [
            {{"product": {{"product_id": "rhel", "product_identification_helper": {{"cpe": "cpe:/o:redhat:enterprise_linux:9"}}}}}}, {}]}}],
            "relationships": [{}]}},
        "vulnerabilities": [{{"cve": "CVE-2026-1", {vulnerability}}}]}}"#,
        branches.join(","),
        relationships.join(",")
    )
}

#[test]
fn statements_of_vex() {
    let packages = [
        ("a.x", "pkg:rpm/redhat/a@1.0-2.el9?arch=x86_64"),
        ("a.s", "pkg:rpm/redhat/a@1.0-2.el9?arch=s390x"),
        ("a.src", "pkg:rpm/redhat/a@1.0-2.el9?arch=src"),
        ("b.src", "pkg:rpm/redhat/b@1.0-2.el9?arch=src&epoch=3"),
        ("c", "pkg:rpm/redhat/c?rpmmod=m:1"),
        ("d.src", "pkg:rpm/redhat/d?arch=src"),
        ("e", "pkg:oci/e"),
        ("f", "pkg:rpm/redhat/f"),
    ];
    let vulnerability = r#"
        "product_status": {
            "fixed": ["rhel:a.x", "rhel:a.s", "rhel:a.src", "rhel:b.src", "rhel:e", "rhel:f", "rhel:none"],
            "known_affected": ["rhel:c"], "known_not_affected": ["rhel:d.src"], "under_investigation": ["rhel:f"]
        },
        "threats": [{"category": "impact", "details": "Important", "product_ids": ["rhel:a.x", "rhel:a.s", "rhel:c"]},
            {"category": "impact", "details": "low", "product_ids": ["rhel:b.src"]}],
        "remediations": [
            {"category": "vendor_fix", "url": "https://access.redhat.com/errata/RHSA-2026:1", "date": "2026-02-01T00:00:00+00:00", "product_ids": ["rhel:a.x", "rhel:a.s", "rhel:a.src"]},
            {"category": "vendor_fix", "url": "https://access.redhat.com/errata/RHSA-2026:2", "product_ids": ["rhel:b.src"]},
            {"category": "none_available", "details": "Fix deferred", "product_ids": ["rhel:c"]}]"#;
    let document = csaf::parse(vex(&packages, vulnerability).as_bytes(), &Limits::default()).unwrap();
    let mut found = lines(&document);
    found.sort();
    assert_eq!(
        found,
        [
            "affected CVE-2026-1 Important c [] m:1 cpe:/o:redhat:enterprise_linux:9",
            // The source of `a` is dropped, because the advisory lists binary packages; that of `b` is kept.
            "fixed CVE-2026-1 RHSA-2026:1 Important a 1.0-2.el9 [x86_64 s390x] cpe:/o:redhat:enterprise_linux:9",
            "fixed CVE-2026-1 RHSA-2026:2 Low b source 3:1.0-2.el9 [] cpe:/o:redhat:enterprise_linux:9",
            "not affected CVE-2026-1 Unrated d source [] cpe:/o:redhat:enterprise_linux:9",
            "under investigation CVE-2026-1 Unrated f [] cpe:/o:redhat:enterprise_linux:9",
        ]
    );
    assert_eq!(document.skipped(), 3, "an image, a fix without release, and an id without product");
    assert_eq!(document.updated().unwrap().to_string(), "2026-03-02");
    let advisories: Vec<_> = document
        .advisories()
        .map(|advisory| (advisory.id, advisory.issued.map(|day| day.to_string())))
        .collect();
    assert_eq!(advisories, [("RHSA-2026:1", Some("2026-02-01".to_owned())), ("RHSA-2026:2", None)]);
}

#[test]
fn a_package_in_a_module_in_a_product_belongs_to_both() {
    let document = r#"{"document": {"category": "csaf_vex", "tracking": {"id": "CVE-2026-1"}},
        "product_tree": {"branches": [
            {"product": {"product_id": "rhel", "product_identification_helper": {"cpe": "cpe:/a:redhat:enterprise_linux:8::appstream"}}},
            {"product": {"product_id": "m", "product_identification_helper": {"purl": "pkg:rpmmod/redhat/ruby@2.5:8090:b46a"}}},
            {"product": {"product_id": "a", "product_identification_helper": {"purl": "pkg:rpm/redhat/ruby@2.5.9-1.el8?arch=x86_64"}}}],
        "relationships": [
            {"product_reference": "m", "relates_to_product_reference": "rhel", "full_product_name": {"product_id": "rhel:m"}},
            {"product_reference": "a", "relates_to_product_reference": "rhel:m", "full_product_name": {"product_id": "rhel:m:a"}}]},
        "vulnerabilities": [{"cve": "CVE-2026-1", "product_status": {"fixed": ["rhel:m:a"]}}]}"#;
    let document = csaf::parse(document.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(
        lines(&document),
        [
            "fixed CVE-2026-1 Unrated ruby 2.5.9-1.el8 [x86_64] ruby:2.5 cpe:/a:redhat:enterprise_linux:8::appstream"
        ]
    );
}

#[test]
fn withdrawn_and_foreign_documents() {
    let limits = Limits::default();
    let deleted = r#"{"document": {"category": "csaf_vex", "tracking": {"id": "CVE-2026-1", "status": "deleted"}}, "vulnerabilities": [{}]}"#;
    let document = csaf::parse(deleted.as_bytes(), &limits).unwrap();
    assert!(document.is_deleted() && document.statements().len() == 0);
    for (text, expected) in [
        ("", Error::Json { line: 1, column: 0 }),
        ("[", Error::Json { line: 1, column: 1 }),
        ("{}", Error::NotCsaf),
        (r#"{"document": {"category": "csaf_base"}}"#, Error::NotCsaf),
        (r#"{"document": 1}"#, Error::Json { line: 1, column: 14 }),
    ] {
        assert_eq!(csaf::parse(text.as_bytes(), &limits).unwrap_err(), expected, "{text}");
    }
    let nested = format!(r#"{{"product_tree": {{"branches": {}"#, r#"[{"branches": "#.repeat(200));
    assert!(matches!(csaf::parse(nested.as_bytes(), &limits), Err(Error::Json { .. })));
}

#[test]
fn relationships_in_a_circle_end() {
    let document = r#"{"document": {"category": "csaf_vex", "tracking": {"id": "CVE-2026-1"}},
        "product_tree": {"relationships": [
            {"product_reference": "b", "relates_to_product_reference": "b", "full_product_name": {"product_id": "a"}},
            {"product_reference": "a", "relates_to_product_reference": "a", "full_product_name": {"product_id": "b"}}]},
        "vulnerabilities": [{"product_status": {"fixed": ["a", "b"]}}]}"#;
    let document = csaf::parse(document.as_bytes(), &Limits::default()).unwrap();
    assert_eq!((document.statements().len(), document.skipped()), (0, 2));
}

fn product() -> Cpe {
    Cpe::parse("cpe:/o:redhat:enterprise_linux:9::baseos").unwrap()
}

/// Each element that counts, and some that do not.
pub(crate) const UPDATEINFO: &str = r#"<?xml version="1.0"?><!-- a comment --><updates>
        <update from="a" type="security"><id> RHSA-2026:1 </id><title>&lt;a&gt;</title><issued date="2026-01-31 10:00:00"/><updated date="2026-02-02"/>
            <severity><![CDATA[Critical]]></severity>
            <references><reference type="bugzilla" id="1"/><reference type="cve" id="CVE-2026-2"/><reference type="cve" id="CVE-2026-1"/></references>
            <pkglist><collection short="a"><name>a</name><module name="m" stream="1" version="2" context="c" arch="x86_64"/>
                <package name="a" epoch="1" version="1.0" release="2.el9" arch="x86_64"><filename>a.rpm</filename></package>
                <package name="a" epoch="1" version="1.0" release="2.el9" arch="aarch64"/>
                <package name="a" epoch="1" version="1.0" release="2.el9" arch="src"/></collection>
              <collection><package name="b&amp;c" version="1.0~rc1" release="1" arch="noarch"/></collection></pkglist></update>
        <update type="bugfix"><id>RHBA-2026:1</id><pkglist><collection><package name="d" version="1" release="1" arch="noarch"/></collection></pkglist></update>
        <update type="bugfix"><id>RHBA-2026:2</id><references><reference type="cve" id="CVE-2026-3"/></references><pkglist><collection>
            <package name="e" version="1" release="1" arch="noarch" epoch=""/><package name="f" version="1" arch="noarch"/></collection></pkglist></update>
        </updates>"#;

#[test]
fn statements_of_updateinfo() {
    let document = updateinfo::parse(UPDATEINFO.as_bytes(), &product(), &Limits::default()).unwrap();
    let mut found = lines(&document);
    found.sort();
    assert_eq!(
        found,
        [
            "fixed CVE-2026-1 CVE-2026-2 RHSA-2026:1 Critical a 1:1.0-2.el9 [x86_64 aarch64] m:1 cpe:/o:redhat:enterprise_linux:9::baseos",
            "fixed CVE-2026-1 CVE-2026-2 RHSA-2026:1 Critical b&c 1.0~rc1-1 [noarch] cpe:/o:redhat:enterprise_linux:9::baseos",
            "fixed CVE-2026-3 RHBA-2026:2 Unrated e 1-1 [noarch] cpe:/o:redhat:enterprise_linux:9::baseos",
        ]
    );
    assert_eq!((document.skipped(), document.form()), (2, DataForm::Updateinfo));
    assert_eq!(document.updated().unwrap().to_string(), "2026-02-02");
}

#[test]
fn hostile_and_damaged_updateinfo() {
    let limits = Limits { statements: 2, ..Limits::default() };
    let package = r#"<package name="a" version="1" release="1" arch="x86_64"/>"#;
    let of = |packages: usize| {
        format!("<updates><update type='security'><id>a</id>{}</update></updates>", package.repeat(packages))
    };
    for (text, expected) in [
        (String::new(), Some(Error::NotUpdateinfo)),
        ("<updates/>".into(), None),
        ("<a/>".into(), Some(Error::NotUpdateinfo)),
        ("<a></a>".into(), Some(Error::NotUpdateinfo)),
        ("<updates>".into(), Some(Error::Xml(9))),
        ("<updates></update>".into(), Some(Error::Xml(9))),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><updates/>".into(), Some(Error::DocumentType)),
        ("<updates><update type=\"&b;\"/></updates>".into(), Some(Error::Xml(29))),
        (format!("<updates>{}", "<a>".repeat(40)), Some(Error::Depth(32))),
        (of(2), None),
        (of(3), Some(Error::Statements(2))),
    ] {
        let found = updateinfo::parse(text.as_bytes(), &product(), &limits);
        assert_eq!(found.err(), expected, "{text}");
    }
}

#[test]
fn real_documents() {
    let Some(corpus) = Corpus::read() else { return };
    let mut statements = 0;
    let documents = corpus.vex().into_iter().chain(corpus.advisories());
    let mut count = 0;
    for (name, bytes) in documents {
        let document =
            csaf::parse(bytes, &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let is_hand_made = ["-go.json", "-python.json"].iter().any(|end| name.ends_with(end));
        // One real document is about products without RPMs.
        let is_empty = is_hand_made || name.contains("cve-2023-0044") || name.contains("2024-10041");
        assert_eq!(document.statements().len() == 0, is_empty, "{name}");
        for statement in document.statements() {
            assert!(
                !statement.name.is_empty()
                    && !statement.product.is_empty()
                    && statement.cves.starts_with("CVE-"),
                "{name}"
            );
        }
        statements += document.statements().len();
        count += 1;
    }
    let document = corpus.file("updateinfo/derived-from-vex.updateinfo.xml");
    let document = updateinfo::parse(document, &product(), &Limits::default()).unwrap();
    println!("{count} documents, {statements} statements, {} of updateinfo", document.statements().len());
    assert_eq!((count, document.advisories().len()), (25, 9));
}
