//! The rules of matching, one case on a line.

use rekey_advisories::{Cpe, Evr, Index, IndexBuilder, Installed, Limits, Products, Status};
use serde_json::json;

/// The product of the image.
const STREAM: &str = "cpe:/o:redhat:enterprise_linux:9";

/// Builds an index of statements: the list, the package URL, and the product without `cpe:/o:redhat:`.
fn index(statements: &[(&str, &str, &str)]) -> Index {
    let mut products = Vec::new();
    let mut relationships = Vec::new();
    let mut lists = serde_json::Map::new();
    let mut fixed = Vec::new();
    for (place, (list, purl, product)) in statements.iter().enumerate() {
        let product = format!("cpe:/o:redhat:{product}");
        products.push(
            json!({"product": {"product_id": product, "product_identification_helper": {"cpe": product}}}),
        );
        products
            .push(json!({"product": {"product_id": purl, "product_identification_helper": {"purl": purl}}}));
        let id = format!("{place}");
        relationships.push(json!({"product_reference": purl, "relates_to_product_reference": product, "full_product_name": {"product_id": id}}));
        lists.entry(*list).or_insert_with(|| json!([])).as_array_mut().unwrap().push(json!(id));
        if *list == "fixed" {
            fixed.push(id);
        }
    }
    let document = json!({
        "document": {"category": "csaf_vex", "tracking": {"id": "CVE-2026-1"}},
        "product_tree": {"branches": products, "relationships": relationships},
        "vulnerabilities": [{"cve": "CVE-2026-1", "product_status": lists, "remediations": [
            {"category": "vendor_fix", "url": "https://access.redhat.com/errata/RHSA-2026:1", "product_ids": fixed}]}],
    });
    let mut builder = IndexBuilder::new(Limits::default());
    builder.add_csaf(document.to_string().as_bytes()).unwrap();
    builder.build().unwrap()
}

/// Reads `NAME EVR ARCH [SOURCE_RPM [MODULE]]`.
fn package(text: &str) -> Installed<'_> {
    let parts: Vec<_> = text.split(' ').collect();
    let installed = Installed::new(parts[0], Evr::parse(parts[1]).unwrap(), parts[2]).vendor("Red Hat, Inc.");
    let installed = installed.source_rpm(parts.get(3).copied().unwrap_or_default());
    installed.module(parts.get(4).copied().unwrap_or_default())
}

/// Returns the matches of one package: status, and how it was compared.
fn matches(index: &Index, package: &Installed<'_>) -> String {
    let products = Products::given(vec![Cpe::parse(STREAM).unwrap()]);
    let assessment = index.assess(std::slice::from_ref(package), Some(&products));
    let of = |found: &rekey_advisories::FlawMatch<'_>| {
        let by = format!("{:?}", found.decision.by).to_lowercase();
        let fixed = found.fixed.map(|fixed| format!(" {fixed}")).unwrap_or_default();
        format!("{}{fixed} by {by}", found.status)
    };
    assessment.matches().iter().map(of).collect::<Vec<_>>().join(", ")
}

