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

/// All rules about submissions, in the order in which they run.
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

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about submissions.
pub(crate) struct Context<'a> {
    /// The fields as given.
    pub(crate) submission: &'a Submission<'a>,
    /// The transport of the git source URL, if it can be parsed.
    pub(crate) transport: Option<Transport>,
    /// The facts about each image, if any.
    pub(crate) facts: Vec<Option<&'a ImageFacts>>,
    /// The values that it shares with other submissions of its batch.
    pub(crate) shared: &'a Shared,
}

impl Context<'_> {
    /// The place of a field in the submission's document, if it has one.
    fn place(&self, field: &Text<'_>) -> Option<Span> {
        self.submission.document.as_ref().and_then(|document| field.span_in(document))
    }

    /// Returns true if a field is absent only because it could not be read.
    fn is_unread(&self, field: UnreadField) -> bool {
        self.submission.unread.contains(&field)
    }

    /// Reports a finding at a field, or on the whole submission.
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

    /// The images, each with the values that it shares with others.
    fn images(&self) -> impl Iterator<Item = (&ImageSource<'_>, &SharedImage)> {
        self.submission.images.iter().zip(&self.shared.images)
    }

    /// Reports that a field has the same value as `others`, if there are any.
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

    /// Reports that a field of an image is missing, with the image's name if there are multiple images.
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
