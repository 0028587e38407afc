//! The advisories that apply to the packages of an image.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use rekey_core::Date;

use crate::{
    Cpe, DataForm, Evr, Impact, Index, Installed, NoFix, ProductBasis, Products, Status, document::Row,
};

/// A flaw, or all flaws of an advisory, that applies to an installed package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlawMatch<'i> {
    /// The place of the package in the list.
    pub package: usize,
    /// The advisory with the fix, such as `RHSA-2023:6745`; empty if there is none.
    pub advisory: &'i str,
    /// The day on which it was issued, in UTC.
    pub issued: Option<Date>,
    /// The CVEs, in order.
    pub cves: Vec<&'i str>,
    /// The impact: that of the advisory if a document states it, otherwise the most severe of its flaws.
    pub impact: Impact,
    /// The status: [`Status::Fixed`] means that a release fixes it and an older one is installed.
    pub status: Status,
    /// The release that fixes it.
    pub fixed: Option<Evr<'i>>,
    /// The reason why no release fixes it.
    pub no_fix: NoFix,
    /// The path of the decision.
    pub decision: Decision<'i>,
}

/// The path of a decision: the statement that applies, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'i> {
    /// The product of the statement.
    pub product: &'i str,
    /// The place of the image's product that it covers, in [`Products::cpes`].
    pub covers: usize,
    /// The part of the image that names its products.
    pub basis: ProductBasis,
    /// The name that was compared.
    pub by: MatchedBy,
    /// The module; empty for packages without one.
    pub module: &'i str,
    /// The form of the document.
    pub form: DataForm,
}

/// The name of a package that a statement was compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MatchedBy {
    /// The name of the package.
    Name,
    /// The name of its source package.
    Source,
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.form {
            DataForm::Vex => "VEX",
            DataForm::Advisory => "the CSAF advisory",
            DataForm::Updateinfo => "updateinfo",
        };
        let by = match self.by {
            MatchedBy::Name => "name",
            MatchedBy::Source => "source package",
        };
        write!(f, "{form} about {}, by {by}; product by {}", self.product, self.basis)?;
        if !self.module.is_empty() {
            write!(f, "; module {}", self.module)?;
        }
        Ok(())
    }
}

/// A package that is not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCovered {
    /// The place of the package in the list.
    pub package: usize,
    /// The reason.
    pub reason: NotCoveredReason,
}

/// The reason why a package is not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotCoveredReason {
    /// Another vendor built it, or none is named: Red Hat's data is not about it, whatever its name.
    Vendor,
    /// It is a key, not software: `gpg-pubkey`.
    Key,
    /// It is a part of the kernel that does not run in a container, such as `kernel-headers`.
    Kernel,
    /// Its module label is invalid, so that its stream is unknown.
    Module,
}

impl fmt::Display for NotCoveredReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vendor => "its vendor is not Red Hat",
            Self::Key => "it is a key",
            Self::Kernel => "it is a part of the kernel that does not run in a container",
            Self::Module => "its module label is invalid",
        })
    }
}

/// The reason why a result is unknown. It is never the same as the absence of advisories.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// The list has no packages: the image has no RPM database, or it was removed.
    NoPackages,
    /// All packages are from other vendors.
    NoCoveredPackages,
    /// The products of the image are unknown.
    NoProducts,
    /// The data has no statement about any product of the image.
    NoStatements,
    /// Documents could not be read; their number.
    UnreadableDocuments(u32),
    /// The products of these content sets are unknown.
    UnmappedRepositories(Vec<String>),
    /// The module labels of packages are invalid; their number.
    InvalidModules(usize),
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPackages => f.write_str("no package is known"),
            Self::NoCoveredPackages => f.write_str("no package is from Red Hat"),
            Self::NoProducts => f.write_str("the products of the image are unknown"),
            Self::NoStatements => f.write_str("the data has no statement about the products of the image"),
            Self::UnreadableDocuments(count) => write!(f, "{count} documents could not be read"),
            Self::UnmappedRepositories(ids) => {
                write!(f, "the products of these repositories are unknown: {}", ids.join(", "))
            }
            Self::InvalidModules(count) => write!(f, "the module labels of {count} packages are invalid"),
        }
    }
}

/// The result of comparing the packages of one image with an index.
#[derive(Clone, Debug)]
pub struct Assessment<'i> {
    matches: Vec<FlawMatch<'i>>,
    not_covered: Vec<NotCovered>,
    gaps: Vec<Gap>,
    compared: usize,
}

impl<'i> Assessment<'i> {
    /// The flaws that apply, and those that a statement says do not, in the order of the packages.
    ///
    /// All advisories that are missing are listed: two of one stream may fix the same flaw.
    pub fn matches(&self) -> &[FlawMatch<'i>] {
        &self.matches
    }

