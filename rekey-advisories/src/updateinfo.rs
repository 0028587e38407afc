//! `updateinfo.xml` of the repositories of RPMs: the advisories that an update step really gets.
//!
//! Sources: createrepo_c `src/xml_parser_updateinfo.c`; libsolv `ext/repo_updateinfoxml.c`.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::{
    Arches, Cpe, DataForm, Document, Error, Evr, Impact, Limits, Status,
    compression::decompressed,
    day,
    document::{AdvisoryRow, Row, flags},
};

/// Reads an `updateinfo.xml`: plain, gzip or zstd. It belongs to a repository, so the caller says of which product that
/// is.
///
/// Advisories of the type `security` and all others that name a CVE are read; the rest is counted in
/// [`Document::skipped`]. A document without any advisory has no statements: it does not mean that all packages are
/// clean.
///
/// # Errors
/// Returns an error if the document is not an `updateinfo`, is invalid, has a document type, or exceeds a limit.
///
/// ```
/// use rekey_advisories::{Cpe, Limits, updateinfo};
///
/// let document = br#"<updates>
///   <update type="security">
///     <id>RHSA-2026:1</id> <issued date="2026-01-31"/> <severity>Important</severity>
///     <references><reference type="cve" id="CVE-2026-1"/></references>
///     <pkglist><collection><package name="a" epoch="1" version="1.0" release="2.el9" arch="x86_64"/></collection></pkglist>
///   </update>
/// </updates>"#;
/// let product = Cpe::parse("cpe:/o:redhat:enterprise_linux:9::baseos").unwrap();
/// let document = updateinfo::parse(document, &product, &Limits::default())?;
/// assert_eq!(document.statements().next().unwrap().cves, "CVE-2026-1");
/// # Ok::<(), rekey_advisories::Error>(())
/// ```
pub fn parse(bytes: &[u8], product: &Cpe, limits: &Limits) -> Result<Document, Error> {
    let bytes = decompressed(bytes, limits)?;
    let mut reader = Reader::from_reader(&*bytes);
    let mut document = Document::new(DataForm::Updateinfo, limits);
    let product = document.strings.add(product.as_str())?;
    let mut state = State { product, ..State::default() };
    let mut depth = 0_usize;
    let mut has_root = false;
    loop {
        let invalid = |reader: &Reader<&[u8]>| Error::Xml(reader.buffer_position());
        let event = reader.read_event().map_err(|_| Error::Xml(reader.error_position()))?;
        match event {
            Event::Start(start) => {
                if depth == 0 && start.local_name().as_ref() != b"updates" {
                    return Err(Error::NotUpdateinfo);
                }
                has_root = true;
                depth += 1;
                if depth > limits.depth {
                    return Err(Error::Depth(limits.depth));
                }
                state.open(&start, &mut document, limits).ok_or_else(|| invalid(&reader))??;
            }
            Event::Empty(start) => {
                if depth == 0 && start.local_name().as_ref() != b"updates" {
                    return Err(Error::NotUpdateinfo);
                }
                has_root = true;
                state.open(&start, &mut document, limits).ok_or_else(|| invalid(&reader))??;
                state.close(start.local_name().as_ref(), &mut document)?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                state.close(end.local_name().as_ref(), &mut document)?;
            }
            Event::Text(text) => {
                let text = text.xml_content(XmlVersion::Implicit1_0).map_err(|_| invalid(&reader))?;
                state.text(&text);
            }
            Event::CData(text) => {
                let text = text.xml_content(XmlVersion::Implicit1_0).map_err(|_| invalid(&reader))?;
                state.text(&text);
            }
            Event::DocType(_) => return Err(Error::DocumentType),
            // Only the entities that XML defines occur in an id, and none does in practice.
            Event::GeneralRef(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    if !has_root || depth > 0 {
        return Err(if has_root { Error::Xml(bytes.len() as u64) } else { Error::NotUpdateinfo });
    }
    document.finish();
    Ok(document)
}

/// The element whose text is collected.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Element {
    #[default]
    Other,
    Id,
    Severity,
}

/// The maximum length of an id or a severity in bytes; the rest of a longer text is ignored.
const TEXT_BYTES: usize = 256;

/// The update that is being read.
#[derive(Default)]
struct State {
    product: u32,
    element: Element,
    is_update: bool,
    is_security: bool,
    id: String,
    severity: String,
    issued: Option<rekey_core::Date>,
    cves: Vec<String>,
    module: u32,
    rows: Vec<Row>,
}

impl State {
    /// Reads the start of an element; `None` if an attribute is invalid.
    fn open(
        &mut self,
        start: &BytesStart<'_>,
        document: &mut Document,
        limits: &Limits,
    ) -> Option<Result<(), Error>> {
        self.element = Element::Other;
        match start.local_name().as_ref() {
            b"update" => {
                let [kind] = attributes(start, [b"type"])?;
                *self = Self {
                    product: self.product,
                    is_update: true,
                    is_security: kind.is_some_and(|kind| kind == "security"),
                    ..Self::default()
                };
            }
            _ if !self.is_update => {}
            b"id" if self.id.is_empty() => self.element = Element::Id,
            b"severity" if self.severity.is_empty() => self.element = Element::Severity,
            b"issued" => {
                let [date] = attributes(start, [b"date"])?;
                self.issued = date.and_then(|date| day::parse(&date));
            }
            b"updated" => {
                let [date] = attributes(start, [b"date"])?;
                document.updated = document.updated.max(date.and_then(|date| day::parse(&date)));
            }
            b"reference" => {
                let [kind, id] = attributes(start, [b"type", b"id"])?;
                if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("cve")) {
                    self.cves.extend(id.filter(|id| !id.contains(char::is_whitespace) && !id.is_empty()));
                }
            }
            b"collection" => self.module = 0,
            b"module" => {
                let [name, stream] = attributes(start, [b"name", b"stream"])?;
                if let (Some(name), Some(stream)) = (name, stream) {
                    match document.strings.add(&format!("{name}:{stream}")) {
                        Ok(module) => self.module = module,
                        Err(error) => return Some(Err(error)),
                    }
                }
            }
            b"package" => {
                let names: [&[u8]; 5] = [b"name", b"epoch", b"version", b"release", b"arch"];
                let values = attributes(start, names)?;
                if document.rows.len() + self.rows.len() >= limits.statements {
                    return Some(Err(Error::Statements(limits.statements)));
                }
                return Some(self.add_package(values, document));
            }
            _ => {}
        }
        Some(Ok(()))
    }

    fn add_package(&mut self, values: [Option<String>; 5], document: &mut Document) -> Result<(), Error> {
        let [Some(name), epoch, Some(version), Some(release), arch] = values else {
            document.skipped += 1;
            return Ok(());
        };
        let arch = arch.unwrap_or_default();
        // A fix of a source package is not installed anywhere, and its binary packages are listed.
        if name.is_empty() || version.is_empty() || release.is_empty() || matches!(&*arch, "src" | "nosrc") {
            return Ok(());
        }
        let epoch = match epoch.as_deref() {
            None | Some("") => 0,
            Some(epoch) => {
                let Ok(epoch) = epoch.parse() else {
                    document.skipped += 1;
                    return Ok(());
                };
                epoch
            }
        };
        self.rows.push(Row {
            name: document.strings.add(&name)?,
            cves: 0,
            advisory: 0,
            product: self.product,
            evr: document.strings.add(&Evr::new(Some(epoch), &version, &release).to_string())?,
            module: self.module,
            status: Status::Fixed as u8,
            impact: 0,
            no_fix: 0,
            flags: flags(DataForm::Updateinfo, false),
            arches: if arch.is_empty() { 0 } else { Arches::of(&arch).bits() },
        });
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let into = match self.element {
            Element::Other => return,
            Element::Id => &mut self.id,
            Element::Severity => &mut self.severity,
        };
        into.extend(text.chars().take(TEXT_BYTES.saturating_sub(into.len())));
    }

    fn close(&mut self, name: &[u8], document: &mut Document) -> Result<(), Error> {
        self.element = Element::Other;
        if name != b"update" || !self.is_update {
            return Ok(());
        }
        self.is_update = false;
        let id = self.id.trim();
        if id.is_empty() || (!self.is_security && self.cves.is_empty()) {
            document.skipped += 1;
            return Ok(());
        }
        self.cves.sort_unstable();
        self.cves.dedup();
        let impact = Impact::of(self.severity.trim());
        let cves = document.strings.add(&self.cves.join(" "))?;
        let advisory = document.strings.add(id)?;
        document.updated = document.updated.max(self.issued);
        document.advisories.push(AdvisoryRow { id: advisory, issued: self.issued, impact: Some(impact) });
        document.rows.extend(self.rows.drain(..).map(|row| Row {
            cves,
            advisory,
            impact: impact as u8,
            ..row
        }));
        Ok(())
    }
}

/// Returns the values of attributes; `None` if one of them is invalid.
fn attributes<const N: usize>(start: &BytesStart<'_>, names: [&[u8]; N]) -> Option<[Option<String>; N]> {
    let mut values = [const { None }; N];
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let wanted = names.iter().zip(&mut values).find(|(name, _)| **name == attribute.key.as_ref());
        if let Some((_, value)) = wanted {
            *value = Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned());
        }
    }
    Some(values)
}
