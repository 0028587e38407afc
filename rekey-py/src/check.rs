//! The checks, which return a report about any input and raise no exception because of its content.

use std::path::PathBuf;

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBytes, PyDict, PyString},
};
use rekey_core::{
    CredentialsInput, DockerfileInput, GitUrlInput, ImageInput, ImageReference, PrivateKeyInput,
    ReferenceInput, TagInput, dockerfile::BuildContext, private_key::Primality,
};
use rekey_files::{archive::check_image_archive as check_archive, build_context::ContextFolder};

use crate::{
    archive::Archive,
    convert::Units,
    error::unread,
    input::{Input, Pairs, Strings, Unit},
    report::Report,
    submission::Submission,
    target::{Target, settings, target_of},
};

/// The length of an input in bytes from which a check releases the GIL; for shorter inputs releasing it costs
/// more.
const LONG: usize = 4096;

/// Runs `check`, and releases the GIL if the input is long.
fn run(py: Python<'_>, input: &Input<'_>, check: impl FnOnce() -> rekey_core::Report + Send) -> Report {
    let report = if input.bytes().len() < LONG { check() } else { py.detach(check) };
    Report::new(report, Units::All(input.unit()))
}

/// Checks an image tag.
///
/// ``published`` are the tags that the image was already published with. ``target`` is the target that the
/// tag is checked against, and the keywords are its parts: ``flow``, ``policy``, ``preflight_version``,
/// ``today`` and ``severity``. They are the same for every check, and :class:`Target` describes them.
///
/// An invalid option raises ``ValueError``; a text never does, except that a ``str`` with lone surrogates
/// raises ``UnicodeEncodeError``.
///
/// >>> check_tag("1.0-1").passed
/// True
/// >>> check_tag("1.0").findings[0].message
/// 'expected a dash and a release number after `1.0`, found the end'
/// >>> check_tag("1.0", severity={"tag-missing-release": "warning"}).passed
/// True
#[pyfunction]
#[pyo3(
    signature = (text, *, published = Strings::default(), target = None, **keywords),
    text_signature = "(text, *, published=(), target=None, **keywords)"
)]
pub(crate) fn check_tag(
    py: Python<'_>,
    text: Input<'_>,
    published: Strings,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_tag", target, keywords)?;
    Ok(run(py, &text, || rekey_core::check_tag(TagInput::new(text.text()).published(&published.0), &target)))
}

/// Checks many image tags against one target, without blocking other threads, and returns the reports in the
/// same order.
///
/// The keywords are those of :func:`check_tag`.
///
/// >>> [report.passed for report in check_tags(["1.0-1", "1.0"])]
/// [True, False]
#[pyfunction]
#[pyo3(
    signature = (texts, *, published = Strings::default(), target = None, **keywords),
    text_signature = "(texts, *, published=(), target=None, **keywords)"
)]
pub(crate) fn check_tags(
    py: Python<'_>,
    texts: &Bound<'_, PyAny>,
    published: Strings,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<Report>> {
    let target = target_of("check_tags", target, keywords)?;
    many(py, texts, |text| rekey_core::check_tag(TagInput::new(text.text()).published(&published.0), &target))
}

/// Returns the reports on many inputs, without blocking other threads.
fn many(
    py: Python<'_>,
    inputs: &Bound<'_, PyAny>,
    check: impl Fn(&Input<'_>) -> rekey_core::Report + Send,
) -> PyResult<Vec<Report>> {
    if inputs.is_instance_of::<PyString>() || inputs.is_instance_of::<PyBytes>() {
        let found = inputs.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "expected an iterable of str, bytes or paths, found one {found}"
        )));
    }
    let given: Vec<Bound<'_, PyAny>> = inputs.try_iter()?.collect::<PyResult<_>>()?;
    let inputs: Vec<Input<'_>> = given.iter().map(PyAnyMethods::extract).collect::<PyResult<_>>()?;
    let reports: Vec<_> = py.detach(|| inputs.iter().map(check).collect());
    let each = reports.into_iter().zip(&inputs);
    Ok(each.map(|(report, input)| Report::new(report, Units::All(input.unit()))).collect())
}

