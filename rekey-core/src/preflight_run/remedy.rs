//! Remedies for the errors of preflight.
//!
//! An error is recognized by its shape: a phrase of preflight or Go's library, a status code at a known
//! place, an error code of the registry protocol. Digests, ports and paths also contain digits and words,
//! which must not match.
//!
//! Sources: openshift-preflight 1.21.0, `cmd/preflight/cmd/check_container.go`, `container/check_container.go`,
//! `internal/pyxis`, `internal/lib`, `internal/engine`; go-containerregistry `pkg/v1/remote/transport/error.go`; "Error codes"
//! of the OCI distribution specification; Go `syscall`, `net`, `crypto/x509`, `net/http`.

/// A pattern that identifies an error.
enum Shape {
    /// Words from preflight or Go's library.
    Phrase(&'static str),
    /// A status code from Pyxis, the API of Red Hat's catalog: `status code: 409`.
    Pyxis(&'static [u16]),
    /// A status code from a registry: `unexpected status code 401 Unauthorized`.
    Registry(&'static [u16]),
    /// An error code of the registry protocol, `DENIED: …`, also in docker's lowercase: `denied: …`.
    Code(&'static str),
}

use Shape::{Code, Phrase, Pyxis, Registry};

const SERVER_ERRORS: &[u16] = &[500, 502, 503, 504];

/// The first matching shape decides. Problems on this machine come before answers of a service, and those
/// before obstacles on the way to it.
const REMEDIES: &[(&[Shape], &str)] = &[
    (
        &[Phrase("is improperly formatted")],
        "Pass the id from the page's address, connect.redhat.com/component/view/ID/images, as `--certification-component-id`: neither the project's number nor an id that begins with `ospid-` and has more dashes.",
    ),
    (
        &[
            Phrase("certification component ID must be"),
            Phrase("certification component ID cannot"),
            Phrase("component ID are required"),
        ],
        "Pass `--submit` together with `--certification-component-id` and `--pyxis-api-token`, each with a \
         value.",
    ),
    (
        &[Phrase("pyxis API Token must be"), Phrase("pyxis API Token cannot")],
        "Create a key at connect.redhat.com/account/api-keys and pass it in the variable \
         `PFLT_PYXIS_API_TOKEN`.",
    ),
    (
        &[Phrase("invalid preflight version"), Phrase("is not supported. Supported versions")],
        "Red Hat accepts only results of recent versions of preflight: run the latest release.",
    ),
    (
        &[Phrase("bundle project detected")],
        "The component is an operator bundle's: use the id of the container's component.",
    ),
    (
        &[Phrase("no space left on device"), Phrase("disk quota exceeded")],
        "The disk is full: preflight unpacks the whole image below `TMPDIR`. Set this variable to a directory with three times as much free space as the size of the image.",
    ),
    (
        &[Phrase("lsetxattr "), Phrase("operation not supported")],
        "The file system of a mounted directory does not support SELinux labels: mount a directory of a local \
         disk, or remove `:Z`.",
    ),
    (
        &[Phrase("read-only file system")],
        "preflight writes its log, its artifacts and the unpacked image: set `PFLT_LOGFILE`, `PFLT_ARTIFACTS` and `TMPDIR` to writable places.",
    ),
    (
        &[Phrase(": permission denied"), Phrase("operation not permitted")],
        "The user that runs preflight has no access to that file. In a container, mount the directory with `:Z` and add `--userns=keep-id` to `podman run`; `PFLT_LOGFILE`, `PFLT_ARTIFACTS` and `TMPDIR` name other places.",
    ),
    (
        &[Phrase("too many open files")],
        "Raise the limit of open files, `ulimit -n`, and run preflight again.",
    ),
    (
        &[Phrase("could not find authfile"), Phrase("could not load authfile")],
        "Pass the full path of an existing file as `--docker-config`: podman's `auth.json` or docker's \
         `config.json`.",
    ),
    (
        &[Phrase("invalid image reference"), Phrase("could not parse reference")],
        "The reference is malformed: `rekey image` shows where.",
    ),
    (
        &[
            Phrase("platform mismatch"),
            Phrase("invalid platform specified"),
            Phrase("no child with platform"),
        ],
        "Pass an architecture that the image was built for as `--platform`, or push a list of images that \
         includes the platform.",
    ),
    (
        &[Phrase("unsafe tar path"), Phrase("link resolves to path outside of extraction root")],
        "A path in a layer leads out of the image: build that layer without `..` in paths.",
    ),
    (
        &[Pyxis(&[401, 403])],
        "Red Hat's catalog rejects the API key: check that the key and the component's id belong to one account, and that the key was not revoked.",
    ),
    (
        &[Pyxis(&[404]), Phrase("no certification project was returned")],
        "Red Hat's catalog does not know this component: check that `--certification-component-id` is right and that the API key belongs to the same account.",
    ),
    (
        &[Pyxis(&[409])],
        "Red Hat's catalog already has results of this image, and a published image cannot be changed: build and push the next release, or delete the image from the component before it is published.",
    ),
    (
        &[Pyxis(&[413])],
        "A file is too large for Red Hat's catalog, usually the log: submit without `PFLT_LOGLEVEL=trace`.",
    ),
    (
        &[Pyxis(SERVER_ERRORS), Pyxis(&[429])],
        "Red Hat's catalog was reached but could not answer: try again later.",
    ),
    (
        &[Code("TOOMANYREQUESTS"), Registry(&[429])],
        "The registry limits pulls: log in, and pass `--docker-config`.",
    ),
    (
        &[
            Code("MANIFEST_UNKNOWN"),
            Code("NAME_UNKNOWN"),
            Code("NOT_FOUND"),
            Phrase("manifest unknown"),
            Phrase("name unknown"),
            Registry(&[404]),
        ],
        "The registry does not have the image under this name and tag: push it, or fix the reference.",
    ),
    (
        &[
            Code("UNAUTHORIZED"),
            Code("DENIED"),
            Phrase("requested access to the resource is denied"),
            Registry(&[401, 403]),
        ],
        "The registry rejects the pull: pass `--docker-config` with a file that has a credential for it.",
    ),
    (
        &[Registry(SERVER_ERRORS), Code("UNAVAILABLE")],
        "The registry was reached but could not answer: try again later.",
    ),
    (
        &[Phrase("proxyconnect "), Phrase("Proxy Authentication Required"), Registry(&[407])],
        "The proxy blocks preflight: check `HTTPS_PROXY` and `NO_PROXY`, and pass them into the container \
         with `-e`.",
    ),
    (
        &[Phrase("server gave HTTP response to HTTPS client")],
        "The registry does not use TLS: `--insecure` allows this, but cannot be used with `--submit`.",
    ),
    (
        &[Phrase("certificate has expired or is not yet valid")],
        "The certificate has expired, or this machine's clock is wrong: compare both.",
    ),
    (
        &[Phrase("x509: "), Phrase("remote error: tls: "), Phrase("certificate signed by unknown authority")],
        "The server's certificate is not trusted here: install its certificate authority, or that of a proxy that intercepts TLS; in a container, mount it and name it in `SSL_CERT_FILE`.",
    ),
    (
        &[
            Phrase("no such host"),
            Phrase("server misbehaving"),
            Phrase("Temporary failure in name resolution"),
        ],
        "The host's name cannot be resolved: check the DNS server of this machine or container, and the \
         spelling of the host.",
    ),
    (
        &[
            Phrase("connection reset by peer"),
            Phrase("stream error: stream ID "),
            Phrase("http2: "),
            Phrase("broken pipe"),
            Phrase("unexpected EOF"),
            Phrase("layer content does not match expected digest"),
        ],
        "The connection broke during the pull: try again, closer to the registry if it happens often.",
    ),
    (
        &[
            Phrase("connection refused"),
            Phrase("i/o timeout"),
            Phrase("context deadline exceeded"),
            Phrase("Client.Timeout exceeded"),
            Phrase("TLS handshake timeout"),
            Phrase("connect: permission denied"),
            Phrase("no route to host"),
            Phrase("network is unreachable"),
        ],
        "Check that the host can be reached from the machine that runs preflight, then run it again.",
    ),
];

/// Returns the remedy for an error of preflight; `None` if its shape is unknown.
pub(crate) fn remedy(error: &str) -> Option<&'static str> {
    REMEDIES.iter().find(|(shapes, _)| shapes.iter().any(|shape| shape.is_of(error))).map(|(_, help)| *help)
}

impl Shape {
    fn is_of(&self, error: &str) -> bool {
        match self {
            // Both firewalls (connections) and registries (pulls) deny permission.
            Phrase(": permission denied") => {
                error.contains(": permission denied")
                    && !error.contains("dial tcp")
                    && !has_code(error, "DENIED")
            }
            Phrase(phrase) => error.contains(phrase),
            Pyxis(statuses) => has_status(error, "status code: ", statuses),
            Registry(statuses) => has_status(error, "status code ", statuses),
            Code(code) => has_code(error, code),
        }
    }
}

/// Returns true if one of these numbers follows the words.
fn has_status(error: &str, words: &str, statuses: &[u16]) -> bool {
    error.split(words).skip(1).any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end)
            .and_then(|digits| digits.parse().ok())
            .is_some_and(|status| statuses.contains(&status))
    })
}