    /// The packages that were not compared.
    pub fn not_covered(&self) -> &[NotCovered] {
        &self.not_covered
    }

    /// The reasons why the result is unknown; empty if it is complete.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The number of packages that were compared.
    pub const fn compared(&self) -> usize {
        self.compared
    }

    /// The status of a package: the worst of its flaws. [`Status::Unknown`] if the package was not compared or the result
    /// has gaps, and [`Status::NotAffected`] if no statement applies.
    pub fn status(&self, package: usize) -> Status {
        let of = |status| self.matches.iter().any(|found| found.package == package && found.status == status);
        let is_unknown = !self.gaps.is_empty() || self.not_covered.iter().any(|not| not.package == package);
        let known = [Status::Fixed, Status::Affected, Status::UnderInvestigation]
            .into_iter()
            .find(|status| of(*status));
        known.unwrap_or(if is_unknown { Status::Unknown } else { Status::NotAffected })
    }

    /// The newest release that fixes flaws of a package: the one that an update installs.
    pub fn newest_fix(&self, package: usize) -> Option<Evr<'i>> {
        let of =
            self.matches.iter().filter(|found| found.package == package && found.status == Status::Fixed);
        of.filter_map(|found| found.fixed).max_by(Evr::compare)
    }
}

/// The vendor of Red Hat's packages.
const VENDOR: &str = "Red Hat, Inc.";

/// The packages of a kernel that runs. A container does not run one, but an image for virtual machines or hosts may contain
/// it. Other packages with `kernel` at the beginning of the name are headers, documentation and tools, for which documents
/// repeat the flaws of the kernel.
///
/// Source: claircore `rhel/vex/parser.go`, which has the same list.
const KERNEL_PARTS: &[&str] = &["", "-core", "-modules", "-modules-core", "-modules-extra"];
const KERNEL_FLAVORS: &[&str] = &["", "-rt", "-64k", "-rt-64k"];
const OTHER_KERNELS: &[&str] =
    &["kernel-uki-virt", "kernel-uki-virt-addons", "kernel-rt-kvm", "kernel-rt-64k-kvm"];

fn is_skipped_kernel(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("kernel") else { return false };
    let is_of = |flavor: &&str| rest.strip_prefix(*flavor).is_some_and(|part| KERNEL_PARTS.contains(&part));
    !KERNEL_FLAVORS.iter().any(is_of) && !OTHER_KERNELS.contains(&name)
}

