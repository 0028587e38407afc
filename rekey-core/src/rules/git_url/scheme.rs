//! Schemes, and text in place of one.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::{Form, ProblemKind},
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static REMOTE_HELPER: Entry = Entry {
    rule: Rule {
        id: "git-url-remote-helper",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL calls a git remote helper",
        why: "git runs a program called `git-remote-NAME` for it; `ext::` runs any command (CVE-2022-24439, \
              CVE-2023-40267).",
        help: "Give an `https://` or SSH address.",
        basis: Basis::Upstream { source: "git transport.c, transport_get; gitremote-helpers(7)" },
        examples: &[
            Example::bad("ext::sh -c id"),
            Example::fixed("git::git@github.com:acme/app.git", "git@github.com:acme/app.git"),
            Example::bad("http::https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: remote_helper,
};

fn remote_helper(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::Helper]);
}

pub(super) static LEADING_DASH: Entry = Entry {
    rule: Rule {
        id: "git-url-leading-dash",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "a part of the URL begins with a dash",
        why: "git and ssh read a host, user or path that begins with a dash as an option, and options can run \
              commands (CVE-2017-1000117, CVE-2018-17456, CVE-2023-53158, CVE-2024-32884).",
        help: "No forge allows such names: correct the URL.",
        basis: Basis::Upstream {
            source: "git connect.c: strange hostname blocked, strange pathname blocked",
        },
        examples: &[
            Example::bad("ssh://-oProxyCommand=x/acme/app"),
            Example::bad("git@-host.example.com:acme/app"),
            Example::bad("git@github.com:-acme/app"),
            Example::good("git@github.com:acme/app.git"),
        ],
    },
    check: leading_dash,
};

fn leading_dash(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(
        findings,
        &[ProblemKind::LeadingDash, ProblemKind::UserDash, ProblemKind::HostDash, ProblemKind::PathDash],
    );
}

pub(super) static LOCAL_PATH: Entry = Entry {
    rule: Rule {
        id: "git-url-local-path",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL is a local path",
        why: "The service clones on its own machine, which does not have your directories.",
        help: "Push the repository to a git server and give its URL.",
        basis: Basis::Upstream { source: "git connect.c, url_is_local_not_ssh; git-clone(1), \"GIT URLS\"" },
        examples: &[
            Example::bad("/srv/app.git"),
            Example::bad("../app"),
            Example::bad("file:///srv/app.git"),
            Example::bad("C:/src/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: local_path,
};

fn local_path(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, &[ProblemKind::LocalPath, ProblemKind::WindowsPath]);
}

pub(super) static MISSING_SCHEME: Entry = Entry {
    rule: Rule {
        id: "git-url-missing-scheme",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL has no scheme",
        why: "git reads it as a local directory.",
        help: "Write `https://` in front of it.",
        basis: Basis::Upstream { source: "git url.c, url_is_local_not_ssh" },
        examples: &[
            Example::fixed("github.com/acme/app", "https://github.com/acme/app"),
            Example::fixed("//github.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: missing_scheme,
};

fn missing_scheme(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::MissingScheme]);
}

pub(super) static SCHEME_CASE: Entry = Entry {
    rule: Rule {
        id: "git-url-scheme-case",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "scheme has uppercase letters",
        why: "Schemes are case-sensitive in git, which looks for a program `git-remote-HTTPS`.",
        help: "Write the scheme in lowercase.",
        basis: Basis::Upstream { source: "git transport.c: remote-HTTPS is not a git command" },
        examples: &[
            Example::fixed("HTTPS://github.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: scheme_case,
};

fn scheme_case(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::SchemeCase]);
}

pub(super) static SCHEME_TYPO: Entry = Entry {
    rule: Rule {
        id: "git-url-scheme-typo",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "scheme is misspelled",
        why: "git reads `https:/host` as the ssh host `https` and `https//host` as a directory, and looks for a \
              program for any other scheme.",
        help: "Write `https://`.",
        basis: Basis::Upstream { source: "git url.c, is_url; connect.c, parse_connect_url" },
        examples: &[
            Example::fixed("https:/github.com/acme/app", "https://github.com/acme/app"),
            Example::fixed("https//github.com/acme/app", "https://github.com/acme/app"),
            Example::fixed("hhttps://gitlab.com/acme/app.git", "https://gitlab.com/acme/app.git"),
            Example::fixed("git:github.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: scheme_typo,
};

fn scheme_typo(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::SchemeTypo]);
}

pub(super) static PACKAGE_MANAGER_SCHEME: Entry = Entry {
    rule: Rule {
        id: "git-url-package-manager-scheme",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "scheme belongs to a package manager",
        why: "npm and pip write `git+https://`; git has no such transport.",
        help: "Remove `git+`.",
        basis: Basis::Upstream { source: "git: 'remote-git+https' is not a git command" },
        examples: &[
            Example::fixed("git+https://github.com/acme/app.git", "https://github.com/acme/app.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: package_manager_scheme,
};

fn package_manager_scheme(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::PackageManagerScheme]);
}

pub(super) static UNSUPPORTED_SCHEME: Entry = Entry {
    rule: Rule {
        id: "git-url-unsupported-scheme",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "git does not support the scheme",
        why: "git clones over HTTPS and SSH; for other schemes it looks for a program that the service does not have.",
        help: "Give an `https://` or SSH address.",
        basis: Basis::Upstream { source: "git transport.c, transport_get" },
        examples: &[
            Example::bad("svn://example.com/app"),
            Example::bad("ftp://example.com/app.git"),
            Example::bad("oci://registry.example.com/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: unsupported_scheme,
};

fn unsupported_scheme(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, &[ProblemKind::UnsupportedScheme]);
}

pub(super) static SHORTHAND: Entry = Entry {
    rule: Rule {
        id: "git-url-shorthand",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL is a short form",
        why: "Only command lines and package managers know short forms; git reads `acme/app` as a directory and \
              `github:acme/app` as an ssh host.",
        help: "Write the full URL.",
        basis: Basis::Upstream { source: "git url.c, url_is_local_not_ssh" },
        examples: &[
            Example::fixed("acme/app", "https://github.com/acme/app"),
            Example::fixed("github:acme/app", "https://github.com/acme/app"),
            Example::fixed("gitlab:group/sub/app", "https://gitlab.com/group/sub/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: shorthand,
};

fn shorthand(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::Shorthand]);
}

pub(super) static PLAIN_HTTP: Entry = Entry {
    rule: Rule {
        id: "git-url-plain-http",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL uses unencrypted HTTP",
        why: "Anyone between the service and the server can change what is built. Forges answer with a redirect at best.",
        help: "Write `https://`.",
        basis: Basis::Inferred {
            source: "partner guide, \"The Build Service\": the Git source URL of a public repository is an HTTPS link",
        },
        examples: &[
            Example::fixed("http://github.com/acme/app", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: plain_http,
};

fn plain_http(context: &Context<'_>, findings: &mut Findings) {
    let Some(scheme) = context.scan.scheme.filter(|_| context.scan.form == Form::Http) else { return };
    context.fix(findings, "the URL uses unencrypted `http`".to_owned(), scheme);
}

pub(super) static GIT_PROTOCOL: Entry = Entry {
    rule: Rule {
        id: "git-url-git-protocol",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL uses the git protocol",
        why: "It is unencrypted and does not verify the server; GitHub no longer supports it, and port 9418 is rarely \
              open.",
        help: "Write `https://`.",
        basis: Basis::Upstream {
            source: "github.blog, \"Improving Git protocol security on GitHub\" (2021-09-01)",
        },
        examples: &[
            Example::fixed("git://github.com/acme/app.git", "https://github.com/acme/app.git"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: git_protocol,
};

fn git_protocol(context: &Context<'_>, findings: &mut Findings) {
    let Some(scheme) = context.scan.scheme.filter(|_| context.scan.form == Form::Git) else { return };
    context.fix(
        findings,
        "the URL uses the `git` protocol, which most servers no longer support".to_owned(),
        scheme,
    );
}

pub(super) static DEPRECATED_SCHEME: Entry = Entry {
    rule: Rule {
        id: "git-url-deprecated-scheme",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "scheme is deprecated",
        why: "git still reads `git+ssh://` and `ssh+git://`, but calls them deprecated; other programs do not know them.",
        help: "Write `ssh://`.",
        basis: Basis::Upstream {
            source: "git connect.c, get_protocol: /* deprecated - do not use */; RelNotes",
        },
        examples: &[
            Example::fixed("git+ssh://git@github.com/acme/app.git", "ssh://git@github.com/acme/app.git"),
            Example::good("ssh://git@github.com/acme/app.git"),
        ],
    },
    check: deprecated_scheme,
};

fn deprecated_scheme(context: &Context<'_>, findings: &mut Findings) {
    let Some(scheme) = context.scan.scheme.filter(|_| context.scan.form == Form::Ssh) else { return };
    if scheme.len() > b"ssh".len() {
        context.fix(findings, "this spelling of `ssh` is deprecated".to_owned(), scheme);
    }
}