/// Returns true if an error code is at the start of a part of the error and is followed by its message,
/// `DENIED: …`, or by nothing.
fn has_code(error: &str, code: &str) -> bool {
    let is =
        |part: &str| part.eq_ignore_ascii_case(code) && (part == code || !part.contains(char::is_uppercase));
    error.split([':', '"']).any(|part| is(part.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages from public issues (numbers without a repository are openshift-preflight's) and from the
    /// sources.
    const MESSAGES: &[(&str, Option<&str>)] = &[
        // #516, #543, #1072, #1213, #622, #442; docker-nexus3 #221; datadog-operator #1661
        ("unable to create artifactsDir: mkdir /artifacts: permission denied", Some("--userns=keep-id")),
        ("open /home/nonroot/artifacts/results.json: permission denied", Some("--userns=keep-id")),
        ("failed to extract tarball: mkdir /tmp/preflight-1/fs/usr: permission denied", Some("`:Z`")),
        ("could not open authfile: /c.json: open /c.json: permission denied", Some("`:Z`")),
        (
            "copier: put: error creating \"/manifests\": mkdir /manifests: operation not permitted",
            Some("`:Z`"),
        ),
        ("mkdir /tmp/preflight-401: read-only file system", Some("writable places")),
        ("open preflight.log: read-only file system", Some("writable places")),
        ("lsetxattr /artifacts: operation not supported", Some("SELinux")),
        (
            "failed to extract tarball: write /tmp/preflight-403/fs/lib/a: no space left on device",
            Some("TMPDIR"),
        ),
        ("could not copy from layer: write /tmp/p/cache/sha256:429a: disk quota exceeded", Some("TMPDIR")),
        ("open /tmp/preflight-1/fs/a: too many open files", Some("ulimit")),
        (
            "failed to extract tarball: stream error: stream ID 41; INTERNAL_ERROR; received from peer",
            Some("connection broke"),
        ),
        (
            "failed to pull image layers: read tcp 10.0.0.11:44031->209.132.182.63:443: read: connection reset by peer",
            Some("connection broke"),
        ),
        ("failed to pull layer sha256:401f after 3 attempts: unexpected EOF", Some("connection broke")),
        ("http2: server sent GOAWAY and closed the connection", Some("connection broke")),
        (
            "layer content does not match expected digest: computed sha256:404a, expected sha256:403b",
            Some("connection broke"),
        ),
        (
            "status code: 400: body: {\"detail\": \"version 1.10.0 is not supported. Supported versions are: ['1.10.1']\"}",
            Some("latest release"),
        ),
        (
            "invalid preflight version, please download the latest version and re-submit",
            Some("latest release"),
        ),
        ("could not submit to pyxis: status code: 409: body: {\"status\": 409}", Some("next release")),
        ("could not submit to pyxis: status code: 413: body: Request Entity Too Large", Some("too large")),
        ("could not submit to pyxis: status code: 503: body: ", Some("try again later")),
        ("could not submit to pyxis: status code: 400: body: {\"title\": \"Bad Request\"}", None),
        ("could not retrieve project: status code: 401: body: x", Some("API key")),
        (
            "cannot resolve policy exception: could not retrieve project: status code: 403: body: x",
            Some("API key"),
        ),
        ("could not retrieve project: status code: 404: body: x", Some("certification-component-id")),
        ("no certification project was returned from pyxis", Some("certification-component-id")),
        (
            "could not retrieve project: could not get project from pyxis: Get \"https://catalog.redhat.com/api/containers/v1/projects\": dial tcp: lookup catalog.redhat.com on 10.0.0.1:53: no such host",
            Some("DNS"),
        ),
        (
            "received non 200 status code in updateProject: {\"detail\": \"certification_status\", \"status\": 400}",
            None,
        ),
        // go-containerregistry `transport.Error`, and registries' answers
        (
            "GET https://quay.io/v2/a/b/manifests/1: UNAUTHORIZED: access to the requested resource is not authorized; map[]",
            Some("credential"),
        ),
        (
            "GET https://index.docker.io/v2/a/manifests/1: DENIED: requested access to the resource is denied",
            Some("credential"),
        ),
        ("GET https://ghcr.io/token: DENIED: denied", Some("credential")),
        ("GET https://h/v2/: unexpected status code 401 Unauthorized", Some("credential")),
        ("GET https://h/token?scope=repository: unexpected status code 403 Forbidden: x", Some("credential")),
        ("denied: requested access to the resource is denied", Some("credential")),
        ("GET https://h/v2/a/manifests/1: DENIED: a: permission denied", Some("credential")),
        ("Get \"https://h/v2/\": dial tcp 10.0.0.1:443: connect: permission denied", Some("can be reached")),
        ("unauthorized: authentication required", Some("credential")),
        (
            "GET https://quay.io/v2/a/b/manifests/1: MANIFEST_UNKNOWN: manifest unknown; map[]",
            Some("push it"),
        ),
        ("invalid manifest?: GET http://h/v2/a/manifests/1: NAME_UNKNOWN: Unknown name", Some("push it")),
        ("GET https://h/v2/a/manifests/1: unexpected status code 404 Not Found", Some("push it")),
        (
            "GET https://index.docker.io/v2/a/manifests/1: TOOMANYREQUESTS: You have reached your pull rate limit",
            Some("limits pulls"),
        ),
        ("toomanyrequests: You have reached your unauthenticated pull rate limit", Some("limits pulls")),
        ("GET https://h/v2/: unexpected status code 429 Too Many Requests", Some("limits pulls")),
        ("GET https://h/v2/: unexpected status code 502 Bad Gateway: x", Some("try again later")),
        // Go's library
        (
            "Get \"https://h/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
            Some("authority"),
        ),
        (
            "Get \"https://h/v2/\": x509: certificate has expired or is not yet valid: current time 2026-01-01",
            Some("clock"),
        ),
        ("Get \"https://h/v2/\": x509: certificate is valid for a, not b", Some("SSL_CERT_FILE")),
        ("remote error: tls: handshake failure", Some("SSL_CERT_FILE")),
        ("Get \"https://h/v2/\": http: server gave HTTP response to HTTPS client", Some("--insecure")),
        (
            "Get \"https://h/v2/\": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused",
            Some("NO_PROXY"),
        ),
        ("Get \"https://h/v2/\": Proxy Authentication Required", Some("NO_PROXY")),
        ("Get \"https://h/v2/\": dial tcp: lookup h on 127.0.0.11:53: server misbehaving", Some("DNS")),
        (
            "Get \"https://h:4031/v2/\": dial tcp 10.0.0.1:4031: connect: connection refused",
            Some("can be reached"),
        ),
        ("Get \"https://h/v2/\": dial tcp 10.0.0.1:443: connect: no route to host", Some("can be reached")),
        ("Get \"https://h/v2/\": net/http: TLS handshake timeout", Some("can be reached")),
        (
            "Get \"https://h/v2/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
            Some("can be reached"),
        ),
        // preflight itself
        (
            "certification component id: ospid-a-b-c is improperly formatted see help",
            Some("connect.redhat.com"),
        ),
        ("certification component ID must be specified when --submit is present", Some("--pyxis-api-token")),
        ("pyxis API Token cannot be empty when --submit is present", Some("PFLT_PYXIS_API_TOKEN")),
        ("bundle project detected: container submissions are not valid", Some("operator bundle")),
        (
            "invalid manifest?: could not find authfile: /x: open /x: no such file or directory",
            Some("--docker-config"),
        ),
        ("invalid image reference: could not parse reference: A", Some("malformed")),
        ("platform mismatch: requested arm64 but image is amd64 architecture", Some("--platform")),
        ("no child with platform linux/amd64 in index h/a@sha256:403b", Some("--platform")),
        ("failed to extract tarball: unsafe tar path \"../etc/passwd\"", Some("`..`")),
        // Messages whose digits and words must not match.
        ("could not get layer by diff id: sha256:ab429cc0401403", None),
        ("open /tmp/preflight-403/results-429.json: file exists", None),
        ("could not find pyxis-denied.log", None),
        ("could not marshal rpm manifest: json: unsupported value", None),
        ("something else", None),
        ("", None),
    ];

    #[test]
    fn every_message_has_its_remedy() {
        for (message, expected) in MESSAGES {
            let found = remedy(message);
            assert_eq!(found.is_some(), expected.is_some(), "{message}: {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{message}: {found:?}");
        }
        assert!(MESSAGES.len() > 60);
    }
}
