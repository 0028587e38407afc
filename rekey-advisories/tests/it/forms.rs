//! The same statements in each form of data: VEX in both layouts, CSAF advisories and `updateinfo`.
//!
//! The converters write what the descriptions of the forms say; the new layout of VEX is known only by its description.
//! Differences by design:
//! - The new layout names no architecture, so a package matches if the advisory fixes it for any.
//! - Its documents may list only source packages. Then all packages of that source match, also those that the advisory
//!   does not list.

use std::collections::{BTreeMap, BTreeSet};

use rekey_advisories::{
    Cpe, DataForm, Document, Evr, Impact, Index, IndexBuilder, Installed, Limits, Products, Statement,
    Status, csaf,
};
use serde_json::{Value, json};

use crate::corpus::{Corpus, LISTS, packages};
use crate::oracles::{of_updateinfo, products};

fn build(documents: &[String]) -> Index {
    let mut builder = IndexBuilder::new(Limits::default());
    for document in documents {
        builder.add_csaf(document.as_bytes()).unwrap();
    }
    builder.build().unwrap()
}

/// Returns the missing fixes, a line for each package, flaw and advisory.
fn rows(index: &Index, packages: &[Installed<'_>], products: &Products) -> BTreeSet<String> {
    let assessment = index.assess(packages, Some(products));
    let fixes = assessment.matches().iter().filter(|found| found.status == Status::Fixed);
    let of = |found: &rekey_advisories::FlawMatch<'_>| {
        let package = &packages[found.package];
        let (fixed, issued) = (found.fixed.unwrap(), found.issued.map(|day| day.to_string()));
        let line = format!("{package} {} {fixed} {}", found.advisory, issued.unwrap_or_default());
        found.cves.iter().map(|cve| format!("{line} {cve}")).collect::<Vec<_>>()
    };
    fixes.flat_map(of).collect()
}

/// A document under construction.
struct Csaf {
    products: BTreeMap<String, Value>,
    relationships: BTreeMap<String, Value>,
}

impl Csaf {
    fn new() -> Self {
        Self { products: BTreeMap::new(), relationships: BTreeMap::new() }
    }

    /// Adds a package of a product; returns the id of both.
    fn add(&mut self, cpe: &str, purl: &str) -> String {
        let id = format!("{cpe}:{purl}");
        let helper = |key: &str, value: &str| json!({key: value});
        for (of, key) in [(cpe, "cpe"), (purl, "purl")] {
            let product = json!({"product": {"name": of, "product_id": of, "product_identification_helper": helper(key, of)}});
            self.products.insert(of.to_owned(), product);
        }
        let relationship = json!({"category": "default_component_of", "product_reference": purl,
            "relates_to_product_reference": cpe, "full_product_name": {"name": id, "product_id": id}});
        self.relationships.insert(id.clone(), relationship);
        id
    }

    fn finish(self, document: &Value, vulnerabilities: &[Value]) -> String {
        let products: Vec<_> = self.products.into_values().collect();
        let relationships: Vec<_> = self.relationships.into_values().collect();
        json!({
            "document": document,
            "product_tree": {
                "branches": [{"category": "vendor", "name": "Red Hat", "branches": products}],
                "relationships": relationships
            },
            "vulnerabilities": vulnerabilities,
        })
        .to_string()
    }
}

fn purl(name: &str, evr: Option<Evr<'_>>, arch: &str, module: &str, with_epoch: bool) -> String {
    let mut text = format!("pkg:rpm/redhat/{name}");
    let mut qualifiers = Vec::new();
    if let Some(evr) = evr {
        text += &format!("@{}-{}", evr.version(), evr.release()).replace('+', "%2B");
        if with_epoch || evr.epoch() != 0 {
            qualifiers.push(format!("epoch={}", evr.epoch()));
        }
    }
    if !arch.is_empty() {
        qualifiers.push(format!("arch={arch}"));
    }
    if !module.is_empty() {
        qualifiers.push(format!("rpmmod={module}:1:2"));
    }
    if !qualifiers.is_empty() {
        text = [text, qualifiers.join("&")].join("?");
    }
    text
}

const STATUSES: [(Status, &str); 4] = [
    (Status::Fixed, "fixed"),
    (Status::Affected, "known_affected"),
    (Status::NotAffected, "known_not_affected"),
    (Status::UnderInvestigation, "under_investigation"),
];

