//! Rules about image tags.

mod malformed;
mod missing_release;
mod unnumbered;

use crate::{policy::Policy, rule::Rule, tag::Scan};

/// Every rule about tags, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[&malformed::RULE, &missing_release::RULE, &unnumbered::RULE];

/// What a rule about tags looks at.
pub(crate) struct Context<'a> {
    /// What stands in the tag.
    pub(crate) scan: &'a Scan<'a>,
    /// The tags that the image has been published with.
    #[expect(dead_code, reason = "read by the rules that compare with published tags")]
    pub(crate) published: &'a [String],
    /// What it is judged against.
    #[expect(dead_code, reason = "read by the rules that depend on the policy beyond whether they apply")]
    pub(crate) policy: &'a Policy,
}

impl<'a> Context<'a> {
    /// The tag, where it is one: rules of policy have nothing to say about a text that is no tag.
    pub(crate) fn tag(&self) -> Option<&'a str> {
        if self.scan.problem.is_some() { None } else { std::str::from_utf8(self.scan.text).ok() }
    }
}
