//! CSAF documents of Red Hat: VEX in the layout up to 2026 and in the one since, and advisories.
//!
//! Sources: OASIS CSAF 2.0; Red Hat security-data-guidelines `docs/vex-ga-details.md` and `docs/cpe.md`.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
};

use serde::{Deserialize, Deserializer, de};

use crate::{
    Arches, Cpe, DataForm, Document, Error, Evr, Impact, Limits, Status,
    compression::decompressed,
    day,
    document::{AdvisoryRow, NoFix, Row, flags},
    purl::Purl,
};

/// Reads a CSAF document of the category `csaf_vex` or `csaf_security_advisory`: plain, gzip or zstd.
///
/// Entries that are not RPMs of Red Hat, or that name no product, are counted in [`Document::skipped`]. A document that
/// Red Hat withdrew has no statements.
///
/// # Errors
/// Returns an error if the document is not such a document, is invalid, or exceeds a limit.
///
/// ```
/// use rekey_advisories::{Error, Limits, csaf};
///
/// let document = br#"{
///     "document": {"category": "csaf_vex", "tracking": {"id": "CVE-2026-1", "status": "final"}},
///     "product_tree": {
///         "branches": [
///             {"product": {"product_id": "rhel", "product_identification_helper": {"cpe": "cpe:/o:redhat:enterprise_linux:9"}}},
///             {"product": {"product_id": "a", "product_identification_helper": {"purl": "pkg:rpm/redhat/a@1.0-2.el9?arch=x86_64"}}}
///         ],
///         "relationships": [{
///             "product_reference": "a",
///             "relates_to_product_reference": "rhel",
///             "full_product_name": {"product_id": "rhel:a"}
///         }]
///     },
///     "vulnerabilities": [{"cve": "CVE-2026-1", "product_status": {"fixed": ["rhel:a"]}}]
/// }"#;
/// let document = csaf::parse(document, &Limits::default())?;
/// let statement = document.statements().next().unwrap();
/// assert_eq!(statement.evr.unwrap().to_string(), "1.0-2.el9");
///
/// assert_eq!(csaf::parse(b"{}", &Limits::default()).unwrap_err(), Error::NotCsaf);
/// # Ok::<(), Error>(())
/// ```
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Document, Error> {
    let bytes = decompressed(bytes, limits)?;
    let csaf: Csaf<'_> = serde_json::from_slice(&bytes)
        .map_err(|error| Error::Json { line: error.line(), column: error.column() })?;
    let header = csaf.document.ok_or(Error::NotCsaf)?;
    let form = match header.category.as_ref().map(|category| &*category.0) {
        Some("csaf_vex") => DataForm::Vex,
        Some("csaf_security_advisory") => DataForm::Advisory,
        _ => return Err(Error::NotCsaf),
    };
    let mut document = Document::new(form, limits);
    let tracking = header.tracking.unwrap_or_default();
    document.id = tracking.id.as_ref().map(|id| id.0.to_string()).unwrap_or_default();
    document.updated = tracking.current_release_date.as_ref().and_then(|date| day::parse(&date.0));
    document.is_deleted = tracking.status.as_ref().is_some_and(|status| status.0 == "deleted");
    if document.is_deleted {
        return Ok(document);
    }
    if form == DataForm::Advisory {
        let impact = header.aggregate_severity.and_then(|severity| severity.text);
        let issued = tracking.initial_release_date.as_ref().and_then(|date| day::parse(&date.0));
        let impact = impact.map(|impact| Impact::of(&impact.0));
        let id = document.strings.add(&document.id)?;
        document.advisories.push(AdvisoryRow { id, issued, impact });
    }
    let tree = csaf.product_tree.unwrap_or_default();
    let products = Products::new(&tree, &mut document)?;
    let mut details = vec![Details::default(); products.resolved.len()];
    for (vulnerability, number) in csaf.vulnerabilities.iter().zip(1..) {
        let mut of_vulnerability = DetailsOf { number, details: &mut details, products: &products };
        read_vulnerability(vulnerability, &mut of_vulnerability, &mut document, limits)?;
    }
    document.finish();
    Ok(document)
}

/// A full product: a package in a product, or the reason why it has none.
#[derive(Clone, Copy)]
enum Resolved {
    /// A package of Red Hat in a product; the numbers of texts.
    Package {
        product: u32,
        package: Package,
    },
    Skipped,
}

/// A package with the numbers of its texts.
#[derive(Clone, Copy)]
struct Package {
    name: u32,
    evr: u32,
    module: u32,
    arches: u16,
    is_source: bool,
}