/// Adds statements to the vulnerability of a document.
fn vulnerability(
    csaf: &mut Csaf,
    cve: &str,
    document: &Document,
    of: impl Fn(&mut Csaf, &Statement<'_>) -> Vec<String>,
) -> Value {
    let mut status: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut impacts: BTreeMap<Impact, Vec<String>> = BTreeMap::new();
    let mut fixes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for statement in document.statements().filter(|statement| statement.cves == cve) {
        let ids = of(csaf, &statement);
        let (_, list) = STATUSES.iter().find(|(status, _)| *status == statement.status).unwrap();
        status.entry(list).or_default().extend(ids.clone());
        impacts.entry(statement.impact).or_default().extend(ids.clone());
        if !statement.advisory.is_empty() {
            fixes.entry(statement.advisory).or_default().extend(ids);
        }
    }
    let date = |id: &str| {
        let issued =
            document.advisories().find(|advisory| advisory.id == id).and_then(|advisory| advisory.issued);
        issued.map(|day| format!("{day}T12:00:00+00:00"))
    };
    let threats: Vec<_> = impacts
        .iter()
        .map(|(impact, ids)| json!({"category": "impact", "details": impact.as_str(), "product_ids": ids}))
        .collect();
    let remediations: Vec<_> = fixes
        .iter()
        .map(|(id, ids)| {
            let url = format!("https://access.redhat.com/errata/{id}");
            json!({"category": "vendor_fix", "details": "", "url": url, "date": date(id), "product_ids": ids})
        })
        .collect();
    json!({"cve": cve, "product_status": status, "threats": threats, "remediations": remediations})
}

/// Writes a VEX document in the layout since 2026: no architectures except `src`, epochs always, and of the parts of RHEL only
/// `appstream`.
fn to_new_layout(document: &Document) -> String {
    let mut csaf = Csaf::new();
    let vulnerability = vulnerability(&mut csaf, document.id(), document, |csaf, statement| {
        let Statement { name, evr, is_source, module, product, .. } = *statement;
        let arch = if is_source { "src" } else { "" };
        let cpe = product.replace("::baseos", "::appstream").replace("::crb", "::appstream");
        vec![csaf.add(&cpe, &purl(name, evr, arch, module, true))]
    });
    let tracking =
        json!({"id": document.id(), "status": "final", "current_release_date": "2026-05-08T00:00:00+00:00"});
    csaf.finish(&json!({"category": "csaf_vex", "tracking": tracking}), &[vulnerability])
}

/// Writes the CSAF advisory of each advisory in VEX documents.
fn to_advisories(documents: &[Document]) -> Vec<String> {
    let ids: BTreeSet<&str> =
        documents.iter().flat_map(Document::advisories).map(|advisory| advisory.id).collect();
    let of = |id: &&str| {
        let mut csaf = Csaf::new();
        let mut vulnerabilities = Vec::new();
        let (mut issued, mut impact) = (None, Impact::Unrated);
        for document in documents {
            let statements: Vec<_> =
                document.statements().filter(|statement| statement.advisory == *id).collect();
            if statements.is_empty() {
                continue;
            }
            issued = issued.or(document.advisories().find(|advisory| advisory.id == *id).unwrap().issued);
            impact = impact.max(statements.iter().map(|statement| statement.impact).max().unwrap());
            let mut fixed = Vec::new();
            for Statement { name, evr, arches, module, product, .. } in statements {
                fixed.extend(
                    arches.names().map(|arch| csaf.add(product, &purl(name, evr, arch, module, false))),
                );
            }
            vulnerabilities.push(json!({"cve": document.id(), "product_status": {"fixed": fixed}}));
        }
        let issued = issued.map(|day| format!("{day}T12:00:00+00:00"));
        let tracking = json!({"id": id, "status": "final", "initial_release_date": issued});
        let severity = json!({"text": impact.as_str()});
        let document = json!({"category": "csaf_security_advisory", "tracking": tracking, "aggregate_severity": severity});
        csaf.finish(&document, &vulnerabilities)
    };
    ids.iter().map(of).collect()
}

/// An advisory of an `updateinfo`.
#[derive(Default)]
struct Update<'d> {
    cves: BTreeSet<&'d str>,
    packages: BTreeSet<String>,
    impact: Impact,
    issued: String,
}

