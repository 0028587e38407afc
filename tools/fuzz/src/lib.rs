//! Properties of every parser and every check, for the targets to assert.
#![forbid(unsafe_code)]

use rekey_advisories::{Document, Index, IndexBuilder, Limits};
use rekey_core::{Report, Span};

/// Asserts that a span is inside a text.
pub fn within(text: &[u8], span: Span) {
    assert!(span.start <= span.end && span.end as usize <= text.len(), "{span} of {}", text.len());
}

/// Asserts that a span is inside a text and, if that is UTF-8, on character boundaries.
pub fn inside(text: &[u8], span: Span) {
    within(text, span);
    if let Ok(text) = std::str::from_utf8(text) {
        assert!(text.get(span.range()).is_some(), "{span} is not on a character boundary");
    }
}

/// Asserts that every finding about a text, and every edit, has a place in it.
pub fn findings_are_inside(text: &[u8], report: &Report) {
    for finding in report.findings() {
        let edits = finding.fix().into_iter().flat_map(|fix| &fix.edits).map(|edit| &edit.range);
        let related = finding.related().iter().filter_map(|related| related.range.as_ref());
        for range in finding.range().into_iter().chain(edits).chain(related) {
            inside(text, range.bytes);
        }
    }
}

/// Asserts that an index of a document keeps its statements when it is written and read back.
pub fn statements_are_kept(bytes: &[u8], document: &Document) {
    assert!(document.statements().len() <= bytes.len().saturating_mul(200));
    let mut builder = IndexBuilder::new(Limits::default());
    builder.add_parsed(bytes, Ok(document.clone())).expect("the document is within the limits");
    let index = builder.build().expect("the index is within the limits");
    let index = Index::from_bytes(index.into_bytes()).expect("the index is valid");
    for statement in document.statements() {
        assert!(index.statements(statement.name).any(|kept| kept == statement), "{statement:?}");
    }
}
