//! The statements of a document: the common form of all data about advisories.

use std::{collections::HashMap, fmt, sync::Arc};

use rekey_core::Date;

use crate::{Arches, Error, Evr, Limits};

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DataForm {
    /// CSAF of the category `csaf_vex`: one document for each CVE.
    Vex,
    /// CSAF of the category `csaf_security_advisory`: one document for each advisory.
    Advisory,
    /// `updateinfo.xml` of a repository.
    Updateinfo,
}

/// The impact that Red Hat gives to a flaw or an advisory; a later one is more severe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Impact {
    /// The document names no impact that Red Hat defines.
    #[default]
    Unrated,
    /// Low.
    Low,
    /// Moderate.
    Moderate,
    /// Important.
    Important,
    /// Critical.
    Critical,
}

impl Impact {
    /// All, from the least severe one.
    pub const ALL: [Self; 5] = [Self::Unrated, Self::Low, Self::Moderate, Self::Important, Self::Critical];

    /// Reads the word in any case; other words are [`Self::Unrated`].
    ///
    /// ```
    /// use rekey_advisories::Impact;
    ///
    /// assert_eq!(Impact::of("low"), Impact::Low);
    /// assert_eq!(Impact::of("Medium"), Impact::Unrated);
    /// ```
    pub fn of(word: &str) -> Self {
        let known = Self::ALL.into_iter().skip(1).find(|impact| impact.as_str().eq_ignore_ascii_case(word));
        known.unwrap_or_default()
    }

    /// The word as Red Hat writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unrated => "Unrated",
            Self::Low => "Low",
            Self::Moderate => "Moderate",
            Self::Important => "Important",
            Self::Critical => "Critical",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state of a package with respect to a flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// A release fixes it.
    Fixed,
    /// It is affected, and no release fixes it.
    Affected,
    /// It is not affected.
    NotAffected,
    /// Red Hat investigates.
    UnderInvestigation,
    /// The data does not say.
    Unknown,
}

impl Status {
    const ALL: [Self; 5] =
        [Self::Fixed, Self::Affected, Self::NotAffected, Self::UnderInvestigation, Self::Unknown];

    /// The words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Affected => "affected",
            Self::NotAffected => "not affected",
            Self::UnderInvestigation => "under investigation",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The reason that a document gives for the absence of a fix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NoFix {
    /// It gives none.
    #[default]
    Unstated,
    /// “Affected”: a fix is to come.
    Affected,
    /// “Fix deferred”.
    Deferred,
    /// “Will not fix”.
    WillNotFix,
    /// “Out of support scope”.
    OutOfSupport,
}

impl NoFix {
    const ALL: [Self; 5] =
        [Self::Unstated, Self::Affected, Self::Deferred, Self::WillNotFix, Self::OutOfSupport];

    pub(crate) fn of(details: &str) -> Self {
        let known = Self::ALL.into_iter().skip(1).find(|reason| reason.as_str() == details);
        known.unwrap_or_default()
    }

    /// The words that Red Hat uses; empty if it gives none.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unstated => "",
            Self::Affected => "Affected",
            Self::Deferred => "Fix deferred",
            Self::WillNotFix => "Will not fix",
            Self::OutOfSupport => "Out of support scope",
        }
    }
}

/// One statement: a package of a product has a status with respect to flaws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The CVEs, separated by spaces; an `updateinfo` names all of an advisory at once.
    pub cves: &'a str,
    /// The advisory that fixes them, such as `RHSA-2023:6745`; empty if there is none.
    pub advisory: &'a str,
    /// The status.
    pub status: Status,
    /// The impact for this product.
    pub impact: Impact,
    /// The name of the package.
    pub name: &'a str,
    /// True if the name is that of a source package.
    pub is_source: bool,
    /// The release that fixes them, or the one that is not affected.
    pub evr: Option<Evr<'a>>,
    /// The architectures.
    pub arches: Arches,
    /// The module, `NAME:STREAM`; empty if the package belongs to none.
    pub module: &'a str,
    /// The CPE of the product.
    pub product: &'a str,
    /// The reason why no release fixes it.
    pub no_fix: NoFix,
    /// The form of the document.
    pub form: DataForm,
}

/// An advisory that a document names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advisory<'a> {
    /// The id, such as `RHSA-2023:6745`.
    pub id: &'a str,
    /// The day on which it was issued, in UTC.
    pub issued: Option<Date>,
    /// Its own impact. A VEX document has only the impact of one flaw, so it gives none.
    pub impact: Option<Impact>,
}

/// A document as values. [`csaf::parse`](crate::csaf::parse) and [`updateinfo::parse`](crate::updateinfo::parse)
/// return it.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) form: DataForm,
    pub(crate) id: String,
    pub(crate) updated: Option<Date>,
    pub(crate) is_deleted: bool,
    pub(crate) skipped: usize,
    pub(crate) strings: Strings,
    pub(crate) rows: Vec<Row>,
    pub(crate) advisories: Vec<AdvisoryRow>,
}

impl Document {
    pub(crate) fn new(form: DataForm, limits: &Limits) -> Self {
        Self {
            form,
            id: String::new(),
            updated: None,
            is_deleted: false,
            skipped: 0,
            strings: Strings::new(limits.text_bytes),
            rows: Vec::new(),
            advisories: Vec::new(),
        }
    }