/// Checks a git source URL. ``private`` says whether the repository is private, if that is known.
///
/// The other keywords are those of :class:`Target`.
///
/// >>> check_git_url("https://github.com/acme/app").passed
/// True
#[pyfunction]
#[pyo3(signature = (text, *, private = None, target = None, **keywords))]
pub(crate) fn check_git_url(
    py: Python<'_>,
    text: Input<'_>,
    private: Option<bool>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_git_url", target, keywords)?;
    Ok(run(py, &text, || rekey_core::check_git_url(GitUrlInput::new(text.text()).private(private), &target)))
}

/// Checks many git source URLs against one target, without blocking other threads, and returns the reports in
/// the same order.
///
/// The keywords are those of :func:`check_git_url`.
///
/// >>> [report.passed for report in check_git_urls(["https://github.com/acme/app", "github.com/acme/app"])]
/// [True, False]
#[pyfunction]
#[pyo3(signature = (texts, *, private = None, target = None, **keywords))]
pub(crate) fn check_git_urls(
    py: Python<'_>,
    texts: &Bound<'_, PyAny>,
    private: Option<bool>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<Report>> {
    let target = target_of("check_git_urls", target, keywords)?;
    many(py, texts, |text| rekey_core::check_git_url(GitUrlInput::new(text.text()).private(private), &target))
}

/// Checks an SSH private key: ``str`` or ``bytes`` are its content, a path is its file.
///
/// ``public_key`` and ``fingerprint`` are those that the git host shows: they must belong to the key.
/// ``mode`` is the permission bits of its file, if the key is not given by path. ``quick`` tests the primes
/// only to base 2, which takes a third of the time and finds accidents but not every forgery. The report
/// contains no key material. The content of a file is wiped from memory afterwards; Python's own ``str`` and
/// ``bytes`` cannot be wiped.
///
/// >>> check_private_key("").to_json().count("BEGIN")
/// 0
#[pyfunction]
#[pyo3(signature = (data, *, public_key = None, fingerprint = None, mode = None, quick = false, target = None, **keywords))]
pub(crate) fn check_private_key(
    py: Python<'_>,
    data: Input<'_>,
    public_key: Option<Input<'_>>,
    fingerprint: Option<Input<'_>>,
    mode: Option<u32>,
    quick: bool,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_private_key", target, keywords)?;
    let check = || {
        let input = PrivateKeyInput::new(data.text())
            .public_key(public_key.as_ref().map(Input::text))
            .fingerprint(fingerprint.as_ref().map(Input::text))
            .mode(mode.or(data.mode()))
            .primality(if quick { Primality::Quick } else { Primality::Full });
        rekey_core::check_private_key(input, &target)
    };
    // The arithmetic of a key takes far longer than its length suggests.
    let report = py.detach(check);
    Ok(Report::new(report, Units::All(data.unit())))
}

/// Checks a Dockerfile: ``str`` or ``bytes`` are its content, a path is its file.
///
/// Further inputs of the build: ``build_args`` and ``labels`` as passed to the build, ``stage`` the one to
/// build, ``base_config`` the config JSON of the base image (``skopeo inspect --config``), ``context`` the
/// path of the folder that the build copies from, ``platform`` such as ``"linux/arm64"``. The other keywords
/// are those of :class:`Target`.
///
/// >>> report = check_dockerfile("FROM registry.access.redhat.com/ubi9/ubi\n", labels={"name": "acme/app"})
/// >>> report.counts.errors == sum(finding.severity == "error" for finding in report.findings)
/// True
#[pyfunction]
#[pyo3(signature = (data, *, build_args = None, stage = None, labels = None, base_config = None, context = None,
                    platform = None, target = None, **keywords))]