/// The products of the tree by the ids that statements use.
struct Products<'t> {
    numbers: HashMap<&'t str, usize>,
    resolved: Vec<Resolved>,
}

/// The maximum number of relationships between a package and its product: a module is between them.
const NESTING: usize = 5;

impl<'t> Products<'t> {
    fn new(tree: &'t Tree<'_>, document: &mut Document) -> Result<Self, Error> {
        let mut helpers = HashMap::new();
        let products = tree.full_product_names.iter();
        for product in products {
            add_helper(product, &mut helpers, document)?;
        }
        for branch in &tree.branches {
            add_branch(branch, &mut helpers, document)?;
        }
        let relationships: HashMap<&str, (&str, &str)> = tree
            .relationships
            .iter()
            .map(|relationship| {
                let of = (&*relationship.product_reference.0, &*relationship.relates_to_product_reference.0);
                (&*relationship.full_product_name.product_id.0, of)
            })
            .collect();
        let mut numbers = HashMap::with_capacity(tree.relationships.len());
        let mut resolved = Vec::with_capacity(tree.relationships.len());
        for relationship in &tree.relationships {
            let id = &*relationship.full_product_name.product_id.0;
            numbers.entry(id).or_insert_with(|| {
                resolved.push(resolve(id, &relationships, &helpers));
                resolved.len() - 1
            });
        }
        Ok(Self { numbers, resolved })
    }
}

/// The facts that identify a product.
#[derive(Clone, Copy, Default)]
struct Helper {
    cpe: Option<u32>,
    package: Option<Package>,
    /// The module, if the product is one.
    module: u32,
}

fn add_branch<'t>(
    branch: &'t Branch<'_>,
    helpers: &mut HashMap<&'t str, Helper>,
    document: &mut Document,
) -> Result<(), Error> {
    if let Some(product) = &branch.product {
        add_helper(product, helpers, document)?;
    }
    // The reader of JSON bounds the nesting.
    branch.branches.iter().try_for_each(|branch| add_branch(branch, helpers, document))
}

fn add_helper<'t>(
    product: &'t Product<'_>,
    helpers: &mut HashMap<&'t str, Helper>,
    document: &mut Document,
) -> Result<(), Error> {
    let Some(helper) = &product.product_identification_helper else { return Ok(()) };
    let strings = &mut document.strings;
    let mut found = Helper::default();
    if let Some(cpe) = helper.cpe.as_ref().filter(|cpe| Cpe::parse(&cpe.0).is_some()) {
        found.cpe = Some(strings.add(&cpe.0)?);
    }
    if let Some(purl) = helper.purl.as_ref().and_then(|purl| Purl::parse(&purl.0)) {
        let module = strings.add(purl.module.as_deref().unwrap_or_default())?;
        if purl.is_module {
            found.module = module;
        } else {
            let is_source = purl.is_source();
            let evr = match purl.version.as_deref().and_then(|version| version.rsplit_once('-')) {
                Some((version, release)) => {
                    strings.add(&Evr::new(Some(purl.epoch), version, release).to_string())?
                }
                None => 0,
            };
            let arches = purl.arch.as_deref().filter(|_| !is_source).map(Arches::of).unwrap_or_default();
            let name = strings.add(&purl.name)?;
            found.package = Some(Package { name, evr, module, arches: arches.bits(), is_source });
        }
    }
    helpers.insert(&product.product_id.0, found);
    Ok(())
}

/// Follows the references from a full product to a package and its product.
fn resolve(
    id: &str,
    relationships: &HashMap<&str, (&str, &str)>,
    helpers: &HashMap<&str, Helper>,
) -> Resolved {
    let mut component = id;
    let mut module = 0;
    for _ in 0..NESTING {
        let Some((inner, around)) = relationships.get(component) else { break };
        component = inner;
        // A package in a module in a product: the module says only its own name.
        if let Some(helper) = relationships.get(around).and_then(|(inner, _)| helpers.get(inner)) {
            module = helper.module.max(module);
        }
    }
    let mut product = id;
    for _ in 0..NESTING {
        let Some((_, around)) = relationships.get(product) else { break };
        product = around;
    }
    let package = helpers.get(component).and_then(|helper| helper.package);
    let cpe = helpers.get(product).and_then(|helper| helper.cpe);
    match (package, cpe) {
        (Some(package), Some(product)) => {
            let module = if package.module == 0 { module } else { package.module };
            Resolved::Package { product, package: Package { module, ..package } }
        }
        _ => Resolved::Skipped,
    }
}

