//! `check_submission`.

use super::{
    DockerfileInput, GitUrlInput, ImageInput, PrivateKeyInput, TagInput, check_dockerfile, check_git_url,
    check_image, check_private_key, check_tag,
};
use super::{run, secrets::Secrets, section};
use crate::{
    facts::ImageFacts,
    input::Text,
    report::{Facts, Report},
    rule::Subject,
    rules::submission::{Context, RULES},
    submission::{
        ImageSource, Submission,
        batch::{Shared, shared},
    },
    target::Target,
};

/// Checks every field of a submission and whether they fit together.
pub fn check_submission(submission: &Submission<'_>, target: &Target) -> Report {
    check_submissions(std::slice::from_ref(submission), target).pop().expect("a submission has a report")
}

/// Checks many submissions, also against each other, and returns their reports in the same order.
///
/// Only a batch can show that two submissions share a private key or a registry key, that two keys have a
/// prime in common, or that two images go to the same project or reference. Each finding names the other
/// place.
///
/// ```
/// use rekey_core::{Target, Submission, check_submissions, submission::ImageSource};
///
/// let image = ImageSource { reference: Some("quay.io/acme/app:1.0-1".into()), ..ImageSource::default() };
/// let one = Submission { images: vec![image], ..Submission::default() };
/// let reports = check_submissions(&[one.clone(), one], &Target::default());
/// let finding = reports[1].findings().find(|finding| finding.rule().id == "submission-reference-reused").unwrap();
/// assert_eq!(finding.related()[0].source.as_ref().unwrap().name(), "submissions[0].reference");
/// ```
pub fn check_submissions(submissions: &[Submission<'_>], target: &Target) -> Vec<Report> {
    let shared = shared(submissions);
    let each = submissions.iter().zip(&shared);
    each.map(|(submission, shared)| one(submission, shared, submission.target.unwrap_or(target))).collect()
}

fn one(submission: &Submission<'_>, shared: &Shared, target: &Target) -> Report {
    let git = &submission.git;
    let images: Vec<_> =
        submission.images.iter().map(|image| one_image(image, image.target.unwrap_or(target))).collect();
    let mut reports = vec![joint(submission, &images, shared, target)];
    if let Some(url) = &git.url {
        reports.push(check_git_url(GitUrlInput::new(url.clone()).private(git.private), target));
    }
    if let Some(key) = &git.key {
        let input = PrivateKeyInput::new(key.clone())
            .public_key(git.public_key.clone())
            .fingerprint(git.key_fingerprint.clone())
            .others(&shared.key)
            .mode(git.key_mode);
        reports.push(check_private_key(input, target));
    }
    reports.extend(images);
    Report::join(target, reports)
}

/// The section about the fields taken together.
fn joint(submission: &Submission<'_>, images: &[Report], shared: &Shared, target: &Target) -> Report {
    let url = submission.git.url.as_ref().map(|url| crate::git_url::scan(url.bytes()));
    let transport = url.as_ref().and_then(crate::git_url::Scan::transport);
    // The places of the URL's secrets are in another section; here only their text counts.
    let secrets =
        url.as_ref().map(|url| Secrets { spans: Vec::new(), ..Secrets::at(url.text(), url.secrets()) });
    let secrets = secrets.unwrap_or_default();
    let context = Context { submission, transport, facts: images.iter().map(facts).collect(), shared };
    let drafts = run(RULES, target, |entry, findings| (entry.check)(&context, findings));
    let document = submission.document.clone().unwrap_or(Text::from(""));
    Report::of(
        target,
        section(Subject::Submission, &document, "submission", drafts, target, Facts::None, secrets),
    )
}

/// The report on one image: its Dockerfile, its tag and its reference, which together decide the forecast.
fn one_image(image: &ImageSource<'_>, target: &Target) -> Report {
    // Fixes set labels to the values that the tag implies.
    let values = image.parsed_tag().map(|tag| tag.labels()).unwrap_or_default();
    let dockerfile = image.dockerfile.as_ref().map(|text| {
        let input = DockerfileInput::new(text.clone())
            .build_args(image.build_args)
            .labels(image.labels)
            .stage(image.stage)
            .context(image.context)
            .label_values(&values)
            .base_config(image.base_config);
        check_dockerfile(input, target)
    });
    let tag = image.tag.as_ref();
    let reference = image.reference.as_ref();
    let reports = [
        dockerfile,
        tag.map(|tag| check_tag(TagInput::new(tag.clone()).published(image.published), target)),
        reference.map(|text| {
            let input = ImageInput::new(text.clone())
                .published(image.published)
                .auth_file(image.auth_file.clone())
                .registry_key(image.registry_key.clone());
            check_image(input, target)
        }),
    ];
    let mut report = Report::join(target, reports.into_iter().flatten());
    report.gather_image(tag.and_then(|tag| std::str::from_utf8(tag.bytes()).ok()));
    report
}

/// The facts about the image of a report.
fn facts(report: &Report) -> Option<&ImageFacts> {
    report.sections().iter().find_map(|section| section.image.as_deref())
}
