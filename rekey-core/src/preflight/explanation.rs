//! What the files of a run explain, brought together for the rules.

use super::{
    artifacts::{CertImage, CheckResult, Rpm},
    log::Log,
    modified_files::Modification,
};
use crate::{finding::Draft, text::Span};

/// One file of a run, where its turn is.
pub(crate) enum Artifact {
    /// It is not what preflight writes, for this reason.
    Malformed(String),
    /// `rpm-manifest.json`.
    Packages(Vec<Rpm>),
    /// The log.
    Log(Logged),
    /// `results.json`, after all others.
    Results(Outcome),
}

/// What the log explains.
pub(crate) struct Logged {
    /// Whether a line of it is preflight's.
    pub(crate) is_one: bool,
    /// Files of packages that layers change, by layer.
    pub(crate) changes: Vec<Changes>,
    /// What stands in the place of licences, and where it is told.
    pub(crate) license: Option<(Span, &'static str)>,
    /// Where it is told that there is no RPM database.
    pub(crate) no_database: Option<Span>,
    /// Where it is told that there is no `/etc/os-release`.
    pub(crate) no_os_release: Option<Span>,
    /// What stopped the run, or the submission after it.
    pub(crate) stopped: Option<Stop>,
}

/// Files of packages that one layer changes in one way.
pub(crate) struct Changes {
    pub(crate) kind: Modification,
    /// The first line about them.
    pub(crate) span: Span,
    pub(crate) layer: Option<usize>,
    /// The instruction that made the layer.
    pub(crate) instruction: Option<String>,
    /// Sorted.
    pub(crate) files: Vec<String>,
}

/// What stopped preflight.
pub(crate) struct Stop {
    pub(crate) span: Span,
    pub(crate) reason: String,
    /// Whether the checks had run.
    pub(crate) finished: bool,
}

impl Logged {
    /// What a log explains, with what is known of the image; `license_failed` says whether `HasLicense` did.
    pub(crate) fn of(log: &Log, image: Option<&CertImage>, license_failed: bool) -> Self {
        let reason = |text: &str| {
            let verdicts = log.verdicts.iter();
            verdicts
                .filter(|one| one.reason.as_deref().is_some_and(|why| why.contains(text)))
                .map(|one| one.span)
                .next()
        };
        let found = |why: &str| {
            if why.contains("not a directory") { "a file of that name" } else { "no such directory" }
        };
        let walked = || {
            // Preflight is silent where it walks the directory and finds nothing that counts.
            let verdict = log.verdicts.iter().find(|one| one.check == super::HAS_LICENSE)?;
            Some((verdict.span, "no file, or only empty ones"))
        };
        let license = log.no_license.as_ref().map(|(span, why)| (*span, found(why))).or_else(walked);
        Self {
            is_one: log.is_one,
            changes: changes(log, image),
            license: license.filter(|_| license_failed),
            no_database: reason("could not find rpm db/packages"),
            no_os_release: reason("could not open os-release"),
            stopped: log.stopped.clone().map(|(span, reason)| Stop {
                span,
                reason,
                finished: !log.verdicts.is_empty(),
            }),
        }
    }
}

/// The changed files by layer and kind, in the order of the layers.
fn changes(log: &Log, image: Option<&CertImage>) -> Vec<Changes> {
    let mut changes: Vec<Changes> = Vec::new();
    for change in &log.changes {
        let layer = image
            .map_or_else(|| CertImage::default().layer(&change.layer), |image| image.layer(&change.layer));
        let known = changes.iter_mut().find(|one| (one.layer, one.kind) == (layer, change.kind));
        if let Some(known) = known {
            known.files.push(change.path.clone());
            continue;
        }
        let instruction = layer.and_then(|layer| image?.instruction(layer)).map(str::to_owned);
        let files = vec![change.path.clone()];
        changes.push(Changes { kind: change.kind, span: change.span, layer, instruction, files });
    }
    // Preflight walks a map: its order is another one each time.
    for change in &mut changes {
        change.files.sort_unstable();
        change.files.dedup();
    }
    changes.sort_by_key(|change| (change.layer, change.kind));
    changes
}

/// What the results explain that no other file does.
pub(crate) struct Outcome {
    /// Whether nothing says what any check came to, nor why.
    pub(crate) none: bool,
    /// Checks that did not pass and that nothing explains.
    pub(crate) open: Vec<Open>,
    /// Checks of which the data of the run tell another verdict, and why.
    pub(crate) differ: Vec<(CheckResult, String)>,
    /// What tells that the files are not of one run.
    pub(crate) stale: Vec<String>,
}

/// A check that did not pass and that nothing explains.
pub(crate) struct Open {
    pub(crate) result: CheckResult,
    /// What the log says why it could not run.
    pub(crate) reason: Option<String>,
    /// Where the log says so.
    pub(crate) span: Option<Span>,
    /// How many layers the image has, where that is known.
    pub(crate) layers: usize,
    /// The instruction that made the lowest.
    pub(crate) base: Option<String>,
    /// Whether there is a log, and a detailed one.
    pub(crate) detailed: Option<bool>,
}

impl Open {
    /// Marks where it is said.
    pub(crate) fn mark(&self, draft: &mut Draft) {
        match (&*self.result.pointer, self.span) {
            ("", Some(span)) => draft.at(span),
            (pointer, _) => draft.pointer(pointer),
        };
    }
}

/// What helps against an error of preflight, by words that it has in it.
///
/// Sources: openshift-preflight 1.21.0, `cmd/preflight/cmd/check_container.go`, `container/check_container.go`,
/// `internal/pyxis`, `internal/lib`; "Error codes" of the OCI distribution specification.
pub(crate) fn remedy(error: &str) -> Option<&'static str> {
    const REMEDIES: &[(&[&str], &str)] = &[
        (
            &["is improperly formatted"],
            "Give `--certification-component-id` the id out of the page's address, connect.redhat.com/component/view/ID/images: neither the project's number nor an id that begins with `ospid-` and has more dashes.",
        ),
        (
            &[
                "certification component ID must be",
                "certification component ID cannot",
                "component ID are required",
            ],
            "Give `--submit` together with `--certification-component-id` and `--pyxis-api-token`, each with a value.",
        ),
        (
            &["pyxis API Token must be", "pyxis API Token cannot"],
            "Make a key at connect.redhat.com/account/api-keys and give it in the variable `PFLT_PYXIS_API_TOKEN`.",
        ),
        (
            &["invalid preflight version", "not supported", "not recognized"],
            "Red Hat takes results of recent versions of preflight only: run the newest release.",
        ),
        (
            &["bundle project detected"],
            "The component is an operator bundle's: give the id of the container's component.",
        ),
        (
            &["could not find authfile", "--docker-config", "docker config"],
            "Give `--docker-config` the whole path of a file that is there: podman's `auth.json` or docker's `config.json`.",
        ),
        (
            &["platform mismatch"],
            "Give `--platform` the architecture that the image was built for, or push a list of images with that platform in it.",
        ),
        (
            &["could not retrieve project", "could not get project", "cannot resolve policy exception"],
            "See that the component's id and the API key belong together, and that catalog.redhat.com can be reached.",
        ),
        (
            &["catalog.redhat.com", "pyxis"],
            "Run it again where catalog.redhat.com can be reached: the check asks Red Hat's catalogue.",
        ),
        (
            &["TOOMANYREQUESTS", "toomanyrequests", "429"],
            "The registry counts pulls: log in, and give `--docker-config`.",
        ),
        (
            &["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "manifest unknown", "not found"],
            "The registry does not have the image under this name and tag: push it, or mend the reference.",
        ),
        (
            &["UNAUTHORIZED", "unauthorized", "DENIED", "denied", "401", "403"],
            "The registry refuses the pull: give `--docker-config` a file with a credential for it.",
        ),
        (
            &["server gave HTTP response to HTTPS client"],
            "The registry has no TLS: `--insecure` tries such a one, and cannot be used with `--submit`.",
        ),
        (&["x509", "certificate"], "The registry's certificate is not trusted here: install its authority."),
        (
            &["unsafe tar path"],
            "A path in a layer leads out of the image: build that layer without `..` in paths.",
        ),
        (
            &[
                "no such host",
                "connection refused",
                "i/o timeout",
                "context deadline exceeded",
                "TLS handshake",
            ],
            "See that the host can be reached from where preflight runs, then run it again.",
        ),
    ];
    let says = |words: &&[&str]| words.iter().any(|word| error.contains(word));
    REMEDIES.iter().find(|(words, _)| says(words)).map(|(_, help)| *help)
}

/// An error of preflight as one line that can be shown: secrets masked, cut where it is long.
pub(crate) fn shown(error: &str) -> String {
    const LONGEST: usize = 300;
    // Of a query it is of interest what it answered, and not every layer that it asked for.
    let error = error.rsplit_once("] failed: ").map_or(error, |(_, answer)| answer);
    let line = error.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = crate::mask::masked(&line);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stops_preflight_has_a_remedy() {
        for (error, help) in [
            (
                "invalid manifest?: GET http://h/v2/a/manifests/1: NAME_UNKNOWN: Unknown name",
                "does not have the image",
            ),
            (
                "invalid manifest?: could not find authfile: /x: open /x: no such file or directory",
                "--docker-config",
            ),
            ("platform mismatch: requested arm64 but image is amd64 architecture", "--platform"),
            (
                "certification component id: ospid-a-b-c is improperly formatted see help",
                "connect.redhat.com",
            ),
            (
                "cannot resolve policy exception: could not retrieve project: status code: 401: body: x",
                "belong together",
            ),
            ("invalid preflight version, please download the latest version and re-submit", "newest release"),
            ("failed to extract tarball: unsafe tar path \"../etc/passwd\"", "`..`"),
            (
                "invalid manifest?: GET https://h/v2/a/manifests/1: UNAUTHORIZED: authentication required",
                "credential",
            ),
            ("Get \"https://h/v2/\": dial tcp: lookup h: no such host", "can be reached"),
        ] {
            assert!(remedy(error).is_some_and(|found| found.contains(help)), "{error}: {:?}", remedy(error));
        }
        assert_eq!(remedy("something else"), None);
    }

    #[test]
    fn errors_are_shown_in_one_line_without_secrets() {
        assert_eq!(shown("a\n b https://u:CANARY@h"), "a b https://***@h");
        assert_eq!(shown("query for [\"sha256:1\"] failed: no such host"), "no such host");
        assert_eq!(shown(&"x ".repeat(400)).chars().count(), 301);
    }
}
