//! The native half of `rekey-node`: text in, text out. `lib/` validates the arguments and shapes the results.
//!
//! Values and reports cross the boundary as one JSON text each: a crossing costs as much as a handful of
//! properties, and plain strings need no finalizer, so memory stays flat in a loop that never yields.
#![deny(unsafe_code)]
#![allow(
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    reason = "the functions are JavaScript's, which hands values over; `index.d.cts` documents them"
)]

mod content;
mod convert;

use content::{Content, Secret};
use convert::{
    BuildOptions, CheckOptions, EditOf, Fixed, ImageBeside, KeyBeside, Parsed, Refusal, ReportForms,
    SubmissionOf, Transport, Verdicts, request,
};
use napi::{Either, Env, JsString, Result, bindgen_prelude::Uint8Array};
use napi_derive::napi;

/// Masks secrets in a name, for an error of `lib/`.
#[napi(catch_unwind)]
pub fn masked(name: String) -> String {
    rekey_core::mask::masked(&name)
}

/// `checkTag`.
#[napi(catch_unwind)]
pub fn check_tag(
    text: Content<'_>,
    published: Option<Vec<String>>,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    Ok(convert::check_tag(&text, &published.unwrap_or_default(), &request(options)?))
}

/// `checkGitUrl`.
#[napi(catch_unwind)]
pub fn check_git_url(
    text: Content<'_>,
    private: Option<bool>,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    Ok(convert::check_git_url(&text, private, &request(options)?))
}

/// `checkPrivateKey`.
#[napi(catch_unwind)]
pub fn check_private_key(
    data: Content<'_>,
    public_key: Option<Content<'_>>,
    fingerprint: Option<String>,
    mode: Option<u32>,
    quick: Option<bool>,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    // The text given as the public half is often the private one.
    let (data, public_key) = (Secret(data), public_key.map(Secret));
    let beside = KeyBeside { public_key, fingerprint, mode, quick: quick.unwrap_or(false) };
    Ok(convert::check_private_key(&data, &beside, &request(options)?))
}

/// `checkDockerfile`.
#[napi(catch_unwind)]
pub fn check_dockerfile(
    data: Content<'_>,
    build: Option<BuildOptions>,
    base_config: Option<Content<'_>>,
    options: Option<CheckOptions>,
) -> Result<Either<ReportForms, Refusal>> {
    let build = build.unwrap_or_default();
    Ok(match convert::check_dockerfile(&data, &build, base_config.as_ref(), &request(options)?) {
        Ok(forms) => Either::A(forms),
        Err(refusal) => Either::B(refusal),
    })
}

/// `checkImage`.
#[napi(catch_unwind)]
pub fn check_image(
    reference: Content<'_>,
    published: Option<Vec<String>>,
    config: Option<Content<'_>>,
    manifest: Option<Content<'_>>,
    auth_file: Option<Content<'_>>,
    registry_key: Option<Content<'_>>,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    let (auth_file, registry_key) = (auth_file.map(Secret), registry_key.map(Secret));
    let beside =
        ImageBeside { published: published.unwrap_or_default(), config, manifest, auth_file, registry_key };
    Ok(convert::check_image(&reference, &beside, &request(options)?))
}

/// `checkReference`.
#[napi(catch_unwind)]
pub fn check_reference(
    text: Content<'_>,
    published: Option<Vec<String>>,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    Ok(convert::check_reference(&text, &published.unwrap_or_default(), &request(options)?))
}

/// `checkCredentials`.
#[napi(catch_unwind)]
pub fn check_credentials(
    auth_file: Option<Content<'_>>,
    registry_key: Option<Content<'_>>,
    reference: Option<Content<'_>>,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    let (auth_file, registry_key) = (auth_file.map(Secret), registry_key.map(Secret));
    let request = request(options)?;
    Ok(convert::check_credentials(auth_file.as_ref(), registry_key.as_ref(), reference.as_ref(), &request))
}

/// `checkRehearsal`.
#[napi(catch_unwind)]
pub fn check_rehearsal(
    dockerfile: Content<'_>,
    facts: String,
    options: Option<CheckOptions>,
) -> Result<ReportForms> {
    let facts = rekey_core::rehearsal::Rehearsal::from_json(facts.as_bytes())
        .map_err(|error| napi::Error::new(napi::Status::InvalidArg, error.to_string()))?;
    Ok(convert::check_rehearsal(&dockerfile, &facts, &request(options)?))
}

/// `checkImageArchive`.
#[napi(catch_unwind)]
pub fn check_image_archive(
    archive: Content<'_>,
    reference: Option<Content<'_>>,
    options: Option<CheckOptions>,
) -> Result<Either<ReportForms, Refusal>> {
    Ok(match convert::check_image_archive(&archive, reference.as_ref(), &request(options)?) {
        Ok(forms) => Either::A(forms),
        Err(refusal) => Either::B(refusal),
    })
}

/// `checkSubmissions`.
#[napi(catch_unwind)]
pub fn check_submissions(
    submissions: Vec<SubmissionOf<'_>>,
    options: Option<CheckOptions>,
) -> Result<Either<Vec<ReportForms>, Refusal>> {
    convert::check_submissions(submissions, options.unwrap_or_default())
}