impl Index {
    /// Compares packages with the statements about the products of their image.
    ///
    /// A package lacks an advisory if the fixed release is newer than the installed one, by rpm's order, in the same
    /// module stream (or both outside of modules), architecture and product stream. `noarch` matches all architectures.
    /// A document that lists only source packages is compared with the source of a package. Statements about products
    /// without a fix apply to all releases, and a statement that a package is not affected removes them, and a fix for
    /// exactly that release.
    ///
    /// Without products, the result is unknown: pass `None` if [`Products::find`] returned it.
    ///
    /// ```
    /// use rekey_advisories::{Cpe, Evr, IndexBuilder, Installed, Limits, Products, Status};
    ///
    /// let stream = Cpe::parse("cpe:/o:redhat:enterprise_linux:9").unwrap();
    /// let updateinfo = br#"<updates><update type="security"><id>RHSA-2026:1</id><issued date="2026-01-31"/>
    ///   <severity>Important</severity><references><reference type="cve" id="CVE-2026-1"/></references><pkglist><collection>
    ///   <package name="a" epoch="1" version="1.0" release="2.el9" arch="x86_64"/></collection></pkglist></update></updates>"#;
    /// let mut builder = IndexBuilder::new(Limits::default());
    /// builder.add_updateinfo(updateinfo, &stream)?;
    /// let index = builder.build()?;
    ///
    /// let installed = |evr| Installed::new("a", Evr::parse(evr).unwrap(), "x86_64").vendor("Red Hat, Inc.");
    /// let packages = [installed("1:1.0-1.el9"), installed("1:1.0-2.el9")];
    /// let assessment = index.assess(&packages, Some(&Products::given(vec![stream])));
    /// assert!(assessment.gaps().is_empty());
    /// assert_eq!(assessment.matches().len(), 1);
    /// assert_eq!(assessment.matches()[0].advisory, "RHSA-2026:1");
    /// assert_eq!(assessment.status(1), Status::NotAffected);
    /// # Ok::<(), rekey_advisories::Error>(())
    /// ```
    pub fn assess(&self, packages: &[Installed<'_>], products: Option<&Products>) -> Assessment<'_> {
        let mut assessment =
            Assessment { matches: Vec::new(), not_covered: Vec::new(), gaps: Vec::new(), compared: 0 };
        let covered: Vec<Option<usize>> = match products {
            Some(products) => self.products().map(|product| covered_product(product, products)).collect(),
            None => Vec::new(),
        };
        let matcher =
            products.map(|products| Matcher { index: self, covered: &covered, basis: products.basis() });
        let mut invalid_modules = 0;
        for (place, package) in packages.iter().enumerate() {
            if let Some(reason) = not_covered(package) {
                invalid_modules += usize::from(reason == NotCoveredReason::Module);
                assessment.not_covered.push(NotCovered { package: place, reason });
                continue;
            }
            assessment.compared += 1;
            if let Some(matcher) = &matcher {
                matcher.assess(place, package, &mut assessment.matches);
            }
        }
        let gaps = &mut assessment.gaps;
        match products {
            None => gaps.push(Gap::NoProducts),
            Some(products) => {
                if covered.iter().all(Option::is_none) {
                    gaps.push(Gap::NoStatements);
                }
                // The history of dnf also names repositories of other vendors.
                if products.basis() == ProductBasis::ContentSets && !products.unmapped().is_empty() {
                    gaps.push(Gap::UnmappedRepositories(products.unmapped().to_vec()));
                }
            }
        }
        if packages.is_empty() {
            gaps.push(Gap::NoPackages);
        } else if assessment.compared == 0 {
            gaps.push(Gap::NoCoveredPackages);
        }
        if self.unreadable() > 0 {
            gaps.push(Gap::UnreadableDocuments(self.unreadable()));
        }
        if invalid_modules > 0 {
            gaps.push(Gap::InvalidModules(invalid_modules));
        }
        assessment
    }
}

fn covered_product(product: &str, products: &Products) -> Option<usize> {
    let product = Cpe::parse(product)?;
    products.cpes().iter().position(|of_image| product.covers(of_image))
}

fn not_covered(package: &Installed<'_>) -> Option<NotCoveredReason> {
    if package.name == "gpg-pubkey" {
        return Some(NotCoveredReason::Key);
    }
    if package.vendor.is_some_and(|vendor| vendor != VENDOR) {
        return Some(NotCoveredReason::Vendor);
    }
    if package.is_module_invalid {
        return Some(NotCoveredReason::Module);
    }
    is_skipped_kernel(package.name).then_some(NotCoveredReason::Kernel)
}

struct Matcher<'i, 'p> {
    index: &'i Index,
    covered: &'p [Option<usize>],
    basis: ProductBasis,
}

/// A row that applies to a package.
struct Hit<'i> {
    cves: &'i str,
    advisory: &'i str,
    status: Status,
    impact: Impact,
    fixed: Option<Evr<'i>>,
    no_fix: NoFix,
    /// True if a statement names no architecture and no source package, and was compared with the source's name.
    is_loose: bool,
    decision: Decision<'i>,
}

impl<'i> Matcher<'i, '_> {
    /// Adds the matches of one package.
    fn assess(&self, place: usize, package: &Installed<'_>, matches: &mut Vec<FlawMatch<'i>>) {
        let mut hits = Vec::new();
        // Statements that a flaw does not apply, with the release that they name; and flaws with a fix by name.
        let mut not_affected: HashMap<&str, Vec<(Hit<'i>, Option<Evr<'i>>)>> = HashMap::new();
        let mut with_fix: HashSet<&str> = HashSet::new();
        let source = package.source.as_ref();
        let names =
            [(Some(package.name), MatchedBy::Name), (source.map(|source| source.name), MatchedBy::Source)];
        for (name, by) in names {
            let Some(name) = name else { continue };
            for row in self.index.rows_of(name) {
                let Some(hit) = self.hit(&row, package, by) else { continue };
                match hit.status {
                    Status::Fixed => {
                        if by == MatchedBy::Name {
                            with_fix.insert(hit.cves);
                        }
                        if is_older(package, by, hit.fixed) {
                            hits.push(hit);
                        }
                    }
                    Status::NotAffected => {
                        let release = self.index.statement(&row).evr;
                        not_affected.entry(hit.cves).or_default().push((hit, release));
                    }
                    _ => hits.push(hit),
                }
            }
        }
        // A package with its own statements needs none that only has the name of its source.
        hits.retain(|hit| !hit.is_loose || !with_fix.contains(hit.cves));
        let mut removed = Vec::new();
        hits.retain(|hit| {
            let removes = |(_, release): &&(Hit<'i>, Option<Evr<'i>>)| {
                let is_same_release = release.is_none_or(|release| release.compare(&package.evr).is_eq());
                hit.status != Status::Fixed || is_same_release
            };
            let found = not_affected.get(hit.cves).and_then(|others| others.iter().find(removes));
            removed.extend(found.map(|(other, _)| Hit { status: Status::NotAffected, ..copy(other) }));
            found.is_none()
        });
        hits.append(&mut removed);
        self.group(place, hits, matches);
    }

