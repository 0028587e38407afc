//! Rules about image references.

mod credentials;
mod digest_only;
mod digest_pushed;
mod hosted_path;
mod hosted_project;
mod hosted_registry;
mod latest;
mod malformed;
mod missing_tag;
mod name_trademark;
mod not_hosted_registry;
mod not_scan_registry;
mod placeholder;
mod pull_registry;
mod scan_path;
mod scan_project;
mod scheme;
mod uppercase;

use crate::{
    image::{
        ImageReference,
        reference::ReferenceScan,
        registry::{QUAY, QUAY_NAMESPACE, SCAN, host},
    },
    policy::Policy,
    rule::Rule,
    text::Span,
};

/// Every rule about references, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[
    &malformed::RULE,
    &scheme::RULE,
    &credentials::RULE,
    &placeholder::RULE,
    &uppercase::RULE,
    &pull_registry::RULE,
    &not_scan_registry::RULE,
    &scan_path::RULE,
    &scan_project::RULE,
    &not_hosted_registry::RULE,
    &hosted_path::RULE,
    &hosted_project::RULE,
    &hosted_registry::RULE,
    &missing_tag::RULE,
    &latest::RULE,
    &digest_pushed::RULE,
    &digest_only::RULE,
    &name_trademark::RULE,
];

/// What a rule about references looks at.
pub(crate) struct Context<'a> {
    /// What stands in the reference.
    pub(crate) scan: &'a ReferenceScan<'a>,
    /// The reference, where it is one: rules of policy have nothing to say about a text that is none.
    pub(crate) reference: Option<&'a ImageReference>,
    /// What it is judged against.
    pub(crate) policy: &'a Policy,
}

impl Context<'_> {
    /// Where the registry stands; the whole name where Docker Hub goes without saying.
    fn registry_place(&self) -> Span {
        self.scan.domain.unwrap_or(self.scan.path)
    }

    /// The reference, if it is on the registry that `Flow::BuildService` pushes to.
    fn on_scan_registry(&self) -> Option<&ImageReference> {
        self.reference.filter(|reference| host(reference.domain()).eq_ignore_ascii_case(SCAN))
    }

    /// What stands behind the namespace that `Flow::Quay` pushes to, and where.
    fn below_quay_namespace(&self) -> Option<(&str, Span)> {
        let reference =
            self.reference.filter(|reference| host(reference.domain()).eq_ignore_ascii_case(QUAY))?;
        let project = reference.path().strip_prefix(QUAY_NAMESPACE)?.strip_prefix('/')?;
        let end = self.scan.path.end as usize;
        Some((project, Span::new(end - project.len(), end)))
    }
}
