//! `check_submission`.

use super::{
    DockerfileInput, GitUrlInput, ImageInput, PrivateKeyInput, TagInput, check_dockerfile, check_git_url,
    check_image, check_private_key, check_tag,
};
use super::{run, section};
use crate::{
    finding::Subject,
    input::Text,
    policy::Policy,
    report::{Facts, Report},
    rule::Check,
    rules::submission::{Context, RULES},
    submission::Submission,
};

/// Checks every field of a submission, and that they fit together.
pub fn check_submission(submission: &Submission<'_>, policy: &Policy) -> Report {
    let git = &submission.git;
    let mut reports = vec![joint(submission, policy)];
    if let Some(url) = &git.url {
        reports.push(check_git_url(GitUrlInput::new(url.clone()).private(git.private), policy));
    }
    if let Some(key) = &git.key {
        let input = PrivateKeyInput::new(key.clone())
            .public_key(git.public_key.clone())
            .fingerprint(git.key_fingerprint.clone())
            .mode(git.key_mode);
        reports.push(check_private_key(input, policy));
    }
    for image in &submission.images {
        if let Some(dockerfile) = &image.dockerfile {
            let input = DockerfileInput::new(dockerfile.clone())
                .build_args(image.build_args)
                .labels(image.labels)
                .target(image.target)
                .base_config(image.base_config);
            reports.push(check_dockerfile(input, policy));
        }
        if let Some(tag) = &image.tag {
            reports.push(check_tag(TagInput::new(tag.clone()).published(image.published), policy));
        }
        if let Some(reference) = &image.reference {
            reports.push(check_image(ImageInput::new(reference.clone()).published(image.published), policy));
        }
    }
    Report::join(policy, reports)
}

/// What holds of the fields taken together.
fn joint(submission: &Submission<'_>, policy: &Policy) -> Report {
    let transport = submission.git.url.as_ref().and_then(|url| crate::git_url::scan(url.bytes()).transport());
    let context = Context { submission, transport };
    let drafts = run(RULES, policy, |rule, findings| {
        if let Check::Submission(check) = rule.check {
            check(&context, findings);
        }
    });
    let document = submission.document.clone().unwrap_or(Text::from(""));
    Report::of(policy, section(Subject::Submission, &document, "submission", drafts, policy, Facts::None))
}
