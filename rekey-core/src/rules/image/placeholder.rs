//! A reference out of instructions, with something left to fill in.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
    rules::filler,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-placeholder",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "reference has a placeholder that nobody filled in",
    why: "The instructions of a project are copied with `[image-name]` in them, and a variable that the shell did not \
          replace stays as it is: no reference holds such signs.",
    help: "Put the value in its place.",
    basis: Basis::Upstream { source: "distribution/reference regexp.go" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/acme/[image-name]:1.0-1"),
        Example::bad("quay.io/acme/app:${VERSION}"),
        Example::bad("quay.io/acme/app:$VERSION-1"),
        Example::bad("scan.connect.redhat.com/<project id>/app:1.0-1"),
        Example::bad("quay.io/acme/CHANGEME:1.0-1"),
        Example::good("quay.io/acme/todo:1.0-1"),
        Example::good("[2001:db8::1]/app:1"),
        Example::good("quay.io/acme/app:1.0-1"),
    ],
    check: Check::Image(check),
};

/// The longest placeholder that is repeated in a message.
const MAX_NAME: usize = 40;

fn check(context: &Context<'_>, findings: &mut Findings) {
    if super::credentials::holds(context) {
        return;
    }
    if let Some(span) = find(context) {
        // What is longer is no name: the JSON of something else, perhaps with a key in it.
        let name = span.str(context.scan.text).filter(|name| name.len() <= MAX_NAME);
        let message = match name {
            Some(name) => format!("expected a value, found the placeholder `{name}`"),
            None => "expected a value, found brackets".to_owned(),
        };
        findings.report(message).at(span);
    }
}

/// The first placeholder: `$NAME`, `${…}`, `$(…)`, `[…]`, `<…>`, `{…}`, or a word such as `TODO` in the path.
pub(super) fn find(context: &Context<'_>) -> Option<Span> {
    let (text, path) = (context.scan.text, context.scan.path);
    if let Some(place) = path.str(text).and_then(|path| filler::find(path, b"/")) {
        let start = path.start as usize;
        return Some(Span::new(start + place.start, start + place.end));
    }
    if context.scan.problems.is_empty() {
        return None; // No reference holds these signs but the brackets of an address.
    }
    let start = text.iter().position(|b| matches!(b, b'$' | b'[' | b'<' | b'{'))?;
    let rest = text.get(start..)?;
    let closed = |by: u8| rest.iter().position(|b| *b == by).map(|end| end + 1);
    if start == 0 && rest.starts_with(b"[") && rest.get(..closed(b']')?)?.contains(&b':') {
        return None; // An IPv6 address, if a wrong one.
    }
    let len = match rest {
        [b'$', b'{', ..] | [b'{', ..] => closed(b'}')? + usize::from(rest.starts_with(b"{{")),
        [b'$', b'(', ..] => closed(b')')?,
        [b'[', ..] => closed(b']')?,
        [b'<', ..] => closed(b'>')?,
        _ => 1 + rest.iter().skip(1).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count(),
    };
    Some(Span::new(start, start + len.min(rest.len())))
}