/// Writes the `updateinfo` of the repositories of one product.
fn to_updateinfo(documents: &[Document], product: &Cpe) -> String {
    let mut updates: BTreeMap<&str, Update<'_>> = BTreeMap::new();
    for document in documents {
        for statement in document.statements().filter(|statement| !statement.advisory.is_empty()) {
            if !Cpe::parse(statement.product).unwrap().covers(product) || statement.is_source {
                continue;
            }
            let advisory = document.advisories().find(|advisory| advisory.id == statement.advisory).unwrap();
            let issued =
                advisory.issued.map(|day| format!("<issued date=\"{day} 12:00:00\"/>")).unwrap_or_default();
            let update = updates.entry(statement.advisory).or_default();
            update.cves.insert(statement.cves);
            update.impact = update.impact.max(statement.impact);
            update.issued.clone_from(&issued);
            let evr = statement.evr.unwrap();
            for arch in statement.arches.names() {
                let package = format!(
                    "<package name=\"{}\" epoch=\"{}\" version=\"{}\" release=\"{}\" arch=\"{arch}\"/>",
                    statement.name,
                    evr.epoch(),
                    evr.version(),
                    evr.release()
                );
                let module = statement.module.split_once(':').map(|(name, stream)| {
                    format!("<module name=\"{name}\" stream=\"{stream}\" version=\"1\" context=\"2\" arch=\"{arch}\"/>")
                });
                update
                    .packages
                    .insert(format!("<collection>{}{package}</collection>", module.unwrap_or_default()));
            }
        }
    }
    let update = |(id, update): (&&str, &Update<'_>)| {
        let Update { cves, packages, impact, issued } = update;
        let cve = |cve: &&str| format!("<reference type=\"cve\" id=\"{cve}\"/>");
        let cves = cves.iter().map(cve).collect::<Vec<_>>().concat();
        let packages: String = packages.iter().map(String::as_str).collect();
        format!(
            "<update type=\"security\"><id>{id}</id>{issued}<severity>{impact}</severity><references>{cves}</references><pkglist>{packages}</pkglist></update>"
        )
    };
    format!("<updates>{}</updates>", updates.iter().map(update).collect::<Vec<_>>().concat())
}

/// Returns packages of an old release, one for each name, architecture and module in the statements.
pub(crate) fn outdated<'d>(documents: &'d [Document], product: &Cpe) -> Vec<Installed<'d>> {
    let covered = |statement: &Statement<'_>| Cpe::parse(statement.product).unwrap().covers(product);
    let fixes = documents
        .iter()
        .flat_map(Document::statements)
        .filter(|of| of.status == Status::Fixed && !of.is_source);
    let of = |statement: Statement<'d>| {
        statement.arches.names().map(move |arch| (statement.name, arch, statement.module)).collect::<Vec<_>>()
    };
    let names: BTreeSet<_> = fixes.filter(covered).flat_map(of).collect();
    let package = |(name, arch, module): (&'d str, &'static str, &'d str)| {
        Installed::new(name, Evr::parse("0-0").unwrap(), arch).vendor("Red Hat, Inc.").module(module)
    };
    names.into_iter().map(package).collect()
}

pub(crate) fn read_all(corpus: &Corpus) -> Vec<Document> {
    let documents = corpus.vex().into_iter().chain(corpus.advisories());
    documents.map(|(_, bytes)| csaf::parse(bytes, &Limits::default()).unwrap()).collect()
}

/// The products with fixes.
pub(crate) fn all_products(documents: &[Document]) -> Vec<Cpe> {
    let fixes = documents.iter().flat_map(Document::statements).filter(|of| of.status == Status::Fixed);
    let products: BTreeSet<&str> = fixes.map(|statement| statement.product).collect();
    products.into_iter().map(|product| Cpe::parse(product).unwrap()).collect()
}

