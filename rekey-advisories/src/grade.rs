//! The grade of Red Hat's Container Health Index, and the days on which it falls.
//!
//! Source: Red Hat article 2803031: the age of the oldest missing advisory decides.

use std::fmt;

use rekey_core::Date;

use crate::{Assessment, FlawMatch, Gap, Impact, Status, day};

/// A letter of the Container Health Index; a later one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Letter {
    /// No Critical or Important advisory is missing. Publishing needs this grade.
    A,
    /// Missing for at most 7 days (Critical) or 30 days (Important).
    B,
    /// At most 30 or 90 days.
    C,
    /// At most 90 or 365 days.
    D,
    /// At most 365 days.
    E,
    /// Longer.
    F,
}

impl Letter {
    /// Returns the letter for one missing advisory of this age in days. Only Critical and Important ones count.
    ///
    /// ```
    /// use rekey_advisories::{Impact, Letter};
    ///
    /// assert_eq!(Letter::of(Impact::Important, 30), Letter::B);
    /// assert_eq!(Letter::of(Impact::Important, 31), Letter::C);
    /// assert_eq!(Letter::of(Impact::Moderate, 1000), Letter::A);
    /// ```
    pub fn of(impact: Impact, age: i64) -> Self {
        steps(impact).iter().rev().find(|(from, _)| age >= *from).map_or(Self::A, |(_, letter)| *letter)
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// The letters of a missing advisory with the ages in days from which they hold.
fn steps(impact: Impact) -> &'static [(i64, Letter)] {
    match impact {
        Impact::Critical => {
            &[(0, Letter::B), (8, Letter::C), (31, Letter::D), (91, Letter::E), (366, Letter::F)]
        }
        Impact::Important => &[(0, Letter::B), (31, Letter::C), (91, Letter::D), (366, Letter::F)],
        _ => &[],
    }
}

/// A grade that holds from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GradeStep {
    /// The first day, in UTC.
    pub from: Date,
    /// The letter.
    pub letter: Letter,
}

/// The grade of an image and its future, if the image stays as it is and no advisory is added.
///
/// If the day of an advisory is unknown, the grade is a range: [`best`](Self::best) assumes that it was issued today, and
/// [`worst`](Self::worst) on the first day of the year in its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    best: Vec<GradeStep>,
    worst: Vec<GradeStep>,
}

impl Grade {
    /// The letter today; `None` if it is a range.
    pub fn letter(&self) -> Option<Letter> {
        let (best, worst) = self.range();
        (best == worst).then_some(best)
    }

    /// The best and the worst letter that it may be today.
    pub fn range(&self) -> (Letter, Letter) {
        let first = |steps: &[GradeStep]| steps.first().map_or(Letter::F, |step| step.letter);
        (first(&self.best), first(&self.worst))
    }

    /// The best case: the letter today, and the days on which it changes, in order.
    pub fn best(&self) -> &[GradeStep] {
        &self.best
    }

    /// The worst case. It is the same as the best one if all days are known.
    pub fn worst(&self) -> &[GradeStep] {
        &self.worst
    }

    /// Returns true if the image may be published: its grade is certainly A.
    pub fn is_publishable(&self) -> bool {
        self.letter() == Some(Letter::A)
    }

    /// Returns the grade of images for multiple architectures: the worst on each day. `None` without any.
    pub fn worst_of<'g>(grades: impl IntoIterator<Item = &'g Self>) -> Option<Self> {
        grades
            .into_iter()
            .cloned()
            .reduce(|a, b| Self { best: join(&a.best, &b.best), worst: join(&a.worst, &b.worst) })
    }
}

/// Returns the worse letter of two schedules on each day.
fn join(a: &[GradeStep], b: &[GradeStep]) -> Vec<GradeStep> {
    let mut days: Vec<i64> = a.iter().chain(b).map(|step| day::number(step.from)).collect();
    days.sort_unstable();
    days.dedup();
    let at = |steps: &[GradeStep], day: i64| {
        steps.iter().rev().find(|step| day::number(step.from) <= day).map(|step| step.letter)
    };
    schedule(days.into_iter().filter_map(|day| Some((day, at(a, day).max(at(b, day))?))))
}

/// Returns the steps without those that change nothing.
fn schedule(letters: impl Iterator<Item = (i64, Letter)>) -> Vec<GradeStep> {
    let mut steps: Vec<GradeStep> = Vec::new();
    for (number, letter) in letters {
        if steps.last().is_none_or(|last| last.letter != letter) {
            steps.extend(day::date(number).map(|from| GradeStep { from, letter }));
        }
    }
    steps
}

/// A missing advisory that counts.
struct Missing {
    impact: Impact,
    /// The day as a number.
    issued: i64,
}

