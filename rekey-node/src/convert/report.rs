//! A report as it crosses to JavaScript.

use napi_derive::napi;
use rekey_core::{Finding, Report, text::Range};

use crate::content::Unit;

/// A report: core's own JSON form, and its places in UTF-16 units where these differ from bytes.
#[napi(object, object_from_js = false)]
pub struct Judged {
    /// The envelope.
    pub json: String,
    /// Start and end of each place of the envelope, in its order; absent where every one is the same in bytes.
    pub utf16: Option<Vec<u32>>,
}

/// The report in the unit of its input.
pub(crate) fn judged(report: &Report, unit: Unit) -> Judged {
    judged_by(report, |_| unit)
}

/// The report, each place in the unit of its source.
pub(crate) fn judged_by(report: &Report, unit: impl Fn(&str) -> Unit) -> Judged {
    let mut utf16 = Vec::new();
    let mut differs = false;
    for (range, source) in report.findings().flat_map(places) {
        let span = match unit(source) {
            Unit::Utf16 => range.utf16,
            Unit::Bytes => range.bytes,
        };
        differs |= span != range.bytes;
        utf16.extend([span.start, span.end]);
    }
    Judged { json: report.to_json(), utf16: differs.then_some(utf16) }
}

/// Every place of a finding and its source, in the order of the JSON form: its own, the related ones, the edits.
fn places(finding: &Finding) -> impl Iterator<Item = (&Range, &str)> {
    let own = finding.source().name();
    let related = finding.related().iter().filter_map(move |related| {
        let source = related.source.as_ref().map_or(own, |source| source.name());
        related.range.as_ref().map(|range| (range, source))
    });
    let edits = finding.fix().into_iter().flat_map(|fix| &fix.edits).map(move |edit| (&edit.range, own));
    finding.range().map(|range| (range, own)).into_iter().chain(related).chain(edits)
}