    /// Returns the row as a hit if it is about this package, whatever its release.
    fn hit(&self, row: &Row, package: &Installed<'_>, by: MatchedBy) -> Option<Hit<'i>> {
        let covers = self.covered.get(row.product as usize).copied().flatten()?;
        let statement = self.index.statement(row);
        if statement.module != package.module {
            return None;
        }
        let is_unfixed = statement.status != Status::Fixed;
        // Statements without a fix name source packages, and often without saying so.
        let is_loose = by == MatchedBy::Source && !statement.is_source;
        let is_of_name = match by {
            MatchedBy::Name => !statement.is_source,
            MatchedBy::Source => {
                statement.is_source
                    || (matches!(statement.status, Status::Affected | Status::UnderInvestigation)
                        && statement.arches.bits() == 0
                        && package.source.is_some_and(|source| source.name != package.name))
            }
        };
        if !is_of_name || !statement.arches.contains(package.arch) {
            return None;
        }
        Some(Hit {
            cves: statement.cves,
            advisory: statement.advisory,
            status: statement.status,
            impact: statement.impact,
            fixed: if is_unfixed { None } else { Some(statement.evr?) },
            no_fix: statement.no_fix,
            is_loose,
            decision: Decision {
                product: statement.product,
                covers,
                basis: self.basis,
                by,
                module: statement.module,
                form: statement.form,
            },
        })
    }

    /// Joins hits that differ only in the flaw or the document.
    fn group(&self, place: usize, hits: Vec<Hit<'i>>, matches: &mut Vec<FlawMatch<'i>>) {
        let first = matches.len();
        let mut places: HashMap<(&str, Status, Option<Evr<'i>>, NoFix), usize> = HashMap::new();
        for hit in hits {
            let key = (hit.advisory, hit.status, hit.fixed, hit.no_fix);
            let at = *places.entry(key).or_insert(matches.len());
            if at == matches.len() {
                let advisory = self.index.advisory(hit.advisory);
                matches.push(FlawMatch {
                    package: place,
                    advisory: hit.advisory,
                    issued: advisory.and_then(|advisory| advisory.issued),
                    cves: Vec::new(),
                    impact: stated_impact(self.index, hit.advisory).unwrap_or_default(),
                    status: hit.status,
                    fixed: hit.fixed,
                    no_fix: hit.no_fix,
                    decision: hit.decision,
                });
            }
            let Some(found) = matches.get_mut(at) else { continue };
            found.cves.extend(hit.cves.split(' ').filter(|cve| !cve.is_empty()));
            if stated_impact(self.index, found.advisory).is_none() {
                found.impact = found.impact.max(hit.impact);
            }
        }
        let added = matches.get_mut(first..).unwrap_or_default();
        for found in &mut *added {
            found.cves.sort_unstable();
            found.cves.dedup();
        }
        added.sort_by(|a, b| (a.status, a.advisory, &a.cves).cmp(&(b.status, b.advisory, &b.cves)));
    }
}

/// Returns the impact that a document states for an advisory itself.
fn stated_impact(index: &Index, advisory: &str) -> Option<Impact> {
    index.advisory(advisory)?.impact.filter(|impact| *impact != Impact::Unrated)
}

fn copy<'i>(hit: &Hit<'i>) -> Hit<'i> {
    Hit { fixed: None, advisory: "", ..*hit }
}

/// Returns true if the installed release is older than the fixed one.
fn is_older(package: &Installed<'_>, by: MatchedBy, fixed: Option<Evr<'_>>) -> bool {
    let Some(fixed) = fixed else { return false };
    match (by, package.source) {
        (MatchedBy::Name, _) => package.evr.compare(&fixed).is_lt(),
        (MatchedBy::Source, Some(source)) => {
            // Without an epoch of its own, the source has that of its main package; of another package, it is unknown.
            let of_main = (source.name == package.name).then_some(package.evr.epoch());
            let epoch = source.epoch.or(of_main).unwrap_or(fixed.epoch());
            Evr::new(Some(epoch), source.version, source.release).compare(&fixed).is_lt()
        }
        (MatchedBy::Source, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_that_run_are_compared() {
        for (name, is_skipped) in [
            ("kernel", false),
            ("kernel-core", false),
            ("kernel-rt-64k-modules-extra", false),
            ("kernel-uki-virt", false),
            ("kernel-rt-kvm", false),
            ("kernel-64k-kvm", true),
            ("kernel-headers", true),
            ("kernel-doc", true),
            ("kernel-tools-libs", true),
            ("kernelshark", true),
            ("bpftool", false),
        ] {
            assert_eq!(is_skipped_kernel(name), is_skipped, "{name}");
        }
    }
}