/// The facts of a full product in one vulnerability.
#[derive(Clone, Copy, Default)]
struct Details {
    /// The number of the vulnerability, from 1.
    vulnerability: u32,
    impact: Option<Impact>,
    advisory: u32,
    no_fix: NoFix,
}

/// The facts of all full products in one vulnerability. Those of the one before are not cleared but replaced at the first
/// use, so that the work is linear in the document.
struct DetailsOf<'p, 't> {
    number: u32,
    details: &'p mut [Details],
    products: &'p Products<'t>,
}

impl DetailsOf<'_, '_> {
    fn get_mut(&mut self, id: &str) -> Option<&mut Details> {
        let details = self.details.get_mut(*self.products.numbers.get(id)?)?;
        if details.vulnerability != self.number {
            *details = Details { vulnerability: self.number, ..Details::default() };
        }
        Some(details)
    }
}

fn read_vulnerability(
    vulnerability: &Vulnerability<'_>,
    details: &mut DetailsOf<'_, '_>,
    document: &mut Document,
    limits: &Limits,
) -> Result<(), Error> {
    let Some(status) = &vulnerability.product_status else { return Ok(()) };
    let cves = match &vulnerability.cve {
        Some(cve) => document.strings.add(&cve.0)?,
        None if document.form == DataForm::Vex => document.strings.add(&document.id.clone())?,
        None => 0,
    };
    let general = read_details(vulnerability, details, document)?;
    let lists = [
        (Status::Fixed, &status.fixed),
        (Status::Affected, &status.known_affected),
        (Status::NotAffected, &status.known_not_affected),
        (Status::UnderInvestigation, &status.under_investigation),
    ];
    let first = document.rows.len();
    for (status, ids) in lists {
        for id in ids {
            let number = details.products.numbers.get(&*id.0).copied();
            let resolved = number.and_then(|number| details.products.resolved.get(number)).copied();
            let (Some(Resolved::Package { product, package }), Some(details)) =
                (resolved, details.get_mut(&id.0))
            else {
                document.skipped += 1;
                continue;
            };
            if status == Status::Fixed && package.evr == 0 {
                document.skipped += 1;
                continue;
            }
            if document.rows.len() >= limits.statements {
                return Err(Error::Statements(limits.statements));
            }
            let is_unfixed = matches!(status, Status::Affected | Status::UnderInvestigation);
            let advisory = match (status, details.advisory) {
                (Status::Fixed, 0) => general.advisory,
                (Status::Fixed, advisory) => advisory,
                _ => 0,
            };
            document.rows.push(Row {
                name: package.name,
                cves,
                advisory,
                product,
                evr: if is_unfixed { 0 } else { package.evr },
                module: package.module,
                status: status as u8,
                impact: details.impact.or(general.impact).unwrap_or_default() as u8,
                no_fix: if is_unfixed { details.no_fix as u8 } else { 0 },
                flags: flags(document.form, package.is_source),
                arches: package.arches,
            });
        }
    }
    drop_sources(&mut document.rows, first);
    Ok(())
}

/// Drops the source packages of advisories that also list binary packages: those are exact.
///
/// The layout since 2026 lists mostly source packages, which then count by the source of an installed package.
fn drop_sources(rows: &mut Vec<Row>, first: usize) {
    let mut added = rows.split_off(first.min(rows.len()));
    let is_fix = |row: &Row| row.status() == Status::Fixed;
    // Without an advisory, the product must be the same.
    let group = |row: &Row| (row.advisory, if row.advisory == 0 { row.product } else { 0 });
    let with_binaries: HashSet<_> =
        added.iter().filter(|row| is_fix(row) && !row.is_source()).map(group).collect();
    added.retain(|row| !is_fix(row) || !row.is_source() || !with_binaries.contains(&group(row)));
    rows.append(&mut added);
}