impl Assessment<'_> {
    /// Computes the grade on a day and the days on which it falls.
    ///
    /// Only missing fixes of advisories with the impact Critical or Important count; flaws without a fix never do. An
    /// advisory issued after `today` counts from its day on.
    ///
    /// # Errors
    /// Returns the gaps if the result is unknown; there is no grade then.
    ///
    /// ```
    /// use rekey_advisories::{Cpe, Evr, Gap, IndexBuilder, Installed, Letter, Limits, Products};
    ///
    /// let stream = Cpe::parse("cpe:/o:redhat:enterprise_linux:9").unwrap();
    /// let updateinfo = br#"<updates><update type="security"><id>RHSA-2026:1</id><issued date="2026-01-01"/>
    ///   <severity>Important</severity><pkglist><collection>
    ///   <package name="a" version="1.0" release="2.el9" arch="x86_64"/></collection></pkglist></update></updates>"#;
    /// let mut builder = IndexBuilder::new(Limits::default());
    /// builder.add_updateinfo(updateinfo, &stream)?;
    /// let index = builder.build()?;
    /// let package = Installed::new("a", Evr::parse("1.0-1.el9").unwrap(), "x86_64");
    /// let products = Products::given(vec![stream]);
    ///
    /// let grade = index.assess(&[package], Some(&products)).grade("2026-01-31".parse()?).unwrap();
    /// let schedule: Vec<_> = grade.best().iter().map(|step| format!("{} {}", step.from, step.letter)).collect();
    /// assert_eq!(schedule, ["2026-01-31 B", "2026-02-01 C", "2026-04-02 D", "2027-01-02 F"]);
    ///
    /// assert_eq!(index.assess(&[], Some(&products)).grade("2026-01-31".parse()?), Err(&[Gap::NoPackages][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn grade(&self, today: Date) -> Result<Grade, &[Gap]> {
        if !self.gaps().is_empty() {
            return Err(self.gaps());
        }
        let today = day::number(today);
        let of = |case: Case| {
            let missing: Vec<Missing> =
                self.matches().iter().filter_map(|found| missing(found, today, case)).collect();
            let changes = missing.iter().flat_map(|missing| {
                steps(missing.impact).iter().map(|(age, _)| missing.issued.saturating_add(*age))
            });
            let mut days: Vec<i64> = changes.filter(|day| *day > today).chain([today]).collect();
            days.sort_unstable();
            days.dedup();
            let letter = |day: i64| {
                let letters = missing.iter().map(|missing| Letter::of(missing.impact, day - missing.issued));
                (day, letters.max().unwrap_or(Letter::A))
            };
            schedule(days.into_iter().map(letter))
        };
        Ok(Grade { best: of(Case::Best), worst: of(Case::Worst) })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Best,
    Worst,
}

/// Returns the missing advisory of a match, if it counts in this case.
fn missing(found: &FlawMatch<'_>, today: i64, case: Case) -> Option<Missing> {
    if found.status != Status::Fixed {
        return None;
    }
    let impact = match found.impact {
        // A security advisory always has an impact; that of an advisory for bugs does not matter.
        Impact::Unrated if case == Case::Worst && !is_without_impact(found.advisory) => Impact::Critical,
        impact => impact,
    };
    let issued = match (found.issued, case) {
        (Some(issued), _) => day::number(issued),
        (None, Case::Best) => today,
        (None, Case::Worst) => year_of(found.advisory).map_or(i64::from(i32::MIN), day::number).min(today),
    };
    matches!(impact, Impact::Critical | Impact::Important).then_some(Missing { impact, issued })
}

fn is_without_impact(advisory: &str) -> bool {
    advisory.starts_with("RHBA-") || advisory.starts_with("RHEA-")
}

/// The first day of the year in an id such as `RHSA-2023:6745`.
fn year_of(advisory: &str) -> Option<Date> {
    let (_, rest) = advisory.split_once('-')?;
    let (year, _) = rest.split_once(':')?;
    Date::new(year.parse().ok().filter(|year| (1999..=9999).contains(year))?, 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_by_age() {
        for (age, critical, important) in [
            (-1, Letter::A, Letter::A),
            (0, Letter::B, Letter::B),
            (7, Letter::B, Letter::B),
            (8, Letter::C, Letter::B),
            (30, Letter::C, Letter::B),
            (31, Letter::D, Letter::C),
            (90, Letter::D, Letter::C),
            (91, Letter::E, Letter::D),
            (365, Letter::E, Letter::D),
            (366, Letter::F, Letter::F),
            (i64::MAX, Letter::F, Letter::F),
        ] {
            assert_eq!(Letter::of(Impact::Critical, age), critical, "Critical, {age} days");
            assert_eq!(Letter::of(Impact::Important, age), important, "Important, {age} days");
            for impact in [Impact::Moderate, Impact::Low, Impact::Unrated] {
                assert_eq!(Letter::of(impact, age), Letter::A);
            }
        }
    }
}
