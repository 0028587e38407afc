//! The matcher beside the recorded answers of claircore, which read the VEX documents, and of dnf, which read the
//! `updateinfo`. Both agree with each other on the four lists.

use std::collections::BTreeSet;

use rekey_advisories::{Cpe, Index, IndexBuilder, Installed, Limits, Products, Status};

use crate::corpus::{Corpus, LISTS, packages};

pub(crate) fn products() -> Products {
    let cpes = [
        "cpe:/o:redhat:enterprise_linux:9::baseos",
        "cpe:/a:redhat:enterprise_linux:9::appstream",
        "cpe:/a:redhat:enterprise_linux:9::crb",
    ];
    Products::given(cpes.iter().map(|cpe| Cpe::parse(cpe).unwrap()).collect())
}

pub(crate) fn of_vex(corpus: &Corpus) -> Index {
    let mut builder = IndexBuilder::new(Limits::default());
    for (name, bytes) in corpus.vex() {
        builder.add_csaf(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    builder.build().unwrap()
}

pub(crate) fn of_updateinfo(bytes: &[u8]) -> Index {
    let mut builder = IndexBuilder::new(Limits::default());
    builder.add_updateinfo(bytes, &products().cpes()[0]).unwrap();
    builder.build().unwrap()
}

/// Returns the missing fixes as the lists of the answers have them: `CVE NAME-[EPOCH:]VERSION-RELEASE.ARCH`.
pub(crate) fn missing(index: &Index, packages: &[Installed<'_>]) -> BTreeSet<String> {
    let products = products();
    let assessment = index.assess(packages, Some(&products));
    assert_eq!(assessment.gaps(), []);
    let mut found = BTreeSet::new();
    for fix in assessment.matches().iter().filter(|found| found.status == Status::Fixed) {
        let package = &packages[fix.package];
        for cve in &fix.cves {
            found.insert(format!("{cve} {}-{}.{}", package.name(), fix.fixed.unwrap(), package.arch()));
        }
    }
    found
}

#[test]
fn both_programs_agree_on_all_lists() {
    let Some(corpus) = Corpus::read() else { return };
    let vex = of_vex(&corpus);
    let updateinfo = of_updateinfo(corpus.file("updateinfo/derived-from-vex.updateinfo.xml"));
    let (mut count, mut differences) = (0, Vec::new());
    for list in LISTS {
        let packages = packages(corpus.text(&format!("expected/{list}.tsv")));
        for (program, index) in [("claircore", &vex), ("dnf", &updateinfo)] {
            let answers = corpus.text(&format!("expected/{list}.{program}.txt"));
            let answers: BTreeSet<String> = answers.lines().map(str::to_owned).collect();
            let ours = missing(index, &packages);
            differences
                .extend(ours.symmetric_difference(&answers).map(|row| format!("{list}, {program}: {row}")));
            count += answers.len();
        }
    }
    println!("{count} answers, {} differences", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(count, 44, "both programs answer with 22 rows");
}
