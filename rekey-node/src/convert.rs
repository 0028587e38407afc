//! Conversion between core's types and JavaScript's: nothing else in this package uses the former.

mod check;
mod dockerfile;
mod fixes;
mod private_key;
mod report;
mod rules;
mod submission;
mod target;
mod value;

pub(crate) use check::{
    BuildOptions, ImageBeside, KeyBeside, Verdicts, check_credentials, check_dockerfile, check_git_url,
    check_git_urls, check_image, check_image_archive, check_private_key, check_reference, check_rehearsal,
    check_tag, check_tags,
};
pub(crate) use dockerfile::parse_dockerfile;
pub(crate) use fixes::{EditOf, Fixed, apply_fixes};
pub(crate) use private_key::{
    is_private_key, parse_private_key, private_key_matches, to_pkcs1_pem, to_public_key,
};
pub(crate) use report::ReportForms;
pub(crate) use rules::rules;
pub(crate) use submission::{SubmissionOf, check_submissions};
pub(crate) use target::{CheckOptions, request};
pub(crate) use value::{
    Parsed, Refusal, Transport, convert_git_url, is_git_url, is_image_reference, is_tag, latest_tag,
    next_release, parse_git_url, parse_image_reference, parse_tag, parse_tags, same_repository,
};