    /// The form.
    pub const fn form(&self) -> DataForm {
        self.form
    }

    /// Its id: a CVE, an advisory, or empty for an `updateinfo`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The day of its newest content, in UTC.
    pub const fn updated(&self) -> Option<Date> {
        self.updated
    }

    /// Returns true if Red Hat withdrew it; it then has no statements.
    pub const fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// The number of its entries that are not about RPMs of Red Hat, or that name no product or release.
    pub const fn skipped(&self) -> usize {
        self.skipped
    }

    /// The statements; those that differ only in the architecture are one.
    pub fn statements(&self) -> impl ExactSizeIterator<Item = Statement<'_>> {
        self.rows.iter().map(|row| row.statement(|id| self.strings.get(id)))
    }

    /// The advisories that it names.
    pub fn advisories(&self) -> impl ExactSizeIterator<Item = Advisory<'_>> {
        self.advisories.iter().map(|row| row.advisory(self.strings.get(row.id)))
    }

    /// Sorts the rows and joins those that differ only in the architecture.
    pub(crate) fn finish(&mut self) {
        join(&mut self.rows);
        self.advisories
            .sort_unstable_by_key(|row| (row.id, row.issued.is_none(), row.issued.map(crate::day::number)));
        self.advisories.dedup_by_key(|row| row.id);
    }
}

/// Sorts rows and joins those that differ only in the architecture.
pub(crate) fn join(rows: &mut Vec<Row>) {
    rows.sort_unstable();
    rows.dedup_by(|row, kept| {
        let is_same = Row { arches: 0, ..*row } == Row { arches: 0, ..*kept };
        // A statement about all architectures contains those about single ones.
        if is_same {
            kept.arches = if row.arches == 0 || kept.arches == 0 { 0 } else { kept.arches | row.arches };
        }
        is_same
    });
}

/// A statement with the numbers of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) name: u32,
    pub(crate) cves: u32,
    pub(crate) advisory: u32,
    pub(crate) product: u32,
    pub(crate) evr: u32,
    pub(crate) module: u32,
    pub(crate) status: u8,
    pub(crate) impact: u8,
    pub(crate) no_fix: u8,
    /// Bit 0: the name is that of a source package. Bits 1 and 2: the form.
    pub(crate) flags: u8,
    pub(crate) arches: u16,
}

/// The bit of a row whose name is that of a source package.
pub(crate) const SOURCE: u8 = 1;

impl Row {
    pub(crate) fn statement<'a>(&self, text: impl Fn(u32) -> &'a str) -> Statement<'a> {
        Statement {
            cves: text(self.cves),
            advisory: text(self.advisory),
            status: self.status(),
            impact: Impact::ALL.get(usize::from(self.impact)).copied().unwrap_or_default(),
            name: text(self.name),
            is_source: self.is_source(),
            evr: Evr::parse(text(self.evr)),
            arches: Arches::from_bits(self.arches),
            module: text(self.module),
            product: text(self.product),
            no_fix: NoFix::ALL.get(usize::from(self.no_fix)).copied().unwrap_or_default(),
            form: match self.flags >> 1 {
                0 => DataForm::Vex,
                1 => DataForm::Advisory,
                _ => DataForm::Updateinfo,
            },
        }
    }

    pub(crate) fn status(&self) -> Status {
        Status::ALL.get(usize::from(self.status)).copied().unwrap_or(Status::Unknown)
    }

    pub(crate) const fn is_source(&self) -> bool {
        self.flags & SOURCE != 0
    }
}

/// Returns the flags of a row.
pub(crate) const fn flags(form: DataForm, is_source: bool) -> u8 {
    (form as u8) << 1 | is_source as u8
}

/// An advisory with the number of its id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdvisoryRow {
    pub(crate) id: u32,
    pub(crate) issued: Option<Date>,
    pub(crate) impact: Option<Impact>,
}

impl AdvisoryRow {
    pub(crate) const fn advisory<'a>(&self, id: &'a str) -> Advisory<'a> {
        Advisory { id, issued: self.issued, impact: self.impact }
    }
}

/// Texts that are kept once. The text with the number 0 is empty.
#[derive(Clone, Debug)]
pub(crate) struct Strings {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    bytes: usize,
    maximum: usize,
}

impl Strings {
    pub(crate) fn new(maximum: usize) -> Self {
        let empty: Arc<str> = "".into();
        Self { numbers: HashMap::from([(empty.clone(), 0)]), texts: vec![empty], bytes: 0, maximum }
    }

    pub(crate) fn add(&mut self, text: &str) -> Result<u32, Error> {
        if let Some(number) = self.numbers.get(text) {
            return Ok(*number);
        }
        self.bytes = self.bytes.saturating_add(text.len());
        let number = u32::try_from(self.texts.len()).ok().filter(|_| self.bytes <= self.maximum);
        let number = number.ok_or(Error::Text(self.maximum))?;
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        Ok(number)
    }

    pub(crate) fn get(&self, number: u32) -> &str {
        self.texts.get(number as usize).map(|text| &**text).unwrap_or_default()
    }

    pub(crate) fn all(&self) -> &[Arc<str>] {
        &self.texts
    }
}