pub(crate) fn check_dockerfile(
    py: Python<'_>,
    data: Input<'_>,
    build_args: Option<Pairs>,
    stage: Option<&str>,
    labels: Option<Pairs>,
    base_config: Option<Input<'_>>,
    context: Option<PathBuf>,
    platform: Option<&str>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_dockerfile", target, keywords)?;
    let context = context.map(|path| ContextFolder::open(path, data.path())).transpose().map_err(unread)?;
    let build = BuildKeywords { build_args, stage, labels, base_config, context, platform };
    Ok(run(py, &data, || rekey_core::check_dockerfile(build.of(&data), &target)))
}

/// Checks many Dockerfiles with the same inputs of the build, without blocking other threads, and returns the
/// reports in the same order.
///
/// The keywords are those of :func:`check_dockerfile`.
///
/// >>> reports = check_dockerfiles(["FROM scratch", "FORM scratch"])
/// >>> [any(f.rule == "dockerfile-invalid-syntax" for f in report.findings) for report in reports]
/// [False, True]
#[pyfunction]
#[pyo3(signature = (datas, *, build_args = None, stage = None, labels = None, base_config = None, context = None,
                    platform = None, target = None, **keywords))]
pub(crate) fn check_dockerfiles(
    py: Python<'_>,
    datas: &Bound<'_, PyAny>,
    build_args: Option<Pairs>,
    stage: Option<&str>,
    labels: Option<Pairs>,
    base_config: Option<Input<'_>>,
    context: Option<PathBuf>,
    platform: Option<&str>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<Report>> {
    let target = target_of("check_dockerfiles", target, keywords)?;
    let context = context.map(|path| ContextFolder::open(path, None)).transpose().map_err(unread)?;
    let build = BuildKeywords { build_args, stage, labels, base_config, context, platform };
    many(py, datas, |data| rekey_core::check_dockerfile(build.of(data), &target))
}

/// The inputs of a build.
struct BuildKeywords<'a> {
    build_args: Option<Pairs>,
    stage: Option<&'a str>,
    labels: Option<Pairs>,
    base_config: Option<Input<'a>>,
    context: Option<ContextFolder>,
    platform: Option<&'a str>,
}

impl BuildKeywords<'_> {
    fn of<'a>(&'a self, data: &'a Input<'_>) -> DockerfileInput<'a> {
        let pairs = |pairs: &'a Option<Pairs>| pairs.as_ref().map_or(&[][..], |pairs| &pairs.0);
        DockerfileInput::new(data.text())
            .build_args(pairs(&self.build_args))
            .stage(self.stage)
            .labels(pairs(&self.labels))
            .base_config(self.base_config.as_ref().map(Input::bytes))
            .context(self.context.as_ref().map(|folder| folder as &dyn BuildContext))
            .platform(self.platform)
    }
}