#[test]
fn rules() {
    let main = "enterprise_linux:9";
    let curl = "libcurl 7.76.1-14.el9 x86_64 curl-7.76.1-14.el9.src.rpm";
    for (statements, installed, expected) in [
        // A fix: name, release, architecture.
        (&[("fixed", "libcurl@7.76.1-26.el9?arch=x86_64", main)][..], curl, "fixed 7.76.1-26.el9 by name"),
        (&[("fixed", "libcurl@7.76.1-14.el9?arch=x86_64", main)], curl, ""),
        (&[("fixed", "libcurl@7.76.1-2.el9?arch=x86_64", main)], curl, ""),
        (&[("fixed", "libcurl@7.76.1-26.el9?arch=aarch64", main)], curl, ""),
        (
            &[("fixed", "libcurl@7.76.1-26.el9?arch=i686", main)],
            "libcurl 1-1 i686",
            "fixed 7.76.1-26.el9 by name",
        ),
        (&[("fixed", "libcurl@7.76.1-26.el9", main)], curl, "fixed 7.76.1-26.el9 by name"),
        (&[("fixed", "libcurl@2-1?arch=x86_64&epoch=1", main)], curl, "fixed 1:2-1 by name"),
        (&[("fixed", "tzdata@2-1?arch=noarch", main)], "tzdata 1-1 noarch", "fixed 2-1 by name"),
        (&[("fixed", "tzdata@2-1?arch=x86_64", main)], "tzdata 1-1 noarch", "fixed 2-1 by name"),
        (&[("fixed", "tzdata@2-1?arch=noarch", main)], "tzdata 1-1 x86_64", ""),
        // Streams are never mixed.
        (&[("fixed", "libcurl@7.76.1-26.el9", "rhel_eus:9.2")], curl, ""),
        (&[("fixed", "libcurl@7.76.1-26.el8", "enterprise_linux:8")], curl, ""),
        (
            &[("fixed", "libcurl@7.76.1-26.el9", "enterprise_linux:9::baseos")],
            curl,
            "fixed 7.76.1-26.el9 by name",
        ),
        // The source counts if the advisory lists only sources, with the release of the source.
        (&[("fixed", "curl@7.76.1-26.el9?arch=src", main)], curl, "fixed 7.76.1-26.el9 by source"),
        (&[("fixed", "curl@7.76.1-26.el9?arch=src", main)], "curl 8-1 x86_64 curl-8-1.src.rpm", ""),
        (&[("fixed", "curl@7-2?arch=src", main), ("fixed", "curl@7-2?arch=x86_64", main)], curl, ""),
        (
            &[("fixed", "perl@5.16-2?arch=src", main)],
            "perl-Pod-Escapes 1:1.04-1 noarch perl-5.16-2.src.rpm",
            "",
        ),
        (
            &[("fixed", "perl@5.16-2?arch=src&epoch=4", main)],
            "perl-libs 4:5.16-1 x86_64 perl-5.16-1.src.rpm",
            "fixed 4:5.16-2 by source",
        ),
        (&[("fixed", "perl@5.16-2?arch=src&epoch=4", main)], "perl 4:5.16-2 x86_64 perl-5.16-2.src.rpm", ""),
        (&[("fixed", "curl@9-1?arch=src", main)], "curl 1-1 x86_64", ""),
        // Modules: name and stream must be the same, on both sides.
        (
            &[("fixed", "npm@2-1?arch=x86_64&rpmmod=nodejs:18:1:2", main)],
            "npm 1-1 x86_64 npm-1-1.src.rpm nodejs:18:9:8",
            "fixed 2-1 by name",
        ),
        (
            &[("fixed", "npm@2-1?arch=x86_64&rpmmod=nodejs:18:1:2", main)],
            "npm 1-1 x86_64 npm-1-1.src.rpm nodejs:20:1:2",
            "",
        ),
        (&[("fixed", "npm@2-1?arch=x86_64&rpmmod=nodejs:18:1:2", main)], "npm 1-1 x86_64", ""),
        (&[("fixed", "npm@2-1?arch=x86_64", main)], "npm 1-1 x86_64 npm-1-1.src.rpm nodejs:18:1:2", ""),
        // Flaws without a fix: by name, and by the source, which is often not marked as one.
        (&[("known_affected", "libcurl", main)], curl, "affected by name"),
        (&[("known_affected", "curl?arch=src", main)], curl, "affected by source"),
        (&[("known_affected", "curl", main)], curl, "affected by source"),
        (&[("known_affected", "curl", main)], "curl 1-1 x86_64 curl-1-1.src.rpm", "affected by name"),
        (&[("under_investigation", "curl?arch=src", main)], curl, "under investigation by source"),
        (&[("known_affected", "curl", main), ("fixed", "libcurl@7-1?arch=x86_64", main)], curl, ""),
        (&[("known_affected", "curl", "enterprise_linux:8")], curl, ""),
        // A statement that a package is not affected.
        (
            &[("known_affected", "curl?arch=src", main), ("known_not_affected", "libcurl", main)],
            curl,
            "not affected by name",
        ),
        (
            &[
                ("known_affected", "curl?arch=src", main),
                ("known_not_affected", "libcurl@1-1?arch=x86_64", main),
            ],
            curl,
            "not affected by name",
        ),
        (
            &[
                ("known_affected", "curl?arch=src", main),
                ("known_not_affected", "libcurl@1-1?arch=s390x", main),
            ],
            curl,
            "affected by source",
        ),
        (&[("known_not_affected", "libcurl", main)], curl, ""),
        (
            &[("fixed", "libcurl@8-1", main), ("known_not_affected", "libcurl", main)],
            curl,
            "not affected by name",
        ),
        (
            &[("fixed", "libcurl@8-1", main), ("known_not_affected", "libcurl@7.76.1-14.el9", main)],
            curl,
            "not affected by name",
        ),
        (
            &[("fixed", "libcurl@8-1", main), ("known_not_affected", "libcurl@7.76.1-9.el9", main)],
            curl,
            "fixed 8-1 by name",
        ),
        // Parts of the kernel that do not run are skipped.
        (&[("fixed", "kernel-headers@8-1", main)], "kernel-headers 7-1 x86_64", ""),
        (&[("fixed", "kernel-core@8-1", main)], "kernel-core 7-1 x86_64", "fixed 8-1 by name"),
    ] {
        let statements: Vec<_> = statements
            .iter()
            .map(|(list, purl, product)| (*list, format!("pkg:rpm/redhat/{purl}"), *product))
            .collect();
        let statements: Vec<_> =
            statements.iter().map(|(list, purl, product)| (*list, &**purl, *product)).collect();
        assert_eq!(
            matches(&index(&statements), &package(installed)),
            expected,
            "{statements:?}\n{installed}"
        );
    }
}

