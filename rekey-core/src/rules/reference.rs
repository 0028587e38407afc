//! Rules about image references.

mod registry;
mod syntax;
mod tag;

use crate::{
    finding::Findings,
    reference::{
        ImageReference, ReferenceScan,
        mistaken::Mistaken,
        registry::{QUAY, QUAY_NAMESPACE, SCAN, host},
    },
    target::Target,
    text::Span,
};

/// All rules about references, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &syntax::INVALID,
    &syntax::SCHEME,
    &syntax::WEB_PAGE,
    &syntax::USER_INFO,
    &syntax::PLACEHOLDER,
    &syntax::UPPERCASE,
    &registry::PULL_REGISTRY,
    &registry::NOT_SCAN_REGISTRY,
    &registry::SCAN_PATH,
    &registry::SCAN_PROJECT,
    &registry::NOT_QUAY_REGISTRY,
    &registry::QUAY_PATH,
    &registry::QUAY_PROJECT,
    &registry::QUAY_REGISTRY,
    &registry::INVALID_REGISTRY,
    &registry::PRIVATE_REGISTRY,
    &syntax::SHORT_NAME,
    &tag::MISSING_TAG,
    &tag::LATEST,
    &tag::DIGEST_PUSHED,
    &tag::DIGEST_ONLY,
    &syntax::TRADEMARK,
];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about references.
pub(crate) struct Context<'a> {
    /// The scan of the reference.
    pub(crate) scan: &'a ReferenceScan<'a>,
    /// The reference, if the text is one: rules of policy do not apply to other texts.
    pub(crate) reference: Option<&'a ImageReference>,
    /// The kind of a text that is not meant as a reference, whatever its grammar.
    pub(crate) mistaken: Option<Mistaken>,
    /// The target that it is checked against.
    pub(crate) target: &'a Target,
}

impl Context<'_> {
    /// The place of the registry, or the whole name if it is Docker Hub by default.
    fn registry_place(&self) -> Span {
        self.scan.domain.unwrap_or(self.scan.path)
    }

    /// The reference, if it is on the registry of `Flow::BuildService`.
    fn on_scan_registry(&self) -> Option<&ImageReference> {
        self.reference.filter(|reference| host(reference.domain()).eq_ignore_ascii_case(SCAN))
    }

    /// The text after the namespace of `Flow::Quay`, with its place.
    fn below_quay_namespace(&self) -> Option<(&str, Span)> {
        let reference =
            self.reference.filter(|reference| host(reference.domain()).eq_ignore_ascii_case(QUAY))?;
        let project = reference.path().strip_prefix(QUAY_NAMESPACE)?.strip_prefix('/')?;
        let end = self.scan.path.end as usize;
        Some((project, Span::new(end - project.len(), end)))
    }
}