/// Checks the reference that an image is pushed to, and other inputs about the image and its push.
///
/// ``published`` are the tags that the image was already published with, ``config`` and ``manifest`` its JSON
/// documents, ``auth_file`` is the credentials file for the push (podman's ``auth.json``, docker's
/// ``config.json``), ``registry_key`` the project's key. No part of the last two is shown anywhere. The other
/// keywords are those of :class:`Target`.
///
/// >>> reference = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
/// >>> check_image(reference, flow="quay").passed
/// True
/// >>> [finding.message for finding in check_image(reference, registry_key="0A" * 30, flow="quay").findings]
/// ['expected a key of 64 uppercase letters and digits, found 60']
#[pyfunction]
#[pyo3(
    signature = (reference, *, published = Strings::default(), config = None, manifest = None, auth_file = None,
                 registry_key = None, target = None, **keywords),
    text_signature = "(reference, *, published=(), config=None, manifest=None, auth_file=None, registry_key=None, target=None, **keywords)"
)]
pub(crate) fn check_image(
    py: Python<'_>,
    reference: Input<'_>,
    published: Strings,
    config: Option<Input<'_>>,
    manifest: Option<Input<'_>>,
    auth_file: Option<Input<'_>>,
    registry_key: Option<Input<'_>>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_image", target, keywords)?;
    let report = run(py, &reference, || {
        let input = ImageInput::new(reference.text())
            .published(&published.0)
            .config(config.as_ref().map(Input::text))
            .manifest(manifest.as_ref().map(Input::text))
            .auth_file(auth_file.as_ref().map(Input::text))
            .registry_key(registry_key.as_ref().map(Input::text));
        rekey_core::check_image(input, &target)
    });
    let beside = [
        ("config", &config),
        ("manifest", &manifest),
        ("auth_file", &auth_file),
        ("registry_key", &registry_key),
    ];
    if beside.iter().all(|(_, input)| input.is_none()) {
        return Ok(report);
    }
    let inputs = beside.iter().filter_map(|(name, input)| Some((*name, input.as_ref()?)));
    let chars = inputs.chain([("reference", &reference)]).filter(|(_, input)| input.unit() == Unit::Chars);
    Ok(report.counted(Units::Chars(chars.map(|(name, _)| name.to_owned()).collect())))
}

/// Checks the reference that an image is pushed to.
///
/// ``published`` are the tags that the image was already published with. The other keywords are those of
/// :class:`Target`.
///
/// >>> [finding.rule for finding in check_reference("quay.io/acme/app:latest", flow="external").findings]
/// ['reference-latest']
#[pyfunction]
#[pyo3(
    signature = (text, *, published = Strings::default(), target = None, **keywords),
    text_signature = "(text, *, published=(), target=None, **keywords)"
)]
pub(crate) fn check_reference(
    py: Python<'_>,
    text: Input<'_>,
    published: Strings,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_reference", target, keywords)?;
    let input = || ReferenceInput::new(text.text()).published(&published.0);
    Ok(run(py, &text, || rekey_core::check_reference(input(), &target)))
}

/// Checks the credentials for pushing an image: an auth file, the registry key of its project, or both.
///
/// ``reference`` decides which entry of the auth file is used. No part of the auth file and the key is shown
/// anywhere. The other keywords are those of :class:`Target`.
///
/// >>> [finding.message for finding in check_credentials(registry_key="0A" * 30, flow="quay").findings]
/// ['expected a key of 64 uppercase letters and digits, found 60']
#[pyfunction]
#[pyo3(signature = (*, auth_file = None, registry_key = None, reference = None, target = None, **keywords))]
pub(crate) fn check_credentials(
    auth_file: Option<Input<'_>>,
    registry_key: Option<Input<'_>>,
    reference: Option<Input<'_>>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_credentials", target, keywords)?;
    let reference = reference.and_then(|text| ImageReference::parse(text.bytes()).ok());
    let input = CredentialsInput::new()
        .auth_file(auth_file.as_ref().map(Input::text))
        .registry_key(registry_key.as_ref().map(Input::text))
        .reference(reference.as_ref());
    // Findings about credentials have no place in their text.
    Ok(Report::new(rekey_core::check_credentials(&input, &target), Units::Chars(Vec::new())))
}

/// Judges the facts that a rehearsal recorded, as JSON, and the Dockerfile of the commit, with the commit as its build context.
///
/// Nothing is connected to, cloned or built. The other keywords are those of :class:`Target`. A text that is not the facts of a
/// rehearsal raises ``ValueError``.
///
/// >>> facts = '{"source": {"failure": {"kind": "empty"}}}'
/// >>> [finding.rule for finding in check_rehearsal("", facts=facts).findings]
/// ['rehearsal-empty-repository']
#[pyfunction]
#[pyo3(signature = (dockerfile, *, facts, target = None, **keywords))]
pub(crate) fn check_rehearsal(
    py: Python<'_>,
    dockerfile: Input<'_>,
    facts: Input<'_>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_rehearsal", target, keywords)?;
    let facts = rekey_core::rehearsal::Rehearsal::from_json(facts.bytes())
        .map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))?;
    Ok(run(py, &dockerfile, || {
        let text = Some(rekey_core::DockerfileInput::new(dockerfile.text()));
        rekey_core::check_rehearsal(rekey_core::RehearsalInput::new(&facts).dockerfile(text), &target)
    }))
}