/// Reads the impact and the remediation of each full product; returns those that name no product.
fn read_details(
    vulnerability: &Vulnerability<'_>,
    details: &mut DetailsOf<'_, '_>,
    document: &mut Document,
) -> Result<Details, Error> {
    let mut general = Details::default();
    for threat in vulnerability.threats.iter().filter(|threat| threat.category.is("impact")) {
        let impact = threat.details.as_ref().map(|details| Impact::of(&details.0));
        if threat.product_ids.is_empty() {
            general.impact = general.impact.or(impact);
        }
        for id in &threat.product_ids {
            if let Some(details) = details.get_mut(&id.0) {
                details.impact = details.impact.or(impact);
            }
        }
    }
    for remediation in &vulnerability.remediations {
        let is_fix = remediation.category.is("vendor_fix");
        let mut of = Details::default();
        if is_fix {
            let url = remediation.url.as_ref().map(|url| &*url.0).unwrap_or_default();
            let id = url.rsplit('/').next().filter(|id| is_advisory(id));
            let Some(id) = id else { continue };
            of.advisory = document.strings.add(id)?;
            let issued = remediation.date.as_ref().and_then(|date| day::parse(&date.0));
            if document.form == DataForm::Vex {
                document.advisories.push(AdvisoryRow { id: of.advisory, issued, impact: None });
            }
        } else {
            of.no_fix = remediation.details.as_ref().map(|details| NoFix::of(&details.0)).unwrap_or_default();
        }
        if remediation.product_ids.is_empty() && general.advisory == 0 {
            general.advisory = of.advisory;
        }
        for id in &remediation.product_ids {
            if let Some(details) = details.get_mut(&id.0) {
                if details.advisory == 0 {
                    details.advisory = of.advisory;
                }
                details.no_fix = details.no_fix.max(of.no_fix);
            }
        }
    }
    if document.form == DataForm::Advisory && general.advisory == 0 {
        general.advisory = document.strings.add(&document.id.clone())?;
    }
    Ok(general)
}

/// Returns true for `RHSA-2023:6745`, `RHBA-…` and `RHEA-…`.
fn is_advisory(id: &str) -> bool {
    ["RHSA-", "RHBA-", "RHEA-"].iter().any(|prefix| id.starts_with(prefix)) && id.len() <= 32
}

/// A text that is borrowed from the document if it has no escapes; serde's `Cow` in lists never is.
struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    fn is(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[derive(Deserialize)]
struct Csaf<'a> {
    #[serde(borrow)]
    document: Option<Header<'a>>,
    #[serde(borrow)]
    product_tree: Option<Tree<'a>>,
    #[serde(borrow, default)]
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    category: Option<Text<'a>>,
    #[serde(borrow)]
    tracking: Option<Tracking<'a>>,
    #[serde(borrow)]
    aggregate_severity: Option<Aggregate<'a>>,
}

#[derive(Deserialize)]
struct Aggregate<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
struct Tracking<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    initial_release_date: Option<Text<'a>>,
    #[serde(borrow)]
    current_release_date: Option<Text<'a>>,
}

#[derive(Default, Deserialize)]
struct Tree<'a> {
    #[serde(borrow, default)]
    branches: Vec<Branch<'a>>,
    #[serde(borrow, default)]
    full_product_names: Vec<Product<'a>>,
    #[serde(borrow, default)]
    relationships: Vec<Relationship<'a>>,
}

#[derive(Deserialize)]
struct Branch<'a> {
    #[serde(borrow, default)]
    branches: Vec<Branch<'a>>,
    #[serde(borrow)]
    product: Option<Product<'a>>,
}

#[derive(Deserialize)]
struct Product<'a> {
    #[serde(borrow)]
    product_id: Text<'a>,
    #[serde(borrow)]
    product_identification_helper: Option<Identification<'a>>,
}

#[derive(Deserialize)]
struct Identification<'a> {
    #[serde(borrow)]
    cpe: Option<Text<'a>>,
    #[serde(borrow)]
    purl: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Relationship<'a> {
    #[serde(borrow)]
    product_reference: Text<'a>,
    #[serde(borrow)]
    relates_to_product_reference: Text<'a>,
    #[serde(borrow)]
    full_product_name: FullName<'a>,
}

#[derive(Deserialize)]
struct FullName<'a> {
    #[serde(borrow)]
    product_id: Text<'a>,
}

#[derive(Deserialize)]
struct Vulnerability<'a> {
    #[serde(borrow)]
    cve: Option<Text<'a>>,
    #[serde(borrow)]
    product_status: Option<ProductStatus<'a>>,
    #[serde(borrow, default)]
    threats: Vec<Threat<'a>>,
    #[serde(borrow, default)]
    remediations: Vec<Remediation<'a>>,
}

#[derive(Deserialize)]
struct ProductStatus<'a> {
    #[serde(borrow, default)]
    fixed: Vec<Text<'a>>,
    #[serde(borrow, default)]
    known_affected: Vec<Text<'a>>,
    #[serde(borrow, default)]
    known_not_affected: Vec<Text<'a>>,
    #[serde(borrow, default)]
    under_investigation: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct Threat<'a> {
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    details: Option<Text<'a>>,
    #[serde(borrow, default)]
    product_ids: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct Remediation<'a> {
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    details: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    #[serde(borrow)]
    date: Option<Text<'a>>,
    #[serde(borrow, default)]
    product_ids: Vec<Text<'a>>,
}
