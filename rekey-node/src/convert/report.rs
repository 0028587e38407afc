//! Conversion of a report for JavaScript.

use napi_derive::napi;
use rekey_core::{Finding, Override, Report, Severity, Source, mask, text::Range};
use rekey_files::submission::LoadedSubmission;
use rekey_render as render;

use super::target::ExtraForms;
use crate::content::{Content, Unit, bytes, unit};

/// A report: core's own JSON form, and further data.
#[napi(object, object_from_js = false)]
pub struct ReportForms {
    /// The JSON form.
    pub json: String,
    /// The start and the end of each place in the JSON form, in UTF-16 units and in order; absent if all
    /// equal the byte offsets.
    pub utf16: Option<Vec<u32>>,
    /// The report as text for people, if requested.
    pub text: Option<String>,
    /// The report as SARIF, if requested.
    pub sarif: Option<String>,
    /// The selectors of the target's overrides with their severities, if there are any.
    pub severity: Option<Vec<(String, String)>>,
    /// Notices about how the input was read and which version of preflight was used.
    pub notices: Option<Vec<String>>,
}

/// The inputs of a check.
pub(crate) enum Inputs<'a> {
    /// One text.
    One(&'a Content<'a>),
    /// One text that is never shown.
    Key(&'a Content<'a>),
    /// Texts by the names of their sources, and those that are never shown.
    Named { texts: &'a [(String, &'a Content<'a>)], secrets: &'a [(String, &'a Content<'a>)] },
    /// Files.
    Files(&'a LoadedSubmission),
}

impl Inputs<'_> {
    /// The unit that places in a source are counted in.
    fn unit(&self, source: &Source) -> Unit {
        match self {
            Self::One(text) | Self::Key(text) => unit(text),
            Self::Named { texts, secrets } => {
                named(texts, source).or_else(|| named(secrets, source)).map_or(Unit::Utf16, unit)
            }
            Self::Files(_) => Unit::Bytes,
        }
    }

    /// The text of a source, for snippets.
    fn text(&self, source: &Source) -> Option<&[u8]> {
        match self {
            Self::One(text) => Some(bytes(text)),
            Self::Key(_) => None,
            Self::Named { texts, .. } => named(texts, source).map(bytes),
            Self::Files(loaded) => loaded.source_text(source),
        }
    }
}

fn named<'a>(texts: &[(String, &'a Content<'a>)], source: &Source) -> Option<&'a Content<'a>> {
    texts.iter().find(|(name, _)| name == source.name()).map(|(_, text)| *text)
}

/// The report in the units of its inputs, and in the requested forms.
pub(crate) fn forms(report: &Report, inputs: &Inputs<'_>, wanted: ExtraForms) -> ReportForms {
    let mut utf16 = Vec::new();
    let mut differs = false;
    // A finding is followed by its consequences, which have none of their own.
    let all = report.findings().flat_map(|finding| std::iter::once(finding).chain(finding.consequences()));
    for (range, source) in all.flat_map(places) {
        let span = match inputs.unit(source) {
            Unit::Utf16 => range.utf16,
            Unit::Bytes => range.bytes,
        };
        differs |= span != range.bytes;
        utf16.extend([span.start, span.end]);
    }
    let (found, notices) = match inputs {
        Inputs::Files(loaded) => (loaded.found(), loaded.notices()),
        _ => (&[][..], &[][..]),
    };
    let options = render::Options { notes: true, found, notices, ..render::Options::default() };
    ReportForms {
        json: report.to_json(),
        utf16: differs.then_some(utf16),
        text: wanted.render.then(|| render::text(report, &|source| inputs.text(source), &options)),
        sarif: wanted.sarif.then(|| report.to_sarif()),
        severity: Some(report.target().overrides())
            .filter(|overrides| !overrides.is_empty())
            .map(|overrides| overrides.iter().map(severity).collect()),
        notices: Some(report.target().notices().into_iter().chain(notices.iter().cloned()).collect())
            .filter(|notices: &Vec<_>| !notices.is_empty()),
    }
}

/// The selector, with secrets masked, and the severity.
fn severity(change: &Override) -> (String, String) {
    (mask::masked(&change.selector), change.severity.map_or("off", Severity::as_str).to_owned())
}

/// Every place of a finding and its source, in the order of the JSON form: its own, the related ones, the edits.
fn places(finding: &Finding) -> impl Iterator<Item = (&Range, &Source)> {
    let own = finding.source();
    let related = finding.related().iter().filter_map(move |related| {
        let source = related.source.as_ref().unwrap_or(own);
        related.range.as_ref().map(|range| (range, source))
    });
    let edits = finding.fix().into_iter().flat_map(|fix| &fix.edits).map(move |edit| (&edit.range, own));
    finding.range().map(|range| (range, own)).into_iter().chain(related).chain(edits)
}