/// Checks every image of an archive, from ``podman save``, ``docker save`` or ``skopeo copy``, or of an OCI
/// layout.
///
/// ``archive`` is a path; a text that names the kind and the image as in skopeo, ``"oci:DIR:NAME"``,
/// ``"oci-archive:FILE"``, ``"docker-archive:FILE"``, ``"dir:DIR"``; the bytes of an archive; or a binary file
/// object, which is read to its end and stored in a temporary file without a name. gzip or zstd around the
/// whole archive is removed. ``reference`` is the destination of the push. The other keywords are those of
/// :class:`Target`. A file that cannot be read or contains no image raises ``OSError``.
///
/// >>> check_image_archive("no-such.tar")
/// Traceback (most recent call last):
///     ...
/// FileNotFoundError: [Errno 2] No such file or directory: 'no-such.tar'
/// >>> check_image_archive(b"no archive")
/// Traceback (most recent call last):
///     ...
/// OSError: archive: not an image archive: the tar ends within a header
#[pyfunction]
#[pyo3(signature = (archive, *, reference = None, target = None, **keywords))]
pub(crate) fn check_image_archive(
    py: Python<'_>,
    archive: Archive,
    reference: Option<Input<'_>>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let target = target_of("check_image_archive", target, keywords)?;
    let text = reference.as_ref().map(Input::text);
    let report = archive.read(py, |source| check_archive(source, text.as_ref(), &target))?;
    let chars = reference.iter().filter(|reference| reference.unit() == Unit::Chars);
    let chars = chars.map(|_| "reference".to_owned()).collect();
    Ok(Report::new(report, Units::Chars(chars)))
}

/// Checks every field of a submission and whether they fit together.
///
/// The keywords are those of :class:`Target`; each takes precedence over its ``rekey.toml``. So does a
/// ``target`` for flow, policy and version, even if they are the defaults.
///
/// >>> check_submission(Submission(git_url="https://github.com/acme/app", tag="1.0")).passed
/// False
#[pyfunction]
#[pyo3(signature = (submission, *, target = None, **keywords))]
pub(crate) fn check_submission(
    py: Python<'_>,
    submission: &Submission,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Report> {
    let settings = settings("check_submission", target, keywords)?;
    Ok(Submission::check(py, &[submission], &settings)?.swap_remove(0))
}

/// Checks many submissions, also against each other, and returns the reports in the same order.
///
/// Only a batch can show that two submissions share a private key or a registry key, that two keys have a
/// prime in common, or that two images go to the same project or reference. The findings name the others in
/// ``related``. The keywords are those of :func:`check_submission`. Other threads are not blocked.
///
/// >>> one, two = check_submissions([Submission(reference="quay.io/acme/app:1.0-1")] * 2)
/// >>> [other.source for finding in two.findings for other in finding.related]
/// ['submissions[0].reference']
#[pyfunction]
#[pyo3(signature = (submissions, *, target = None, **keywords))]
pub(crate) fn check_submissions(
    py: Python<'_>,
    submissions: &Bound<'_, PyAny>,
    target: Option<&Target>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Vec<Report>> {
    let settings = settings("check_submissions", target, keywords)?;
    let batch = submissions.try_iter()?.map(|one| Ok(one?.cast_into::<Submission>()?));
    let batch: Vec<Bound<'_, Submission>> = batch.collect::<PyResult<_>>()?;
    Submission::check(py, &batch.iter().map(Bound::get).collect::<Vec<_>>(), &settings)
}