/// `checkTags`: one tag per line.
#[napi(catch_unwind)]
pub fn check_tags(lines: Content<'_>, options: Option<CheckOptions>) -> Result<Verdicts> {
    Ok(convert::check_tags(&lines, &request(options)?))
}

/// `checkGitUrls`: one URL per line.
#[napi(catch_unwind)]
pub fn check_git_urls(
    lines: Content<'_>,
    private: Option<bool>,
    options: Option<CheckOptions>,
) -> Result<Verdicts> {
    Ok(convert::check_git_urls(&lines, private, &request(options)?))
}

/// `isTag`.
#[napi(catch_unwind)]
pub fn is_tag(text: Content<'_>) -> bool {
    convert::is_tag(&text)
}

/// `parseTag`: the end of the version.
#[napi(catch_unwind)]
pub fn parse_tag(text: Content<'_>) -> Either<u32, Refusal> {
    convert::parse_tag(&text)
}

/// `parseTags`: the end of each version, one tag per line.
#[napi(catch_unwind)]
pub fn parse_tags(lines: Content<'_>) -> Uint8Array {
    convert::parse_tags(&lines)
}

/// `isGitUrl`.
#[napi(catch_unwind)]
pub fn is_git_url(text: Content<'_>) -> bool {
    convert::is_git_url(&text)
}

/// `isImageReference`.
#[napi(catch_unwind)]
pub fn is_image_reference(text: Content<'_>) -> bool {
    convert::is_image_reference(&text)
}

/// `parseGitUrl`.
#[napi(catch_unwind)]
pub fn parse_git_url(text: Content<'_>) -> Parsed {
    convert::parse_git_url(&text)
}

/// `parseImageReference`.
#[napi(catch_unwind)]
pub fn parse_image_reference(text: Content<'_>) -> Parsed {
    convert::parse_image_reference(&text)
}

/// `toSsh`.
#[napi(catch_unwind)]
pub fn to_ssh(text: Content<'_>) -> Parsed {
    convert::convert_git_url(&text, Transport::Ssh)
}

/// `toHttps`.
#[napi(catch_unwind)]
pub fn to_https(text: Content<'_>) -> Parsed {
    convert::convert_git_url(&text, Transport::Https)
}

/// `sameRepository`.
#[napi(catch_unwind)]
pub fn same_repository(text: Content<'_>, other: Content<'_>) -> Either<bool, Refusal> {
    match convert::same_repository(&text, &other) {
        Ok(same) => Either::A(same),
        Err(refusal) => Either::B(refusal),
    }
}

/// `nextRelease`.
#[napi(catch_unwind)]
pub fn next_release(text: Content<'_>, published: Option<Vec<String>>) -> Parsed {
    convert::next_release(&text, &published.unwrap_or_default())
}

/// `latestTag`: one tag per line.
#[napi(catch_unwind)]
pub fn latest_tag(lines: String) -> Option<String> {
    convert::latest_tag(&lines)
}

/// `isPrivateKey`.
#[napi(catch_unwind)]
pub fn is_private_key(data: Content<'_>) -> bool {
    convert::is_private_key(&Secret(data))
}

/// `parsePrivateKey`.
#[napi(catch_unwind)]
pub fn parse_private_key(data: Content<'_>) -> Parsed {
    convert::parse_private_key(&Secret(data))
}

/// `toPublicKey`.
#[napi(catch_unwind)]
pub fn to_public_key(data: Content<'_>) -> Parsed {
    convert::to_public_key(&Secret(data))
}

/// `privateKeyMatches`.
#[napi(catch_unwind)]
pub fn private_key_matches(data: Content<'_>, public_key: Content<'_>) -> Either<bool, Refusal> {
    match convert::private_key_matches(&Secret(data), &Secret(public_key)) {
        Ok(matches) => Either::A(matches),
        Err(refusal) => Either::B(refusal),
    }
}

/// `toPkcs1Pem`.
#[napi(catch_unwind)]
pub fn to_pkcs1_pem<'env>(env: &'env Env, data: Content<'_>) -> Result<Either<JsString<'env>, Refusal>> {
    match convert::to_pkcs1_pem(&Secret(data)) {
        Ok(pem) => env.create_string(&**pem).map(Either::A),
        Err(refusal) => Ok(Either::B(refusal)),
    }
}

/// `parseDockerfile`.
#[napi(catch_unwind)]
pub fn parse_dockerfile(data: Content<'_>, build: Option<BuildOptions>) -> String {
    convert::parse_dockerfile(&data, build.unwrap_or_default())
}

/// `applyFixes`: one list of edits for each fix.
#[napi(catch_unwind)]
pub fn apply_fixes(text: Content<'_>, fixes: Vec<Vec<EditOf>>) -> Fixed {
    convert::apply_fixes(&text, fixes)
}

/// `RULES`.
#[napi(catch_unwind)]
pub fn rules() -> String {
    convert::rules()
}

/// The command, with its arguments including the program's name; returns its exit code.
#[napi(catch_unwind)]
pub fn run(args: Vec<String>) -> i32 {
    rekey_cli::run(args.into_iter().map(Into::into))
}
