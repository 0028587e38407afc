//! A rehearsal of what a `rekey.toml` and a checkout contain.

use std::path::Path;

use rekey_core::{
    Facts, Report, Source, Subject, Submission, Target, Text, check_submission,
    private_key::Verdict,
    rehearsal::{StepName, StepState},
    submission::UnreadField,
};
use rekey_files::{
    settings::Settings,
    submission::{BuildPlace, LoadedSubmission},
};

use crate::{Event, Options, RehearseError, Rehearsed, Request, rehearse};

/// The result of a rehearsal.
#[derive(Debug)]
pub struct RehearsedSubmission {
    /// The report: the fields that need no rehearsal, the steps and what they found, and the image.
    pub report: Report,
    /// The recorded facts. The private folder is removed on drop.
    pub rehearsed: Rehearsed,
    /// The details to enter in the form.
    pub form: Form,
}

/// The details of the form, none of which is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Form {
    /// The git source URL.
    pub url: String,
    /// The name of the private key, and its fingerprint.
    pub key: Option<(Source, Option<String>)>,
    /// The path of the Dockerfile.
    pub dockerfile: String,
    /// The tag.
    pub tag: Option<String>,
    /// The reference that the image is pushed to.
    pub reference: Option<String>,
}

impl RehearsedSubmission {
    /// Returns true if every step was performed and nothing is wrong.
    pub fn is_green(&self) -> bool {
        let steps = self.report.steps();
        let is_good = |state| matches!(state, StepState::Ok | StepState::Findings);
        // A public URL needs no key.
        let all = steps.iter().all(|step| is_good(step.state) || step.name == StepName::Key);
        self.report.passed() && all && steps.iter().any(|step| step.name == StepName::Image)
    }

    /// The text of a source that the report names, for the lines of findings.
    pub fn source_text<'t>(&'t self, source: &Source, loaded: &'t LoadedSubmission) -> Option<&'t [u8]> {
        let tree = self.rehearsed.facts.tree.as_ref();
        let is_dockerfile = tree.is_some_and(|tree| tree.dockerfile == source.name());
        let of_commit = self.rehearsed.dockerfile.as_deref().filter(|_| is_dockerfile);
        of_commit.or_else(|| loaded.source_text(source))
    }
}

/// Rehearses the one image of a submission. `settings` take precedence over its own.
///
/// # Errors
/// Returns an error if the submission has no URL or multiple images, or if the rehearsal cannot begin.
pub fn rehearse_submission(
    loaded: &LoadedSubmission,
    settings: &Settings,
    branch: Option<&str>,
    options: &Options,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<RehearsedSubmission, RehearseError> {
    if loaded.build_places().len() > 1 {
        return Err(RehearseError::MultipleImages);
    }
    let targets = loaded.targets(settings).map_err(|error| RehearseError::Target(error.to_string()))?;
    let submission = loaded.judged_by(&targets);
    let own = submission.target.cloned().unwrap_or_default();
    let target = submission.images.first().and_then(|image| image.target).unwrap_or(&own);
    let mut offline = without_dockerfiles(&submission);
    let place = loaded.build_places().next();
    let report = check_submission(&offline, target);
    let request = request(&submission, &report, place, branch, loaded.folder())?;
    let rehearsed = rehearse(&request, options, target, watch)?;
    if rehearsed.image.is_some() {
        // The reference is judged with the image.
        offline.images.iter_mut().for_each(|image| image.reference = None);
    }
    let mut offline = check_submission(&offline, target);
    if rehearsed.image.is_some() && request.reference.is_some() {
        let is_missing = |finding: &rekey_core::Finding| finding.rule().id == "submission-missing-reference";
        offline.override_severities(|finding| (!is_missing(finding)).then_some(finding.severity()));
    }
    let url = submission.git.url.clone();
    let of_steps = rehearsed.report(&request, url, loaded.key_source().cloned(), target);
    let mut report = Report::join(target, [offline, of_steps]);
    loaded.settle(&mut report, settings);
    let form = Form {
        url: request.url.to_owned(),
        key: loaded.key_source().cloned().map(|key| (key, request.key_fingerprint.clone())),
        dockerfile: request.dockerfile.to_owned(),
        tag: request.tag.map(str::to_owned),
        reference: request.reference.map(str::to_owned),
    };
    Ok(RehearsedSubmission { report, rehearsed, form })
}

/// Performs the steps that ask the git host, and returns their report.
///
/// # Errors
/// Like those of [`rehearse_submission`].
pub fn reach_submission(
    loaded: &LoadedSubmission,
    settings: &Settings,
    options: &Options,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<Report, RehearseError> {
    let targets = loaded.targets(settings).map_err(|error| RehearseError::Target(error.to_string()))?;
    let submission = loaded.judged_by(&targets);
    let target: Target = submission.target.cloned().unwrap_or_default();
    let report = check_submission(&without_dockerfiles(&submission), &target);
    let request = request(&submission, &report, loaded.build_places().next(), None, loaded.folder())?;
    let options = Options { until: StepName::Ref.min(options.until), ..options.clone() };
    let rehearsed = rehearse(&request, &options, &target, watch)?;
    let url = submission.git.url.clone();
    Ok(rehearsed.report(&request, url, loaded.key_source().cloned(), &target))
}

/// A submission whose Dockerfiles are judged elsewhere: in the commit.
fn without_dockerfiles<'a>(submission: &Submission<'a>) -> Submission<'a> {
    let mut offline = submission.clone();
    for image in &mut offline.images {
        (image.dockerfile, image.context) = (None, None);
    }
    offline.unread = &[UnreadField::Dockerfile];
    offline
}

/// The details of the form.
fn request<'a>(
    submission: &'a Submission<'a>,
    report: &Report,
    place: Option<BuildPlace<'a>>,
    branch: Option<&'a str>,
    folder: &'a Path,
) -> Result<Request<'a>, RehearseError> {
    let text = |text: &'a Text<'a>| std::str::from_utf8(text.bytes()).ok().map(str::trim);
    let url = submission.git.url.as_ref().and_then(text).ok_or(RehearseError::MissingUrl)?;
    let image = submission.images.first();
    let key = report.sections().iter().find_map(|section| match section.facts() {
        Facts::PrivateKey(summary) if section.subject() == Subject::PrivateKey => Some(summary),
        _ => None,
    });
    let is_rejected = key.is_some_and(|key| key.verdict == Verdict::Rejected);
    Ok(Request {
        url,
        key: submission.git.key.as_ref().map(Text::bytes),
        key_problem: is_rejected.then_some("OpenSSH cannot load the key: the findings say why"),
        key_fingerprint: key.and_then(|key| key.fingerprint).map(|fingerprint| fingerprint.to_string()),
        branch,
        dockerfile: place.map_or("Dockerfile", |place| place.dockerfile),
        context: place.map_or("", |place| place.context),
        folder: Some(folder),
        tag: image.and_then(|image| image.tag.as_ref()).and_then(text),
        reference: image.and_then(|image| image.reference.as_ref()).and_then(text),
        build_args: image.map_or(&[], |image| image.build_args),
        labels: image.map_or(&[], |image| image.labels),
        stage: image.and_then(|image| image.stage),
    })
}
