//! Each finding of the corpus, with one fact of the package changed at a time.

use rekey_advisories::{
    Cpe, Evr, Index, IndexBuilder, Installed, Limits, NotCoveredReason, Products, Status,
};

use crate::{
    corpus::{Corpus, LISTS, packages},
    forms::{all_products, outdated, read_all},
    oracles::{of_updateinfo, of_vex, products},
};

/// A finding: the package, the advisory, a flaw and the fixed release.
struct Finding<'a> {
    package: Installed<'a>,
    advisory: String,
    cves: Vec<String>,
    fixed: String,
    module: &'a str,
}

fn findings<'a>(
    index: &Index,
    packages: &[Installed<'a>],
    modules: &[&'a str],
    products: &Products,
) -> Vec<Finding<'a>> {
    let assessment = index.assess(packages, Some(products));
    let fixes = assessment.matches().iter().filter(|found| found.status == Status::Fixed);
    let of = |found: &rekey_advisories::FlawMatch<'_>| Finding {
        package: packages[found.package].clone(),
        advisory: found.advisory.to_owned(),
        cves: found.cves.iter().map(|cve| (*cve).to_owned()).collect(),
        fixed: found.fixed.unwrap().to_string(),
        module: modules.get(found.package).copied().unwrap_or_default(),
    };
    fixes.map(of).collect()
}

/// Returns true if the package has the finding.
fn is_found(index: &Index, finding: &Finding<'_>, package: &Installed<'_>, products: &Products) -> bool {
    let assessment = index.assess(std::slice::from_ref(package), Some(products));
    assessment.matches().iter().any(|found| {
        found.status == Status::Fixed
            && found.advisory == finding.advisory
            && found.cves == finding.cves
            && found.fixed.unwrap().to_string() == finding.fixed
    })
}

/// The release before another one: the first number is one smaller, or there is a tilde.
fn before(release: &str) -> String {
    let digits = release.len() - release.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match release[..digits].parse::<u64>() {
        Ok(number @ 1..) => format!("{}{}", number - 1, &release[digits..]),
        _ => format!("{release}~"),
    }
}

/// Checks all changes of one finding; returns their number.
fn check(index: &Index, finding: &Finding<'_>, image: &Products) -> usize {
    let Finding { package, advisory, fixed, module, .. } = finding;
    let called = format!("{package} {advisory}");
    let fixed = Evr::parse(fixed).unwrap();
    let older = before(fixed.release());
    let with =
        |evr| Installed::new(package.name(), evr, package.arch()).vendor("Red Hat, Inc.").module(module);
    let previous = Evr::new(Some(fixed.epoch()), fixed.version(), &older);
    let is = |package: &Installed<'_>, products: &Products| is_found(index, finding, package, products);
    assert!(is(&with(package.evr()), image), "{called}, unchanged");
    assert!(!is(&with(fixed), image), "{called}, the fixed release");
    assert!(previous.compare(&fixed).is_lt(), "{called}: {previous}");
    assert!(is(&with(previous), image), "{called}, the release before");
    let newer = Evr::new(Some(fixed.epoch() + 1), "0", "0");
    assert!(!is(&with(newer), image), "{called}, a newer epoch");
    let arch =
        Installed::new(package.name(), package.evr(), "riscv64").vendor("Red Hat, Inc.").module(module);
    assert!(!is(&arch, image), "{called}, another architecture");
    let other_module = if module.is_empty() { "m:1:2:3" } else { "" };
    assert!(!is(&with(package.evr()).module(other_module), image), "{called}, another module");
    if let Some((name, _)) = module.split_once(':') {
        let stream = format!("{name}:other:1:2");
        assert!(!is(&with(package.evr()).module(&stream), image), "{called}, another stream");
    }
    let foreign = with(package.evr()).vendor("Fedora Project");
    assert!(!is(&foreign, image), "{called}, another vendor");
    let assessment = index.assess(std::slice::from_ref(&foreign), Some(image));
    assert_eq!(assessment.not_covered()[0].reason, NotCoveredReason::Vendor);
    assert_eq!(assessment.status(0), Status::Unknown);
    for other in ["cpe:/a:redhat:rhel_eus:1.1::appstream", "cpe:/o:redhat:enterprise_linux:1"] {
        let other = Products::given(vec![Cpe::parse(other).unwrap()]);
        assert!(!is(&with(package.evr()), &other), "{called}, another product");
    }
    10
}

#[test]
fn findings_of_the_lists() {
    let Some(corpus) = Corpus::read() else { return };
    let of_updateinfo = of_updateinfo(corpus.file("updateinfo/derived-from-vex.updateinfo.xml"));
    let (mut found, mut changes) = (0, 0);
    for index in [of_vex(&corpus), of_updateinfo] {
        for list in LISTS {
            let text = corpus.text(&format!("expected/{list}.tsv"));
            let modules: Vec<_> = text.lines().map(|line| line.split('\t').nth(3).unwrap()).collect();
            for finding in findings(&index, &packages(text), &modules, &products()) {
                changes += check(&index, &finding, &products());
                found += 1;
            }
        }
    }
    println!("{found} findings, {changes} changes");
    assert_eq!(found, 44);
}

#[test]
fn findings_of_all_products_of_the_corpus() {
    let Some(corpus) = Corpus::read() else { return };
    let documents = read_all(&corpus);
    let mut builder = IndexBuilder::new(Limits::default());
    for (_, bytes) in corpus.vex().into_iter().chain(corpus.advisories()) {
        builder.add_csaf(bytes).unwrap();
    }
    let index = builder.build().unwrap();
    let (mut found, mut changes, mut modular) = (0, 0, 0);
    for product in all_products(&documents) {
        let image = Products::given(vec![product.clone()]);
        let packages = outdated(&documents, &product);
        let modules: Vec<_> = packages.iter().map(Installed::module_name).collect();
        for finding in findings(&index, &packages, &modules, &image) {
            // A package for all architectures matches on each.
            if finding.package.arch() != "noarch" && finding.package.arch() != "riscv64" {
                changes += check(&index, &finding, &image);
                modular += usize::from(!finding.module.is_empty());
                found += 1;
            }
        }
    }
    println!("{found} findings, {modular} of modules, {changes} changes");
    assert!(found > 1000 && modular > 50, "{found}, {modular}");
}
