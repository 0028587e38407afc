//! Rules about the fields of a submission taken together.

mod dedicated_key;
mod flow_withdrawn;
mod labels_differ;
mod missing_dockerfile;
mod missing_git_url;
mod missing_key;
mod missing_reference;
mod missing_tag;
mod needless_key;
mod project_reused;
mod reference_reused;
mod registry_key_reused;
mod shared_prime;

use crate::{
    finding::{Draft, Findings, Source},
    git_url::Transport,
    image::facts::ImageFacts,
    input::Text,
    rule::Rule,
    submission::{
        ImageSource, Submission,
        batch::{Shared, SharedImage},
    },
    text::Span,
};

/// Every rule about submissions, in the order in which they run.
pub(crate) static RULES: &[&Rule] = &[
    &flow_withdrawn::RULE,
    &missing_git_url::RULE,
    &missing_key::RULE,
    &needless_key::RULE,
    &dedicated_key::RULE,
    &missing_dockerfile::RULE,
    &missing_tag::RULE,
    &missing_reference::RULE,
    &labels_differ::RULE,
    &reference_reused::RULE,
    &project_reused::RULE,
    &registry_key_reused::RULE,
    &shared_prime::RULE,
];

/// What a rule about submissions looks at.
pub(crate) struct Context<'a> {
    /// The fields as given.
    pub(crate) submission: &'a Submission<'a>,
    /// How the git source URL is reached, where it can be read.
    pub(crate) transport: Option<Transport>,
    /// What is known of each image, where anything is.
    pub(crate) facts: Vec<Option<&'a ImageFacts>>,
    /// What it has in common with others of its batch.
    pub(crate) shared: &'a Shared,
}

impl Context<'_> {
    /// Where a field stands in the submission's document, if it has one.
    fn place(&self, field: &Text<'_>) -> Option<Span> {
        self.submission.document.as_ref().and_then(|document| field.span_in(document))
    }

    /// Reports at a field, or on the whole submission.
    fn report<'f>(
        &self,
        findings: &'f mut Findings,
        field: Option<&Text<'_>>,
        message: impl Into<String>,
    ) -> &'f mut Draft {
        let draft = findings.report(message);
        if let Some(span) = field.and_then(|field| self.place(field)) {
            draft.at(span);
        }
        draft
    }

    /// The images, each with what it has in common with others.
    fn images(&self) -> impl Iterator<Item = (&ImageSource<'_>, &SharedImage)> {
        self.submission.images.iter().zip(&self.shared.images)
    }

    /// Reports that a field has what `others` have, if any do.
    fn reused(
        &self,
        findings: &mut Findings,
        field: Option<&Text<'_>>,
        others: &[Source],
        expected: &str,
        same: &str,
    ) {
        let Some(first) = others.first() else { return };
        let draft = self.report(findings, field, format!("{expected} `{first}` too"));
        for other in others {
            draft.elsewhere(other.clone(), same);
        }
    }

    /// Says that a field of an image is missing, by the image's name where there are several.
    fn missing(&self, findings: &mut Findings, what: &str, has: impl Fn(&ImageSource<'_>) -> bool) {
        let images = &self.submission.images;
        if images.is_empty() {
            self.report(findings, None, format!("expected {what}, found none"));
        }
        for image in images.iter().filter(|image| !has(image)) {
            match image.name.filter(|_| images.len() > 1) {
                Some(name) => {
                    self.report(findings, None, format!("expected {what} for image `{name}`, found none"));
                }
                None => {
                    self.report(findings, None, format!("expected {what}, found none"));
                }
            }
        }
    }
}
