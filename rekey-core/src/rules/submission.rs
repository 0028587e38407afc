//! Rules about the fields of a submission taken together.

mod advice;
mod missing;
mod reused;

use crate::{
    facts::ImageFacts,
    finding::{Draft, Findings, Source},
    git_url::Transport,
    input::Text,
    submission::{
        ImageSource, Submission, UnreadField,
        batch::{Shared, SharedImage},
    },
    text::Span,
};

/// Every rule about submissions, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &missing::MISSING_GIT_URL,
    &missing::MISSING_KEY,
    &missing::UNUSED_KEY,
    &advice::DEDICATED_KEY,
    &missing::MISSING_DOCKERFILE,
    &missing::MISSING_TAG,
    &missing::MISSING_REFERENCE,
    &advice::LABEL_MISMATCH,
    &reused::REFERENCE_REUSED,
    &reused::PROJECT_REUSED,
    &reused::REGISTRY_KEY_REUSED,
    &reused::SHARED_PRIME,
];

/// A rule of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

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

    /// Whether a field is absent only because it could not be read.
    fn is_unread(&self, field: UnreadField) -> bool {
        self.submission.unread.contains(&field)
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
        defect: &str,
        same: &str,
    ) {
        let Some(first) = others.first() else { return };
        let draft = self.report(findings, field, format!("{defect} `{first}`"));
        for other in others {
            draft.elsewhere(other.clone(), same);
        }
    }

    /// Says that a field of an image is missing, by the image's name where there are several.
    fn missing(&self, findings: &mut Findings, what: &str, has: impl Fn(&ImageSource<'_>) -> bool) {
        let images = &self.submission.images;
        if images.is_empty() {
            self.report(findings, None, format!("{what} is missing"));
        }
        for image in images.iter().filter(|image| !has(image)) {
            match image.name.filter(|_| images.len() > 1) {
                Some(name) => {
                    self.report(findings, None, format!("{what} of image `{name}` is missing"));
                }
                None => {
                    self.report(findings, None, format!("{what} is missing"));
                }
            }
        }
    }
}