#[test]
fn other_vendors_are_listed_and_unknown() {
    let index = index(&[("fixed", "pkg:rpm/redhat/a@2-1", "enterprise_linux:9")]);
    let products = Products::given(vec![Cpe::parse(STREAM).unwrap()]);
    let new = |name: &'static str| Installed::new(name, Evr::parse("1-1").unwrap(), "x86_64");
    let packages = [
        new("a").vendor("Red Hat, Inc."),
        new("a").vendor("Fedora Project"),
        new("a").vendor(""),
        new("a"),
        new("gpg-pubkey").vendor(""),
        new("kernel-headers").vendor("Red Hat, Inc."),
        new("b").vendor("Red Hat, Inc."),
    ];
    let assessment = index.assess(&packages, Some(&products));
    let shown: Vec<_> =
        assessment.not_covered().iter().map(|not| format!("{} {}", not.package, not.reason)).collect();
    assert_eq!(
        shown,
        [
            "1 its vendor is not Red Hat",
            "2 its vendor is not Red Hat",
            "4 it is a key",
            "5 it is a part of the kernel that does not run in a container"
        ]
    );
    let statuses: Vec<_> = (0..packages.len()).map(|package| assessment.status(package)).collect();
    let shown: Vec<_> = statuses.into_iter().map(Status::as_str).collect();
    assert_eq!(shown, ["fixed", "unknown", "unknown", "fixed", "unknown", "unknown", "not affected"]);
    assert_eq!((assessment.compared(), assessment.newest_fix(0).unwrap().to_string().as_str()), (3, "2-1"));
    let path = assessment.matches()[0].decision.to_string();
    assert_eq!(
        path,
        "VEX about cpe:/o:redhat:enterprise_linux:9, by name; product by the products that you named"
    );
}

#[test]
fn two_advisories_of_one_stream_are_both_missing() {
    let update = |id: &str, day: &str, release: &str, impact: &str| {
        format!(
            "<update type='security'><id>{id}</id><issued date='{day}'/><severity>{impact}</severity><references><reference type='cve' id='CVE-2026-1'/></references><pkglist><collection><package name='a' version='1' release='{release}' arch='x86_64'/></collection></pkglist></update>"
        )
    };
    let text = format!(
        "<updates>{}{}</updates>",
        update("RHSA-2026:2", "2026-03-01", "3", "Important"),
        update("RHSA-2026:1", "2026-02-01", "2", "Low")
    );
    let product = Cpe::parse(STREAM).unwrap();
    let mut builder = IndexBuilder::new(Limits::default());
    builder.add_updateinfo(text.as_bytes(), &product).unwrap();
    let index = builder.build().unwrap();
    let products = Products::given(vec![product]);
    let assessment = index.assess(&[package("a 1-1 x86_64")], Some(&products));
    let ids: Vec<_> =
        assessment.matches().iter().map(|found| (found.advisory, found.impact.as_str())).collect();
    assert_eq!(ids, [("RHSA-2026:1", "Low"), ("RHSA-2026:2", "Important")]);
    assert_eq!(assessment.newest_fix(0).unwrap().to_string(), "1-3");
}
