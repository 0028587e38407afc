//! The grade: which advisories count, on which days it falls, and when it is a range or unknown.

use rekey_advisories::{Evr, Gap, Grade, Index, IndexBuilder, Installed, Letter, Limits, Products, csaf};
use rekey_core::Date;

use crate::{
    corpus::{Corpus, LISTS, packages},
    oracles::{of_vex, products},
    random::Random,
};

/// One advisory for each of these: id, day (may be empty), impact. Each fixes a package of its own.
fn index(advisories: &[(&str, &str, &str)]) -> Index {
    let update = |(place, (id, day, impact)): (usize, &(&str, &str, &str))| {
        let issued = if day.is_empty() { String::new() } else { format!("<issued date=\"{day}\"/>") };
        format!(
            "<update type='security'><id>{id}</id>{issued}<severity>{impact}</severity><pkglist><collection>\
             <package name='p{place}' version='2' release='1' arch='x86_64'/></collection></pkglist></update>"
        )
    };
    let updates: String = advisories.iter().enumerate().map(update).collect();
    let mut builder = IndexBuilder::new(Limits::default());
    builder
        .add_updateinfo(format!("<updates>{updates}</updates>").as_bytes(), &products().cpes()[0])
        .unwrap();
    builder.build().unwrap()
}

fn installed(names: &[String]) -> Vec<Installed<'_>> {
    names.iter().map(|name| Installed::new(name, Evr::parse("1-1").unwrap(), "x86_64")).collect()
}

/// Returns the grade of an image that lacks all these advisories.
fn grade(advisories: &[(&str, &str, &str)], today: &str) -> Grade {
    let index = index(advisories);
    let names: Vec<_> = (0..advisories.len().max(1)).map(|place| format!("p{place}")).collect();
    let products = products();
    // Without a statement about a product, the data does not say anything.
    let with_other =
        if advisories.is_empty() { self::index(&[("RHSA-1999:1", "1999-01-01", "Low")]) } else { index };
    let assessment = with_other.assess(&installed(&names), Some(&products));
    assessment.grade(today.parse().unwrap()).unwrap()
}

fn shown(steps: &[rekey_advisories::GradeStep]) -> String {
    let steps: Vec<_> = steps.iter().map(|step| format!("{} {}", step.letter, step.from)).collect();
    steps.join(", ")
}

#[test]
fn schedules() {
    for (advisories, today, expected) in [
        (&[][..], "2026-01-31", "A 2026-01-31"),
        (&[("RHSA-2026:1", "2020-01-01", "Moderate")], "2026-01-31", "A 2026-01-31"),
        (
            &[("RHSA-2026:1", "2026-01-31", "Critical")],
            "2026-01-31",
            "B 2026-01-31, C 2026-02-08, D 2026-03-03, E 2026-05-02, F 2027-02-01",
        ),
        (
            &[("RHSA-2026:1", "2026-01-31", "Important")],
            "2026-02-08",
            "B 2026-02-08, C 2026-03-03, D 2026-05-02, F 2027-02-01",
        ),
        // The oldest one decides, by its impact.
        (
            &[("RHSA-2026:1", "2026-01-01", "Important"), ("RHSA-2026:2", "2026-01-20", "Critical")],
            "2026-01-21",
            "B 2026-01-21, C 2026-01-28, D 2026-02-20, E 2026-04-21, F 2027-01-02",
        ),
        (&[("RHSA-2020:1", "2020-01-01", "Important")], "2026-01-31", "F 2026-01-31"),
        // A later advisory counts from its day on.
        (
            &[("RHSA-2026:1", "2026-02-02", "Important")],
            "2026-01-31",
            "A 2026-01-31, B 2026-02-02, C 2026-03-05, D 2026-05-04, F 2027-02-03",
        ),
        // An advisory for bugs has no impact.
        (&[("RHBA-2026:1", "2026-01-01", "None")], "2026-01-31", "A 2026-01-31"),
    ] {
        let grade = grade(advisories, today);
        assert_eq!(shown(grade.best()), expected, "{advisories:?}");
        assert_eq!(grade.best(), grade.worst(), "{advisories:?}");
        assert_eq!(grade.is_publishable(), grade.letter() == Some(Letter::A));
    }
}

#[test]
fn an_advisory_without_day_or_impact_gives_a_range() {
    for (advisory, best, worst) in [
        (("RHSA-2026:1", "", "Important"), Letter::B, Letter::D),
        (("RHSA-2024:1", "", "Important"), Letter::B, Letter::F),
        (("RHSA-2026:1", "", "Critical"), Letter::B, Letter::E),
        (("other", "", "Important"), Letter::B, Letter::F),
        (("RHSA-2026:1", "", "Low"), Letter::A, Letter::A),
        (("RHSA-2026:1", "2026-05-01", ""), Letter::A, Letter::B),
    ] {
        let grade = grade(&[advisory], "2026-05-02");
        assert_eq!(grade.range(), (best, worst), "{advisory:?}");
        assert_eq!(grade.letter().is_none(), best != worst);
        assert_eq!(grade.is_publishable(), worst == Letter::A);
    }
}

/// Returns the letter that a schedule has on a day.
fn on(grade: &Grade, day: Date) -> Letter {
    let key = |day: Date| (day.year(), day.month(), day.day());
    grade.best().iter().rev().find(|step| key(step.from) <= key(day)).unwrap().letter
}