#[test]
fn vex_advisories_and_updateinfo_give_the_same_rows() {
    let Some(corpus) = Corpus::read() else { return };
    let vex = |(_, bytes): (_, &[u8])| csaf::parse(bytes, &Limits::default()).unwrap();
    let documents: Vec<_> = corpus.vex().into_iter().map(vex).collect();
    let texts: Vec<_> =
        corpus.vex().iter().map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap()).collect();
    let (of_vex, of_advisories) = (build(&texts), build(&to_advisories(&documents)));
    let mut compared = 0;
    for list in LISTS {
        let packages = packages(corpus.text(&format!("expected/{list}.tsv")));
        let expected = rows(&of_vex, &packages, &products());
        assert_eq!(rows(&of_advisories, &packages, &products()), expected, "{list}");
        let updateinfo = of_updateinfo(to_updateinfo(&documents, &products().cpes()[0]).as_bytes());
        assert_eq!(rows(&updateinfo, &packages, &products()), expected, "{list}");
        compared += expected.len();
    }
    let all = all_products(&documents);
    for product in &all {
        let packages = outdated(&documents, product);
        let products = Products::given(vec![product.clone()]);
        let expected = rows(&of_vex, &packages, &products);
        assert_eq!(rows(&of_advisories, &packages, &products), expected, "{product}");
        let mut builder = IndexBuilder::new(Limits::default());
        builder.add_updateinfo(to_updateinfo(&documents, product).as_bytes(), product).unwrap();
        let updateinfo = builder.build().unwrap();
        // A text without RHSA has no advisory that an `updateinfo` could contain.
        let with_advisory: BTreeSet<_> = expected.iter().filter(|row| row.contains(" RH")).cloned().collect();
        assert_eq!(rows(&updateinfo, &packages, &products), with_advisory, "{product}");
        compared += expected.len();
    }
    println!("{compared} rows of {} products in 3 forms", all.len());
    assert!(compared > 1000, "{compared}");
}

#[test]
fn the_new_layout_gives_the_same_rows_for_any_architecture() {
    let Some(corpus) = Corpus::read() else { return };
    let documents: Vec<Document> =
        read_all(&corpus).into_iter().filter(|document| document.form() == DataForm::Vex).collect();
    let texts: Vec<_> =
        corpus.vex().iter().map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap()).collect();
    let converted: Vec<_> = documents.iter().map(to_new_layout).collect();
    let (old, new) = (build(&texts), build(&converted));
    for list in LISTS {
        let packages = packages(corpus.text(&format!("expected/{list}.tsv")));
        assert_eq!(rows(&new, &packages, &products()), rows(&old, &packages, &products()), "{list}");
    }
    let (mut compared, mut other_arches) = (0, 0);
    for product in all_products(&documents) {
        let packages = outdated(&documents, &product);
        let products = Products::given(vec![product.clone()]);
        let (old, new) = (rows(&old, &packages, &products), rows(&new, &packages, &products));
        assert!(new.is_superset(&old), "{product}: {:?}", old.difference(&new).next());
        let without_arch = |row: &str| {
            let (package, rest) = row.split_once(' ').unwrap();
            format!("{} {rest}", package.rsplit_once('.').unwrap().0)
        };
        let known: BTreeSet<_> = old.iter().map(|row| without_arch(row)).collect();
        for row in new.difference(&old) {
            assert!(known.contains(&without_arch(row)), "{product}: {row}");
            other_arches += 1;
        }
        compared += old.len();
    }
    println!("{compared} rows in both layouts, and {other_arches} for another architecture in the new one");
}

/// A converter that keeps only the source packages of fixes, as the new layout does for most products.
#[test]
fn documents_with_only_source_packages_match_by_the_source() {
    let Some(corpus) = Corpus::read() else { return };
    let mut builder = IndexBuilder::new(Limits::default());
    for (name, bytes) in corpus.vex() {
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        for vulnerability in document["vulnerabilities"].as_array_mut().unwrap() {
            if let Some(Value::Array(fixed)) = vulnerability.pointer_mut("/product_status/fixed") {
                fixed.retain(|id| id.as_str().unwrap().contains(".src"));
            }
        }
        builder.add_csaf(document.to_string().as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    let index = builder.build().unwrap();
    let texts: Vec<_> =
        corpus.vex().iter().map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap()).collect();
    let old = build(&texts);
    let mut unlisted = Vec::new();
    for list in LISTS {
        let packages = packages(corpus.text(&format!("expected/{list}.tsv")));
        let (old, new) = (rows(&old, &packages, &products()), rows(&index, &packages, &products()));
        assert!(new.is_superset(&old), "{list}: {:?}", old.difference(&new).next());
        assert!(!old.is_empty());
        unlisted.extend(new.difference(&old).map(|row| format!("{list}: {row}")));
    }
    assert_eq!(unlisted, [""; 0]);
}