#[test]
fn schedules_fall_and_hold_on_each_day() {
    let mut random = Random::new(7);
    let mut compared = 0;
    for _ in 0..40 {
        let days: Vec<String> =
            (0..3).map(|_| format!("2026-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28))).collect();
        let impacts = [(); 3].map(|()| random.pick(&["Critical", "Important", "Moderate"]));
        let advisories: Vec<_> =
            days.iter().zip(impacts).map(|(day, impact)| ("RHSA-2026:1", &**day, impact)).collect();
        // Ids differ, or the three would be one advisory.
        let ids = ["RHSA-2026:1", "RHSA-2026:2", "RHSA-2026:3"];
        let advisories: Vec<_> =
            advisories.into_iter().zip(ids).map(|((_, day, impact), id)| (id, day, impact)).collect();
        let first = grade(&advisories, "2026-01-01");
        assert!(
            first.best().windows(2).all(|pair| pair[0].letter < pair[1].letter),
            "{}",
            shown(first.best())
        );
        for month in 1..=12 {
            for year in [2026, 2027] {
                let day = Date::new(year, month, 1 + random.below(28) as u8).unwrap();
                let then = grade(&advisories, &day.to_string());
                assert_eq!(then.letter(), Some(on(&first, day)), "{advisories:?} on {day}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 960);
}

#[test]
fn the_worst_architecture_decides() {
    let critical = grade(&[("RHSA-2026:1", "2026-01-31", "Critical")], "2026-02-01");
    let important = grade(&[("RHSA-2026:2", "2026-01-01", "Important")], "2026-02-01");
    let both = Grade::worst_of([&critical, &important]).unwrap();
    assert_eq!(shown(both.best()), "C 2026-02-01, D 2026-03-03, E 2026-05-02, F 2027-01-02");
    assert_eq!(Grade::worst_of([&critical]), Some(critical));
    assert_eq!(Grade::worst_of([]), None);
}

#[test]
fn without_data_there_is_no_grade() {
    let day = "2026-01-31".parse().unwrap();
    let full = index(&[("RHSA-2026:1", "2026-01-01", "Low")]);
    let empty = index(&[]);
    let mut damaged = IndexBuilder::new(Limits::default());
    damaged.add_updateinfo(b"<updates><update type='security'><id>RHSA-2026:1</id><pkglist><collection><package name='p0' version='1' release='1' arch='noarch'/></collection></pkglist></update></updates>", &products().cpes()[0]).unwrap();
    damaged.add_csaf(b"{}").unwrap_err();
    let damaged = damaged.build().unwrap();
    let names = ["p0".to_owned()];
    let (none, one) = (Vec::new(), installed(&names));
    let foreign = vec![one[0].clone().vendor("Fedora Project")];
    let unnamed = vec![one[0].clone().vendor("")];
    let odd = vec![one[0].clone(), one[0].clone().module("perl")];
    let products = products();
    let other =
        Products::given(vec![rekey_advisories::Cpe::parse("cpe:/o:redhat:enterprise_linux:8").unwrap()]);
    for (index, packages, products, expected) in [
        (&full, &one, Some(&products), None),
        (&full, &none, Some(&products), Some(Gap::NoPackages)),
        (&full, &foreign, Some(&products), Some(Gap::NoCoveredPackages)),
        (&full, &unnamed, Some(&products), Some(Gap::NoCoveredPackages)),
        (&full, &odd, Some(&products), Some(Gap::InvalidModules(1))),
        (&full, &one, None, Some(Gap::NoProducts)),
        (&full, &one, Some(&other), Some(Gap::NoStatements)),
        (&empty, &one, Some(&products), Some(Gap::NoStatements)),
        (&damaged, &one, Some(&products), Some(Gap::UnreadableDocuments(1))),
    ] {
        let assessment = index.assess(packages, products);
        assert_eq!(assessment.grade(day).err().map(<[Gap]>::to_vec), expected.map(|gap| vec![gap]));
    }
}

#[test]
fn grades_of_real_lists() {
    let Some(corpus) = Corpus::read() else { return };
    let index = of_vex(&corpus);
    let products = products();
    let grade = |list: &str, day: &str| {
        let packages = packages(corpus.text(&format!("expected/{list}.tsv")));
        index.assess(&packages, Some(&products)).grade(day.parse().unwrap()).unwrap()
    };
    for (list, day, expected) in [
        // RHSA-2023:5763 of 2023-10-17 is Important.
        (LISTS[0], "2023-10-16", "A 2023-10-16, B 2023-10-17, C 2023-11-17, D 2024-01-16, F 2024-10-17"),
        (LISTS[0], "2023-12-01", "C 2023-12-01, D 2024-01-16, F 2024-10-17"),
        (LISTS[3], "2025-01-01", "F 2025-01-01"),
        // RHSA-2026:2042 of 2026-02-05 is Important.
        (LISTS[2], "2026-03-07", "B 2026-03-07, C 2026-03-08, D 2026-05-07, F 2027-02-06"),
    ] {
        let grade = grade(list, day);
        assert_eq!(shown(grade.best()), expected, "{list}");
        assert_eq!(grade.best(), grade.worst());
    }
    // The day of an advisory is in its own document, even if the VEX document has none.
    let advisory =
        csaf::parse(corpus.file("csaf-advisories/rhsa-2024_1431.json"), &Limits::default()).unwrap();
    assert!(advisory.advisories().all(|advisory| advisory.issued.is_some() && advisory.impact.is_some()));
}
